"""Fill: the connected pixels round one place, of one owner, of loose ink, or of paper that ink closes in.

Separate because what is connected is a question about pixels alone; which of them may change is the rule's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2
from veerdesk.labels.shapes import Region


def filled(classes: NDArray[np.uint8], ink: NDArray[np.bool_], row: int, col: int) -> NDArray[np.bool_] | None:
    """Return the pixels that belong together with one of them, ``(h, w)`` bool.

    Of a curve: what it owns, joined also by corners. Of ink that nobody owns: that ink, likewise. Of paper: the paper,
    joined by sides, as a thin line must not leak; None where it reaches the edge of the window, and so is not closed in.

    >>> filled(np.zeros((3, 3), np.uint8), np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], bool), 1, 1).sum()
    1
    """
    is_paper = not ink[row, col] and not classes[row, col]
    if is_paper:
        mask = ~ink & (classes == 0)
    elif classes[row, col]:
        mask = classes == classes[row, col]
    else:
        mask = ink & (classes == 0)
    _, numbers = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4 if is_paper else 8)
    found = np.asarray(numbers == numbers[row, col])
    if is_paper and (found[0].any() or found[-1].any() or found[:, 0].any() or found[:, -1].any()):
        return None
    return found


def cut_out(mask: NDArray[np.bool_], row0: int, col0: int) -> Region:
    """Return a mask as a region no larger than its pixels; its first pixel is at ``(row0, col0)`` of the scan."""
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    part = mask[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    return Region(row0 + int(rows[0]), col0 + int(cols[0]), np.ascontiguousarray(part))
