"""What is counted row by row to find the crossings of a trace, compiled: a tall log is looked through after every gesture.

Separate because it is compiled, and listing crossings is not.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import RUNS
from veerdesk.tracing.runs import SHARE

_OWN_INK, _SHARED = 1, 3


@compiled
def touching(
    x: NDArray[np.float64],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
    kind: NDArray[np.uint8],
    reach_px: float,
) -> NDArray[np.bool_]:
    """Return ``(n,)``: rows in which both curves have a value and their strokes are within reach, or the side changes.

    ``x``, ``low``, ``high`` and ``kind`` are those of a trace, ``(2, n)``.
    """
    near = np.zeros(x.shape[1], np.bool_)
    reach, held = np.float32(reach_px), 0
    for row in range(x.shape[1]):
        if not (math.isfinite(x[0, row]) and math.isfinite(x[1, row])):
            continue
        near[row] = (low[0, row] - high[1, row] <= reach and low[1, row] - high[0, row] <= reach) or (
            kind[0, row] == _SHARED or kind[1, row] == _SHARED
        )
        apart = x[0, row] - x[1, row]
        side = 1 if apart > 0 else -1 if apart < 0 else 0
        if side != 0:
            near[row] = near[row] or side == -held
            held = side
    return near


@compiled
def exchange_cost(ink: NDArray[np.int32], on: NDArray[np.int8], own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``(n,)``: what it would cost in each row to call each curve's ink the other's.

    Parameters
    ----------
    ink, on
        What each curve stands on, ``(n, 2, fields)``, and the number of its run, ``(n, 2)``, less than 0 where none.
    own
        ``(256,)``: the cost by how much of the ink is the curve's own, 0..255.
    """
    out = np.zeros(len(on))
    for row in range(len(on)):
        for curve in range(2):
            if on[row, curve] >= 0:
                cost = own[ink[row, curve, SHARE]]
                out[row] += cost if on[row, curve] // RUNS == curve else -cost
    return out


@compiled
def _line(
    x: NDArray[np.float64], kind: NDArray[np.uint8], curve: int, first: int, step: int, most_rows: int
) -> tuple[bool, float, float]:
    """Return whether a curve has three rows of its own ink from a row on, the column there, and px a row."""
    number, row_sum, column_sum = 0, 0.0, 0.0
    for k in range(most_rows):
        row = first + k * step
        if 0 <= row < x.shape[1] and kind[curve, row] == _OWN_INK:
            number, row_sum, column_sum = number + 1, row_sum + k * step, column_sum + x[curve, row]
    if number < 3:
        return False, 0.0, 0.0
    row_mean, column_mean, along, square = row_sum / number, column_sum / number, 0.0, 0.0
    for k in range(most_rows):
        row = first + k * step
        if 0 <= row < x.shape[1] and kind[curve, row] == _OWN_INK:
            along += (k * step - row_mean) * (x[curve, row] - column_mean)
            square += (k * step - row_mean) ** 2
    return True, column_mean - along / square * row_mean, along / square


@compiled
def exchange_drift(
    x: NDArray[np.float64],
    kind: NDArray[np.uint8],
    spans: NDArray[np.int64],
    slope_rows: int,
    drift: float,
    most: float,
) -> NDArray[np.float64]:
    """Return how much dearer in drift it is to leave each crossing exchanged, ``(crossings,)``; 0 where nobody can tell.

    ``spans`` are the first row of each crossing and the last + 1, ``(crossings, 2)``, counted from the trace's first.
    """
    out = np.zeros(len(spans))
    for k in range(len(spans)):
        begin, end = spans[k]
        ahead, here, is_known = np.zeros(2), np.zeros(2), True
        for curve in range(2):
            is_above, column, slope = _line(x, kind, curve, begin - 1, -1, slope_rows)
            is_below, below, _ = _line(x, kind, curve, end, 1, slope_rows)
            is_known = is_known and is_above and is_below
            ahead[curve], here[curve] = column + slope * (end - begin + 1), below
        if is_known:
            kept = min(drift * abs(ahead[0] - here[0]), most) + min(drift * abs(ahead[1] - here[1]), most)
            left = min(drift * abs(ahead[0] - here[1]), most) + min(drift * abs(ahead[1] - here[0]), most)
            out[k] = left - kept
    return out


@compiled
def _side(x: NDArray[np.float64], row: int, step: int, most_rows: int) -> int:
    """Return the sign of curve 1 minus curve 2 at the nearest row that has both, looking one way; 0 where none."""
    for k in range(most_rows):
        at = row + k * step
        if not 0 <= at < x.shape[1]:
            return 0
        apart = x[0, at] - x[1, at]
        if math.isfinite(apart) and apart != 0:
            return 1 if apart > 0 else -1
    return 0


@compiled
def nearest_rows(
    x: NDArray[np.float64], spans: NDArray[np.int64], most_rows: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the row of each crossing in which the curves are nearest, and whether they change sides there."""
    nearest, changes = np.zeros(len(spans), np.int64), np.zeros(len(spans), np.bool_)
    for k in range(len(spans)):
        begin, end = spans[k]
        least, nearest[k] = math.inf, begin
        for row in range(begin, end):
            if abs(x[0, row] - x[1, row]) < least:  # no comparison holds with NaN
                least, nearest[k] = abs(x[0, row] - x[1, row]), row
        changes[k] = _side(x, begin - 1, -1, most_rows) * _side(x, end, 1, most_rows) < 0
    return nearest, changes
