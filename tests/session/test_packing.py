"""One file to hand on: a packed well opens where its scan is nowhere."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.session.drawn import COLS, WHOLE, session_with_track, stroke
from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.imaging.progress import unwatched
from veerdesk.session.jobs import CancelToken
from veerdesk.session.open_scans import MissingScanError
from veerdesk.session.packing import pack_job
from veerdesk.session.session import Session
from veerdesk.session.stored_well import read_well
from veerdesk.well import database, packed


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A well with one stroke, in a folder with its scan."""
    (tmp_path / "here").mkdir()
    session, track = session_with_track(tmp_path / "here")
    edit = stroke(session, track.id, 300.0, 130.0, 2)
    assert edit is not None
    session.apply(edit)
    yield session
    session.close()


def _parts(path: Path) -> int:
    connection = sqlite3.connect(path)
    count = int(connection.execute("SELECT count(*) FROM packed").fetchone()[0])
    connection.close()
    return count


def _handed_on(session: Session, tmp_path: Path) -> Path:
    """Close a well and return its file alone in another folder, the cache and the scan being gone."""
    session.close()
    (tmp_path / "there").mkdir()
    shutil.copy(session.path, tmp_path / "there" / "log.veer")
    shutil.rmtree(tmp_path / "here")
    return tmp_path / "there" / "log.veer"


def test_a_packed_well_opens_alone(session: Session, tmp_path: Path, own_cache: Path) -> None:
    grey = session.scans["log"].read(WHOLE, (0, COLS))
    shares: list[float] = []

    (held,) = pack_job(session).run(CancelToken(), shares.append)
    well = _handed_on(session, tmp_path)
    shutil.rmtree(own_cache)
    again = Session.open(well)
    for job in again.ingests():
        job.inline()

    assert (held.file, held.bytes) == ("log.png", held.bytes)
    assert shares[-1] == 1.0
    assert np.array_equal(again.scans["log"].read(WHOLE, (0, COLS)), grey)
    assert again.label_map(1).said(WHOLE, (0, COLS))[300, 130] == 2
    assert [p.name for p in well.parent.iterdir() if not p.name.startswith((".", "log.veer-"))] == ["log.veer"]
    again.close()


def test_commands_that_only_read_find_the_scan_in_the_well(session: Session, tmp_path: Path) -> None:
    pack_job(session).inline()
    well = _handed_on(session, tmp_path)

    source = read_well(well)

    assert (source.folder / source.description.scans[0].file).is_file()


def test_without_packing_the_scan_is_asked_for(session: Session, tmp_path: Path) -> None:
    well = _handed_on(session, tmp_path)

    with pytest.raises(MissingScanError):
        Session.open(well)


def test_another_scan_of_that_name_beside_it_is_not_painted_on(session: Session, tmp_path: Path) -> None:
    grey = session.scans["log"].read(WHOLE, (0, COLS))
    pack_job(session).inline()
    well = _handed_on(session, tmp_path)
    Image.new("L", (COLS, WHOLE.rows), 255).save(well.parent / "log.png")

    again = Session.open(well)

    for job in again.ingests():
        job.inline()
    assert np.array_equal(again.scans["log"].read(WHOLE, (0, COLS)), grey)
    again.close()


def test_packing_twice_holds_the_file_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_PART_BYTES", 1000)
    pack_job(session).inline()
    parts = _parts(session.path)

    pack_job(session).inline()

    assert parts == _parts(session.path) > 1


def test_painting_goes_on_while_the_scan_is_packed(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_PART_BYTES", 400)
    track, saved = session.description.tracks[0].id, []

    def paint_meanwhile(share: float) -> None:
        edit = stroke(session, track, 100 + 600 * share, 150.0, 1)
        if edit is not None:
            session.apply(edit)
            saved.append(session.wait_saved(20))

    pack_job(session).run(CancelToken(), paint_meanwhile)

    assert len(saved) > 3
    assert all(saved)
    assert session.trouble is None


def test_a_full_disk_leaves_the_well_as_it_was(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_PART_BYTES", 500)
    connect = database.connect

    def limited(path: Path, mode: str) -> sqlite3.Connection:
        connection = connect(path, mode)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        return connection

    monkeypatch.setattr(packed, "connect", limited)

    with pytest.raises(UnusableInputError, match="full") as caught:
        pack_job(session).inline()

    assert str(session.path) in caught.value.message
    assert _parts(session.path) == 0
    assert packed.packed_scan(session.path, session.scans["log"].digest) is None
    edit = stroke(session, session.description.tracks[0].id, 600.0, 130.0, 1)
    assert edit is not None
    session.apply(edit)
    assert session.wait_saved()


def test_no_room_is_said_before_anything_is_written(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_ROOM_BYTES", 1 << 60)

    with pytest.raises(UnusableInputError, match="has room for"):
        pack_job(session).inline()

    assert _parts(session.path) == 0


def test_a_scan_that_changed_is_not_packed(session: Session) -> None:
    path = session.scans["log"].path
    path.write_bytes(path.read_bytes() + b"more")

    with pytest.raises(UnusableInputError, match="no longer the scan"):
        pack_job(session).inline()

    assert _parts(session.path) == 0


def test_packing_can_be_stopped(session: Session) -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(InterruptedWorkError):
        pack_job(session).run(token, unwatched)

    assert _parts(session.path) == 0


def test_a_damaged_packed_scan_is_said_and_not_shown(session: Session, tmp_path: Path) -> None:
    pack_job(session).inline()
    well = _handed_on(session, tmp_path)
    with sqlite3.connect(well) as connection:
        connection.execute("UPDATE packed SET data = x'00' WHERE part = 0")
    connection.close()

    with pytest.raises(UnusableInputError, match=r"packed into .* is damaged"):
        Session.open(well)
