"""Promotion: whether something learned is kept, by rows that were held back and by tracks that never change.

Separate because the judge must be another than the one who learns: this asks for the very answer that a person would see,
and knows nothing of weights or losses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from veerdesk.dataset.lesson import Lesson, window_reader
from veerdesk.dataset.outcome import Verdict
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.labels.classes import IGNORE
from veerdesk.rows import RowSpan
from veerdesk.segmentation.decide import decided_alone
from veerdesk.segmentation.evidence import Likeness
from veerdesk.segmentation.predictor import Predictor
from veerdesk.segmentation.segment import Owners, TrackSegmenter
from veerdesk.synth.frozen import frozen_windows
from veerdesk.tracing.decode import Decoder, Evidence
from veerdesk.tracing.in_line import put_in_line
from veerdesk.tracing.likeness import likeness_of, told_evidence
from veerdesk.tracing.owners import traced_owners
from veerdesk.tracing.trace import Trace, TracePin
from veerdesk.training.evaluate import Answer, answered
from veerdesk.training.metrics import PixelCounts, count_pixels
from veerdesk.training.windows import read_window

#: The held-back rows must become better by this much: less is within what a few rows more or less would change.
LEAST_GAIN = 0.01
#: No figure of a curve may fall by more on them.
MOST_LOST = 0.03
#: Score that the frozen tracks may lose: what is learned serves one look, and is used nowhere else unless a person says so.
FROZEN_MARGIN = 0.05
#: Every third of the frozen tracks is asked: dotted, dashed, thin and alone.
FROZEN_STEP = 3
#: Above this on the held-back rows there is nothing to learn.
ALL_RIGHT = 0.995
#: A row is traced right within this share of the track's width.
WITHIN_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Score:
    """How right rows are read.

    ``parts`` are, for curve 1 and curve 2, F1 within 2 px and the share of rows traced within 1 % of the track's width;
    NaN where nothing says so.
    """

    parts: tuple[float, float, float, float]
    rows: int
    is_alike: bool = False

    @property
    def value(self) -> float:
        """Mean of the parts there are, 0 to 1; 0 where there is none."""
        known = [p for p in self.parts if np.isfinite(p)]
        return float(np.mean(known)) if known else 0.0

    def lost_by(self, other: Score) -> float:
        """Return the most that a part falls where this becomes the other."""
        falls = [a - b for a, b in zip(self.parts, other.parts, strict=True) if np.isfinite(a) and np.isfinite(b)]
        return max(falls, default=0.0)


def held_score(lessons: Sequence[Lesson], predictor: Predictor, *, exchanged: bool) -> Score:
    """Return how right a model reads the rows of lessons that were held back, by the road that `digitise` takes.

    ``exchanged``: the curves are called the other way round than the lessons say.
    """
    counts = [PixelCounts(), PixelCounts()]
    right, known = np.zeros(2), np.zeros(2)
    is_alike, held = True, 0
    for lesson in lessons:
        said = _answer(_paper(lesson, exchanged=exchanged), predictor, traced_owners)
        likeness = _likeness(lesson, said)
        trace = _traced(lesson, said, likeness)
        is_alike, held = is_alike and likeness.are_alike, held + int(lesson.held.sum())
        rows = slice(lesson.geometry.rows.start, lesson.geometry.rows.stop)
        put_in_line(said.classes[rows], trace, lesson.geometry.rows, 0, lesson.stroke_px)
        said.classes[~np.isin(said.classes, lesson.slots)] = 0
        label = np.where(lesson.held[:, None], lesson.label, np.uint8(IGNORE))
        counts = [a + b for a, b in zip(counts, count_pixels(said.classes, label), strict=True)]
        truth = np.where(lesson.held[rows], lesson.x[:, rows], np.nan)
        away = np.abs(np.nan_to_num(trace.x, nan=np.inf) - np.nan_to_num(truth))
        known += np.isfinite(truth).sum(1)
        right += (np.isfinite(truth) & (away <= WITHIN_SHARE * lesson.geometry.width_px)).sum(1)
    within = np.where(known > 0, right / np.maximum(known, 1), np.nan)
    return Score((counts[0].f1_near, counts[1].f1_near, float(within[0]), float(within[1])), held, is_alike)


def frozen_score(predictor: Predictor) -> float:
    """Return how right a model reads a sample of the frozen tracks, each pixel alone: mean F1 within 2 px, 0 to 1."""
    figures = []
    for paper, label in _frozen_sample():
        said = _answer(paper, predictor, decided_alone)
        figures += [c.f1_near for c in count_pixels(said.classes, label) if c.true]
    return float(np.mean(figures))


def verdict(before: Score, after: Score, frozen_before: float, frozen_after: float) -> Verdict:
    """Return whether weights that were learned are kept, or why not."""
    if after.value < before.value + LEAST_GAIN:
        return "no gain"
    if before.lost_by(after) > MOST_LOST:
        return "one curve worse"
    return "learned" if frozen_after >= frozen_before - FROZEN_MARGIN else "forgets"


@dataclass(frozen=True, slots=True)
class _Paper:
    """What is read: a picture with a track on it."""

    grey: NDArray[np.uint8]
    geometry: TrackGeometry
    stroke_px: float
    exchanged: bool


@lru_cache(maxsize=1)
def _frozen_sample() -> tuple[tuple[_Paper, NDArray[np.uint8]], ...]:
    """Return each track of the sample with its labels; their strokes are measured once."""
    windows = [read_window(folder) for folder in frozen_windows()[::FROZEN_STEP]]
    return tuple(
        (_Paper(w.grey, w.geometry, measure_stroke_px(window_reader(w.grey, 255), w.geometry), w.exchanged), w.label)
        for w in windows
    )


def _paper(lesson: Lesson, *, exchanged: bool) -> _Paper:
    return _Paper(lesson.grey, lesson.geometry, lesson.stroke_px, lesson.exchanged != exchanged)


def _answer(paper: _Paper, predictor: Predictor, owners: Owners) -> Answer:
    segmenter = TrackSegmenter(
        read=window_reader(paper.grey, 255), scan_width=paper.grey.shape[1], geometry=paper.geometry,
        stroke_px=paper.stroke_px, predictor=predictor, exchanged=paper.exchanged, owners=owners,
    )  # fmt: skip
    return answered(segmenter, paper.grey.shape, paper.stroke_px)


def _likeness(lesson: Lesson, said: Answer) -> Likeness:
    if lesson.is_told or len(lesson.slots) < 2:
        return Likeness(False)
    return likeness_of(lesson.geometry.rows, _evidence(said), lesson.stroke_px, lesson.geometry)


def _traced(lesson: Lesson, said: Answer, likeness: Likeness) -> Trace:
    """Return the decode as a session makes it: a slot without a curve is absent."""
    geometry = lesson.geometry
    absent = tuple(TracePin("absent", slot, geometry.rows) for slot in (1, 2) if slot not in lesson.slots)
    told = told_evidence(_evidence(said), likeness)
    look, width = partial(said.look, likeness=likeness), geometry.width_px
    return Decoder(geometry.rows, told, absent, lesson.stroke_px, width, False, geometry, likeness, look).solve()


def _evidence(said: Answer) -> Evidence:
    def read(rows: RowSpan) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
        return said.p1[rows.start : rows.stop], said.p2[rows.start : rows.stop], 0

    return read
