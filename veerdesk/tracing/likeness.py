"""Likeness: whether a track's two pens look alike, and who is who where they do (the left one at the top is curve 1).

Separate because this is the canonical order's last rule (CONTRACT, Who is who), and no tile can apply it: a tile does
not see the track's top. So tiles first have to agree with each other along the ink that crosses their seams.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.progress import Cancel
from veerdesk.rows import RowSpan, joined, without
from veerdesk.segmentation.evidence import exchanged_in
from veerdesk.tracing.decode import Decoder, Evidence
from veerdesk.tracing.runs import INK_FLOOR
from veerdesk.tracing.trace import Trace, TraceKind

#: Widths that differ by less than this factor count as alike, as they do to an eye.
ALIKE_WIDTHS = 1.3
#: A stroke with a larger share of its rows in gaps is not solid; nor is one with this many gaps, thrice the other's.
SOLID_GAPS, DASHES = 0.06, 8
#: Fewer own rows of either curve say nothing of its pen.
LEAST_ROWS = 60
#: Strokes apart, and rows on end, from which one curve stands left of the other.
APART_STROKES, STEADY_ROWS = 1.5, 10
#: Rows above and below a seam in which ink is followed across it, in strokes.
SEAM_STROKES = 6.0


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


def first_is_left(trace: Trace, stroke_px: float) -> bool:
    """Return True where curve 1 is the left one at the track's top, or where the two never stand apart."""
    apart = np.nan_to_num(trace.x[1] - trace.x[0])
    side = np.where(np.abs(apart) > APART_STROKES * stroke_px, np.sign(apart), 0.0)
    if len(side) < STEADY_ROWS:
        return True
    steady = np.convolve(side, np.ones(STEADY_ROWS), "valid")
    sure = np.flatnonzero(np.abs(steady) == STEADY_ROWS)
    return not len(sure) or bool(steady[sure[0]] > 0)


def seam_vote(p1: NDArray[np.uint8], p2: NDArray[np.uint8], seam: int) -> float:
    """Return how far the ink that crosses a seam keeps its class there: positive where the tiles agree, 0 unknown.

    Parameters
    ----------
    p1, p2
        ``(h, w)`` uint8 evidence of the rows around the seam.
    seam
        The first row of the lower tile.
    """
    ink = (p1.astype(np.int32) + p2) >= INK_FLOOR
    _, places = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    across = np.intersect1d(places[seam - 1][ink[seam - 1]], places[seam][ink[seam]])
    vote = 0.0
    for piece in across:
        here = places == piece
        (a1, b1), (a2, b2) = (
            (float(p[:seam][here[:seam]].sum()), float(p[seam:][here[seam:]].sum())) for p in (p1, p2)
        )
        weight = min(a1 + a2, b1 + b2)
        vote += weight * (a1 - a2) * (b1 - b2) / ((a1 + a2) * (b1 + b2))
    return vote / 255.0


def turned_rows(
    rows: RowSpan, evidence: Evidence, seams: Sequence[int], stroke_px: float, geometry: TrackGeometry,
    cancel: Cancel | None = None,
) -> tuple[RowSpan, ...]:  # fmt: skip
    """Return the rows in which the model's curve 1 is to be read as curve 2 and the other way round.

    None where the pens differ: the model then knows them by their looks. Where they are alike, tiles are turned so that
    each agrees with the one above it along the ink that crosses their seam, and all of them so that curve 1 is the left
    one at the track's top.

    Parameters
    ----------
    rows
        The track's rows.
    evidence
        The model's own evidence, no person's word applied.
    seams
        First rows of the tiles below the top one.
    stroke_px, geometry
        Stroke width, px, and borders.

    Raises
    ------
    InterruptedWorkError
        Where ``cancel`` says so.
    """
    width = geometry.width_px
    trace = Decoder(rows, evidence, (), stroke_px, width, False, geometry).solve(cancel)
    if not are_alike(trace):
        return ()
    inner = sorted(s for s in set(seams) if rows.start < s < rows.stop)
    turned = _disagreeing(rows, evidence, inner, round(SEAM_STROKES * stroke_px))
    if turned:
        trace = Decoder(rows, turned_evidence(evidence, turned), (), stroke_px, width, False, geometry).solve(cancel)
    return turned if first_is_left(trace, stroke_px) else _all_but(rows, turned)


def turned_evidence(evidence: Evidence, turned: Sequence[RowSpan]) -> Evidence:
    """Return the evidence with both curves exchanged in the turned rows."""

    def read(rows: RowSpan) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
        p1, p2, col0 = evidence(rows)
        return *exchanged_in(p1, p2, rows, turned), col0

    return read if turned else evidence


def _disagreeing(rows: RowSpan, evidence: Evidence, seams: Sequence[int], reach: int) -> tuple[RowSpan, ...]:
    """Return the tiles that must be turned so that each agrees with the one above it."""
    turned: list[RowSpan] = []
    is_turned = False
    for seam, below in zip(seams, [*seams[1:], rows.stop]):
        span = RowSpan(seam, seam + 1).grown(reach).clipped(rows)
        p1, p2, _ = evidence(span)
        if seam_vote(p1, p2, seam - span.start) < 0:
            is_turned = not is_turned
        if is_turned:
            turned.append(RowSpan(seam, below))
    return joined(turned)


def _all_but(rows: RowSpan, turned: Sequence[RowSpan]) -> tuple[RowSpan, ...]:
    left: tuple[RowSpan, ...] = (rows,)
    for span in turned:
        left = without(left, span)
    return left
