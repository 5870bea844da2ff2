"""A gesture of several clicks is ended by Enter and goes back by Backspace, as a hand on the keys has it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.desktop.tools.crossing_log import click, columns, hover, place, shown_classes
from veerdesk.desktop.canvas.view import ScanCanvas

_RIGHT = Qt.MouseButton.RightButton


def _entries(canvas: ScanCanvas) -> int:
    assert canvas.bridge is not None
    return len(canvas.bridge.session.history)


def test_enter_ends_a_way_and_backspace_forgets_its_last_click(canvas: ScanCanvas) -> None:
    before, entries, (one, _) = shown_classes(canvas), _entries(canvas), columns()
    canvas.set_tool("livewire")

    for row in (1000, 1100, 1220):
        click(canvas, row, one[row], button=_RIGHT)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(canvas, Qt.Key.Key_Return)

    after = shown_classes(canvas)
    assert _entries(canvas) == entries + 1
    assert (after[1010:1090][before[1010:1090] == 1] == 2).all()
    assert np.array_equal(after[1110:], before[1110:])


def test_backspace_before_the_first_click_of_a_way_leaves_nothing_to_end(canvas: ScanCanvas) -> None:
    entries, (one, _) = _entries(canvas), columns()
    canvas.set_tool("livewire")

    click(canvas, 1000, one[1000], button=_RIGHT)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(canvas, Qt.Key.Key_Return)

    assert _entries(canvas) == entries


def test_enter_closes_a_polygon_without_the_corner_that_backspace_took(canvas: ScanCanvas) -> None:
    before, entries = shown_classes(canvas), _entries(canvas)
    canvas.set_tool("lasso")

    for row, col in ((1000, 100), (1000, 500), (1100, 500), (1100, 100), (1240, 100)):
        click(canvas, row, col, button=_RIGHT)
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(canvas, Qt.Key.Key_Enter)

    after = shown_classes(canvas)
    assert _entries(canvas) == entries + 1
    assert (after[1010:1090][before[1010:1090] > 0] == 2).all()
    assert np.array_equal(after[1110:], before[1110:])


def test_a_corner_that_backspace_took_is_drawn_no_more(canvas: ScanCanvas) -> None:
    corners, spot = ((1000, 100), (1000, 300), (1100, 300)), place(canvas, 1100, 230)
    canvas.set_tool("lasso")
    hover(canvas, 1100, 60)
    bare = canvas.viewport().grab().toImage().pixelColor(spot)
    for row, col in corners:
        click(canvas, row, col)
    click(canvas, 1100, 150)
    drawn = canvas.viewport().grab().toImage().pixelColor(spot)

    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    taken_back = canvas.viewport().grab().toImage().pixelColor(spot)
    QTest.mouseMove(canvas.viewport(), place(canvas, 1100, 152))

    assert taken_back == bare != drawn
    assert canvas.viewport().grab().toImage().pixelColor(spot) == drawn
