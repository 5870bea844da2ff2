"""Pixels of a part of a tile, compiled: paper under classes and their edges, and the traced lines over both.

Separate because a dab draws some hundred pixels, and a painter or a chain of array functions costs more to begin than
those. Each pixel follows from what is beside it and from nothing else: a part that is drawn alone is that part of the
whole, to the last bit. Loaded when a line is drawn first; nothing here calls Qt.
"""

from __future__ import annotations

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from veerdesk.labels.compiled import BYTES_IN, WHOLE, YES_OR_NO, compiled

#: Half the width of a line and half a pixel for its smooth rim, device px.
_HALF_PX, _RIM_PX = 0.7, 0.5
_REACH_PX = _HALF_PX + _RIM_PX
#: Bridged rows are dotted: two px of every four, counted along the screen, so that dots stay where they are.
_DOTS_PX, _DOT_PX = 4, 2
_BRIDGED, _NOT_SAID = 2, 255

_PIXELS_OUT = types.Array(types.uint32, 2, "A")
_COLUMNS_IN = types.Array(types.float64, 2, "A", readonly=True)
_TABLE_IN = types.Array(types.uint32, 1, "C", readonly=True)
_NUMBER = types.float64
#: Where in a group of rows the pen was lifted: nowhere, before it, or between its two columns.
_BEFORE, _BETWEEN = 1, 2


@compiled(types.void(BYTES_IN, _TABLE_IN, _PIXELS_OUT))
def draw_paper(grey: NDArray[np.uint8], table: NDArray[np.uint32], out: NDArray[np.uint32]) -> None:
    """Draw the bare scan, ``(h, w)`` grey, by a look's tints (``tint.tints``)."""
    for r in range(grey.shape[0]):
        for c in range(grey.shape[1]):
            out[r, c] = table[grey[r, c]]


@compiled(types.void(BYTES_IN, BYTES_IN, BYTES_IN, YES_OR_NO, _TABLE_IN, _PIXELS_OUT))
def draw_classes(
    grey: NDArray[np.uint8],
    said: NDArray[np.uint8],
    model: NDArray[np.uint8],
    is_contour: bool,
    table: NDArray[np.uint32],
    out: NDArray[np.uint32],
) -> None:
    """Draw one track's classes at one device px a scan px; where there are none, what is drawn already stays.

    Parameters
    ----------
    grey, out
        ``(h, w)``: the scan, and the pixels ``0xffRRGGBB`` of the paper and of tracks that lie under this one.
    said, model
        The person plane and the model plane, ``(h + 2, w + 2)`` uint8: the window and a pixel around it.
    is_contour
        True where every class has an edge; else only what a person said has.
    table
        The look's tints (``tint.tints``).
    """
    for r in range(grey.shape[0]):
        for c in range(grey.shape[1]):
            word = said[r + 1, c + 1]
            own = word if word != _NOT_SAID else model[r + 1, c + 1]
            if own == 0:
                continue
            entry = np.int64(own)
            if is_contour or word == own:
                for down, across in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                    beside = said[r + 1 + down, c + 1 + across]
                    if beside == _NOT_SAID:
                        beside = model[r + 1 + down, c + 1 + across]
                    if beside != own:
                        entry = np.int64(own + 2)
            out[r, c] = table[(entry << 8) + np.int64(grey[r, c])]


@compiled(types.void(types.Array(types.float32, 1, "C"), WHOLE, WHOLE, WHOLE, types.Array(types.uint32, 1, "A")))
def _lay(cover: NDArray[np.float32], left: int, right: int, rgb: int, row: NDArray[np.uint32]) -> None:
    """Mix a colour into the pixels of a row as far as it covers them, and set what it covers back to nothing."""
    for c in range(left, right):
        share, under, mixed = cover[c], np.int64(row[c]), np.int64(255 << 24)
        cover[c] = 0.0
        for shift in (16, 8, 0):
            below, over = (under >> shift) & 255, (rgb >> shift) & 255
            mixed |= int(below + (over - below) * share + 0.5) << shift
        row[c] = mixed


@compiled(types.Tuple((_NUMBER, _NUMBER, YES_OR_NO, WHOLE))(_COLUMNS_IN, BYTES_IN, WHOLE, _NUMBER, WHOLE, WHOLE))
def _group(
    x: NDArray[np.float64], kind: NDArray[np.uint8], curve: int, lift_cols: float, first: int, stop: int
) -> tuple[float, float, bool, int]:
    """Return the columns a group of rows begins and ends with, NaN where none has ink; whether all are bridged; lifts."""
    least, most, is_bridged, lifted, goes_left = math.inf, -math.inf, True, 0, False
    for row in range(first, stop):
        at = x[curve, row]
        if at < least:  # no comparison holds with NaN
            least = at
        if at > most:
            most = at
        is_bridged &= kind[curve, row] == _BRIDGED
        if row > 0 and abs(at - x[curve, row - 1]) > lift_cols:
            lifted = _BEFORE if row == first else _BETWEEN
            goes_left = row > first and at < x[curve, row - 1]
    if most < least:
        return math.nan, math.nan, False, 0
    return (most, least, is_bridged, lifted) if goes_left else (least, most, is_bridged, lifted)


@compiled(types.void(_COLUMNS_IN, BYTES_IN, WHOLE, _NUMBER, WHOLE, WHOLE, _NUMBER, WHOLE, WHOLE, WHOLE, _PIXELS_OUT))
def draw_line(
    x: NDArray[np.float64],
    kind: NDArray[np.uint8],
    curve: int,
    lift_cols: float,
    first_row: int,
    step: int,
    scale: float,
    y0: int,
    x0: int,
    rgb: int,
    out: NDArray[np.uint32],
) -> None:
    """Draw one curve of a trace over pixels, smooth; dotted where it is bridged, and not where the pen was lifted.

    Parameters
    ----------
    x, kind, curve, first_row
        A trace's columns and kinds, ``(2, n)``, which of the two, and the scan row of the first.
    lift_cols
        A jump of more columns from a row to the next was no stroke: the curve left the track and came in opposite.
    step
        Rows that become the least and the greatest of their columns, so that a spike stays; 1 where every row is drawn.
    scale, y0, x0
        Device px a scan px, and the device px of the scaled scan at which ``out`` begins.
    rgb
        The colour, ``0xRRGGBB``.
    out
        ``(h, w)`` uint32 ``0xffRRGGBB``.
    """
    height, width = out.shape
    rows = x.shape[1]
    groups, apart = (rows + step - 1) // step, step * scale
    top = (first_row + (step - 1) / 2 + 0.5) * scale - y0  # the height of the first group
    cover = np.zeros(width, np.float32)
    for r in range(height):
        middle, left, right = r + 0.5, width, -1
        low = max(0, math.ceil((middle - _REACH_PX - top) / apart) - 1)
        high = min(groups - 1, math.floor((middle + _REACH_PX - top) / apart) + 1)
        was_there, was_bridged, ax, ay = False, False, 0.0, 0.0
        for group in range(low, high + 1):
            stop = min(rows, group * step + step)
            first, last, is_bridged, lifted = _group(x, kind, curve, lift_cols, group * step, stop)
            if math.isnan(first):
                was_there = False
                continue
            by = top + group * apart
            for corner in range(1 if step == 1 else 2):
                bx = ((first if corner == 0 else last) + 0.5) * scale - x0
                if not was_there or (lifted == _BEFORE and corner == 0) or (lifted == _BETWEEN and corner == 1):
                    ax, ay = bx, by
                is_dotted = is_bridged or (was_there and was_bridged)
                begin = max(0, math.floor(min(ax, bx) - _REACH_PX))
                end = min(width, math.ceil(max(ax, bx) + _REACH_PX) + 1)
                along_x, along_y = bx - ax, by - ay
                length = along_x * along_x + along_y * along_y
                for c in range(begin, end):
                    dx, dy = c + 0.5 - ax, middle - ay
                    share = 0.0 if length == 0.0 else min(1.0, max(0.0, (dx * along_x + dy * along_y) / length))
                    dx, dy = dx - share * along_x, dy - share * along_y
                    depth = _REACH_PX - math.sqrt(dx * dx + dy * dy)
                    if depth <= cover[c]:
                        continue
                    place = y0 + r if abs(along_y) >= abs(along_x) else x0 + c
                    if is_dotted and place % _DOTS_PX >= _DOT_PX:
                        continue
                    cover[c] = min(1.0, depth)
                    left, right = min(left, c), max(right, c + 1)
                ax, ay, was_there, was_bridged = bx, by, True, is_bridged
        _lay(cover, left, right, rgb, out[r])


@compiled(types.void(_COLUMNS_IN, BYTES_IN, _NUMBER, WHOLE, WHOLE, _NUMBER, WHOLE, WHOLE, WHOLE, WHOLE, _PIXELS_OUT))
def draw_lines(
    x: NDArray[np.float64],
    kind: NDArray[np.uint8],
    lift_cols: float,
    first_row: int,
    step: int,
    scale: float,
    y0: int,
    x0: int,
    rgb_1: int,
    rgb_2: int,
    out: NDArray[np.uint32],
) -> None:
    """Draw both curves of a trace over pixels, the second over the first, each as `draw_line` does."""
    draw_line(x, kind, 0, lift_cols, first_row, step, scale, y0, x0, rgb_1, out)
    draw_line(x, kind, 1, lift_cols, first_row, step, scale, y0, x0, rgb_2, out)


@compiled(
    types.void(
        *(BYTES_IN, BYTES_IN, BYTES_IN, YES_OR_NO, _TABLE_IN),
        *(_COLUMNS_IN, BYTES_IN, _NUMBER, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, _PIXELS_OUT),
    )
)
def draw_track(
    grey: NDArray[np.uint8],
    said: NDArray[np.uint8],
    model: NDArray[np.uint8],
    is_contour: bool,
    table: NDArray[np.uint32],
    x: NDArray[np.float64],
    kind: NDArray[np.uint8],
    lift_cols: float,
    first_row: int,
    y0: int,
    x0: int,
    rgb_1: int,
    rgb_2: int,
    out: NDArray[np.uint32],
) -> None:
    """Draw paper, classes and curves of the one track that a part lies on, at one device px a scan px: a dab's one call."""
    draw_paper(grey, table, out)
    draw_classes(grey, said, model, is_contour, table, out)
    draw_lines(x, kind, lift_cols, first_row, 1, 1.0, y0, x0, rgb_1, rgb_2, out)


def _ready() -> None:
    """Call everything once: the first call looks its types up, which takes 50 ms."""
    window, pixels = np.zeros((3, 3), np.uint8), np.zeros((1, 1), np.uint32)
    draw_paper(window[1:2, 1:2], np.zeros(5 * 256, np.uint32), pixels)
    draw_classes(window[1:2, 1:2], window, window, False, np.zeros(5 * 256, np.uint32), pixels)
    draw_lines(np.zeros((2, 1)), window[:2, :1], math.inf, 0, 1, 1.0, 0, 0, 0, 0, pixels)
    table, x = np.zeros(5 * 256, np.uint32), np.zeros((2, 1))
    draw_track(window[1:2, 1:2], window, window, False, table, x, window[:2, :1], math.inf, 0, 0, 0, 0, 0, pixels)


_ready()
