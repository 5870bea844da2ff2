"""What one curve pays to go from where it is to a run, to a gap, or behind the other curve.

Separate because these few functions hold all that the decode knows about how a pen moves. A curve's state is seven
whole numbers: what it stands on, the ends of that ink, its column, its slope, how long it has been off its ink, and
whether it stands where a person said and no stroke is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import COLUMN_UNITS, FORGET_ROWS, SLOPE_UNITS, Costs
from veerdesk.tracing.runs import CENTRE, FRESH, HI, LO, STATED, WRAP_SHARE

#: Fields of a curve's state.
ON, LOW, HIGH, COL, SLOPE, OFF, LOOSE = range(7)
STATE_FIELDS = 7
#: ``ON`` is a run's number, or one of these.
GAP, HIDDEN = -1, -2
#: Rows over which a remembered slope is trusted.
SLOPE_ROWS = 24
#: Steepest remembered slope, px a row.
SLOPE_MOST = 3
#: How much more the slope says where a curve comes out from behind the other than from row to row.
OUT_OF_HIDING = 3


@compiled
def px_between(low: int, high: int, other_low: int, other_high: int) -> int:
    """Return the columns of paper between two stretches; 0 where they overlap, touch, or touch cornerwise."""
    return max(0, max(other_low - high, low - other_high) - 1)


@compiled
def expected_shift(slope: int, rows: int) -> int:
    """Return how far a slope carries in that many rows, in column units."""
    return slope * min(rows, SLOPE_ROWS) * COLUMN_UNITS // SLOPE_UNITS


@compiled
def _steep(state: NDArray[np.int32], run: NDArray[np.int32], ends: bool, costs: Costs) -> float:
    """Return how far a limb may run sideways in one row, px, as the wider of its own ends shows; 0 for a plain stroke.

    A flat dash 30 px wide in its row says that the next dash of that limb may stand 30 px on. Where the curve's ink
    ``ends`` and ``run`` begins, with no ink above it, a thin pen's dashes may leave more paper than ink between them.
    """
    width = max(int(state[HIGH]) - int(state[LOW]), int(run[HI]) - int(run[LO])) + 1
    skipped = costs.reach * width if ends and run[FRESH] == 1 else 0.0
    return min(max(0.0, width - 1.5 * costs.stroke, skipped), costs.steep_most)


@compiled
def is_wrap(state: NDArray[np.int32], run: NDArray[np.int32], costs: Costs) -> bool:
    """Return True where a run lies one track's width from where the curve is: there it goes on from border to border."""
    moved = abs(int(run[CENTRE]) - int(state[COL])) // COLUMN_UNITS
    return costs.width > 0 and abs(moved - costs.width) < WRAP_SHARE * costs.width


@compiled
def _jump(state: NDArray[np.int32], run: NDArray[np.int32], px: int, costs: Costs) -> int:
    cost = costs.jump + int(costs.jump_stroke * px / costs.stroke)
    if is_wrap(state, run, costs):
        cost = min(cost, costs.wrap)
    return min(cost, costs.jump_most)


@compiled
def _drift(state: NDArray[np.int32], run: NDArray[np.int32], rows: int, costs: Costs) -> int:
    """Return what it costs to come out beside the place the slope pointed to."""
    away = abs(run[CENTRE] - state[COL] - expected_shift(state[SLOPE], rows)) / COLUMN_UNITS
    if run[HI] - run[LO] > 3 * costs.stroke:
        return 0
    return min(int(costs.drift * away), costs.drift_most)


@compiled
def cost_onto_run(state: NDArray[np.int32], run: NDArray[np.int32], ends: bool, firm: float, costs: Costs) -> int:
    """Return the cost of standing on ``run`` in the next row, slopes counting ``firm`` times; the ink's own cost apart."""
    if state[ON] >= 0:
        px = px_between(state[LOW], state[HIGH], run[LO], run[HI])
        if px == 0:
            return int(firm * _drift(state, run, 1, costs))
        jump = _jump(state, run, px, costs)
        return min(jump, costs.limb) if px <= _steep(state, run, ends, costs) else jump
    off = state[OFF]
    if state[ON] == HIDDEN:
        px = px_between(state[LOW], state[HIGH], run[LO], run[HI])
        if px <= costs.contact:
            explained = int(costs.refund * max(0, min(off, 2 * costs.gap_long) - costs.gap_long // 2))
            return costs.hide + int(OUT_OF_HIDING * firm * _drift(state, run, off + 1, costs)) - explained
        unexplained = max(0, costs.gap_row - costs.hide_row) * min(int(off), costs.gap_long)
        return _jump(state, run, px, costs) + unexplained
    if off >= FORGET_ROWS:
        return costs.jump_most
    over = _astray_of_gap(state, run, costs)
    far = _jump(state, run, int(over + costs.contact), costs) if over > 0 else 0
    return costs.reenter + min(far, int(2 * costs.jump_stroke * over / costs.stroke))


@compiled
def cost_of_breadth(state: NDArray[np.int32], run: NDArray[np.int32], firm: float, costs: Costs) -> int:
    """Return the cost of standing on a run broader than the curve's course explains: a spike is the other's, which bends more.

    Nothing where slopes count no more for this curve than for the other (``firm``).
    """
    if firm <= 1.0:
        return 0
    slope = state[SLOPE] / SLOPE_UNITS
    explained = costs.broad_from * (1.0 + costs.broad_steep * slope * slope) ** 0.5
    over = (run[HI] - run[LO] + 1) / costs.stroke - explained
    return int(costs.broad * min(max(0.0, over), costs.broad_most))


@compiled
def _astray_of_gap(state: NDArray[np.int32], run: NDArray[np.int32], costs: Costs) -> float:
    """Return how many px further a run is from a gap's straight course than the gap's length allows."""
    shift = expected_shift(state[SLOPE], state[OFF] + 1) // COLUMN_UNITS
    px = px_between(state[LOW] + shift, state[HIGH] + shift, run[LO], run[HI])
    px = min(px, px_between(state[LOW], state[HIGH], run[LO], run[HI]))
    steep = _steep(state, run, state[OFF] < costs.reach_gap, costs)
    slack = costs.slack * state[OFF] + steep * min(state[OFF] + 1, 3)
    return max(0.0, float(px - costs.contact - slack))


@compiled
def arrives_by_jump(state: NDArray[np.int32], run: NDArray[np.int32], ends: bool, costs: Costs) -> bool:
    """Return True where nothing but a jump brings the curve onto ``run``: no touch, and no gap that points there."""
    if state[ON] == GAP:
        return state[OFF] >= FORGET_ROWS or _astray_of_gap(state, run, costs) > 0
    px = px_between(state[LOW], state[HIGH], run[LO], run[HI])
    return px > (costs.contact if state[ON] == HIDDEN else _steep(state, run, ends, costs))


@compiled
def cost_into_gap(state: NDArray[np.int32], costs: Costs) -> int:
    """Return the cost of having no ink in the next row."""
    if state[ON] == GAP:
        return costs.gap_row if state[OFF] < costs.gap_long else costs.gap_long_row
    dodged = OUT_OF_HIDING * costs.drift_most if state[ON] == HIDDEN else 0  # else a gap would be a way round the slope
    return costs.gap_start + costs.gap_row + dodged


@compiled
def _astray(state: NDArray[np.int32], run: NDArray[np.int32], costs: Costs) -> int:
    """Return what a row behind a run costs that has left the curve's own course; nothing once the course is old."""
    fade = 1.0 - 2.0 * state[OFF] / costs.gap_long
    if fade <= 0:
        return 0
    column = (state[COL] + expected_shift(state[SLOPE], state[OFF] + 1)) // COLUMN_UNITS
    px = max(0, run[LO] - column, column - run[HI])
    return int(fade * min(costs.astray * px / costs.stroke, costs.astray_most))


@compiled
def cost_behind(state: NDArray[np.int32], run: NDArray[np.int32], costs: Costs) -> int:
    """Return the cost of standing behind the other curve's ``run`` in the next row; -1 where it cannot be."""
    if state[ON] == HIDDEN:
        px = px_between(state[LOW], state[HIGH], run[LO], run[HI])
        cost = costs.hide_row + _astray(state, run, costs)
        return cost if px <= costs.contact else cost + _jump(state, run, px, costs)
    shift = 0
    if state[ON] == GAP:
        if state[OFF] >= costs.gap_long:
            return -1
        shift = expected_shift(state[SLOPE], state[OFF] + 1) // COLUMN_UNITS
    px = px_between(state[LOW] + shift, state[HIGH] + shift, run[LO], run[HI])
    if px > costs.contact:
        return -1
    return costs.hide + costs.hide_row


@compiled
def step_onto_run(
    state: NDArray[np.int32], number: int, run: NDArray[np.int32], out: NDArray[np.int32], costs: Costs
) -> None:
    """Write the state of a curve that stands on ``run``; ink of two strokes says nothing of one's slope."""
    rows = state[OFF] + 1
    slope = state[SLOPE]
    away = abs(run[CENTRE] - state[COL]) // COLUMN_UNITS
    if rows < FORGET_ROWS and run[HI] - run[LO] + 1 > 1.3 * costs.stroke + away:
        pass
    elif rows < FORGET_ROWS:
        moved = (run[CENTRE] - state[COL]) * SLOPE_UNITS // (COLUMN_UNITS * rows)
        moved = max(-SLOPE_MOST * SLOPE_UNITS, min(SLOPE_MOST * SLOPE_UNITS, moved))
        slope = slope + (moved - slope) // 8 if rows == 1 else (slope + moved) // 2
    else:
        slope = 0
    out[ON] = number
    out[LOW] = run[LO]
    out[HIGH] = run[HI]
    out[COL] = run[CENTRE]
    out[SLOPE] = slope
    out[OFF] = 0
    out[LOOSE] = run[FRESH] == STATED


@compiled
def step_into_gap(state: NDArray[np.int32], out: NDArray[np.int32]) -> None:
    """Write the state of a curve that has no ink: it remembers where it was."""
    out[:] = state
    if state[ON] == HIDDEN:
        column = min(max(state[COL] // COLUMN_UNITS, state[LOW]), state[HIGH])
        out[COL] = column * COLUMN_UNITS
        out[SLOPE] = 0
        out[OFF] = 0
    out[ON] = GAP
    out[LOOSE] = 0
    out[OFF] = min(FORGET_ROWS, out[OFF] + 1)


@compiled
def step_behind(state: NDArray[np.int32], run: NDArray[np.int32], out: NDArray[np.int32]) -> None:
    """Write the state of a curve that stands behind the other's ``run``."""
    out[:] = state
    out[ON] = HIDDEN
    out[LOOSE] = 0
    out[LOW] = run[LO]
    out[HIGH] = run[HI]
    out[OFF] = min(FORGET_ROWS, state[OFF] + 1)
