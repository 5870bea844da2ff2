"""Scans inside the well: a scan's file put into the database piece by piece, and taken out again.

Separate because it is the only part of a well that is as large as the scan, so it goes in small transactions beside
the writer's own, and counts only once its last piece is there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.well.database import READING_ERRORS, connect, reading

# Small enough that a gesture's own transaction never waits noticeably for one.
_PART_BYTES = 1 << 20
# Beside the file itself: the write-ahead log between two checkpoints, and room for the person to paint on.
_ROOM_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class PackedScan:
    """A scan's file as the well holds it: SHA-256 of its bytes, its name and its size."""

    digest: str
    file: str
    bytes: int


def packed_scan(well: Path, digest: str) -> PackedScan | None:
    """Return what a well holds of the scan with a digest; None where that is not the whole file."""
    try:
        with closing(reading(well)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (f"packed:{digest}",)).fetchone()
    except READING_ERRORS:
        return None
    if row is None:
        return None
    values = json.loads(row[0])
    return PackedScan(digest, str(values["file"]), int(values["bytes"]))


def pack_scan(well: Path, file: Path, digest: str, cancel: Cancel, progress: Progress) -> PackedScan:
    """Put a scan's file into a well that this process writes; nothing of it is left where that fails.

    Raises
    ------
    UnusableInputError
        The file cannot be read, is not the one with this digest any more, or the disk has no room.
    InterruptedWorkError
        It was stopped.
    """
    if (known := packed_scan(well, digest)) is not None:
        return known
    try:
        size = file.stat().st_size
        free = shutil.disk_usage(well.parent).free
    except OSError as error:
        raise UnusableInputError(
            f"{file} cannot be read: {error.strerror}.", "Put the scan back, then pack."
        ) from error
    if free < size + _ROOM_BYTES:
        raise UnusableInputError(
            f"The disk of {well} has room for {free / 1e6:,.0f} MB, and the scan needs {size / 1e6:,.0f} MB and some air.",
            "Make room there, or save a copy of the well on another disk and pack it there.",
        )
    try:
        with closing(connect(well, "rw")) as connection, ExitStack() as undoing:
            undoing.callback(_forget, connection, digest)
            _put_in(connection, file, digest, cancel, progress, size)
            undoing.pop_all()
    except (sqlite3.Error, OSError) as error:
        raise UnusableInputError(
            f"{file.name} cannot be packed into {well}: {error}.",
            "Make room on the disk and pack again; the well is as it was.",
        ) from error
    return PackedScan(digest, file.name, size)


def unpack_scan(well: Path, scan: PackedScan, folder: Path) -> Path:
    """Return the file of a packed scan, taken out into a folder unless it lies there already.

    Raises
    ------
    UnusableInputError
        The folder has no room, or the packed file is damaged.
    """
    target = folder / scan.digest[:32] / scan.file
    if target.is_file() and target.stat().st_size == scan.bytes:
        return target
    sibling = target.with_name(f".{scan.file}.{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(reading(well)) as connection, sibling.open("wb") as out:
            query = "SELECT data FROM packed WHERE digest = ? ORDER BY part"
            for (data,) in connection.execute(query, (scan.digest,)):
                digest.update(data)
                out.write(data)
        if digest.hexdigest() != scan.digest:
            raise UnusableInputError(
                f"The scan packed into {well} is damaged: it is no longer {scan.file} as it was packed.",
                "Show where the scan itself is.",
            )
        os.replace(sibling, target)
    except (*READING_ERRORS, OSError) as error:
        raise UnusableInputError(
            f"{scan.file} cannot be taken out of {well} into {folder}: {error}.", "Make room there, and open it again."
        ) from error
    finally:
        sibling.unlink(missing_ok=True)
    return target


def _forget(connection: sqlite3.Connection, digest: str) -> None:
    with suppress(sqlite3.Error):  # what is left without its note is swept away by the next packing
        connection.execute("DELETE FROM packed WHERE digest = ?", (digest,))


def _put_in(
    connection: sqlite3.Connection, file: Path, digest: str, cancel: Cancel, progress: Progress, size: int
) -> None:
    connection.execute(
        "DELETE FROM packed WHERE digest NOT IN (SELECT substr(key, 8) FROM meta WHERE key LIKE 'packed:%')"
    )
    seen, done, part = hashlib.sha256(), 0, 0
    with file.open("rb") as source:
        while data := source.read(_PART_BYTES):
            if cancel.is_cancelled():
                raise InterruptedWorkError(f"Packing {file.name} was stopped.", "Pack again when you like.")
            connection.execute("INSERT INTO packed VALUES (?, ?, ?)", (digest, part, data))
            seen.update(data)
            done, part = done + len(data), part + 1
            progress(min(1.0, done / max(1, size)))
    if seen.hexdigest() != digest:
        raise UnusableInputError(
            f"{file} is no longer the scan that the well was made on: its content has changed.",
            "Put the unchanged scan back, then pack.",
        )
    note = json.dumps({"file": file.name, "bytes": done})
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"packed:{digest}", note))
