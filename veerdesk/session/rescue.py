"""A damaged well brought back to its last good state: what was read from it becomes a sound file under its name.

Separate because it happens before there is a session. The damaged file is kept beside the new one under another name,
and nothing is put into the new one that could not be shown to be whole.
"""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import zstandard

from veerdesk import __version__
from veerdesk.calibration.description import WellDescription
from veerdesk.errors import UnusableInputError
from veerdesk.labels.edits import apply_edit, difference
from veerdesk.labels.label_map import LabelMap
from veerdesk.labels.tile_plane import TILE, unpack
from veerdesk.session.kept_deltas import delta_notes
from veerdesk.session.payloads import carried_over, describe_payload, described, paint_payload, painted
from veerdesk.well.database import COMPANIONS, READING_ERRORS, DamagedWellError, fold, make, reading, remove
from veerdesk.well.description_json import from_json, to_json
from veerdesk.well.lock import WriterLock
from veerdesk.well.records import Act, Batch, EntryKind, JournalRow, Plane, TileRow
from veerdesk.well.salvage import Salvage, salvaged
from veerdesk.well.writer import write_batches

_STEP = "What could be read beyond a gap in the journal"


@dataclass(frozen=True, slots=True)
class Rescue:
    """What became of a damaged well: the sound file, the damaged one, and in sentences what was and was not saved."""

    path: Path
    damaged: Path
    lines: tuple[str, ...]


@dataclass(slots=True)
class _Rebuilt:
    """A well as it can be made again: journal with payloads, planes by track, the description, and what to say."""

    rows: list[tuple[JournalRow, bytes]]
    maps: dict[int, LabelMap]
    description: WellDescription
    lines: list[str] = field(default_factory=list)


def rescue_well(path: Path) -> Rescue:
    """Put a sound file in the place of a damaged one, which is kept beside it, and return what was saved.

    Raises
    ------
    UnusableInputError
        Another window has the well open, nothing in it can be read, or the folder has no room; nothing is changed then.
    """
    lock = WriterLock.acquire(path)
    if lock is None:
        raise UnusableInputError(
            f"{path} is damaged, and cannot be rescued while another window has it open or its folder cannot be written.",
            "Close the other window, or copy the file to a folder that can be written, and open it there.",
        )
    try:
        try:
            salvage = salvaged(path)
        except OSError as error:
            raise DamagedWellError(path, error) from error
        rebuilt = _rebuilt(path, salvage)
        kept = _Kept(path, rebuilt)
        damaged = _put_in_place(path, rebuilt, kept, salvage)
        lines = (*rebuilt.lines, *kept.lines, f"The damaged file is kept as {damaged.name}.")
        _write_report(damaged, path, lines)
        return Rescue(path, damaged, lines)
    finally:
        lock.release()


def _rebuilt(path: Path, salvage: Salvage) -> _Rebuilt:
    rows = [salvage.journal[n] for n in sorted(salvage.journal)]
    readable = [r for r in rows if _is_readable(*r, path)]
    first, maps = _without_gap(readable)
    rest = readable[len(first) :]
    descriptions = [described(payload, where=str(path))[1] for row, payload in readable if row.kind == "describe"]
    noted = _noted(salvage, path)
    if descriptions:
        description = carried_over(descriptions[-1], noted) if noted is not None else descriptions[-1]
    elif noted is not None:
        description = noted
    else:
        raise DamagedWellError(path, "no description and no journal was found in it")
    out = _Rebuilt(first, maps, description)
    last = f", the last of {_at(first[-1][0].time)}" if first else ""
    if rest:
        out.lines.append(
            f"{len(readable):,} of {rows[-1][0].id:,} entries of the journal were read. The first {len(first):,}{last}, "
            "can be taken back one by one; what was read beyond them is one step."
        )
    else:
        out.lines.append(f"All {len(first):,} entries of the journal in the file were read{last}.")
    _add_what_is_beyond(path, out, rest)
    return out


def _without_gap(rows: list[tuple[JournalRow, bytes]]) -> tuple[list[tuple[JournalRow, bytes]], dict[int, LabelMap]]:
    """Return the entries up to the first that is missing or does not fit, and the planes after them."""
    first: list[tuple[JournalRow, bytes]] = []
    maps: dict[int, LabelMap] = {}
    for row, payload in rows:
        if row.id != len(first) + 1 or not _applied(maps, row, payload):
            break
        first.append((row, payload))
    return first, maps


def _add_what_is_beyond(path: Path, out: _Rebuilt, rest: list[tuple[JournalRow, bytes]]) -> None:
    """Make one step for each track of what lies beyond a gap in the journal, or beyond its end in the tiles alone."""
    best = {key: _copy(labels) for key, labels in out.maps.items()}
    misfits = sum(not _applied(best, row, payload) for row, payload in rest)
    if misfits:
        out.lines.append(f"{misfits:,} strokes build upon lost ones and could not be repeated from the journal.")
    for track_id in {t.id for t in out.description.tracks} | set(best):
        for ty, tx, blob in _sound_tiles(path, track_id, Plane.PERSON):
            best.setdefault(track_id, LabelMap(0)).person.replace(ty, tx, blob)
    before = _described_last(out.rows, path) or out.description
    if rest and carried_over(before, out.description) != out.description:
        row = _entry(len(out.rows) + 1, "do", "describe", _STEP)
        out.rows.append((row, describe_payload(before, out.description)))
    for track_id, labels in sorted(best.items()):
        known = out.maps.setdefault(track_id, LabelMap(0))
        edit = difference(known, track_id, labels.person, _STEP)
        if edit is not None:
            out.rows.append((_entry(len(out.rows) + 1, "do", "paint", _STEP), paint_payload(edit)))
            apply_edit(known, edit)
            if not rest:
                out.lines.append(f"Strokes that are not in the journal were read from the pixels of track {track_id}.")


class _Kept:
    """Predictions that can be carried over: the tiles of tracks whose every tile is whole, and their notes."""

    def __init__(self, path: Path, rebuilt: _Rebuilt) -> None:
        self.tiles: list[TileRow] = []
        self.meta: dict[str, str] = {}
        self.lines: list[str] = []
        lost = []
        entries = {row.id for row, _ in rebuilt.rows if row.label != _STEP}  # a lost one's number is given anew
        for track in rebuilt.description.tracks:
            planes = [p for p in Plane if p is not Plane.PERSON]
            try:
                note = _note(path, f"prediction:{track.id}")
                tiles = [TileRow(track.id, p, *tile) for p in planes for tile in _tiles(path, track.id, p)]
                tiles = [t for t in tiles if t.plane is not Plane.ACCEPTED or t.ty in entries]
            except (*READING_ERRORS, ValueError):
                lost.append(track.name)
                continue
            if note:
                self.meta[f"prediction:{track.id}"] = note
                self.tiles += tiles
        if lost:
            self.lines.append(f"The model's answers for {', '.join(lost)} could not be read and are predicted again.")


def _put_in_place(path: Path, rebuilt: _Rebuilt, kept: _Kept, salvage: Salvage) -> Path:
    """Write the sound file beside the damaged one, give the damaged one its other name, and put the new one there."""
    sibling, damaged = path.with_name(f".{path.name}.{os.getpid()}.part"), _free_name(path)
    note = _entry(len(rebuilt.rows) + 1, "note", "model", f"Rescued from a damaged file, kept as {damaged.name}")
    meta: dict[str, str] = {key: salvage.meta[key] for key in ("last_track", "view") if key in salvage.meta}
    meta |= {"description": to_json(rebuilt.description), "tile": str(TILE), "program": __version__, **kept.meta}
    meta |= delta_notes(salvage.meta)
    batches = [Batch(row, payload) for row, payload in [*rebuilt.rows, (note, b"")]]
    person = [
        TileRow(key, Plane.PERSON, *tile) for key, labels in rebuilt.maps.items() for tile in labels.person.tiles()
    ]
    batches.append(Batch(tiles=(*person, *kept.tiles), meta=meta))
    remove(sibling)
    try:
        make(sibling, lambda connection: write_batches(connection, batches))
        fold(sibling)
        # First a second name for the damaged file, so that at no moment there is none; its log must not outlive it.
        try:
            os.link(path, damaged)
        except OSError:
            os.replace(path, damaged)
        for end in COMPANIONS:
            if (companion := Path(f"{path}{end}")).exists():
                os.replace(companion, f"{damaged}{end}")
        os.replace(sibling, path)
    except (sqlite3.Error, OSError) as error:
        remove(sibling)
        raise UnusableInputError(
            f"{path} is damaged, and the rescued well cannot be written beside it: {error}.",
            "Make room, or copy the file to a folder that can be written and has room, and open it there.",
        ) from error
    return damaged


def _write_report(damaged: Path, path: Path, lines: Iterable[str]) -> None:
    text = "\n".join((f"{path.name} was damaged and was rescued by Veerdesk {__version__}.", *lines, ""))
    try:
        damaged.with_name(f"{damaged.name}.txt").write_text(text, encoding="utf-8")
    except OSError:
        return  # the window says the same


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.damaged{end}") for end in ("", *(f"-{k}" for k in range(2, 9999))))
    return next(n for n in names if not n.exists())


def _at(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def _entry(number: int, act: Act, kind: EntryKind, label: str) -> JournalRow:
    return JournalRow(number, time.time(), "Veerdesk", act, kind, label)


def _is_readable(row: JournalRow, payload: bytes, path: Path) -> bool:
    """Return True where a payload is what its kind says, which files before version 2 have no check sum for."""
    try:
        if row.kind == "describe":
            described(payload, where=str(path))
        if (edit := painted(row.kind, payload, row.label)) is not None:
            apply_edit(LabelMap(0), edit)
    except ValueError as error:
        return "does not fit" in str(error)
    except (zstandard.ZstdError, UnusableInputError, IndexError, OverflowError):
        return False
    return True


def _noted(salvage: Salvage, path: Path) -> WellDescription | None:
    try:
        return from_json(salvage.meta.get("description", ""), where=str(path))
    except (UnusableInputError, ValueError):
        return None


def _described_last(rows: list[tuple[JournalRow, bytes]], path: Path) -> WellDescription | None:
    payloads = [payload for row, payload in rows if row.kind == "describe"]
    return described(payloads[-1], where=str(path))[1] if payloads else None


def _applied(maps: dict[int, LabelMap], row: JournalRow, payload: bytes) -> bool:
    """Repeat what an entry painted, and return False where it does not fit; one that painted nothing always fits."""
    edit = painted(row.kind, payload, row.label)
    if edit is None:
        return True
    try:
        apply_edit(maps.setdefault(edit.track_id, LabelMap(0)), edit)
    except ValueError:
        return False
    return True


def _copy(labels: LabelMap) -> LabelMap:
    copy = LabelMap(labels.origin_col)
    copy.person = labels.person.snapshot()
    return copy


def _note(path: Path, key: str) -> str:
    connection = reading(path)
    try:
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    finally:
        connection.close()
    return str(row[0]) if row else ""


def _tiles(path: Path, track: int, plane: Plane) -> Iterator[tuple[int, int, bytes]]:
    """Yield the stored tiles of a plane. Raises sqlite3.Error or ValueError at the first that cannot be read."""
    connection = reading(path)
    try:
        query = "SELECT ty, tx, crc, data FROM tile WHERE track = ? AND plane = ? ORDER BY ty, tx"
        for ty, tx, crc, data in connection.execute(query, (track, int(plane))):
            if zlib.crc32(data) != crc:
                raise ValueError(f"the tile {ty}, {tx} is damaged")
            unpack(data)
            yield ty, tx, bytes(data)
    finally:
        connection.close()


def _sound_tiles(path: Path, track: int, plane: Plane) -> list[tuple[int, int, bytes]]:
    """Return the stored tiles of a plane up to the first that cannot be read."""
    out: list[tuple[int, int, bytes]] = []
    try:
        out += _tiles(path, track, plane)
    except (*READING_ERRORS, ValueError):
        return out
    return out
