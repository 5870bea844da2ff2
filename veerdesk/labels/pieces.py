"""A piece of stroke: the ink between two junctions, found by walking the runs of ink from row to row.

Separate because touching curves are one blob of ink, so no labelling of blobs can tell them apart: where two strokes
meet, a row has fewer runs than the rows beside it, and that is a junction. A click needs the one piece under it and
walks no further. A printed line that runs right across a stroke is no junction: the stroke goes straight on behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.labels.shapes import Region
from veerdesk.rows import RowSpan

#: A piece goes on for this many rows each way at most: as many as are traced at once after a gesture.
MAX_PIECE_ROWS = 2048
#: Ink that reaches this far to both sides of a stroke, this far in all and over no more rows than this is a line across it,
#: strokes; a stroke beside one is no wider than this, and goes on where it would have come, this near.
ACROSS_STROKES, LINE_STROKES, THICKEST_STROKES, WIDEST_STROKES, NEAR_STROKES = 2.0, 5.0, 1.25, 2.5, 0.5
#: Ink behind a line that is narrower than this share of the stroke is a speck.
SPECK_SHARE = 0.4
#: A stroke that moves further sideways than this in a row is not followed through a line, px.
STEEPEST = 1.5
# Ink is read this many rows at a time while walking.
_BAND_ROWS = 128

Run = tuple[int, int]  # first column, one past the last


@dataclass(frozen=True, slots=True)
class Ink:
    """Where ink is read from: ``read(rows)`` gives ``(rows, cols)`` bool over the columns ``cols`` and rows ``within``."""

    read: Callable[[RowSpan], NDArray[np.bool_]]
    within: RowSpan
    cols: tuple[int, int]


class _Runs:
    """The runs of ink of each row, found band after band as a walk asks; owns what it found."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._rows: dict[int, list[Run]] = {}

    def at(self, row: int) -> list[Run]:
        found = self._rows.get(row)
        if found is not None:
            return found
        if row not in self._ink.within:
            self._rows[row] = []
        else:
            start = row - row % _BAND_ROWS
            self._find(RowSpan(start, start + _BAND_ROWS).clipped(self._ink.within))
        return self._rows[row]

    def touching(self, row: int, runs: Collection[Run]) -> list[Run]:
        """Return the runs of a row that touch any of some runs of the row beside it, corners included."""
        if len(runs) == 1:  # nearly always: a pointer that hovers waits for this
            ((low, high),) = runs
            return [r for r in self.at(row) if r[0] <= high and low <= r[1]]
        near = list(runs)
        return [r for r in self.at(row) if any(r[0] <= b and a <= r[1] for a, b in near)]

    def _find(self, rows: RowSpan) -> None:
        mask = self._ink.read(rows)
        edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
        # In reading order, starts and stops come in pairs.
        at, first = np.nonzero(edges == 1)
        last = np.nonzero(edges == -1)[1]
        for row in range(rows.start, rows.stop):
            self._rows[row] = []
        col0 = self._ink.cols[0]
        for row, a, b in zip((at + rows.start).tolist(), (first + col0).tolist(), (last + col0).tolist(), strict=True):
            self._rows[row].append((a, b))


def piece_at(ink: Ink, row: int, col: int, stroke_px: float) -> Region | None:
    """Return the piece of stroke that holds a pixel; None where there is no ink.

    Parameters
    ----------
    stroke_px
        Ragged edges, specks and pinholes that end within this many rows are no junctions.
    """
    runs = _Runs(ink)
    first = next((r for r in runs.at(row) if r[0] <= col < r[1]), None)
    if first is None:
        return None
    ragged = max(2, round(stroke_px))
    found: dict[int, set[Run]] = {row: {first}}
    for step in (1, -1):
        _walk(runs, row, first, step, ragged, found)
    return _region(found)


def nearest_ink(mask: NDArray[np.bool_], at: tuple[float, float]) -> tuple[int, int] | None:
    """Return the pixel of a mask that is nearest to a position, ``(row, column)`` of the mask; None where none is set."""
    rows, cols = np.nonzero(mask)
    if len(rows) == 0:
        return None
    k = int(np.argmin((rows - at[0]) ** 2 + (cols - at[1]) ** 2))
    return int(rows[k]), int(cols[k])


def _walk(runs: _Runs, row: int, first: Run, step: int, ragged: int, found: dict[int, set[Run]]) -> None:
    """Add the rows of a piece in one direction, up to the first junction."""
    front, start = [first], row
    while abs(row - start) < MAX_PIECE_ROWS:
        ahead = runs.touching(row + step, front)
        beyond = _beyond_line(runs, row, front[0], ahead, step, ragged, found)
        if beyond is not None:
            row, front = beyond
            continue
        if not ahead or (len(ahead) > 1 and _parts(runs, row + step, ahead, step, ragged)):
            return
        for other in runs.touching(row, ahead):
            if other in front:
                continue
            spur = _spur(runs, row, other, -step, ragged)
            if spur is None:
                return
            for at, inside in spur:
                found.setdefault(at, set()).update(inside)
        row, front = row + step, ahead
        found.setdefault(row, set()).update(ahead)


def _beyond_line(
    runs: _Runs, row: int, front: Run, ahead: list[Run], step: int, ragged: int, found: dict[int, set[Run]]
) -> tuple[int, list[Run]] | None:
    """Return row and run where a stroke comes out behind a line across it, and add what lies between; None where no line
    is ahead, or where the stroke does not go straight on."""
    if len(ahead) != 1 or ahead[0][1] - ahead[0][0] <= WIDEST_STROKES * ragged:  # nearly always
        return None
    middles = [
        0.5 * (a + b)
        for back in range(3 * ragged)
        for a, b in list(found.get(row - step * back, ()))[:1]
        if len(found[row - step * back]) == 1 and b - a <= WIDEST_STROKES * ragged
    ]
    if len(middles) < 2:
        return None
    half = len(middles) // 2
    newer, older = sum(middles[:half]) / half, sum(middles[-half:]) / half
    # Columns a row, in the walk's direction; a few rows, where the line is near the click, tell none.
    slope = (newer - older) / (len(middles) - half) if len(middles) >= ragged else 0.0
    if abs(slope) > STEEPEST:
        return None
    between: dict[int, Run] = {}
    speck = SPECK_SHARE * (front[1] - front[0])
    left = right = 0.0  # how far the line reaches, over all of its rows: it may lean
    for away in range(1, round(THICKEST_STROKES * ragged) + 3):
        column = newer + slope * (away + 0.5 * half)
        near = (int(column - NEAR_STROKES * ragged), int(column + NEAR_STROKES * ragged) + 1)
        here = [r for r in runs.at(row + step * away) if r[0] < near[1] and near[0] < r[1] and r[1] - r[0] > speck]
        if not here:
            return None
        low, high = max(here, key=_width)
        is_line = min(left, right) >= ACROSS_STROKES * ragged and left + right >= LINE_STROKES * ragged
        if is_line and high - low <= WIDEST_STROKES * ragged:
            if len(here) > 1:
                return None
            for at, run in between.items():
                found.setdefault(at, set()).add(run)
            found.setdefault(row + step * away, set()).add(here[0])
            return row + step * away, here
        left, right = max(left, column - low), max(right, high - column)
        wide = max(1, min(front[1] - front[0], round(WIDEST_STROKES * ragged)))
        cut = max(low, round(column - 0.5 * wide)), min(high, round(column + 0.5 * wide))
        if cut[0] >= cut[1]:
            return None
        between[row + step * away] = cut
    return None


def _width(run: Run) -> int:
    return run[1] - run[0]


def _parts(runs: _Runs, row: int, ahead: list[Run], step: int, ragged: int) -> bool:
    """Return True where some runs side by side go on apart from each other: a stroke splits here."""
    groups = [{r} for r in ahead]
    for _ in range(ragged):
        row += step
        grown: list[set[Run]] = []
        for group in groups:
            reached = set(runs.touching(row, group))
            if not reached:
                continue
            for other in [g for g in grown if g & reached]:
                grown.remove(other)
                reached |= other
            grown.append(reached)
        groups = grown
        if len(groups) <= 1:
            return False
    return True


def _spur(runs: _Runs, row: int, run: Run, step: int, ragged: int) -> list[tuple[int, list[Run]]] | None:
    """Return a short branch that ends by itself, row by row; None where it goes on and is another piece."""
    branch = [(row, [run])]
    for _ in range(ragged):
        row += step
        ahead = runs.touching(row, branch[-1][1])
        if not ahead:
            return branch
        branch.append((row, ahead))
    return None


def _region(found: dict[int, set[Run]]) -> Region:
    top, bottom = min(found), max(found)
    left = min(a for runs in found.values() for a, _ in runs)
    right = max(b for runs in found.values() for _, b in runs)
    mask = np.zeros((bottom - top + 1, right - left), np.bool_)
    for row, runs in found.items():
        for a, b in runs:
            mask[row - top, a - left : b - left] = True
    return Region(top, left, mask)
