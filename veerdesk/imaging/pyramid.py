"""The scan and its reduced copies as raw files: written once from the top, read anywhere without decoding.

Separate because the window pans over any height at any zoom and must never wait for a decoder,
and because reduced copies have to keep strokes one pixel wide: in each 2 x 2 block the darkest pixel stays.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2
from veerdesk.rows import RowSpan

_T = TypeVar("_T", bound=np.generic)

PAPER = 255
#: Strips that are not the last are a multiple of this many rows, so that every level's rows end with them.
STRIP_ALIGNMENT = 128
# Level 7 of 250,000 rows is 1,954 rows: about one screen.
_MAX_LEVELS = 8
_LAST_LEVEL_ROWS = 2048
_SAMPLES = {"grey": 1, "rgb": 3}
_KINDS = {False: ("grey",), True: ("grey", "rgb")}


def level_shapes(width: int, height: int) -> tuple[tuple[int, int], ...]:
    """Return rows and columns of each level, the full resolution first.

    >>> level_shapes(2200, 5000)
    ((5000, 2200), (2500, 1100), (1250, 550))
    """
    shapes = [(height, width)]
    while shapes[-1][0] > _LAST_LEVEL_ROWS and len(shapes) < _MAX_LEVELS:
        rows, cols = shapes[-1]
        shapes.append(((rows + 1) // 2, (cols + 1) // 2))
    return tuple(shapes)


def pyramid_bytes(width: int, height: int, *, bytes_per_pixel: int) -> int:
    """Return the bytes that all levels take on disk."""
    return sum(rows * cols for rows, cols in level_shapes(width, height)) * bytes_per_pixel


def darkest_of_four(block: NDArray[_T]) -> NDArray[_T]:
    """Return the block at half its size: the least of each 2 x 2 pixels; a missing neighbour counts as paper.

    Parameters
    ----------
    block
        (h, w) of any ordered dtype.

    Returns
    -------
    ((h + 1) // 2, (w + 1) // 2) of the same dtype.
    """
    return _least_of_two(_least_of_two(block).T).T


def _least_of_two(block: NDArray[_T]) -> NDArray[_T]:
    pairs = len(block) // 2
    out = np.minimum(block[0 : 2 * pairs : 2], block[1 : 2 * pairs : 2])
    return np.concatenate([out, block[-1:]]) if len(block) % 2 else out


def _packed(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Return grey, red, green and blue in one number each pixel, so that the least is the darkest with its colour.

    Grey is the darkest channel: a thin red or yellow stroke is ink like a black one, which its brightness would hide.
    """
    red, green, blue = cv2.split(np.ascontiguousarray(rgb))
    four = cv2.merge([blue, green, red, cv2.min(cv2.min(red, green), blue)])
    return np.asarray(four.view("<u4")[..., 0], np.uint32)


def _file(folder: Path, level: int, kind: str) -> Path:
    return folder / f"level{level}.{kind}"


def lay_out(folder: Path, *, width: int, height: int, has_colour: bool) -> None:
    """Make the files of every level at their final length, so that they can be mapped before they are written.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    for level, (rows, cols) in enumerate(level_shapes(width, height)):
        for kind in _KINDS[has_colour]:
            with _file(folder, level, kind).open("wb") as out:
                out.truncate(rows * cols * _SAMPLES[kind])


class PyramidWriter:
    """Writes the levels strip by strip into files that ``lay_out`` made.

    Raises
    ------
    OSError
        The disk is full or the folder cannot be written.
    """

    def __init__(self, folder: Path, *, width: int, height: int, has_colour: bool) -> None:
        self._shapes = level_shapes(width, height)
        self._has_colour = has_colour
        self._outs = {
            (level, kind): _file(folder, level, kind).open("r+b", buffering=0)
            for level in range(len(self._shapes))
            for kind in _KINDS[has_colour]
        }
        self.rows = 0

    def append(self, strip: NDArray[np.uint8]) -> None:
        """Write the next rows of every level: (h, w) grey, or (h, w, 3) RGB for a colour scan.

        Only the last strip may have a height that is no multiple of ``STRIP_ALIGNMENT``.
        """
        if self.rows % STRIP_ALIGNMENT:
            raise ValueError(f"a strip of odd height was written before row {self.rows}")
        if self._has_colour:
            self._append_colour(_packed(strip))
        else:
            self._append_grey(strip)
        self.rows += len(strip)

    def _append_grey(self, block: NDArray[np.uint8]) -> None:
        for level in range(len(self._shapes)):
            block = darkest_of_four(block) if level else block
            self._put(level, "grey", block)

    def _append_colour(self, block: NDArray[np.uint32]) -> None:
        for level in range(len(self._shapes)):
            block = darkest_of_four(block) if level else block
            four = np.ascontiguousarray(block).view(np.uint8).reshape(*block.shape, 4)
            self._put(level, "grey", np.asarray(cv2.extractChannel(four, 3), np.uint8))
            self._put(level, "rgb", np.asarray(cv2.cvtColor(four, cv2.COLOR_BGRA2RGB), np.uint8))

    def _put(self, level: int, kind: str, block: NDArray[np.uint8]) -> None:
        view = np.ascontiguousarray(block).data.cast("B")
        while view:  # an unbuffered write may stop early when the disk fills; the next one then raises
            view = view[self._outs[level, kind].write(view) :]

    def close(self) -> None:
        """Close the files."""
        for out in self._outs.values():
            out.close()

    def __enter__(self) -> PyramidWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class PyramidView:
    """The levels mapped into memory, read-only; file-backed, so that the system may drop them at any time."""

    def __init__(self, folder: Path, *, width: int, height: int, has_colour: bool) -> None:
        self.shapes = level_shapes(width, height)
        self._grey = [_mapped(_file(folder, level, "grey"), shape) for level, shape in enumerate(self.shapes)]
        self._rgb = [
            _mapped(_file(folder, level, "rgb"), (*shape, 3))
            for level, shape in enumerate(self.shapes if has_colour else ())
        ]

    def grey(self, level: int, rows: RowSpan, cols: tuple[int, int], *, ready: int) -> NDArray[np.uint8]:
        """Return (h, w) grey of a level; a view where all of it lies inside and above the first ``ready`` rows."""
        plane, start, stop, (left, right) = self._grey[level], rows.start, rows.stop, cols
        if not level and start >= 0 and stop <= ready and left >= 0 and right <= plane.shape[1]:
            return plane[start:stop, left:right]  # as every stroke asks
        return _window(plane, rows, cols, self._ready(level, ready))

    def rgb(self, level: int, rows: RowSpan, cols: tuple[int, int], *, ready: int) -> NDArray[np.uint8]:
        """Return (h, w, 3) RGB of a level, like ``grey``; a grey scan's value is repeated."""
        if not self._rgb:
            return np.repeat(self.grey(level, rows, cols, ready=ready)[..., None], 3, axis=2)
        return _window(self._rgb[level], rows, cols, self._ready(level, ready))

    def _ready(self, level: int, ready: int) -> int:
        return self.shapes[level][0] if ready >= self.shapes[0][0] else ready >> level

    def close(self) -> None:
        """Let go of the files; views handed out before keep theirs until they are dropped."""
        self._grey, self._rgb = [], []


def _mapped(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    # A plain array over the map: a slice of numpy's own kind of it runs three functions of Python.
    return np.memmap(path, np.uint8, "r", shape=shape).view(np.ndarray)


def _window(plane: NDArray[np.uint8], rows: RowSpan, cols: tuple[int, int], ready: int) -> NDArray[np.uint8]:
    start, stop, (left, right) = rows.start, rows.stop, cols
    if start >= 0 and stop <= ready and left >= 0 and right <= plane.shape[1]:
        return plane[start:stop, left:right]
    inside, (left, right) = rows.clipped(RowSpan(0, ready)), (max(cols[0], 0), min(cols[1], plane.shape[1]))
    out = np.full((rows.rows, max(0, cols[1] - cols[0]), *plane.shape[2:]), PAPER, np.uint8)
    if not inside.is_empty and left < right:
        at = slice(inside.start - rows.start, inside.stop - rows.start)
        out[at, left - cols[0] : right - cols[0]] = plane[inside.start : inside.stop, left:right]
    return out
