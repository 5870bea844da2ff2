"""A well is found again as it was left: the same pixels on the screen, the same tool and rule in hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.test_review import SHIFT, crossing_well, press
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.settings import load_settings
from veerdesk.desktop.theme import Theme
from veerdesk.labels.edits import Rule


def opened(path: Path, qtbot: QtBot, qapp: QApplication) -> MainWindow:
    """Return a window as a new start of the program makes it, with a well open and its crossings found."""
    settings = load_settings()
    window = MainWindow(Theme(qapp, "light"), settings, another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    if settings.window is None:
        window.resize(1200, 760)
    with qtbot.waitActive(window):
        window.show()
    window.open_paths([path])
    qtbot.waitUntil(lambda: window.follower is not None and len(window.follower.review.queue) > 5, timeout=60_000)
    qtbot.waitUntil(lambda: window.view.curves is not None)
    return window


def settled(window: MainWindow, qtbot: QtBot) -> QImage:
    """Return the canvas once two looks at it are alike: traces and panels arrive one after the other."""
    seen: list[QImage] = [window.view.canvas.viewport().grab().toImage()]

    def is_still() -> bool:
        seen.append(window.view.canvas.viewport().grab().toImage())
        return seen[-1] == seen[-2]

    _until(is_still, qtbot)
    return seen[-1]


def _until(is_so: Callable[[], bool], qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: is_so() and is_so(), timeout=20_000)


def test_a_well_comes_back_to_the_pixel(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    path = crossing_well(tmp_path)
    first = opened(path, qtbot, qapp)
    first.show_step(Step.REVIEW)
    canvas = first.view.canvas
    canvas.setFocus()
    canvas.zoom_to(1.5874)
    canvas.scroll_px(13, 777)
    press(first, Qt.Key.Key_B, SHIFT)
    press(first, Qt.Key.Key_R)
    press(first, Qt.Key.Key_BracketRight)
    press(first, Qt.Key.Key_2)
    press(first, Qt.Key.Key_C)
    press(first, Qt.Key.Key_M)
    sizes = first.view.splitter.sizes()
    first.view.splitter.setSizes([sizes[0] - 61, sizes[1] + 61, sizes[2]])
    QTest.mouseMove(first, first.rect().topLeft())
    before = settled(first, qtbot)
    left = (canvas.view, first.view.splitter.sizes(), canvas.hand.tool, canvas.hand.rule, canvas.hand.brush_radius)
    first.close()

    again = opened(path, qtbot, qapp)
    canvas = again.view.canvas
    qtbot.waitUntil(lambda: again.view.splitter.sizes() == left[1])

    shown = settled(again, qtbot)
    assert left == (
        canvas.view,
        again.view.splitter.sizes(),
        canvas.hand.tool,
        canvas.hand.rule,
        canvas.hand.brush_radius,
    )
    assert shown == before
    assert canvas.hand.tool == "exchange_brush"
    assert canvas.hand.rule is Rule.OTHER_CURVE_ONLY
    assert canvas.hand.class_in_hand == 2
    assert not again.view.minimap.isVisible()
    assert again.actions_table["contour"].isChecked()
    assert again.follower is not None
    assert again.follower.step is Step.REVIEW
    again.close()
