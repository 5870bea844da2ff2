"""Scan pixels and class pixels resampled to screen pixels, as arrays.

Separate because this is arithmetic on arrays that needs no painter: the tiles draw what these functions return.
A box is in device px of the scaled scan. Zoomed out, ink and thin curves are kept: darkest wins, highest class wins.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2
from veerdesk.rows import RowSpan


class ScanSource(Protocol):
    """What the canvas needs of a Scan."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def levels(self) -> int: ...
    @property
    def has_colour(self) -> bool: ...
    @property
    def ready_rows(self) -> int: ...
    def read(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]: ...
    def read_level(self, level: int, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]: ...
    def read_level_colour(self, level: int, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]: ...


#: ``(level, rows, cols)``, both in that level's px, to classes ``(h, w)`` uint8.
LevelReader = Callable[[int, RowSpan, tuple[int, int]], NDArray[np.uint8]]


class DeviceBox(NamedTuple):
    """Half-open box of device px of the scaled scan."""

    y0: int
    y1: int
    x0: int
    x1: int

    @property
    def is_empty(self) -> bool:
        """True where no pixel is inside."""
        return self.y1 <= self.y0 or self.x1 <= self.x0

    def clipped(self, other: DeviceBox) -> DeviceBox:
        """Return the part inside another box."""
        (a0, a1, b0, b1), (c0, c1, d0, d1) = self, other
        if a0 >= c0 and a1 <= c1 and b0 >= d0 and b1 <= d1:
            return self
        return DeviceBox(max(a0, c0), min(a1, c1), max(b0, d0), min(b1, d1))

    def joined(self, other: DeviceBox) -> DeviceBox:
        """Return the smallest box that holds both."""
        return DeviceBox(min(self.y0, other.y0), max(self.y1, other.y1), min(self.x0, other.x0), max(self.x1, other.x1))

    def grown(self, px: int) -> DeviceBox:
        """Return the box with ``px`` added on every side."""
        return DeviceBox(self.y0 - px, self.y1 + px, self.x0 - px, self.x1 + px)


def device_box(rows: RowSpan, cols: tuple[int, int], device_scale: float) -> DeviceBox:
    """Return the device px that a window of the scan touches."""
    s = device_scale
    if s == 1.0:
        return DeviceBox(rows.start, rows.stop, *cols)
    return DeviceBox(
        math.floor(rows.start * s), math.ceil(rows.stop * s), math.floor(cols[0] * s), math.ceil(cols[1] * s)
    )


def level_for(device_scale: float, levels: int) -> tuple[int, float]:
    """Return the pyramid level to read, and the device px per px of that level (0.5 to 1 where levels suffice).

    >>> level_for(0.25, 8)
    (2, 1.0)
    """
    if device_scale >= 1.0:
        return 0, device_scale
    level = min(math.floor(math.log2(1.0 / device_scale)), levels - 1)
    return level, device_scale * 2**level


def scan_pixels(scan: ScanSource, device_scale: float, box: DeviceBox) -> NDArray[np.uint8]:
    """Return the scan at device px: ``(h, w)`` grey or ``(h, w, 3)`` RGB, uint8, C-contiguous.

    Nearest above 1:1, so that a person sees true pixels; bilinear from the level just above below it, which leaves
    no row or column of that level unread.
    """
    level, ratio = (0, 1.0) if device_scale == 1.0 else level_for(device_scale, scan.levels)
    read = scan.read_level_colour if scan.has_colour else scan.read_level
    if ratio == 1.0:
        return np.ascontiguousarray(read(level, RowSpan(box.y0, box.y1), (box.x0, box.x1)))
    size = (-(-scan.height // 2**level), -(-scan.width // 2**level))
    if ratio >= 1.0:
        rows, cols = _nearest(box.y0, box.y1, ratio, size[0]), _nearest(box.x0, box.x1, ratio, size[1])
        block = read(level, RowSpan(int(rows[0]), int(rows[-1]) + 1), (int(cols[0]), int(cols[-1]) + 1))
        return np.ascontiguousarray(block[rows - rows[0]][:, cols - cols[0]])
    row0, row1 = _covering(box.y0, box.y1, ratio, size[0])
    col0, col1 = _covering(box.x0, box.x1, ratio, size[1])
    block = np.ascontiguousarray(read(level, RowSpan(row0, row1), (col0, col1)))
    matrix = np.array(
        [
            [1.0 / ratio, 0.0, (box.x0 + 0.5) / ratio - 0.5 - col0],
            [0.0, 1.0 / ratio, (box.y0 + 0.5) / ratio - 0.5 - row0],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    out = cv2.warpAffine(
        block, matrix, (box.x1 - box.x0, box.y1 - box.y0), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(out, np.uint8)


def class_pixels(read: LevelReader, device_scale: float, levels: int, box: DeviceBox) -> NDArray[np.uint8]:
    """Return classes at device px, ``(h, w)`` uint8; below 1:1 the highest class under a screen pixel."""
    level, ratio = level_for(device_scale, levels)
    if ratio == 1.0:
        return read(level, RowSpan(box.y0, box.y1), (box.x0, box.x1))
    if ratio > 1.0:
        rows, cols = _nearest(box.y0, box.y1, ratio, None), _nearest(box.x0, box.x1, ratio, None)
        block = read(level, RowSpan(int(rows[0]), int(rows[-1]) + 1), (int(cols[0]), int(cols[-1]) + 1))
        return np.asarray(block[rows - rows[0]][:, cols - cols[0]], np.uint8)
    row_lo, row_hi = _touched(box.y0, box.y1, ratio)
    col_lo, col_hi = _touched(box.x0, box.x1, ratio)
    span, cols_px = RowSpan(int(row_lo[0]), int(row_hi[-1]) + 1), (int(col_lo[0]), int(col_hi[-1]) + 1)
    block = read(level, span, cols_px)
    row_lo, row_hi = row_lo - span.start, row_hi - span.start
    col_lo, col_hi = col_lo - cols_px[0], col_hi - cols_px[0]
    tall = np.maximum(np.maximum(block[row_lo], block[row_hi]), block[(row_lo + row_hi) // 2])
    wide = np.maximum(np.maximum(tall[:, col_lo], tall[:, col_hi]), tall[:, (col_lo + col_hi) // 2])
    return np.asarray(wide, np.uint8)


def edges(classes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which pixels touch one of another class (four neighbours), ``(h, w)`` to ``(h - 2, w - 2)`` bool.

    The rim is looked at and not answered for.
    """
    own = classes[1:-1, 1:-1]
    out: NDArray[np.bool_] = own != classes[:-2, 1:-1]
    out |= own != classes[2:, 1:-1]
    out |= own != classes[1:-1, :-2]
    out |= own != classes[1:-1, 2:]
    return out


def _nearest(start: int, stop: int, ratio: float, size: int | None) -> NDArray[np.int64]:
    at: NDArray[np.int64] = np.floor((np.arange(start, stop) + 0.5) / ratio).astype(np.int64)
    if size is not None:
        np.clip(at, 0, size - 1, out=at)
    return at


def _touched(start: int, stop: int, ratio: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and last level px that each device px touches."""
    at = np.arange(start, stop)
    return np.floor(at / ratio).astype(np.int64), np.ceil((at + 1) / ratio).astype(np.int64) - 1


def _covering(start: int, stop: int, ratio: float, size: int) -> tuple[int, int]:
    first = min(max(0, math.floor(start / ratio) - 1), size - 1)
    return first, max(first + 1, min(size, math.ceil(stop / ratio) + 1))
