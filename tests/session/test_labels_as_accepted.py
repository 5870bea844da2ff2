"""Only accepted rows that are as they were accepted become labels, from the window and from a file alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.session.drawn import columns, predict, session_with_track, stroke
from veerdesk.cli.main import run
from veerdesk.desktop.export_jobs import labels_job
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.png import read_classes
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.rows import RowSpan
from veerdesk.session.decisions import with_rows_accepted
from veerdesk.session.session import Session

SOME = RowSpan(100, 500)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    accept(session, SOME)
    yield session
    session.close()


def accept(session: Session, rows: RowSpan) -> None:
    track = with_rows_accepted(session.description.tracks[0], rows, session.changed_since_accepted(1))
    session.describe(session.description.with_track(track), "accept")


def erase(session: Session, rows: RowSpan) -> None:
    """Wipe curve 1 out in some rows."""
    for at in range(rows.start, rows.stop, 8):
        edit = stroke(session, 1, at, float(columns()[0][at]), 0)
        assert edit is not None
        session.apply(edit)


def changed(session: Session) -> list[int]:
    return [row for span in session.changed_since_accepted(1) for row in range(span.start, span.stop)]


def released(session: Session, out: Path) -> dict[str, Any]:
    """Export the labels as the window does."""
    return labels_job(session, out).run(Unstoppable(), unwatched)


def reviewed(record: dict[str, Any], out: Path) -> list[int]:
    """The rows of a release that hold a label."""
    rows: list[int] = []
    for sample in record["samples"]:
        label = read_classes(out / "labels" / f"{sample['name']}.png")
        rows += (np.flatnonzero((label != 255).any(axis=1)) + sample["rows"][0]).tolist()
    return rows


def test_rows_changed_since_they_were_accepted_are_no_labels(session: Session, tmp_path: Path) -> None:
    erase(session, RowSpan(300, 340))
    gone = changed(session)

    record = released(session, tmp_path / "labels")

    assert len(gone) >= 30
    assert reviewed(record, tmp_path / "labels") == [row for row in range(100, 500) if row not in gone]
    assert record["wells"][0]["changed_rows"] == len(gone)


def test_a_file_leaves_the_same_rows_and_says_how_many_did_not(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    erase(session, RowSpan(300, 340))
    record = released(session, tmp_path / "window")
    session.wait_saved()

    code = run(["export", "labels", str(session.path), "--out", str(tmp_path / "file")])

    assert code == 0
    assert reviewed(record, tmp_path / "file") == reviewed(record, tmp_path / "window")
    assert f"{len(changed(session))} accepted rows have changed since they were accepted" in capsys.readouterr().out


def test_rows_accepted_again_are_labels_again(session: Session, tmp_path: Path) -> None:
    erase(session, RowSpan(300, 340))
    accept(session, SOME)

    record = released(session, tmp_path / "labels")

    assert reviewed(record, tmp_path / "labels") == list(range(100, 500))
    assert record["wells"][0]["changed_rows"] == 0


def test_a_release_of_changed_rows_alone_is_refused(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    accept(session, RowSpan(300, 320))
    erase(session, RowSpan(280, 344))

    with pytest.raises(UnusableInputError, match="Each of the 20 accepted rows has changed"):
        released(session, tmp_path / "labels")

    session.close()
