"""What ``veerdesk adapt`` does: lessons of many tracks in, and one model with its card out, or a refusal with its figures.

Separate because the window keeps a delta with one track, and this writes a model that stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from veerdesk.dataset.lesson import Lesson
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.model.checkpoint import read_checkpoint, write_checkpoint
from veerdesk.model.delta import read_delta
from veerdesk.model.predictor import use_threads
from veerdesk.training.adapt import adapt, in_order, open_start
from veerdesk.training.fitting import FitPlan


def promoted(
    tracks: Sequence[tuple[str, tuple[Lesson, ...]]],
    out: Path,
    *,
    model: str | None,
    plan: FitPlan | None = None,
    cancel: Cancel,
    progress: Progress,
) -> dict[str, Any]:
    """Adapt a model to the lessons of some tracks, and write it where it passes the gate.

    Parameters
    ----------
    tracks
        A name for people and the lessons of each track.
    model
        What to start from, by name or path; None is the shipped one.

    Returns
    -------
    The figures of the `Outcome`, its ``sentence``, ``notes`` on tracks whose curves are only called the other way
    round, and ``model``, the file that was written, None where it was refused.

    Raises
    ------
    UnusableInputError
        The model cannot be used.
    InterruptedWorkError
        Where ``cancel`` says so; nothing is written.
    """
    use_threads()
    start = open_start(model)
    lessons: list[Lesson] = []
    notes: list[str] = []
    for name, own in tracks:
        ordered, is_turned = in_order(own, start)
        lessons += ordered
        if is_turned:
            notes.append(f"{name}: its curves are only called the other way round, which no model needs to learn.")
    outcome, delta = adapt(lessons, start, plan, cancel=cancel, progress=progress)
    figures: dict[str, Any] = {**asdict(outcome), "sentence": outcome.sentence, "notes": notes, "model": None}
    if outcome.verdict != "learned":
        return figures
    weights, header, digest = read_checkpoint(Path(start.path))
    card = {"adapted_from": header.name, "adapted_from_digest": digest, "adapted": asdict(outcome)}
    write_checkpoint(out, read_delta(delta).on(weights), replace(header, name=out.stem), card)
    return {**figures, "model": str(out)}
