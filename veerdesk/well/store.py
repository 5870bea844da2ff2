"""A well file: one SQLite database, one writer and any number of readers.

Separate because this folder holds the only SQL in the house; everybody else speaks of tiles and journal rows.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from veerdesk.errors import UnusableInputError
from veerdesk.well.lock import WriterLock
from veerdesk.well.migrate import migrate
from veerdesk.well.records import Batch, JournalRow, Plane
from veerdesk.well.schema import APPLICATION_ID, SCHEMA_VERSION, TABLES
from veerdesk.well.writer import Writer, write_batches

_BUSY_S = 5.0


class WellStore:
    """An open well file; owns its connections, its writer thread and the right to write.

    Opened by `create`, `open` (which falls back to reading where another window writes) or `open_reading`.
    """

    def __init__(self, path: Path, reading: sqlite3.Connection, lock: WriterLock | None) -> None:
        self.path = path
        self._reading, self._lock = reading, lock
        last = reading.execute("SELECT coalesce(max(id), 0) FROM journal").fetchone()[0]
        self._writer = Writer(path, lambda: _connect(path, "rw"), last_entry=last) if lock else None
        self._last_entry = int(last)

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
            _make(path, meta)
            return cls(path, _connect(path, "ro"), lock)
        except sqlite3.Error as error:
            for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm"), Path(f"{path}-journal")):
                name.unlink(missing_ok=True)
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
        version = _check(path)
        lock = WriterLock.acquire(path) if os.access(path, os.W_OK) else None
        try:
            if lock is not None and version < SCHEMA_VERSION:
                connection = _connect(path, "rw")
                migrate(connection, version)
                connection.close()
            return cls(path, _reader(path), lock)
        except sqlite3.Error as error:
            if lock is not None:
                lock.release()
            raise _damaged(path, error) from error

    @classmethod
    def open_reading(cls, path: Path) -> WellStore:
        """Open the last committed state of a well file, whoever writes it.

        Raises
        ------
        UnusableInputError
            As `open`.
        """
        _check(path)
        try:
            return cls(path, _reader(path), None)
        except sqlite3.Error as error:
            raise _damaged(path, error) from error

    @property
    def is_read_only(self) -> bool:
        """True where nothing can be written through this store."""
        return self._writer is None

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

    def wait(self, timeout_s: float = 60.0) -> bool:
        """Wait until everything handed over is on disk; False where that failed."""
        return self._writer is None or self._writer.wait(timeout_s)

    def meta(self) -> dict[str, str]:
        """Return the well's own notes by key."""
        return dict(self._read("SELECT key, value FROM meta"))

    def journal(self) -> list[JournalRow]:
        """Return every journal entry in order, without payloads."""
        rows = self._read("SELECT id, time, actor, act, kind, label, target FROM journal ORDER BY id")
        return [JournalRow(*row) for row in rows]

    def payload(self, entry: int) -> bytes:
        """Return the payload of a journal entry that is on disk. Raises KeyError where there is none."""
        for (payload,) in self._read("SELECT payload FROM journal WHERE id = ?", entry):
            return bytes(payload)
        raise KeyError(entry)

    def tiles(self, track: int, plane: Plane) -> Iterator[tuple[int, int, bytes | None]]:
        """Yield ``(ty, tx, blob)`` of each stored tile of a plane; None where its check sum does not hold."""
        query = "SELECT ty, tx, crc, data FROM tile WHERE track = ? AND plane = ? ORDER BY ty, tx"
        for ty, tx, crc, data in self._read(query, track, int(plane)):
            yield ty, tx, bytes(data) if zlib.crc32(data) == crc else None

    def copy_to(self, path: Path) -> None:
        """Write the last committed state as another well file, whole or not at all.

        Raises
        ------
        UnusableInputError
            The folder cannot be written or the disk is full; a file that was there is kept.
        """
        sibling = path.with_name(f".{path.name}.{os.getpid()}.part")
        sibling.unlink(missing_ok=True)
        try:
            self._reading.execute("VACUUM INTO ?", (str(sibling),))
            os.replace(sibling, path)
        except (sqlite3.Error, OSError) as error:
            sibling.unlink(missing_ok=True)
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
                _fold(self.path)
                self._lock.release()
                self._lock = None
                self._writer = None

    def _read(self, query: str, *values: object) -> Iterator[tuple]:  # type: ignore[type-arg]
        try:
            yield from self._reading.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise _damaged(self.path, error) from error


def rewrite_meta(path: Path, meta: dict[str, str]) -> None:
    """Replace notes in a well file that nobody has open, such as a copy just made."""
    connection = _connect(path, "rw")
    try:
        write_batches(connection, [Batch(meta=meta)])
    finally:
        connection.close()
    _fold(path)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    if mode.startswith("rw"):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _reader(path: Path) -> sqlite3.Connection:
    """Return a reading connection; a folder closed to us is read as it lies, which is safe as nobody writes there."""
    connection = _connect(path, "ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if os.access(path.parent, os.W_OK):
            raise
        return _connect(path, "ro&immutable=1")
    return connection


def _make(path: Path, meta: dict[str, str]) -> None:
    connection = _connect(path, "rwc")
    try:
        connection.executescript(f"BEGIN; {TABLES} COMMIT;")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        write_batches(connection, [Batch(meta=meta)])
    finally:
        connection.close()


def _check(path: Path) -> int:
    """Return the version of a well file after checking that it is one; nothing is written."""
    if not path.is_file():
        raise UnusableInputError(f"There is no well file {path}.", "Check the path.")
    try:
        connection = _reader(path)
        try:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise _damaged(path, error) from error
    if application != APPLICATION_ID:
        raise UnusableInputError(f"{path} is a database, but not a Veerdesk well.", "Give a .veer file.")
    if version > SCHEMA_VERSION:
        raise UnusableInputError(
            f"{path} was written by a newer Veerdesk (file version {version}, this program reads {SCHEMA_VERSION}).",
            "Install the newer version to open it; the file was not touched.",
        )
    if verdict != "ok":
        raise _damaged(path, verdict)
    return version


def _damaged(path: Path, reason: object) -> UnusableInputError:
    return UnusableInputError(
        f"{path} cannot be read as a Veerdesk well: {reason}.",
        "Open a copy of the well made earlier; the file was not touched.",
    )


def _fold(path: Path) -> None:
    """Leave one file where no reader is left; with readers, the log at least is emptied."""
    try:
        connection = _connect(path, "rw")
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA journal_mode = DELETE")
        finally:
            connection.close()
    except sqlite3.Error:
        return  # everything is committed; the next opener folds it
