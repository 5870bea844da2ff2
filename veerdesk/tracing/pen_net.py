"""pen_net: where the pen stood in each row, told by the shape of a curve's stroke around it, by a small network.

Separate because it is fitted elsewhere (``training.pen_fit``) on rendered logs, whose pen is known: here are its numbers, and
what they make of a curve that its ink has placed. Each row is computed alone, in one fixed order: a part placed again gives
the very columns that the whole gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from veerdesk.resources import damaged, resource
from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import AT, COLUMN_UNITS, FREE
from veerdesk.tracing.runs import BESIDE, CENTRE, FRESH, HI, LO, STATED
from veerdesk.tracing.trace import TraceKind

#: Of the file with the fitted numbers; raised when a reader of this version could not use it.
FORMAT = "veerdesk-pen-1"
_OWN, _BRIDGED, _SHARED = int(TraceKind.OWN_INK), int(TraceKind.BRIDGED), int(TraceKind.SHARED)
#: Rows looked at above and below, breadths of the stroke; at the far ones only the column is seen.
_NEAR = np.array([0.12, 0.25, 0.4, 0.6, 0.85, 1.2, 1.7, 2.4])
_FAR = np.array([4.0, 7.0])
#: The curve's next own ink is looked for so far up and down, and its breadth is measured so far, breadths and strokes.
_END_BREADTHS, _AROUND_STROKES = 6.0, 7.0
#: What is told of a row, of each row near it, and of each side.
_OF_ROW, _OF_NEAR, _OF_FAR, _OF_END = 14, 5, 2, 4
_OF_SIDE = _OF_NEAR * len(_NEAR) + _OF_FAR * len(_FAR) + _OF_END
SHOWN = _OF_ROW + 2 * _OF_SIDE
#: Distances beyond these tell no more, breadths.
_ROW_MOST, _NEAR_MOST, _FAR_MOST = 4.0, 6.0, 8.0
#: A run wider than this many breadths is looked at, and rows this near to one without own ink, breadths.
_WIDE, _BESIDE_GAP = 1.3, 1.0
#: No run is counted broader than this many strokes when the curve's breadth is measured; nor is a breadth below this, px.
_BROADEST_STROKES, _NARROWEST_PX = 1.5, 2.0
#: The farthest that a column is moved, and that it stands beyond the ends of its own ink, breadths.
_MOST, _BEYOND = 3.0, 1.0
#: Where both curves have ink of their own, each stays on its side of the middle between, by this, px.
_APART = 0.3
#: A stroke thinner than this share of the track's strokes stays where its ink is: too few of the logs learned from had one.
_THINNEST = 0.45


@dataclass(frozen=True, slots=True)
class PenNet:
    """The fitted numbers, float32: weights ``(in, out)`` of the two layers, ``tell`` ``(out,)``, and what is added in each."""

    first: NDArray[np.float32]
    first_bias: NDArray[np.float32]
    second: NDArray[np.float32]
    second_bias: NDArray[np.float32]
    tell: NDArray[np.float32]


def pen_file() -> Path:
    """Return the file of the fitted numbers, as it ships."""
    return resource("models", "pen.safetensors")


@cache
def shipped_pen_net() -> PenNet:
    """Return the numbers that ship.

    Raises
    ------
    UnusableInputError
        Their file is missing or damaged.
    """
    path = pen_file()
    try:
        with safe_open(path, framework="numpy") as file:
            if (file.metadata() or {})["format"] != FORMAT:
                raise KeyError("format")
            names = ("first", "first_bias", "second", "second_bias", "tell")
            return PenNet(*(np.ascontiguousarray(file.get_tensor(name), np.float32) for name in names))
    except (OSError, SafetensorError, KeyError) as error:
        raise damaged(path, error) from error


def mirrored() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return which of the numbers shown, and with which sign, stand where in a row seen from left to right exchanged."""
    at, sign = np.arange(SHOWN), np.ones(SHOWN, np.float32)

    def ends(k: int) -> None:
        at[[k, k + 1]] = k + 1, k
        sign[[k, k + 1]] = -1.0

    ends(0)
    ends(12)
    sign[5] = -1.0
    at[[6, 7]] = 7, 6
    for side in (_OF_ROW, _OF_ROW + _OF_SIDE):
        for k in range(len(_NEAR)):
            ends(side + _OF_NEAR * k)
        for k in range(len(_FAR)):
            sign[side + _OF_NEAR * len(_NEAR) + _OF_FAR * k] = -1.0
        ends(side + _OF_SIDE - 3)
    return at, sign


_MIRRORED_AT, _MIRRORED_SIGN = mirrored()


@compiled
def pen_reach(stroke: float) -> int:
    """Return how many rows on each side a row's column may depend on."""
    return int(_AROUND_STROKES * stroke + 0.5) + 1


@compiled
def _limited(value: float, most: float) -> float:
    return min(max(value, -most), most)


@compiled
def own_sums(
    kind: NDArray[np.uint8], ink: NDArray[np.int32], stroke: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return ``(n + 1,)`` each: running sums of the own runs' widths, px, and of the own rows."""
    n = kind.shape[0]
    widths, own = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    for row in range(n):
        is_own = kind[row] == _OWN
        width = min(int(ink[row, HI]) - int(ink[row, LO]) + 1, int(_BROADEST_STROKES * stroke))
        widths[row + 1] = widths[row] + (width if is_own else 0)
        own[row + 1] = own[row] + (1 if is_own else 0)
    return widths, own


@compiled
def _breadth(row: int, widths: NDArray[np.int64], own: NDArray[np.int64], stroke: float) -> tuple[float, float]:
    """Return how broad the curve's own stroke is around a row, px, and the share of those rows in which it has own ink."""
    around = int(_AROUND_STROKES * stroke + 0.5)
    top, bottom = max(0, row - around), min(len(own) - 1, row + around + 1)
    rows = own[bottom] - own[top]
    if rows == 0:
        return stroke, 0.0
    mean = (widths[bottom] - widths[top]) / rows
    return max(mean, min(stroke, _NARROWEST_PX)), rows / (2 * around + 1)


@compiled
def _gap_end(row: int, step: int, kind: NDArray[np.uint8], reach: int) -> int:
    """Return the first row up or down from one of a gap's in which the curve is not in it; -1 where that is far or none."""
    for away in range(1, reach + 1):
        near = row + step * away
        if near < 0 or near >= len(kind):
            return -1
        if kind[near] != _BRIDGED:
            return near
    return -1


@compiled
def _ends_stated(row: int, kind: NDArray[np.uint8], ink: NDArray[np.int32], reach: int) -> bool:
    """Return True where a gap ends, not far from a row of it, at a column that a person stated where no ink is."""
    above, below = _gap_end(row, -1, kind, reach), _gap_end(row, 1, kind, reach)
    return (above >= 0 and ink[above, FRESH] == STATED) or (below >= 0 and ink[below, FRESH] == STATED)


@compiled
def _is_asked(row: int, kind: NDArray[np.uint8], ink: NDArray[np.int32], breadth: float) -> bool:
    """Return True where the middle of the row's own ink need not be the pen: wide runs, gaps, and rows beside gaps and stays.

    Behind the other curve the likeliest column is the other's own: right by a little more often, yet whose row it is no longer shows.
    A gap that is one because a person stated a column in it is none of the print's.
    """
    if kind[row] == 0 or kind[row] == _SHARED:
        return False
    if kind[row] != _OWN or ink[row, HI] - ink[row, LO] + 1 > _WIDE * breadth:
        return True
    beside = max(1, int(_BESIDE_GAP * breadth + 0.5))
    other = 0
    for near in range(max(0, row - beside), min(len(kind), row + beside + 1)):
        other += kind[near] != _OWN and not (kind[near] == _BRIDGED and _ends_stated(near, kind, ink, beside))
    return other > 0


@compiled
def _show_end(
    row: int, step: int, low: NDArray[np.float32], high: NDArray[np.float32], kind: NDArray[np.uint8], ink: NDArray[np.int32],
    column: float, breadth: float, most: int, out: NDArray[np.float32],
) -> None:  # fmt: skip
    """Write where the curve's next own ink stands on one side, up to ``most`` rows away."""
    out[0] = _END_BREADTHS
    for away in range(1, most + 1):
        near = row + step * away
        if near < 0 or near >= len(kind):
            return
        if kind[near] == _OWN and ink[near, FRESH] != STATED:
            out[0] = away / breadth
            out[1] = _limited((low[near] - column) / breadth, _NEAR_MOST)
            out[2] = _limited((high[near] - column) / breadth, _NEAR_MOST)
            out[3] = 1.0
            return


@compiled
def _show_side(
    row: int, step: int, x: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32], kind: NDArray[np.uint8],
    ink: NDArray[np.int32], breadth: float, reach: int, out: NDArray[np.float32],
) -> None:  # fmt: skip
    """Write what stands above (``step`` -1) or below a row; a column that a person stated where no ink is says nothing of others."""
    n, column = len(kind), x[row]
    for k in range(len(_NEAR)):
        near = row + step * max(k + 1, int(_NEAR[k] * breadth + 0.5))
        if 0 <= near < n and kind[near] > 0 and not (kind[near] == _OWN and ink[near, FRESH] == STATED):
            at, is_bridged = _OF_NEAR * k, kind[near] == _BRIDGED
            out[at] = _limited(((x[near] if is_bridged else low[near]) - column) / breadth, _NEAR_MOST)
            out[at + 1] = _limited(((x[near] if is_bridged else high[near]) - column) / breadth, _NEAR_MOST)
            out[at + 1 + kind[near]] = 1.0
    for k in range(len(_FAR)):
        near = row + step * min(int(_FAR[k] * breadth + 0.5), reach)
        if 0 <= near < n and kind[near] > 0 and not (kind[near] == _OWN and ink[near, FRESH] == STATED):
            at = _OF_NEAR * len(_NEAR) + _OF_FAR * k
            out[at] = _limited((x[near] - column) / breadth, _FAR_MOST)
            out[at + 1] = 1.0
    most = min(int(_END_BREADTHS * breadth), reach)
    _show_end(row, step, low, high, kind, ink, column, breadth, most, out[_OF_SIDE - _OF_END :])


@compiled
def show_row(
    row: int, curve: int, x: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32], kind: NDArray[np.uint8],
    ink: NDArray[np.int32], stroke: float, breadth: float, share: float, out: NDArray[np.float32],
) -> None:  # fmt: skip
    """Write the `SHOWN` numbers of one row of a curve, lengths in breadths from where its ink has placed it.

    ``x``, ``low``, ``high`` and ``kind`` ``(2, n)`` are both curves as placed by ink, ``ink`` ``(n, 2, FIELDS)`` what they stand on.
    """
    out[:] = 0.0
    column, other = x[curve, row], 1 - curve
    if kind[curve, row] != _BRIDGED:
        out[0] = _limited((low[curve, row] - column) / breadth, _ROW_MOST)
        out[1] = _limited((high[curve, row] - column) / breadth, _ROW_MOST)
    out[1 + kind[curve, row]] = 1.0
    if kind[curve, row] == _OWN:
        out[5] = _limited((ink[row, curve, CENTRE] / COLUMN_UNITS - column) / breadth, _ROW_MOST)
        out[6] = float(ink[row, curve, BESIDE] & 1)
        out[7] = float(ink[row, curve, BESIDE] >> 1)
    out[8] = min(breadth / 10.0, 3.0)
    out[9] = breadth / stroke
    out[10] = share
    if kind[other, row] == _OWN:
        out[11] = 1.0
        out[12] = _limited((low[other, row] - column) / breadth, _NEAR_MOST)
        out[13] = _limited((high[other, row] - column) / breadth, _NEAR_MOST)
    reach = pen_reach(stroke) - 1
    above, below = out[_OF_ROW : _OF_ROW + _OF_SIDE], out[_OF_ROW + _OF_SIDE :]
    _show_side(row, -1, x[curve], low[curve], high[curve], kind[curve], ink[:, curve], breadth, reach, above)
    _show_side(row, 1, x[curve], low[curve], high[curve], kind[curve], ink[:, curve], breadth, reach, below)


@compiled
def _layer(
    shown: NDArray[np.float32], weights: NDArray[np.float32], bias: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    out[:] = bias
    for k in range(len(shown)):
        value = shown[k]
        if value != 0.0:
            for j in range(len(out)):
                out[j] += value * weights[k, j]
    for j in range(len(out)):
        out[j] = max(out[j], np.float32(0.0))


@compiled
def _told(
    shown: NDArray[np.float32], first: NDArray[np.float32], first_bias: NDArray[np.float32], second: NDArray[np.float32],
    second_bias: NDArray[np.float32], tell: NDArray[np.float32],
) -> float:  # fmt: skip
    x, y = np.empty(len(first_bias), np.float32), np.empty(len(second_bias), np.float32)
    _layer(shown, first, first_bias, x)
    _layer(x, second, second_bias, y)
    total = 0.0
    for j in range(len(tell)):
        total += y[j] * tell[j]
    return total


@compiled
def _is_stated_beside(row: int, kind: NDArray[np.uint8], force: NDArray[np.uint8], reach: int) -> bool:
    """Return True where a person stated an end of the gap that a row stands in: the straight line from there is their word too."""
    above, below = _gap_end(row, -1, kind, reach), _gap_end(row, 1, kind, reach)
    return (above >= 0 and force[above] == AT) or (below >= 0 and force[below] == AT)


@compiled
def _kept_on_ink(
    row: int, curve: int, column: float, moved: float, low: NDArray[np.float32], high: NDArray[np.float32],
    kind: NDArray[np.uint8], breadth: float,
) -> float:  # fmt: skip
    """Return the column moved; from its own ink no farther than just beyond, and on its own side of the other's."""
    to: float = column + moved
    other = 1 - curve
    if kind[curve, row] != _OWN:
        return to
    to = min(max(to, low[curve, row] - _BEYOND * breadth), high[curve, row] + _BEYOND * breadth)
    if kind[other, row] == _OWN:
        if low[other, row] > high[curve, row]:
            to = min(to, max(column, 0.5 * (high[curve, row] + low[other, row]) - _APART))
        elif high[other, row] < low[curve, row]:
            to = max(to, min(column, 0.5 * (low[curve, row] + high[other, row]) + _APART))
    return to


@compiled
def _tell_rows(
    curve: int, a: int, b: int, x: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32],
    kind: NDArray[np.uint8], ink: NDArray[np.int32], force: NDArray[np.uint8], stroke: float, at: NDArray[np.int64],
    sign: NDArray[np.float32], first: NDArray[np.float32], first_bias: NDArray[np.float32], second: NDArray[np.float32],
    second_bias: NDArray[np.float32], tell: NDArray[np.float32],
) -> NDArray[np.float64]:  # fmt: skip
    widths, own = own_sums(kind[curve], ink[:, curve], stroke)
    shown, turned = np.empty(SHOWN, np.float32), np.empty(SHOWN, np.float32)
    out = x[curve, a:b].copy()
    for row in range(a, b):
        breadth, share = _breadth(row, widths, own, stroke)
        is_thin = breadth < _THINNEST * stroke
        if force[row] != FREE or is_thin or not _is_asked(row, kind[curve], ink[:, curve], breadth):
            continue
        if kind[curve, row] == _BRIDGED and _is_stated_beside(row, kind[curve], force, pen_reach(stroke) - 1):
            continue
        show_row(row, curve, x, low, high, kind, ink, stroke, breadth, share, shown)
        for k in range(SHOWN):
            turned[k] = shown[at[k]] * sign[k]
        right = _told(shown, first, first_bias, second, second_bias, tell)
        left = _told(turned, first, first_bias, second, second_bias, tell)
        moved = _limited(0.5 * (right - left), _MOST) * breadth
        out[row - a] = _kept_on_ink(row, curve, x[curve, row], moved, low, high, kind, breadth)
    return out


def pen_columns(
    net: PenNet, curve: int, a: int, b: int, x: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32],
    kind: NDArray[np.uint8], ink: NDArray[np.int32], force: NDArray[np.uint8], stroke: float,
) -> NDArray[np.float64]:  # fmt: skip
    """Return ``(b - a,)`` float64: the columns of one curve's pen in rows ``[a, b)``, scan px; NaN where it is absent.

    Rows of which a person said something keep their columns. Right where the planes hold `pen_reach` rows more on both sides, or end with the track.

    Parameters
    ----------
    net
        The fitted numbers.
    curve
        0 or 1.
    x, low, high, kind
        ``(2, n)``: both curves as their ink has placed them (``place``).
    ink
        ``(n, 2, FIELDS)`` int32: what they stand on.
    force
        ``(n,)`` uint8: what a person forced on this curve.
    stroke
        The track's stroke width, px.
    """
    numbers = net.first, net.first_bias, net.second, net.second_bias, net.tell
    turned = _MIRRORED_AT, _MIRRORED_SIGN
    out: NDArray[np.float64] = _tell_rows(curve, a, b, x, low, high, kind, ink, force, stroke, *turned, *numbers)
    return out


@compiled
def _show_rows(
    curve: int, x: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32], kind: NDArray[np.uint8],
    ink: NDArray[np.int32], stroke: float,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float32]]:  # fmt: skip
    n = x.shape[1]
    widths, own = own_sums(kind[curve], ink[:, curve], stroke)
    rows, breadths, shown = np.empty(n, np.int64), np.empty(n, np.float64), np.empty((n, SHOWN), np.float32)
    count = 0
    for row in range(n):
        breadth, share = _breadth(row, widths, own, stroke)
        if _is_asked(row, kind[curve], ink[:, curve], breadth):
            rows[count], breadths[count] = row, breadth
            show_row(row, curve, x, low, high, kind, ink, stroke, breadth, share, shown[count])
            count += 1
    return rows[:count], breadths[:count], shown[:count]


def shown_rows(
    curve: int, x: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32], kind: NDArray[np.uint8],
    ink: NDArray[np.int32], stroke: float,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float32]]:  # fmt: skip
    """Return the rows of a curve that are asked about, ``(k,)``, how broad it is there, px, and what is shown, ``(k, SHOWN)``."""
    out: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float32]]
    out = _show_rows(curve, x, low, high, kind, ink, stroke)
    return out
