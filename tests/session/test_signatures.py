"""Names under rows leave with the numbers: in report.json and in ~Other, and only as long as they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import lasio
import pytest

from tests.session.drawn import DIGEST, ROWS, columns, predict, session_with_track, stroke
from veerdesk.desktop.export_jobs import curves_job
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import meaning_of
from veerdesk.session.decisions import with_rest_accepted, with_sign_off, without_sign_off
from veerdesk.session.digitise import digitise
from veerdesk.session.export import Exported
from veerdesk.session.session import Session
from veerdesk.session.stored_well import read_well

SIGNED_ROWS = RowSpan(100, 500)


class NoModel:
    """Stands where no tile is to be predicted any more."""

    name, digest, device, stroke_px = "none", DIGEST, "cpu", 4.0


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session, track = session_with_track(tmp_path)
    scan = session.description.scans[0]
    session.describe(session.description.with_scan(replace(scan, depth=((0.0, 1000.0), (800.0, 1400.0)))), "depths")
    predict(session, track.id)
    accepted = with_rest_accepted(session.description.tracks[0])
    session.describe(session.description.with_track(accepted), "accept")
    meaning = meaning_of(session.description, accepted)
    signed = with_sign_off(accepted, SIGNED_ROWS, by="Ada Ø", meaning=meaning)
    session.describe(session.description.with_track(signed), "sign off")
    yield session
    session.close()


def erase(session: Session, row: int) -> None:
    """Wipe curve 1 out in some rows."""
    for at in range(row, row + 40, 8):
        edit = stroke(session, 1, at, float(columns()[0][at]), 0)
        assert edit is not None
        session.apply(edit)


def exported(session: Session, folder: Path) -> tuple[Exported, str]:
    """Export as the window does; returns the outcome and the lines of ~Other."""
    job = curves_job(session, "las", session.description, folder / "out.las", "drawn")
    done = job.run(Unstoppable(), unwatched)
    return done, str(lasio.read(str(done.path)).other)


def digitised(session: Session, folder: Path) -> tuple[dict[str, object], str]:
    """Digitise the stored well; returns what report.json says of the track, and the lines of ~Other."""
    session.wait_saved()
    well = read_well(session.path)
    done = digitise(well, predictor=NoModel, out=folder, cancel=Unstoppable(), progress=unwatched)  # type: ignore[arg-type]
    las = next(name for name in done.files if name.endswith(".las"))
    track = json.loads((folder / "report.json").read_text())["tracks"][0]
    return track, str(lasio.read(str(folder / las)).other)


def test_a_name_stands_in_the_las_with_its_rows_depths_and_day(session: Session, tmp_path: Path) -> None:
    done, other = exported(session, tmp_path)

    lines = [line for line in other.splitlines() if line.startswith("Signed by")]
    assert len(lines) == 1
    assert lines[0].startswith("Signed by Ada OE, 20")
    assert lines[0].endswith(" UTC: track T1, rows 100 to 499, 1050.00 to 1249.50 ft.")
    assert not any("Signed" in note for note in done.notes)


def test_a_name_that_no_longer_stands_says_so_in_the_las_and_to_the_person(session: Session, tmp_path: Path) -> None:
    erase(session, 300)

    done, other = exported(session, tmp_path)

    count = sum(s.rows for s in session.sign_offs(1)[0].changed)
    assert f"; {count} of these rows changed since, and the name no longer stands." in other
    assert any("the name no longer stands" in note for note in done.notes)


def test_a_well_nobody_signed_says_nothing_of_names(session: Session, tmp_path: Path) -> None:
    track = session.description.tracks[0]
    session.describe(session.description.with_track(without_sign_off(track, track.signed[0])), "take back")

    _, other = exported(session, tmp_path)
    report, written = digitised(session, tmp_path / "d")

    assert "Signed" not in other + written
    assert report["signed"] == []


def test_report_and_las_of_digitise_name_who_signed(session: Session, tmp_path: Path) -> None:
    report, other = digitised(session, tmp_path / "d")

    (said,) = report["signed"]  # type: ignore[misc]
    assert (said["by"], said["rows"], said["holds"], said["changed"]) == ("Ada Ø", [100, 499], True, [])
    assert said["at"].endswith("Z")
    assert "Signed by Ada OE" in other


def test_digitise_and_the_window_agree_on_a_name_that_no_longer_stands(session: Session, tmp_path: Path) -> None:
    erase(session, 300)
    changed = [[s.start, s.stop - 1] for s in session.sign_offs(1)[0].changed]

    report, other = digitised(session, tmp_path / "d")

    (said,) = report["signed"]  # type: ignore[misc]
    assert said["holds"] is False
    assert said["changed"] == changed
    assert "the name no longer stands" in other
    assert RowSpan(0, ROWS).stop > changed[0][0] >= 280
