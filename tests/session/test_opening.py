"""Where wells are made, from what, and how they are handed on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.session.drawn import ROWS, add_track, draw_scan, session_with_track
from veerdesk.errors import UnusableInputError
from veerdesk.rows import RowSpan
from veerdesk.session.open_scans import ChangedScanError, MissingScanError, ReturnedScanError
from veerdesk.session.opening import export_job, open_well_reading, well_beside
from veerdesk.session.session import Session
from veerdesk.well.job import read_job, read_unfinished_job

JOB = """
[well]
WELL = "Drawn 1"
[[scan]]
id = "main"
file = "scans/log.png"
[[track]]
name = "T1"
scan = "main"
top = 0
bottom = 899
left = [[0.0, 40.0]]
right = [[0.0, 240.0]]
"""


def test_a_job_becomes_a_well_that_finds_its_scan(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    draw_scan(tmp_path / "scans" / "log.png")
    (tmp_path / "job.toml").write_text(JOB)

    session = Session.create_from_job(tmp_path / "job.toml")

    assert session.path == tmp_path / "job.veer"
    assert session.description.name == "Drawn 1"
    assert session.description.scans[0].file == "scans/log.png"
    assert add_track(session).id == 2
    session.close()
    Session.open(tmp_path / "job.veer").close()


def test_a_job_whose_scan_is_missing_makes_no_well(tmp_path: Path) -> None:
    (tmp_path / "job.toml").write_text(JOB)

    with pytest.raises(UnusableInputError, match=r"scans/log\.png"):
        Session.create_from_job(tmp_path / "job.toml")

    assert [p.name for p in tmp_path.iterdir()] == ["job.toml"]


def test_a_well_leaves_as_the_job_it_could_have_come_from(tmp_path: Path) -> None:
    session, _ = session_with_track(tmp_path)
    scan = session.description.scans[0]
    anchored = session.description.with_scan(replace(scan, depth=((0.0, 1.0), (800.0, 2.0))))
    session.describe(anchored, "Place anchors")
    (tmp_path / "jobs").mkdir()

    export_job(tmp_path / "jobs" / "job.toml", session.description, {i: s.path for i, s in session.scans.items()})

    job = read_job(tmp_path / "jobs" / "job.toml")
    assert job.scans[0].file == "../log.png"
    assert job.tracks[0].curves == session.description.tracks[0].curves
    assert job.tracks[0].geometry == session.description.tracks[0].geometry
    session.close()


def test_every_page_of_a_file_is_a_scan_of_its_own(tmp_path: Path) -> None:
    pages = [Image.new("L", (60, 40 + 10 * n), 255) for n in range(3)]
    pages[0].save(tmp_path / "log.tif", save_all=True, append_images=pages[1:])

    session = Session.create([tmp_path / "log.tif"])

    assert [(s.id, s.page) for s in session.description.scans] == [("log-1", 0), ("log-2", 1), ("log-3", 2)]
    assert [s.height for s in session.scans.values()] == [40, 50, 60]
    session.close()


def test_two_scans_of_one_name_get_two_ids(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()

    session = Session.create([draw_scan(tmp_path / "log.png"), draw_scan(tmp_path / "b" / "log.png")])

    assert [(s.id, s.file) for s in session.description.scans] == [("log", "log.png"), ("log-2", "b/log.png")]
    session.close()


def test_the_last_committed_state_can_be_read_while_the_well_is_open(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    session.wait_saved()

    store, description, scans = open_well_reading(session.path)

    assert description.track(track.id) == track
    assert store.is_read_only
    scans.close()
    store.close()
    session.close()


def test_a_failed_open_leaves_the_open_well_open(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    (tmp_path / "other.veer").write_bytes(b"no well")

    with pytest.raises(UnusableInputError):
        Session.open(tmp_path / "other.veer")

    session.describe(session.description.with_track(replace(track, name="still open")), "Rename")
    assert session.wait_saved()
    session.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["log.png", "log.veer", "other.veer"]


def test_a_well_in_hand_is_not_copied_onto_itself(tmp_path: Path) -> None:
    session, _ = session_with_track(tmp_path)

    with pytest.raises(UnusableInputError, match="is open"):
        session.save_as(session.path)

    session.close()


def test_a_well_lies_beside_its_scan(tmp_path: Path) -> None:
    assert well_beside(tmp_path / "a.tif") == tmp_path / "a.veer"


def test_the_digest_of_a_new_scan_is_kept_by_the_time_of_closing(tmp_path: Path) -> None:
    session, _ = session_with_track(tmp_path)
    digest = session.scans["log"].digest
    session.close()

    again = Session.open(session.path)

    assert again.description.scans[0].digest == digest
    assert again.undo_label == "Add T1"
    again.close()


def test_an_unfinished_job_says_nothing_it_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "job.toml").write_text(JOB)

    well = read_unfinished_job(tmp_path / "job.toml")

    assert well.scans[0].depth == ()
    assert well.tracks[0].curves == ()
    assert well.tracks[0].bottom == ROWS - 1


def _moved(tmp_path: Path) -> tuple[Path, Path]:
    """Return a well whose scan was moved away, and where it is now."""
    (tmp_path / "well").mkdir()
    session, _ = session_with_track(tmp_path / "well")
    session.close()
    return session.path, (tmp_path / "well" / "log.png").rename(tmp_path / "moved.png")


def test_a_scan_that_was_shown_once_is_found_from_then_on(tmp_path: Path) -> None:
    well, scan = _moved(tmp_path)
    Session.open(well, scans={"log": scan}).close()

    again = Session.open(well)

    assert again.scans["log"].path.samefile(scan)
    again.close()


@pytest.mark.parametrize("harm", ["cut short", "painted over"])
def test_a_damaged_scan_gives_way_to_a_good_copy_beside_the_well(tmp_path: Path, harm: str) -> None:
    well, scan = _moved(tmp_path)
    Session.open(well, scans={"log": scan}).close()  # from now on the well looks for it there
    good = scan.rename(well.parent / "again.png")
    scan.write_bytes(good.read_bytes()[:10])
    if harm == "painted over":
        Image.new("L", (300, ROWS), 200).save(scan)

    again = Session.open(well)

    assert again.scans["log"].path.samefile(good)
    again.close()


def test_a_damaged_scan_without_a_good_copy_is_asked_for(tmp_path: Path) -> None:
    well, scan = _moved(tmp_path)
    good = scan.read_bytes()
    (well.parent / "log.png").write_bytes(good[:10])

    with pytest.raises(MissingScanError, match="No other copy of it lies beside the well") as asked:
        Session.open(well)

    assert asked.value.scan_id == "log"
    Session.open(well, scans={"log": scan}).close()


def test_a_changed_scan_is_asked_about_once_and_the_choice_is_in_the_journal(tmp_path: Path) -> None:
    session, _ = session_with_track(tmp_path)
    session.close()
    Image.new("L", (300, ROWS), 200).save(tmp_path / "log.png")
    with pytest.raises(ChangedScanError, match="content has changed") as asked:
        Session.open(session.path)
    assert asked.value.scan_id == "log"

    Session.open(session.path, accept_changed=frozenset({"log"})).close()

    again = Session.open(session.path)
    assert "although its content has changed" in again.history[-1].label
    assert again.undo_label == "Add T1"
    again.close()


def _taken_another(tmp_path: Path) -> tuple[Path, bytes]:
    """A well in which a picture of another size was taken for its scan, and the bytes of that scan."""
    session, _ = session_with_track(tmp_path)
    session.close()
    good = (tmp_path / "log.png").read_bytes()
    Image.new("L", (120, 90), 200).save(tmp_path / "log.png")
    Session.open(session.path, accept_changed=frozenset({"log"})).close()
    return session.path, good


def test_a_scan_of_another_size_is_said_with_both_sizes(tmp_path: Path) -> None:
    session, _ = session_with_track(tmp_path)
    session.close()
    Image.new("L", (120, 90), 200).save(tmp_path / "log.png")

    with pytest.raises(ChangedScanError, match=rf"it is 120 × 90 px, and that one was 300 × {ROWS:,} px") as asked:
        Session.open(session.path)

    assert asked.value.is_other_size


def test_the_first_scan_is_offered_again_where_it_is_found(tmp_path: Path) -> None:
    well, good = _taken_another(tmp_path)
    Session.open(well).close()
    (tmp_path / "found.png").write_bytes(good)

    with pytest.raises(ReturnedScanError, match=rf"log.png \(120 × 90 px\).*found.png \(300 × {ROWS:,} px\)") as asked:
        Session.open(well)
    Session.open(well, scans={asked.value.scan_id: asked.value.found}).close()

    again = Session.open(well)
    assert again.scans["log"].height == ROWS
    assert "again, on which the well was made" in again.history[-1].label
    again.close()


def test_a_first_scan_that_was_put_back_is_taken_unasked(tmp_path: Path) -> None:
    well, good = _taken_another(tmp_path)
    (tmp_path / "log.png").write_bytes(good)

    again = Session.open(well)

    assert again.scans["log"].height == ROWS
    again.close()


def test_who_stays_with_the_other_scan_is_not_asked_again(tmp_path: Path) -> None:
    well, good = _taken_another(tmp_path)
    (tmp_path / "found.png").write_bytes(good)

    Session.open(well, accept_changed=frozenset({"log"})).close()

    again = Session.open(well)
    assert again.scans["log"].height == 90
    again.close()


def test_a_scan_that_changes_under_an_open_well_is_noticed_and_not_shown(tmp_path: Path) -> None:
    session, _ = session_with_track(tmp_path)
    grey = session.scans["log"].read(RowSpan(0, 50), (0, 300))
    assert not session.changed_scans
    Image.new("L", (300, ROWS), 200).save(tmp_path / "log.png")

    assert session.changed_scans == ("log",)
    assert np.array_equal(session.scans["log"].read(RowSpan(0, 50), (0, 300)), grey)
    session.close()
