"""Pictures in PDF pages that are read from the top, without PDFium decoding them whole."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray
from PIL import Image

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.scan import open_scan
from veerdesk.rows import RowSpan

Grey = NDArray[np.uint8]
Draw = Callable[..., Grey]
WritePdf = Callable[..., Path]

_FILLING = b"q 90 0 0 350 0 0 cm /Im Do Q"


def _fax(pixels: Grey) -> bytes:
    """Return Group 4 data in which the white pixels are the coded runs, as Pillow writes it."""
    out = io.BytesIO()
    height, width = pixels.shape
    Image.fromarray(pixels).convert("1").save(out, "TIFF", compression="group4", strip_size=height * width)
    with Image.open(out) as picture:
        (at,), (count,) = picture.tag_v2[273], picture.tag_v2[279]  # type: ignore[attr-defined]
    return out.getvalue()[at : at + count]


def _fax_picture(data: bytes, size: tuple[int, int], words: bytes = b"", parms: bytes = b"") -> bytes:
    return (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 /ColorSpace /DeviceGray %s"
        b" /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns %d %s >> /Length %d >>\nstream\n%s\nendstream"
        % (size[0], size[1], words, size[0], parms, len(data), data)
    )


def _whole(path: Path) -> Grey:
    with open_scan(path) as scan:
        return scan.read(RowSpan(0, scan.height), (0, scan.width)).copy()


def _as_pdfium_shows_it(path: Path) -> Grey:
    document = pdfium.PdfDocument(path)
    try:
        (picture,) = document[0].get_objects()
        width, height = picture.get_px_size()
        pixels = np.asarray(picture.get_bitmap().to_numpy(), np.uint8)
        return pixels.reshape(height, width, -1)[..., 0].copy()
    finally:
        document.close()


@pytest.fixture
def no_pdfium_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PDFium give no pixel."""

    def refuse(self: object) -> None:
        raise AssertionError("PDFium was asked for pixels")

    monkeypatch.setattr(pdfium.PdfImage, "get_bitmap", refuse)
    monkeypatch.setattr(pdfium.PdfBitmap, "new_native", refuse)


@pytest.mark.parametrize("parms", [b"", b"/BlackIs1 false", b"/BlackIs1 true"])
@pytest.mark.parametrize("words", [b"", b"/Decode [0 1]", b"/Decode [1 0]"])
def test_a_fax_picture_has_the_colours_that_its_dictionary_gives_it(
    minimal_pdf: WritePdf, drawn: Draw, parms: bytes, words: bytes
) -> None:
    pixels = drawn(700, 180)
    path = minimal_pdf((_FILLING, _fax_picture(_fax(pixels), (180, 700), words, parms)))

    shown = _as_pdfium_shows_it(path)

    assert set(np.unique(shown)) == {0, 255}
    assert np.array_equal(_whole(path), shown)


def test_a_fax_picture_taller_than_pdfium_decodes_is_read(
    minimal_pdf: WritePdf, drawn: Draw, no_pdfium_pixels: None
) -> None:
    pixels = np.tile(drawn(700, 64), (100, 1))
    path = minimal_pdf((_FILLING, _fax_picture(_fax(pixels), (64, 70_000), parms=b"/BlackIs1 true")))

    read = _whole(path)

    assert read.shape == (70_000, 64)
    assert np.array_equal(read, pixels)


def test_a_jpeg_picture_is_read_from_its_own_bytes(
    minimal_pdf: WritePdf, painted: Grey, no_pdfium_pixels: None
) -> None:
    out = io.BytesIO()
    Image.fromarray(painted).save(out, "JPEG", quality=95, subsampling=0)
    height, width = painted.shape[:2]
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceRGB"
        b" /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream"
        % (width, height, len(out.getvalue()), out.getvalue())
    )

    with open_scan(minimal_pdf((_FILLING, picture))) as scan:
        read = scan.read_colour(RowSpan(0, scan.height), (0, scan.width)).astype(int)

    assert np.abs(read - painted).mean() < 4


@pytest.mark.parametrize("words", [b"/ImageMask true", b"/SMask 9 0 R", b"/Mask [0 0]"])
def test_a_masked_picture_is_left_to_pdfium(
    minimal_pdf: WritePdf, drawn: Draw, no_pdfium_pixels: None, words: bytes
) -> None:
    path = minimal_pdf((_FILLING, _fax_picture(_fax(drawn(700, 180)), (180, 700), words)))

    with pytest.raises(AssertionError, match="PDFium was asked"):
        _whole(path)


def test_a_picture_that_nothing_here_can_unpack_is_refused_and_not_shown_white(minimal_pdf: WritePdf) -> None:
    body = zlib.compress(np.full((70_000, 64), 255, np.uint8).tobytes())
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 64 /Height 70000 /BitsPerComponent 8 /ColorSpace /DeviceGray"
        b" /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(body), body)
    )

    with pytest.raises(UnusableInputError, match="70,000 rows"):
        open_scan(minimal_pdf((_FILLING, picture)))
