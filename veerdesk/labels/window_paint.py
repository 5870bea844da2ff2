"""What a gesture makes of one window of a person plane, in one compiled call.

Separate because it is compiled: a dab's thirty calls of array functions are each cheap in a loop, and cost 0.2 ms where
everything else of a window ran in between. Loaded by ``labels.edits`` when something is painted first.
"""

from __future__ import annotations

import numpy as np
from numba import types
from numpy.typing import NDArray

from veerdesk.labels.compiled import BYTES_IN, BYTES_OUT, CODES, MASK_IN, WHOLE, YES_OR_NO, compiled

#: The rules by number, as a compiled function takes them: `labels.edits.Rule` in its order.
ANYTHING, BACKGROUND_ONLY, OTHER_CURVE_ONLY, INK_ONLY = range(4)
#: Bytes of one run: its length as four bytes, the lowest first, and its value.
RUN_BYTES = 5
_NOT_SAID, _EXCHANGED = 255, 254
#: Grey below this is ink: `imaging.ink.BILEVEL_THRESHOLD`, as machine code is kept by what stands in its own module.
INK_BELOW = 128


@compiled(WHOLE(WHOLE, WHOLE, CODES, WHOLE))
def _write_run(length: int, value: int, out: NDArray[np.uint8], at: int) -> int:
    for k in range(4):
        out[at + k] = (length >> (8 * k)) & 255
    out[at + 4] = value
    return at + RUN_BYTES


@compiled(WHOLE(BYTES_IN, CODES))
def write_runs(block: NDArray[np.uint8], out: NDArray[np.uint8]) -> int:
    """Write a block ``(h, w)`` into ``out`` as runs, row after row, and return their bytes: five a pixel at most."""
    value, length, at = block[0, 0], 0, 0
    for r in range(block.shape[0]):
        for c in range(block.shape[1]):
            if block[r, c] == value:
                length += 1
                continue
            at = _write_run(length, value, out, at)
            value, length = block[r, c], 1
    return _write_run(length, value, out, at)


@compiled(types.UniTuple(WHOLE, 4)(BYTES_IN, BYTES_IN, MASK_IN, BYTES_IN, WHOLE, WHOLE, BYTES_OUT))
def paint_window(
    before: NDArray[np.uint8],
    model: NDArray[np.uint8],
    mask: NDArray[np.bool_],
    grey: NDArray[np.uint8],
    cls: int,
    rule: int,
    after: NDArray[np.uint8],
) -> tuple[int, int, int, int]:
    """Fill ``after`` with the person plane as a gesture leaves it, and return the half-open box that changed.

    Parameters
    ----------
    before, model
        The two planes in the window, ``(h, w)`` uint8.
    mask
        What is meant, ``(h, w)`` bool.
    grey
        ``(h, w)`` uint8, ink where it is below `INK_BELOW`; read under the rule for ink only.
    cls, rule
        As in `labels.edits.paint`, the rule by number.

    Returns
    -------
    First and last row + 1, first and last column + 1, of the window; all 0 where nothing changes.
    """
    height, width = before.shape
    top, bottom, left, right = height, 0, width, 0
    for r in range(height):
        for c in range(width):
            said = before[r, c]
            after[r, c] = said
            if not mask[r, c] or (rule == INK_ONLY and grey[r, c] >= INK_BELOW):
                continue
            shown = said if said != _NOT_SAID else model[r, c]
            if rule == BACKGROUND_ONLY and shown != 0:
                continue
            if rule == OTHER_CURVE_ONLY and (shown == 0 or shown == cls):
                continue
            if cls == _EXCHANGED and shown == 0:
                continue
            new = 3 - shown if cls == _EXCHANGED else cls
            if new == said:
                continue
            after[r, c] = new
            top, bottom = min(top, r), r + 1
            left, right = min(left, c), max(right, c + 1)
    if bottom == 0:
        return 0, 0, 0, 0
    return top, bottom, left, right


@compiled(types.UniTuple(WHOLE, 4)(BYTES_IN, BYTES_IN, BYTES_OUT))
def exchange_curves(
    before: NDArray[np.uint8], model: NDArray[np.uint8], after: NDArray[np.uint8]
) -> tuple[int, int, int, int]:
    """Do what `paint_window` does where all of a window is exchanged, a row at a time: in a quarter of the time."""
    height, width = before.shape
    top, bottom, left, right = height, 0, width, 0
    for r in range(height):
        found = np.uint8(0)
        for c in range(width):
            said = before[r, c]
            shown = said if said != _NOT_SAID else model[r, c]
            after[r, c] = said if shown == 0 else np.uint8(3) - shown
            found |= shown
        if found == 0:
            continue
        top, bottom = min(top, r), r + 1
        for c in range(left):
            if after[r, c] != before[r, c]:
                left = c
                break
        for c in range(width - 1, right - 1, -1):
            if after[r, c] != before[r, c]:
                right = c + 1
                break
    if bottom == 0:
        return 0, 0, 0, 0
    return top, bottom, left, right


@compiled(types.UniTuple(WHOLE, 6)(BYTES_IN, BYTES_IN, MASK_IN, BYTES_IN, WHOLE, WHOLE, BYTES_OUT, CODES))
def paint_coded(
    before: NDArray[np.uint8],
    model: NDArray[np.uint8],
    mask: NDArray[np.bool_],
    grey: NDArray[np.uint8],
    cls: int,
    rule: int,
    after: NDArray[np.uint8],
    out: NDArray[np.uint8],
) -> tuple[int, int, int, int, int, int]:
    """Do what `paint_window` does, and write the box before and after as runs into ``out``, one behind the other.

    Returns
    -------
    The box, and the bytes of the runs before and after; all 0 where nothing changes.
    """
    top, bottom, left, right = paint_window(before, model, mask, grey, cls, rule, after)
    if bottom == 0:
        return 0, 0, 0, 0, 0, 0
    old = write_runs(before[top:bottom, left:right], out)
    new = write_runs(after[top:bottom, left:right], out[old:])
    return top, bottom, left, right, old, new


@compiled(YES_OR_NO(BYTES_OUT, WHOLE, WHOLE, BYTES_IN, BYTES_IN))
def exchange_window(
    tile: NDArray[np.uint8], top: int, left: int, before: NDArray[np.uint8], after: NDArray[np.uint8]
) -> bool:
    """Write ``after`` into a tile where ``before`` stands, both ``(h, w)`` uint8; False, and nothing, where it does not."""
    height, width = before.shape
    for r in range(height):
        for c in range(width):
            if tile[top + r, left + c] != before[r, c]:
                return False
    for r in range(height):
        for c in range(width):
            tile[top + r, left + c] = after[r, c]
    return True


@compiled(types.void(BYTES_OUT, BYTES_OUT, BYTES_IN))
def state_word(p1: NDArray[np.uint8], p2: NDArray[np.uint8], said: NDArray[np.uint8]) -> None:
    """Make both planes of evidence certain where the person plane says something, ``(h, w)`` uint8 each."""
    for r in range(said.shape[0]):
        for c in range(said.shape[1]):
            if said[r, c] != _NOT_SAID:
                p1[r, c] = 255 if said[r, c] == 1 else 0
                p2[r, c] = 255 if said[r, c] == 2 else 0


@compiled(types.void(BYTES_IN, BYTES_IN, BYTES_IN, BYTES_OUT))
def rows_said(said: NDArray[np.uint8], p1: NDArray[np.uint8], p2: NDArray[np.uint8], out: NDArray[np.uint8]) -> None:
    """Tell of each row what a person's word in it does to the model's evidence.

    ``out`` ``(h, 3)`` uint8 is filled: 1 where the person gave curve 1 ink, where curve 2, and where more of what was said
    stands against the evidence than with it. ``said``, ``p1`` and ``p2`` are ``(h, w)`` uint8.
    """
    for r in range(said.shape[0]):
        first, second, against = 0, 0, 0
        for c in range(said.shape[1]):
            if said[r, c] == 1 or said[r, c] == 2:
                is_first = said[r, c] == 1
                first += is_first
                second += not is_first
                if p1[r, c] != p2[r, c]:
                    against += -1 if is_first == (p1[r, c] > p2[r, c]) else 1
        out[r, 0], out[r, 1], out[r, 2] = first > 0, second > 0, against > 0


def _ready() -> None:
    """Call everything once: the first call looks its types up, which takes 50 ms."""
    window, mask = np.zeros((2, 2), np.uint8), np.ones((2, 2), np.bool_)
    mask.flags.writeable = False
    for part in (window, window[:1]):
        paint_window(part, part, mask[: len(part)], part, 1, ANYTHING, np.empty_like(part))
        exchange_curves(part, part, np.empty_like(part))
        write_runs(part, np.empty(RUN_BYTES * part.size, np.uint8))
        codes = np.empty(2 * RUN_BYTES * part.size, np.uint8)
        paint_coded(part, part, mask[: len(part)], part, 1, ANYTHING, np.empty_like(part), codes)
        exchange_window(window, 0, 0, part, part)
        state_word(part, part, part)
        rows_said(part, part, part, np.empty((len(part), 3), np.uint8))


_ready()
