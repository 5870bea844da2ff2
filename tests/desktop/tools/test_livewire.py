"""Livewire by true mouse events."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.desktop.tools.crossing_log import click, columns, hover, place, shown_classes, truth
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.rows import RowSpan

_RIGHT = Qt.MouseButton.RightButton


def _end(canvas: ScanCanvas, row: float, col: float, button: Qt.MouseButton) -> None:
    QTest.mouseDClick(canvas.viewport(), button, pos=place(canvas, row, col))


def test_the_ink_between_clicks_is_followed_and_is_one_edit(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    session, (one, _) = canvas.bridge.session, columns()
    before, entries = shown_classes(canvas), len(session.history)
    canvas.set_tool("livewire")

    for row in (1000, 1150, 1220):
        click(canvas, row, one[row], button=_RIGHT)
    _end(canvas, 1220, one[1220], _RIGHT)
    said = session.label_map(1).origin(RowSpan(0, 2000), (0, 600)) == 1
    after = shown_classes(canvas)
    canvas.bridge.undo()
    session.settle()

    assert len(session.history) == entries + 2
    assert (after[1010:1210][before[1010:1210] == 1] == 2).all()
    assert (after[1010:1210][before[1010:1210] == 2] == 2).all()
    assert not (said & (truth() == 0)).any()
    assert not said[:990].any()
    assert not said[1230:].any()
    assert np.array_equal(shown_classes(canvas), before)


def test_the_way_is_shown_before_the_click(canvas: ScanCanvas) -> None:
    one, _ = columns()
    canvas.set_tool("livewire")
    click(canvas, 1000, one[1000], button=_RIGHT)
    beside = place(canvas, 1075, one[1075])
    bare = canvas.grab().toImage().pixelColor(beside)

    hover(canvas, 1150, one[1150])

    assert canvas.grab().toImage().pixelColor(beside) != bare


def test_escape_gives_the_stroke_up(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    entries, (one, _) = len(canvas.bridge.session.history), columns()
    canvas.set_tool("livewire")

    click(canvas, 1000, one[1000], button=_RIGHT)
    click(canvas, 1100, one[1100], button=_RIGHT)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    _end(canvas, 1100, one[1100], _RIGHT)

    assert len(canvas.bridge.session.history) == entries
