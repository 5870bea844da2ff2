"""Where a track lies on its scan: rows, and two border polylines that may lean.

Separate because segmentation, tracing and calibration need the borders and nothing else of a track.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan

Polyline = tuple[tuple[float, float], ...]  # (row, column), rows growing

#: Strokes swing past the printed border; this share of the width is looked at on each side.
MARGIN_SHARE = 0.06
MIN_MARGIN_PX = 16


def column_at(line: Polyline, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the column of a polyline at each row, px; outside its ends the nearest piece is extended.

    A single point is a vertical line.
    """
    at = np.asarray(rows, np.float64)
    points = np.asarray(line, np.float64)
    if len(points) == 1:
        return np.full(at.shape, points[0, 1])
    out = np.interp(at, points[:, 0], points[:, 1])
    for end, inner, outside in ((0, 1, at < points[0, 0]), (-1, -2, at > points[-1, 0])):
        slope = (points[inner, 1] - points[end, 1]) / (points[inner, 0] - points[end, 0])
        out = np.where(outside, points[end, 1] + slope * (at - points[end, 0]), out)
    return np.asarray(out, np.float64)


def column_at_row(line: Polyline, row: float) -> float:
    """Return the column of a polyline at one row, px, as `column_at` does; a hand asks for it many times a second.

    >>> column_at_row(((0.0, 10.0), (100.0, 20.0)), 50.0)
    15.0
    """
    if len(line) == 1:
        return line[0][1]
    k = 1
    while k < len(line) - 1 and row > line[k][0]:
        k += 1
    (r0, c0), (r1, c1) = line[k - 1], line[k]
    return c0 + (c1 - c0) / (r1 - r0) * (row - r0)


class _WorkedOut:
    """What follows from a geometry and is asked by every stroke; no field of it."""

    __slots__ = ("_box", "_inner", "_margin_px")
    _box: tuple[int, tuple[int, int]]
    _inner: tuple[int, int, int, int]
    _margin_px: int


@dataclass(frozen=True, slots=True)
class TrackGeometry(_WorkedOut):
    """Rows of a track (half-open) and its left and right borders in scan px."""

    rows: RowSpan
    left: Polyline
    right: Polyline

    def left_at(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the left border's column at each row, float64 px."""
        return column_at(self.left, rows)

    def right_at(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the right border's column at each row, float64 px."""
        return column_at(self.right, rows)

    @property
    def width_px(self) -> float:
        """Median distance between the borders over the track's rows, px."""
        return _median_width(self)

    @property
    def margin_px(self) -> int:
        """Columns looked at beyond each border, px."""
        try:
            known = self._margin_px
        except AttributeError:
            known = max(MIN_MARGIN_PX, round(MARGIN_SHARE * self.width_px))
            object.__setattr__(self, "_margin_px", known)
        return known

    @property
    def inner(self) -> tuple[int, int, int, int]:
        """First row and row + 1, first column and column + 1, of a box that lies on the track at each of its rows."""
        try:
            known = self._inner
        except AttributeError:
            known = self._largest_inner()
            object.__setattr__(self, "_inner", known)
        return known

    def _largest_inner(self) -> tuple[int, int, int, int]:
        ends = (float(self.rows.start), float(max(self.rows.start, self.rows.stop - 1)))
        rows = (*ends, *(r for r, _ in (*self.left, *self.right) if ends[0] < r < ends[1]))
        first = math.ceil(max(column_at_row(self.left, r) for r in rows)) - self.margin_px
        last = math.floor(min(column_at_row(self.right, r) for r in rows)) + self.margin_px
        return self.rows.start, self.rows.stop, max(0, first), last + 1

    def box(self, scan_width: int) -> tuple[int, int]:
        """Return columns ``[start, stop)`` that hold the track and its margins, inside the scan."""
        try:
            known = self._box
        except AttributeError:
            known = -1, (0, 0)
        if known[0] != scan_width:
            known = scan_width, self._box_in(scan_width)
            object.__setattr__(self, "_box", known)
        return known[1]

    def _box_in(self, scan_width: int) -> tuple[int, int]:
        knots = [r for r, _ in (*self.left, *self.right) if self.rows.start <= r < self.rows.stop]
        rows = np.array(sorted({float(self.rows.start), float(max(self.rows.start, self.rows.stop - 1)), *knots}))
        start = int(np.floor(self.left_at(rows).min())) - self.margin_px
        stop = int(np.ceil(self.right_at(rows).max())) + self.margin_px + 1
        return max(0, min(start, scan_width - 1)), min(scan_width, max(stop, 1))


@lru_cache(maxsize=256)
def _median_width(geometry: TrackGeometry) -> float:
    """Asked several times by every brush stroke; a geometry never changes."""
    rows = np.linspace(geometry.rows.start, max(geometry.rows.start, geometry.rows.stop - 1), 64)
    return float(np.median(geometry.right_at(rows) - geometry.left_at(rows)))
