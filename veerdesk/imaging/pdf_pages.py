"""PDF pages: the scanned picture as it was embedded where the page is one picture, else the page drawn.

Separate because only this module knows PDFium, which is not thread-safe: every call into it holds one lock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.page import PageHeader
from veerdesk.imaging.pdf_streams import embedded_file
from veerdesk.imaging.vips_pages import EmbeddedPicture

_LOCK = threading.RLock()
_POINTS_PER_INCH = 72.0
#: A page that is no single picture is drawn at this many dots an inch, or at its largest picture's own.
DRAWN_DPI = 200.0
# A picture that covers this share of the page, with nothing else to be seen, is the scan itself.
_COVERING_SHARE = 0.9
# The embedded picture is believed where its thumbnail differs from the drawn page's by less, grey levels of 255:
# inverted, masked and turned pictures differ by far more.
_BELIEVED_DIFFERENCE = 24.0
_THUMBNAIL_PX = 160
_INVISIBLE_TEXT = 3
# PDFium decodes no picture with more rows or columns than this (core/fpdfapi/page/cpdf_dib.cpp, kMaxImageDimension).
_PDFIUM_ROWS = 65_535

_Window = tuple[float, float, float, float]  # left, top, right, bottom as shares of the page
_WHOLE_PAGE: _Window = (0.0, 0.0, 1.0, 1.0)


@contextmanager
def _document(path: Path) -> Iterator[Any]:
    with _LOCK:
        try:
            document = pdfium.PdfDocument(path)
        except pdfium.PdfiumError as trouble:
            secret = "password" in str(trouble).lower()
            raise UnusableInputError(
                f"{path} is {'locked with a password' if secret else f'no readable PDF: {trouble}'}.",
                "Save an unlocked copy." if secret else "Copy or download the scan again.",
            ) from trouble
        try:
            yield document
        finally:
            document.close()


def pdf_numbers(path: Path) -> tuple[int, ...]:
    """Return the numbers of the pages.

    Raises
    ------
    UnusableInputError
        The file is no PDF that can be read, or has no page.
    """
    with _document(path) as document:
        count = len(document)
    if not count:
        raise UnusableInputError(f"{path} is a PDF without a page.", "Copy or download the scan again.")
    return tuple(range(count))


class PdfPage:
    """One page of a PDF file; the file is opened again for each pass over its rows."""

    def __init__(self, path: Path, number: int) -> None:
        self._path, self._number = path, number
        with _document(path) as document, _page(document, number) as page:
            pictures = _pictures(page)
            if not pictures and not any(True for _ in page.get_objects(max_depth=1)):
                raise UnusableInputError(
                    f"Page {number + 1} of {path} is empty: it holds no picture.",
                    "Give the file that holds the scan, or ask for another page.",
                )
            self._is_one_picture = len(pictures) == 1 and _covers_page(page, pictures[0])
            self._window = _window(page, pictures[0]) if self._is_one_picture else _WHOLE_PAGE
            self.header = _picture_header(pictures[0]) if self._is_one_picture else _drawn_header(page, pictures)
            own = self._embedded(pictures[0]) if self._is_one_picture else None
            self._is_streamed = own is not None
            if own is not None:
                self.header = replace(self.header, has_colour=own.has_colour, is_bilevel=own.is_bilevel)
            elif self._is_one_picture and self.header.height > _PDFIUM_ROWS:
                raise UnusableInputError(
                    f"The picture on page {number + 1} of {path} has {self.header.height:,} rows, more than the "
                    f"{_PDFIUM_ROWS:,} that are read where it is packed in this way.",
                    "Save it as a TIFF or PNG in the program that made it.",
                )

    def strips(self, rows: int) -> Iterator[NDArray[np.uint8]]:
        """Yield strips of ``rows`` rows: (h, w) grey or (h, w, 3) RGB uint8.

        Raises
        ------
        UnusableInputError
            The page cannot be read.
        """
        if self._is_streamed:
            with _document(self._path) as document, _page(document, self._number) as page:
                own = self._embedded(_pictures(page)[0])
            assert own is not None  # as it was when the header was read
            yield from own.strips(rows)
            return
        picture = self._believed_picture() if self._is_one_picture else None
        size = (self.header.width, self.header.height)
        try:
            for top in range(0, size[1], rows):
                high = min(rows, size[1] - top)
                if picture is not None:
                    yield _pixels(picture.to_numpy()[top : top + high], has_colour=self.header.has_colour)
                    continue
                # Drawn strip by strip: PDFium would hold the whole page at four bytes a pixel.
                with _document(self._path) as document, _page(document, self._number) as page:
                    strip = _drawn(page, self._window, size, top, high, has_colour=self.header.has_colour)
                yield strip
        finally:
            with _LOCK:
                picture = None  # its last reference: PDFium frees the pixels here, under the lock

    def _embedded(self, picture: Any) -> EmbeddedPicture | None:
        """Return the picture as libvips reads it from the top, None where it can only be had whole from PDFium."""
        found = embedded_file(self._path, picture, (self.header.width, self.header.height))
        if found is None:
            return None
        own = EmbeddedPicture(found, path=self._path, page=self._number)
        return own if own.size == (self.header.width, self.header.height) else None

    def _believed_picture(self) -> Any | None:
        """Return the embedded picture where it looks like the page, None where the page shows it otherwise."""
        size = (self.header.width, self.header.height)
        with _document(self._path) as document, _page(document, self._number) as page:
            try:
                picture = _pictures(page)[0].get_bitmap()
            except (
                pdfium.PdfiumError
            ):  # damaged, or packed as PDFium does not know: the page is drawn as far as it goes
                return None
            if (picture.width, picture.height) == size:
                small = min(size[0], _THUMBNAIL_PX), max(1, min(size[1], _THUMBNAIL_PX * size[1] // size[0]))
                drawn = _drawn(page, self._window, small, 0, small[1], has_colour=True)
                own = _pixels(cv2.resize(picture.to_numpy(), small, interpolation=cv2.INTER_AREA), has_colour=True)
                if np.abs(own.astype(np.float32) - drawn).mean() < _BELIEVED_DIFFERENCE:
                    return picture
            del picture
        return None


@contextmanager
def _page(document: Any, number: int) -> Iterator[Any]:
    try:
        page = document[number]
    except pdfium.PdfiumError as trouble:
        raise UnusableInputError(
            f"Page {number + 1} of the PDF cannot be read: {trouble}.", "Copy or download the scan again."
        ) from trouble
    try:
        yield page
    finally:
        page.close()


def _pictures(page: Any) -> list[Any]:
    return list(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=2))


def _has_other_marks(page: Any) -> bool:
    """Return True where the page shows something beside pictures; hidden text of an OCR run does not count."""
    for thing in page.get_objects(max_depth=2):
        if thing.type in (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM):
            continue
        if thing.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            if pdfium_c.FPDFTextObj_GetTextRenderMode(thing.raw) != _INVISIBLE_TEXT:
                return True
            continue
        return True
    return False


def _covers_page(page: Any, picture: Any) -> bool:
    x0, y0, x1, y1 = _window(page, picture)
    return not page.get_rotation() and not _has_other_marks(page) and (x1 - x0) * (y1 - y0) >= _COVERING_SHARE


def _window(page: Any, picture: Any) -> _Window:
    """Return where a picture lies on its page, from the page's upper left."""
    left, bottom, right, top = picture.get_bounds()
    width, height = page.get_size()
    return left / width, 1 - top / height, right / width, 1 - bottom / height


def _picture_header(picture: Any) -> PageHeader:
    width, height = picture.get_px_size()
    left, _, right, _ = picture.get_bounds()
    return PageHeader(
        width=width,
        height=height,
        has_colour=_has_colour(picture),
        is_bilevel=picture.get_metadata().bits_per_pixel == 1,
        dpi=width * _POINTS_PER_INCH / (right - left) if right > left else None,
    )


def _has_colour(picture: Any) -> bool:
    told = picture.get_metadata()
    return int(told.bits_per_pixel) > 8 or (
        int(told.bits_per_pixel) > 1 and told.colorspace == pdfium_c.FPDF_COLORSPACE_INDEXED
    )


def _drawn_header(page: Any, pictures: list[Any]) -> PageHeader:
    width, height = page.get_size()
    dpi = DRAWN_DPI
    for picture in pictures:
        left, _, right, _ = picture.get_bounds()
        if right - left > width / 2:
            dpi = max(dpi, picture.get_px_size()[0] * _POINTS_PER_INCH / (right - left))
    scale = dpi / _POINTS_PER_INCH
    has_colour = _has_other_marks(page) or any(_has_colour(picture) for picture in pictures)
    return PageHeader(max(1, round(width * scale)), max(1, round(height * scale)), has_colour, False, dpi)


def _drawn(
    page: Any, window: _Window, size: tuple[int, int], top: int, rows: int, *, has_colour: bool
) -> NDArray[np.uint8]:
    """Return ``rows`` rows, from row ``top``, of the page's window drawn at ``size`` (width, height)."""
    x0, y0, x1, y1 = window
    whole = (round(size[0] / (x1 - x0)), round(size[1] / (y1 - y0)))
    start = (-round(x0 * whole[0]), -round(y0 * whole[1]) - top)
    kind = pdfium_c.FPDFBitmap_BGRx if has_colour else pdfium_c.FPDFBitmap_Gray
    bitmap = pdfium.PdfBitmap.new_native(size[0], rows, kind)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, size[0], rows)
        pdfium_c.FPDF_RenderPageBitmap(bitmap.raw, page.raw, *start, *whole, 0, pdfium_c.FPDF_ANNOT)
        return _pixels(bitmap.to_numpy(), has_colour=has_colour)
    finally:
        bitmap.close()


def _pixels(pixels: NDArray[np.uint8], *, has_colour: bool) -> NDArray[np.uint8]:
    """Return a bitmap's pixels, copied: (h, w) grey or (h, w, 3) RGB."""
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim == 2:
        return np.repeat(pixels[..., None], 3, axis=2) if has_colour else pixels.copy()
    codes = {3: (cv2.COLOR_BGR2RGB, cv2.COLOR_BGR2GRAY), 4: (cv2.COLOR_BGRA2RGB, cv2.COLOR_BGRA2GRAY)}
    code = codes[pixels.shape[2]][0 if has_colour else 1]
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), code), np.uint8)
