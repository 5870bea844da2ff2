"""Keys that mean one thing tapped and another held, told apart by when they went down and came up.

Separate because systems repeat a held key in two ways: some say so of each event, others send it up and down again in the
same instant, and then a key that is held to move the scan would be tapped thirty times a second.
"""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent

#: A key that was down longer was held; systems wait longer, nearly all of them, before they repeat one.
_TAP_MS = 300
#: Up and down again within so much is a repeat: no finger is that fast.
_INSTANT_MS = 3


class Taps:
    """Remembers when each key went down by hand and when it came up last, ms of the system's own clock."""

    def __init__(self) -> None:
        self._down: dict[int, int] = {}
        self._up: dict[int, int] = {}

    def is_by_hand(self, event: QKeyEvent) -> bool:
        """Take a key that goes down; False where the system repeats it."""
        key, at = event.key(), event.timestamp()
        if event.isAutoRepeat() or (at and at - self._up.get(key, -_TAP_MS) <= _INSTANT_MS):
            return False
        self._down[key] = at
        return True

    def is_tap(self, event: QKeyEvent) -> bool:
        """Take a key that comes up; True where it was no longer down than a tap is."""
        key, at = event.key(), event.timestamp()
        self._up[key] = at
        return at - self._down.get(key, at) <= _TAP_MS
