"""How far an exchange at a crossing reaches: to the next crossing, to the end of the log, or above it.

Separate because a click, a key and the queue mean the same rows, and none of them should count crossings by itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from enum import Enum

from veerdesk.rows import RowSpan


class Reach(Enum):
    """Which rows an exchange at a crossing means."""

    TO_NEXT = "below, to the next crossing"
    TO_END = "below, to the end of the log"
    ABOVE = "above, to the crossing before"
    TO_TOP = "above, to the top of the log"


def extent(row: int, crossings: Sequence[int], within: RowSpan, reach: Reach) -> RowSpan:
    """Return the rows an exchange at a crossing means, inside ``within``.

    ``crossings`` are the rows of all crossings, growing; ``row`` itself may be among them. A crossing's own row
    belongs to what is below it, so exchanging above and below is exchanging everything, once.

    >>> extent(40, (10, 40, 70), RowSpan(0, 100), Reach.TO_NEXT)
    RowSpan(start=40, stop=70)
    >>> extent(40, (10, 40, 70), RowSpan(0, 100), Reach.ABOVE)
    RowSpan(start=10, stop=40)
    """
    start, stop = row, row
    if reach is Reach.TO_END:
        stop = within.stop
    elif reach is Reach.TO_TOP:
        start = within.start
    elif reach is Reach.TO_NEXT:
        below = bisect_right(crossings, row)
        stop = crossings[below] if below < len(crossings) else within.stop
    else:
        above = bisect_left(crossings, row)
        start = crossings[above - 1] if above else within.start
    return RowSpan(min(start, stop), max(start, stop)).clipped(within)
