"""A well is found again as it was left: the same pixels on the screen, the same tool and rule in hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.test_review import SHIFT, crossing_well, press
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.review_follower import ReviewFollower
from veerdesk.desktop.settings import load_settings
from veerdesk.desktop.sides import Side, SideHandle
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
    drag(first.view.splitter.handle_of(Side.CURVES), -61)
    point_nowhere(first)
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


def drag(handle: SideHandle, by_px: int) -> None:
    """Drag the edge of a side with the mouse."""
    at = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=at)
    for x in (at.x() + by_px // 2, at.x() + by_px - by_px // 2):  # the handle is under the hand as it moves
        QTest.mouseMove(handle, QPoint(x, at.y()))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=at)


def point_nowhere(window: MainWindow) -> None:
    """Take the pointer off the scan."""
    QTest.mouseMove(window, window.rect().topLeft())
    QApplication.sendEvent(window.view.canvas.viewport(), QEvent(QEvent.Type.Leave))


def left_in_review(path: Path, qtbot: QtBot, qapp: QApplication) -> MainWindow:
    """Return a window with the third crossing of the queue in hand, the first kept and the second gone by."""
    window = opened(path, qtbot, qapp)
    window.show_step(Step.REVIEW)
    window.view.canvas.zoom_to(1.0)
    window.view.canvas.setFocus()
    for key in (Qt.Key.Key_N, Qt.Key.Key_Space, Qt.Key.Key_N):
        press(window, key)
    QTest.mouseMove(window, window.rect().topLeft())
    return window


def queue_of(window: MainWindow) -> ReviewFollower:
    assert window.follower is not None
    return window.follower.review


def test_the_crossing_in_hand_is_in_hand_again_with_its_ghosts(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    path = crossing_well(tmp_path)
    first = left_in_review(path, qtbot, qapp)
    before, row = settled(first, qtbot), queue_of(first).row
    said = (first.view.review.number.text(), first.view.review.place.text(), first.view.review.risk.text())
    first.close()

    again = opened(path, qtbot, qapp)

    panel = again.view.review
    assert row is not None
    assert queue_of(again).row == row
    qtbot.waitUntil(lambda: (panel.number.text(), panel.place.text(), panel.risk.text()) == said)
    assert settled(again, qtbot) == before
    again.close()


def test_the_way_through_the_queue_goes_on_after_a_restart(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    path = crossing_well(tmp_path)
    first = left_in_review(path, qtbot, qapp)
    rows, trail = [i.crossing.row for i in queue_of(first).queue], queue_of(first).place_left["trail"]
    first.close()

    again = opened(path, qtbot, qapp)
    again.view.canvas.setFocus()
    press(again, Qt.Key.Key_N)
    onward = queue_of(again).row
    press(again, Qt.Key.Key_N, SHIFT)
    press(again, Qt.Key.Key_N, SHIFT)

    assert onward in rows
    assert onward not in trail
    assert queue_of(again).row == trail[-2]
    again.close()


def test_what_lay_over_the_scan_and_the_filter_come_back(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    path = crossing_well(tmp_path)
    first = left_in_review(path, qtbot, qapp)
    press(first, Qt.Key.Key_Q)
    press(first, Qt.Key.Key_Y)
    first.view.review.threshold.setValue(80)
    first.view.review.filters.setCurrentIndex(2)
    first.view.review.filters.activated.emit(2)
    wanted = queue_of(first).wanted
    first.close()

    again = opened(path, qtbot, qapp)

    assert again.view.canvas.magnifier.is_on
    assert again.actions_table["magnifier"].isChecked()
    assert again.actions_table["show_changes"].isChecked()
    assert again.view.review.threshold.value() == 80
    assert queue_of(again).wanted == wanted == "accepted"
    again.close()


def test_a_place_that_makes_no_sense_is_left_out(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    window = opened(crossing_well(tmp_path), qtbot, qapp)
    review = queue_of(window)
    was = review.place_left

    for odd in (None, 7, {"row": "x", "filter": "?", "trail": [1, "y"], "step": 3, "flag": 8}, {"row": 10**9}):
        review.take_up(odd)
        review.show()
        assert review.item is None

    assert review.place_left == {**was, "row": 10**9}
    window.close()


def test_the_list_is_scrolled_to_the_place_in_hand_again(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    path = crossing_well(tmp_path)
    first = left_in_review(path, qtbot, qapp)
    for _ in queue_of(first).queue[4:]:
        press(first, Qt.Key.Key_N)
    row = queue_of(first).row
    first.close()

    again = opened(path, qtbot, qapp)

    places = again.view.review.list
    qtbot.waitUntil(lambda: places.currentIndex().isValid())
    assert queue_of(again).row == row
    assert places.lines.lines[places.currentIndex().row()].row == row
    assert places.currentIndex().row() * places.sizeHintForRow(0) > places.viewport().height()
    qtbot.waitUntil(lambda: places.viewport().rect().contains(places.visualRect(places.currentIndex())))
    again.close()
