"""What of an open well is on disk and what is not yet, as the writer's thread has acknowledged it.

Separate because it is asked by whoever shows or waits, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from veerdesk.errors import UnusableInputError
from veerdesk.well.store import WellStore

# A hundred strokes of a patient hand; undo takes back the last ones.
_KEPT_BYTES = 1 << 20


class RecentPayloads:
    """Owns the payloads of the last journal entries: those that are not on disk yet, and what undo takes back first."""

    def __init__(self) -> None:
        self._known: dict[int, bytes] = {}
        self._size = 0

    def add(self, entry: int, payload: bytes, *, acknowledged: int) -> None:
        """Keep the payload of a new entry; ``acknowledged`` is the last one on disk, up to which any may be forgotten."""
        self._known[entry] = payload
        self._size += len(payload)
        while self._size > _KEPT_BYTES and (oldest := next(iter(self._known))) <= acknowledged:
            self._size -= len(self._known.pop(oldest))

    def get(self, entry: int) -> bytes | None:
        """Return the payload of an entry; None where it is to be read from the well."""
        return self._known.get(entry)


class Saving:
    """The part of a session that speaks of the disk; the session sets its store."""

    _store: WellStore

    @property
    def pending(self) -> int:
        """Changes that are not on disk yet."""
        return self._store.pending

    @property
    def acknowledged(self) -> int:
        """Number of the last journal entry that is on disk."""
        return self._store.acknowledged

    @property
    def trouble(self) -> UnusableInputError | None:
        """Why the well cannot be written at present; None where it can."""
        return self._store.trouble

    def saved_at(self) -> float | None:
        """Return when the last change reached the disk, seconds since 1970; None where none did in this session."""
        return self._store.saved_at

    def when_saved(self, call: Callable[[], None] | None) -> None:
        """Call this after each transaction, and once when writing begins to fail, on the writer's thread."""
        self._store.when_saved(call)

    def wait_saved(self, timeout_s: float = 60.0) -> bool:
        """Wait until everything is on disk; False where that failed."""
        return self._store.wait(timeout_s)

    def retry_saving(self, timeout_s: float = 60.0) -> bool:
        """Try at once to write what could not be written, instead of after the usual pause; False where it fails."""
        return self._store.retry(timeout_s)
