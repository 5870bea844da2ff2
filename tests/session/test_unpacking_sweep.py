"""Scans taken out of their wells do not stay for ever."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from veerdesk.session import unpacking
from veerdesk.well.packed import PackedScan


def test_scans_that_no_well_asked_for_in_a_long_time_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "packed"
    monkeypatch.setattr(unpacking, "_folder", lambda: folder)
    monkeypatch.setattr(unpacking, "packed_scan", lambda well, digest: PackedScan(digest, "scan.tif", 4))
    monkeypatch.setattr(unpacking, "unpack_scan", lambda well, scan, to: to / scan.digest / scan.file)
    long_ago = time.time() - (unpacking.KEPT_DAYS + 1) * 86400
    for digest, used in (("old", long_ago), ("new", time.time()), ("mine", long_ago)):
        (folder / digest).mkdir(parents=True)
        (folder / digest / "scan.tif").write_bytes(b"scan")
        os.utime(folder / digest / "scan.tif", (used, used))

    taken = unpacking.unpacked(tmp_path / "a.veer", "mine")

    assert sorted(f.name for f in folder.iterdir()) == ["mine", "new"]
    assert taken is not None
    assert taken.stat().st_mtime > long_ago + 86400
