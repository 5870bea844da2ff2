"""Every format that archives hold gives the same rows."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyvips
from PIL import Image

from veerdesk.imaging.scan import Scan, open_scan, page_count
from veerdesk.rows import RowSpan

Draw = Callable[..., np.ndarray]


def whole(scan: Scan) -> np.ndarray:
    return scan.read(RowSpan(0, scan.height), (0, scan.width))


def whole_colour(scan: Scan) -> np.ndarray:
    return scan.read_colour(RowSpan(0, scan.height), (0, scan.width))


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "ccittfax4", "bitdepth": 1},
        {"compression": "ccittfax4", "bitdepth": 1, "miniswhite": True},
        {"compression": "none", "bitdepth": 1, "miniswhite": True},
        {"compression": "lzw"},
        {"compression": "deflate", "predictor": "horizontal"},
        {"compression": "packbits"},
        {"compression": "lzw", "tile": True, "tile_width": 64, "tile_height": 64},
        {"compression": "lzw", "bigtiff": True},
        {"compression": "deflate", "tile": True, "bigtiff": True},
    ],
    ids=lambda o: "-".join(str(v) for v in o.values()),
)
def test_black_and_white_and_grey_tiffs_are_read_exactly(
    tmp_path: Path, drawn: Draw, options: dict[str, object]
) -> None:
    pixels, path = drawn(), tmp_path / "scan.tif"
    pyvips.Image.new_from_array(pixels).tiffsave(str(path), **options)

    with open_scan(path) as scan:
        assert np.array_equal(whole(scan), pixels)
        assert scan.is_bilevel == ("bitdepth" in options)
        assert not scan.has_colour
        assert (scan.height, scan.width) == pixels.shape


@pytest.mark.parametrize("mode", ["L", "1", "P"])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_pillows_files_are_read_exactly(tmp_path: Path, drawn: Draw, mode: str, suffix: str) -> None:
    pixels, path = drawn(), tmp_path / f"scan.{suffix}"
    Image.fromarray(pixels).convert(mode).save(path)

    with open_scan(path) as scan:
        assert np.array_equal(whole(scan), pixels)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_colour_is_kept_for_colour_scans(tmp_path: Path, painted: np.ndarray, suffix: str) -> None:
    path = tmp_path / f"scan.{suffix}"
    Image.fromarray(painted).save(path, dpi=(200, 200))

    with open_scan(path) as scan:
        assert scan.has_colour
        assert np.array_equal(whole_colour(scan), painted)
        assert scan.dpi == pytest.approx(200, abs=0.1)
        grey = whole(scan)
        assert np.array_equal(grey, painted.min(axis=2)), "ink of any colour is as dark as its darkest channel"


def test_a_grey_scan_shown_in_colour_repeats_its_grey(tmp_path: Path, drawn: Draw) -> None:
    pixels, path = drawn(), tmp_path / "scan.png"
    Image.fromarray(pixels).save(path)

    with open_scan(path) as scan:
        assert np.array_equal(whole_colour(scan), np.repeat(pixels[..., None], 3, axis=2))


def test_a_jpeg_is_read_within_its_own_loss(tmp_path: Path, painted: np.ndarray) -> None:
    path = tmp_path / "scan.jpg"
    Image.fromarray(painted).save(path, quality=95, subsampling=0)

    with open_scan(path) as scan:
        difference = np.abs(whole_colour(scan).astype(int) - painted)
        assert difference.mean() < 4
        assert scan.dpi is None


def test_sixteen_bits_become_eight(tmp_path: Path, drawn: Draw) -> None:
    pixels = drawn()
    grey16, rgb16 = tmp_path / "grey16.tif", tmp_path / "rgb16.tif"
    deep = pixels.astype(np.uint16) * 257
    pyvips.Image.new_from_array(deep).copy(interpretation="grey16").tiffsave(str(grey16))
    three = np.repeat(deep[..., None], 3, axis=2)
    pyvips.Image.new_from_array(three).copy(interpretation="rgb16").tiffsave(str(rgb16))

    for path in (grey16, rgb16):
        with open_scan(path) as scan:
            assert np.array_equal(whole(scan), pixels)


def test_cmyk_ink_is_dark_and_paper_is_white(tmp_path: Path, drawn: Draw) -> None:
    pixels, path = drawn(), tmp_path / "cmyk.tif"
    Image.fromarray(np.repeat(pixels[..., None], 3, axis=2)).convert("CMYK").save(path)

    with open_scan(path) as scan:
        assert whole(scan)[pixels == 0].max() < 60
        assert whole(scan)[pixels == 255].min() > 245


def test_what_is_transparent_shows_white_paper(tmp_path: Path, drawn: Draw) -> None:
    pixels, path = drawn(), tmp_path / "alpha.png"
    black = np.zeros((*pixels.shape, 4), np.uint8)
    black[..., 3] = 255 - pixels
    Image.fromarray(black).save(path)

    with open_scan(path) as scan:
        assert np.array_equal(whole(scan), pixels)


def test_a_turned_photograph_stands_upright(tmp_path: Path, drawn: Draw) -> None:
    pixels, path = drawn(), tmp_path / "turned.tif"
    lying = np.ascontiguousarray(np.rot90(pixels))  # orientation 6: turn clockwise to see it
    Image.fromarray(lying).save(path, tiffinfo={274: 6})

    with open_scan(path) as scan:
        assert np.array_equal(whole(scan), pixels)


def test_pages_stand_below_each_other_or_alone(tmp_path: Path, drawn: Draw) -> None:
    first, second = drawn(700, 180), drawn(333, 120)
    path = tmp_path / "pages.tif"
    Image.fromarray(first).save(
        path, save_all=True, append_images=[Image.fromarray(second)], compression="tiff_lzw", dpi=(150, 150)
    )

    with open_scan(path) as scan:
        assert (scan.height, scan.width) == (1_033, 180)
        assert np.array_equal(whole(scan)[:700], first)
        assert np.array_equal(whole(scan)[700:, :120], second)
        assert (whole(scan)[700:, 120:] == 255).all()
    with open_scan(path, page=1) as alone:
        assert np.array_equal(whole(alone), second)
        assert alone.page == 1
    assert page_count(path) == 2


def test_one_grey_page_and_one_colour_page_make_a_colour_scan(tmp_path: Path, painted: np.ndarray, drawn: Draw) -> None:
    path = tmp_path / "mixed.tif"
    Image.fromarray(drawn()).save(path, save_all=True, append_images=[Image.fromarray(painted)], compression="tiff_lzw")

    with open_scan(path) as scan:
        assert scan.has_colour
        assert np.array_equal(whole_colour(scan)[700:], painted)
        assert np.array_equal(whole_colour(scan)[:700, :, 0], drawn())


def test_thumbnails_inside_a_tiff_are_no_pages(tmp_path: Path, drawn: Draw) -> None:
    path = tmp_path / "pyramid.tif"
    pixels = drawn(900, 700)
    pyvips.Image.new_from_array(pixels).tiffsave(
        str(path), tile=True, pyramid=True, compression="lzw", tile_width=128, tile_height=128
    )

    assert page_count(path) == 1
    with open_scan(path) as scan:
        assert np.array_equal(whole(scan), pixels)


def test_a_pdf_of_scanned_pages_gives_the_embedded_pixels(tmp_path: Path, drawn: Draw) -> None:
    path = tmp_path / "scan.pdf"
    first, second = drawn(700, 180), drawn(500, 180)
    pages = [Image.fromarray(page).convert("1") for page in (first, second)]
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=200)

    with open_scan(path) as scan:
        assert np.array_equal(whole(scan), np.concatenate([first, second]))
        assert scan.is_bilevel
        assert scan.dpi == pytest.approx(200, abs=0.5)
    assert page_count(path) == 2


def test_a_pdf_of_a_colour_scan_keeps_its_colour(tmp_path: Path, painted: np.ndarray) -> None:
    path = tmp_path / "scan.pdf"
    Image.fromarray(painted).save(path, resolution=150, quality=95, subsampling=0)

    with open_scan(path) as scan:
        assert scan.has_colour
        assert np.abs(whole_colour(scan).astype(int) - painted).mean() < 4


def test_a_pdf_picture_that_the_page_turns_over_is_read_as_the_page_shows_it(
    minimal_pdf: Callable[..., Path], drawn: Draw
) -> None:
    pixels = drawn()
    body = zlib.compress(pixels.tobytes())
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 180 /Height 700 /BitsPerComponent 8 /ColorSpace /DeviceGray"
        b" /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(body), body)
    )
    upside_down = b"q 90 0 0 -350 0 350 cm /Im Do Q"

    with open_scan(minimal_pdf((upside_down, picture))) as scan:
        assert (scan.height, scan.width) == (700, 180)
        assert np.abs(whole(scan).astype(int) - pixels[::-1]).mean() < 40


def test_a_drawn_pdf_page_is_drawn(minimal_pdf: Callable[..., Path]) -> None:
    path = minimal_pdf((b"0 0 0 rg 36 0 9 350 re f", None))

    with open_scan(path) as scan:
        assert (scan.height, scan.width) == (972, 250)
        assert scan.dpi == 200
        assert (whole(scan)[:, 103:122] == 0).all()
        assert (whole(scan)[:, :98] == 255).all()


def test_a_drawn_page_joins_its_strips_without_a_seam(
    minimal_pdf: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = minimal_pdf((b"0 0 0 RG 3 w 0 0 m 90 350 l S", None))
    with open_scan(path) as scan:
        at_once = whole(scan).copy()
    monkeypatch.setattr("veerdesk.imaging.ingest._MAX_STRIP_ROWS", 128)
    path.write_bytes(path.read_bytes() + b"\n")  # another digest, so that it is decoded again

    with open_scan(path) as scan:
        assert np.abs(whole(scan).astype(int) - at_once).max() <= 2  # rounding of smoothed edges


def test_a_png_without_its_resolution_has_none(tmp_path: Path, drawn: Draw) -> None:
    path = tmp_path / "plain.png"
    Image.fromarray(drawn()).save(path)

    with open_scan(path) as scan:
        assert scan.dpi is None


def test_big_endian_tiffs_are_read(tmp_path: Path) -> None:
    pixels = np.arange(48, dtype=np.uint8).reshape(6, 8)
    entries = [(256, 8), (257, 6), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 6), (279, 48)]
    directory = struct.pack(">H", len(entries)) + b"".join(struct.pack(">HHII", t, 4, 1, v) for t, v in entries)
    path = tmp_path / "big-endian.tif"
    path.write_bytes(struct.pack(">2sHI", b"MM", 42, 56) + pixels.tobytes() + directory + bytes(4))

    with open_scan(path) as scan:
        assert np.array_equal(whole(scan), pixels)
