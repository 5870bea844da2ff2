"""The canvas inside the window: keys that belong to the window still reach it while the canvas has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import LEFT, RIGHT, columns, drawn_well
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.theme import Theme
from veerdesk.rows import RowSpan

_ROWS, _COLS = RowSpan(400, 800), (LEFT, RIGHT)


def test_a_stroke_is_taken_back_and_made_again_by_the_keys(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    session = drawn_well(tmp_path, height=1200)
    well = session.path
    session.close()
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1200, 760)
    with qtbot.waitActive(window):
        window.show()
    window.open_paths([well])
    assert window.bridge is not None
    labels, canvas, (one, _) = window.bridge.session.label_map(1), window.view.canvas, columns()
    window.show_step(Step.REVIEW)
    canvas.zoom_to(1.0)
    canvas.go_to_row(600)
    canvas.setFocus()
    before = labels.classes(_ROWS, _COLS)

    places = []
    for row in (600, 620):
        x, y = canvas.view.to_widget(row, one[row])
        places.append(QPoint(round(x), round(y)))
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, places[0])
    QTest.mouseMove(canvas.viewport(), places[1])
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, places[1])
    painted = labels.classes(_ROWS, _COLS)
    qtbot.waitUntil(lambda: window.actions_table["undo"].isEnabled(), timeout=10_000)
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    undone = labels.classes(_ROWS, _COLS)
    qtbot.waitUntil(lambda: window.actions_table["redo"].isEnabled(), timeout=10_000)
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    redone = labels.classes(_ROWS, _COLS)
    window.close()

    assert not np.array_equal(painted, before)
    assert np.array_equal(undone, before)
    assert np.array_equal(redone, painted)
