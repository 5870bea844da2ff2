"""How many crossings are still wrong, from what a person found among those drawn at random.

Separate because it is statistics over decisions, and must stay honest whatever the queue's order becomes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from veerdesk.session.review_queue import QueueItem

#: Two-sided 95 %.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class StillWrong:
    """Crossings likely to be wrong among those that nobody looked at one by one.

    ``drawn`` sampled crossings like these were looked at, ``wrong`` of them were exchanged; ``left`` is the number
    that nobody looked at, ``likely`` of them wrong, between ``low`` and ``high`` in 95 of 100 logs.
    """

    drawn: int
    wrong: int
    left: int
    likely: float
    low: float
    high: float


def wilson(wrong: int, drawn: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of which ``wrong`` in ``drawn`` were seen; ``(0, 1)`` where none was drawn.

    Source: Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference, JASA 22.

    >>> [round(v, 3) for v in wilson(1, 10)]
    [0.018, 0.404]
    """
    if drawn == 0:
        return 0.0, 1.0
    share, z2 = wrong / drawn, _Z * _Z
    middle = share + z2 / (2 * drawn)
    reach = _Z * math.sqrt(share * (1 - share) / drawn + z2 / (4 * drawn * drawn))
    whole = 1 + z2 / drawn
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def still_wrong(queue: Sequence[QueueItem]) -> StillWrong | None:
    """Return the estimate for a queue; None before any sampled crossing like those left was looked at.

    The risky crossings are looked at first, and are wrong more often than the rest. So only sampled crossings that
    would be among those left, were they not drawn, speak for these: as sure as the least sure one, and of no more
    weight than the heaviest.
    """
    queue = [i for i in queue if i.doubt is None]
    left = [i for i in queue if i.state != "flagged" and not _was_looked_at(i)]
    if not left:
        return StillWrong(0, 0, 0, 0.0, 0.0, 0.0)
    risk, weight = max(i.risk for i in left), max(i.weight for i in left)
    alike = [i for i in queue if i.is_sampled and _was_looked_at(i) and i.risk <= risk and i.weight <= weight]
    if not alike:
        return None
    wrong, drawn, number = sum(_was_wrong(i) for i in alike), len(alike), len(left)
    low, high = wilson(wrong, drawn)
    return StillWrong(drawn, wrong, number, wrong / drawn * number, low * number, high * number)


def _was_looked_at(item: QueueItem) -> bool:
    return item.decision is not None and item.decision.was_looked_at


def _was_wrong(item: QueueItem) -> bool:
    return item.decision is not None and item.decision.verdict == "exchanged"
