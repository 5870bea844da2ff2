"""What the next row may cost each curve: from one state a price for every run, for a gap, and for going behind the other.

Separate because it looks at one curve at a time; only ``forward`` knows which two prices may be paid together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import AT, FREE, GONE, RUNS, SHARING, Costs
from veerdesk.tracing.moves import (
    HIGH,
    LOOSE,
    LOW,
    ON,
    arrives_by_jump,
    cost_behind,
    cost_into_gap,
    cost_of_breadth,
    cost_onto_run,
    is_wrap,
    px_between,
)
from veerdesk.tracing.runs import FRESH, HI, LO, OTHER, OWN, STATED

#: Dearer than any track: what a person's word costs to break.
FORBIDDEN = 1 << 24
#: Beside the bits of the runs that a stroke touches: it may leave them, for a person said where it goes next, or last.
_LOOSE = 1 << 40
#: From this bit on: the runs one track's width away, where a curve goes on that leaves a stub beyond the border.
_WRAPPED = 20
_TOUCHED = (1 << _WRAPPED) - 1
#: A curve's price lists: of standing on each run, or on none after the last; of going behind it; and for its breadth.
ONTO, BEHIND, BREADTH = range(3)
LISTS = 3


@compiled
def price(
    state: NDArray[np.int32],
    curve: int,
    runs: NDArray[np.int32],
    numbers: NDArray[np.int32],
    force: int,
    is_top: bool,
    lists: NDArray[np.int64],
    costs: Costs,
) -> tuple[int, int]:
    """Fill one curve's price lists from one state; return the runs its stroke touches, and those it must jump to, as bits."""
    m = len(numbers)
    onto, behind, breadth = lists[ONTO], lists[BEHIND], lists[BREADTH]
    touching = jumps = 0
    for i in range(m):
        if state[ON] >= 0 and px_between(state[LOW], state[HIGH], runs[i, LO], runs[i, HI]) == 0:
            touching |= 1 << i
    ends, firm = touching == 0, costs.firm_first if curve == 0 else costs.firm_second
    for i in range(m):
        if state[ON] >= 0 and is_wrap(state, runs[i], costs):
            touching |= 1 << (_WRAPPED + i)
        own = numbers[i] // RUNS == curve
        onto[i] = cost_onto_run(state, runs[i], ends, firm, costs) + (runs[i, OWN] if own else runs[i, OTHER])
        behind[i] = cost_behind(state, runs[i], costs)
        breadth[i] = cost_of_breadth(state, runs[i], firm, costs)
        if own and behind[i] >= 0:
            behind[i] += costs.foreign  # the other curve has no business on it
        if is_top:
            onto[i] += costs.reenter - costs.jump_most
            behind[i] = costs.hide_blind + costs.hide_row
        if not is_top and arrives_by_jump(state, runs[i], ends, costs):
            jumps |= 1 << i
        if state[LOOSE] or (own and runs[i, FRESH] == STATED):
            touching |= _LOOSE
        if force == FREE:
            continue
        if force != AT or not own:
            onto[i] += FORBIDDEN
        if force == SHARING:
            behind[i] = costs.hide_row if behind[i] < 0 else min(behind[i], costs.hide_row)
        elif behind[i] >= 0:
            behind[i] += FORBIDDEN
    onto[m] = cost_into_gap(state, costs)
    if force == AT:
        onto[m] += FORBIDDEN
    elif force == SHARING:
        onto[m] += FORBIDDEN // 2
    if force != FREE:
        return 0 if force == GONE else touching, 0
    return touching, jumps


@compiled
def abandons(mine: int, his: int, touching: int, his_touching: int, his_jumps: int) -> bool:
    """Return True where a curve leaves ink that goes on and no other curve came along it, or the other jumps onto it."""
    if his >= 0 and (touching >> his) & 1 and (his_jumps >> his) & 1:
        return True
    if touching & _LOOSE or (mine >= 0 and ((touching >> mine) | (touching >> (_WRAPPED + mine))) & 1):
        return False
    touching &= _TOUCHED
    if his >= 0 and (his_touching >> his) & 1:
        touching &= ~(1 << his)
    return touching != 0


@compiled
def of_breadth(lists: NDArray[np.int64], mine: int, his: int, m: int, costs: Costs) -> int:
    """Return what a curve on run ``mine`` pays for its breadth while the other is on run ``his``; ``m`` is no run."""
    if mine == m:
        return 0
    return int(lists[BREADTH, mine]) if his < m else int(costs.broad_alone * lists[BREADTH, mine])
