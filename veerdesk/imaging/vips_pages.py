"""TIFF, PNG and JPEG pages, decoded from the top in constant memory by libvips.

Separate because only this module knows libvips: its options, its messages and its sample formats.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("VIPS_WARNING", "0")  # libvips would write each odd TIFF tag to the terminal

import numpy as np
import pyvips
from numpy.typing import NDArray

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.page import FileKind, PageHeader
from veerdesk.imaging.tiff_directory import tiff_pages

# Decoded pixels are kept by our own cache; libvips keeping operations would only hold files open.
pyvips.cache_set_max(0)

_MM_PER_INCH = 25.4
# libvips answers 25.4 dpi (TIFF, JPEG) or 72 dpi (PNG) where the file says nothing; no log is scanned that coarsely.
_LOWEST_DPI = 73.0
_HEADER_REMEDY = "Open it in another program to see whether it is whole, and save it as an 8-bit TIFF or PNG."


def vips_numbers(path: Path, kind: FileKind) -> tuple[int, ...]:
    """Return the decoder's numbers of the pages of a file.

    Raises
    ------
    UnusableInputError
        A TIFF is cut short or holds no page.
    """
    if kind != "tiff":
        return (0,)
    pages = tiff_pages(path)
    if not pages:
        raise UnusableInputError(f"{path} is a TIFF file without a page.", "Copy or download the scan again.")
    return pages


class VipsPage:
    """One page read by libvips; the file is opened again for each pass over its rows."""

    def __init__(self, path: Path, number: int, kind: FileKind) -> None:
        self._path, self._number, self._kind = path, number, kind
        image = self._image()
        dpi = float(image.xres) * _MM_PER_INCH
        self.header = PageHeader(
            width=int(image.width),
            height=int(image.height),
            has_colour=image.bands == 3,
            is_bilevel=_is_bilevel(image),
            dpi=dpi if dpi >= _LOWEST_DPI else None,
        )

    def strips(self, rows: int) -> Iterator[NDArray[np.uint8]]:
        """Yield strips of ``rows`` rows: (h, w) grey or (h, w, 3) RGB uint8.

        Raises
        ------
        UnusableInputError
            The file is cut short or damaged.
        """
        yield from _strips(self._image(), rows, path=self._path, page=self._number)

    def _image(self) -> Any:
        options: dict[str, Any] = {"access": "sequential", "fail_on": "error"}
        if self._kind == "tiff":
            options["page"] = self._number
        try:
            image = pyvips.Image.new_from_file(str(self._path), **options)
            if image.get_typeof("orientation") and image.get("orientation") != 1:
                # Turning needs the rows in another order than the file has them.
                image = pyvips.Image.new_from_file(str(self._path), **{**options, "access": "random"}).autorot()
            return _in_bytes(image, self._path)
        except pyvips.Error as trouble:
            raise UnusableInputError(
                f"{self._path} cannot be read as {self._kind.upper()}: {_reason(trouble)}.", _HEADER_REMEDY
            ) from trouble


class EmbeddedPicture:
    """A picture that lies in another file, as the file it would be on its own, in memory."""

    def __init__(self, data: bytes, *, path: Path, page: int) -> None:
        self._data, self._path, self._page = data, path, page
        image = self._image()
        self.size = (int(image.width), int(image.height))
        self.has_colour = image.bands == 3
        self.is_bilevel = _is_bilevel(image)

    def strips(self, rows: int) -> Iterator[NDArray[np.uint8]]:
        """Yield strips of ``rows`` rows, as `VipsPage.strips` and raising as it does."""
        yield from _strips(self._image(), rows, path=self._path, page=self._page)

    def _image(self) -> Any:
        try:
            image = pyvips.Image.new_from_buffer(self._data, "", access="sequential", fail_on="error")
            return _in_bytes(image, self._path)
        except pyvips.Error as trouble:
            raise UnusableInputError(
                f"{self._path}: the picture of page {self._page + 1} cannot be read: {_reason(trouble)}.",
                _HEADER_REMEDY,
            ) from trouble


def _is_bilevel(image: Any) -> bool:
    bits = image.get("bits-per-sample") if image.get_typeof("bits-per-sample") else 8
    return bool(bits == 1 and image.bands == 1)


def _strips(image: Any, rows: int, *, path: Path, page: int) -> Iterator[NDArray[np.uint8]]:
    region = pyvips.Region.new(image)
    width, height = int(image.width), int(image.height)
    shape = (width, 3) if image.bands == 3 else (width,)
    for top in range(0, height, rows):
        high = min(rows, height - top)
        try:
            pixels = region.fetch(0, top, width, high)
        except pyvips.Error as trouble:
            raise UnusableInputError(
                f"{path} is cut short or damaged near row {top} of {height} on page {page + 1}: {_reason(trouble)}.",
                "Copy or download the scan again and compare its size with the original's.",
            ) from trouble
        yield np.frombuffer(pixels, np.uint8).reshape(high, *shape)


def _in_bytes(image: Any, path: Path) -> Any:
    """Return the picture as one grey or three RGB bytes a pixel, on white paper."""
    if image.format == "ushort":
        kind = {"grey16": "b-w", "rgb16": "srgb"}.get(image.interpretation, image.interpretation)
        image = (image >> 8).cast("uchar").copy(interpretation=kind)
    if image.format != "uchar":
        raise UnusableInputError(
            f"{path} holds {image.format} samples, which are measurements and not a scan.", _HEADER_REMEDY
        )
    if image.interpretation not in ("b-w", "srgb", "rgb", "multiband"):
        image = image.colourspace("srgb").cast("uchar")
    if image.hasalpha():
        image = image.flatten(background=255)
    if image.bands not in (1, 3):
        image = image[:3] if image.bands > 3 else image[0]
    return image


def _reason(trouble: pyvips.Error) -> str:
    """Return the last thing that libvips says, in one line."""
    lines = [line.split(": ", 1)[-1].strip() for line in str(trouble.detail or trouble).splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "no reason given"
