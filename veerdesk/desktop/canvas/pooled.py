"""Reduced classes of one track for zoomed-out views: the highest class in each square, kept by band.

Separate because a screen of a zoomed-out log covers tens of thousands of rows: without these sums a scroll step
would unpack every tile under the screen again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan

#: The finest level that is kept; a 500 px track of 250,000 rows takes 8 MB of it.
BASE_LEVEL = 2
BAND_ROWS = 1024
# Column and row grids are aligned to this, so that every coarser level is whole squares of the base level.
_ALIGN = 1024

ClassReader = Callable[[RowSpan, tuple[int, int]], NDArray[np.uint8]]


class PooledClasses:
    """Owns the reduced classes of one track; forgets exactly the rows it is told have changed.

    Parameters
    ----------
    read
        ``(rows, cols)`` in scan px to classes ``(h, w)`` uint8.
    cols
        Columns of the scan that hold the track.
    """

    def __init__(self, read: ClassReader, cols: tuple[int, int]) -> None:
        self._read = read
        self._cols = (cols[0] // _ALIGN * _ALIGN, -(-cols[1] // _ALIGN) * _ALIGN)
        self._bands: dict[int, NDArray[np.uint8]] = {}
        self._stale: dict[int, RowSpan] = {}

    def forget(self, rows: RowSpan) -> None:
        """Note that the classes of some rows have changed."""
        for band in list(self._bands):
            own = RowSpan(band * BAND_ROWS, (band + 1) * BAND_ROWS)
            part = rows.clipped(own)
            if part.is_empty:
                continue
            old = self._stale.get(band, part)
            self._stale[band] = RowSpan(min(old.start, part.start), max(old.stop, part.stop))

    def read(self, level: int, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return the classes at a level, ``rows`` and ``cols`` in that level's px, ``(h, w)`` uint8."""
        if level < BASE_LEVEL:
            factor = 2**level
            fine = self._read(RowSpan(rows.start * factor, rows.stop * factor), (cols[0] * factor, cols[1] * factor))
            return pooled(fine, factor)
        factor = 2 ** (level - BASE_LEVEL)
        base = self._base(RowSpan(rows.start * factor, rows.stop * factor), (cols[0] * factor, cols[1] * factor))
        return pooled(base, factor)

    def _base(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        out = np.zeros((rows.rows, cols[1] - cols[0]), np.uint8)
        own = (self._cols[0] >> BASE_LEVEL, self._cols[1] >> BASE_LEVEL)
        low, high = max(cols[0], own[0]), min(cols[1], own[1])
        if high <= low:
            return out
        for part in rows.bands(BAND_ROWS >> BASE_LEVEL):
            band = part.start // (BAND_ROWS >> BASE_LEVEL)
            first = band * (BAND_ROWS >> BASE_LEVEL)
            block = self._band(band)[part.start - first : part.stop - first, low - own[0] : high - own[0]]
            out[part.start - rows.start : part.stop - rows.start, low - cols[0] : high - cols[0]] = block
        return out

    def _band(self, band: int) -> NDArray[np.uint8]:
        first = band * BAND_ROWS
        kept = self._bands.get(band)
        if kept is None:
            kept = pooled(self._read(RowSpan(first, first + BAND_ROWS), self._cols), 2**BASE_LEVEL)
            self._bands[band] = kept
        stale = self._stale.pop(band, None)
        if stale is not None:
            step = 2**BASE_LEVEL
            start, stop = stale.start // step * step, -(-stale.stop // step) * step
            fresh = pooled(self._read(RowSpan(start, stop), self._cols), step)
            kept[(start - first) // step : (stop - first) // step] = fresh
        return kept


def pooled(classes: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Return the highest value of each square of ``factor`` px; ``(h, w)`` must be whole multiples of it."""
    if factor == 1:
        return classes
    height, width = classes.shape[0] // factor, classes.shape[1] // factor
    # (h, f, w, f) -> (h, w, f) -> (h, w); rows first, they are contiguous
    tall = classes.reshape(height, factor, width * factor).max(axis=1)
    return np.asarray(tall.reshape(height, width, factor).max(axis=2), np.uint8)
