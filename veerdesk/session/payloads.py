"""Edits as journal payloads and back.

Separate because the journal's bytes must be readable for as long as wells exist, whatever becomes of the values.
"""

from __future__ import annotations

import json
import struct
from base64 import b64decode, b64encode
from dataclasses import replace

import zstandard

from veerdesk.calibration.description import WellDescription
from veerdesk.labels.edits import PaintEdit
from veerdesk.rows import RowSpan
from veerdesk.well.description_json import from_json, to_json
from veerdesk.well.records import EntryKind

# track, first row, last row + 1, first column, last column + 1; the label stands in its own column of the journal.
_PAINT = struct.Struct("<iiiii")


def paint_payload(edit: PaintEdit) -> bytes:
    """Return a paint edit as bytes."""
    return _PAINT.pack(edit.track_id, edit.rows.start, edit.rows.stop, *edit.cols) + edit.blob


def paint_edit(payload: bytes, label: str) -> PaintEdit:
    """Return the paint edit of a payload."""
    track, start, stop, left, right = _PAINT.unpack_from(payload)
    return PaintEdit(track, label, RowSpan(start, stop), (left, right), payload[_PAINT.size :])


def describe_payload(before: WellDescription, after: WellDescription, edit: PaintEdit | None = None) -> bytes:
    """Return a description edit, the state before and after, as bytes; with the paint that was one gesture with it."""
    parts = [to_json(before), to_json(after)]
    if edit is not None:
        parts.append(b64encode(paint_payload(edit)).decode())
    return zstandard.ZstdCompressor(level=3).compress(json.dumps(parts).encode())


def described(payload: bytes, *, where: str) -> tuple[WellDescription, WellDescription]:
    """Return the descriptions before and after of a payload."""
    before, after, *_ = _parts(payload)
    return from_json(before, where=where), from_json(after, where=where)


def painted(kind: EntryKind, payload: bytes, label: str) -> PaintEdit | None:
    """Return the paint edit of any journal entry; None where it has none.

    Raises
    ------
    ValueError
        The payload is not what its kind says.
    """
    if kind == "paint":
        return paint_edit(payload, label)
    if kind != "describe" or len(parts := _parts(payload)) < 3:
        return None
    return paint_edit(b64decode(parts[2]), label)


def _parts(payload: bytes) -> list[str]:
    parts: list[str] = json.loads(zstandard.ZstdDecompressor().decompress(payload))
    return parts


def carried_over(stored: WellDescription, now: WellDescription) -> WellDescription:
    """Return a description out of the journal with what is no edit taken from the present one.

    Where a scan lies, its digest, and a stroke width measured for borders that are still the same.
    """
    places = {s.id: (s.file, s.digest) for s in now.scans}
    strokes = {t.id: (t.geometry, t.stroke_px) for t in now.tracks if not t.is_stroke_stated}
    out = stored
    for scan in stored.scans:
        if scan.id in places:
            out = out.with_scan(replace(scan, file=places[scan.id][0], digest=places[scan.id][1]))
    for track in stored.tracks:
        geometry, stroke_px = strokes.get(track.id, (None, None))
        if track.stroke_px is None and geometry == track.geometry:
            out = out.with_track(replace(track, stroke_px=stroke_px))
    return out
