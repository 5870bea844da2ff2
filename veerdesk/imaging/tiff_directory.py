"""The list of pages that a TIFF file holds, read from its directories without decoding a pixel.

Separate because the decoder says neither which directories are only thumbnails of others nor that a page's
strips end beyond the end of the file, and both must be known before the first row is shown.

Source: TIFF Revision 6.0 (Adobe, 1992), section 2 and the tags of section 8; BigTIFF (AWare Systems, 2007).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from veerdesk.errors import UnusableInputError

_SUBFILE, _OLD_SUBFILE = 254, 255
_STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES = 273, 279, 324, 325
_WANTED = {_SUBFILE, _OLD_SUBFILE, _STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES}
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2
_FORMATS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_MAX_DIRECTORIES = 10_000
_MAX_VALUES = 4_000_000


@dataclass(frozen=True, slots=True)
class _Layout:
    """How this file writes numbers: byte order, width of an offset, of a count, of an entry."""

    order: str
    offset: str
    count: str
    inline: int

    def one(self, code: str, body: bytes) -> int:
        return int(struct.unpack(self.order + code, body)[0])


def tiff_pages(path: Path) -> tuple[int, ...]:
    """Return the numbers of the directories that are pages, leaving out thumbnails and masks.

    Raises
    ------
    UnusableInputError
        A directory or the data of a page lies beyond the end of the file: it was cut short.
    """
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            directories = list(_directories(file, size, path))
    except (struct.error, OverflowError) as trouble:
        raise _cut_short(path, "a page directory") from trouble
    pages = tuple(n for n, tags in enumerate(directories) if not _is_derived(tags)) or tuple(range(len(directories)))
    for page in pages:
        for offsets, counts in ((_STRIP_OFFSETS, _STRIP_BYTES), (_TILE_OFFSETS, _TILE_BYTES)):
            tags = directories[page]
            ends = [at + n for at, n in zip(tags.get(offsets, ()), tags.get(counts, ()))]
            if ends and max(ends) > size:
                lost = sum(end > size for end in ends)
                raise _cut_short(path, f"{lost} of the {len(ends)} pieces of page {page + 1}")
    return pages


def _cut_short(path: Path, what: str) -> UnusableInputError:
    return UnusableInputError(
        f"{path} is cut short: {what} lies beyond the end of the file.",
        "Copy or download the scan again and compare its size with the original's.",
    )


def _is_derived(tags: dict[int, tuple[int, ...]]) -> bool:
    kind, old = tags.get(_SUBFILE, (0,)), tags.get(_OLD_SUBFILE, (0,))
    return bool(kind and kind[0] & (_REDUCED | _MASK)) or old[:1] == (_OLD_REDUCED,)


def _directories(file: BinaryIO, size: int, path: Path) -> Iterator[dict[int, tuple[int, ...]]]:
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    is_big = struct.unpack(order + "H", head[2:4])[0] == 43
    layout = _Layout(order, "Q", "Q", 8) if is_big else _Layout(order, "I", "H", 4)
    at = layout.one(layout.offset, head[8:16] if is_big else head[4:8])
    seen: set[int] = set()
    while at:
        if at in seen or len(seen) >= _MAX_DIRECTORIES:
            raise UnusableInputError(
                f"{path} is damaged: its page directories run in a circle after page {len(seen)}.",
                "Save it again with another program and try that copy.",
            )
        if at >= size:
            raise _cut_short(path, f"the directory of page {len(seen) + 1}")
        seen.add(at)
        tags, at = _directory(file, at, layout, size)
        yield tags


def _directory(file: BinaryIO, at: int, layout: _Layout, size: int) -> tuple[dict[int, tuple[int, ...]], int]:
    file.seek(at)
    count = layout.one(layout.count, file.read(struct.calcsize(layout.order + layout.count)))
    entry = 4 + 2 * layout.inline
    body = file.read(count * entry)
    following = layout.one(layout.offset, file.read(layout.inline))
    tags: dict[int, tuple[int, ...]] = {}
    for start in range(0, count * entry, entry):
        tag, kind = struct.unpack_from(layout.order + "HH", body, start)
        if tag not in _WANTED or kind not in _FORMATS:
            continue
        many = layout.one(layout.offset, body[start + 4 : start + 4 + layout.inline])
        code = f"{layout.order}{min(many, _MAX_VALUES)}{_FORMATS[kind]}"
        held = body[start + 4 + layout.inline : start + entry]
        if (wide := struct.calcsize(code)) > layout.inline:
            where = layout.one(layout.offset, held)
            if where + wide > size:
                raise struct.error("values beyond the end of the file")
            file.seek(where, os.SEEK_SET)
            held = file.read(wide)
        tags[tag] = struct.unpack_from(code, held)
    return tags, following
