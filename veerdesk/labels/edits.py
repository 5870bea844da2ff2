"""Paint edits: one gesture, one reversible change of a track's person plane.

Separate because every tool that changes ownership ends in `paint` or `exchange`, and because the journal, undo and
recovery need nothing but the edit: the person plane before and after, run-length coded by tile.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import assert_never, cast

import numpy as np
import zstandard
from numpy.typing import NDArray

from veerdesk.labels.classes import EXCHANGED, NOT_SAID, PixelClass
from veerdesk.labels.label_map import LabelMap
from veerdesk.labels.shapes import Region
from veerdesk.labels.tile_plane import TILE, TilePlane, gestures
from veerdesk.rows import RowSpan

# One piece: first row, first track-local column, height, width, bytes of the run-length codes before and after.
_PIECE = struct.Struct("<iiHHII")
# Bytes below which packing gains less than it costs, and the first byte of a blob that is not packed, and of one that is.
_SMALL = 2048
_LOOSE, _PACKED = 0, 1
# A window as small as a dab's: its runs are written beside the paint, five bytes a pixel twice at most.
_DAB_PX = 4096
# Pieces of an edit that are kept as arrays while it is applied: an exchange of 1,000 rows has 15, 2 MB.
_FEW_TILES = 24
_RUN = np.dtype([("length", "<u4"), ("value", "u1")])


class Rule(Enum):
    """Who wins where a gesture meets pixels that already have an owner."""

    ANYTHING = "anything"
    BACKGROUND_ONLY = "background only"
    OTHER_CURVE_ONLY = "other curve only"
    INK_ONLY = "ink only"

    @property
    def number(self) -> int:
        """The rule as a compiled function takes it: its place in this list."""
        return _NUMBERS[self._value_]


_NUMBERS = {rule.value: k for k, rule in enumerate(Rule)}
_Box = tuple[int, int, int, int]
_SAYABLE = (*(int(c) for c in PixelClass), NOT_SAID, EXCHANGED)


@dataclass(frozen=True, slots=True)
class PaintEdit:
    """One reversible change of the person plane of a track.

    ``rows`` and ``cols`` are the half-open box of the pixels that changed, scan px. ``blob`` holds the plane before
    and after in that box, by tile, run-length coded, and packed where that is worth it.
    """

    track_id: int
    label: str
    rows: RowSpan
    cols: tuple[int, int]
    blob: bytes
    #: The blob's pieces where it was made a moment ago and they are few: it is not decoded to be applied. Empty is not known.
    pieces: tuple[_Piece, ...] = field(default=(), repr=False, compare=False)

    @property
    def is_small(self) -> bool:
        """True where its pieces as arrays are no more than a dab's."""
        return self.blob[0] == _LOOSE

    def parts(self) -> Iterator[_Piece]:
        """Yield first row, first track-local column, and the plane before and after of each part, for who counts them."""
        yield from self.pieces or _pieces(_unpacked(self.blob))


@dataclass(frozen=True, slots=True)
class _Piece:
    row0: int
    col0: int
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]


def paint(
    label_map: LabelMap,
    track_id: int,
    region: Region,
    cls: int,
    rule: Rule,
    ink: NDArray[np.bool_] | NDArray[np.uint8] | None = None,
    label: str = "Paint",
) -> PaintEdit | None:
    """Return the edit that says who owns the pixels of a region; None where nothing would change.

    Nothing is written: `apply_edit` does that, and in a session `Session.apply`, journal first.

    Parameters
    ----------
    cls
        0, 1 or 2; 255 (`NOT_SAID`) to take the person's word back and show the model's answer again; 254
        (`EXCHANGED`) to make what is shown as curve 1 curve 2 and the reverse.
    rule
        ``BACKGROUND_ONLY`` touches pixels shown as background, ``OTHER_CURVE_ONLY`` those shown as the other curve
        (any curve where ``cls`` is none), ``INK_ONLY`` those that are ink.
    ink
        ``(h, w)`` of the region's box, bool or the grey of a black and white scan, uint8; needed by ``INK_ONLY`` only.

    Raises
    ------
    ValueError
        The class does not exist, or the ink does not cover the region.
    """
    if cls not in _SAYABLE:
        raise ValueError(f"class {cls} does not exist")
    if region.mask.size == 0:
        return None
    if rule is Rule.INK_ONLY and (ink is None or ink.shape != region.mask.shape):
        raise _no_ink()
    planes, corner = label_map.planes(region.rows, region.cols), (region.row0, region.col0 - label_map.origin_col)
    meant = region.mask, planes[1] if ink is None else _grey(ink)
    if region.mask.size <= _DAB_PX:
        return _dab(label_map, track_id, planes, corner, meant, cls, rule, label)
    piece = _changed(planes, corner, meant, cls, rule)
    return None if piece is None else _edit(label_map, track_id, label, (piece,))


def _dab(
    label_map: LabelMap,
    track_id: int,
    planes: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    corner: tuple[int, int],
    meant: tuple[NDArray[np.bool_], NDArray[np.uint8]],
    cls: int,
    rule: Rule,
    label: str,
) -> PaintEdit | None:
    """Return what `paint` does of a small window, in one compiled call; ``meant`` is the mask, and grey that says ink."""
    before = planes[0]
    after, codes = np.empty(before.shape, np.uint8), np.empty(10 * before.size, np.uint8)
    top, bottom, left, right, old, new = gestures().paint_coded(
        before, planes[1], *meant, cls, rule.number, after, codes
    )
    if bottom == 0:
        return None
    row0, col0, height, width = corner[0] + top, corner[1] + left, bottom - top, right - left
    piece = _Piece(row0, col0, before[top:bottom, left:right].copy(), after[top:bottom, left:right])
    if row0 % TILE + height > TILE or col0 % TILE + width > TILE or old + new + _PIECE.size >= _SMALL:
        return _edit(label_map, track_id, label, (piece,))
    blob = b"\0" + _PIECE.pack(row0, col0, height, width, old, new) + codes[: old + new].tobytes()
    col0 += label_map.origin_col
    return PaintEdit(track_id, label, RowSpan(row0, row0 + height), (col0, col0 + width), blob, (piece,))


def exchange(label_map: LabelMap, track_id: int, region: Region, label: str = "Exchange") -> PaintEdit | None:
    """Return the edit that makes what is shown as curve 1 in a region curve 2 and the reverse; None where neither is."""

    def parts() -> Iterator[_Piece]:
        for rows in region.rows.bands(TILE):
            planes, corner = label_map.planes(rows, region.cols), (rows.start, region.col0 - label_map.origin_col)
            meant = region.mask[rows.start - region.row0 : rows.stop - region.row0], planes[1]
            if (piece := _changed(planes, corner, meant, EXCHANGED, Rule.ANYTHING)) is not None:
                yield piece

    return _edit(label_map, track_id, label, parts())


def exchange_rows(
    label_map: LabelMap, track_id: int, rows: RowSpan, cols: tuple[int, int], label: str = "Exchange"
) -> PaintEdit | None:
    """Return the edit that exchanges the curves in all of some rows, tile after tile, however many there are."""
    origin, exchange_curves = label_map.origin_col, gestures().exchange_curves

    def parts() -> Iterator[_Piece]:
        for top, bottom in _cut_at_tiles(rows.start, rows.stop):
            for left, right in _cut_at_tiles(cols[0] - origin, cols[1] - origin):
                planes = label_map.planes(RowSpan(top, bottom), (left + origin, right + origin))
                after = np.empty(planes[0].shape, np.uint8)
                box = exchange_curves(*planes, after)
                if box[1]:
                    yield _boxed(planes[0], after, (top, left), box)

    return _edit(label_map, track_id, label, parts())


def _cut_at_tiles(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield a run of rows or columns as parts that lie in one tile each: a part of one tile is looked at without a copy."""
    for edge in range(start - start % TILE, stop, TILE):
        yield max(start, edge), min(stop, edge + TILE)


def difference(label_map: LabelMap, track_id: int, after: TilePlane, label: str) -> PaintEdit | None:
    """Return the edit that makes the person plane another one, however far they differ; None where they are alike."""

    def parts() -> Iterator[_Piece]:
        before = label_map.person
        for ty, tx in sorted({key[:2] for plane in (before, after) for key in plane.tiles()}):
            rows, cols = RowSpan(ty * TILE, (ty + 1) * TILE), (tx * TILE, (tx + 1) * TILE)
            yield from _trimmed(_Piece(rows.start, cols[0], before.read(rows, cols), after.read(rows, cols)))

    return _edit(label_map, track_id, label, parts())


def apply_edit(label_map: LabelMap, edit: PaintEdit) -> None:
    """Write an edit's after state: a new edit's, and in undo, redo and replay an old one's.

    Raises
    ------
    ValueError
        The person plane is not what the edit found when it was made; nothing is written then.
    """
    plane = label_map.person
    if len(edit.pieces) == 1:
        piece = edit.pieces[0]
        if not plane.exchange(piece.row0, piece.col0, piece.before, piece.after):
            raise _misfit(edit, piece)
        return
    # A few tiles are decoded once; what is packed may be a whole log, and is never decoded at once.
    raw, known = _unpacked(edit.blob), edit.pieces
    if not known:
        first = tuple(islice(_pieces(raw), _FEW_TILES + 1))
        known = first if len(first) <= _FEW_TILES else ()
    for piece in known or _pieces(raw):
        height, width = piece.before.shape
        rows = RowSpan(piece.row0, piece.row0 + height)
        if not np.array_equal(plane.view(rows, (piece.col0, piece.col0 + width)), piece.before):
            raise _misfit(edit, piece)
    for piece in known or _pieces(raw):
        plane.write(piece.row0, piece.col0, piece.after)


def _misfit(edit: PaintEdit, piece: _Piece) -> ValueError:
    return ValueError(f"the edit {edit.label!r} does not fit the label map at row {piece.row0}")


def inverse(edit: PaintEdit) -> PaintEdit:
    """Return the edit that takes this one back."""
    raw, turned, at = _unpacked(edit.blob), bytearray(), 0
    while at < len(raw):
        *place, old, new = _PIECE.unpack_from(raw, at)
        at += _PIECE.size
        turned += _PIECE.pack(*place, new, old) + raw[at + old : at + old + new] + raw[at : at + old]
        at += old + new
    pieces = tuple(_Piece(p.row0, p.col0, p.after, p.before) for p in edit.pieces)
    return PaintEdit(edit.track_id, edit.label, edit.rows, edit.cols, _packed(bytes(turned)), pieces)


def painted_class(shown: NDArray[np.uint8], cls: int) -> NDArray[np.uint8]:
    """Return what pixels shown as a curve become under a gesture, uint8: the class said, or the other curve."""
    return np.uint8(3) - shown if cls == EXCHANGED else np.full_like(shown, cls)


def allowed(
    label_map: LabelMap, region: Region, cls: int, rule: Rule, ink: NDArray[np.bool_] | None
) -> NDArray[np.bool_]:
    """Return where a rule lets a gesture change a pixel of a region's box, ``(h, w)`` bool.

    Raises
    ------
    ValueError
        The rule needs the ink of the box and was given none, or that of another.
    """
    if rule is Rule.ANYTHING:
        return region.mask
    if rule is Rule.INK_ONLY:
        return _checked(ink, region)
    shown = label_map.classes(region.rows, region.cols)
    if rule is Rule.BACKGROUND_ONLY:
        return np.equal(shown, PixelClass.BACKGROUND)
    if rule is Rule.OTHER_CURVE_ONLY:
        return np.not_equal(shown, PixelClass.BACKGROUND) & np.not_equal(shown, cls)
    assert_never(rule)


def _checked(ink: NDArray[np.bool_] | None, region: Region) -> NDArray[np.bool_]:
    if ink is None or ink.shape != region.mask.shape:
        raise _no_ink()
    return ink


def _no_ink() -> ValueError:
    return ValueError("painting on ink only needs the ink of the region")


def _grey(ink: NDArray[np.bool_] | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return ink as a black and white scan has it: 0 on ink and 255 beside it."""
    if ink.dtype == np.uint8:
        return cast("NDArray[np.uint8]", ink)  # in words: every dab comes by here, and the type would be made anew
    return ink.view(np.uint8) - np.uint8(1)


def _changed(
    planes: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    corner: tuple[int, int],
    meant: tuple[NDArray[np.bool_], NDArray[np.uint8]],
    cls: int,
    rule: Rule,
) -> _Piece | None:
    """Return the box of what a gesture changes in a window of the person plane over the model plane; None where nothing."""
    before, model = planes
    after = np.empty(before.shape, np.uint8)
    box = gestures().paint_window(before, model, *meant, cls, rule.number, after)
    return _boxed(before, after, corner, box) if box[1] else None


def _boxed(before: NDArray[np.uint8], after: NDArray[np.uint8], corner: tuple[int, int], box: _Box) -> _Piece:
    """Return the part of a window that changed; ``before`` is a look at the plane, and is copied."""
    top, bottom, left, right = box
    here = slice(top, bottom), slice(left, right)
    return _Piece(corner[0] + top, corner[1] + left, before[here].copy(), after[here])


def _edit(label_map: LabelMap, track_id: int, label: str, parts: Iterable[_Piece]) -> PaintEdit | None:
    """Return the edit of some parts of the plane, each no larger than what changed in it; None where there are none."""
    raw = bytearray()
    boxes: list[_Box] = []
    pieces: list[_Piece] = []
    for part in parts:
        height, width = part.before.shape
        boxes.append((part.row0, part.row0 + height, part.col0, part.col0 + width))
        for piece in _cut(part):
            raw += _coded(piece)
            if len(pieces) <= _FEW_TILES:
                pieces.append(piece)
    if not boxes:
        return None
    tops, bottoms, lefts, rights = zip(*boxes, strict=True)
    cols_of = min(lefts) + label_map.origin_col, max(rights) + label_map.origin_col
    known = tuple(pieces) if len(pieces) <= _FEW_TILES else ()
    return PaintEdit(track_id, label, RowSpan(min(tops), max(bottoms)), cols_of, _packed(bytes(raw)), known)


def _trimmed(part: _Piece) -> Iterator[_Piece]:
    """Yield the box of what changed in a part of the plane; nothing where nothing did."""
    changed = part.before != part.after
    rows, cols = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if len(rows):
        r, c = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1)
        yield _Piece(part.row0 + r.start, part.col0 + c.start, part.before[r, c], part.after[r, c])


def _cut(box: _Piece) -> Iterator[_Piece]:
    """Yield the part of a box in each tile that changed, columns track-local."""
    row0, col0, before, after = box.row0, box.col0, box.before, box.after
    height, width = before.shape
    if row0 % TILE + height <= TILE and col0 % TILE + width <= TILE:
        yield box
        return
    for top in range(row0 - row0 % TILE, row0 + height, TILE):
        for left in range(col0 - col0 % TILE, col0 + width, TILE):
            r = slice(max(top, row0) - row0, min(top + TILE, row0 + height) - row0)
            c = slice(max(left, col0) - col0, min(left + TILE, col0 + width) - col0)
            if not np.array_equal(before[r, c], after[r, c]):
                yield _Piece(row0 + r.start, col0 + c.start, before[r, c], after[r, c])


def _coded(piece: _Piece) -> bytes:
    old, new = _runs(piece.before), _runs(piece.after)
    return _PIECE.pack(piece.row0, piece.col0, *piece.before.shape, len(old), len(new)) + old + new


def _packed(raw: bytes) -> bytes:
    """Return coded pieces as a blob; its first byte says whether the rest is packed."""
    if len(raw) < _SMALL:
        return bytes((_LOOSE,)) + raw
    return bytes((_PACKED,)) + zstandard.ZstdCompressor(level=3).compress(raw)


def _unpacked(blob: bytes) -> bytes:
    return blob[1:] if blob[0] == _LOOSE else zstandard.ZstdDecompressor().decompress(blob[1:])


def _pieces(raw: bytes) -> Iterator[_Piece]:
    at = 0
    while at < len(raw):
        row0, col0, height, width, old, new = _PIECE.unpack_from(raw, at)
        at += _PIECE.size
        before = _unrun(raw[at : at + old]).reshape(height, width)
        after = _unrun(raw[at + old : at + old + new]).reshape(height, width)
        at += old + new
        yield _Piece(row0, col0, before, after)


def _runs(block: NDArray[np.uint8]) -> bytes:
    compiled = gestures()
    out = np.empty(compiled.RUN_BYTES * block.size, np.uint8)
    return out[: compiled.write_runs(block, out)].tobytes()


def _unrun(raw: bytes) -> NDArray[np.uint8]:
    runs = np.frombuffer(raw, _RUN)
    return np.repeat(runs["value"], runs["length"])
