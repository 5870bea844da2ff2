"""The printed line across the paper beside a place: what a depth is tied to.

Separate because a person points at a depth line by eye and hand, a few rows off, and the line itself says where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.ink import ink_mask
from veerdesk.rows import RowSpan

#: Paper is looked at in pieces so wide: a line that leans by a hundredth stays within its own thickness there.
PIECE_COLS = 64
#: So much of a piece's columns a row of a line has ink in; a curve or a number that passes has far less.
LEAST_SHARE = 0.6
#: Blacker than this over more rows is no line: a tape joint, a picture, the black beside the paper.
THICKEST_ROWS = 14
#: A line counts as heavy as the heaviest in reach from this share of its blackness on: light lines beside it are not meant.
AS_HEAVY_SHARE = 0.75
#: Pieces beside the place that are asked, at most, and so many must know a line.
PIECES_ASKED, PIECES_NEEDED = 24, 3


def printed_line(
    read: Callable[[RowSpan, tuple[int, int]], NDArray[np.uint8]],
    at: tuple[float, float],
    size: tuple[int, int],
    *,
    reach_rows: float,
) -> float | None:
    """Return the row of the printed line across that is meant by a place, or None where no line is that near.

    Where several lines are in reach, the nearest of the heavy ones is meant. In the blank column of the depth numbers
    the lines of the tracks beside it count.

    Parameters
    ----------
    read
        Reads rows and columns of the scan, uint8 grey.
    at
        Row and column, px.
    size
        Rows and columns of the scan.
    reach_rows
        How far the line may be from the place.
    """
    reach = int(np.ceil(reach_rows))
    rows = RowSpan(round(at[0]) - reach - THICKEST_ROWS, round(at[0]) + reach + THICKEST_ROWS + 1).clipped(
        RowSpan(0, size[0])
    )
    if rows.is_empty:
        return None
    found: list[float] = []
    for cols in _pieces(round(at[1]), size[1]):
        row = _line_of(ink_mask(read(rows, cols)), at[0] - rows.start, reach_rows)
        if row is not None:
            found.append(rows.start + row)
        if len(found) == PIECES_NEEDED:
            return float(np.median(found))
    return None


def _pieces(col: int, width: int) -> Iterator[tuple[int, int]]:
    """Yield pieces of the scan's width, the nearest to a column first."""
    starts = range(0, max(1, width - PIECE_COLS + 1), PIECE_COLS)
    nearest = sorted(starts, key=lambda start: abs(start + PIECE_COLS // 2 - col))
    for start in nearest[:PIECES_ASKED]:
        yield start, min(width, start + PIECE_COLS)


def _line_of(ink: NDArray[np.bool_], row: float, reach: float) -> float | None:
    """Return the middle of the line that a piece has within reach of a row, counted from the piece's top."""
    share = ink.mean(axis=1)
    is_line = share >= LEAST_SHARE
    edges = np.flatnonzero(np.diff(np.pad(is_line.astype(np.int8), 1)))
    lines = []
    for start, stop in edges.reshape(-1, 2).tolist():
        middle = float(np.average(np.arange(start, stop), weights=share[start:stop]))
        if stop - start <= THICKEST_ROWS and abs(middle - row) <= reach:
            lines.append((float(share[start:stop].sum()), middle))
    heaviest = max((weight for weight, _ in lines), default=0.0)
    heavy = [middle for weight, middle in lines if weight >= AS_HEAVY_SHARE * heaviest]
    return min(heavy, key=lambda middle: abs(middle - row), default=None)
