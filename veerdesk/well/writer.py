"""The thread that puts batches on disk, in order, and says which one arrived last.

Separate because waiting for the disk is nobody else's business: a gesture is handed over and the hand goes on.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable
from pathlib import Path

from veerdesk.errors import UnusableInputError
from veerdesk.well.records import Batch

#: Batches made one transaction where the disk is slower than the hand.
MAX_BATCHES = 64
#: A failed write is tried again after this time, or as soon as there is more to write.
RETRY_S = 2.0


class Writer:
    """Owns the writing connection of a well file and the queue before it. All methods are safe from any thread."""

    def __init__(self, path: Path, connect: Callable[[], sqlite3.Connection], *, last_entry: int) -> None:
        self._path, self._connect = path, connect
        self._waiting: deque[Batch] = deque()
        self._wake = threading.Condition()
        self._is_closing = False
        self._acknowledged = last_entry
        self._saved_at: float | None = None
        self._trouble: UnusableInputError | None = None
        self.on_saved: Callable[[], None] | None = None
        self._thread = threading.Thread(target=self._work, name="well-writer", daemon=True)
        self._thread.start()

    @property
    def acknowledged(self) -> int:
        """Number of the last journal entry that is on disk."""
        return self._acknowledged

    @property
    def saved_at(self) -> float | None:
        """Time of the last transaction on disk, seconds since 1970; None before the first."""
        return self._saved_at

    @property
    def pending(self) -> int:
        """Batches that are not on disk yet."""
        return len(self._waiting)

    @property
    def trouble(self) -> UnusableInputError | None:
        """Why the last attempt to write failed; None where it did not."""
        return self._trouble

    def put(self, batch: Batch) -> None:
        """Hand a batch over; returns at once."""
        with self._wake:
            self._waiting.append(batch)
            self._wake.notify_all()

    def wait(self, timeout_s: float) -> bool:
        """Wait until everything handed over is on disk; False where it is not after ``timeout_s`` or writing failed."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._waiting or self._trouble is not None, timeout_s) and (
                not self._waiting
            )

    def close(self) -> None:
        """Write what is left and end the thread.

        Raises
        ------
        UnusableInputError
            The rest could not be written; what was on disk before is intact.
        """
        with self._wake:
            self._is_closing = True
            self._wake.notify_all()
        self._thread.join()
        if self._waiting and self._trouble is not None:
            raise self._trouble

    def _work(self) -> None:
        connection: sqlite3.Connection | None = None
        while True:
            with self._wake:
                self._wake.wait_for(lambda: bool(self._waiting) or self._is_closing)
                batches = [self._waiting[n] for n in range(min(len(self._waiting), MAX_BATCHES))]
                is_last = self._is_closing
            if not batches:
                break
            try:
                connection = connection or self._connect()
                write_batches(connection, batches)
            except sqlite3.Error as error:
                self._fail(error)
                if is_last:
                    break
                continue
            self._succeed(batches)
        if connection is not None:
            connection.close()

    def _succeed(self, batches: list[Batch]) -> None:
        with self._wake:
            for _ in batches:
                self._waiting.popleft()
            self._acknowledged = max(self._acknowledged, *(b.entry.id for b in batches if b.entry), 0)
            self._saved_at, self._trouble = time.time(), None
            self._wake.notify_all()
        if self.on_saved is not None:
            self.on_saved()

    def _fail(self, error: sqlite3.Error) -> None:
        is_new = self._trouble is None
        with self._wake:
            size = len(self._waiting)
            what = "1 change is" if size == 1 else f"{size} changes are"
            self._trouble = UnusableInputError(
                f"{self._path} cannot be written ({error}): {what} not on disk yet.",
                "Make room on the disk or allow writing there; it is tried again every two seconds.",
            )
            self._wake.notify_all()
        if is_new and self.on_saved is not None:
            self.on_saved()  # whoever listens reads `trouble`: once, not at every attempt
        with self._wake:
            self._wake.wait_for(lambda: len(self._waiting) > size or self._is_closing, RETRY_S)


def write_batches(connection: sqlite3.Connection, batches: list[Batch]) -> None:
    """Write batches in one transaction; of several versions of one tile only the last is written."""
    tiles = {(t.track, int(t.plane), t.ty, t.tx): t.blob for batch in batches for t in batch.tiles}
    meta = {key: value for batch in batches for key, value in batch.meta.items()}
    connection.execute("BEGIN IMMEDIATE")
    try:
        for batch in batches:
            if (e := batch.entry) is not None:
                connection.execute(
                    "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (e.id, e.time, e.actor, e.act, e.kind, e.label, e.target, batch.payload),
                )
        gone = [key for key, blob in tiles.items() if blob is None]
        kept = [(*key, zlib.crc32(blob), blob) for key, blob in tiles.items() if blob is not None]
        connection.executemany("DELETE FROM tile WHERE track = ? AND plane = ? AND ty = ? AND tx = ?", gone)
        connection.executemany("INSERT OR REPLACE INTO tile VALUES (?, ?, ?, ?, ?, ?)", kept)
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(meta.items()))
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
