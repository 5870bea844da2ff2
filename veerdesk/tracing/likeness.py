"""Likeness: whether a track's two pens look alike, and who is who where they do (the left one at the top is curve 1).

Separate because this is the canonical order's last rule (CONTRACT, Who is who), and no tile can apply it: a tile does
not see the track's top. Their classes are put aside then, and both curves are followed by their ink alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.progress import Cancel
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import Likeness, as_told
from veerdesk.tracing.decode import Decoder, Evidence
from veerdesk.tracing.trace import Trace, TraceKind

#: Widths that differ by less than this factor count as alike, as they do to an eye.
ALIKE_WIDTHS = 1.3
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
    """How one traced curve is printed: its stroke's width where it runs down, px; rows on its ink, rows in gaps, and gaps."""

    width_px: float
    rows: int
    gap_rows: int
    gaps: int


def pen_of(trace: Trace, curve: int) -> Pen:
    """Return the pen of curve 0 or 1 as the trace shows it."""
    own = trace.kind[curve] == TraceKind.OWN_INK
    if not own.any():
        return Pen(0.0, 0, 0, 0)
    widths = (trace.high[curve] - trace.low[curve] + 1)[own]
    gap = trace.kind[curve] == TraceKind.BRIDGED
    return Pen(float(np.percentile(widths, 30)), int(own.sum()), int(gap.sum()), int((gap[1:] > gap[:-1]).sum()))


def are_alike(trace: Trace) -> bool:
    """Return True where both curves are solid strokes of one weight, so that only their place tells them apart."""
    pens = pen_of(trace, 0), pen_of(trace, 1)
    if min(pen.rows for pen in pens) < LEAST_ROWS or any(p.gap_rows > SOLID_GAPS * p.rows for p in pens):
        return False
    fewer, more = sorted(pen.gaps for pen in pens)
    if more >= DASHES and more > 3 * fewer:
        return False
    thin, broad = sorted(pen.width_px for pen in pens)
    return broad <= ALIKE_WIDTHS * thin


def likeness_of(
    rows: RowSpan, evidence: Evidence, stroke_px: float, geometry: TrackGeometry, cancel: Cancel | None = None
) -> Likeness:
    """Return whether a track's two pens look alike, and where they are then told apart.

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
    shared = told_evidence(evidence, Likeness(True))
    trace = Decoder(rows, shared, (), stroke_px, width, False, geometry).solve(cancel)
    if not are_alike(trace):
        return Likeness(False)
    if _model_tells(trace, evidence):
        told = Decoder(rows, evidence, (), stroke_px, width, False, geometry).solve(cancel)
        if not are_alike(told):  # what the ink hides, as dots that run together, the model may know
            return Likeness(False)
    return _told_apart(trace, stroke_px)


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

    return read if likeness.are_alike else evidence


def _told_apart(trace: Trace, stroke_px: float) -> Likeness:
    """Return the first rows in which the two stand apart for a while, and a column midway between them.

    The rows go on as long as that column parts them, so that a few pixels a person paints further down are what they
    are meant to be, and no new name for the whole curve.
    """
    with np.errstate(invalid="ignore"):
        apart = np.abs(trace.x[1] - trace.x[0]) > APART_STROKES * stroke_px
    steady = np.convolve(apart, np.ones(STEADY_ROWS), "valid") if len(apart) >= STEADY_ROWS else np.zeros(0)
    sure = np.flatnonzero(steady == STEADY_ROWS)
    if not len(sure):
        return Likeness(True)
    first = int(sure[0])
    told = trace.x[:, first : first + STEADY_ROWS]
    column = 0.5 * (float(told.min(axis=0).max()) + float(told.max(axis=0).min()))
    with np.errstate(invalid="ignore"):
        left, right = trace.x[:, first:].min(axis=0), trace.x[:, first:].max(axis=0)
        parted = apart[first:] & (left + stroke_px < column) & (right - stroke_px > column)
    parted[:STEADY_ROWS] = True
    rows = len(parted) if parted.all() else int(np.argmin(parted))
    top = trace.rows.start + first
    return Likeness(True, RowSpan(top, top + rows), column)
