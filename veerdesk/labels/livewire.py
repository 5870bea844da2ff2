"""Livewire: the cheapest way along ink between two places.

Separate because it is a search and nothing else: what ink is worth is the caller's word, and what is painted along the
way is a brush's.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

#: What a step costs, in tenths of a px: in the middle of a stroke, on ink nobody owns, on paper.
MIDDLE, LOOSE, PAPER = 10, 40, 120
# On a curve's own ink, from its edge inwards px by px: a way that cuts the bends hugs an edge, and a brush along it
# leaves slivers at the other.
_INWARDS = (30, 18, 12, MIDDLE)
# Straight and slanting steps as whole numbers in the proportion of their lengths.
_STRAIGHT, _SLANT = 5, 7
#: A search that has seen this many pixels gives up: half a second, and nobody waits longer for a line.
MOST_PIXELS = 60_000


def step_costs(owned: NDArray[np.bool_], ink: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return what a step onto each pixel costs, ``(h, w)`` uint8: curves' own ink is cheapest, in its middle."""
    out, inside = np.where(ink, np.uint8(LOOSE), np.uint8(PAPER)), owned
    for cost in _INWARDS:
        out[inside] = cost
        around = np.pad(inside, 1)
        inside = inside & around[:-2, 1:-1] & around[2:, 1:-1] & around[1:-1, :-2] & around[1:-1, 2:]
    return out


def cheapest_way(
    costs: NDArray[np.uint8], start: tuple[int, int], stop: tuple[int, int]
) -> list[tuple[int, int]] | None:
    """Return the pixels of the cheapest way between two pixels, both included; None where the search gives up.

    Parameters
    ----------
    costs
        ``(h, w)`` uint8, at least ``MIDDLE`` everywhere, as `step_costs` gives them.

    >>> cheapest_way(np.full((1, 4), MIDDLE, np.uint8), (0, 0), (0, 3))
    [(0, 0), (0, 1), (0, 2), (0, 3)]
    """
    height, width = costs.shape
    # A rim that is never entered spares every step a look at four borders.
    wide, rimmed = width + 2, np.zeros((height + 2, width + 2), np.uint8)
    rimmed[1:-1, 1:-1] = costs
    cost = rimmed.tobytes()
    first, last = ((r + 1) * wide + c + 1 for r, c in (start, stop))
    goal_row, goal_col = divmod(last, wide)
    steps = [(-1, _STRAIGHT), (1, _STRAIGHT), (-wide, _STRAIGHT), (wide, _STRAIGHT)]
    steps += [(d, _SLANT) for d in (-wide - 1, -wide + 1, wide - 1, wide + 1)]
    best, came = {first: 0}, {first: first}
    heap, done = [(0, first)], set[int]()
    while heap and len(done) < MOST_PIXELS:
        _, at = heapq.heappop(heap)
        if at == last:
            return _back(came, last, wide)
        if at in done:
            continue
        done.add(at)
        for step, length in steps:
            to = at + step
            if not cost[to] or to in done:
                continue
            paid = best[at] + cost[to] * length
            if paid < best.get(to, paid + 1):
                best[to], came[to] = paid, at
                row, col = divmod(to, wide)
                down, across = abs(row - goal_row), abs(col - goal_col)
                least = _STRAIGHT * max(down, across) + (_SLANT - _STRAIGHT) * min(down, across)
                heapq.heappush(heap, (paid + MIDDLE * least, to))
    return None


def _back(came: dict[int, int], last: int, wide: int) -> list[tuple[int, int]]:
    way = [last]
    while came[way[-1]] != way[-1]:
        way.append(came[way[-1]])
    return [(at // wide - 1, at % wide - 1) for at in reversed(way)]
