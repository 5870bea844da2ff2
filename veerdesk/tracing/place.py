"""From what each curve stands on to where it stands: sub-pixel columns, extents, bridged and shared rows.

Separate because the decode chooses ink and this chooses a column on it; every row depends on no more than the ink
of its own row, of a few rows beside it and of the nearest rows in which the curve has ink of its own, so a part can be
placed again alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import AT, COLUMN_UNITS, GONE, RUNS
from veerdesk.tracing.moves import GAP, HIDDEN
from veerdesk.tracing.runs import BESIDE, CENTRE, FIELDS, HI, LO

_ABSENT, _OWN, _BRIDGED, _SHARED = 0, 1, 2, 3
#: A gap longer than this many strokes is an absence, whatever the bridge that is asked for later.
LONGEST_GAP_STROKES = 45
#: A run wider than this many strokes is a stroke that runs flat.
FLAT_STROKES = 2.5
#: A curve whose ink ends this near a border at one side of a gap, and this near at the other, was off the track between.
LEAVING_STROKES, RETURNING_STROKES = 0.5, 2.0
#: From this width on a run is looked at for spurs that only one row has.
SPUR_STROKES = 1.4
#: A run wider than this many strokes is a limb that runs sideways: its column is the middle of what it shares with the rows
#: within this share of a stroke of it, for ink of the limb's next turn, or a ragged edge, is in the one and not in the other.
#: Against the middle of the row's own run, rows off by more than 1 % of the width went from 7,955 to 7,375 of curve 1 and
#: from 11,098 to 10,845 of curve 2 on 80 rendered logs; on limbs of 1.7 or 2.5 strokes, and with 0.3, much the same.
LIMB_STROKES, LIMB_REACH = 2.0, 0.25


@compiled
def gather_ink(on: NDArray[np.int8], runs: NDArray[np.int32], first: NDArray[np.int32], ink: NDArray[np.int32]) -> None:
    """Copy the run under each curve into ``ink`` ``(h, 2, FIELDS)``; a hidden curve gets the other's run."""
    for row in range(on.shape[0]):
        for curve in range(2):
            number = on[row, curve]
            if number == HIDDEN:
                number = on[row, 1 - curve]
            if number < 0:
                ink[row, curve, :] = 0
                continue
            k = first[2 * row + number // RUNS] + number % RUNS
            ink[row, curve] = runs[k]


@compiled
def _middle(a: int, b: int, c: int) -> int:
    return max(min(a, b), min(max(a, b), c))


@compiled
def _inside(column: float, low: float, high: float, margin: float) -> float:
    """Return the column moved inside a stretch of ink by ``margin`` px; its middle where it is narrower."""
    if high - low <= 2.0 * margin:
        return 0.5 * (low + high)
    return min(max(column, low + margin), high - margin)


@compiled
def reach_rows(stroke: float) -> int:
    """Return how many rows on each side a row's column may depend on."""
    return max(1, int(LIMB_REACH * stroke + 0.5))


@compiled
def _limb_column(row: int, on: NDArray[np.int8], ink: NDArray[np.int32], stroke: float) -> float:
    """Return the column of a limb in one row: the middle of the columns that it and the rows beside it share."""
    low, high = int(ink[row, LO]), int(ink[row, HI])
    shared_low, shared_high = low, high
    for step in (-1, 1):
        for k in range(1, reach_rows(stroke) + 1):
            near, nearer = row + step * k, row + step * (k - 1)
            if near < 0 or near >= on.shape[0] or on[near] < 0:
                break
            if ink[near, LO] > ink[nearer, HI] + 1 or ink[near, HI] < ink[nearer, LO] - 1:
                break
            shared_low = max(shared_low, int(ink[near, LO]))
            shared_high = min(shared_high, int(ink[near, HI]))
    return _inside(0.5 * (shared_low + shared_high), float(low), float(high), 0.5 * stroke)


@compiled
def _own_column(row: int, on: NDArray[np.int8], ink: NDArray[np.int32], stroke: float) -> float:
    """Return the column of a curve on its own run: the weighted centre, or the limb's middle where it runs sideways.

    A spur that only one row has is cut off a wide run first. Where the other curve's ink hides one edge, the stroke is
    taken to be as wide as the track's strokes are.
    """
    low, high = int(ink[row, LO]), int(ink[row, HI])
    width = high - low + 1
    centre = float(ink[row, CENTRE] / COLUMN_UNITS)
    if width < stroke:
        missing = 0.5 * (stroke - width)
        if ink[row, BESIDE] == 1:
            return centre - missing
        if ink[row, BESIDE] == 2:
            return centre + missing
        return centre
    if width > LIMB_STROKES * stroke:
        return _limb_column(row, on, ink, stroke)
    if width > SPUR_STROKES * stroke and 0 < row < on.shape[0] - 1 and on[row - 1] >= 0 and on[row + 1] >= 0:
        cut_low = max(low, _middle(int(ink[row - 1, LO]), low, int(ink[row + 1, LO])))
        cut_high = min(high, _middle(int(ink[row - 1, HI]), high, int(ink[row + 1, HI])))
        if cut_high - cut_low + 1 >= 0.5 * stroke and (cut_low > low or cut_high < high):
            return 0.5 * (cut_low + cut_high)
    return centre


@compiled
def _nearest_end(ink: NDArray[np.int32], column: float, towards: float, stroke: float) -> float:
    """Return the column where a bridge starts on a run: its middle, or the end of a flat run that faces the gap."""
    low, high = float(ink[LO]), float(ink[HI])
    if high - low + 1.0 <= FLAT_STROKES * stroke:
        return column
    return _inside(towards, low, high, 0.5 * stroke)


@compiled
def _put(
    row: int, column: float, low: float, high: float, kind: int, x: NDArray[np.float64], low_out: NDArray[np.float32],
    high_out: NDArray[np.float32], kinds: NDArray[np.uint8],
) -> None:  # fmt: skip
    x[row] = column
    low_out[row] = low
    high_out[row] = high
    kinds[row] = kind


@compiled
def _stretch(
    a: int, b: int, ink: NDArray[np.int32], x: NDArray[np.float64], stroke: float, base: NDArray[np.float64]
) -> None:
    """Fill ``base[a + 1:b]`` with the straight line between own rows ``a`` and ``b`` (-1 and n: none there)."""
    n = x.shape[0]
    if a < 0 and b >= n:
        for row in range(a + 1, b):
            base[row] = ink[row, CENTRE] / COLUMN_UNITS
        return
    if a < 0 or b >= n:
        base[a + 1 : b] = x[b if a < 0 else a]
        return
    start = _nearest_end(ink[a], x[a], x[b], stroke)
    stop = _nearest_end(ink[b], x[b], start, stroke)
    for row in range(a + 1, b):
        base[row] = start + (stop - start) * (row - a) / (b - a)


@compiled
def _leaves(a: int, b: int, ink: NDArray[np.int32], borders: NDArray[np.float64], stroke: float) -> bool:
    """Return True where a curve was off the track between two rows: it left at a border and came back at the same one.

    Ink that reaches the border itself says so alone: what lies between it and ink inside the track is nobody's guess.
    """
    if b - a <= 0.5 * stroke:
        return False
    left0, left1 = ink[a, LO] - borders[a, 0], ink[b, LO] - borders[b, 0]
    right0, right1 = borders[a, 1] - ink[a, HI], borders[b, 1] - ink[b, HI]
    near, far = LEAVING_STROKES * stroke, RETURNING_STROKES * stroke
    if _reaches(ink[a], borders[a], far) or _reaches(ink[b], borders[b], far):
        return True
    if b - a <= stroke:
        return False
    left = min(left0, left1) < near and max(left0, left1) < far
    right = min(right0, right1) < near and max(right0, right1) < far
    return bool(left or right)


@compiled
def _reaches(ink: NDArray[np.int32], border: NDArray[np.float64], far: float) -> bool:
    """Return True where a run lies on a border line, and not across the track from there."""
    left = ink[LO] <= border[0] and ink[HI] < border[0] + far
    return bool(left or (ink[HI] >= border[1] and ink[LO] > border[1] - far))


@compiled
def _bridges(
    a: int, b: int, ink: NDArray[np.int32], x: NDArray[np.float64], force: NDArray[np.uint8], borders: NDArray[np.float64], stroke: float,
    width: int,
) -> bool:  # fmt: skip
    """Return True where the gap between inked rows ``a`` and ``b`` may be bridged at all."""
    if a < 0 or b >= x.shape[0] or b - a > LONGEST_GAP_STROKES * stroke:
        return False
    if (width > 0 and abs(x[b] - x[a]) > 0.6 * width) or _leaves(a, b, ink, borders, stroke):
        return False
    return not (force[a + 1 : b] == GONE).any()


@compiled
def _fill_gaps(
    on: NDArray[np.int8], ink: NDArray[np.int32], force: NDArray[np.uint8], base: NDArray[np.float64], borders: NDArray[np.float64],
    stroke: float, width: int,
    x: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32], kind: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Bridge or clear each run of gap rows."""
    n = on.shape[0]
    last = -1
    for row in range(n + 1):
        if row < n and on[row] == GAP:
            continue
        if row - last > 1:
            bridge = _bridges(last, row, ink, x, force, borders, stroke, width)
            for k in range(last + 1, row):
                if not bridge:
                    _put(k, np.nan, np.nan, np.nan, _ABSENT, x, low, high, kind)
                    continue
                straight = base[k]
                if on[last] == HIDDEN or on[row] == HIDDEN:
                    straight = x[last] + (x[row] - x[last]) * (k - last) / (row - last)
                _put(k, straight, straight - 0.5 * stroke, straight + 0.5 * stroke, _BRIDGED, x, low, high, kind)
        last = row


@compiled
def place_curve(
    on: NDArray[np.int8], ink: NDArray[np.int32], force: NDArray[np.uint8], borders: NDArray[np.float64],
    stroke: float, width: int,
    x: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32], kind: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Place one curve in all rows given.

    The rows `reach_rows` in from the first and from the last must be on own ink, or the first and last be the track's
    ends; the rows beyond them are right only at the track's ends, since a row's column depends on those beside it.

    Parameters
    ----------
    on
        ``(n,)`` int8: run number, GAP or HIDDEN.
    ink
        ``(n, FIELDS)`` int32: the run stood on.
    force
        ``(n,)`` uint8: what a person forced.
    borders
        ``(n, 2)`` float64: the track's borders, px.
    stroke, width
        Stroke width and track width, px.
    x, low, high, kind
        ``(n,)`` outputs, as in Trace.
    """
    n = on.shape[0]
    base = np.zeros(n, np.float64)
    half = 0.5 * stroke
    last = -1
    for row in range(n + 1):
        if row < n and on[row] < 0:
            continue
        if row < n:
            column = ink[row, CENTRE] / COLUMN_UNITS if force[row] == AT else _own_column(row, on, ink, stroke)
            _put(row, column, ink[row, LO], ink[row, HI], _OWN, x, low, high, kind)
        if row - last > 1:
            _stretch(last, row, ink, x, stroke, base)
            for k in range(last + 1, row):
                if on[k] == HIDDEN:
                    column = _inside(base[k], float(ink[k, LO]), float(ink[k, HI]), half)
                    _put(k, column, ink[k, LO], ink[k, HI], _SHARED, x, low, high, kind)
        last = row
    _fill_gaps(on, ink, force, base, borders, stroke, width, x, low, high, kind)


__all__ = ["FIELDS", "gather_ink", "place_curve", "reach_rows"]
