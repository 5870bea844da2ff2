"""A well file: one SQLite database, one writer and any number of readers.

Separate because this folder holds the only SQL in the house; everybody else speaks of tiles and journal rows.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from veerdesk.errors import UnusableInputError
from veerdesk.well.database import (
    READING_ERRORS,
    DamagedWellError,
    checked,
    connect,
    fold,
    make,
    reading,
    reading_while_written,
    remove,
)
from veerdesk.well.lock import WriterLock
from veerdesk.well.migrate import migrate
from veerdesk.well.records import Batch, EntryKind, JournalRow, Plane
from veerdesk.well.writer import Writer, write_batches


class WellStore:
    """An open well file; owns its connections, its writer thread and the right to write.

    Opened by `create`, `open` (which falls back to reading where another window writes) or `open_reading`.
    """

    def __init__(self, path: Path, reading: sqlite3.Connection, lock: WriterLock | None) -> None:
        self.path = path
        self._reading, self._lock = reading, lock
        last = reading.execute("SELECT coalesce(max(id), 0) FROM journal").fetchone()[0]
        self._writer = Writer(path, partial(connect, path, "rw"), last_entry=last) if lock else None
        self._last_entry = int(last)
        self._version = self._data_version()
        self._has_crc: bool | None = None

    @classmethod
    def create(cls, path: Path, meta: dict[str, str]) -> WellStore:
        """Make a new well file and open it for writing.

        Raises
        ------
        UnusableInputError
            There is a file already, the folder cannot be written or the disk is full; nothing is left behind then.
        """
        if path.exists():
            raise UnusableInputError(f"{path} is there already.", "Open it, or give the new well another name.")
        lock = WriterLock.acquire(path)
        if lock is None:
            raise UnusableInputError(
                f"The well {path.name} cannot be made in {path.parent}.", "Choose a folder that can be written."
            )
        try:
            make(path, lambda connection: write_batches(connection, [Batch(meta=meta)]))
            return cls(path, reading_while_written(path), lock)
        except (sqlite3.Error, OSError) as error:
            remove(path)
            lock.release()
            raise UnusableInputError(
                f"{path} cannot be made: {error}.", "Choose a folder that can be written and has room."
            ) from error

    @classmethod
    def open(cls, path: Path) -> WellStore:
        """Open a well file for writing, or for reading where somebody else writes it or its folder is closed to us.

        Raises
        ------
        UnusableInputError
            There is no such file, it is no well, it is damaged, or a newer program wrote it; it is left untouched.
        """
        version = checked(path)
        lock = WriterLock.acquire(path) if os.access(path, os.W_OK) else None
        try:
            if lock is None:
                return cls(path, reading(path), None)
            return cls(path, reading_while_written(path, lambda connection: migrate(connection, version)), lock)
        except READING_ERRORS as error:
            if lock is not None:
                lock.release()
            raise DamagedWellError(path, error) from error

    @classmethod
    def open_reading(cls, path: Path) -> WellStore:
        """Open the last committed state of a well file, whoever writes it.

        Raises
        ------
        UnusableInputError
            As `open`.
        """
        checked(path)
        try:
            return cls(path, reading(path), None)
        except READING_ERRORS as error:
            raise DamagedWellError(path, error) from error

    @property
    def is_read_only(self) -> bool:
        """True where nothing can be written through this store."""
        return self._writer is None

    @property
    def can_write(self) -> bool:
        """True where this store writes and the disk has not refused: what is taken now is not lost with the process."""
        return self._writer is not None and self._writer.trouble is None

    @property
    def acknowledged(self) -> int:
        """Number of the last journal entry on disk."""
        return self._writer.acknowledged if self._writer else self._last_entry

    @property
    def saved_at(self) -> float | None:
        """Time of the last transaction on disk in this session, seconds since 1970."""
        return self._writer.saved_at if self._writer else None

    @property
    def pending(self) -> int:
        """Batches handed over and not on disk yet."""
        return self._writer.pending if self._writer else 0

    @property
    def trouble(self) -> UnusableInputError | None:
        """Why writing fails at present; None where it does not."""
        return self._writer.trouble if self._writer else None

    def when_saved(self, call: Callable[[], None] | None) -> None:
        """Call this after each transaction, and once when writing begins to fail, on the writer's thread."""
        if self._writer is not None:
            self._writer.on_saved = call

    def put(self, batch: Batch) -> None:
        """Hand over what is to be written together; returns at once.

        Raises
        ------
        UnusableInputError
            The well is open for reading only.
        """
        if self._writer is None:
            raise UnusableInputError(
                f"{self.path} is open for reading only.", "Close it in the other window, then open it again."
            )
        self._writer.put(batch)

    def retry(self, timeout_s: float = 60.0) -> bool:
        """Try at once to write what could not be written; False where that failed again."""
        return self._writer is None or self._writer.retry(timeout_s)

    def wait(self, timeout_s: float = 60.0) -> bool:
        """Wait until everything handed over is on disk; False where that failed."""
        return self._writer is None or self._writer.wait(timeout_s)

    def meta(self) -> dict[str, str]:
        """Return the well's own notes by key."""
        return dict(self._read("SELECT key, value FROM meta"))

    def has_changed(self) -> bool:
        """Return True where another window or program has committed something since this was asked last."""
        version, self._version = self._version, self._data_version()
        return version != self._version

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """Let everything read inside be of one and the same committed state, whoever writes meanwhile."""
        self._reading.execute("BEGIN")
        try:
            yield
        finally:
            self._reading.execute("COMMIT")

    def journal(self, *, after: int = 0) -> list[JournalRow]:
        """Return every journal entry in order, or those behind one, without payloads."""
        query = "SELECT id, time, actor, act, kind, label, target FROM journal WHERE id > ? ORDER BY id"
        return [JournalRow(*row) for row in self._read(query, after)]

    def last_entry(self, kind: EntryKind) -> int | None:
        """Return the number of the last edit of a kind; None where there is none."""
        query = "SELECT max(id) FROM journal WHERE kind = ? AND act != 'note'"
        return next(number for (number,) in self._read(query, kind))  # type: ignore[no-any-return]

    def payload(self, entry: int) -> bytes:
        """Return the payload of a journal entry that is on disk.

        Raises
        ------
        KeyError
            There is no such entry.
        UnusableInputError
            Its check sum does not hold.
        """
        for payload, label in self._read("SELECT payload, label FROM journal WHERE id = ?", entry):
            if self._payload_sum(entry) not in (None, zlib.crc32(payload)):
                raise UnusableInputError(
                    f"{self.path}: journal entry {entry} ({label}) is damaged and can be neither taken back nor made again.",
                    "What is shown is right all the same; go on from here.",
                )
            return bytes(payload)
        raise KeyError(entry)

    def tiles(self, track: int, plane: Plane) -> Iterator[tuple[int, int, bytes | None]]:
        """Yield ``(ty, tx, blob)`` of each stored tile of a plane; None where its check sum does not hold."""
        query = "SELECT ty, tx, crc, data FROM tile WHERE track = ? AND plane = ? ORDER BY ty, tx"
        for ty, tx, crc, data in self._read(query, track, int(plane)):
            yield ty, tx, bytes(data) if zlib.crc32(data) == crc else None

    def tile_sums(self, track: int) -> dict[tuple[Plane, int, int], int]:
        """Return the check sum of every stored tile of a track by ``(plane, ty, tx)``."""
        query = "SELECT plane, ty, tx, crc FROM tile WHERE track = ?"
        return {(Plane(plane), ty, tx): crc for plane, ty, tx, crc in self._read(query, track)}

    def tile(self, track: int, plane: Plane, ty: int, tx: int) -> bytes | None:
        """Return one stored tile; None where there is none or its check sum does not hold."""
        query = "SELECT crc, data FROM tile WHERE track = ? AND plane = ? AND ty = ? AND tx = ?"
        for crc, data in self._read(query, track, int(plane), ty, tx):
            return bytes(data) if zlib.crc32(data) == crc else None
        return None

    def copy_to(self, path: Path, meta: Mapping[str, str] | None = None) -> None:
        """Write the well as another file, whole or not at all: the last committed state, and what waits to be written.

        ``meta`` are notes that are others in the copy.

        Raises
        ------
        UnusableInputError
            The folder cannot be written or the disk is full; a file that was there is kept.
        """
        sibling = path.with_name(f".{path.name}.{os.getpid()}.part")
        remove(sibling)
        try:
            while True:
                seen, waiting = self.acknowledged, self._writer.unwritten() if self._writer else ()
                self._reading.execute("VACUUM INTO ?", (str(sibling),))
                if self.acknowledged == seen:  # else some of what waited arrived meanwhile: once more
                    break
                remove(sibling)
            add_to_copy(sibling, [*waiting, Batch(meta=meta or {})], after=seen)
            os.replace(sibling, path)
        except (sqlite3.Error, OSError) as error:
            remove(sibling)
            raise UnusableInputError(
                f"{path} cannot be written: {error}.", "Choose a folder that can be written and has room."
            ) from error

    def close(self) -> None:
        """Write what is left, fold the write-ahead log back so that one file remains, and let the next writer in.

        Raises
        ------
        UnusableInputError
            The rest could not be written; the last good state is on disk.
        """
        try:
            if self._writer is not None:
                self._writer.close()
        finally:
            self._reading.close()
            if self._lock is not None:
                self._last_entry = self.acknowledged
                fold(self.path)
                self._lock.release()
                self._lock = None
                self._writer = None

    def _read(self, query: str, *values: object) -> Iterator[tuple]:  # type: ignore[type-arg]
        try:
            yield from self._reading.execute(query, values)
        except READING_ERRORS as error:
            raise DamagedWellError(self.path, error) from error

    def _data_version(self) -> int:
        return int(self._reading.execute("PRAGMA data_version").fetchone()[0])

    def _payload_sum(self, entry: int) -> int | None:
        if not self._has_sums():
            return None
        return next(iter(self._read("SELECT crc FROM journal WHERE id = ?", entry)))[0]  # type: ignore[no-any-return]

    def _has_sums(self) -> bool:
        """Return True for files since version 2; an older one that is only read stays as it is."""
        if self._has_crc is None:
            self._has_crc = any(name == "crc" for _, name, *_ in self._read("PRAGMA table_info(journal)"))
        return self._has_crc


def add_to_copy(path: Path, batches: list[Batch], *, after: int) -> None:
    """Write batches into a well file that nobody has open, such as a copy just made, and leave one file.

    ``after`` is the last entry that the batches build upon. Raises sqlite3.Error.
    """
    connection = connect(path, "rw")
    try:
        write_batches(connection, batches, after=after)
    finally:
        connection.close()
    fold(path)
