"""What is shown is what is stored and what leaves: window, well file, label release and digitise give the same planes."""

from __future__ import annotations

import random
import sqlite3
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from shutil import copy

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.session.drawn import decode
from veerdesk.calibration.description import CurveSpec, TrackSpec
from veerdesk.desktop.export_jobs import labels_job
from veerdesk.imaging.png import read_classes
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.labels.edits import Rule, exchange_rows, paint
from veerdesk.labels.shapes import capsule
from veerdesk.resources import resource
from veerdesk.rows import RowSpan
from veerdesk.session.digitise import digitise
from veerdesk.session.labelled import labelled_well
from veerdesk.session.opening import export_job
from veerdesk.session.prediction import prediction_of
from veerdesk.session.session import Session
from veerdesk.session.stored_well import read_well
from veerdesk.well.records import Plane

ROWS, COLS = 600, 359
ALL = RowSpan(0, ROWS), (0, COLS)


class Confused:
    """A predictor that knows ink but hardly left from right, and in some tiles calls the one curve the other."""

    name, digest, device, stroke_px = "confused", "d" * 64, "cpu", 10.0
    more, less = 0.46, 0.44

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        ink = np.minimum(2.0 * (1.0 - grey.astype(np.float32) / 255.0), 1.0)
        middle = (0.35 + 0.3 * (np.arange(len(grey)) % 97 > 48)) * grey.shape[1]
        is_left = np.arange(grey.shape[1])[None, :] < middle[:, None]
        if int(grey.astype(np.int64).sum()) % 2:
            is_left = ~is_left
        p1, p2 = (np.where(side, self.more * ink, self.less * ink) for side in (is_left, ~is_left))
        return np.stack([1.0 - p1 - p2, p1, p2]).astype(np.float32)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A well over a rendered scan: one track of two curves, and a third curve as a track of its own over the same paper."""
    copy(resource("frozen") / "frozen-771" / "scan.png", tmp_path / "scan.png")
    session = Session.create([tmp_path / "scan.png"])
    for job in session.ingests():
        job.inline()
    scan = session.description.scans[0]
    description = session.description.with_scan(replace(scan, depth=((0.0, 100.0), (599.0, 200.0))))
    for name, left, slots in (("T1", 21.0, (1, 2)), ("T2", 90.0, (1,))):
        track = session.new_track(scan=scan.id, top=0, bottom=ROWS - 1, left=((0.0, left),), right=((599.0, 322.0),))
        curves = tuple(CurveSpec(s, f"{name}C{s}", "GAPI", left=0.0, right=150.0) for s in slots)  # type: ignore[arg-type]
        track = replace(track, name=name, curves=curves, stroke_px=5.0, accepted=(RowSpan(0, ROWS),))
        description = description.with_track(track)
    session.describe(description, "Two tracks")
    return session


def read_by(session: Session, model: Confused) -> None:
    for track in session.description.tracks:
        prediction = prediction_of(session, track.id, model)
        assert prediction is not None
        assert len(prediction.segmenter.tiles) == 3
        for number in reversed(prediction.missing(session)):
            session.take_band(track.id, prediction.segmenter.run(number), prediction.key)
    for track in session.description.tracks:
        decode(session, track.id)


def model_planes(session: Session) -> list[NDArray[np.uint8]]:
    return [session.label_map(t.id).model.read(*ALL) for t in session.description.tracks]


def shown(session: Session, track: TrackSpec) -> NDArray[np.uint8]:
    classes = session.label_map(track.id).classes(*ALL)
    return np.where(np.isin(classes, [c.slot for c in track.curves]), classes, 0).astype(np.uint8)


def gesture(session: Session, rng: random.Random) -> bool:
    """Paint or exchange somewhere at random; False where nothing came of it."""
    track = rng.choice(session.description.tracks)
    labels, row, col = session.label_map(track.id), rng.randrange(0, 560), rng.randrange(100, 310)
    if rng.random() < 0.3:
        edit = exchange_rows(labels, track.id, RowSpan(row, row + 30), (0, COLS))
    else:
        region = capsule((row, col), (row + 25, col), 8.0)
        edit = paint(labels, track.id, region, rng.choice((0, 1, 2, 255)), Rule.ANYTHING)
    if edit is None:
        return False
    with session.tracing_later():
        session.apply(edit)
    if rng.random() < 0.5:
        session.settle()
    return True


def test_the_tiles_answer_is_settled_by_the_trace(session: Session) -> None:
    read_by(session, Confused())

    first = session.description.tracks[0]
    labels = session.label_map(first.id)
    assert not session.is_provisional(first.id)
    assert (labels.provisional.read(*ALL) != labels.model.read(*ALL)).any()
    session.close()


def test_window_release_and_digitise_leave_what_is_shown(session: Session, tmp_path: Path) -> None:
    read_by(session, Confused())
    rng = random.Random(5)
    for _ in range(12):
        gesture(session, rng)
    for track in session.description.tracks:
        decode(session, track.id)
    seen = {t.name: shown(session, t) for t in session.description.tracks}
    planes = model_planes(session)
    assert not (seen["T1"] > 0)[seen["T2"] > 0].any()
    session.close()

    stored = read_well(session.path)
    for track, plane in zip(stored.description.tracks, planes, strict=True):
        assert np.array_equal(stored.tracks[track.id].labels.model.read(*ALL), plane)
    with ExitStack() as held:
        for item in labelled_well(stored, held).tracks:
            assert np.array_equal(item.labels.model.read(*ALL), planes[item.track.id - 1])
    done = digitise(
        read_well(session.path), predictor=Confused, out=tmp_path / "out", cancel=Unstoppable(), progress=unwatched
    )
    for name, classes in seen.items():
        assert np.array_equal(read_classes(tmp_path / "out" / f"{name}.labels.png"), classes)
    assert done.report["claimed_twice"] == 0


def test_a_job_leaves_the_planes_that_the_window_shows_of_it(session: Session, tmp_path: Path) -> None:
    read_by(session, Confused())
    export_job(tmp_path / "job.toml", session.description, {i: s.path for i, s in session.scans.items()})
    seen = {t.name: shown(session, t) for t in session.description.tracks}
    session.close()
    well = read_well(tmp_path / "job.toml")
    tracks = tuple(replace(t, stroke_px=5.0) for t in well.description.tracks)
    well = replace(well, description=replace(well.description, tracks=tracks))

    digitise(well, predictor=Confused, out=tmp_path / "out", cancel=Unstoppable(), progress=unwatched)

    for name, classes in seen.items():
        assert np.array_equal(read_classes(tmp_path / "out" / f"{name}.labels.png"), classes)


def test_undo_brings_every_model_pixel_back_and_predicting_again_leaves_the_persons(session: Session) -> None:
    read_by(session, Confused())
    before = model_planes(session)
    rng = random.Random(11)
    done = sum(gesture(session, rng) for _ in range(25))
    session.settle()
    assert any((a != b).any() for a, b in zip(before, model_planes(session), strict=True))
    said = [session.label_map(t.id).said(*ALL) for t in session.description.tracks]

    read_by(session, type("Surer", (Confused,), {"digest": "e" * 64})())
    again = [session.label_map(t.id).said(*ALL) for t in session.description.tracks]
    for _ in range(done):
        session.undo()
    for track in session.description.tracks:
        decode(session, track.id)

    assert all(np.array_equal(a, b) for a, b in zip(said, again, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(before, model_planes(session), strict=True))
    session.close()


def test_a_gesture_settles_the_rows_that_it_traced_and_no_others(session: Session) -> None:
    read_by(session, type("Surer", (Confused,), {"more": 0.85, "less": 0.1})())
    before = model_planes(session)
    edit = exchange_rows(session.label_map(1), 1, RowSpan(300, 330), (0, COLS))
    assert edit is not None

    change = session.apply(edit)

    assert change.rows is not None
    outside = np.ones(ROWS, np.bool_)
    outside[change.rows.start : change.rows.stop] = False
    assert outside.any()
    assert all(np.array_equal(a[outside], b[outside]) for a, b in zip(before, model_planes(session), strict=True))
    session.close()


def test_what_followed_is_in_the_well_while_it_is_still_open(session: Session) -> None:
    read_by(session, Confused())
    assert session.wait_saved()

    stored = read_well(session.path)

    for track, plane in zip(session.description.tracks, model_planes(session), strict=True):
        assert np.array_equal(stored.tracks[track.id].labels.model.read(*ALL), plane)
    session.close()


def test_a_well_of_before_takes_its_model_plane_for_the_tiles_answer(session: Session) -> None:
    read_by(session, Confused())
    session.close()
    stored = sqlite3.connect(session.path)
    stored.execute("DELETE FROM tile WHERE plane = ?", (int(Plane.PROVISIONAL),))
    stored.commit()
    stored.close()

    again = Session.open(session.path)

    for track in again.description.tracks:
        labels = again.label_map(track.id)
        assert labels.model.read(*ALL).any()
        assert np.array_equal(labels.provisional.read(*ALL), labels.model.read(*ALL))
    again.close()


def test_a_release_of_rows_that_wait_for_their_trace_is_settled_first(session: Session, tmp_path: Path) -> None:
    track = session.description.tracks[0]
    prediction = prediction_of(session, track.id, Confused())
    assert prediction is not None
    with session.tracing_later():
        for number in prediction.missing(session):
            session.take_band(track.id, prediction.segmenter.run(number), prediction.key)

    labels_job(session, tmp_path / "release").inline()

    provisional = shown(session, track)
    decode(session, track.id)
    released = np.concatenate([read_classes(p) for p in sorted((tmp_path / "release" / "labels").glob("*-t1-*.png"))])
    cols = track.geometry.box(COLS)
    assert not np.array_equal(released, provisional[:, cols[0] : cols[1]])
    assert np.array_equal(released, shown(session, track)[:, cols[0] : cols[1]])
    session.close()
