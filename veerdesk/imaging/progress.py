"""How long work says how far it is, and hears that it is no longer wanted.

Separate because every layer above imaging runs long work and none of them knows who is waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

#: Called with the share done, 0..1, growing.
Progress = Callable[[float], None]


class Cancel(Protocol):
    """Somebody who may say that the work is no longer wanted."""

    def is_cancelled(self) -> bool:
        """Return True once the work should stop."""
        ...


class Unstoppable:
    """A Cancel that never cancels, for work that runs inline."""

    def is_cancelled(self) -> bool:
        """Return False."""
        return False


def unwatched(share: float) -> None:
    """Ignore progress, for work that nobody watches."""
