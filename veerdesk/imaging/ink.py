"""Which pixels are ink.

Separate because segmentation locks its answer to ink, the tools paint on ink only, and the proof counts ink:
all three must mean the same pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2

#: A bilevel pixel below this is ink.
BILEVEL_THRESHOLD = 128

# Paper is estimated on cells of this many px: small enough to follow a fold, large enough to average scanner noise.
_CELL_PX = 4
# Dark things narrower than this many cells (36 px) are strokes, wider ones are stains and shading.
_WIDEST_STROKE_CELLS = 9
# Ink reflects less than this share of the light its paper reflects. A ratio, because shading and stains multiply.
_INK_SHARE = 0.7
# Solid black wider than any stroke must not be taken for dark paper.
_DARKEST_PAPER = 96
_NEIGHBOURS = np.ones((3, 3), np.uint8)

#: Rows and columns around a window that its outer pixels' answer depends on, px.
INK_HALO_PX = 2 * _CELL_PX * _WIDEST_STROKE_CELLS


def is_bilevel(grey: NDArray[np.uint8]) -> bool:
    """Return True where every pixel of the window is exactly 0 or 255."""
    # 0 + 1 = 1 and 255 + 1 = 0 in uint8; every other value leaves a bit above the lowest.
    return not bool(((grey + np.uint8(1)) & np.uint8(0xFE)).any())


def paper_level(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the brightness of the paper under and around the ink.

    Parameters
    ----------
    grey
        (h, w) uint8, 255 is paper.

    Returns
    -------
    (h // 4 or more, w // 4 or more) uint8, one value for each cell of 4 x 4 px: a grey closing, so that strokes
    are filled with the paper beside them and stains keep their own level.
    """
    h, w = grey.shape
    cells = cv2.resize(grey, (-(-w // _CELL_PX), -(-h // _CELL_PX)), interpolation=cv2.INTER_AREA)
    kernel = np.ones((_WIDEST_STROKE_CELLS, _WIDEST_STROKE_CELLS), np.uint8)
    closed = cv2.morphologyEx(cells, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    # One cell darker around: a cell on a stain's edge mixes both papers, and the stain's rim must not become ink.
    return np.asarray(cv2.blur(cv2.erode(closed, _NEIGHBOURS, borderType=cv2.BORDER_REPLICATE), (3, 3)), np.uint8)


def ink_mask(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which pixels are ink.

    A window of pure black and white is read as it is. A grey window is compared with its own paper: ink is darker
    than 70 % of the paper around it, so that shading, folds, yellowing and stains stay paper.

    Parameters
    ----------
    grey
        (h, w) uint8, 255 is paper. Pixels within ``INK_HALO_PX`` of the window's edge know half of their paper;
        read that much more where windows must agree exactly.

    Returns
    -------
    (h, w) bool, True is ink.
    """
    if grey.ndim != 2:
        raise ValueError(f"ink is read from one grey plane, not from an array of shape {grey.shape}")
    if grey.size == 0:
        return np.zeros(grey.shape, np.bool_)
    if is_bilevel(grey):
        return np.asarray(grey < BILEVEL_THRESHOLD, np.bool_)
    paper = np.maximum(paper_level(np.ascontiguousarray(grey)), _DARKEST_PAPER)
    limit = cv2.convertScaleAbs(paper, alpha=_INK_SHARE)
    h, w = grey.shape
    wide = cv2.resize(limit, (w, h), interpolation=cv2.INTER_LINEAR)
    return np.asarray(grey < wide, np.bool_)
