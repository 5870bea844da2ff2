"""printed_levels: the ink of broad printed lines that run across a whole track, as depth lines do, and that is theirs alone.

Separate because a line across is known by its own few rows, where a line down is known by the whole track: no curve covers
every column of a row. Where the network takes a broad one for a curve, the curve seems to run to both borders and back.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: A row is a line's where this share of the track's columns is ink, the borders apart, which are left out by that share.
_FULL, _BORDER = 0.92, 0.04
#: Bands of such rows that are thinner than the track's strokes are taken for no curve and may hide one that lies on them;
#: thicker ones than this, px, or as a share of the strokes, are no line.
_THICKEST_PX, _THICKEST = 8, 1.5
#: Ink that goes on above or below a line by more rows than this is something that crosses it.
_RAGGED_PX = 1
#: And so is ink that is darker than most of the line by this much, of 255.
_DARKER = 48


def level_ink(grey: NDArray[np.uint8], ink: NDArray[np.bool_], track: slice, stroke_px: float) -> NDArray[np.bool_]:
    """Return which pixels of an upright window of ink, ``(h, w)``, are a line's across the track and nothing else's.

    Lines as broad as the strokes or broader are meant. Rows at the window's top and bottom say nothing of lines that it cuts.

    Parameters
    ----------
    grey
        ``(h, w)``: its brightness; what is much darker than the line is something that lies on it.
    track
        The window's columns between the track's borders.
    stroke_px
        How wide the track's strokes are.
    """
    own = np.zeros(ink.shape, np.bool_)
    inner = ink[:, track]
    cut = int(_BORDER * inner.shape[1])
    inner = inner[:, cut : inner.shape[1] - cut]
    if not inner.size:
        return own
    is_full = inner.mean(axis=1) >= _FULL
    ends = np.flatnonzero(np.diff(np.concatenate(([False], is_full, [False])).astype(np.int8))).reshape(-1, 2)
    for first, stop in ends.tolist():
        if not stroke_px <= stop - first <= max(_THICKEST_PX, _THICKEST * stroke_px):
            continue
        above, below = first - _RAGGED_PX - 1, stop + _RAGGED_PX
        goes_on = np.zeros(ink.shape[1], np.bool_)
        if above >= 0:
            goes_on |= ink[above:first].all(axis=0)
        if below < len(ink):
            goes_on |= ink[stop : below + 1].all(axis=0)
        band = slice(max(0, first - _RAGGED_PX), min(len(ink), stop + _RAGGED_PX))
        usual = np.median(grey[first:stop, track])
        own[band] |= ink[band] & ~goes_on & (grey[band] > usual - _DARKER)
    return own
