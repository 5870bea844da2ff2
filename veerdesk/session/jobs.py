"""Job: work that may take long, with cancellation and progress, and no idea of who runs it.

Separate because the window runs jobs on its two lanes and the command line runs the same jobs inline.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from veerdesk.imaging.progress import Cancel, Progress, Unstoppable, unwatched

T = TypeVar("T")


class CancelToken:
    """A Cancel that anybody may pull, from any thread, once."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    def is_cancelled(self) -> bool:
        """Return True once the work should stop."""
        return self._event.is_set()


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """Named work. ``run`` touches nothing of the session: it was given copies, and returns a value."""

    name: str
    run: Callable[[Cancel, Progress], T]

    def inline(self) -> T:
        """Run it here and now, and return its value."""
        return self.run(Unstoppable(), unwatched)
