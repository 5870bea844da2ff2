"""The second click of a double click on a list that opens something at the first."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from veerdesk.desktop.second_click import SecondClick

_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def _click(widget: QWidget, at: int, kind: QEvent.Type = QEvent.Type.MouseButtonPress) -> None:
    place = QPointF(8, 8)
    for each, time, held in ((kind, at, _LEFT), (QEvent.Type.MouseButtonRelease, at + 30, _NONE)):
        event = QMouseEvent(each, place, widget.mapToGlobal(place), _LEFT, held, Qt.KeyboardModifier.NoModifier)
        event.setTimestamp(time)
        QApplication.sendEvent(widget, event)


@pytest.mark.parametrize("kind", [QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick])
def test_the_second_click_falls_on_nothing_and_the_third_is_heard(qtbot: QtBot, kind: QEvent.Type) -> None:
    window, heard = QWidget(), list[str]()
    chosen, below = QListWidget(window), QPushButton("paper", window)
    chosen.addItem("a well")
    below.clicked.connect(lambda: heard.append("paper"))
    second = SecondClick(chosen)
    chosen.itemClicked.connect(lambda: (heard.append("well"), second.swallow()))
    qtbot.addWidget(window)
    window.show()
    wait = QGuiApplication.styleHints().mouseDoubleClickInterval()

    _click(below, 500)
    _click(chosen.viewport(), 1000)
    _click(below, 1000 + wait - 40, kind)
    swallowed = list(heard)
    _click(below, 1000 + 2 * wait)
    _click(below, 1000 + 2 * wait + 100)

    assert swallowed == ["paper", "well"]
    assert heard == ["paper", "well", "paper", "paper"]
