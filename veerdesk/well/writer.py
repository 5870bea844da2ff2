"""The thread that puts batches on disk, in order, and says which one arrived last.

Separate because waiting for the disk is nobody else's business: a gesture is handed over and the hand goes on.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

from veerdesk.errors import UnusableInputError
from veerdesk.labels.tile_plane import LooseTile
from veerdesk.well.database import Place
from veerdesk.well.records import Batch

#: Batches made one transaction where the disk is slower than the hand.
MAX_BATCHES = 64
#: A failed write is tried again after this time, or as soon as there is more to write.
RETRY_S = 2.0
#: What a batch waits for others and for the stroke's own frame: a transaction that began beside it took the
#: interpreter from it, 0.5 ms of CPU in the middle one of 200 dabs.
GATHER_S = 0.004


class Writer:
    """Owns the writing connection of a well file and the queue before it. All methods are safe from any thread."""

    def __init__(self, path: Path, connect: Callable[[], sqlite3.Connection], *, last_entry: int) -> None:
        self._path, self._connect, self._place = path, connect, Place(path)
        self._waiting: deque[Batch] = deque()
        #: Rung for the thread whenever there is something for it to look at; it waits there without the interpreter.
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._wake = threading.Condition()
        self._is_closing = self._is_asked = self._is_writing = False
        self._attempts = 0
        self._acknowledged = last_entry
        self._saved_at: float | None = None
        self._trouble: UnusableInputError | None = None
        self.on_saved: Callable[[], None] | None = None
        self._connection: sqlite3.Connection | None = None
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

    def unwritten(self) -> tuple[Batch, ...]:
        """Return what is not on disk yet, oldest first."""
        with self._wake:
            return tuple(self._waiting.copy())

    def put(self, batch: Batch) -> None:
        """Hand a batch over; returns at once."""
        self._waiting.append(batch)
        self._bell.put(None)

    def retry(self, timeout_s: float) -> bool:
        """Try at once to write what waits; True where nothing waits any more, False after a failure or ``timeout_s``."""
        with self._wake:
            enough = self._attempts + (2 if self._is_writing else 1)  # one under way may fail for what is past
            self._is_asked = True
            self._bell.put(None)
            self._wake.wait_for(lambda: not self._waiting or self._attempts >= enough, timeout_s)
            return not self._waiting

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
        self._bell.put(None)
        self._thread.join()
        if self._waiting and self._trouble is not None:
            raise self._trouble

    def _work(self) -> None:
        while True:
            while not self._waiting and not self._is_closing:
                self._bell.get()
            if not self._is_wanted_now():
                time.sleep(GATHER_S)
            with self._wake:
                # Closing is read first: what was handed over before it is then among the batches.
                is_last = self._is_closing
                batches = [self._waiting[n] for n in range(min(len(self._waiting), MAX_BATCHES))]
                self._is_writing = bool(batches)
            if not batches:
                break
            try:
                self._write(batches)
            except (sqlite3.Error, OSError) as error:
                self._fail(error)
                if is_last:
                    break
                continue
            self._succeed(batches)
        self._let_go()

    def _is_wanted_now(self) -> bool:
        return self._is_closing or self._is_asked or len(self._waiting) >= MAX_BATCHES

    def _write(self, batches: list[Batch]) -> None:
        """Write batches and make sure that they reached the file that stands under the well's name."""
        self._check_place()
        try:
            if self._connection is None:
                self._connection = self._connect()
            write_batches(self._connection, batches, after=self._acknowledged)
            if not Path(f"{self._path}-wal").exists() and not self._place.trouble():
                # Somebody tidied the log away: what we wrote would end with this process. Bring it home now.
                self._connection.execute("PRAGMA wal_checkpoint(FULL)")
        except sqlite3.Error:
            self._let_go()  # a disk that came back is another disk to an old handle
            raise
        self._check_place()

    def _check_place(self) -> None:
        # A file that was deleted, or whose folder was, takes writes without complaint. The connection is kept: where
        # the file comes back it is still the right one.
        if wrong := self._place.trouble():
            raise FileNotFoundError(wrong)

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def _succeed(self, batches: list[Batch]) -> None:
        with self._wake:
            for _ in batches:
                self._waiting.popleft()
            self._acknowledged = max(self._acknowledged, *(b.entry.id for b in batches if b.entry), 0)
            self._saved_at, self._trouble = time.time(), None
            self._attempts, self._is_writing = self._attempts + 1, False
            self._wake.notify_all()
        if self.on_saved is not None:
            self.on_saved()

    def _fail(self, error: Exception) -> None:
        is_new = self._trouble is None
        with self._wake:
            size = len(self._waiting)
            self._attempts, self._is_writing = self._attempts + 1, False
            self._trouble = _said(self._path, error, size)
            self._wake.notify_all()
        if is_new and self.on_saved is not None:
            self.on_saved()  # whoever listens reads `trouble`: once, not at every attempt
        end = time.monotonic() + RETRY_S
        while not (len(self._waiting) > size or self._is_closing or self._is_asked):
            if (left := end - time.monotonic()) <= 0.0:
                break
            with contextlib.suppress(Empty):
                self._bell.get(timeout=left)
        with self._wake:
            self._is_asked = False


def _said(path: Path, error: Exception, size: int) -> UnusableInputError:
    """Return why a well is not written, and what the person can do: it depends on what happened."""
    what = "1 change is" if size == 1 else f"{size} changes are"
    if isinstance(error, FileNotFoundError):
        remedy = "Put the file or its folder back, or save a copy of the well elsewhere"
    elif "full" in str(error):
        remedy = "Make room on the disk, or save a copy of the well on another one"
    else:
        remedy = "Make room on the disk or allow writing there, or save a copy of the well elsewhere"
    return UnusableInputError(
        f"{path} cannot be written ({error}): {what} not on disk yet.",
        f"{remedy}; it is tried again every two seconds.",
    )


def write_batches(connection: sqlite3.Connection, batches: Sequence[Batch], *, after: int | None = None) -> None:
    """Write batches in one transaction; of several versions of one tile only the last is written.

    ``after`` is the last entry known to be on disk. Entries beyond it that are there all the same were written by an
    attempt of which we heard nothing good, and are not written twice; without it every entry is new.
    """
    tiles = {(t.track, int(t.plane), t.ty, t.tx): t.blob for batch in batches for t in batch.tiles}
    blobs = {key: blob.packed() if isinstance(blob, LooseTile) else blob for key, blob in tiles.items()}
    meta = {key: value for batch in batches for key, value in batch.meta.items()}
    connection.execute("BEGIN IMMEDIATE")
    try:
        known = set() if after is None else _entries(connection, after)
        for batch in batches:
            if (e := batch.entry) is not None and (e.id, e.time) not in known:
                connection.execute(
                    "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (e.id, e.time, e.actor, e.act, e.kind, e.label, e.target, batch.payload, zlib.crc32(batch.payload)),
                )
        gone = [key for key, blob in blobs.items() if blob is None]
        kept = [(*key, zlib.crc32(blob), blob) for key, blob in blobs.items() if blob is not None]
        connection.executemany("DELETE FROM tile WHERE track = ? AND plane = ? AND ty = ? AND tx = ?", gone)
        connection.executemany("INSERT OR REPLACE INTO tile VALUES (?, ?, ?, ?, ?, ?)", kept)
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(meta.items()))
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _entries(connection: sqlite3.Connection, after: int) -> set[tuple[int, float]]:
    return set(connection.execute("SELECT id, time FROM journal WHERE id > ?", (after,)))
