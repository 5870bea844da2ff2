"""The printed borders followed again from where they went astray, through the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.test_review import ALT, CTRL, press, track
from tests.imaging.test_printed_borders import HEIGHT, LEFT_PX, astray, drawn, wandering
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.theme import Theme
from veerdesk.imaging.geometry import column_at
from veerdesk.imaging.opencv import cv2
from veerdesk.session.session import Session


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """The window in the Tracks step on a log that wanders, its track's borders astray below row 2500."""
    assert cv2.imwrite(str(tmp_path / "log.png"), drawn(wandering()))
    session = Session.create([tmp_path / "log.png"])
    for job in session.ingests():
        session.note_digest(job.inline())
    placed = astray(wandering())
    scan = session.description.scans[0].id
    added = session.new_track(scan=scan, top=100, bottom=HEIGHT - 100, left=placed.left, right=placed.right)
    session.describe(session.description.with_track(replace(added, stroke_px=6.0)), "place T1")
    path = session.path
    session.close()
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1280, 800)
    with qtbot.waitActive(window):
        window.show()
    window.open_paths([path])
    window.show_step(Step.TRACKS)
    window.view.canvas.setFocus()
    yield window
    window.close()


def off_at(window: MainWindow, row: int) -> float:
    """Return how far the left border is from the print at a row, px."""
    return abs(float(column_at(track(window).left, np.array([float(row)]))[0]) - LEFT_PX - wandering()[row])


def test_borders_are_followed_again_from_the_row_that_is_pointed_at(window: MainWindow, qtbot: QtBot) -> None:
    canvas, before = window.view.canvas, track(window).left
    canvas.zoom_to(1.0)
    canvas.go_to_row(2400)
    x, y = canvas.view.to_widget(2400.0, 200.0)
    QTest.mouseMove(canvas.viewport(), QPoint(round(x), round(y) - 9))
    QTest.mouseMove(canvas.viewport(), QPoint(round(x), round(y)))
    was_off = off_at(window, 3000)

    press(window, Qt.Key.Key_B, CTRL | ALT)
    qtbot.waitUntil(lambda: track(window).left != before, timeout=60_000)

    assert was_off > 80
    assert max(off_at(window, row) for row in (2600, 3000, 4200, 5400)) <= 4.0
    assert [k for k in track(window).left if k[0] < 2390] == [k for k in before if k[0] < 2390]
    assert "follows its print from row 2,40" in window.view.readouts.done.accessibleDescription()

    press(window, Qt.Key.Key_Z, CTRL)

    assert track(window).left == before


def test_with_the_pointer_elsewhere_they_are_followed_from_the_middle_of_the_view(
    window: MainWindow, qtbot: QtBot
) -> None:
    canvas, before = window.view.canvas, track(window).left
    canvas.zoom_to(1.0)
    canvas.go_to_row(2300)
    assert canvas.pointed_at is None

    window.actions_table["follow_from_here"].trigger()
    qtbot.waitUntil(lambda: track(window).left != before, timeout=60_000)

    assert off_at(window, 3000) <= 4.0
    assert [k for k in track(window).left if k[0] < 2290] == [k for k in before if k[0] < 2290]
