"""A stretch that the model names the wrong way round, told by how both curves go elsewhere: in the window, on disk and in files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.session.drawn import decode
from veerdesk.calibration.description import CurveSpec
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.png import read_classes
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.labels.edits import Rule, paint
from veerdesk.labels.shapes import capsule
from veerdesk.rows import RowSpan
from veerdesk.session.digitise import digitise
from veerdesk.session.ownership import seen_of
from veerdesk.session.prediction import prediction_of
from veerdesk.session.session import Session
from veerdesk.session.stored_well import read_well

ROWS, COLS, TURN = 1900, 300, 220
#: The stretch in which both strokes are printed in each other's ink.
WRONG = 5


class ByInk:
    """A predictor that calls black ink curve 1 and dark grey ink curve 2, neither very surely."""

    name, digest, device, stroke_px = "by ink", "a" * 64, "cpu", 5.0

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        ink = (grey < 150).astype(np.float32)
        first = np.where(grey < 40, 0.62, 0.36) * ink
        second = np.where(grey < 40, 0.36, 0.62) * ink
        return np.stack([1.0 - first - second, first, second]).astype(np.float32)


def columns() -> NDArray[np.int64]:
    """Return ``(2, ROWS)``: the first column of a smooth stroke and of a restless one."""
    down = np.arange(ROWS)
    sway = 70 * np.cos(np.pi * down / TURN)
    shake = np.random.default_rng(8).uniform(-9, 9, ROWS // 6 + 2)
    restless = 150 - sway + np.interp(down / 6, np.arange(len(shake)), shake)
    return np.stack((150 + sway, restless)).astype(np.int64)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    paper = np.full((ROWS, COLS), 255, np.uint8)
    for row, (smooth, restless) in enumerate(columns().T.tolist()):
        inks = (80, 0) if (row + TURN // 2) // TURN == WRONG else (0, 80)
        paper[row, restless : restless + 8] = inks[1]
        paper[row, smooth : smooth + 5] = inks[0]
    cv2.imwrite(str(tmp_path / "scan.png"), paper)
    session = Session.create([tmp_path / "scan.png"])
    for job in session.ingests():
        job.inline()
    scan = session.description.scans[0]
    described = session.description.with_scan(replace(scan, depth=((0.0, 100.0), (ROWS - 1.0, 200.0))))
    track = session.new_track(scan=scan.id, top=0, bottom=ROWS - 1, left=((0.0, 20.0),), right=((ROWS - 1.0, 285.0),))
    curves = tuple(CurveSpec(s, f"C{s}", "GAPI", left=0.0, right=150.0) for s in (1, 2))  # type: ignore[arg-type]
    session.describe(described.with_track(replace(track, name="T", curves=curves, stroke_px=5.0)), "A track")
    number = session.description.tracks[0].id
    prediction = prediction_of(session, number, ByInk())
    assert prediction is not None
    for tile in prediction.missing(session):
        session.take_band(number, prediction.segmenter.run(tile), prediction.key)
    decode(session, number)
    return session


def middle() -> slice:
    """Rows of the wrong stretch, away from its crossings."""
    return slice(WRONG * TURN - TURN // 3, WRONG * TURN + TURN // 3)


def owners_of(session: Session) -> NDArray[np.uint8]:
    """Return ``(2, ROWS)``: who owns the middle of the smooth stroke and of the restless one."""
    (track,) = session.description.tracks
    classes = session.label_map(track.id).classes(RowSpan(0, ROWS), (0, COLS))
    smooth, restless = columns()
    return np.stack((classes[np.arange(ROWS), smooth + 2], classes[np.arange(ROWS), restless + 4]))


def test_the_stretch_is_turned_in_trace_pixels_files_and_on_disk(session: Session, tmp_path: Path) -> None:
    (track,) = session.description.tracks
    likeness, trace = session.evidence(track.id).likeness, session.trace(track.id)
    assert likeness is not None
    assert trace is not None
    assert len(likeness.turned) == 1
    assert np.abs(trace.x[0, middle()] - columns()[0, middle()] - 2).max() < 4
    owners = owners_of(session)[:, middle()]
    assert (owners[0] == 1).mean() > 0.97
    assert (owners[1] == 2).mean() > 0.97
    shown = session.label_map(track.id).classes(RowSpan(0, ROWS), (0, COLS))
    session.close()

    again = Session.open(session.path)
    for job in again.ingests():
        job.inline()
    decode(again, track.id)
    assert again.evidence(track.id).likeness == likeness
    assert np.array_equal(owners_of(again)[:, middle()], owners)
    again.close()
    digitise(read_well(session.path), predictor=ByInk, out=tmp_path / "out", cancel=Unstoppable(), progress=unwatched)
    assert np.array_equal(read_classes(tmp_path / "out" / "T.labels.png"), shown)


def test_what_a_person_says_there_is_said_of_the_names_shown(session: Session) -> None:
    (track,) = session.description.tracks
    row = WRONG * TURN
    here = RowSpan(row - 20, row + 20)
    assert seen_of(session.pixels_of(track))(here).turned.all()
    column = float(columns()[0, row] + 2)
    brush = capsule((row - 6.0, column), (row + 6.0, column), 6.0)
    edit = paint(session.label_map(track.id), track.id, brush, 2, Rule.ANYTHING)  # as the model had it
    assert edit is not None

    session.apply(edit)

    seen = seen_of(session.pixels_of(track))(here)
    assert seen.said[20].any()
    assert not seen.turned[20]
    assert seen.turned[0]
    session.close()
