"""From three probabilities to one class a pixel, ties spelled out.

Separate because the window, the exports and the scores must all decide alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Evidence is kept as whole numbers of this many parts.
PARTS = 255
#: Inked pixels where the two curves together reach this many parts belong to a curve.
CURVE_PARTS = 128


def quantised(shares: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return probabilities 0..1 as uint8 0..255, rounded to the nearest."""
    return np.asarray(np.clip(shares, 0.0, 1.0) * PARTS + 0.5, np.uint8)


def decided(p1: NDArray[np.uint8], p2: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the class of each pixel from quantised evidence, so that stored evidence gives the same answer again.

    A pixel belongs to a curve where both curves together are likelier than background (128 of 255 parts), and then to
    the likelier one; a tie goes to curve 1, which owns shared ink (CONTRACT, Who is who).

    Parameters
    ----------
    p1, p2
        ``(h, w)`` uint8 P(curve 1) and P(curve 2), zero off ink.

    Returns
    -------
    ``(h, w)`` uint8, 0, 1 or 2.

    >>> decided(np.array([[100, 100, 60]], np.uint8), np.array([[100, 101, 60]], np.uint8)).tolist()
    [[1, 2, 0]]
    """
    is_curve = p1.astype(np.uint16) + p2 >= CURVE_PARTS
    return np.where(is_curve, np.where(p2 > p1, 2, 1), 0).astype(np.uint8)


def decided_alone(p1: NDArray[np.uint8], p2: NDArray[np.uint8], stroke_px: float, width_px: float) -> NDArray[np.uint8]:
    """Return `decided` of the evidence: each pixel alone, whatever the strokes' width."""
    return decided(p1, p2)
