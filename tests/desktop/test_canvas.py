"""The canvas under true mouse, wheel and key events on a drawn well."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import LEFT, RIGHT, columns, drawn_well
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.desktop.rows_ahead import RowsAhead
from veerdesk.desktop.tools.kit import make_tool
from veerdesk.imaging.ink import ink_mask
from veerdesk.rows import RowSpan
from veerdesk.session.change import Change
from veerdesk.session.session import Session

_L, _R, _M = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


@pytest.fixture
def bridge(tmp_path: Path, qapp: QApplication) -> Iterator[SessionBridge]:
    bridge = SessionBridge(drawn_well(tmp_path))
    yield bridge
    bridge.close()


@pytest.fixture
def canvas(bridge: SessionBridge, qtbot: QtBot) -> Iterator[ScanCanvas]:
    canvas = ScanCanvas(make_tool)
    qtbot.addWidget(canvas)
    canvas.resize(700, 500)
    canvas.set_session(bridge)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.zoom_to(1.0)
    canvas.go_to_row(1000)
    canvas.setFocus()
    yield canvas
    canvas.set_session(None)


def _session(canvas: ScanCanvas) -> Session:
    assert canvas.bridge is not None
    return canvas.bridge.session


def _place(canvas: ScanCanvas, row: float, col: float) -> QPoint:
    x, y = canvas.view.to_widget(row, col)
    return QPoint(round(x), round(y))


def _drag(
    canvas: ScanCanvas, start: tuple[float, float], stop: tuple[float, float], button: Qt.MouseButton = _L
) -> None:
    port = canvas.viewport()
    QTest.mousePress(port, button, Qt.KeyboardModifier.NoModifier, _place(canvas, *start))
    for share in (0.5, 1.0):
        at = (start[0] + share * (stop[0] - start[0]), start[1] + share * (stop[1] - start[1]))
        QTest.mouseMove(port, _place(canvas, *at))
    QTest.mouseRelease(port, button, Qt.KeyboardModifier.NoModifier, _place(canvas, *stop))


def _wheel(canvas: ScanCanvas, at: QPoint, notches: int, keys: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(canvas.viewport().mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), event)


def _changed(session: Session) -> np.ndarray:  # type: ignore[type-arg]
    return session.label_map(1).origin(RowSpan(800, 1200), (0, 640)) == 1


def test_a_stroke_changes_exactly_the_ink_under_it(canvas: ScanCanvas) -> None:
    session, (one, _) = _session(canvas), columns()
    canvas.set_tool("brush")
    canvas.hand.take_class(2)
    canvas.hand.set_radius(4.0)

    _drag(canvas, (1000, one[1000]), (1040, one[1040]))

    said = _changed(session)
    ink = ink_mask(session.scans[canvas.scan_id].read(RowSpan(800, 1200), (0, 640)))
    rows = np.flatnonzero(said.any(axis=1)) + 800
    assert said.any()
    assert not (said & ~ink).any()
    assert rows.min() >= 995
    assert rows.max() <= 1045
    assert set(np.unique(session.label_map(1).classes(RowSpan(800, 1200), (0, 640))[said])) == {2}


def test_one_gesture_is_one_undo(canvas: ScanCanvas, bridge: SessionBridge) -> None:
    session, (one, _) = _session(canvas), columns()
    before = session.label_map(1).classes(RowSpan(800, 1200), (0, 640))
    entries = len(session.history)
    canvas.set_tool("brush")
    canvas.hand.take_class(2)

    _drag(canvas, (980, one[980]), (1030, one[1030]))
    assert len(session.history) == entries + 1
    bridge.undo()

    assert np.array_equal(session.label_map(1).classes(RowSpan(800, 1200), (0, 640)), before)
    assert not _changed(session).any()


def test_the_right_button_paints_the_other_curve(canvas: ScanCanvas) -> None:
    one, _ = columns()
    canvas.set_tool("brush")
    canvas.hand.take_class(1)

    _drag(canvas, (1000, one[1000]), (1010, one[1010]), _R)

    shown = _session(canvas).label_map(1).classes(RowSpan(1000, 1010), (LEFT, RIGHT))
    assert (shown == 2).sum() > 0
    assert _session(canvas).history[-1].label == "paint curve 2"


def test_the_rows_in_view_of_the_track_in_hand_are_ready_once_the_view_rests(
    canvas: ScanCanvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert canvas.bridge is not None
    canvas.hand.take_track(1)
    asked: list[tuple[int, RowSpan]] = []
    unpack_ahead = canvas.bridge.session.unpack_ahead

    def noted(track_id: int, rows: RowSpan) -> None:
        asked.append((track_id, rows))
        unpack_ahead(track_id, rows)

    monkeypatch.setattr(canvas.bridge.session, "unpack_ahead", noted)
    ahead = RowsAhead(canvas, canvas.bridge)

    canvas.go_to_row(700)
    qtbot.waitUntil(lambda: bool(asked), timeout=10_000)
    seen = canvas.visible_rows()
    ahead.stop()
    canvas.go_to_row(1000)
    qtbot.wait(300)

    assert asked == [(1, seen.grown(seen.rows // 2))]


def test_every_dab_on_one_place_is_painted_in_a_frame_of_its_own(canvas: ScanCanvas, qtbot: QtBot) -> None:
    canvas.set_tool("brush")
    place = _place(canvas, 1000, columns()[0][1000])
    for button in (_R, _L, _R):
        qtbot.wait_until(lambda: canvas.frames > 0)
        canvas.port.repaint()
        before = canvas.frames

        QTest.mouseClick(canvas.viewport(), button, Qt.KeyboardModifier.NoModifier, place)

        qtbot.wait_until(lambda before=before: canvas.frames > before)  # type: ignore[misc]


def test_the_keys_come_to_the_canvas_with_a_stroke(canvas: ScanCanvas, qtbot: QtBot) -> None:
    other = QLineEdit()
    qtbot.addWidget(other)
    with qtbot.waitExposed(other):
        other.show()
    other.activateWindow()
    other.setFocus()
    qtbot.wait_until(lambda: not canvas.has_keys)
    canvas.activateWindow()

    QTest.mousePress(canvas.viewport(), _M, Qt.KeyboardModifier.NoModifier, QPoint(300, 200))

    qtbot.wait_until(lambda: canvas.has_keys and canvas.hasFocus())


def test_the_eraser_says_background_and_forgetting_shows_the_model_again(canvas: ScanCanvas) -> None:
    session, (one, _) = _session(canvas), columns()
    before = session.label_map(1).classes(RowSpan(990, 1020), (0, 640))
    canvas.hand.set_radius(8.0)

    canvas.set_tool("eraser")
    _drag(canvas, (1000, one[1000]), (1008, one[1008]))
    erased = session.label_map(1).classes(RowSpan(1000, 1008), (0, round(one[1000]) + 20))
    canvas.set_tool("forget")
    _drag(canvas, (998, one[1000]), (1012, one[1008]))

    assert not erased.any()
    assert np.array_equal(session.label_map(1).classes(RowSpan(990, 1020), (0, 640)), before)


def test_holding_a_paints_off_the_ink(canvas: ScanCanvas) -> None:
    canvas.set_tool("brush")
    canvas.hand.take_class(1)

    _drag(canvas, (1000, 300), (1005, 300))
    locked = _changed(_session(canvas)).any()
    QTest.keyPress(canvas, Qt.Key.Key_A)
    _drag(canvas, (1000, 300), (1005, 300))
    QTest.keyRelease(canvas, Qt.Key.Key_A)

    assert not locked
    assert _changed(_session(canvas)).any()
    assert not canvas.hand.bypasses_ink


def test_escape_gives_a_stroke_up(canvas: ScanCanvas) -> None:
    one, _ = columns()
    canvas.set_tool("brush")
    entries = len(_session(canvas).history)

    QTest.mousePress(canvas.viewport(), _R, Qt.KeyboardModifier.NoModifier, _place(canvas, 1000, one[1000]))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas.viewport(), _R, Qt.KeyboardModifier.NoModifier, _place(canvas, 1000, one[1000]))

    assert len(_session(canvas).history) == entries


def test_the_wheel_scrolls_and_with_control_zooms_at_the_cursor(canvas: ScanCanvas) -> None:
    at = QPoint(200, 120)
    top = canvas.row_at(0)
    _wheel(canvas, at, -1, Qt.KeyboardModifier.NoModifier)
    scrolled = canvas.row_at(0) - top
    under = canvas.view.to_scan(at.x(), at.y())

    _wheel(canvas, at, 3, Qt.KeyboardModifier.ControlModifier)

    assert scrolled == 96
    assert canvas.scale == 2.0
    assert canvas.view.to_scan(at.x(), at.y())[0] == pytest.approx(under[0], abs=0.5)


def test_the_middle_button_and_the_space_bar_move_the_scan(canvas: ScanCanvas, qtbot: QtBot) -> None:
    canvas.set_tool("brush")
    kept: list[int] = []
    canvas.keep_asked.connect(lambda: kept.append(1))
    top = canvas.row_at(0)

    _drag(canvas, (1000, 300), (950, 300), _M)
    moved = canvas.row_at(0) - top
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    _drag(canvas, (1000, 300), (980, 300))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    after_hold = list(kept)
    QTest.keyClick(canvas, Qt.Key.Key_Space)

    assert moved == pytest.approx(50, abs=30)
    assert not _changed(_session(canvas)).any()
    assert after_hold == []
    assert kept == [1]


def test_s_hides_the_overlay_while_it_is_held(canvas: ScanCanvas) -> None:
    one, _ = columns()
    at = _place(canvas, 1000, one[1000])

    shown = canvas.grab().toImage().pixelColor(at)
    QTest.keyPress(canvas, Qt.Key.Key_S)
    bare = canvas.grab().toImage().pixelColor(at)
    QTest.keyRelease(canvas, Qt.Key.Key_S)
    again = canvas.grab().toImage().pixelColor(at)

    assert shown.red() > shown.blue()
    assert bare == QColor(0, 0, 0)
    assert again == shown


def test_both_curves_are_shown_in_their_colours_when_zoomed_out(canvas: ScanCanvas) -> None:
    canvas.zoom_to(0.13)
    canvas.go_to_row(1500)
    image = canvas.grab().toImage()
    counts = [0, 0]

    for row in range(1000, 2000, 20):
        y = _place(canvas, row, 0).y()
        line = [image.pixelColor(x, y) for x in range(image.width())]
        counts[0] += any(c.red() - c.blue() > 60 for c in line)
        counts[1] += any(c.blue() - c.red() > 60 for c in line)

    assert counts == [50, 50]


def test_dragging_a_border_is_one_description(canvas: ScanCanvas) -> None:
    session = _session(canvas)
    canvas.set_tool("border")
    entries = len(session.history)

    _drag(canvas, (1000, RIGHT), (1000, RIGHT + 30))

    track = session.description.track(1)
    assert len(session.history) == entries + 1
    assert [col for _, col in track.right] == pytest.approx([RIGHT + 30] * len(track.right), abs=1.5)
    assert [col for _, col in track.left] == [LEFT] * len(track.left)


def test_a_border_gets_a_knot_where_shift_takes_it_and_loses_it_again(canvas: ScanCanvas) -> None:
    session, port = _session(canvas), canvas.viewport()
    canvas.set_tool("border")

    QTest.mousePress(port, _L, Qt.KeyboardModifier.ShiftModifier, _place(canvas, 1000, RIGHT))
    QTest.mouseMove(port, _place(canvas, 1000, RIGHT + 20))
    QTest.mouseRelease(port, _L, Qt.KeyboardModifier.ShiftModifier, _place(canvas, 1000, RIGHT + 20))
    bent = session.description.track(1).right
    QTest.mouseClick(port, _R, Qt.KeyboardModifier.NoModifier, _place(canvas, 1000, RIGHT + 20))
    straight = session.description.track(1).right

    assert [round(col) for _, col in bent] == pytest.approx([RIGHT, RIGHT + 20, RIGHT], abs=1)
    assert bent[1][0] == pytest.approx(1000, abs=1)
    assert [col for _, col in straight] == [RIGHT, RIGHT]


def test_crossed_borders_are_refused_with_a_sentence(canvas: ScanCanvas, qtbot: QtBot) -> None:
    session = _session(canvas)
    canvas.set_tool("border")
    before = session.description

    with qtbot.waitSignal(canvas.said) as said:
        _drag(canvas, (1000, RIGHT), (1000, LEFT - 20))

    assert session.description == before
    assert "right of the left one" in said.args[0]


def test_four_clicks_place_a_track(tmp_path: Path, qtbot: QtBot) -> None:
    bridge = SessionBridge(drawn_well(tmp_path, has_track=False))
    canvas = ScanCanvas(make_tool)
    qtbot.addWidget(canvas)
    canvas.resize(700, 500)
    canvas.set_session(bridge)
    canvas.show()
    canvas.zoom_to(1.0)
    canvas.set_tool("border")

    for row, col in ((50, 100), (400, 102), (60, 500), (410, 501)):
        QTest.mouseClick(canvas.viewport(), _L, Qt.KeyboardModifier.NoModifier, _place(canvas, row, col))
    (track,) = bridge.session.description.tracks
    bridge.undo()
    without = bridge.session.description.tracks
    canvas.set_session(None)
    bridge.close()

    assert (track.top, track.bottom) == pytest.approx((50, 410), abs=1)
    assert track.geometry.width_px == pytest.approx(399, abs=3)
    assert [c.slot for c in track.curves] == [1, 2]
    assert without == ()


def test_a_click_asks_for_a_depth(canvas: ScanCanvas, qtbot: QtBot) -> None:
    canvas.set_tool("anchor")

    with qtbot.waitSignal(canvas.anchor_asked) as asked:
        QTest.mouseClick(canvas.viewport(), _L, Qt.KeyboardModifier.NoModifier, _place(canvas, 1010, 300))

    assert asked.args == [canvas.scan_id, 1010.0]


def test_the_ring_is_drawn_where_the_brush_is(canvas: ScanCanvas) -> None:
    canvas.set_tool("brush")
    canvas.hand.set_radius(20.0)
    bare = canvas.grab().toImage()

    QTest.mouseMove(canvas.viewport(), QPoint(320, 240))
    QTest.mouseMove(canvas.viewport(), _place(canvas, 1000, 300))
    ring = canvas.grab().toImage()

    at = _place(canvas, 1000, 320)
    assert ring.pixelColor(at) != bare.pixelColor(at)


def test_tab_exchanges_the_class_in_hand(canvas: ScanCanvas) -> None:
    QTest.keyClick(canvas, Qt.Key.Key_Tab)

    assert canvas.hand.class_in_hand == 2


def test_alt_drag_sizes_the_brush(canvas: ScanCanvas) -> None:
    canvas.set_tool("brush")
    canvas.hand.set_radius(5.0)
    port, alt = canvas.viewport(), Qt.KeyboardModifier.AltModifier

    QTest.mousePress(port, _L, alt, QPoint(200, 200))
    QTest.mouseMove(port, QPoint(220, 200))
    QTest.mouseRelease(port, _L, alt, QPoint(220, 200))

    assert canvas.hand.brush_radius == pytest.approx(25.0)
    assert not _changed(_session(canvas)).any()


def test_an_edit_is_announced_with_its_rows(canvas: ScanCanvas, bridge: SessionBridge, qtbot: QtBot) -> None:
    heard: list[Change] = []
    bridge.changed.connect(heard.append)
    one, _ = columns()
    canvas.set_tool("brush")

    _drag(canvas, (1000, one[1000]), (1004, one[1004]), _R)
    qtbot.waitUntil(lambda: bool(heard))

    assert heard[0].rows is not None
    assert heard[0].rows.start >= 990
    assert heard[0].rows.stop <= 1015


def test_the_view_is_restored_as_it_was_left(canvas: ScanCanvas, bridge: SessionBridge) -> None:
    canvas.zoom_to(2.0)
    canvas.go_to_row(1500)
    state = canvas.view_state(bridge.session.view)
    rows = canvas.visible_rows()

    canvas.set_session(bridge)
    canvas.restore(state)

    assert canvas.visible_rows() == rows
    assert canvas.scale == 2.0


def test_deep_rows_are_where_they_should_be(tmp_path: Path, qtbot: QtBot) -> None:
    bridge = SessionBridge(drawn_well(tmp_path, has_track=False, height=200_000))
    canvas = ScanCanvas(make_tool)
    qtbot.addWidget(canvas)
    canvas.resize(700, 500)
    canvas.set_session(bridge)
    canvas.show()
    canvas.zoom_to(1.0)
    canvas.go_to_row(199_900)
    row = 199_850
    col = round(200 + 40 * np.sin(row / 130))

    image = canvas.grab().toImage()
    at = _place(canvas, row, col)
    canvas.set_session(None)
    bridge.close()

    assert image.pixelColor(at) == QColor(0, 0, 0)
    assert image.pixelColor(at + QPoint(30, 0)) == QColor(255, 255, 255)


def test_qt_keeps_every_reference_to_none(qapp: QApplication) -> None:
    """PySide6 6.12 dropped one reference to None on every void call and died of it (decision 0001)."""
    before = sys.getrefcount(None)
    thing = QObject()

    for _ in range(500):
        thing.setObjectName("x")

    assert sys.getrefcount(None) > before - 100
