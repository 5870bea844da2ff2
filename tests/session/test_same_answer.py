"""The window and the command line read a track alike: the same model plane byte for byte, and the same trace."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.session.drawn import COLS, ROWS, add_track, decode, draw_scan
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.rows import RowSpan
from veerdesk.segmentation.sight import CELL_PX, NUMBERS
from veerdesk.session.opening import export_job
from veerdesk.session.prediction import prediction_of
from veerdesk.session.session import Session
from veerdesk.session.stored_well import read_well
from veerdesk.session.well_run import read_tracks

ALL = RowSpan(0, ROWS), (0, COLS)


class HalfAndHalf:
    """A predictor that gives ink left of the middle to curve 1 and the rest to curve 2."""

    name, digest, device, stroke_px = "half and half", "c" * 64, "cpu", 4.0

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        ink = 1.0 - grey.astype(np.float32) / 255.0
        left = (np.arange(grey.shape[1]) < grey.shape[1] * 0.55)[None, :]
        p1, p2 = np.where(left, 0.9 * ink, 0.1 * ink), np.where(left, 0.1 * ink, 0.9 * ink)
        return np.stack([1.0 - p1 - p2, p1, p2]).astype(np.float32)


class Telling(HalfAndHalf):
    """Tells more than classes: cells by which the one curve or the other goes for some rows."""

    digest = "d" * 64

    def predict_seen(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8] | None]:
        cells = -(-grey.shape[0] // CELL_PX)
        dark = (
            (255 - grey[: cells * CELL_PX].astype(int)).reshape(cells, -1).sum(axis=1) if not len(grey) % CELL_PX else 0
        )
        numbers = np.random.default_rng(7).integers(1, 256, (cells, NUMBERS))
        return self.predict(grey), ((numbers + np.reshape(dark, (-1, 1))) % 255 + 1).astype(np.uint8)


@pytest.mark.parametrize("predictor", [HalfAndHalf(), Telling()], ids=["classes", "sight"])
def test_window_and_digitise_give_the_same_planes_and_traces(tmp_path: Path, predictor: HalfAndHalf) -> None:
    session = Session.create([draw_scan(tmp_path / "log.png")])
    for job in session.ingests():
        job.inline()
    anchors = replace(session.description.scans[0], depth=((0.0, 100.0), (899.0, 200.0)))
    session.describe(session.description.with_scan(anchors), "Place anchors")
    track = add_track(session)
    prediction = prediction_of(session, track.id, predictor)
    assert prediction is not None
    for number in reversed(prediction.missing(session)):
        session.take_band(track.id, prediction.segmenter.run(number), prediction.key)
    decode(session, track.id)
    export_job(tmp_path / "job.toml", session.description, {i: s.path for i, s in session.scans.items()})
    session.close()

    well = read_well(tmp_path / "job.toml")
    well = replace(well, description=well.description.with_track(replace(well.description.tracks[0], stroke_px=4.0)))
    with ExitStack() as held:
        run = read_tracks(well, held, predictor=lambda: predictor, cancel=Unstoppable(), progress=unwatched)

    labels, trace = session.label_map(track.id), session.trace(track.id)
    work = run.work[0]
    assert labels.classes(*ALL).any()
    assert np.array_equal(work.labels.classes(*ALL), labels.classes(*ALL))
    for ours, theirs in zip(session.evidence(track.id).read(*ALL), work.evidence.read(*ALL), strict=True):
        assert np.array_equal(ours, theirs)
    whole = RowSpan(0, ROWS)
    assert np.array_equal(session.evidence(track.id).seen(whole).cells, work.evidence.seen(whole).cells)
    assert (len(work.evidence.seen(whole).at) > 0) == isinstance(predictor, Telling)
    assert trace is not None
    assert np.array_equal(run.readings[work.track.id].trace.x, trace.x, equal_nan=True)


def test_a_well_that_was_predicted_is_not_predicted_again_by_the_command_line(tmp_path: Path) -> None:
    session = Session.create([draw_scan(tmp_path / "log.png")])
    for job in session.ingests():
        job.inline()
    anchors = replace(session.description.scans[0], depth=((0.0, 100.0), (899.0, 200.0)))
    session.describe(session.description.with_scan(anchors), "Place anchors")
    track = add_track(session)
    prediction = prediction_of(session, track.id, HalfAndHalf())
    assert prediction is not None
    for number in prediction.missing(session):
        session.take_band(track.id, prediction.segmenter.run(number), prediction.key)
    assert prediction.missing(session) == ()
    session.close()

    stored = read_well(session.path).tracks[track.id]

    assert stored.is_segmented
    assert np.array_equal(stored.labels.classes(*ALL), session.label_map(track.id).classes(*ALL))


def test_what_the_model_saw_is_there_again_when_a_well_is_reopened(tmp_path: Path) -> None:
    session = Session.create([draw_scan(tmp_path / "log.png")])
    for job in session.ingests():
        job.inline()
    track, whole = add_track(session), RowSpan(0, ROWS)
    prediction = prediction_of(session, track.id, Telling())
    assert prediction is not None
    for number in prediction.missing(session):
        session.take_band(track.id, prediction.segmenter.run(number), prediction.key)
    decode(session, track.id)
    before, seen = session.trace(track.id), session.evidence(track.id).seen(whole)
    assert before is not None
    session.close()

    again = Session.open(session.path)
    decode(again, track.id)
    trace = again.trace(track.id)

    assert trace is not None
    assert np.array_equal(trace.x, before.x, equal_nan=True)
    assert len(seen.at) > 0
    assert np.array_equal(again.evidence(track.id).seen(whole).cells, seen.cells)
    again.close()
