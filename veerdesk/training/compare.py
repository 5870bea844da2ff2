"""What ``veerdesk compare`` does: both targets trained on equal terms, read in every way, and one document of it.

Separate because the report only says in words what this document holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from veerdesk.errors import UsageError
from veerdesk.model.predictor import DeviceChoice, chosen_device, open_model, use_threads
from veerdesk.resources import resource
from veerdesk.training.equal_terms import EqualTerms, TrainedRun, train_both
from veerdesk.training.run_scores import WindowSet, scored_on, tuned_on
from veerdesk.training.tiles import open_tiles


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared on: tiles to learn from, windows to tune thresholds on, and further sets beside the frozen one."""

    tiles: tuple[Path, ...]
    tune: Path
    also: tuple[Path, ...] = ()


def compare(
    asked: Comparison,
    work: Path,
    terms: EqualTerms,
    *,
    threads: int | None = None,
    device: DeviceChoice = "auto",
    report: Callable[[dict[str, Any]], None] = lambda _: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Train what is not trained, score what is not scored, and return ``terms``, ``sets`` and ``runs``.

    Parameters
    ----------
    work
        Folder of the runs and their scores; the same call goes on where it was stopped.
    report
        Called with a line a few times a minute: of a training, or of a window that is scored.

    Raises
    ------
    UsageError
        The windows for tuning are reported as well, or two sets have one name.
    UnusableInputError
        Tiles, windows or ``work`` cannot be used.
    InterruptedWorkError
        It was cancelled.
    """
    use_threads(threads)
    tune = WindowSet("tuning", asked.tune)
    sets = [WindowSet("frozen", resource("frozen")), *(WindowSet(folder.name, folder) for folder in asked.also)]
    if tune.digest in {each.digest for each in sets} or len({each.name for each in sets}) < len(sets):
        raise UsageError(
            "Thresholds may not be tuned on windows that are reported, and each set needs a name of its own.",
            "Name other folders.",
        )
    tiles = open_tiles(asked.tiles, terms.stroke_px)
    runs = train_both(
        tiles, work, terms, device=chosen_device(device), report=report, is_cancelled=is_cancelled,
    )  # fmt: skip
    return {
        "terms": {
            **runs[0].card["terms"],
            "steps": terms.steps,
            "seeds": list(terms.seeds),
            "parameters": runs[0].card["parameters"],
        },
        "sets": [{"name": each.name, "digest": each.digest, **_size(each)} for each in (tune, *sets)],
        "runs": [_scored(run, tune, sets, work=work, device=device, report=report) for run in runs],
    }


def _scored(
    run: TrainedRun,
    tune: WindowSet,
    sets: Sequence[WindowSet],
    *,
    work: Path,
    device: DeviceChoice,
    report: Callable[[dict[str, Any]], None],
) -> dict[str, Any]:
    predictor, header, _ = open_model(str(run.path), device)

    def memory(name: str) -> Path:
        return work / "scores" / f"{header.name}--{name}.json"

    tuned = tuned_on(tune, predictor, memory("tuning"))
    scores = {}
    for each in sets:

        def told(window: str, name: str = each.name) -> None:
            report({"scored": header.name, "set": name, "window": window})

        scores[each.name] = scored_on(each, predictor, tuned, target=run.target, memory=memory(each.name), told=told)
    return {
        "target": run.target,
        "seed": run.seed,
        "digest": predictor.digest,
        "minutes": run.card["minutes"],
        "cpu_s": run.card["cpu_s"],
        "thresholds": asdict(tuned),
        "scores": scores,
    }


def _size(windows: WindowSet) -> dict[str, int]:
    read = [windows.window(number) for number in range(len(windows))]
    return {
        "windows": len(read),
        "rows": sum(window.grey.shape[0] for window in read),
        "crossings": sum(len(window.crossings) for window in read),
    }
