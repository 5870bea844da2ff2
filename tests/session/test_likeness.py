"""Two pens of one look in a session: the left one at the top is curve 1, whatever each tile called it, and stays so."""

from __future__ import annotations

from collections.abc import Callable
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
from veerdesk.segmentation.sight import CELL_PX, NUMBERS
from veerdesk.session.digitise import digitise
from veerdesk.session.prediction import prediction_of
from veerdesk.session.session import Session
from veerdesk.session.stored_well import read_well

ROWS, COLS = 600, 260


class Undecided:
    """A predictor that calls the left one of two strokes curve 1, and in the middle tile the right one."""

    name, digest, device, stroke_px = "undecided", "e" * 64, "cpu", 10.0

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        ink = 1.0 - grey.astype(np.float32) / 255.0
        rows = np.flatnonzero((ink > 0.5).any(axis=1))
        apart = np.mean([np.ptp(np.flatnonzero(ink[row] > 0.5)) for row in rows]) / 2  # tiles come at twice their size
        seen = np.cumsum(ink > 0.5, axis=1)  # the left stroke is ten columns wide
        is_first = (seen > 10) if 100 < apart < 120 else (seen <= 10)
        shares = [np.where(side, 0.9 * ink, 0.05 * ink) for side in (is_first, ~is_first)]
        return np.stack([1.0 - shares[0] - shares[1], *shares]).astype(np.float32)


class Telling(Undecided):
    """Tells more than classes, though always the same."""

    digest = "f" * 64

    def predict_seen(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8] | None]:
        return self.predict(grey), np.full((-(-len(grey) // CELL_PX), NUMBERS), 128, np.uint8)


def left_column() -> NDArray[np.int64]:
    return 60 + np.arange(ROWS) // 30


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return drawn_session(tmp_path, (0, 0, 0))


def drawn_session(tmp_path: Path, left_bgr: tuple[int, int, int]) -> Session:
    """A well whose left stroke is of a colour, and whose right one is black."""
    paper = np.full((ROWS, COLS, 3), 255, np.uint8)
    for row, left in enumerate(left_column()):
        paper[row, left : left + 5] = left_bgr
        right = left + 70 + row // 10  # the strokes part, so that a tile can be known by them
        paper[row, right : right + 5] = 0
    cv2.imwrite(str(tmp_path / "scan.png"), paper)
    session = Session.create([tmp_path / "scan.png"])
    for job in session.ingests():
        job.inline()
    scan = session.description.scans[0]
    described = session.description.with_scan(replace(scan, depth=((0.0, 100.0), (599.0, 200.0))))
    track = session.new_track(scan=scan.id, top=0, bottom=ROWS - 1, left=((0.0, 30.0),), right=((599.0, 240.0),))
    curves = tuple(CurveSpec(s, f"C{s}", "GAPI", left=0.0, right=150.0) for s in (1, 2))  # type: ignore[arg-type]
    session.describe(described.with_track(replace(track, name="T", curves=curves, stroke_px=5.0)), "A track")
    return session


def read(
    session: Session, numbers: tuple[int, ...] | None = None, predictor: Callable[[], Undecided] = Undecided
) -> None:
    (track,) = session.description.tracks
    prediction = prediction_of(session, track.id, predictor())
    assert prediction is not None
    for number in numbers if numbers is not None else prediction.missing(session):
        session.take_band(track.id, prediction.segmenter.run(number), prediction.key)
    decode(session, track.id)


def is_left(session: Session) -> NDArray[np.bool_]:
    """Where curve 1 is on the left stroke, by trace and by label map."""
    (track,) = session.description.tracks
    trace = session.trace(track.id)
    assert trace is not None
    classes = session.label_map(track.id).classes(RowSpan(0, ROWS), (0, COLS))
    columns = left_column()
    owner = classes[np.arange(ROWS), columns + 2]
    placed = (np.abs(trace.x[0] - columns - 2) < 2) & (owner == 1)
    return np.asarray(placed[1:], np.bool_)  # the first row has half its ink in the reduced picture


def test_the_left_one_at_the_top_is_curve_1_in_window_and_files(session: Session, tmp_path: Path) -> None:
    read(session)
    (track,) = session.description.tracks
    likeness = session.evidence(track.id).likeness
    assert likeness is not None
    assert likeness.are_alike
    assert is_left(session).all()
    shown = session.label_map(track.id).classes(RowSpan(0, ROWS), (0, COLS))
    session.close()

    digitise(
        read_well(session.path), predictor=Undecided, out=tmp_path / "out", cancel=Unstoppable(), progress=unwatched
    )
    assert np.array_equal(read_classes(tmp_path / "out" / "T.labels.png"), shown)


def test_where_their_colours_differ_the_darker_is_curve_1_in_window_and_files(tmp_path: Path) -> None:
    session = drawn_session(tmp_path, (40, 150, 20))
    read(session, predictor=Telling)
    (track,) = session.description.tracks
    likeness = session.evidence(track.id).likeness
    assert likeness is not None
    assert not likeness.are_alike
    trace = session.trace(track.id)
    assert trace is not None
    assert (np.abs(trace.x[1] - left_column() - 2) < 2)[1:].all()
    shown = session.label_map(track.id).classes(RowSpan(0, ROWS), (0, COLS))
    assert (shown[np.arange(ROWS), left_column() + 2] == 2)[1:].all()
    session.close()

    digitise(read_well(session.path), predictor=Telling, out=tmp_path / "out", cancel=Unstoppable(), progress=unwatched)
    assert np.array_equal(read_classes(tmp_path / "out" / "T.labels.png"), shown)


@pytest.mark.parametrize(("said", "left"), [(("#149628", "#000000"), 1), (("#000000", "#149628"), 2)])
def test_a_job_that_says_the_colours_has_its_word(tmp_path: Path, said: tuple[str, str], left: int) -> None:
    session = drawn_session(tmp_path, (40, 150, 20))
    (track,) = session.description.tracks
    curves = tuple(replace(c, colour=colour) for c, colour in zip(track.curves, said, strict=True))
    session.describe(session.description.with_track(replace(track, curves=curves)), "Say the colours")
    read(session, predictor=Telling)

    shown = session.label_map(track.id).classes(RowSpan(0, ROWS), (0, COLS))
    assert (shown[np.arange(ROWS), left_column() + 2] == left)[1:].all()
    session.close()


def test_it_is_so_when_the_well_is_opened_again_and_its_tiles_came_in_any_order(session: Session) -> None:
    read(session, (1, 0))
    read(session)
    assert is_left(session).all()
    path = session.path
    session.close()

    again = Session.open(path)
    for job in again.ingests():
        job.inline()
    decode(again, again.description.tracks[0].id)
    assert is_left(again).all()
    again.close()


def test_what_a_person_paints_counts_in_the_names_that_are_shown(session: Session) -> None:
    read(session)
    (track,) = session.description.tracks
    column = float(left_column()[300] + 102)
    edit = paint(session.label_map(track.id), track.id, capsule((280, column), (320, column), 6.0), 1, Rule.ANYTHING)
    assert edit is not None
    session.apply(edit)
    assert session.label_map(track.id).classes(RowSpan(300, 301), (0, COLS))[0, int(column)] == 1
    session.undo()
    assert session.label_map(track.id).classes(RowSpan(300, 301), (0, COLS))[0, int(column)] == 2
    assert is_left(session).all()
    session.close()
