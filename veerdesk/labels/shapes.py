"""Brush, lasso and polygon to sets of pixels, and the cut to a track.

Separate because every gesture ends here: a Region is all that an edit needs to know of the hand that drew it.
There is no anti-aliasing anywhere: a pixel is meant or it is not.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.geometry import TrackGeometry, column_at_row
from veerdesk.rows import RowSpan

# From half a pixel's diagonal on, a brush covers the pixels under its own path anyway.
_COVERS_LINE = 0.7072

Point = tuple[float, float]  # (row, column), scan px; the centre of a pixel is at whole numbers


@dataclass(frozen=True, slots=True)
class Region:
    """Pixels that a gesture means: ``mask`` ``(h, w)`` bool with its first pixel at ``(row0, col0)`` of the scan."""

    row0: int
    col0: int
    mask: NDArray[np.bool_]

    @property
    def rows(self) -> RowSpan:
        """Rows of the box."""
        return RowSpan(self.row0, self.row0 + self.mask.shape[0])

    @property
    def cols(self) -> tuple[int, int]:
        """Columns of the box, half-open."""
        return self.col0, self.col0 + self.mask.shape[1]

    @property
    def is_empty(self) -> bool:
        """True where no pixel is meant."""
        return not bool(self.mask.any())


def capsule(a: Point, b: Point, radius: float) -> Region:
    """Return the pixels whose centre lies within ``radius`` px of the segment a to b.

    The pixels under the segment itself are always in, so a radius of 0.5 or less draws a line one pixel wide
    and a click with it hits exactly the pixel under the pointer.

    >>> capsule((3.2, 7.9), (3.2, 7.9), 0.5)
    Region(row0=3, col0=8, mask=array([[ True]]))
    """
    return polyline_brush((a, b), radius)


def polyline_brush(points: Sequence[Point], radius: float) -> Region:
    """Return the pixels within ``radius`` px of a polyline of one or more points.

    Raises
    ------
    ValueError
        There is no point.
    """
    if len(points) == 0:
        raise ValueError("a brush stroke needs at least one point")
    reach = radius if radius > 0.5 else 0.0
    if reach >= _COVERS_LINE and (len(points) == 1 or all(point == points[0] for point in points)):
        return _disc(points[0], reach)
    at = np.asarray(points, np.float64).reshape(-1, 2)
    row0, col0 = (int(v) for v in np.floor(at.min(axis=0) + 0.5 - reach))
    row1, col1 = (int(v) + 1 for v in np.ceil(at.max(axis=0) - 0.5 + reach))
    mask = np.zeros((max(1, row1 - row0), max(1, col1 - col0)), np.bool_)
    at = at - (row0, col0)
    if len(at) == 1:
        at = np.repeat(at, 2, axis=0)
    for a, b in itertools.pairwise(at):
        _stamp(mask, a, b, reach)
    return _trimmed(row0, col0, mask)


def polygon(points: Sequence[Point]) -> Region:
    """Return the pixels whose centre lies inside a closed polygon, even-odd rule.

    A centre exactly on a left or upper edge is in, on a right or lower edge out, so polygons that share an edge
    share no pixel.
    """
    at = np.asarray(points, np.float64).reshape(-1, 2)
    if len(at) < 3:
        return Region(0, 0, np.zeros((0, 0), np.bool_))
    row0, col0 = (int(v) for v in np.ceil(at.min(axis=0)))
    row1, col1 = (int(v) + 1 for v in np.ceil(at.max(axis=0)))
    flips = np.zeros((row1 - row0, col1 - col0 + 1), np.uint8)
    for (ra, ca), (rb, cb) in zip(at, np.roll(at, -1, axis=0), strict=True):
        if ra == rb:
            continue
        top, bottom = (ra, rb) if ra < rb else (rb, ra)
        rows = np.arange(int(np.ceil(top)), int(np.ceil(bottom)))
        cols = ca + (rows - ra) / (rb - ra) * (cb - ca)
        flips[rows - row0, np.clip(np.ceil(cols).astype(np.int64) - col0, 0, flips.shape[1] - 1)] ^= 1
    mask = np.bitwise_xor.accumulate(flips, axis=1)[:, :-1].astype(np.bool_)
    return _trimmed(row0, col0, mask)


def clipped(region: Region, geometry: TrackGeometry) -> Region:
    """Return the part of a region that lies on a track: its rows, its borders and the margin beside them."""
    (row0, row1, col0, col1), (height, width) = geometry.inner, region.mask.shape
    if row0 <= region.row0 and region.row0 + height <= row1 and col0 <= region.col0 and region.col0 + width <= col1:
        return region  # as nearly every stroke lies
    rows = region.rows.clipped(geometry.rows)
    if rows.is_empty or region.mask.shape[1] == 0:
        return Region(rows.start, region.col0, np.zeros((0, 0), np.bool_))
    if _lies_inside(region, geometry):
        return region
    at = np.arange(rows.start, rows.stop, dtype=np.float64)
    left = np.maximum(0.0, np.floor(geometry.left_at(at)) - geometry.margin_px)  # (rows,)
    right = np.ceil(geometry.right_at(at)) + geometry.margin_px
    cols = np.arange(*region.cols)
    inside = (cols[None, :] >= left[:, None]) & (cols[None, :] <= right[:, None])
    part = region.mask[rows.start - region.row0 : rows.stop - region.row0] & inside
    return _trimmed(rows.start, region.col0, part)


def _lies_inside(region: Region, geometry: TrackGeometry) -> bool:
    """Return True where a region's box lies on a track: its corners and the borders' knots beside it say so."""
    rows, (col0, col1) = region.rows, region.cols
    if not (geometry.rows.start <= rows.start and rows.stop <= geometry.rows.stop and col0 >= 0):
        return False
    margin = geometry.margin_px
    ends = (float(rows.start), float(rows.stop - 1))
    for row in (*ends, *(r for r, _ in (*geometry.left, *geometry.right) if ends[0] < r < ends[1])):
        left, right = column_at_row(geometry.left, row), column_at_row(geometry.right, row)
        if math.floor(left) - margin > col0 or math.ceil(right) + margin < col1 - 1:
            return False
    return True


def _disc(at: Point, reach: float) -> Region:
    """Return the pixels of a dab, whose box is known without looking: it holds the pixel under the hand."""
    row, col = math.floor(at[0]), math.floor(at[1])
    disc = _disc_within_pixel(at[0] - row, at[1] - col, reach)
    return Region(row + disc.row0, col + disc.col0, disc.mask)


@lru_cache(maxsize=16)
def _disc_within_pixel(row: float, col: float, reach: float) -> Region:
    """Return the pixels of a dab beside the first pixel: where a pixel is a screen pixel, every dab is the same one."""
    row0, col0 = math.ceil(row - reach - 1e-9), math.ceil(col - reach - 1e-9)
    row1, col1 = math.floor(row + reach + 1e-9), math.floor(col + reach + 1e-9)
    rows = np.arange(row0, row1 + 1, dtype=np.float64) - row
    cols = np.arange(col0, col1 + 1, dtype=np.float64) - col
    disc = _trimmed(row0, col0, (rows * rows)[:, None] + cols * cols <= reach * reach + 1e-9)
    disc.mask.flags.writeable = False  # it is handed out again
    return disc


def _stamp(mask: NDArray[np.bool_], a: NDArray[np.float64], b: NDArray[np.float64], reach: float) -> None:
    """Set the pixels of one segment, in mask coordinates."""
    if reach < _COVERS_LINE:
        _draw_line(mask, a, b)
    if reach <= 0.0:
        return
    low = np.maximum(0, np.floor(np.minimum(a, b) - reach)).astype(np.int64)
    high = np.minimum(mask.shape, np.ceil(np.maximum(a, b) + reach).astype(np.int64) + 1)
    rows = np.arange(low[0], high[0], dtype=np.float64)[:, None] - a[0]
    cols = np.arange(low[1], high[1], dtype=np.float64)[None, :] - a[1]
    along = b - a
    length = float(along @ along)
    if length > 0.0:
        share_at = np.minimum(1.0, np.maximum(0.0, (rows * along[0] + cols * along[1]) / length))
        rows, cols = rows - share_at * along[0], cols - share_at * along[1]
    mask[low[0] : high[0], low[1] : high[1]] |= rows * rows + cols * cols <= reach * reach + 1e-9


def _draw_line(mask: NDArray[np.bool_], a: NDArray[np.float64], b: NDArray[np.float64]) -> None:
    steps = int(np.abs(b - a).max()) + 1
    share = np.linspace(0.0, 1.0, steps + 1)[:, None]
    line = np.floor(a + share * (b - a) + 0.5).astype(np.int64)
    mask[np.clip(line[:, 0], 0, mask.shape[0] - 1), np.clip(line[:, 1], 0, mask.shape[1] - 1)] = True


def _trimmed(row0: int, col0: int, mask: NDArray[np.bool_]) -> Region:
    """Return the region with empty rows and columns at its rim cut off."""
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(rows) == 0:
        return Region(row0, col0, np.zeros((0, 0), np.bool_))
    if len(rows) == mask.shape[0] and len(cols) == mask.shape[1]:
        return Region(row0, col0, mask)
    part = mask[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    return Region(row0 + int(rows[0]), col0 + int(cols[0]), np.ascontiguousarray(part))
