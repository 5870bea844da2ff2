"""The same training twice: one exclusive target and three independent masks, with everything else alike.

Separate because a comparison is worth what its terms are, and these are the terms: data, order, first weights, backbone,
steps, rate and averaging are one plan, and a pair of runs differs in `Target` and in nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.model.checkpoint import WeightsHeader, write_checkpoint
from veerdesk.model.network import NetworkSpec
from veerdesk.model.predictor import has_half
from veerdesk.training.loop import TileSource, TrainingPlan, TrainingRun, run_to_end
from veerdesk.training.losses import Target

TARGETS: tuple[Target, ...] = ("exclusive", "independent")
#: A quarter of the shipped network's weights, in four fifths of its time: both targets have it.
SMALL = NetworkSpec(widths=(16, 24, 32, 64), reach=(1, 2, 4, 8))
#: Share of the steps in which the rate rises.
_WARMUP_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class EqualTerms:
    """What both targets share. A seed fixes first weights, order and scanner effects; ``average`` is of the weights.

    ``schedule`` is the number of steps over which the rate rises and falls, None as many as there are: a run may end
    before its schedule does, and a longer comparison can go on from where a shorter one ended.
    """

    steps: int = 400
    schedule: int | None = None
    batch: int = 4
    rate: float = 2.5e-3
    average: float = 0.99
    seeds: tuple[int, ...] = (1, 2, 3)
    stroke_px: float = 4.0
    spec: NetworkSpec = field(default_factory=lambda: SMALL)


@dataclass(frozen=True, slots=True)
class TrainedRun:
    """One finished run: its weights and what its card says."""

    target: Target
    seed: int
    path: Path
    card: dict[str, Any]


def train_both(
    tiles: TileSource,
    out: Path,
    terms: EqualTerms,
    *,
    device: str = "cpu",
    report: Callable[[dict[str, Any]], None] = lambda _: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> tuple[TrainedRun, ...]:
    """Train every target with every seed, seed by seed, and return the runs; what is finished in ``out`` is kept.

    Parameters
    ----------
    out
        Folder of ``<target>-<seed>.safetensors``, each with its card and, until its schedule has ended, its ``.state``.
    report
        Called with target, seed, step, loss and times.

    Raises
    ------
    UnusableInputError
        ``out`` holds a run on other terms or other data.
    InterruptedWorkError
        It was cancelled; calling again goes on.
    """
    return tuple(
        _trained(tiles, out, terms, target=target, seed=seed, device=device, report=report, is_cancelled=is_cancelled)
        for seed in terms.seeds
        for target in TARGETS
    )


def _trained(
    tiles: TileSource,
    out: Path,
    terms: EqualTerms,
    *,
    target: Target,
    seed: int,
    device: str,
    report: Callable[[dict[str, Any]], None],
    is_cancelled: Callable[[], bool],
) -> TrainedRun:
    path = out / f"{target}-{seed}.safetensors"
    state, agreed = path.with_name(path.name + ".state"), _agreed(terms, tiles)
    if path.exists():
        card = _card_on_disk(path, agreed, terms.steps)
        if card["steps_done"] == terms.steps:
            return TrainedRun(target, seed, path, card)
    run = TrainingRun(_plan(terms, target, seed, device), tiles, device)
    if path.exists() and state.exists():
        run.restore(state)

    def card_of_now() -> dict[str, Any]:
        spent = {"steps_done": run.step, "minutes": round(run.wall_s / 60, 2), "cpu_s": round(run.cpu_s, 1)}
        parameters = sum(p.numel() for p in run.network.parameters())
        return {"terms": agreed, "seed": seed, "parameters": parameters, "device": device, **spent}

    def keep() -> None:
        run.save(state)
        write_checkpoint(
            path, run.averaged, WeightsHeader(path.stem, terms.spec, terms.stroke_px, target), card_of_now()
        )

    if run.step < terms.steps:
        run_to_end(
            run,
            keep=keep,
            report=lambda line: report({"target": target, "seed": seed, **line, "steps": terms.steps}),
            is_cancelled=lambda: run.step >= terms.steps or is_cancelled(),
        )
    else:  # it was stopped between writing its state and its weights
        keep()
    if run.step < terms.steps:
        raise InterruptedWorkError(
            f"The comparison stopped in {path.stem} at step {run.step} of {terms.steps}.", "Run the command again."
        )
    if run.step == run.plan.steps:
        state.unlink(missing_ok=True)
    return TrainedRun(target, seed, path, card_of_now())


def _plan(terms: EqualTerms, target: Target, seed: int, device: str) -> TrainingPlan:
    steps = terms.schedule or terms.steps
    return TrainingPlan(
        steps=steps, batch=terms.batch, rate=terms.rate, average=terms.average, seed=seed, target=target,
        warmup=max(1, round(steps * _WARMUP_SHARE)), stroke_px=terms.stroke_px, spec=terms.spec,
        half=has_half(device),
    )  # fmt: skip


def _agreed(terms: EqualTerms, tiles: TileSource) -> dict[str, Any]:
    """Return the terms as a card tells them, without seeds and steps: more of both may join later."""
    shared = {key: value for key, value in asdict(terms).items() if key not in ("seeds", "steps")}
    told = {**shared, "schedule": terms.schedule or terms.steps, "data_digest": tiles.digest, "tiles": len(tiles)}
    return dict(json.loads(json.dumps(told)))  # tuples become the lists a card on disk holds


def _card_on_disk(path: Path, agreed: dict[str, Any], steps: int) -> dict[str, Any]:
    try:
        card = dict(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
        if card["terms"] != agreed or int(card["steps_done"]) > steps:
            raise UnusableInputError(
                f"The run {path} was trained on other terms or other tiles.", "Name an empty folder, or the same terms."
            )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableInputError(f"The card of the run {path} cannot be read.", "Delete the run.") from error
    return card
