"""The truth of each row, as the hand-traced windows state it: extents on ink, gaps, hidden rows and crossings.

Separate because it is measured on the finished label, after every effect of pen and scanner.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

#: Columns beyond the drawn stroke in which its printed ink may end (bleed), px.
_BLEED_PX = 3


def _own_ink(
    label: NDArray[np.uint8], low: NDArray[np.float64], high: NDArray[np.float64], number: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return ``(first, last)`` column of a curve's ink within its extent in each row; last < first where there is none."""
    rows, cols = label.shape
    first, last = np.full(rows, cols), np.full(rows, -1)
    at_row, at_col = np.divmod(np.flatnonzero(label.ravel() == number), cols)
    start, stop = np.nan_to_num(low, nan=cols) - _BLEED_PX, np.nan_to_num(high, nan=-_BLEED_PX - 1) + _BLEED_PX
    near = (at_col >= start[at_row]) & (at_col <= stop[at_row])
    at_row, at_col = at_row[near], at_col[near]
    if len(at_row):  # columns grow within a row, so the first and last of each run are the ends
        begins = np.flatnonzero(np.diff(at_row, prepend=-1))
        ends = np.concatenate([begins[1:] - 1, [len(at_row) - 1]])
        first[at_row[begins]], last[at_row[begins]] = at_col[begins], at_col[ends]
    return first, last


def refine_extents(
    label: NDArray[np.uint8], low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ``low`` and ``high`` ``(2, h)`` moved to the ends of the curve's own printed ink where it has any."""
    out_low, out_high = low.copy(), high.copy()
    for k in range(2):
        first, last = _own_ink(label, low[k], high[k], k + 1)
        seen = (last >= first) & np.isfinite(low[k])
        if k == 1:  # ink of curve 2 may go on under curve 1, so what is seen of it only ever widens the extent
            out_low[k] = np.where(seen, np.minimum(first, low[k]), low[k])
            out_high[k] = np.where(seen, np.maximum(last, high[k]), high[k])
        else:
            out_low[k], out_high[k] = np.where(seen, first, low[k]), np.where(seen, last, high[k])
    return out_low, out_high


def row_flags(
    label: NDArray[np.uint8],
    x: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    widths: tuple[float, ...],
) -> NDArray[np.str_]:
    """Return ``(2, h)``: ``h`` where curve 2 merges with curve 1, ``i`` where a curve left no ink of its own, else empty."""
    flags = np.full(x.shape, "", dtype="<U1")
    for k in range(2):
        first, last = _own_ink(label, low[k], high[k], k + 1)
        flags[k, (last < first) & np.isfinite(x[k])] = "i"
    if len(widths) == 2:
        both = np.isfinite(x).all(axis=0)
        merged = (low[0] < high[1]) & (low[1] < high[0]) & (np.abs(x[0] - x[1]) < np.mean(widths) - 0.5)
        flags[1, both & merged] = "h"
    return flags


def crossing_rows(x: NDArray[np.float64], merge_px: float) -> tuple[int, ...]:
    """Return the rows at which curve 1 and curve 2 change sides, each counted once.

    A side counts when the curves are further apart than 0.6 of ``merge_px``; the row is that of least distance between.
    """
    apart = x[0] - x[1]
    sure = np.flatnonzero(np.isfinite(apart) & (np.abs(apart) > 0.6 * merge_px))
    rows: list[int] = []
    for a, b in pairwise(sure):
        gap = apart[a : b + 1]
        if apart[a] * apart[b] < 0 and np.isfinite(gap).all():
            rows.append(int(a + np.argmin(np.abs(gap))))
    return tuple(rows)
