"""PNG files of any height, written strip by strip, and label maps read back.

Separate because a label map is as tall as its scan: Pillow and OpenCV want the whole picture in memory,
and OpenCV cannot write a palette at all.

Source: PNG specification, third edition (W3C), sections 5 (datastream), 11.2 (critical chunks) and 9 (filtering).
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from veerdesk.errors import UnusableInputError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _PALETTE = 0, 2, 3
_CHUNK_BYTES = 1 << 18
# Level 4 writes a 2,200 x 100,000 label map about twice as fast as zlib's default, for 3 % more bytes.
_ZLIB_LEVEL = 4
_DEEPEST_PIXELS = 3_000_000_000


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file beside ``path`` that takes its place when the block ends well and vanishes when it does not.

    Raises
    ------
    UnusableInputError
        The folder cannot be written or the disk is full.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
    except OSError as trouble:
        raise UnusableInputError(
            f"{path} could not be written: {trouble.strerror or trouble}.",
            "Choose a folder that you may write to and that has room, then try again.",
        ) from trouble
    finally:
        with suppress(OSError):
            part.unlink()


def write_grey_png(path: Path, rows: Iterable[NDArray[np.uint8]], width: int, height: int) -> None:
    """Write an 8-bit grey PNG from strips, in constant memory.

    Parameters
    ----------
    rows
        Strips of (any, width) uint8 from the top; together ``height`` rows.
    """
    _write(path, rows, (width, height), _GREY, ())


def write_rgb_png(path: Path, strips: Iterable[NDArray[np.uint8]], width: int, height: int) -> None:
    """Write an RGB PNG from strips of (any, width, 3) uint8, in constant memory."""
    _write(path, strips, (width, height), _RGB, ())


def write_palette_png(
    path: Path,
    strips: Iterable[NDArray[np.uint8]],
    width: int,
    height: int,
    palette: Sequence[tuple[int, int, int]],
) -> None:
    """Write an 8-bit palette PNG from strips, in constant memory.

    Parameters
    ----------
    strips
        Strips of (any, width) uint8 palette numbers from the top; together ``height`` rows.
    palette
        Up to 256 RGB colours; every number used has one.
    """
    if not 0 < len(palette) <= 256:
        raise ValueError(f"a palette holds 1 to 256 colours, not {len(palette)}")
    _write(path, strips, (width, height), _PALETTE, palette)


def _write(
    path: Path,
    strips: Iterable[NDArray[np.uint8]],
    size: tuple[int, int],
    colour_type: int,
    palette: Sequence[tuple[int, int, int]],
) -> None:
    width, height = size
    with replacing(path) as out:
        out.write(_SIGNATURE)
        _chunk(out, b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0))
        if palette:
            _chunk(out, b"PLTE", bytes(part for colour in palette for part in colour))
        held = bytearray()
        for packed in _packed(strips, size, 3 if colour_type == _RGB else 1):
            held += packed
            while len(held) >= _CHUNK_BYTES:
                _chunk(out, b"IDAT", bytes(held[:_CHUNK_BYTES]))
                del held[:_CHUNK_BYTES]
        _chunk(out, b"IDAT", bytes(held))
        _chunk(out, b"IEND", b"")


def _packed(strips: Iterable[NDArray[np.uint8]], size: tuple[int, int], samples: int) -> Iterator[bytes]:
    width, height = size
    packer = zlib.compressobj(_ZLIB_LEVEL)
    done = 0
    for strip in strips:
        shape = (len(strip), width) if samples == 1 else (len(strip), width, samples)
        if strip.shape != shape or strip.dtype != np.uint8:
            raise ValueError(f"a strip is uint8 of shape {shape}, not {strip.dtype} of shape {strip.shape}")
        lines = np.zeros((len(strip), 1 + width * samples), np.uint8)  # filter 0 before each row
        lines[:, 1:] = strip.reshape(len(strip), width * samples)
        done += len(strip)
        yield packer.compress(lines.data)
    if done != height:
        raise ValueError(f"the strips hold {done} rows and the picture {height}")
    yield packer.flush()


def _chunk(out: BinaryIO, kind: bytes, body: bytes) -> None:
    out.write(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind))))


def read_classes(path: Path) -> NDArray[np.uint8]:
    """Return the numbers of a palette or grey PNG, (h, w) uint8, as written and with no colour applied.

    Raises
    ------
    UnusableInputError
        The file is missing, damaged, larger than three gigapixels, or is neither a palette nor an 8-bit grey PNG.
    """
    from PIL import PngImagePlugin  # loaded by the first label map that is read, not by the window

    remedy = "Give a palette or 8-bit grey PNG whose pixel numbers are the classes."
    try:
        # The class itself and not Image.open: a label map is larger than the limit that Pillow warns at.
        with PngImagePlugin.PngImageFile(path) as picture:
            if picture.width * picture.height > _DEEPEST_PIXELS:
                raise UnusableInputError(
                    f"{path} is {picture.width} x {picture.height} pixels, more than fits.", remedy
                )
            if picture.mode not in ("P", "L", "1"):
                raise UnusableInputError(f"{path} holds colours ({picture.mode}), not class numbers.", remedy)
            return np.array(picture, np.uint8)
    except FileNotFoundError as trouble:
        raise UnusableInputError(f"{path} does not exist.", "Check the file's name and folder.") from trouble
    except (OSError, SyntaxError, ValueError, zlib.error, struct.error) as trouble:
        raise UnusableInputError(f"{path} cannot be read as a PNG: {trouble}.", remedy) from trouble
