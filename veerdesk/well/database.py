"""A well file as SQLite sees it: made, checked, connected to, and folded back into one file.

Separate because the store speaks of journal and tiles, and everything that can be wrong with the file itself is here.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from veerdesk.errors import UnusableInputError
from veerdesk.well.schema import APPLICATION_ID, SCHEMA_VERSION, TABLES

#: What reading a damaged database may raise: the message of an error may itself hold damaged text.
READING_ERRORS = (sqlite3.Error, UnicodeDecodeError)
_BUSY_S = 5.0
#: What SQLite keeps beside a database while it is open.
COMPANIONS = ("-wal", "-shm", "-journal")


class DamagedWellError(UnusableInputError):
    """A well file whose bytes are not what was written: it can be rescued (`session.rescue`), ``path`` says which."""

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(
            f"{path} cannot be read as a Veerdesk well: {reason}.",
            "Open it in the window, which rescues what can be read, or open a copy made earlier; the file was not touched.",
        )
        self.path = path


class Place:
    """Where a well file lies, and that it is still the very same file: a deleted one can be written without complaint."""

    def __init__(self, path: Path) -> None:
        self._path, self._known = path, os.stat(path)

    def trouble(self) -> str:
        """Return what is wrong with the place as the end of a sentence; empty where nothing is."""
        try:
            now = os.stat(self._path)
        except OSError as error:
            return f"it is no longer there: {error.strerror}"
        return "" if os.path.samestat(self._known, now) else "another file is in its place now"


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Return a connection to a well file; ``mode`` is ``ro``, ``rw`` or ``rwc``."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    if mode.startswith("rw"):
        if mode == "rwc":  # four waits for the disk to say that an empty file is empty
            connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    return connection


def reading(path: Path) -> sqlite3.Connection:
    """Return a reading connection; a folder closed to us is read as it lies, which is safe as nobody writes there."""
    connection = connect(path, "ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        if os.access(path.parent, os.W_OK):
            raise
        return connect(path, "ro&immutable=1")
    return connection


def reading_while_written(
    path: Path, prepare: Callable[[sqlite3.Connection], None] | None = None
) -> sqlite3.Connection:
    """Return a reading connection that holds on to the write-ahead log from its first moment.

    With the log in hand, what is on disk can still be copied after somebody has removed the folder. ``prepare`` is
    given a writing connection first.
    """
    connection = connect(path, "rw")
    try:
        if prepare is not None:
            prepare(connection)
        return reading(path)
    finally:
        connection.close()


def make(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    """Make an empty well file and put something into it; `remove` takes away what a failure leaves."""
    connection = connect(path, "rwc")
    try:
        # On disk for certain once closing has folded it back; before that there is nothing to lose.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(f"BEGIN; {TABLES} COMMIT;")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        fill(connection)
    finally:
        connection.close()


def remove(path: Path) -> None:
    """Remove a well file that nobody has open, with what SQLite keeps beside it."""
    for name in (path, *(Path(f"{path}{end}") for end in COMPANIONS)):
        name.unlink(missing_ok=True)


def checked(path: Path) -> int:
    """Return the version of a well file after checking that it is one; nothing is written.

    Raises
    ------
    UnusableInputError
        There is no such file, it is no well, or a newer program wrote it; `DamagedWellError` where it is damaged.
    """
    if not path.is_file():
        raise UnusableInputError(f"There is no well file {path}.", "Check the path.")
    try:
        connection = reading(path)
        try:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        finally:
            connection.close()
    except READING_ERRORS as error:
        raise DamagedWellError(path, error) from error
    if application != APPLICATION_ID and tables:
        raise UnusableInputError(f"{path} is a database, but not a Veerdesk well.", "Give a .veer file.")
    if version > SCHEMA_VERSION:
        raise UnusableInputError(
            f"{path} was written by a newer Veerdesk (file version {version}, this program reads {SCHEMA_VERSION}).",
            "Install the newer version to open it; the file was not touched.",
        )
    if verdict != "ok" or not {"meta", "journal", "tile"} <= tables:
        raise DamagedWellError(path, verdict if verdict != "ok" else "its tables are missing")
    return version


def fold(path: Path) -> None:
    """Leave one file where no reader is left; with readers, the log at least is emptied."""
    try:
        connection = connect(path, "rw")
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA journal_mode = DELETE")
        finally:
            connection.close()
    except sqlite3.Error:
        return  # everything is committed; the next opener folds it
