"""Rows shifted by whole pixels so that a track's left border stands upright, and back again.

Separate because segmentation and the stroke measure must look at a track the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.rows import RowSpan

#: Reads a window of a scan: rows and columns in scan px, white (255) outside; ``(h, w)`` uint8, in colour ``(h, w, 3)``.
ReadWindow = Callable[[RowSpan, tuple[int, int]], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class StraightWindow:
    """Which scan column each row of an upright window begins at.

    Parameters
    ----------
    rows
        Scan rows of the window.
    starts
        ``(rows,)`` int64, the scan column of the window's first column in each row.
    width
        Columns of the window.
    """

    rows: RowSpan
    starts: NDArray[np.int64]
    width: int

    @property
    def cols(self) -> tuple[int, int]:
        """Scan columns ``[start, stop)`` that the leaning window touches; may lie outside the scan."""
        if not len(self.starts):
            return (0, 0)
        return int(self.starts.min()), int(self.starts.max()) + self.width

    def upright(self, block: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the window of a block that was read at `cols`: ``(h, cols)`` -> ``(h, width)``, or the same in colour."""
        out = np.empty((len(self.starts), self.width, *block.shape[2:]), block.dtype)
        first = self.cols[0]
        for row, start in enumerate((self.starts - first).tolist()):
            out[row] = block[row, start : start + self.width]
        return out

    def leaning(self, window: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return an upright window back where it stands on the scan, zero elsewhere: the inverse of `upright`."""
        first, stop = self.cols
        out = np.zeros((len(self.starts), stop - first), window.dtype)
        for row, start in enumerate((self.starts - first).tolist()):
            out[row, start : start + self.width] = window[row]
        return out


def straight_window(geometry: TrackGeometry, rows: RowSpan, margin_px: int) -> StraightWindow:
    """Return the upright window of a track over some rows, with ``margin_px`` columns beyond its borders.

    The width is that of the widest row of the whole track, so that every window of one track is equally wide.
    """
    at = np.arange(rows.start, rows.stop, dtype=np.float64)
    starts = np.floor(geometry.left_at(at) + 0.5).astype(np.int64) - margin_px
    knots = [r for r, _ in (*geometry.left, *geometry.right) if geometry.rows.start <= r < geometry.rows.stop]
    ends = (geometry.rows.start, max(geometry.rows.start, geometry.rows.stop - 1))
    edges = np.array([*ends, *knots], np.float64)
    widest = float((geometry.right_at(edges) - geometry.left_at(edges)).max())
    return StraightWindow(rows, starts, max(1, int(np.ceil(widest)) + 1 + 2 * margin_px))
