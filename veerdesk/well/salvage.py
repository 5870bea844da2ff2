"""Rows out of a damaged well file, page by page, without trusting any of its trees or its header.

Separate because SQLite gives up a whole table for one bad page, while the journal, being append-only and check-summed,
can be read from the pages themselves whatever has become of the rest.

Source: "Database File Format", https://www.sqlite.org/fileformat2.html, sections 1.6, 2.1 and 4.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from veerdesk.well.records import Act, EntryKind, JournalRow

_MAGIC = b"SQLite format 3\0"
# What SQLite makes of a new file today, for one whose header is gone.
_USUAL_PAGE_BYTES = 4096
_WAL_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24
_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR = 0x0D, 0x0A, 0x02
# No row of ours has more columns, and a page of rubbish must not cost an hour.
_MOST_COLUMNS = 16
_MOST_BYTES = 1 << 28

Value = int | float | str | bytes | None


@dataclass(slots=True)
class Salvage:
    """What the pages of a file hold: journal entries with their payloads by number, and notes by key."""

    journal: dict[int, tuple[JournalRow, bytes]] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)


def salvaged(path: Path) -> Salvage:
    """Return every journal entry whose check sum holds, and the notes found, from a file in any state.

    A note may be an older one than the last that was written; entries of the journal never are. Raises OSError where
    the file cannot be read at all.
    """
    pages, out = _Pages(path), Salvage()
    for number in range(1, pages.count + 1):
        for kind, rowid, payload in pages.rows(number):
            values = _values(payload)
            if kind == _TABLE_LEAF and (found := _entry(rowid, values)) is not None:
                out.journal[rowid] = found
            elif kind != _TABLE_LEAF and len(values) == 2:
                key, value = values
                if isinstance(key, str) and isinstance(value, str):
                    out.meta[key] = value
    return out


class _Pages:
    """The pages of a file as SQLite would see them: those of the write-ahead log lie over the file's own."""

    def __init__(self, path: Path) -> None:
        self._raw = path.read_bytes()
        head = self._raw[:100]
        told = struct.unpack(">H", head[16:18])[0] if head.startswith(_MAGIC) else 0
        self.size = 65536 if told == 1 else told
        if self.size < 512 or self.size & (self.size - 1):
            self.size = _USUAL_PAGE_BYTES
        self._newer = _logged(Path(f"{path}-wal"), self.size)
        self.count = max(-(-len(self._raw) // self.size), *self._newer, 0)

    def page(self, number: int) -> bytes:
        """Return one page, counted from 1; short or empty where the file ends."""
        return self._newer.get(number) or self._raw[(number - 1) * self.size : number * self.size]

    def rows(self, number: int) -> Iterator[tuple[int, int, bytes]]:
        """Yield page kind, row number and record of every row that begins on a page."""
        page = self.page(number)
        at = 100 if number == 1 else 0
        if len(page) < self.size or page[at] not in (_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR):
            return
        kind, cells = page[at], struct.unpack_from(">H", page, at + 3)[0]
        first = at + (12 if kind == _INDEX_INTERIOR else 8)
        if first + 2 * cells > self.size:
            return
        for cell in struct.unpack_from(f">{cells}H", page, first):
            try:
                yield kind, *self._record(page, cell, kind)
            except (IndexError, struct.error, ValueError):
                continue  # this row is damaged; its neighbours may be whole

    def _record(self, page: bytes, at: int, kind: int) -> tuple[int, bytes]:
        if kind == _INDEX_INTERIOR:
            at += 4
        length, at = _varint(page, at)
        rowid = 0
        if kind == _TABLE_LEAF:
            rowid, at = _varint(page, at)
        if not 0 < length <= _MOST_BYTES:
            raise ValueError("no record is that long")
        local = self._local(length, is_table=kind == _TABLE_LEAF)
        record = bytearray(page[at : at + local])
        if local < length:
            overflow = struct.unpack_from(">I", page, at + local)[0]
            while len(record) < length:
                if not 1 < overflow <= self.count:
                    raise ValueError("the rest of the record is not in the file")
                rest = self.page(overflow)
                overflow = struct.unpack_from(">I", rest)[0]
                record += rest[4 : 4 + min(self.size - 4, length - len(record))]
        if len(record) != length:
            raise ValueError("the record is cut short")
        return rowid, bytes(record)

    def _local(self, length: int, *, is_table: bool) -> int:
        """Return how many bytes of a record lie on its own page (section 1.6)."""
        most = self.size - 35 if is_table else (self.size - 12) * 64 // 255 - 23
        if length <= most:
            return length
        least = (self.size - 12) * 32 // 255 - 23
        fitting = least + (length - least) % (self.size - 4)
        return fitting if fitting <= most else least


def _logged(path: Path, size: int) -> dict[int, bytes]:
    """Return the committed pages of a write-ahead log by number; empty where there is none that can be used."""
    try:
        raw = path.read_bytes()
    except OSError:
        return {}
    if len(raw) < _WAL_HEADER_BYTES or struct.unpack_from(">I", raw, 8)[0] not in (size, 1 if size == 65536 else size):
        return {}
    salts, pages, waiting = raw[16:24], dict[int, bytes](), dict[int, bytes]()
    for at in range(_WAL_HEADER_BYTES, len(raw) - _FRAME_HEADER_BYTES - size + 1, _FRAME_HEADER_BYTES + size):
        number, commit = struct.unpack_from(">II", raw, at)
        if raw[at + 8 : at + 16] != salts:
            break
        waiting[number] = raw[at + _FRAME_HEADER_BYTES : at + _FRAME_HEADER_BYTES + size]
        if commit:
            pages.update(waiting)
            waiting.clear()
    return pages


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = 0
    for k in range(9):
        byte = raw[at + k]
        if k == 8:
            return (value << 8) | byte, at + 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, at + k + 1
    raise AssertionError("a varint has at most nine bytes")


def _values(record: bytes) -> list[Value]:
    """Return the columns of a record (section 2.1); an empty list where it is none."""
    try:
        head, at = _varint(record, 0)
        kinds: list[int] = []
        while at < head and len(kinds) <= _MOST_COLUMNS:
            kind, at = _varint(record, at)
            kinds.append(kind)
        if at != head or len(kinds) > _MOST_COLUMNS:
            return []
        out: list[Value] = []
        for kind in kinds:
            value, at = _value(record, at, kind)
            out.append(value)
    except (IndexError, struct.error, UnicodeDecodeError):
        return []
    return out if at == len(record) else []


def _value(record: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind == 7:
        return struct.unpack_from(">d", record, at)[0], at + 8
    if kind < 7:
        size = (0, 1, 2, 3, 4, 6, 8)[kind]
        return int.from_bytes(record[at : at + size], "big", signed=True), at + size
    size = (kind - 12) // 2
    content = record[at : at + size]
    return (content if kind % 2 == 0 else content.decode("utf-8")), at + size


def _entry(rowid: int, values: list[Value]) -> tuple[JournalRow, bytes] | None:
    """Return a journal entry and its payload where the columns are those of one, and its check sum holds."""
    if len(values) not in (8, 9) or values[0] is not None:
        return None
    _, time, actor, act, kind, label, target, payload = values[:8]
    if act not in get_args(Act) or kind not in get_args(EntryKind):
        return None
    if not isinstance(actor, str) or not isinstance(label, str) or not isinstance(payload, bytes | None):
        return None
    if not isinstance(time, int | float) or not isinstance(target, int | None):
        return None
    payload = payload or b""
    if len(values) == 9 and values[8] is not None and zlib.crc32(payload) != values[8]:
        return None
    return JournalRow(rowid, float(time), actor, act, kind, label, target), payload  # type: ignore[arg-type]
