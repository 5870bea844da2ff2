"""Crossings: where two curves touch or overlap, and how sure the decode is of who is who below each.

Separate because the review queue, ``report.json`` and the window all list crossings and none of them decodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan
from veerdesk.tracing.costs import UNITS, Costs, costs_for
from veerdesk.tracing.trace import Trace, TraceKind

if TYPE_CHECKING:
    from veerdesk.tracing.decode import Decoder

#: Touching spans with fewer strokes of rows between them are one crossing.
JOIN_STROKES = 2.0
#: Rows of own ink from which a slope is measured on each side.
SLOPE_ROWS = 12


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two curves that touch or overlap.

    Attributes
    ----------
    row, column
        Where they are nearest, scan px.
    rows
        The rows in which they touch.
    margin
        Nats by which the pairing shown is cheaper than the one with the curves exchanged from here to the next
        crossing; near 0: nobody can tell.
    changes_side
        True where the curve on the left comes out on the right.
    """

    row: int
    rows: RowSpan
    column: float
    margin: float
    changes_side: bool


def _touching(trace: Trace, stroke_px: float) -> NDArray[np.bool_]:
    """Return ``(n,)``: rows in which both curves have a value and their strokes touch, or the side changes."""
    both = np.isfinite(trace.x).all(axis=0)
    apart = np.maximum(trace.low[0] - trace.high[1], trace.low[1] - trace.high[0])
    near = both & (np.nan_to_num(apart, nan=np.inf) <= 0.5 * stroke_px)
    near |= both & (trace.kind == TraceKind.SHARED).any(axis=0)
    side = np.sign(np.where(both, trace.x[0] - trace.x[1], 0.0))
    held = np.flatnonzero(side)
    change = held[1:][np.diff(side[held]) != 0]
    near[change] = True
    return np.asarray(near)


def _spans(near: NDArray[np.bool_], join_rows: int) -> list[tuple[int, int]]:
    rows = np.flatnonzero(near)
    if rows.size == 0:
        return []
    cuts = np.flatnonzero(np.diff(rows) > join_rows) + 1
    return [(int(part[0]), int(part[-1]) + 1) for part in np.split(rows, cuts)]


def _line(trace: Trace, curve: int, rows: range) -> tuple[float, float] | None:
    """Return ``(column at the first row of the range, px a row)`` of a curve's own ink; None with under three rows."""
    at = np.arange(rows.start, rows.stop, rows.step)
    at = at[(at >= 0) & (at < trace.rows.rows)]
    at = at[trace.kind[curve, at] == int(TraceKind.OWN_INK)]
    if at.size < 3:
        return None
    # Least squares by hand: a tall log has hundreds of crossings, and they are looked for again after every gesture.
    row, column = at - rows.start, trace.x[curve, at]
    row_mean, column_mean = float(row.mean()), float(column.mean())
    slope = float((row - row_mean) @ (column - column_mean)) / float((row - row_mean) @ (row - row_mean))
    return column_mean - slope * row_mean, slope


def _geometry_nats(trace: Trace, begin: int, end: int, costs: Costs) -> float:
    """Return how much dearer in drift it is to leave a crossing exchanged, in nats."""
    above = [_line(trace, c, range(begin - 1, begin - 1 - SLOPE_ROWS, -1)) for c in range(2)]
    below = [_line(trace, c, range(end, end + SLOPE_ROWS)) for c in range(2)]
    if above[0] is None or above[1] is None or below[0] is None or below[1] is None:
        return 0.0
    ahead = [a[0] - a[1] * (end - begin + 1) for a in (above[0], above[1])]
    here = (below[0][0], below[1][0])
    drift = [[min(costs.drift * abs(p - q), costs.drift_most) for q in here] for p in ahead]
    return (drift[0][1] + drift[1][0] - drift[0][0] - drift[1][1]) / UNITS


def find_crossings(trace: Trace, decoder: Decoder) -> tuple[Crossing, ...]:
    """Return the crossings of a trace from top to bottom, each with its margin.

    The margin adds, over the rows from this crossing to the next, what it would cost to call each curve's ink the
    other's, and at both crossings what the slopes say.
    """
    stroke_px = decoder.stroke_px
    spans = _spans(_touching(trace, stroke_px), round(JOIN_STROKES * stroke_px))
    evidence = np.concatenate(([0.0], np.cumsum(decoder.exchange_nats())))
    costs = costs_for(stroke_px, 0)
    geometry = [_geometry_nats(trace, a, b, costs) for a, b in spans]
    out: list[Crossing] = []
    for k, (begin, end) in enumerate(spans):
        below = spans[k + 1][0] if k + 1 < len(spans) else trace.rows.rows
        margin = float(evidence[below] - evidence[end]) + geometry[k]
        margin += geometry[k + 1] if k + 1 < len(spans) else 0.0
        apart = np.abs(trace.x[0, begin:end] - trace.x[1, begin:end])
        nearest = begin + (int(np.nanargmin(apart)) if np.isfinite(apart).any() else 0)
        before, after = _side(trace, begin - 1, -1), _side(trace, end, 1)
        out.append(
            Crossing(
                row=trace.rows.start + nearest,
                rows=RowSpan(trace.rows.start + begin, trace.rows.start + end),
                column=float(np.nanmean(trace.x[:, nearest])),
                margin=max(0.0, margin),
                changes_side=before * after < 0,
            )
        )
    return tuple(out)


def _side(trace: Trace, row: int, step: int) -> float:
    """Return the sign of curve 1 minus curve 2 at the nearest row that has both, looking one way; 0 where none."""
    for _ in range(SLOPE_ROWS):
        if not 0 <= row < trace.rows.rows:
            return 0.0
        apart = trace.x[0, row] - trace.x[1, row]
        if np.isfinite(apart) and apart != 0:
            return float(np.sign(apart))
        row += step
    return 0.0
