"""Every bad input that reaches the command line: exit 3, a sentence with file, place and remedy, nothing written."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from veerdesk.imaging import png

Veerdesk = Callable[..., tuple[int, str, str]]


def refused(drawn_well: Any, veerdesk: Veerdesk, *words: str) -> str:
    """Digitise and check that it is refused with these words, and that no file was written."""
    before = drawn_well.files()

    code, out, err = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    assert code == 3, err
    assert out == ""
    assert "Traceback" not in err
    assert all(word in err for word in words), err
    assert len(err.strip().splitlines()) == 2, "a sentence and a remedy"
    assert drawn_well.files() == before
    assert not drawn_well.out.exists()
    return err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[0.0, 1000.0], [639.0, 1063.9]]", "[[0.0, 1000.0]]", ("main", "one depth mark")),
        ("[[0.0, 1000.0], [639.0, 1063.9]]", "[[0.0, 1000.0], [639.0, 900.0]]", ("main", "do not grow")),
        ("left = [[0.0, 30.0]]", "left = [[0.0, 30.0], [639.0, 300.0]]", ("T1", "border", "row")),
        ('left = 0.0\nright = 100.0\n\n[[track.curve]]', 'scale = "cubic"\nleft = 0.0\nright = 100.0\n\n[[track.curve]]',
         ("cubic", "linear", "T1")),
        ('unit = "GAPI"\n', 'unit = "GAPI"\nscale = "log"\n', ("T1", "GR", "logarithmic")),
        ('file = "scan.png"', 'file = "gone.tif"', ("gone.tif", "main")),
        ('mnemonic = "CALI"\nunit = "IN"', 'mnemonic = "GR"\nunit = "IN"', ("GR", "T1")),
        ("bottom = 639", "bottom = 640", ("T1", "row 640")),
        ("step = 0.1", "step = 0.0", ("step",)),
        ('unit = "m"', 'unit = "fathom"', ("fathom", "ft")),
        ("[well]", "[well", ("TOML", "line")),
        ("slot = 2", "slot = 3", ("slot", "T1")),
    ],
)  # fmt: skip
def test_a_job_that_cannot_be_used_is_refused(
    drawn_well: Any, veerdesk: Veerdesk, old: str, new: str, words: tuple[str, ...]
) -> None:
    drawn_well.rewrite(old, new)

    err = refused(drawn_well, veerdesk, *words)

    assert "job.toml" in err or "main" in err or "T1" in err


def test_a_job_that_is_not_there_is_refused(tmp_path: Path, veerdesk: Veerdesk) -> None:
    code, _, err = veerdesk("digitise", tmp_path / "none.toml", "--out", tmp_path / "out")

    assert code == 3
    assert "none.toml" in err
    assert list(tmp_path.iterdir()) == []


def _bomb() -> bytes:
    """A PNG that says it is 60,000 x 60,000 and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def _truncated_tiff(folder: Path) -> bytes:
    from PIL import Image

    whole = folder / "whole.tif"
    with Image.open(folder / "scan.png") as picture:
        picture.convert("1").save(whole, compression="group4")
    body = whole.read_bytes()
    whole.unlink()
    return body[: len(body) // 2]


_PDF_WITHOUT_IMAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n"
)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("text.tif", b"This is a letter and not a scan.\n" * 20),
        ("empty.tif", b""),
        ("bomb.png", _bomb()),
        ("cut.tif", _truncated_tiff),
        ("words.pdf", _PDF_WITHOUT_IMAGE),
        ("cut.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"),
    ],
)
def test_a_scan_that_cannot_be_used_is_refused(
    drawn_well: Any, veerdesk: Veerdesk, name: str, body: bytes | Callable[[Path], bytes]
) -> None:
    (drawn_well.folder / name).write_bytes(body(drawn_well.folder) if callable(body) else body)
    drawn_well.rewrite("scan.png", name)

    refused(drawn_well, veerdesk, name)


def test_a_folder_that_cannot_be_written_is_refused(drawn_well: Any, veerdesk: Veerdesk) -> None:
    (drawn_well.folder / "file").write_text("")
    before = drawn_well.files()

    code, _, err = veerdesk("digitise", drawn_well.job, "--out", drawn_well.folder / "file" / "out")

    assert code == 3
    assert "file" in err
    assert drawn_well.files() == before


def test_a_read_only_folder_is_refused(drawn_well: Any, veerdesk: Veerdesk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.mkdir

    def closed(self: Path, *arguments: Any, **named: Any) -> None:
        if self.name.startswith(".veerdesk-"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        real(self, *arguments, **named)

    monkeypatch.setattr(Path, "mkdir", closed)

    refused(drawn_well, veerdesk, "out", "Permission denied")


def test_a_full_disk_leaves_the_last_good_results(
    drawn_well: Any, veerdesk: Veerdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)
    good = {p.name: p.read_bytes() for p in drawn_well.out.iterdir()}

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(png.os, "fsync", full)
    code, _, err = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    assert code == 3
    assert "No space left" in err
    assert {p.name: p.read_bytes() for p in drawn_well.out.iterdir()} == good


def test_a_well_of_a_newer_version_is_refused_and_untouched(tmp_path: Path, veerdesk: Veerdesk) -> None:
    from veerdesk.well.schema import APPLICATION_ID

    path = tmp_path / "new.veer"
    connection = sqlite3.connect(path)
    connection.executescript(
        f"CREATE TABLE meta (key TEXT, value TEXT); PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 999;"
    )
    connection.close()
    before = path.read_bytes()

    code, _, err = veerdesk("export", "las", path, "--out", tmp_path / "out")

    assert code == 3
    assert "newer" in err
    assert "new.veer" in err
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["new.veer"]


@pytest.mark.parametrize("body", [b"", b"no database at all", b"SQLite format 3\0" + b"\0" * 200])
def test_what_is_no_well_is_refused(tmp_path: Path, veerdesk: Veerdesk, body: bytes) -> None:
    (tmp_path / "a.veer").write_bytes(body)

    code, _, err = veerdesk("digitise", tmp_path / "a.veer", "--out", tmp_path / "out")

    assert code == 3
    assert "a.veer" in err
    assert [p.name for p in tmp_path.iterdir()] == ["a.veer"]


def test_with_json_a_refusal_is_one_document(drawn_well: Any, veerdesk: Veerdesk) -> None:
    drawn_well.rewrite('file = "scan.png"', 'file = "gone.tif"')

    code, out, _ = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out, "--json")

    error = json.loads(out)["error"]
    assert code == error["exit_code"] == 3
    assert "gone.tif" in error["message"]
    assert error["remedy"]
