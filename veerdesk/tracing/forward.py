"""The joint forward pass: from row to row, the cheapest ways in which both curves may have come here.

Separate because this loop is where the time goes. A pair state says for each curve: on a run, in a gap that began at
some place, or behind the other curve. The pairs are kept together, so no run can be taken twice; the best BEAM of
them survive a row. All charges are whole numbers and the survivors' order is fixed, hence a pass that starts from a
stored state repeats the stored answer bit by bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import BEAM, COLUMN_UNITS, FORGET_ROWS, PLACES, RUNS, Costs
from veerdesk.tracing.moves import (
    COL,
    GAP,
    HIDDEN,
    OFF,
    ON,
    STATE_FIELDS,
    step_behind,
    step_into_gap,
    step_onto_run,
)
from veerdesk.tracing.prices import BEHIND, BREADTH, LISTS, ONTO, abandons, of_breadth, price

_SIDE = 2 * RUNS + 1 + PLACES
_NEVER = 1 << 40
#: Both curves' price lists from each survivor, the pairs' costs and where they come from, and the survivors' keys.
_Scratch = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]


@compiled
def _place_of(state: NDArray[np.int32], places: NDArray[np.int64], stroke: float) -> int:
    """Return the number of the remembered place a gap would begin at; ``places[0]`` counts them."""
    known = places[0]
    nearest, best = 0, _NEVER
    forgotten = state[ON] == GAP and state[OFF] >= FORGET_ROWS
    column = -_NEVER // 2 if forgotten else state[COL]
    for k in range(known):
        away = abs(places[1 + k] - column)
        if away < best:
            nearest, best = k, away
    if known == 0 or (best > 1.5 * stroke * COLUMN_UNITS and known < PLACES):
        places[1 + known] = column
        places[0] = known + 1
        return int(known)
    return nearest


@compiled
def _relax(table: NDArray[np.int64], parents: NDArray[np.int32], key1: int, key2: int, cost: int, parent: int) -> None:
    if cost < table[key1, key2]:
        table[key1, key2] = cost
        parents[key1, key2] = parent


@compiled
def _twin(state: NDArray[np.int32], h: int, curve: int, priced: NDArray[np.int32], known: int) -> int:
    """Return the place in ``priced`` of a survivor whose state of one curve is that of survivor ``h``; -1 where none is."""
    for k in range(known):
        other = priced[k]
        is_same = True
        for field in range(state.shape[2]):
            if state[other, curve, field] != state[h, curve, field]:
                is_same = False
                break
        if is_same:
            return k
    return -1


@compiled
def _spread(
    base: int,
    parent: int,
    m: int,
    lists: tuple[NDArray[np.int64], NDArray[np.int64]],
    touching: tuple[int, int],
    jumps: tuple[int, int],
    gap_keys: NDArray[np.int64],
    table: NDArray[np.int64],
    parents: NDArray[np.int32],
    costs: Costs,
) -> None:
    """Offer every pair that one survivor can become to the table of the next row."""
    onto, behind = (lists[0][ONTO], lists[1][ONTO]), (lists[0][BEHIND], lists[1][BEHIND])
    limit0 = onto[0][: m + 1].min() + costs.prune
    limit1 = onto[1][: m + 1].min() + costs.prune
    for i in range(m + 1):
        if onto[0][i] > limit0:
            continue
        key1 = i if i < m else gap_keys[0]
        for j in range(m + 1):
            if onto[1][j] > limit1 or (i == j and i < m):
                continue
            cost = base + onto[0][i] + onto[1][j]
            cost += of_breadth(lists[0], i, j, m, costs) + of_breadth(lists[1], j, i, m, costs)
            mine, his = (i if i < m else -1), (j if j < m else -1)
            if abandons(mine, his, touching[0], touching[1], jumps[1]):
                cost += costs.abandon
            if abandons(his, mine, touching[1], touching[0], jumps[0]):
                cost += costs.abandon
            _relax(table, parents, key1, j if j < m else gap_keys[1], cost, parent)
    for i in range(m):
        for curve in range(2):
            if behind[curve][i] < 0:
                continue
            cost = base + onto[1 - curve][i] + lists[1 - curve][BREADTH, i] + behind[curve][i]
            first = abandons(i, i, touching[0], touching[1], jumps[1] if curve == 0 else 0)
            if first or abandons(i, i, touching[1], touching[0], jumps[0] if curve == 1 else 0):
                cost += costs.abandon
            if curve == 0:
                _relax(table, parents, m, i, cost, parent)
            else:
                _relax(table, parents, i, m, cost, parent)


@compiled
def _best_pairs(
    table: NDArray[np.int64], side1: int, side2: int, prune: int, keys: NDArray[np.int32], cost: NDArray[np.int64]
) -> int:
    """Write the cheapest pairs in order of cost, then of key; costs are made relative to the cheapest."""
    least = _NEVER
    for a in range(side1):
        for b in range(side2):
            least = min(least, table[a, b])
    n = 0
    for a in range(side1):
        for b in range(side2):
            this = table[a, b] - least
            if this > prune or (n == BEAM and this >= cost[n - 1]):
                continue
            at = n if n < BEAM else BEAM - 1
            while at > 0 and cost[at - 1] > this:
                cost[at] = cost[at - 1]
                keys[at] = keys[at - 1]
                at -= 1
            cost[at] = this
            keys[at, 0] = a
            keys[at, 1] = b
            n = min(BEAM, n + 1)
    return n


@compiled
def _settle(
    keys: NDArray[np.int32],
    old: NDArray[np.int32],
    runs: NDArray[np.int32],
    numbers: NDArray[np.int32],
    new: NDArray[np.int32],
    costs: Costs,
) -> None:
    """Write the two states of a surviving pair."""
    m = len(numbers)
    for curve in range(2):
        key = keys[curve]
        if key < m:
            step_onto_run(old[curve], numbers[key], runs[key], new[curve], costs)
        elif key == m:
            step_behind(old[curve], runs[keys[1 - curve]], new[curve])
        else:
            step_into_gap(old[curve], new[curve])


@compiled
def _step_row(
    cost: NDArray[np.int64],
    state: NDArray[np.int32],
    alive: int,
    runs: NDArray[np.int32],
    numbers: NDArray[np.int32],
    force: NDArray[np.uint8],
    is_top: bool,
    scratch: _Scratch,
    parent_out: NDArray[np.uint8],
    on_out: NDArray[np.int8],
    costs: Costs,
) -> int:
    """Advance all survivors by one row in place; return how many there are now."""
    lists, table, parents, keys = scratch
    m = len(numbers)
    table[: m + 1 + PLACES, : m + 1 + PLACES] = _NEVER
    places = np.zeros((2, 1 + PLACES), np.int64)
    touching = np.zeros((2, BEAM), np.int64)
    jumps = np.zeros((2, BEAM), np.int64)
    gap_keys = np.zeros(2, np.int64)
    priced = np.zeros((2, BEAM), np.int32)  # survivors whose curve was priced: the others have a state of theirs again
    known, at = np.zeros(2, np.int64), np.zeros(2, np.int64)
    for h in range(alive):
        for curve in range(2):
            k = _twin(state, h, curve, priced[curve], known[curve])
            if k < 0:
                k = known[curve]
                priced[curve, k] = h
                known[curve] = k + 1
                touching[curve, k], jumps[curve, k] = price(
                    state[h, curve], curve, runs, numbers, force[curve], is_top, lists[curve, k], costs
                )
            at[curve] = k
            gap_keys[curve] = m + 1 + _place_of(state[h, curve], places[curve], costs.stroke)
        a, b = at[0], at[1]
        _spread(
            cost[h],
            h,
            m,
            (lists[0, a], lists[1, b]),
            (touching[0, a], touching[1, b]),
            (jumps[0, a], jumps[1, b]),
            gap_keys,
            table,
            parents,
            costs,
        )
    alive = _best_pairs(table, m + 1 + places[0, 0], m + 1 + places[1, 0], costs.prune, keys, cost)
    old = state.copy()
    for h in range(alive):
        parent = parents[keys[h, 0], keys[h, 1]]
        parent_out[h] = parent
        _settle(keys[h], old[parent], runs, numbers, state[h], costs)
        on_out[h, 0] = state[h, 0, ON]
        on_out[h, 1] = state[h, 1, ON]
    return alive


@compiled
def forward(
    runs: NDArray[np.int32],
    first: NDArray[np.int32],
    force: NDArray[np.uint8],
    is_top: bool,
    cost: NDArray[np.int64],
    state: NDArray[np.int32],
    alive: int,
    costs: Costs,
) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.int8], int]:
    """Advance the survivors through a block of rows.

    Parameters
    ----------
    runs, first
        Candidate runs, as ``find_runs`` gives them.
    force
        ``(h, 2)`` uint8: what a person forced (FREE, AT, GONE, SHARING).
    is_top
        True where the block's first row is the track's first.
    cost, state
        ``(BEAM,)`` int64 and ``(BEAM, 2, STATE_FIELDS)`` int32: the survivors above the block; changed in place.
    alive
        How many survivors there are.

    Returns
    -------
    ``(at, parent, on, alive)``: survivors of row r are ``at[r]:at[r + 1]`` of ``parent`` (uint8, place in the row
    above) and ``on`` ``(k, 2)`` int8 (run number, GAP or HIDDEN); and how many are alive below.
    """
    h = force.shape[0]
    at = np.zeros(h + 1, np.int32)
    parent = np.zeros(h * BEAM, np.uint8)
    on = np.zeros((h * BEAM, 2), np.int8)
    numbers = np.zeros(2 * RUNS, np.int32)
    scratch = (
        np.zeros((2, BEAM, LISTS, 2 * RUNS + 1), np.int64),
        np.full((_SIDE, _SIDE), _NEVER, np.int64),
        np.zeros((_SIDE, _SIDE), np.int32),
        np.zeros((BEAM, 2), np.int32),
    )
    for row in range(h):
        begin, middle, end = first[2 * row], first[2 * row + 1], first[2 * row + 2]
        for i in range(end - begin):
            numbers[i] = i if begin + i < middle else RUNS + begin + i - middle
        k = at[row]
        alive = _step_row(
            cost,
            state,
            alive,
            runs[begin:end],
            numbers[: end - begin],
            force[row],
            is_top and row == 0,
            scratch,
            parent[k : k + BEAM],
            on[k : k + BEAM],
            costs,
        )
        at[row + 1] = k + alive
    return at, parent[: at[h]].copy(), on[: at[h]].copy(), alive


def first_state() -> tuple[NDArray[np.int64], NDArray[np.int32], int]:
    """Return the survivors above a track's first row: one pair that has been nowhere."""
    cost = np.zeros(BEAM, np.int64)
    state = np.zeros((BEAM, 2, STATE_FIELDS), np.int32)
    state[:, :, ON] = GAP
    state[:, :, OFF] = FORGET_ROWS
    return cost, state, 1


@compiled
def walk_back(
    at: NDArray[np.int32], parent: NDArray[np.uint8], on: NDArray[np.int8], last: int, path: NDArray[np.int8]
) -> int:
    """Fill ``path`` ``(h, 2)`` with what each curve stands on, from the block's survivor ``last`` upwards.

    Returns the survivor above the block that the path comes from.
    """
    for row in range(path.shape[0] - 1, -1, -1):
        k = at[row] + last
        path[row, 0] = on[k, 0]
        path[row, 1] = on[k, 1]
        last = parent[k]
    return last


__all__ = ["GAP", "HIDDEN", "first_state", "forward", "walk_back"]
