"""Tables of a well file and their version.

Separate because the version, the tables and what each column means are one page that people read.
"""

from __future__ import annotations

#: "VEER" in ASCII: what `file` and SQLite's own tools see in the header.
APPLICATION_ID = 0x56454552
#: Raised with every change of the tables, together with a step in `migrate.py`.
SCHEMA_VERSION = 2

#: Since version 2: the files of the scans, so that a well can be handed on alone.
PACKED_TABLES = """
-- a scan's file in pieces, by the SHA-256 of the file; it counts once meta `packed:<digest>` has its name and size
CREATE TABLE packed (
    digest TEXT NOT NULL,
    part INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (digest, part)
);
"""

TABLES = f"""
-- description (JSON of the well as last said), tile edge, program version, last track id, predictions, view
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- append-only: one row an edit, with the state before and after in its payload; undo and redo are rows of their own
CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    time REAL NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('do', 'undo', 'redo', 'note')),
    kind TEXT NOT NULL CHECK (kind IN ('paint', 'describe', 'model')),
    label TEXT NOT NULL,
    target INTEGER REFERENCES journal (id),
    payload BLOB NOT NULL,
    crc INTEGER -- of the payload, since version 2
);
-- 256 x 256 uint8, zstd; columns are track-local; an absent tile is the plane's fill
-- plane 5: the curves as accepted by journal entry `ty`, their bytes in tiles (session/accepted_line.py)
CREATE TABLE tile (
    track INTEGER NOT NULL,
    plane INTEGER NOT NULL,
    ty INTEGER NOT NULL,
    tx INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (track, plane, ty, tx)
) WITHOUT ROWID;
{PACKED_TABLES}"""
