"""Steps from one version of the well file to the next.

Separate because each step is written once, for files that exist, and never changed afterwards.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from veerdesk.well.schema import PACKED_TABLES, SCHEMA_VERSION


def _with_packed_scans(connection: sqlite3.Connection) -> None:
    """Make version 2: check sums of payloads, and room for the scans themselves."""
    connection.execute("ALTER TABLE journal ADD COLUMN crc INTEGER")
    connection.execute(PACKED_TABLES)


#: Version to the step that makes the next one of it; version 1 is the first there is.
STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _with_packed_scans}


def migrate(
    connection: sqlite3.Connection,
    version: int,
    *,
    steps: Mapping[int, Callable[[sqlite3.Connection], None]] = STEPS,
    to: int = SCHEMA_VERSION,
) -> None:
    """Bring an open well file from ``version`` up to ``to``, in one transaction.

    Raises
    ------
    KeyError
        No step starts at a version on the way.
    """
    if version == to:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for at in range(version, to):
            steps[at](connection)
        connection.execute(f"PRAGMA user_version = {to}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
