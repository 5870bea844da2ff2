"""Classes brought into line with a trace: ink goes to the curve whose stroke is there.

Separate because a session settles its label maps by this and an evaluation scores by it, and neither may differ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan
from veerdesk.tracing.trace import Trace

#: Ink within this many strokes of a trace's stroke may be that curve's: ragged edges and bleed.
REACH_STROKES = 0.75
#: Px by which the other stroke must be nearer: an edge that both reach stays whose it is.
_NEARER_PX = 1.0


def put_in_line(classes: NDArray[np.uint8], trace: Trace, rows: RowSpan, col0: int, stroke_px: float) -> None:
    """Give each pixel of one curve to the other where the other's stroke is there and its own is not, in place.

    Background stays background, and so does the owner of ink that no stroke passes.

    Parameters
    ----------
    classes
        ``(h, w)`` uint8 0..2, what the tiles answered.
    trace
        The decode; its rows hold ``rows``.
    rows, col0
        Scan rows of ``classes`` and scan column of its first column.
    stroke_px
        Stroke width, px.
    """
    at_row, at_col = np.nonzero(classes)
    if not len(at_row):
        return
    offset = rows.start - trace.rows.start
    away = np.stack([_away(trace, k, at_row + offset, at_col + col0) for k in range(2)])  # (2, pixels)
    own = classes[at_row, at_col].astype(np.int64) - 1
    pixel = np.arange(len(own))
    mine, other = away[own, pixel], away[1 - own, pixel]
    flips = (other <= REACH_STROKES * stroke_px) & (other + _NEARER_PX < mine)
    classes[at_row[flips], at_col[flips]] = (2 - own[flips]).astype(np.uint8)


def _away(trace: Trace, slot: int, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far pixels lie beyond a stroke's ends in their rows, px; infinite where the curve is absent."""
    low, high = trace.low[slot, rows].astype(np.float64), trace.high[slot, rows].astype(np.float64)
    beyond = np.maximum(np.maximum(low - cols, cols - high), 0.0)
    return np.where(np.isfinite(beyond), beyond, np.inf)
