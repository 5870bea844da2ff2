"""Tracks placed by clicks, what is asked meanwhile, and borders that follow the print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import drawn_well
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.theme import Theme
from veerdesk.desktop.tools.kit import make_tool
from veerdesk.imaging.geometry import column_at
from veerdesk.imaging.png import write_grey_png

HEIGHT, WIDTH, LEFT, TRACK_PX = 9000, 400, 60, 240


@pytest.fixture
def canvas(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[ScanCanvas]:
    bridge = SessionBridge(drawn_well(tmp_path, has_track=False))
    canvas = ScanCanvas(make_tool)
    qtbot.addWidget(canvas)
    canvas.resize(700, 500)
    canvas.set_session(bridge)
    canvas.show()
    canvas.zoom_to(1.0)
    canvas.set_tool("border")
    yield canvas
    canvas.set_session(None)
    bridge.close()


def click(canvas: ScanCanvas, places: Sequence[tuple[int, int]]) -> None:
    for row, col in places:
        x, y = canvas.view.to_widget(row, col)
        QTest.mouseClick(
            canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(round(x), round(y))
        )


@pytest.mark.parametrize(
    "clicks",
    [
        ((50, 100), (60, 500), (400, 102), (410, 501)),
        ((60, 500), (50, 100), (410, 501), (400, 102)),
        ((50, 100), (400, 102), (60, 500), (410, 501)),
        ((400, 102), (50, 100), (410, 501), (60, 500)),
    ],
)
def test_four_clicks_in_any_order_place_the_same_track(canvas: ScanCanvas, clicks: tuple[tuple[int, int], ...]) -> None:
    click(canvas, clicks)

    assert canvas.bridge is not None
    (track,) = canvas.bridge.session.description.tracks
    assert [c for _, c in track.left] == pytest.approx([100, 102], abs=1)
    assert [c for _, c in track.right] == pytest.approx([500, 501], abs=1)
    assert (track.top, track.bottom) == pytest.approx((50, 410), abs=1)


def test_each_click_asks_for_the_next_and_escape_takes_one_back(canvas: ScanCanvas, qtbot: QtBot) -> None:
    asked: list[str] = []
    canvas.asked.connect(asked.append)

    click(canvas, ((50, 100), (60, 500)))
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    click(canvas, ((60, 500), (400, 102), (410, 501)))

    assert ["right border" in asked[0], "bottom" in asked[1], "right border" in asked[2]] == [True] * 3
    assert asked[-1] == ""


@pytest.fixture
def window(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window on a tall log whose paper wanders by 40 px."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    rows = np.arange(HEIGHT)
    left = np.round(LEFT + 40 * np.sin(rows / HEIGHT * np.pi)).astype(int)
    for col in range(0, TRACK_PX + 1, 24):
        page[rows, left + col] = 0
    for row in range(0, HEIGHT, 24):
        page[row, left[row] : left[row] + TRACK_PX + 1] = 0
    write_grey_png(tmp_path / "tall.png", iter([page]), WIDTH, HEIGHT)
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1200, 760)
    with qtbot.waitExposed(window):
        window.show()
    window.open_paths([tmp_path / "tall.png"])
    assert window.bridge is not None
    scan = window.bridge.session.scans["main" if "main" in window.bridge.session.scans else window.view.canvas.scan_id]
    qtbot.waitUntil(lambda: scan.is_complete, timeout=10_000)
    yield window
    window.close_well()


def test_borders_that_were_clicked_follow_the_print_and_undo_makes_them_straight(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert window.bridge is not None
    session, canvas = window.bridge.session, window.view.canvas
    window.show_step(Step.TRACKS)
    canvas.fit_width()
    canvas.go_to_row(0)
    click(canvas, ((40, LEFT), (40, LEFT + TRACK_PX)))
    asked = window.view.guide.sentence.text()
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_End)
    click(canvas, ((HEIGHT - 40, LEFT), (HEIGHT - 40, LEFT + TRACK_PX)))
    qtbot.waitUntil(lambda: window.view.guide.button.text() == "Follow the printed borders", timeout=10_000)
    straight = session.description.tracks[0].left

    QTest.mouseClick(window.view.guide.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session.description.tracks[0].left) > 2, timeout=20_000)
    followed = session.description.tracks[0]
    window.actions_table["undo"].trigger()

    assert "bottom" in asked
    middle = column_at(followed.left, np.array([HEIGHT / 2]))[0]
    assert middle == pytest.approx(LEFT + 40, abs=3)
    assert session.description.tracks[0].left == straight
