"""Crossings: where two curves touch or overlap, and how sure the decode is of who is who below each.

Separate because the review queue, ``report.json`` and the window all list crossings and none of them decodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan
from veerdesk.tracing.costs import UNITS, costs_for
from veerdesk.tracing.trace import Trace

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


def find_crossings(trace: Trace, decoder: Decoder) -> tuple[Crossing, ...]:
    """Return the crossings of a trace from top to bottom, each with its margin.

    The margin adds, over the rows from this crossing to the next, what it would cost to call each curve's ink the
    other's, and at both crossings what the slopes say.
    """
    # Here, and not for whoever only names crossings: the compiler behind it takes 0.25 s to load.
    from veerdesk.tracing.crossing_rows import exchange_drift, nearest_rows

    stroke_px, top = decoder.stroke_px, trace.rows.start
    costs = costs_for(stroke_px, 0)
    spans = crossing_spans(trace, stroke_px)
    evidence = np.concatenate(([0.0], np.cumsum(decoder.exchange_nats())))
    drift = exchange_drift(trace.x, trace.kind, spans, SLOPE_ROWS, float(costs.drift), float(costs.drift_most)) / UNITS
    below = np.append(spans[1:, 0], trace.rows.rows)  # where the next crossing begins
    margins = evidence[below] - evidence[spans[:, 1]] + drift
    margins[:-1] += drift[1:]
    nearest, changes = nearest_rows(trace.x, spans, SLOPE_ROWS)
    columns = np.nanmean(trace.x[:, nearest], axis=0)
    found = zip(spans.tolist(), nearest.tolist(), columns.tolist(), margins.tolist(), changes.tolist(), strict=True)
    return tuple(
        Crossing(top + row, RowSpan(top + begin, top + end), column, max(0.0, margin), changes_side)
        for (begin, end), row, column, margin, changes_side in found
    )


def crossing_spans(trace: Trace, stroke_px: float) -> NDArray[np.int64]:
    """Return first row and last row + 1 of each crossing, ``(crossings, 2)``, counted from the trace's first row."""
    from veerdesk.tracing.crossing_rows import touching  # here, as above

    near = touching(trace.x, trace.low, trace.high, trace.kind, 0.5 * stroke_px)
    return _spans(near, round(JOIN_STROKES * stroke_px))


def _spans(near: NDArray[np.bool_], join_rows: int) -> NDArray[np.int64]:
    """Return first row and last row + 1 of each stretch of rows, ``(crossings, 2)``, those close to each other joined."""
    rows = np.flatnonzero(near)
    is_first = np.diff(rows, prepend=-join_rows - 1) > join_rows
    return np.stack((rows[is_first], rows[np.append(is_first[1:], True)[: len(rows)]] + 1), axis=1)
