"""What ``veerdesk train`` does: datasets in, one checkpoint with its card out.

Separate because the window and the command line start training the same way and read the same progress.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.model.checkpoint import WeightsHeader, read_checkpoint, write_checkpoint
from veerdesk.model.network import NetworkSpec
from veerdesk.model.predictor import DeviceChoice, chosen_device, has_half, use_threads
from veerdesk.training.loop import TrainingPlan, TrainingRun, run_to_end
from veerdesk.training.losses import Target
from veerdesk.training.model_card import runs_before
from veerdesk.training.tiles import JoinedTiles, open_tiles


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """What a person may choose; the rest is the plan's.

    ``start`` is a checkpoint to go on from; ``threads`` None takes every core. ``reach`` are the dilations of the blocks
    at 1/16 (`NetworkSpec`): None takes what ``start`` has, and more than it has grows the network from there.
    """

    target: Target = "exclusive"
    steps: int = 3000
    batch: int = 8
    rate: float = 2.5e-3
    seed: int = 1
    stroke_px: float = 4.0
    threads: int | None = None
    device: DeviceChoice = "auto"
    start: Path | None = None
    reach: tuple[int, ...] | None = None


def train(
    datasets: Sequence[Path],
    out: Path,
    options: TrainingOptions,
    *,
    report: Callable[[dict[str, Any]], None] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Train on the datasets and return the card; ``<out>.state`` beside it lets the same call go on after a stop.

    Parameters
    ----------
    datasets
        Folders of rendered tiles or label releases in master form.
    out
        The ``.safetensors`` file to write; usable from the first checkpoint on.
    report
        Called with step, loss and times; None prints one JSON line each to standard error.

    Raises
    ------
    UnusableInputError
        A dataset or the starting checkpoint cannot be used, or ``out`` is no ``.safetensors`` file.
    InterruptedWorkError
        It was cancelled; calling again goes on.
    """
    if out.suffix != ".safetensors":
        raise UnusableInputError(f"The model {out} has no .safetensors ending.", f"Name it {out.name}.safetensors.")
    use_threads(options.threads)
    tiles = open_tiles(datasets, options.stroke_px)
    device = chosen_device(options.device)
    spec, runs = NetworkSpec(), []
    if options.start is not None:
        weights, header, digest = read_checkpoint(options.start)
        spec, runs = header.spec, runs_before(options.start, digest)
    plan = TrainingPlan(
        steps=options.steps, batch=options.batch, rate=options.rate, seed=options.seed, target=options.target,
        stroke_px=options.stroke_px, half=has_half(device), spec=replace(spec, reach=options.reach or spec.reach),
    )  # fmt: skip
    run = TrainingRun(plan, tiles, device)
    state = out.with_name(out.name + ".state")
    if state.exists():
        run.restore(state)
    elif options.start is not None:
        run.begin_from(weights)
    last: dict[str, Any] = {}

    def told(line: dict[str, Any]) -> None:
        last.update(line)
        (report or _print_line)(line)

    def keep() -> None:
        run.save(state)
        write_checkpoint(out, run.averaged, _header(out, plan), card(run, tiles, last, options, runs))

    if not run_to_end(run, keep=keep, report=told, is_cancelled=is_cancelled):
        raise InterruptedWorkError(f"Training stopped at step {run.step} of {plan.steps}.", "Run the command again.")
    keep()
    state.unlink(missing_ok=True)
    return card(run, tiles, last, options, runs)


def card(
    run: TrainingRun, tiles: JoinedTiles, last: dict[str, Any], options: TrainingOptions, runs: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """Return what the card says of a run and of ``runs``, those before it; scores are added by ``evaluate --save``."""
    return {
        "classes": ["background", "curve 1", "curve 2"],
        "order": "canonical",
        "parameters": sum(p.numel() for p in run.network.parameters()),
        "seed": run.plan.seed,
        "data_digest": tiles.digest,
        "tiles": len(tiles),
        "steps": run.step,
        "tiles_seen": run.step * run.plan.batch,
        "rate": run.plan.rate,
        "started_from": options.start.name if options.start else None,
        "minutes": round(run.wall_s / 60, 2),
        "cpu_s": round(run.cpu_s, 1),
        "device": run.device,
        "loss": last.get("loss"),
        "runs": list(runs),
    }


def _header(out: Path, plan: TrainingPlan) -> WeightsHeader:
    return WeightsHeader(out.stem, plan.spec, plan.stroke_px, plan.target)


def _print_line(line: dict[str, Any]) -> None:
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()
