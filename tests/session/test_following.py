"""What is shown agrees with itself: the pixels of a curve lie under its trace, and a person's word stands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from veerdesk.calibration.description import CurveSpec, Pin, TrackSpec
from veerdesk.labels.edits import Rule, apply_edit, paint
from veerdesk.labels.label_map import LabelMap
from veerdesk.labels.shapes import capsule
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import EvidencePlanes
from veerdesk.session.following import put_settled, settler_of
from veerdesk.session.ownership import TrackPixels
from veerdesk.tracing.trace import Trace, TraceKind

ROWS, COLS = RowSpan(0, 1500), (0, 120)
TRACK = TrackSpec(
    1, "T1", "main", 0, 1499, ((0.0, 2.0),), ((0.0, 118.0),), (CurveSpec(1, "GR"), CurveSpec(2, "CALI")), origin_col=0
)


def two_strokes() -> Trace:
    """Curve 1 stands at column 30, curve 2 at column 90, 5 px wide; curve 2 is absent in the last 300 rows."""
    x = np.repeat(np.array([[30.0], [90.0]]), ROWS.rows, axis=1)
    x[1, 1200:] = np.nan
    kind = np.where(np.isnan(x), int(TraceKind.ABSENT), int(TraceKind.OWN_INK)).astype(np.uint8)
    return Trace(ROWS, x, (x - 2).astype(np.float32), (x + 2).astype(np.float32), np.ones((2, 1500), np.float32), kind)


def provisional(track: TrackSpec = TRACK) -> TrackPixels:
    """A track whose second tile, rows 768 on, took the one curve for the other."""
    labels = LabelMap(0)
    classes = np.zeros((ROWS.rows, 120), np.uint8)
    classes[:768, 28:33], classes[:768, 88:93] = 1, 2
    classes[768:, 28:33], classes[768:, 88:93] = 2, 1
    labels.set_model(ROWS, 0, classes)
    return TrackPixels(track, labels, EvidencePlanes(0), 120)


def settled(pixels: TrackPixels, trace: Trace | None = None, rows: RowSpan = ROWS) -> RowSpan:
    return settler_of(pixels, (pixels,), 5.0)(trace or two_strokes(), (rows,))


def test_a_tile_that_exchanged_the_curves_is_put_in_line_with_the_trace() -> None:
    pixels = provisional()

    moved = settled(pixels)

    shown = pixels.labels.classes(ROWS, COLS)
    assert (shown[:, 28:33] == 1).all()
    assert (shown[:1200, 88:93] == 2).all()
    assert moved.start <= 768
    assert moved.stop == 1500
    assert settled(pixels).is_empty


def test_background_stays_and_ink_near_a_stroke_that_none_passes_keeps_its_owner() -> None:
    pixels = provisional()
    classes = pixels.labels.answered(ROWS, COLS)
    classes[1200:, 60:63] = 2  # five and a half strokes beside curve 1, curve 2 is absent
    pixels.labels.set_model(ROWS, 0, classes)

    settled(pixels)

    shown = pixels.labels.classes(ROWS, COLS)
    assert (shown[:, :28] == 0).all()
    assert (shown[1200:, 60:63] == 2).all()


def test_ink_far_from_both_strokes_is_nobody_s_until_a_stroke_comes_there() -> None:
    pixels = provisional()

    settled(pixels)
    far = pixels.labels.classes(ROWS, COLS)[1200:, 88:93].copy()
    everywhere = two_strokes()
    for plane, column in ((everywhere.x, 90), (everywhere.low, 88), (everywhere.high, 92)):
        plane[1, 1200:] = column
    settled(pixels, everywhere)

    assert (far == 0).all()
    assert (pixels.labels.classes(ROWS, COLS)[1200:, 88:93] == 2).all()


def test_rows_that_were_not_asked_for_are_left() -> None:
    pixels = provisional()

    settled(pixels, rows=RowSpan(900, 1000))

    shown = pixels.labels.classes(ROWS, COLS)
    assert (shown[900:1000, 28:33] == 1).all()
    assert (shown[768:900, 28:33] == 2).all()
    assert (shown[1000:, 28:33] == 2).all()


def test_what_is_settled_does_not_depend_on_the_traces_there_were_before() -> None:
    pixels, fresh = provisional(), provisional()
    other = two_strokes()
    other.low[:, 100:900] = other.low[::-1, 100:900].copy()
    other.high[:, 100:900] = other.high[::-1, 100:900].copy()

    settled(pixels, other)
    settled(pixels)
    settled(fresh)

    assert np.array_equal(pixels.labels.classes(ROWS, COLS), fresh.labels.classes(ROWS, COLS))


def test_a_persons_word_stands_against_the_trace_and_is_not_copied_into_the_models() -> None:
    pixels = provisional()
    edit = paint(pixels.labels, 1, capsule((900, 30), (910, 30), 2.0), 2, Rule.ANYTHING)
    assert edit is not None
    apply_edit(pixels.labels, edit)
    said = pixels.labels.said(ROWS, COLS)

    settled(pixels)

    assert (pixels.labels.classes(RowSpan(900, 911), (29, 32)) == 2).all()
    assert (pixels.labels.model.read(RowSpan(900, 911), (29, 32)) == 1).all()
    assert np.array_equal(pixels.labels.said(ROWS, COLS), said)


def test_ink_of_a_curve_that_is_stated_to_be_absent_is_background() -> None:
    pixels = provisional(replace(TRACK, pins=(Pin("absent", 2, RowSpan(1250, 1300)), Pin("absent", 1, ROWS))))
    trace = two_strokes()
    for plane in (trace.x, trace.low, trace.high):
        plane[0] = np.nan

    settled(pixels, trace)

    shown = pixels.labels.classes(ROWS, COLS)
    assert not (shown == 1).any()
    assert (shown[:1200, 88:93] == 2).all()
    assert (shown[1250:1300] == 0).all()


def test_a_track_with_one_curve_shows_no_ink_of_the_other() -> None:
    for slot in (1, 2):
        pixels = provisional(replace(TRACK, curves=(CurveSpec(slot, "GR"),)))
        trace = two_strokes()
        for plane in (trace.x, trace.low, trace.high):
            plane[2 - slot] = np.nan

        settled(pixels, trace)

        shown = pixels.labels.classes(ROWS, COLS)
        assert not (shown == 3 - slot).any()
        assert (shown[:1200, 28:33] == 1).all() if slot == 1 else (shown[:1200, 88:93] == 2).all()


def test_tiles_settled_as_a_copy_leave_rows_alone_that_became_stale_since() -> None:
    pixels, whole = provisional(), provisional()
    copy = pixels.snapshot()
    settled(copy)
    settled(whole)

    rows = put_settled(pixels.labels, tuple(copy.labels.model.take_dirty()), (RowSpan(800, 850),))

    shown, right = (p.labels.classes(ROWS, COLS) for p in (pixels, whole))
    assert (shown[800:850, 28:33] == 2).all()
    assert np.array_equal(np.delete(shown, np.s_[800:850], 0), np.delete(right, np.s_[800:850], 0))
    assert not any(r.overlaps(RowSpan(800, 850)) for r in rows)
    assert pixels.labels.model.take_dirty()
