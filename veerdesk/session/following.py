"""Label maps brought into line with the traces that leave: once a track is decoded to its end, identity is settled.

Separate because a tile's answer is provisional (two curves of one look cannot be told apart inside a tile), and because
what leaves must agree: the pixels of a curve lie under its trace.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.labels.classes import NOT_SAID
from veerdesk.labels.label_map import LabelMap
from veerdesk.rows import RowSpan
from veerdesk.tracing.trace import Trace

#: Ink within this many strokes of a trace's stroke may be that curve's: ragged edges and bleed.
REACH_STROKES = 0.75
_BAND_ROWS = 1024


def follow_trace(labels: LabelMap, trace: Trace, cols: tuple[int, int], stroke_px: float) -> int:
    """Give each pixel the model gave to one curve to the other, where the other's stroke is there and its own is not.

    Background stays background, and a pixel a person spoke of stays as it is.

    Parameters
    ----------
    labels
        The track's label map; its model plane is changed.
    trace
        The decode of the whole track.
    cols
        Scan columns of the track, half-open.
    stroke_px
        Stroke width, px.

    Returns
    -------
    Number of pixels that changed their owner.
    """
    changed = 0
    for rows in trace.rows.bands(_BAND_ROWS):
        classes = labels.classes(rows, cols)
        settled = _settled(classes, trace, rows, cols[0], REACH_STROKES * stroke_px)
        settled = np.where(labels.said(rows, cols) == NOT_SAID, settled, classes).astype(np.uint8)
        moved = int((settled != classes).sum())
        if moved:
            labels.set_model(rows, cols[0], settled)
            changed += moved
    return changed


def _settled(classes: NDArray[np.uint8], trace: Trace, rows: RowSpan, col0: int, reach_px: float) -> NDArray[np.uint8]:
    at_row, at_col = np.nonzero(classes)
    out = classes.copy()
    if not len(at_row):
        return out
    offset = rows.start - trace.rows.start
    away = np.stack([_away(trace, k, at_row + offset, at_col + col0) for k in range(2)])  # (2, pixels)
    own = classes[at_row, at_col].astype(np.int64) - 1
    pixel = np.arange(len(own))
    mine, other = away[own, pixel], away[1 - own, pixel]
    flips = (other <= reach_px) & (other + 1.0 < mine)
    out[at_row[flips], at_col[flips]] = (2 - own[flips]).astype(np.uint8)
    return out


def _away(trace: Trace, slot: int, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far pixels lie beyond a stroke's ends in their rows, px; infinite where the curve is absent."""
    low, high = trace.low[slot, rows].astype(np.float64), trace.high[slot, rows].astype(np.float64)
    beyond = np.maximum(np.maximum(low - cols, cols - high), 0.0)
    return np.where(np.isfinite(beyond), beyond, np.inf)
