"""A tablet's pen does what the mouse does, and the magnifier shows what is under the pointer."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QInputDevice, QPainter, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.desktop.tools.crossing_log import CROSSED_AT, columns, drag, hover, place, shown_classes
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.labels.edits import Rule

_NONE, _LEFT, _RIGHT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_PRESS, _MOVE, _RELEASE = QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease
_TIP, _OTHER_END = QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser
_WIPED = (1000, 1024)


@cache
def device(pointer: QPointingDevice.PointerType) -> QPointingDevice:
    """Return a pen that lives as long as the tests: an event does not own its device."""
    return QPointingDevice(
        "tablet",
        1,
        QInputDevice.DeviceType.Stylus,
        pointer,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        3,
        "",
        QPointingDeviceUniqueId(),
    )


def pen(
    canvas: ScanCanvas,
    kind: QEvent.Type,
    at: tuple[float, float],
    *,
    pressure: float = 0.6,
    button: Qt.MouseButton = _NONE,
    held: Qt.MouseButton = _NONE,
    end: QPointingDevice.PointerType = _TIP,
) -> bool:
    """Send one event of a pen to the canvas, as the platform does; True where it was taken."""
    local = QPointF(place(canvas, *at))
    event = QTabletEvent(
        kind,
        device(end),
        local,
        canvas.viewport().mapToGlobal(local),
        pressure,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        Qt.KeyboardModifier.NoModifier,
        button,
        held,
    )
    QApplication.sendEvent(canvas.viewport(), event)
    return event.isAccepted()


def stroke(
    canvas: ScanCanvas,
    path: list[tuple[float, float]],
    *,
    held: Qt.MouseButton,
    end: QPointingDevice.PointerType = _TIP,
) -> None:
    pen(canvas, _PRESS, path[0], button=_LEFT, held=held, end=end)
    for at in path[1:]:
        pen(canvas, _MOVE, at, held=held, end=end)
    pen(canvas, _RELEASE, path[-1], pressure=0.0, button=_LEFT, end=end)


def path_over(column: np.ndarray) -> list[tuple[float, float]]:  # type: ignore[type-arg]
    return [(row, float(column[row])) for row in range(*_WIPED, 4)]


@pytest.fixture(autouse=True)
def _brush(canvas: ScanCanvas) -> None:
    canvas.set_tool("brush")
    canvas.hand.take_class(1)
    canvas.hand.set_radius(6.0)
    canvas.hand.take_rule(Rule.INK_ONLY)


def test_the_tip_paints_what_the_mouse_paints_and_is_one_undo(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    before, path = shown_classes(canvas), path_over(columns()[1])
    drag(canvas, path)
    by_mouse = shown_classes(canvas)
    canvas.bridge.undo()

    stroke(canvas, path, held=_LEFT)
    by_pen = shown_classes(canvas)
    canvas.bridge.undo()

    assert np.array_equal(by_pen, by_mouse)
    assert not np.array_equal(by_pen, before)
    assert np.array_equal(shown_classes(canvas), before)


def test_the_barrel_button_held_is_the_other_curve(canvas: ScanCanvas) -> None:
    row, col = 1010, round(columns()[0][1010])

    pen(canvas, _PRESS, (1000, col), pressure=0.0, button=_RIGHT, held=_RIGHT)
    in_the_air = shown_classes(canvas)[row, col]
    stroke(canvas, path_over(columns()[0]), held=_LEFT | _RIGHT)

    assert in_the_air == 1
    assert shown_classes(canvas)[row, col] == 2


def test_the_other_end_of_the_pen_erases_and_gives_the_class_back(canvas: ScanCanvas) -> None:
    row, col = 1010, round(columns()[0][1010])

    stroke(canvas, path_over(columns()[0]), held=_LEFT, end=_OTHER_END)

    assert shown_classes(canvas)[row, col] == 0
    assert canvas.hand.class_in_hand == 1


def test_a_pen_in_the_air_moves_the_ring_and_paints_nothing(canvas: ScanCanvas) -> None:
    before = shown_classes(canvas)
    seen: list[tuple[int, int]] = []
    canvas.cursor_moved.connect(lambda row, col: seen.append((row, col)))

    taken = [pen(canvas, _MOVE, at, pressure=0.0) for at in path_over(columns()[1])]

    assert all(taken), "a pen event that is not taken comes again as a mouse event"
    assert seen[-1][0] == _WIPED[1] - 4
    assert np.array_equal(shown_classes(canvas), before)


def test_escape_gives_a_stroke_of_the_pen_up(canvas: ScanCanvas) -> None:
    before, path = shown_classes(canvas), path_over(columns()[1])

    pen(canvas, _PRESS, path[0], button=_LEFT, held=_LEFT)
    pen(canvas, _MOVE, path[-1], held=_LEFT)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    pen(canvas, _RELEASE, path[-1], pressure=0.0, button=_LEFT)

    assert np.array_equal(shown_classes(canvas), before)


def test_the_magnifier_shows_the_place_under_the_pointer_larger(canvas: ScanCanvas) -> None:
    canvas.zoom_to(0.5)
    canvas.go_to_row(942)
    canvas.magnifier.show(True)

    hover(canvas, 1000, float(columns()[0][1000]))
    box, view = canvas.magnifier.box(), canvas.magnifier.view()
    shown = canvas.viewport().grab().toImage()

    row, col = view.to_scan(box.center().x() + 0.5, box.center().y() + 0.5)
    assert abs(row - 1000) < 2
    assert abs(col - columns()[0][1000]) < 2
    assert view.scale == 2.0
    inside = {shown.pixelColor(box.left() + x, box.top() + y).name() for x in range(20, 220) for y in range(20, 180)}
    assert len(inside) > 3, "paper, ink in colour, and the cross"


def test_the_magnifier_is_not_filled_with_what_was_drawn_before_it(canvas: ScanCanvas) -> None:
    canvas.magnifier.show(True)
    hover(canvas, 942, 300)
    picture = QImage(canvas.viewport().size(), QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    painter.setBrush(QColor("#5E6469"))  # as the marks of crossings leave it

    canvas.magnifier.paint(painter)
    painter.end()

    box = canvas.magnifier.box()
    assert picture.pixelColor(box.left() + 8, box.top() + 8) == QColor("#ffffff")


def test_the_magnifier_stays_in_view_and_goes_with_the_pointer(canvas: ScanCanvas) -> None:
    canvas.magnifier.show(True)
    canvas.resize(300, 700)
    canvas.zoom_to(0.4)
    canvas.go_to_row(1000)
    hover(canvas, 1000, 300)
    assert canvas.viewport().rect().contains(canvas.magnifier.box()), "a narrow canvas"
    assert not canvas.magnifier.box().contains(place(canvas, 1000, 300))
    canvas.resize(700, 700)
    canvas.zoom_to(1.0)
    canvas.go_to_row(942)
    port = canvas.viewport().rect()
    top = int(canvas.row_at(0.0))

    for row, col in ((top + 10, 30), (top + 10, 560), (top + 680, 30), (top + 680, 560)):
        hover(canvas, row, col)
        assert port.contains(canvas.magnifier.box()), (row, col)
    canvas.magnifier.show(False)

    assert canvas.magnifier.box().isEmpty()


def test_what_the_magnifier_covered_is_painted_again(canvas: ScanCanvas) -> None:
    hover(canvas, 942, 300)
    before = canvas.viewport().grab().toImage()

    canvas.magnifier.show(True)
    hover(canvas, 942, 300)
    covered = canvas.viewport().grab().toImage()
    canvas.magnifier.show(False)

    assert covered != before
    assert canvas.viewport().grab().toImage() == before


def test_painting_under_the_magnifier_paints_the_same(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    path = path_over(columns()[1])
    drag(canvas, path)
    plain = shown_classes(canvas)
    canvas.bridge.undo()

    canvas.magnifier.show(True)
    drag(canvas, path)

    assert np.array_equal(shown_classes(canvas), plain)


def test_what_a_click_would_do_is_read_whole_in_the_magnifier(canvas: ScanCanvas) -> None:
    canvas.set_tool("pick")
    canvas.magnifier.show(True)
    hover(canvas, CROSSED_AT[1], 300)
    box = canvas.magnifier.box()
    shown = canvas.viewport().grab().toImage()

    paper = [
        (x, y)
        for x in range(box.left() + 3, box.right() - 2)
        for y in range(box.top() + 3, box.bottom() - 2)
        if shown.pixelColor(x, y) == QColor(*canvas.look.palette.paper)
    ]
    left, right = min(x for x, _ in paper), max(x for x, _ in paper)

    assert len(paper) > 1000
    assert box.left() + 2 < left < right < box.right() - 2, "its edges lie inside"
