"""Adapting: one person's corrections to a delta on a model, or to the finding that its curves were called the wrong way.

Separate because the order is the design: what costs nothing is tried first, weights move only for what is left, and the
judge has the last word. The command line and the process behind the window both call this.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from veerdesk.dataset.lesson import Lesson
from veerdesk.dataset.outcome import Outcome, Verdict
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.labels.classes import IGNORE
from veerdesk.model.checkpoint import WeightsHeader, read_checkpoint
from veerdesk.model.delta import delta_bytes
from veerdesk.model.predictor import DeviceChoice, TorchPredictor, has_half, open_model
from veerdesk.segmentation.predictor import Predictor, adapted
from veerdesk.training.fitting import FitPlan, fit, shown_windows
from veerdesk.training.promotion import ALL_RIGHT, Score, frozen_score, held_score, verdict

#: Exchanged curves must read better by this much to be called the other way round: half of a curve, no chance.
EXCHANGE_GAIN = 0.1
#: How much of the way the weights go: where all of it would forget too much, half of it may not.
SHARES = (1.0, 0.5)
# Shares of the whole at which the first score is known, and the weights have moved.
_SCORED, _FITTED = 0.15, 0.8


@dataclass(frozen=True, slots=True)
class Start:
    """The model that is adapted: predictor, header and path's weights, and what was learned on it before, if anything."""

    predictor: TorchPredictor
    header: WeightsHeader
    path: str
    delta: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    """A delta with its verdict, its score, and that of the frozen tracks before and after."""

    delta: bytes
    verdict: Verdict
    score: Score
    frozen: tuple[float, float]


def open_start(model: str | None, device: DeviceChoice = "cpu", delta: bytes | None = None) -> Start:
    """Return a model to start from, a path or bundled name; None is the shipped one.

    Raises
    ------
    UnusableInputError
        No such model, or one with independent masks.
    """
    predictor, header, path = open_model(model, device)
    if header.target != "exclusive":
        raise UnusableInputError(
            f"The model {path} was trained with independent masks.",
            "Adapt one that was trained with --target exclusive.",
        )
    return Start(predictor, header, str(path), delta)


def adapt(
    lessons: Sequence[Lesson], start: Start, plan: FitPlan | None = None, *, cancel: Cancel, progress: Progress
) -> tuple[Outcome, bytes]:
    """Return what came of learning from lessons, and the delta that is to be used: empty where none is.

    First the curves are called the other way round, which costs nothing. Then the weights move, away from the model as
    it ships and never from what was learned before, so that nothing drifts. What is kept must read the held-back rows
    better than they are read now, and the frozen tracks not much worse.

    Raises
    ------
    InterruptedWorkError
        Where ``cancel`` says so.
    """
    wall, cpu = time.monotonic(), time.process_time()
    now = adapted(start.predictor, start.delta)
    before = held_score(lessons, now, exchanged=False)
    turned = _turned(lessons, now, before)
    best, is_exchanged = (turned, True) if turned is not None else (before, False)
    progress(_SCORED)
    done = _Judged(b"", "nothing wrong", best, (0.0, 0.0))
    if best.value < ALL_RIGHT:
        done = _learned(lessons, start, now, best, is_exchanged, plan or usual_plan(), cancel, progress)
    if done.verdict != "learned" and is_exchanged:
        done = replace(done, delta=b"", verdict="exchanged", score=best, frozen=(done.frozen[0], done.frozen[0]))
    progress(1.0)
    outcome = Outcome(
        verdict=done.verdict,
        exchanged=is_exchanged,
        base=start.predictor.digest,
        rows=sum(_known_rows(lesson) for lesson in lessons),
        held_rows=before.rows,
        before=round(before.value, 4),
        after=round(done.score.value, 4),
        frozen_before=round(done.frozen[0], 4),
        frozen_after=round(done.frozen[1], 4),
        seconds=round(time.monotonic() - wall, 1),
        cpu_s=round(time.process_time() - cpu, 1),
    )
    return outcome, done.delta if done.verdict == "learned" else b""


def usual_plan() -> FitPlan:
    """Return how far the weights may go on this machine."""
    return FitPlan(half=has_half("cpu"))


def in_order(lessons: Sequence[Lesson], start: Start) -> tuple[tuple[Lesson, ...], bool]:
    """Return the lessons of one track with the curves called as the model calls them, and whether that was otherwise."""
    now = adapted(start.predictor, start.delta)
    is_turned = _turned(lessons, now, held_score(lessons, now, exchanged=False)) is not None
    return tuple(replace(e, exchanged=e.exchanged != is_turned) for e in lessons), is_turned


def _turned(lessons: Sequence[Lesson], now: Predictor, before: Score) -> Score | None:
    """Return the score with the curves called the other way round where that is right; None where it is not."""
    if before.is_alike or any(len(lesson.slots) < 2 or not lesson.is_order_open for lesson in lessons):
        return None  # pens of one look are told by their place, a lone curve has no other, and an accepted order stands
    score = held_score(lessons, now, exchanged=True)
    return score if score.value >= before.value + EXCHANGE_GAIN else None


def _learned(
    lessons: Sequence[Lesson],
    start: Start,
    now: Predictor,
    best: Score,
    is_exchanged: bool,
    plan: FitPlan,
    cancel: Cancel,
    progress: Progress,
) -> _Judged:
    """Return what the weights learned, and what is thought of it; ``best`` is the score that is to be bettered."""

    def moving(share: float) -> None:
        progress(_SCORED + (_FITTED - _SCORED) * share)

    stroke_px = start.header.stroke_px
    windows = [w for e in lessons for w in shown_windows(e, stroke_px, exchanged=e.exchanged != is_exchanged)]
    weights, _, _ = read_checkpoint(Path(start.path))
    moved = fit(weights, start.header.spec, stroke_px, windows, plan, cancel=cancel, progress=moving)
    if moved is None:
        return _Judged(b"", "no gain", best, (0.0, 0.0))
    frozen = frozen_score(start.predictor)
    for share in SHARES:
        part = {name: torch.lerp(weights[name], value, share) for name, value in moved.items()}
        delta = delta_bytes(start.predictor.digest, part)
        there = adapted(start.predictor, delta)
        score, kept = held_score(lessons, there, exchanged=is_exchanged), frozen_score(there)
        said = verdict(best, score, frozen, kept)
        judged = _Judged(delta, said, score, (frozen, kept))
        if said != "forgets":
            break
    return judged


def _known_rows(lesson: Lesson) -> int:
    return int((lesson.label != IGNORE).any(axis=1).sum())
