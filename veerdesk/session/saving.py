"""What of an open well is on disk and what is not yet, as the writer's thread has acknowledged it.

Separate because it is asked by whoever shows or waits, and changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from veerdesk.errors import UnusableInputError
from veerdesk.labels.edits import PaintEdit
from veerdesk.session.payloads import paint_edit
from veerdesk.well.records import JournalRow
from veerdesk.well.store import WellStore

# A hundred strokes of a patient hand; undo takes back the last ones.
_KEPT_BYTES = 1 << 20
_KEPT_EDITS = 256


class RecentPayloads:
    """Owns the payloads of the last journal entries: those that are not on disk yet, and what undo takes back first.

    Of dabs, the edits too: one that is known as arrays is not decoded again to be taken back.
    """

    def __init__(self) -> None:
        self._known: dict[int, bytes] = {}
        self._edits: dict[int, PaintEdit] = {}
        self._size = 0

    def add(self, entry: int, payload: bytes, *, acknowledged: int) -> None:
        """Keep the payload of a new entry; ``acknowledged`` is the last one on disk, up to which any may be forgotten."""
        self._known[entry] = payload
        self._size += len(payload)
        while self._size > _KEPT_BYTES and (oldest := next(iter(self._known))) <= acknowledged:
            self._size -= len(self._known.pop(oldest))

    def add_edit(self, entry: int, edit: PaintEdit) -> None:
        """Keep the edit of a new entry, where it is small enough to be known as arrays."""
        if edit.pieces and edit.is_small:
            self._edits[entry] = edit
            if len(self._edits) > _KEPT_EDITS:
                del self._edits[next(iter(self._edits))]

    def edit(self, entry: JournalRow, payload: Callable[[int], bytes]) -> PaintEdit:
        """Return the edit of a paint entry, made of its payload where it is not known."""
        return self._edits.get(entry.id) or paint_edit(payload(entry.id), entry.label)

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

    @property
    def is_shut(self) -> bool:
        """True where the well or its folder takes nothing from us at present, whoever else has it open."""
        path = self._store.path
        return not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))

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

    def _check_writable(self) -> None:
        """Raise UnusableInputError where nothing can be written at present."""
        store = self._store
        if store.can_write:  # as nearly always: every stroke asks
            return
        if store.is_read_only:
            raise UnusableInputError(
                f"{store.path} is open for reading only: another window writes it, or its folder is closed to writing.",
                "Close the other window and open the well again, or save a copy elsewhere.",
            )
        if store.trouble is not None:  # what is taken now could be lost with the process: nothing is
            raise store.trouble
