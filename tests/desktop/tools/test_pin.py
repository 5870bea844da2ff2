"""Pins: a curve dragged to a point, by true mouse events."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.desktop.tools.crossing_log import click, columns, drag, hover, place, shown_classes
from veerdesk.calibration.description import Pin, TrackSpec
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.rows import RowSpan

_RIGHT = Qt.MouseButton.RightButton


def _track(canvas: ScanCanvas) -> TrackSpec:
    assert canvas.bridge is not None
    return canvas.bridge.session.description.track(1)


def _x(canvas: ScanCanvas, slot: int, row: int) -> float:
    assert canvas.bridge is not None
    trace = canvas.bridge.session.trace(1)
    assert trace is not None
    return float(trace.x[slot - 1, row - trace.rows.start])


def test_a_curve_dragged_to_a_point_goes_through_it_and_undo_takes_it_back(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    session, (one, _) = canvas.bridge.session, columns()
    trace = session.trace(1)
    assert trace is not None
    before, entries, person = trace.x.copy(), len(session.history), session.label_map(1).person.row_spans()
    canvas.set_tool("pin")

    drag(canvas, [(1100, one[1100]), (1100, 300), (1100, 280)])
    (pin,) = _track(canvas).pins
    pinned = _x(canvas, 1, 1100)
    canvas.bridge.undo()
    canvas.bridge.session.settle()

    assert (pin.kind, pin.slot, pin.rows) == ("at", 1, RowSpan(1100, 1101))
    assert pinned == pin.column
    assert abs(pinned - 280) <= 1
    assert len(session.history) == entries + 2
    assert _track(canvas).pins == ()
    after = session.trace(1)
    assert after is not None
    assert np.array_equal(after.x, before, equal_nan=True)
    assert session.label_map(1).person.row_spans() == person


def test_a_pin_on_ink_lies_in_the_middle_of_its_stroke(canvas: ScanCanvas) -> None:
    _, two = columns()
    canvas.set_tool("pin")

    drag(canvas, [(1178, 200), (1178, round(two[1178]) + 2)], _RIGHT)

    (pin,) = _track(canvas).pins
    assert pin.slot == 2
    assert pin.column is not None
    assert abs(pin.column - two[1178]) <= 1.0


def test_off_the_curves_the_button_says_which_curve_is_pinned(canvas: ScanCanvas) -> None:
    canvas.set_tool("pin")

    click(canvas, 1100, 300)
    click(canvas, 1150, 310, button=_RIGHT)

    assert [(p.slot, p.rows.start) for p in _track(canvas).pins] == [(1, 1100), (2, 1150)]


def test_a_pin_is_moved_by_a_drag_and_taken_away_by_the_right_button(canvas: ScanCanvas) -> None:
    canvas.set_tool("pin")

    click(canvas, 1100, 300)
    drag(canvas, [(1100, 300), (1110, 320), (1110, 330)])
    moved = _track(canvas).pins
    click(canvas, 1110, 330, button=_RIGHT)

    assert [(p.slot, p.rows.start) for p in moved] == [(1, 1110)]
    assert moved[0].column is not None
    assert abs(moved[0].column - 330) <= 1
    assert _track(canvas).pins == ()


def test_escape_leaves_the_curve_where_it_was(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    entries, (one, _) = len(canvas.bridge.session.history), columns()
    canvas.set_tool("pin")

    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place(canvas, 1100, one[1100]))
    QTest.mouseMove(canvas.viewport(), place(canvas, 1100, 300))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place(canvas, 1100, 300))

    assert len(canvas.bridge.session.history) == entries


def test_the_curve_under_the_pointer_is_named_before_it_is_taken(canvas: ScanCanvas) -> None:
    _, two = columns()
    canvas.set_tool("pin")
    beside = place(canvas, 1100, two[1100] + 7)
    bare = canvas.grab().toImage().pixelColor(beside)

    hover(canvas, 1100, two[1100])

    assert canvas.grab().toImage().pixelColor(beside) != bare


def test_pins_are_undone_in_any_number_and_touch_no_pixel(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    session, rng = canvas.bridge.session, np.random.default_rng(11)
    start, shown = _track(canvas), shown_classes(canvas)
    trace = session.trace(1)
    assert trace is not None
    before = trace.x.copy()
    canvas.set_tool("pin")

    for row in rng.integers(700, 1190, 8).tolist():
        click(
            canvas, row, float(rng.uniform(80, 520)), button=_RIGHT if rng.random() < 0.5 else Qt.MouseButton.LeftButton
        )
    said = session.label_map(1).person.row_spans()
    while session.can_undo and _track(canvas) != start:
        canvas.bridge.undo()
    session.settle()

    after = session.trace(1)
    assert after is not None
    assert said == ()
    assert np.array_equal(after.x, before, equal_nan=True)
    assert np.array_equal(shown_classes(canvas), shown)
    assert not [p for p in _track(canvas).pins if isinstance(p, Pin)]


def test_a_curve_dragged_onto_the_others_stroke_takes_it_between_the_crossings_in_one_gesture(
    canvas: ScanCanvas,
) -> None:
    assert canvas.bridge is not None
    session, (one, two) = canvas.bridge.session, columns()
    before, entries = shown_classes(canvas), len(session.history)
    canvas.set_tool("pin")

    drag(canvas, [(1150, one[1150]), (1150, 300), (1150, two[1150])])
    after, exchanged = shown_classes(canvas), (_x(canvas, 1, 1000), _x(canvas, 2, 1000), _x(canvas, 1, 900))
    made = len(session.history) - entries
    canvas.bridge.undo()
    session.settle()

    middle = slice(960, 1400)
    assert made == 1
    assert np.array_equal(after[middle], np.where(before[middle] > 0, 3 - before[middle], 0))
    assert np.abs(np.array(exchanged) - (two[1000], one[1000], one[900])).max() <= 1.5
    assert np.array_equal(shown_classes(canvas), before)
    assert _track(canvas).pins == ()


def test_every_row_that_a_pin_exchanged_is_drawn_at_once(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    session, (one, two) = canvas.bridge.session, columns()
    canvas.set_tool("pin")
    canvas.go_to_row(1100)
    canvas.grab()

    drag(canvas, [(1150, one[1150]), (1150, 300), (1150, two[1150])])
    session.settle()
    hover(canvas, 1180, 560)
    shown = canvas.grab().toImage()
    canvas.stack.tiles.forget_all()
    canvas.viewport().update()

    assert canvas.visible_rows().start < 1100
    assert canvas.grab().toImage() == shown
