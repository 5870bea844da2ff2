"""From a tile's evidence to the owner of each pixel, with the identity of whole strokes.

Separate because a pixel's own evidence knows too little: a thin limb of a heavy curve looks like the other curve until it
is followed. The decode follows it; this gives the ink to the curve that was followed there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2
from veerdesk.rows import RowSpan
from veerdesk.segmentation.decide import decided

#: Strokes are followed at this width: on the frozen set as right as at full size (F1 0.81 and 0.64), in 0.6 of the time.
_FOLLOWED_PX = 3.0
#: Ink within this many strokes of a trace's stroke is that curve's: ragged edges and bleed.
_REACH_STROKES = 0.75
#: Curve ink that no trace passes stays only where the evidence for a curve is at least this (of 255 parts): the second
#: branch of a wrapped curve stays, handwriting goes.
_SURE_PARTS = 230


def traced_owners(p1: NDArray[np.uint8], p2: NDArray[np.uint8], stroke_px: float, width_px: float) -> NDArray[np.uint8]:
    """Return the class of each pixel of a tile, decided along the strokes.

    A pixel is a curve's where both curves together are likelier than background. It goes to the curve whose trace passes
    through its ink; where both do, and where none does but the evidence is sure, the pixel's own evidence decides.

    Parameters
    ----------
    p1, p2
        ``(h, w)`` uint8, P(curve 1) and P(curve 2) in 255 parts, the tile upright.
    stroke_px, width_px
        Stroke width, and distance between the track's borders, px.

    Returns
    -------
    ``(h, w)`` uint8, 0, 1 or 2.
    """
    alone = decided(p1, p2)
    rows, cols = np.nonzero(alone)
    if not len(rows):
        return alone
    factor = min(1.0, _FOLLOWED_PX / stroke_px)
    low, high = _followed(p1, p2, factor, stroke_px, width_px)  # (2, reduced rows) each
    at = np.minimum((rows * factor).astype(np.int64), low.shape[1] - 1)
    away = np.stack([_away(low[k][at], high[k][at], cols) for k in range(2)])  # (2, pixels)
    near = away <= _REACH_STROKES * stroke_px
    own = alone[rows, cols]
    sure = p1[rows, cols].astype(np.int32) + p2[rows, cols] >= _SURE_PARTS
    owner = np.where(near.any(0), np.where(away[0] <= away[1], 1, 2), np.where(sure, own, 0))
    owner = np.where(near.all(0) & (away[0] == away[1]), own, owner)
    out = np.zeros_like(alone)
    out[rows, cols] = owner
    return out


def _followed(
    p1: NDArray[np.uint8], p2: NDArray[np.uint8], factor: float, stroke_px: float, width_px: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the first and last column of each curve's stroke at each row of the tile reduced by ``factor``."""
    height, width = p1.shape
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = [np.asarray(cv2.resize(p, size, interpolation=cv2.INTER_AREA), np.uint8) for p in (p1, p2)]
    # Here, on the model's thread: the compiler behind it takes 0.25 s to load, and no scan waits for that.
    from veerdesk.tracing.decode import Decoder

    trace = Decoder(
        RowSpan(0, size[1]),
        lambda span: (small[0][span.start : span.stop], small[1][span.start : span.stop], 0),
        (),
        stroke_px * factor,
        width_px * factor,
        False,
        by_pen=False,
    ).solve()
    # A reduced pixel c holds the columns from c / factor to (c + 1) / factor.
    return trace.low.astype(np.float64) / factor, (trace.high.astype(np.float64) + 1) / factor - 1


def _away(low: NDArray[np.float64], high: NDArray[np.float64], cols: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far each pixel lies beyond a stroke's ends in its row, px; infinite where the curve is absent."""
    beyond = np.maximum(np.maximum(low - cols, cols - high), 0.0)
    return np.where(np.isfinite(beyond), beyond, np.inf)
