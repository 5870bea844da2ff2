"""An exchange at a crossing reaches to the next one and no further, whatever the decode makes of either."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.session.drawn import decode
from veerdesk.calibration.description import CurveSpec
from veerdesk.imaging.opencv import cv2
from veerdesk.labels.extents import Reach, extent
from veerdesk.rows import RowSpan
from veerdesk.session.exchanging import exchange_at
from veerdesk.session.prediction import prediction_of
from veerdesk.session.session import Session

ROWS, COLS, STROKE = 700, 300, 5
WHOLE = RowSpan(0, ROWS)


class OneLook:
    """A predictor that finds ink and cannot tell whose it is."""

    name, digest, device, stroke_px = "one look", "d" * 64, "cpu", 5.0

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        ink = 1.0 - grey.astype(np.float32) / 255.0
        return np.stack([1.0 - 0.9 * ink, 0.45 * ink, 0.45 * ink]).astype(np.float32)


@pytest.fixture(params=["steep", "grazing"])
def session(tmp_path: Path, request: pytest.FixtureRequest) -> Session:
    """Two pens of one look that cross five times, steeply or at so small an angle that nobody can tell."""
    down = np.arange(ROWS)
    swing = (60.0 if request.param == "steep" else 14.0) * np.cos(down * 5 * np.pi / ROWS)
    paper = np.full((ROWS, COLS), 255, np.uint8)
    for line in (150 - swing, 150 + swing):
        for row, col in enumerate(line):
            paper[row, round(col) - 2 : round(col) + 3] = 0
    cv2.imwrite(str(tmp_path / "scan.png"), paper)
    session = Session.create([tmp_path / "scan.png"])
    for job in session.ingests():
        job.inline()
    scan = session.description.scans[0]
    track = session.new_track(scan=scan.id, top=0, bottom=ROWS - 1, left=((0.0, 30.0),), right=((ROWS - 1.0, 270.0),))
    curves = tuple(CurveSpec(s, f"C{s}", "GAPI", left=0.0, right=150.0) for s in (1, 2))  # type: ignore[arg-type]
    track = replace(track, name="T", curves=curves, stroke_px=float(STROKE))
    session.describe(session.description.with_track(track), "A track")
    prediction = prediction_of(session, track.id, OneLook())
    assert prediction is not None
    for number in prediction.missing(session):
        session.take_band(track.id, prediction.segmenter.run(number), prediction.key)
    decode(session, track.id)
    return session


def columns(session: Session) -> NDArray[np.float64]:
    trace = session.trace(session.description.tracks[0].id)
    assert trace is not None
    return trace.x.copy()


def exchange(session: Session, which: int, reach: Reach) -> RowSpan:
    """Exchange the curves at one crossing as the window does; returns the rows meant."""
    (track,) = session.description.tracks
    rows = [c.row for c in session.crossings(track.id)]
    span = extent(rows[which], rows, WHOLE, reach)
    done = exchange_at(session, track.id, rows[which], span, "exchange")
    assert done is not None
    session.describe(done.after, "exchange", done.edit)
    return span


def is_off(shown: NDArray[np.float64], meant: NDArray[np.float64], session: Session) -> NDArray[np.bool_]:
    """Rows in which a curve is not where it is meant to be; at a crossing both are within a stroke of each other."""
    (track,) = session.description.tracks
    touching = np.zeros(ROWS, np.bool_)
    for crossing in session.crossings(track.id):
        touching[max(0, crossing.rows.start - STROKE) : crossing.rows.stop + STROKE] = True
    return np.asarray((np.abs(shown - meant) > 1.0).any(axis=0) & ~touching)


@pytest.mark.parametrize("reach", [Reach.TO_NEXT, Reach.TO_END, Reach.ABOVE])
def test_an_exchange_reaches_as_far_as_it_says_at_every_crossing(session: Session, reach: Reach) -> None:
    (track,) = session.description.tracks
    likeness = session.evidence(track.id).likeness
    assert likeness is not None
    assert likeness.are_alike
    before = columns(session)
    assert len(session.crossings(track.id)) == 5

    for which in range(5):
        span = exchange(session, which, reach)
        meant = before.copy()
        meant[:, span.start : span.stop] = before[::-1, span.start : span.stop]
        assert not is_off(columns(session), meant, session).any()
        exchange(session, which, reach)
        assert not is_off(columns(session), before, session).any()
        session.undo()
        session.undo()
        assert np.array_equal(columns(session), before, equal_nan=True)
    session.close()


def test_a_crossing_that_was_exchanged_stays_so_when_another_is(session: Session) -> None:
    before = columns(session)
    first = exchange(session, 1, Reach.TO_NEXT)
    second = exchange(session, 3, Reach.TO_NEXT)

    meant = before.copy()
    for span in (first, second):
        meant[:, span.start : span.stop] = before[::-1, span.start : span.stop]
    assert not is_off(columns(session), meant, session).any()
    session.close()


def test_decoded_again_from_the_start_the_curves_are_where_the_gestures_left_them(session: Session) -> None:
    exchange(session, 2, Reach.TO_NEXT)
    left = columns(session)
    path = session.path
    session.close()

    again = Session.open(path)
    for job in again.ingests():
        job.inline()
    decode(again, again.description.tracks[0].id)
    assert np.array_equal(columns(again), left, equal_nan=True)
    again.close()
