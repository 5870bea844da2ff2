"""Files that cannot be used are refused with their name, the place and a remedy, and leave nothing behind."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyvips
from PIL import Image

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.scan import begin_scan, file_digest, open_scan, page_count

Draw = Callable[..., np.ndarray]


@pytest.fixture
def refused(own_cache: Path) -> Callable[..., str]:
    """Return a function that opens a file, expects a refusal that names it, and sees that the cache stays empty."""

    def check(path: Path, **options: int) -> str:
        with pytest.raises(UnusableInputError) as caught:
            open_scan(path, **options)
        assert path.name in caught.value.message
        assert caught.value.remedy.endswith(".")
        assert not list(own_cache.glob("*.json"))
        assert not list(own_cache.glob("entry-*"))
        return caught.value.message

    return check


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that says it is this large and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("share", [0.05, 0.5, 0.98])
@pytest.mark.parametrize("compression", ["ccittfax4", "lzw", "none"])
def test_a_tiff_cut_short_is_refused(
    tmp_path: Path, drawn: Draw, refused: Callable[..., str], share: float, compression: str
) -> None:
    path = tmp_path / "cut.tif"
    bits = 1 if compression == "ccittfax4" else 8
    pyvips.Image.new_from_array(drawn(4_000, 300)).tiffsave(str(path), compression=compression, bitdepth=bits)
    body = path.read_bytes()

    path.write_bytes(body[: int(len(body) * share)])

    assert "cut short" in refused(path)


def test_a_tiff_whose_pixels_are_cut_but_whose_directory_is_whole_is_refused(
    tmp_path: Path, drawn: Draw, refused: Callable[..., str]
) -> None:
    path = tmp_path / "head-first.tif"
    Image.fromarray(drawn(4_000, 300)).save(path)  # Pillow writes the directory first
    body = path.read_bytes()

    path.write_bytes(body[: len(body) // 2])

    assert "of page 1 lies beyond the end" in refused(path)


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_pictures_cut_short_are_refused_with_the_row(tmp_path: Path, refused: Callable[..., str], suffix: str) -> None:
    path = tmp_path / f"cut.{suffix}"
    noise = np.random.default_rng(2).integers(0, 256, (3_000, 300), np.uint8)
    Image.fromarray(noise).save(path)
    body = path.read_bytes()

    path.write_bytes(body[: len(body) // 2])

    assert "near row" in refused(path)


def test_damaged_bytes_inside_a_tiff_are_refused(tmp_path: Path, drawn: Draw, refused: Callable[..., str]) -> None:
    path = tmp_path / "damaged.tif"
    pyvips.Image.new_from_array(drawn(9_000, 300)).tiffsave(str(path), compression="deflate")
    body = bytearray(path.read_bytes())

    body[len(body) // 2 : len(body) // 2 + 300] = bytes(300)
    path.write_bytes(body)

    assert "near row" in refused(path)


def test_a_text_file_named_tif_is_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = tmp_path / "log.tif"
    path.write_text("DEPTH GR RHOB\n100 54 2.3\n")

    assert "is not a scan" in refused(path)


def test_a_text_file_that_begins_like_a_tiff_is_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = tmp_path / "log.tif"
    path.write_bytes(b"II*\0 this is only text that happens to begin so, and goes on for a while")

    assert "cut short" in refused(path)


def test_a_tiff_whose_directories_run_in_a_circle_is_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = tmp_path / "circle.tif"
    path.write_bytes(struct.pack("<2sHI", b"II", 42, 8) + struct.pack("<H", 0) + struct.pack("<I", 8))

    assert "circle" in refused(path)


def test_an_empty_file_is_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = tmp_path / "empty.tif"
    path.touch()

    assert "empty (0 bytes)" in refused(path)


def test_a_missing_file_is_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    assert "does not exist" in refused(tmp_path / "missing.tif")
    with pytest.raises(UnusableInputError, match="missing"):
        file_digest(tmp_path / "missing.tif")


def test_a_folder_is_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    (tmp_path / "folder.tif").mkdir()

    assert "is a folder" in refused(tmp_path / "folder.tif")


@pytest.mark.parametrize("kind", ["GIF", "BMP", "WEBP"])
def test_other_picture_formats_are_refused(tmp_path: Path, refused: Callable[..., str], kind: str) -> None:
    path = tmp_path / "picture.tif"
    Image.new("RGB", (20, 20)).save(path, format=kind)

    assert "is not a scan" in refused(path)


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (70_000, 10), (10, 5_000_000)])
def test_a_picture_that_claims_to_be_huge_is_refused_before_it_is_decoded(
    tmp_path: Path, refused: Callable[..., str], width: int, height: int
) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of(width, height))

    refused(path)


def test_a_huge_tiff_is_refused_by_its_header(tmp_path: Path, refused: Callable[..., str]) -> None:
    entries = [(256, 65_000), (257, 1_900_000), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1), (279, 8)]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", t, 4, 1, v) for t, v in entries)
    path = tmp_path / "bomb.tif"
    path.write_bytes(struct.pack("<2sHI", b"II", 42, 16) + bytes(8) + directory + bytes(4))

    refused(path)


def test_measurements_in_a_tiff_are_no_scan(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = tmp_path / "floats.tif"
    pyvips.Image.new_from_array(np.random.default_rng(0).random((20, 20), np.float32)).tiffsave(str(path))

    assert "float samples" in refused(path)


def test_a_page_that_does_not_exist_is_refused(tmp_path: Path, drawn: Draw, refused: Callable[..., str]) -> None:
    path = tmp_path / "one.tif"
    Image.fromarray(drawn()).save(path)

    assert "has 1 page;" in refused(path, page=1)
    assert "no page number -1" in refused(path, page=-1)


def test_an_empty_pdf_page_is_refused(minimal_pdf: Callable[..., Path], refused: Callable[..., str]) -> None:
    assert "empty" in refused(minimal_pdf((b"", None)))


def test_a_pdf_without_pages_is_refused(minimal_pdf: Callable[..., Path], refused: Callable[..., str]) -> None:
    refused(minimal_pdf())


def test_a_pdf_cut_short_is_refused(tmp_path: Path, drawn: Draw, refused: Callable[..., str]) -> None:
    path = tmp_path / "cut.pdf"
    Image.fromarray(drawn()).save(path)
    path.write_bytes(path.read_bytes()[:300])

    refused(path)
    with pytest.raises(UnusableInputError):
        page_count(path)


def test_a_cache_disk_without_room_is_named(
    tmp_path: Path, drawn: Draw, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scan.tif"
    Image.fromarray(drawn()).save(path)
    monkeypatch.setattr("shutil.disk_usage", lambda at: type("Usage", (), {"free": 1_000_000})())

    with pytest.raises(UnusableInputError, match="has room for 1 MB"):
        begin_scan(path)


def test_a_disk_that_fills_up_leaves_no_half_entry(
    tmp_path: Path, drawn: Draw, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scan.tif"
    Image.fromarray(drawn()).save(path)

    def full(*anything: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("veerdesk.imaging.pyramid.PyramidWriter._put", full)

    with pytest.raises(UnusableInputError, match="No space left on device"):
        open_scan(path)
    assert not list(own_cache.glob("entry-*"))
    assert not list(own_cache.glob("*.json"))


def test_a_cache_folder_that_cannot_be_made_is_named(
    tmp_path: Path, drawn: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, blocked = tmp_path / "scan.tif", tmp_path / "file-not-folder"
    Image.fromarray(drawn()).save(path)
    blocked.touch()
    monkeypatch.setenv("VEERDESK_CACHE", str(blocked / "cache"))

    with pytest.raises(UnusableInputError, match="file-not-folder"):
        open_scan(path)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"~Version ---\nVERS. 2.0 : CWLS\n", "is a LAS file"),
        (b"PK\x03\x04\x14\0\x06\0", "office document"),
        (b"Dear sir,\nplease find the log\n", "begins with “Dear sir,”"),
        (b"\x7fELF\x02\x01\x01\0\0\0", "no TIFF, PNG, JPEG or PDF"),
    ],
)
def test_what_is_no_scan_is_called_what_it_is(
    refused: Callable[..., str], tmp_path: Path, head: bytes, said: str
) -> None:
    (tmp_path / "log.tif").write_bytes(head)

    assert said in refused(tmp_path / "log.tif")
