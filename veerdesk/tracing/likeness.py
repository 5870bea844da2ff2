"""Likeness: whether a track's two pens look alike, and who is who where they do (the left one at the top is curve 1).

Separate because this is the canonical order's last rule (CONTRACT, Who is who), and no tile can apply it: a tile sees
neither the track's top nor how a curve went a few hundred rows further up. Their classes are put aside then, both curves
are followed by their ink alone and named by their courses. A person's word is laid over these names, and reaches as far
as it was given. Pens that differ are named by the model, but for stretches that go against both curves' habits (`habits`). Pens
whose colours tell them apart (`segmentation.inks`) are not asked about.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.progress import Cancel
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import Likeness, Parted, as_told
from veerdesk.tracing.courses import crossed_names
from veerdesk.tracing.crossings import crossing_spans
from veerdesk.tracing.decode import Decoder, Evidence
from veerdesk.tracing.habits import habits_of
from veerdesk.tracing.trace import Trace, TraceKind

#: Widths that differ by less than this factor count as alike, as they do to an eye.
ALIKE_WIDTHS = 1.3
#: A stroke that moves less far in a row than this, px, shows its width there.
_UPRIGHT_PX = 0.7
#: A stroke with a larger share of its rows in gaps is not solid; nor is one with this many gaps, thrice the other's.
SOLID_GAPS, DASHES = 0.06, 8
#: Shares of curve 1 along two strokes that differ by more say that the model knows the pens apart.
TOLD_SHARE = 0.5
_BAND_ROWS = 1024
#: Fewer own rows of either curve say nothing of its pen.
LEAST_ROWS = 60
#: Strokes apart, and rows on end, from which one curve stands left of the other.
APART_STROKES, STEADY_ROWS = 1.5, 10


@dataclass(frozen=True, slots=True)
class Pen:
    """How one traced curve is printed: its stroke's width in most rows and where it goes straight down, px (NaN where it does so in
    too few); rows on its ink, rows in gaps, and gaps."""

    width_px: float
    upright_px: float
    rows: int
    gap_rows: int
    gaps: int


def pen_of(trace: Trace, curve: int) -> Pen:
    """Return the pen of curve 0 or 1 as the trace shows it."""
    own = trace.kind[curve] == TraceKind.OWN_INK
    if not own.any():
        return Pen(0.0, np.nan, 0, 0, 0)
    widths = trace.high[curve] - trace.low[curve] + 1
    with np.errstate(invalid="ignore"):  # beside a row without the curve nothing is known of its slope
        upright = widths[own & (np.abs(np.diff(trace.x[curve], prepend=trace.x[curve, :1])) < _UPRIGHT_PX)]
    gap = trace.kind[curve] == TraceKind.BRIDGED
    return Pen(
        float(np.percentile(widths[own], 30)),
        float(np.percentile(upright, 30)) if len(upright) >= LEAST_ROWS else np.nan,
        int(own.sum()),
        int(gap.sum()),
        int((gap[1:] > gap[:-1]).sum()),
    )


def are_alike(trace: Trace) -> bool:
    """Return True where both curves are solid strokes of one weight, so that only their place tells them apart."""
    pens = pen_of(trace, 0), pen_of(trace, 1)
    if min(pen.rows for pen in pens) < LEAST_ROWS or any(p.gap_rows > SOLID_GAPS * p.rows for p in pens):
        return False
    fewer, more = sorted(pen.gaps for pen in pens)
    if more >= DASHES and more > 3 * fewer:
        return False
    thin, broad = sorted(pen.width_px for pen in pens)
    if broad > ALIKE_WIDTHS * thin:
        return False
    first, second = (
        pen.upright_px for pen in pens
    )  # a thin pen's fast limbs are as broad in their rows as a heavy pen's stroke
    return not max(first, second) > ALIKE_WIDTHS * min(first, second)


def likeness_of(
    rows: RowSpan, evidence: Evidence, stroke_px: float, geometry: TrackGeometry, cancel: Cancel | None = None
) -> Likeness:
    """Return whether a track's two pens look alike, and where they are then told apart; where they differ, where the model errs.

    Parameters
    ----------
    rows
        The track's rows.
    evidence
        The model's own evidence, no person's word applied.
    stroke_px, geometry
        Stroke width, px, and borders.

    Raises
    ------
    InterruptedWorkError
        Where ``cancel`` says so.
    """
    width = geometry.width_px

    def followed(by: Evidence) -> Trace:
        return Decoder(rows, by, (), stroke_px, width, False, geometry, by_pen=False).solve(cancel)

    trace = followed(told_evidence(evidence, Likeness(True)))
    alike = are_alike(trace)
    if alike and not _model_tells(trace, evidence):
        return _told_apart(trace, stroke_px)
    told = followed(evidence)
    if alike and are_alike(told):  # what the ink hides, as dots that run together, the model may know
        return _told_apart(trace, stroke_px)
    turned, bends = habits_of(told, evidence, stroke_px)
    return Likeness(False, (), turned, bends)


def _model_tells(trace: Trace, evidence: Evidence) -> bool:
    """Return True where the model calls the ink of the one trace mostly curve 1 and that of the other mostly curve 2."""
    sums = np.zeros((2, 2))  # trace, model's curve
    for band in trace.rows.bands(_BAND_ROWS):
        p1, p2, col0 = evidence(band)
        part = trace.part(band)
        for curve in range(2):
            rows = np.flatnonzero(part.kind[curve] == TraceKind.OWN_INK)
            cols = np.clip(np.rint(part.x[curve, rows]).astype(np.int64) - col0, 0, p1.shape[1] - 1)
            sums[curve] += p1[rows, cols].sum(), p2[rows, cols].sum()
    shares = sums[:, 0] / np.maximum(sums.sum(axis=1), 1.0)
    return bool(abs(shares[0] - shares[1]) > TOLD_SHARE)


def told_evidence(evidence: Evidence, likeness: Likeness) -> Evidence:
    """Return the evidence as a track's likeness tells it (`as_told`)."""

    def read(rows: RowSpan) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
        p1, p2, col0 = evidence(rows)
        return *as_told(p1, p2, rows, col0, likeness), col0

    return read if likeness.tells else evidence


def _told_apart(trace: Trace, stroke_px: float) -> Likeness:
    """Return the columns between two pens of one look, named by their courses from where they first stand apart.

    Where they touch nothing is told. A few pixels a person paints are what they are meant to be, and no new name for the
    curve above or below.
    """
    planes = np.stack((trace.x, trace.low, trace.high)).astype(np.float64)  # (3, 2, n)
    spans = crossing_spans(trace, stroke_px)
    for span in crossed_names(trace, spans, stroke_px):
        here = slice(span.start - trace.rows.start, span.stop - trace.rows.start)
        planes[:, :, here] = planes[:, ::-1, here].copy()
    with np.errstate(invalid="ignore"):
        apart = np.abs(planes[0, 1] - planes[0, 0]) > APART_STROKES * stroke_px
    steady = np.convolve(apart, np.ones(STEADY_ROWS), "valid") if len(apart) >= STEADY_ROWS else np.zeros(0)
    sure = np.flatnonzero(steady == STEADY_ROWS)
    if not len(sure):
        return Likeness(True)
    if planes[0, 0, sure[0]] > planes[0, 1, sure[0]]:
        planes = planes[:, ::-1]
    is_free = np.asarray(np.isfinite(planes).all(axis=(0, 1)), np.bool_)
    for begin, end in spans:
        is_free[begin:end] = False
    return Likeness(True, _parted(planes, is_free, trace.rows.start))


def _parted(planes: NDArray[np.float64], is_free: NDArray[np.bool_], top: int) -> tuple[Parted, ...]:
    """Return the fewest columns that part both curves where they are free, from the top; ``planes``: x, low and high."""
    x, low, high = planes
    left = np.where(x[0] < x[1], 0, 1)
    rows = np.arange(x.shape[1])
    with np.errstate(invalid="ignore"):  # a column between the left one's last and the right one's first
        least, most = high[left, rows] + 1.0, low[1 - left, rows]
        is_free = is_free & (least <= most)
    out: list[Parted] = []
    begin, between = -1, (0.0, 0.0)

    def close(end: int) -> None:
        if begin >= 0:
            out.append(Parted(RowSpan(top + begin, top + end), sum(between) / 2, int(left[begin]) + 1))

    for row in rows:
        narrower = (max(between[0], float(least[row])), min(between[1], float(most[row])))
        if begin >= 0 and is_free[row] and left[row] == left[begin] and narrower[0] <= narrower[1]:
            between = narrower
            continue
        close(int(row))
        begin, between = (int(row), (float(least[row]), float(most[row]))) if is_free[row] else (-1, between)
    close(len(rows))
    return tuple(out)
