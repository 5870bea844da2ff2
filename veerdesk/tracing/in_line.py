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
        ``(h, w)`` uint8 0..2, C-contiguous: what the tiles answered.
    trace
        The decode; its rows hold ``rows``.
    rows, col0
        Scan rows of ``classes`` and scan column of its first column.
    stroke_px
        Stroke width, px.
    """
    flat = classes.reshape(-1)
    at = _inked(flat)
    if not len(at):
        return
    at_row, at_col = np.divmod(at, classes.shape[1])
    offset = rows.start - trace.rows.start
    away = np.stack([_away(trace, k, at_row + offset, at_col + col0) for k in range(2)])  # (2, pixels)
    own = flat[at].astype(np.int64) - 1
    pixel = np.arange(len(own))
    mine, other = away[own, pixel], away[1 - own, pixel]
    flips = (other <= REACH_STROKES * stroke_px) & (other + _NEARER_PX < mine)
    flat[at[flips]] = (2 - own[flips]).astype(np.uint8)


def _inked(flat: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return where a plane is not 0; eight pixels at a time, as nearly all of it is: a gesture waits for this."""
    words = flat[: flat.size // 8 * 8].view(np.uint64)
    at = (np.flatnonzero(words)[:, None] * 8 + np.arange(8)).ravel()
    at = np.concatenate((at, np.arange(words.size * 8, flat.size)))
    return np.asarray(at[flat[at] != 0], np.int64)


def _away(trace: Trace, slot: int, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far pixels lie beyond a stroke's ends in their rows, px; infinite where the curve is absent."""
    low, high = trace.low[slot, rows].astype(np.float64), trace.high[slot, rows].astype(np.float64)
    beyond = np.maximum(np.maximum(low - cols, cols - high), 0.0)
    return np.where(np.isfinite(beyond), beyond, np.inf)
