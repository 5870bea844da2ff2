"""What somebody accepted leaves with the numbers, in depths; and so does that nobody accepted the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import lasio
import pytest

from tests.session.drawn import COLS, DIGEST, ROWS, add_track, columns, predict, session_with_track, stroke
from veerdesk.calibration.decision import Acceptance, Decision
from veerdesk.desktop.export_jobs import curves_job
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_depths import AcceptedDepths
from veerdesk.session.decisions import with_rest_accepted, with_rows_accepted
from veerdesk.session.digitise import digitise
from veerdesk.session.session import Session
from veerdesk.session.stored_well import read_well

SOME = RowSpan(100, 500)


class NoModel:
    """Stands where no tile is to be predicted any more."""

    name, digest, device, stroke_px = "none", DIGEST, "cpu", 4.0


@pytest.fixture(autouse=True)
def _ada(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veerdesk.session.decisions.actor", lambda: "ada")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session, track = session_with_track(tmp_path)
    scan = session.description.scans[0]
    session.describe(session.description.with_scan(replace(scan, depth=((0.0, 1000.0), (800.0, 1400.0)))), "depths")
    predict(session, track.id)
    yield session
    session.close()


def accept(session: Session, rows: RowSpan) -> None:
    track = with_rows_accepted(session.description.tracks[0], rows)
    session.describe(session.description.with_track(track), "accept")


def lines(session: Session, folder: Path) -> list[str]:
    """Export as the window does; returns the lines of ~Other that speak of acceptance."""
    path = curves_job(session, "las", session.description, folder / "out.las", "drawn").run(Unstoppable(), unwatched)
    return [line for line in str(lasio.read(str(path.path)).other).splitlines() if "accepted" in line]


def said(rows: tuple[RowSpan, ...], by: tuple[str, ...] = ("ada",)) -> str:
    depths = tuple((float(s.start), float(s.stop - 1)) for s in rows)
    return AcceptedDepths(1, "T1", ("GR", "CALI"), RowSpan(0, 1000), rows, depths, "ft", by).sentence()


def test_the_las_says_which_depths_were_accepted_by_whom_and_that_nobody_accepted_the_rest(
    session: Session, tmp_path: Path
) -> None:
    accept(session, SOME)

    assert lines(session, tmp_path) == [
        "GR and CALI of track T1: 1050.00 to 1249.50 ft accepted by ada; the rest of it was accepted by nobody."
    ]


def test_a_las_nobody_looked_at_says_so(session: Session, tmp_path: Path) -> None:
    assert lines(session, tmp_path) == ["GR and CALI of track T1: nobody accepted a row of it."]


def test_a_las_of_which_every_row_was_accepted_says_so(session: Session, tmp_path: Path) -> None:
    track = with_rest_accepted(session.description.tracks[0])
    session.describe(session.description.with_track(track), "accept")

    assert lines(session, tmp_path) == ["GR and CALI of track T1: every row was accepted by ada."]


def test_rows_that_changed_since_were_accepted_by_nobody(session: Session, tmp_path: Path) -> None:
    accept(session, SOME)
    for at in range(300, 340, 8):
        edit = stroke(session, 1, at, float(columns()[0][at]), 0)
        assert edit is not None
        session.apply(edit)

    (line,) = lines(session, tmp_path)

    changed = session.changed_since_accepted(1)
    assert changed
    first = 1000.0 + (changed[0].start - 1) / 2
    assert f"1050.00 to {first:.2f} ft" in line
    assert line.endswith("the rest of it was accepted by nobody.")


def test_digitise_says_the_same_in_report_and_las(session: Session, tmp_path: Path) -> None:
    accept(session, SOME)
    shown = lines(session, tmp_path)
    session.wait_saved()

    done = digitise(
        read_well(session.path),
        predictor=NoModel,  # type: ignore[arg-type]
        out=tmp_path / "d",
        cancel=Unstoppable(),
        progress=unwatched,
    )

    report = json.loads((tmp_path / "d" / "report.json").read_text())
    assert report["tracks"][0]["accepted"] == {"rows": [[100, 499]], "by": ["ada"]}
    las = lasio.read(str(tmp_path / "d" / next(n for n in done.files if n.endswith(".las"))))
    assert [line for line in str(las.other).splitlines() if "accepted" in line] == shown
    assert [c.mnemonic for c in las.curves] == ["DEPT", "GR", "CALI"]


def test_each_track_has_a_line_of_its_own(session: Session, tmp_path: Path) -> None:
    other = add_track(session, "T2", 40.0, float(COLS - 60))
    predict(session, other.id)
    accept(session, RowSpan(0, ROWS))

    said_of = {line.split(":")[0]: line for line in lines(session, tmp_path)}

    assert set(said_of) == {"GR and CALI of track T1", "GR and CALI of track T2"}
    assert "nobody" in said_of["GR and CALI of track T2"]


def test_names_are_given_only_where_the_well_says_who_accepted_every_row(session: Session, tmp_path: Path) -> None:
    track = replace(
        session.description.tracks[0],
        accepted=(RowSpan(0, 300),),
        decisions=(Decision(RowSpan(0, 100), "kept", "bob", 1.0, 2.0),),
        last_accepted=Acceptance((RowSpan(100, 300),), "ada", 2.0),
    )
    session.describe(session.description.with_track(track), "two people")
    both = lines(session, tmp_path)
    session.describe(session.description.with_track(replace(track, decisions=())), "one of them is forgotten")

    assert "accepted by ada and bob;" in both[0]
    assert "accepted (the well does not say by whom);" in lines(session, tmp_path)[0]


def test_many_stretches_and_names_are_one_short_line() -> None:
    rows = tuple(RowSpan(k * 10, k * 10 + (8 if k in (3, 5, 70, 90) else 2)) for k in range(100))

    line = said(rows, tuple(f"person {k}" for k in range(5)))

    assert line == (
        "GR and CALI of track T1: 30.00 to 37.00 ft, 50.00 to 57.00 ft, 700.00 to 707.00 ft, 900.00 to 907.00 ft and "
        "96 shorter stretches of 192 rows in all accepted by person 0, person 1, person 2 and 2 others; the rest of it was "
        "accepted by nobody."
    )
    assert len(line) < 256


def test_one_more_stretch_than_are_named_is_said_as_one() -> None:
    assert "and 1 shorter stretch of 2 rows in all accepted" in said(
        tuple(RowSpan(k * 10, k * 10 + 2) for k in range(5))
    )
