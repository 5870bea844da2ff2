"""The scan has most of the window, nothing beside it is cut off, and what is folded away stays so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import drawn_well
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.settings import load_settings
from veerdesk.desktop.sides import SCAN_SHARE, Side, SideHandle
from veerdesk.desktop.theme import Theme

_L, _SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def well(tmp_path: Path) -> Path:
    session = drawn_well(tmp_path)
    session.close()
    return session.path


def opened(path: Path, qapp: QApplication, qtbot: QtBot) -> MainWindow:
    """Return a window as a new start of the program makes it, with a well open and its curves beside the scan."""
    window = MainWindow(Theme(qapp, "light"), load_settings(), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1280, 772)
    with qtbot.waitActive(window):
        window.show()
    window.open_paths([path])
    qtbot.waitUntil(lambda: window.view.curves is not None, timeout=20_000)
    window.view.canvas.setFocus()
    return window


@pytest.fixture
def window(well: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    window = opened(well, qapp, qtbot)
    yield window
    window.close()


def scan_px(window: MainWindow) -> int:
    return window.view.canvas.viewport().width()


def click(handle: SideHandle) -> None:
    QTest.mouseClick(handle, _L, pos=handle.rect().center())


def test_the_scan_has_its_share_in_every_step_and_does_not_move_between_them(window: MainWindow, qtbot: QtBot) -> None:
    seen = {}
    for width in (1280, 1920, 2560):
        window.resize(width, 772)
        qtbot.waitUntil(lambda width=width: window.view.width() == width)  # type: ignore[misc] # bound at once
        for step in Step:
            window.show_step(step)
            QApplication.processEvents()
            seen[width, step] = window.view.canvas.viewport().geometry()

    for (width, _), box in seen.items():
        assert box.width() >= SCAN_SHARE * width
        assert box == seen[width, Step.SCAN]


def test_no_panel_is_cut_off_in_the_least_width_it_has(window: MainWindow) -> None:
    for step in Step:
        window.show_step(step)
        QApplication.processEvents()
        page = window.view.panels.currentWidget().findChild(QWidget, "panel_page")
        assert page is not None
        assert page.minimumSizeHint().width() <= page.parentWidget().width(), step


def test_a_key_folds_each_side_and_brings_it_back_as_wide_as_it_was(window: MainWindow) -> None:
    splitter, before = window.view.splitter, window.view.splitter.sizes()
    for key, keys, side in ((Qt.Key.Key_K, _NO_KEYS, Side.CURVES), (Qt.Key.Key_K, _SHIFT, Side.PANEL)):
        room = scan_px(window)
        QTest.keyClick(window.view.canvas, key, keys)
        folded = splitter.is_folded(side)
        wider = scan_px(window) - room
        QTest.keyClick(window.view.canvas, key, keys)

        assert folded
        assert wider > 60
        assert splitter.sizes() == before


_NO_KEYS = Qt.KeyboardModifier.NoModifier


def test_a_click_on_its_handle_folds_a_side_and_brings_it_back(window: MainWindow) -> None:
    splitter = window.view.splitter
    parts = {Side.CURVES: window.view.curves, Side.PANEL: window.view.panels}
    for side, name in ((Side.CURVES, "curves"), (Side.PANEL, "panel")):
        part = parts[side]
        assert part is not None
        click(splitter.handle_of(side))
        away = (splitter.is_folded(side), part.isVisible(), window.actions_table[name].isChecked())
        click(splitter.handle_of(side))

        assert away == (True, False, False)
        assert part.isVisible()
        assert window.actions_table[name].isChecked()


def test_the_next_well_opens_with_what_was_folded_away(
    well: Path, qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    first = opened(well, qapp, qtbot)
    click(first.view.splitter.handle_of(Side.CURVES))
    first.close()
    (tmp_path / "next").mkdir()
    session = drawn_well(tmp_path / "next")
    session.close()

    second = opened(session.path, qapp, qtbot)

    assert second.view.splitter.is_folded(Side.CURVES)
    assert not second.view.splitter.is_folded(Side.PANEL)
    assert not second.actions_table["curves"].isChecked()
    second.close()


def test_a_side_stays_as_wide_as_it_was_dragged_through_folding_and_another_width(window: MainWindow) -> None:
    splitter = window.view.splitter
    handle = splitter.handle_of(Side.CURVES)
    at, before = handle.rect().center(), splitter.sizes()
    QTest.mousePress(handle, _L, pos=at)
    QTest.mouseMove(handle, QPoint(at.x() - 40, at.y()))
    QTest.mouseMove(handle, QPoint(at.x() - 40, at.y()))
    QTest.mouseRelease(handle, _L, pos=at)
    dragged = splitter.sizes()

    click(handle)
    click(handle)
    folded_and_back = splitter.sizes()
    window.resize(1500, 772)
    QApplication.processEvents()

    assert dragged[1] > before[1] + 30
    assert not splitter.is_folded(Side.CURVES)
    assert folded_and_back == dragged
    assert splitter.sizes()[1:] == dragged[1:]


def test_a_depth_that_is_asked_for_brings_its_panel_back(window: MainWindow, qtbot: QtBot) -> None:
    click(window.view.splitter.handle_of(Side.PANEL))

    window.view.canvas.anchor_asked.emit(window.view.canvas.scan_id, 600.0)

    assert not window.view.splitter.is_folded(Side.PANEL)
    qtbot.waitUntil(window.view.depths.new_depth.hasFocus)


def test_a_tool_of_another_step_is_seen_in_rail_and_status(window: MainWindow) -> None:
    window.show_step(Step.TRACKS)
    window.view.canvas.setFocus()

    QTest.keyClick(window.view.canvas, Qt.Key.Key_B)
    rail, hand = window.view.rail, window.view.canvas.hand
    brush = rail.buttons_of(window.actions_table["tool_brush"])[0]
    taken = (hand.tool, brush.isVisible(), brush.isChecked(), window.view.readouts.hand.text())
    window.show_step(Step.REVIEW)
    QTest.keyClick(window.view.canvas, Qt.Key.Key_2)
    of_curve_2 = window.view.readouts.hand.text()
    window.show_step(Step.TRACKS)

    assert taken == ("brush", True, True, "Brush · curve 1")
    assert of_curve_2 == "Brush · curve 2"
    assert not brush.isVisible()
    assert window.view.readouts.hand.text() == "Borders"


def _resized(window: MainWindow, width: int, qtbot: QtBot) -> None:
    window.resize(width, 772)
    qtbot.waitUntil(lambda: window.view.width() == width)


def test_in_a_narrow_window_the_curves_give_way_and_come_back_with_the_room(window: MainWindow, qtbot: QtBot) -> None:
    splitter, curves = window.view.splitter, window.actions_table["curves"]
    before = splitter.sizes()

    shares = {}
    for width in (1279, 1200, 1110):
        _resized(window, width, qtbot)
        shares[width] = scan_px(window) / width
        assert splitter.is_folded(Side.CURVES) == (width < 1270)
    narrow = (curves.isChecked(), window.view.curves is not None and window.view.curves.isVisible())
    _resized(window, 1280, qtbot)

    assert narrow == (False, False)
    assert min(shares.values()) >= SCAN_SHARE - 0.001
    assert curves.isChecked()
    assert not splitter.is_folded(Side.CURVES)
    assert splitter.sizes() == before


def test_curves_that_gave_way_come_back_by_hand_and_stay(window: MainWindow, qtbot: QtBot) -> None:
    splitter = window.view.splitter
    _resized(window, 1150, qtbot)
    gave_way = splitter.gives_way(Side.CURVES)

    click(splitter.handle_of(Side.CURVES))
    _resized(window, 1120, qtbot)
    kept = splitter.is_folded(Side.CURVES)
    _resized(window, 1400, qtbot)
    _resized(window, 1120, qtbot)

    assert gave_way
    assert not kept
    assert splitter.gives_way(Side.CURVES)


def test_curves_that_were_folded_away_by_hand_do_not_come_back_with_the_room(window: MainWindow, qtbot: QtBot) -> None:
    splitter = window.view.splitter
    click(splitter.handle_of(Side.CURVES))

    _resized(window, 1120, qtbot)
    _resized(window, 1500, qtbot)

    assert splitter.is_folded(Side.CURVES)
    assert not splitter.gives_way(Side.CURVES)
    assert not window.actions_table["curves"].isChecked()


def test_curves_that_gave_way_are_not_kept_as_folded_away(
    well: Path, qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    first = opened(well, qapp, qtbot)
    _resized(first, 1120, qtbot)
    assert first.view.splitter.gives_way(Side.CURVES)
    first.close()
    (tmp_path / "next").mkdir()
    session = drawn_well(tmp_path / "next")
    session.close()

    second = opened(session.path, qapp, qtbot)

    assert load_settings().hidden == ()
    assert not second.view.splitter.is_folded(Side.CURVES)
    assert second.actions_table["curves"].isChecked()
    second.close()


def test_in_a_yet_narrower_window_the_panel_gives_way_too_where_the_scan_is_worked_on(
    window: MainWindow, qtbot: QtBot
) -> None:
    splitter, panel = window.view.splitter, window.actions_table["panel"]
    before = splitter.sizes()

    shares = {}
    for width in (1080, 1000, 960):
        for step in (Step.SCAN, Step.REVIEW):
            window.show_step(step)
            _resized(window, width, qtbot)
            shares[width, step] = scan_px(window) / width
            assert splitter.is_folded(Side.PANEL)
            assert not panel.isChecked()
    for step in (Step.TRACKS, Step.DEPTH, Step.EXPORT):
        window.show_step(step)
        assert not splitter.is_folded(Side.PANEL), "its work is typed there"
    window.show_step(Step.REVIEW)
    _resized(window, 1280, qtbot)

    assert min(shares.values()) >= 0.6
    assert panel.isChecked()
    assert splitter.sizes() == before


def test_a_panel_that_gave_way_comes_back_by_hand_and_is_not_kept_as_folded_away(
    window: MainWindow, qtbot: QtBot
) -> None:
    splitter = window.view.splitter
    window.show_step(Step.REVIEW)
    _resized(window, 1000, qtbot)

    gave_way = splitter.gives_way(Side.PANEL)
    click(splitter.handle_of(Side.PANEL))
    _resized(window, 980, qtbot)
    kept = splitter.is_folded(Side.PANEL)
    _resized(window, 1280, qtbot)
    _resized(window, 1000, qtbot)
    window.close()

    assert gave_way
    assert not kept
    assert splitter.gives_way(Side.PANEL)
    assert load_settings().hidden == ()
