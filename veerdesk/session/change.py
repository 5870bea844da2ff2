"""What a session operation altered.

Separate because every operation returns one, one bridge announces it, and nothing else travels back to the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Flag, auto

from veerdesk.rows import RowSpan


class ChangeKind(Flag):
    """What is no longer as it was shown."""

    def touches(self, other: ChangeKind) -> bool:
        """Return True where one of the other's kinds is among these; everybody asks it of every dab."""
        return bool(self._value_ & other._value_)  # six times faster than `&`, which looks a member up

    NONE = 0
    LABELS = auto()  # the person plane
    MODEL = auto()  # a prediction arrived, or became stale
    TRACE = auto()
    DESCRIPTION = auto()
    REVIEW = auto()  # accepted rows and decisions
    SCAN = auto()
    HISTORY = auto()  # what undo and redo would do
    SAVED = auto()


@dataclass(frozen=True, slots=True)
class Change:
    """Kinds, and the rows they are about.

    ``rows`` None means every row; ``track_id`` None means every track. ``cols`` is the half-open box of scan columns
    whose pixels changed owner, where that is known.
    """

    kinds: ChangeKind
    rows: RowSpan | None = None
    track_id: int | None = None
    cols: tuple[int, int] | None = None


#: What a stroke changes.
PAINTED = ChangeKind.LABELS | ChangeKind.TRACE | ChangeKind.HISTORY
#: Nothing changed, as when a stale result is dropped.
NO_CHANGE = Change(ChangeKind.NONE, RowSpan(0, 0))


def together(changes: Sequence[Change]) -> Change | None:
    """Return one change that covers several; None where there is none.

    >>> together([Change(ChangeKind.LABELS, RowSpan(3, 5), 1), Change(ChangeKind.MODEL, RowSpan(9, 12), 1)]).rows
    RowSpan(start=3, stop=12)
    """
    if not changes:
        return None
    kinds = ChangeKind.NONE
    for change in changes:
        kinds |= change.kinds
    spans = [c.rows for c in changes if c.rows is not None]
    filled = [s for s in spans if not s.is_empty] or [RowSpan(0, 0)]
    rows = RowSpan(min(s.start for s in filled), max(s.stop for s in filled)) if len(spans) == len(changes) else None
    tracks = {c.track_id for c in changes if c.kinds != ChangeKind.HISTORY}
    return Change(kinds, rows, tracks.pop() if len(tracks) == 1 else None)
