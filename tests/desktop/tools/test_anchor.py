"""Depth marks by true clicks and drags: on the printed line beside the pointer, and with Alt on the pointer's own row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.desktop.tools.kit import make_tool
from veerdesk.imaging.opencv import cv2
from veerdesk.session.session import Session

_L, _NO, _ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
#: Lines of three rows: the middle is one row below the first.
LINES = (100, 200, 300)


@pytest.fixture
def canvas(tmp_path: Path, qtbot: QtBot) -> Iterator[ScanCanvas]:
    """A canvas at actual size over a page with three printed lines, the depth marks' tool in hand."""
    page = np.full((420, 640), 255, np.uint8)
    for row in LINES:
        page[row : row + 3, 40:600] = 0
    assert cv2.imwrite(str(tmp_path / "log.png"), page)
    session = Session.create([tmp_path / "log.png"])
    for job in session.ingests():
        job.inline()
    bridge = SessionBridge(session, lambda: None)  # type: ignore[arg-type,return-value]
    canvas = ScanCanvas(make_tool)
    qtbot.addWidget(canvas)
    canvas.resize(700, 460)
    canvas.set_session(bridge)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.zoom_to(1.0)
    canvas.set_tool("anchor")
    yield canvas
    canvas.set_session(None)
    bridge.close()


def place(canvas: ScanCanvas, row: float) -> QPoint:
    x, y = canvas.view.to_widget(row, 320.0)
    return QPoint(round(x), round(y))


def asked(canvas: ScanCanvas, qtbot: QtBot, row: int, keys: Qt.KeyboardModifier = _NO) -> float:
    with qtbot.waitSignal(canvas.anchor_asked) as heard:
        QTest.mouseClick(canvas.viewport(), _L, keys, place(canvas, row))
    return float(heard.args[1])


def test_a_click_beside_a_printed_line_asks_for_the_depth_of_the_line(canvas: ScanCanvas, qtbot: QtBot) -> None:
    assert asked(canvas, qtbot, 205) == 201.0
    assert asked(canvas, qtbot, 196) == 201.0


def test_a_click_far_from_every_line_asks_for_its_own_row(canvas: ScanCanvas, qtbot: QtBot) -> None:
    assert asked(canvas, qtbot, 250) == 250.0


def test_alt_asks_for_the_row_under_the_pointer(canvas: ScanCanvas, qtbot: QtBot) -> None:
    assert asked(canvas, qtbot, 205, _ALT) == pytest.approx(205.0, abs=1.0)


@pytest.mark.parametrize(("keys", "row"), [(_NO, 301.0), (_ALT, 305.0)])
def test_a_mark_that_is_dragged_comes_to_lie_on_the_line(
    canvas: ScanCanvas, qtbot: QtBot, keys: Qt.KeyboardModifier, row: float
) -> None:
    bridge, port = canvas.bridge, canvas.viewport()
    assert bridge is not None
    scan = bridge.session.description.scans[0]
    bridge.describe(bridge.session.description.with_scan(replace(scan, depth=((50.0, 500.0), (240.0, 700.0)))), "marks")

    QTest.mousePress(port, _L, _NO, place(canvas, 240))
    QTest.mouseMove(port, place(canvas, 280))
    QTest.mouseMove(port, place(canvas, 305))
    QTest.mouseRelease(port, _L, keys, place(canvas, 305))

    (_, (moved_to, depth)) = bridge.session.description.scans[0].depth
    assert moved_to == (row if keys == _NO else pytest.approx(row, abs=1.0))
    assert depth == 700.0


def line_colours(canvas: ScanCanvas, row: int) -> set[tuple[int, int, int]]:
    """Return the colours beside the scan at a row and the next ones above and below."""
    image, y = canvas.viewport().grab().toImage(), place(canvas, row).y()
    found = (image.pixelColor(8, y + k) for k in (-2, -1, 0, 1, 2))
    return {(c.red(), c.green(), c.blue()) for c in found}


def test_the_line_that_a_click_would_take_is_shown_before_it(canvas: ScanCanvas) -> None:
    port = canvas.viewport()
    QTest.mouseMove(port, place(canvas, 250))
    QTest.mouseMove(port, place(canvas, 206))

    QTest.keyRelease(canvas, Qt.Key.Key_Alt)
    shown = line_colours(canvas, 201)
    QTest.keyPress(canvas, Qt.Key.Key_Alt)
    free = line_colours(canvas, 201)
    QTest.keyRelease(canvas, Qt.Key.Key_Alt)

    flagged = canvas.look.palette.flagged
    assert flagged in shown
    assert flagged not in free


def test_the_line_that_was_clicked_stays_until_its_depth_is_there(canvas: ScanCanvas, qtbot: QtBot) -> None:
    bridge, flagged = canvas.bridge, canvas.look.palette.flagged
    assert bridge is not None
    scan = bridge.session.description.scans[0]

    asked(canvas, qtbot, 205)
    QTest.mouseMove(canvas.viewport(), place(canvas, 350))
    waits = line_colours(canvas, 201)
    canvas.tool.cancel()
    called_off = line_colours(canvas, 201)
    asked(canvas, qtbot, 105)
    QTest.mouseMove(canvas.viewport(), place(canvas, 350))
    marks = ((250.0, 700.0),)
    bridge.describe(bridge.session.description.with_scan(replace(scan, depth=marks)), "mark")
    answered = line_colours(canvas, 101)

    assert flagged in waits
    assert flagged not in called_off
    assert flagged not in answered
