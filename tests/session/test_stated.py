"""What is stated of a slot outranks the decode, from the session over the well file to the LAS: absent, shared, no curve."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.session.drawn import COLS, ROWS, add_track, columns, decode, draw_scan
from veerdesk.calibration.description import Pin, Slot
from veerdesk.imaging.png import read_classes
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.las.reader import read_las
from veerdesk.rows import RowSpan
from veerdesk.session.digitise import digitise
from veerdesk.session.prediction import prediction_of
from veerdesk.session.session import Session
from veerdesk.session.stored_well import read_well
from veerdesk.tracing.trace import Trace, TraceKind

ALL = RowSpan(0, ROWS), (0, COLS)
ABSENT, SHARED = RowSpan(300, 360), RowSpan(600, 640)
#: Rows beside a span in which a value of the grid may still lean on the span's neighbours.
_EDGE = 2


class LeftAndRight:
    """A predictor that gives ink left of the middle to curve 1 and the rest to curve 2."""

    name, digest, device, stroke_px = "left and right", "c" * 64, "cpu", 4.0

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        ink = 1.0 - grey.astype(np.float32) / 255.0
        left = (np.arange(grey.shape[1]) < grey.shape[1] * 0.55)[None, :]
        p1, p2 = np.where(left, 0.9 * ink, 0.1 * ink), np.where(left, 0.1 * ink, 0.9 * ink)
        return np.stack([1.0 - p1 - p2, p1, p2]).astype(np.float32)


def read_session(folder: Path, slots: tuple[int, ...] = (1, 2)) -> Session:
    """Return a session over the drawn scan whose track has curves in these slots, predicted and decoded."""
    session = Session.create([draw_scan(folder / "log.png")])
    for job in session.ingests():
        job.inline()
    anchors = replace(session.description.scans[0], depth=((0.0, 0.0), (899.0, 89.9)))
    las = replace(session.description.las, step=0.1)
    session.describe(replace(session.description.with_scan(anchors), las=las), "Place anchors")
    track = add_track(session)
    curves = tuple(c for c in track.curves if c.slot in slots)
    session.describe(session.description.with_track(replace(track, curves=curves)), "Curves")
    prediction = prediction_of(session, track.id, LeftAndRight())
    assert prediction is not None
    for number in prediction.missing(session):
        session.take_band(track.id, prediction.segmenter.run(number), prediction.key)
    decode(session, track.id)
    return session


def state(session: Session, *pins: Pin) -> None:
    track = session.description.tracks[0]
    session.describe(session.description.with_track(replace(track, pins=pins)), "State spans")


def trace_of(session: Session) -> Trace:
    trace = session.trace(1)
    assert trace is not None
    return trace


def left_by(session: Session, out: Path) -> tuple[NDArray[np.float64], NDArray[np.uint8], list[dict[str, str]]]:
    """Return the LAS values ``(2, rows)``, the label map and the lines of the trace that digitise leaves."""
    digitise(read_well(session.path), predictor=LeftAndRight, out=out, cancel=Unstoppable(), progress=unwatched)
    las = read_las(next(out.glob("*.las")))
    values = np.stack([np.asarray(c.value, np.float64) for c in las.curves])
    header, *lines = (out / "T1.trace.csv").read_text().splitlines()
    table = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
    return values, read_classes(out / "T1.labels.png"), table


def test_a_span_that_is_stated_absent_is_null_everywhere(tmp_path: Path) -> None:
    session = read_session(tmp_path)
    before = trace_of(session).x.copy()

    state(session, Pin("absent", 2, ABSENT))

    inside = slice(ABSENT.start, ABSENT.stop)
    x = trace_of(session).x.copy()
    assert np.isnan(x[1, inside]).all()
    assert np.isfinite(x[1, : ABSENT.start]).all()
    assert np.isfinite(x[1, ABSENT.stop :]).all()
    assert np.array_equal(x[0], before[0])
    shown = session.label_map(1).classes(*ALL)
    assert not (shown[inside] == 2).any()
    assert (shown[inside] == 1).any()
    session.close()
    values, labels, table = left_by(session, tmp_path / "out")
    assert np.isnan(values[1, inside]).all()
    assert np.isfinite(values[0]).all()
    assert np.isfinite(values[1, ABSENT.stop + _EDGE :]).all()
    assert np.array_equal(labels, shown)
    assert not any(table[row]["x2"] or table[row]["c2"] not in ("", "0") for row in range(ABSENT.start, ABSENT.stop))


def test_a_span_that_is_stated_shared_has_a_value_for_both(tmp_path: Path) -> None:
    session = read_session(tmp_path)

    state(session, Pin("shared", 2, SHARED))

    inside = slice(SHARED.start, SHARED.stop)
    trace = trace_of(session)
    assert (trace.kind[1, inside] == TraceKind.SHARED).all()
    assert float(np.abs(trace.x[1, inside] - columns()[0, inside]).max()) <= 2.5
    session.close()
    values, _, _ = left_by(session, tmp_path / "out")
    across = (trace.x[:, inside] - 40.0) / 200.0
    core = slice(_EDGE, -_EDGE)
    assert np.allclose(values[0, inside][core], 150.0 * across[0][core], atol=0.01)
    assert np.allclose(values[1, inside][core], 6.0 + 10.0 * across[1][core], atol=0.01)


def test_what_is_stated_survives_the_well_and_undo_takes_it_back(tmp_path: Path) -> None:
    session = read_session(tmp_path)
    free, plane = trace_of(session).x.copy(), session.label_map(1).model.read(*ALL)
    state(session, Pin("absent", 1, ABSENT), Pin("shared", 2, SHARED))
    stated, cleared = trace_of(session).x.copy(), session.label_map(1).model.read(*ALL)
    session.close()

    again = Session.open(tmp_path / "log.veer")
    decode(again, 1)

    assert np.array_equal(trace_of(again).x, stated, equal_nan=True)
    assert np.array_equal(again.label_map(1).model.read(*ALL), cleared)
    again.undo()
    assert np.array_equal(trace_of(again).x, free, equal_nan=True)
    assert np.array_equal(again.label_map(1).model.read(*ALL), plane)
    again.close()


def test_what_is_stated_outranks_ink_that_a_person_painted(tmp_path: Path) -> None:
    session = read_session(tmp_path)
    state(session, Pin("absent", 1, ABSENT))
    assert np.isnan(trace_of(session).x[0, ABSENT.start : ABSENT.stop]).all()

    labels = session.label_map(1)
    labels.person.write(310, 60, np.full((20, 4), 1, np.uint8))
    session.describe(
        session.description.with_track(
            replace(session.description.tracks[0], pins=(Pin("absent", 1, RowSpan(299, 360)),))
        ),
        "A row more",
    )

    assert np.isnan(trace_of(session).x[0, 299:360]).all()
    session.close()


@pytest.mark.parametrize("slot", [1, 2])
def test_a_slot_without_a_curve_never_gets_a_value(slot: Slot, tmp_path: Path) -> None:
    session = read_session(tmp_path, (slot,))

    trace = trace_of(session)
    assert np.isnan(trace.x[2 - slot]).all()
    assert np.isfinite(trace.x[slot - 1]).mean() > 0.95
    shown = session.label_map(1).classes(*ALL)
    assert set(np.unique(shown)) == {0, slot}
    session.close()
    values, labels, table = left_by(session, tmp_path / "out")
    assert values.shape[0] == 1
    assert np.array_equal(labels, shown)
    assert not any(line[f"x{3 - slot}"] for line in table)
    ours = np.array([float(line[f"x{slot}"] or "nan") for line in table])
    assert np.allclose(ours, trace.x[slot - 1], atol=0.01, equal_nan=True)


def test_a_track_whose_curves_nobody_described_may_have_both(tmp_path: Path) -> None:
    session = read_session(tmp_path, ())

    assert np.isfinite(trace_of(session).x).mean(axis=1).min() > 0.95
    session.close()
