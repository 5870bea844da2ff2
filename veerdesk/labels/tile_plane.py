"""One plane of bytes over a track, in sparse 256 x 256 tiles.

Separate because the model plane, the person plane and the evidence are all kept this way: in memory as small
compressed blobs, on disk as the very same blobs, and only the few tiles in hand as arrays.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import islice
from types import ModuleType

import numpy as np
import zstandard
from numpy.typing import NDArray

from veerdesk.rows import RowSpan

TILE = 256
#: Arrays kept unpacked a plane: 48 x 64 KB = 3 MB, a screen of a wide track and its surroundings.
LIVE_TILES = 48
# zstd 3: 0.08 ms a tile and the smallest of the fast ones (research, label storage).
_LEVEL = 3
_THREAD = threading.local()

# A dab touches one tile, at most four, and an exchange of 1,000 rows 15 of a wide track, 0.9 MB; what touches more is packed
# where it is, so that no queue holds a log unpacked.
_FEW_TILES = 24

TileKey = tuple[int, int]


class LooseTile:
    """A tile ``(256, 256)`` uint8 as it stands, still to be packed, by a thread that nobody waits for.

    Its plane has lent it and writes in it no more until it is packed.
    """

    __slots__ = ("_blob", "_fill", "_tile", "is_packed")

    def __init__(self, tile: NDArray[np.uint8], fill: int) -> None:
        self._tile: NDArray[np.uint8] | None = tile
        self._fill = fill
        self._blob: bytes | None = None
        self.is_packed = False

    def packed(self) -> bytes | None:
        """Return the tile as a blob, the same one however often it is asked for; None where it is all fill."""
        tile = self._tile
        if tile is not None:
            self._blob = _packed(tile, self._fill)
            self._tile, self.is_packed = None, True  # last: from here on the plane may write in it again
        return self._blob


def pack(tile: NDArray[np.uint8]) -> bytes:
    """Return a tile ``(256, 256)`` uint8 as a zstd blob."""
    return _packer().compress(tile.tobytes())


def _packed(tile: NDArray[np.uint8], fill: int) -> bytes | None:
    """Return a tile as a blob, None where it is all fill."""
    return None if bool((tile == fill).all()) else pack(tile)


def unpack(blob: bytes) -> NDArray[np.uint8]:
    """Return the tile ``(256, 256)`` uint8 of a blob; writable.

    Raises
    ------
    ValueError
        The blob does not hold a tile.
    """
    try:
        raw = _unpacker().decompress(blob, max_output_size=TILE * TILE)
    except zstandard.ZstdError as error:
        raise ValueError(f"not a tile: {error}") from error
    if len(raw) != TILE * TILE:
        raise ValueError(f"a tile holds {TILE * TILE} bytes, not {len(raw)}")
    return np.frombuffer(raw, np.uint8).reshape(TILE, TILE).copy()


def _packer() -> zstandard.ZstdCompressor:
    """Return this thread's compressor: making one costs more than packing a tile, and it is not shared safely."""
    if not hasattr(_THREAD, "packer"):
        _THREAD.packer = zstandard.ZstdCompressor(level=_LEVEL)
    packer: zstandard.ZstdCompressor = _THREAD.packer
    return packer


def _unpacker() -> zstandard.ZstdDecompressor:
    if not hasattr(_THREAD, "unpacker"):
        _THREAD.unpacker = zstandard.ZstdDecompressor()
    unpacker: zstandard.ZstdDecompressor = _THREAD.unpacker
    return unpacker


@cache
def _blank(fill: int) -> NDArray[np.uint8]:
    """Return the one tile that is shown wherever nothing was written."""
    return np.full((TILE, TILE), fill, np.uint8)


@cache
def gestures() -> ModuleType:
    """Return what is compiled, once something is written: the compiler behind it takes 0.25 s to load."""
    return import_module("veerdesk.labels.window_paint")


class TilePlane:
    """A boundless plane of uint8 that equals ``fill`` wherever nothing was written; owns its tiles.

    Rows are scan rows, columns are track-local (scan column minus the track's origin) and may be negative.
    """

    def __init__(self, fill: int) -> None:
        self._fill = fill
        self._blobs: dict[TileKey, bytes] = {}
        self._live: OrderedDict[TileKey, NDArray[np.uint8]] = OrderedDict()
        self._unpacked_newer: set[TileKey] = set()
        #: What was taken loose, while it may not be packed yet.
        self._lent: dict[TileKey, LooseTile] = {}
        #: Tiles written that nobody has taken yet, to look at: `take_dirty` and `take_copies` take them.
        self.news: set[TileKey] = set()

    @property
    def fill(self) -> int:
        """Value where nothing was written."""
        return self._fill

    def read(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return a copy of a window, ``(rows, cols)`` uint8."""
        out = np.empty((rows.rows, max(0, cols[1] - cols[0])), np.uint8)
        for key, inside, window in _pieces(rows.start, cols[0], *out.shape):
            tile = self._tile(key)
            out[window] = self._fill if tile is None else tile[inside]
        return out

    def view(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return a window to look at, ``(rows, cols)`` uint8: where one tile holds it, that tile itself, not copied.

        It is not to be written or kept: it follows what is written later.
        """
        start, stop, (col0, col1) = rows.start, rows.stop, cols
        key = ty, tx = start // TILE, col0 // TILE
        row0, left = ty * TILE, tx * TILE
        if stop - row0 <= TILE and col1 - left <= TILE:
            tile = self._live[key] if key in self._live else self._tile(key)
            seen = _blank(self._fill) if tile is None else tile
            return seen[start - row0 : stop - row0, col0 - left : col1 - left]
        return self.read(rows, cols)

    def unpack_ahead(self, rows: RowSpan, cols: tuple[int, int]) -> None:
        """Keep the tiles of a window as arrays, as far as there is room for them: it will be asked for soon."""
        for key, _, _ in islice(_pieces(rows.start, cols[0], rows.rows, cols[1] - cols[0]), LIVE_TILES):
            self._tile(key)

    def write(self, row0: int, col0: int, block: NDArray[np.uint8]) -> bool:
        """Write a block ``(h, w)`` uint8 with its first pixel at ``(row0, col0)``; return True where it was another one."""
        is_news = False
        for key, inside, window in _pieces(row0, col0, *block.shape):
            piece = block[window]
            tile = self._tile(key)
            if tile is None:
                if bool((piece == self._fill).all()):
                    continue
                tile = np.full((TILE, TILE), self._fill, np.uint8)
                self._keep(key, tile)
            elif np.array_equal(tile[inside], piece):
                continue
            elif key in self._lent:
                tile = self._own(key, tile)
            tile[inside] = piece
            is_news = True
            self._unpacked_newer.add(key)
            self.news.add(key)
        return is_news

    def exchange(self, row0: int, col0: int, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> bool:
        """Write one block of one tile, ``(h, w)`` uint8, in place of another; False, and nothing, where that is not there."""
        key = row0 // TILE, col0 // TILE
        tile = known = self._tile(key)
        if tile is not None and key in self._lent:
            tile = self._own(key, tile)
        elif tile is None:
            tile = np.full((TILE, TILE), self._fill, np.uint8)
        if not gestures().exchange_window(tile, row0 % TILE, col0 % TILE, before, after):
            return False
        if known is None:
            self._keep(key, tile)
        self._unpacked_newer.add(key)
        self.news.add(key)
        return True

    def load(self, ty: int, tx: int, blob: bytes) -> None:
        """Take over a stored tile as it is; the tile counts as clean."""
        self._live.pop((ty, tx), None)
        self._lent.pop((ty, tx), None)
        self._unpacked_newer.discard((ty, tx))
        self.news.discard((ty, tx))
        self._blobs[ty, tx] = blob

    def replace(self, ty: int, tx: int, blob: bytes | None) -> None:
        """Put a packed tile in place of one there may be, None for fill; it counts as written."""
        self._live.pop((ty, tx), None)
        self._lent.pop((ty, tx), None)
        self._unpacked_newer.discard((ty, tx))
        if blob is None:
            self._blobs.pop((ty, tx), None)
        else:
            self._blobs[ty, tx] = blob
        self.news.add((ty, tx))

    def take_dirty(self) -> list[tuple[int, int, bytes | None]]:
        """Return ``(ty, tx, blob)`` of every tile written since the last call; None where it is all fill again."""
        out: list[tuple[int, int, bytes | None]] = []
        for key in sorted(self.news):
            self._settle(key)
            out.append((*key, self._blobs.get(key)))
        self.news.clear()
        return out

    def take_copies(self) -> list[tuple[int, int, bytes | LooseTile | None]]:
        """Return what `take_dirty` does, the few tiles of a gesture as they stand instead of packed here.

        They are lent: what is written before they are packed is written in copies.
        """
        if len(self.news) > _FEW_TILES:
            return [*self.take_dirty()]
        out: list[tuple[int, int, bytes | LooseTile | None]] = []
        for key in sorted(self.news):
            if key not in self._unpacked_newer:
                out.append((*key, self._blobs.get(key)))
                continue
            loose = self._lent[key] = LooseTile(self._live[key], self._fill)
            out.append((*key, loose))
        self.news.clear()
        return out

    def clear(self) -> None:
        """Set the whole plane back to its fill; the emptied tiles count as written."""
        self.news.update(self._blobs, self._live)
        self._blobs.clear()
        self._live.clear()
        self._lent.clear()
        self._unpacked_newer.clear()

    def tiles(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield ``(ty, tx, blob)`` of every tile that is not all fill, in order."""
        for key in sorted({*self._blobs, *self._live}):
            self._settle(key)
            if key in self._blobs:
                yield (*key, self._blobs[key])

    def snapshot(self) -> TilePlane:
        """Return an independent copy that shares the compressed tiles: what a job on another thread is given."""
        copy = TilePlane(self._fill)
        copy._blobs = {(ty, tx): blob for ty, tx, blob in self.tiles()}
        return copy

    def row_spans(self) -> tuple[RowSpan, ...]:
        """Return the rows of tiles that hold anything, tile by tile row, in order."""
        return tuple(RowSpan(ty * TILE, (ty + 1) * TILE) for ty in sorted({k[0] for k in (*self._blobs, *self._live)}))

    def _tile(self, key: TileKey) -> NDArray[np.uint8] | None:
        tile = self._live.get(key)
        if tile is not None:
            self._live.move_to_end(key)
            return tile
        blob = self._blobs.get(key)
        if blob is None:
            return None
        tile = unpack(blob)
        self._keep(key, tile)
        return tile

    def _keep(self, key: TileKey, tile: NDArray[np.uint8]) -> None:
        self._live[key] = tile
        if len(self._live) > LIVE_TILES:
            oldest = next(iter(self._live))
            self._settle(oldest)
            self._live.pop(oldest, None)
            self._lent.pop(oldest, None)

    def _own(self, key: TileKey, tile: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the array of a live tile to write in: another one where it is lent and not packed yet."""
        if not self._lent.pop(key).is_packed:
            tile = self._live[key] = tile.copy()
        return tile

    def _settle(self, key: TileKey) -> None:
        """Make the blob of a tile as new as its array."""
        if key not in self._unpacked_newer:
            return
        self._unpacked_newer.discard(key)
        tile, lent = self._live[key], self._lent.get(key)
        # Lent, it is as it was then; while another thread packs it, it is packed here too rather than waited for.
        blob = lent.packed() if lent is not None and lent.is_packed else _packed(tile, self._fill)
        if blob is None:
            self._blobs.pop(key, None)
            self._live.pop(key)
            self._lent.pop(key, None)
        else:
            self._blobs[key] = blob


def _pieces(
    row0: int, col0: int, height: int, width: int
) -> Iterator[tuple[TileKey, tuple[slice, slice], tuple[slice, slice]]]:
    """Yield each tile a window touches, with the slices inside the tile and inside the window."""
    for ty in range(row0 // TILE, -(-(row0 + height) // TILE)):
        top, bottom = max(row0, ty * TILE), min(row0 + height, (ty + 1) * TILE)
        for tx in range(col0 // TILE, -(-(col0 + width) // TILE)):
            left, right = max(col0, tx * TILE), min(col0 + width, (tx + 1) * TILE)
            inside = (slice(top - ty * TILE, bottom - ty * TILE), slice(left - tx * TILE, right - tx * TILE))
            yield (ty, tx), inside, (slice(top - row0, bottom - row0), slice(left - col0, right - col0))
