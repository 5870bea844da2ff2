"""Going to a place: a depth or a row that is typed, and a click on the strip of the whole log."""
# ruff: noqa: F811 - the fixture is the review's own

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tests.desktop.test_review import HEIGHT, press, window  # noqa: F401
from veerdesk.desktop.main_window import MainWindow


def type_into_the_box(text: str, asked: list[str]) -> None:
    """Type into the box that is about to open, and press Return; ``asked`` gets its question."""

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QInputDialog)
        asked.append(box.labelText())
        field = box.findChild(QLineEdit)
        assert field is not None
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    QTimer.singleShot(0, answer)


def middle_row(window: MainWindow) -> float:
    canvas = window.view.canvas
    return canvas.row_at(canvas.viewport().height() / 2)


@pytest.mark.parametrize(("typed", "row"), [("700", 700), ("no number", None)])
def test_g_goes_to_the_row_that_is_typed_until_there_are_depths(
    window: MainWindow, typed: str, row: int | None
) -> None:
    window.settings = replace(window.settings, decimal="point")
    before, asked = middle_row(window), list[str]()
    type_into_the_box(typed, asked)

    press(window, Qt.Key.Key_G)

    assert asked == [f"Row, 0 to {HEIGHT - 1:,}"]
    if row is not None:
        assert middle_row(window) == pytest.approx(row, abs=1.5)
    else:
        assert middle_row(window) == before


def test_g_goes_to_the_depth_that_is_typed(window: MainWindow) -> None:
    assert window.bridge is not None
    description = window.bridge.session.description
    scan = replace(description.scans[0], depth=((0.0, 5000.0), (1600.0, 5800.0)))
    window.bridge.describe(description.with_scan(scan), "depths")
    asked = list[str]()
    type_into_the_box("5410", asked)

    press(window, Qt.Key.Key_G)

    assert asked == [f"Depth in ft, 5,000 to {round(5000 + (HEIGHT - 1) / 2):,}"]
    assert middle_row(window) == pytest.approx(820, abs=1.5)


def test_a_click_on_the_strip_of_the_whole_log_goes_there_and_a_drag_follows(window: MainWindow, qtbot: QtBot) -> None:
    strip = window.view.minimap
    qtbot.waitUntil(lambda: strip._rows == HEIGHT)  # its picture is made behind
    x, height = strip.width() // 2, strip.height()

    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(x, height // 2))
    clicked = middle_row(window)
    QTest.mouseMove(strip, QPoint(x, round(0.7 * height)))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(x, round(0.7 * height)))

    assert clicked == pytest.approx(HEIGHT / 2, abs=6)
    assert middle_row(window) == pytest.approx(0.7 * HEIGHT, abs=6)
