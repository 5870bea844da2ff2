"""behind: gaps in which a curve stands behind the other, told by where its ink ends and where it comes out again.

Separate because the decode pays for a gap row by row and cannot know that the ink a gap begins at, and the ink it ends at,
both run into the other curve's: no pen leaves paper blank just there.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import GONE
from veerdesk.tracing.moves import GAP, HIDDEN, px_between
from veerdesk.tracing.runs import HI, LO

#: Gaps of more strokes than this: in shorter ones a dashed curve may as well cross the other between two dashes. 2.0 kept
#: two rows in a thousand more of curve 2 on rendered logs, but an exchange then no longer ended at its crossing.
LEAST_STROKES = 2.5


@compiled
def _touches(on: NDArray[np.int8], ink: NDArray[np.int32], curve: int, row: int, beside: int, contact: float) -> bool:
    """Return True where a curve's ink in ``row`` touches the other curve's in that row or the row ``beside``."""
    if on[row, curve] == HIDDEN:
        return True
    for at in (row, beside):
        other = ink[at, 1 - curve]
        if (
            on[at, 1 - curve] >= 0
            and px_between(ink[row, curve, LO], ink[row, curve, HI], other[LO], other[HI]) <= contact
        ):
            return True
    return False


@compiled
def _is_behind(
    on: NDArray[np.int8], ink: NDArray[np.int32], force: NDArray[np.uint8], curve: int, a: int, b: int, stroke: float,
    contact: float,
) -> bool:  # fmt: skip
    """Return True where the gap ``[a, b)`` is spent behind the other curve."""
    if on[a - 1, curve] == GAP or on[b, curve] == GAP or b - a <= LEAST_STROKES * stroke:
        return False
    for row in range(a, b):
        if on[row, 1 - curve] < 0 or force[row, curve] == GONE:
            return False
    return _touches(on, ink, curve, a - 1, a, contact) and _touches(on, ink, curve, b, b - 1, contact)


@compiled
def hide_in_gaps(
    on: NDArray[np.int8], kept: NDArray[np.int8], ink: NDArray[np.int32], force: NDArray[np.uint8], curve: int,
    begin: int, end: int, stroke: float, contact: float,
) -> None:  # fmt: skip
    """Turn a curve's gaps into stays behind the other where their ends say so; what was judged absent stays so.

    Parameters
    ----------
    on
        ``(n, 2)`` int8: run number, GAP or HIDDEN, as decoded.
    kept
        The same as far as each curve was judged present; changed in place.
    ink
        ``(n, 2, FIELDS)`` int32: the runs stood on; in gaps the other's run, or nothing, is written.
    force
        ``(n, 2)`` uint8: what a person forced.
    curve
        0 or 1.
    begin, end
        Rows ``[begin, end)``, with each gap whole or not at all.
    stroke, contact
        Stroke width, and px within which two strokes touch.
    """
    row = begin
    while row < end:
        if on[row, curve] != GAP:
            row += 1
            continue
        a = row
        while row < end and on[row, curve] == GAP:
            ink[row, curve, :] = 0
            row += 1
        if a > 0 and row < on.shape[0] and _is_behind(kept, ink, force, curve, a, row, stroke, contact):
            kept[a:row, curve] = HIDDEN
            ink[a:row, curve] = ink[a:row, 1 - curve]
