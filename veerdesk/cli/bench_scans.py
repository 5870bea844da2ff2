"""The files `veerdesk bench` opens: one drawn scan as 1-bit G4 TIFF, grey TIFF and RGB PNG.

Separate because making them costs more than measuring with them, and none of it may count.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyvips
from numpy.typing import NDArray
from PIL import Image

from veerdesk.synth.bench_scan import WIDTH, bench_strips


def write_bilevel(path: Path, rows: int) -> Path:
    """Write the bench scan as 1-bit CCITT G4 TIFF and return its path."""
    whole = np.empty((rows, (WIDTH + 7) // 8), np.uint8)
    at = 0
    for strip in bench_strips(rows):
        whole[at : at + len(strip)] = np.packbits(strip > 127, axis=1)
        at += len(strip)
    Image.frombytes("1", (WIDTH, rows), whole.tobytes()).save(path, compression="group4", dpi=(200, 200))
    return path


def write_grey(path: Path, rows: int) -> Path:
    """Write the bench scan as 8-bit grey TIFF, LZW in strips, with a scanner's noise, and return its path."""
    rng = np.random.default_rng(11)
    noise = rng.integers(0, 24, (2048, WIDTH), dtype=np.uint8)
    strips = [
        np.where(s > 127, 250 - noise[: len(s)], 20 + noise[: len(s)]).astype(np.uint8) for s in bench_strips(rows)
    ]
    _image(np.concatenate(strips)).tiffsave(str(path), compression="lzw", tile=False)
    return path


def write_rgb_png(path: Path, rows: int) -> Path:
    """Write the bench scan as 8-bit RGB PNG with a green grid's paper, and return its path."""
    whole = np.empty((rows, WIDTH, 3), np.uint8)
    at = 0
    for strip in bench_strips(rows):
        whole[at : at + len(strip)] = np.where(strip[..., None] > 127, (244, 250, 240), (30, 34, 40))
        at += len(strip)
    _image(whole).pngsave(str(path), compression=1)
    return path


def _image(array: NDArray[np.uint8]) -> pyvips.Image:
    bands = 1 if array.ndim == 2 else array.shape[2]
    return pyvips.Image.new_from_memory(array, array.shape[1], array.shape[0], bands, "uchar")
