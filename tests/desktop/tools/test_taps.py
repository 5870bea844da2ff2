"""A key that is held is no tap, however the system repeats it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from veerdesk.desktop.canvas.view import ScanCanvas

#: Down, up again and down in the same instant as some systems repeat, up: ms of the system's clock.
_REPEATED = [1000, *(at for first in range(1661, 2400, 40) for at in (first, first)), 2420]


def _send(canvas: ScanCanvas, key: Qt.Key, times: list[int]) -> None:
    for number, at in enumerate(times):
        kind = QEvent.Type.KeyRelease if number % 2 else QEvent.Type.KeyPress
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier)
        event.setTimestamp(at)
        QApplication.sendEvent(canvas, event)


@pytest.mark.parametrize(("times", "keeps"), [(_REPEATED, 0), ([1000, 1700], 0), ([1000, 1090, 1250, 1340], 2)])
def test_space_keeps_where_it_is_tapped_and_never_where_it_is_held(
    canvas: ScanCanvas, times: list[int], keeps: int
) -> None:
    kept: list[int] = []
    canvas.keep_asked.connect(lambda: kept.append(1))

    _send(canvas, Qt.Key.Key_Space, times)

    assert len(kept) == keeps


def test_the_eraser_is_taken_by_a_tap_and_not_by_a_key_that_is_held(canvas: ScanCanvas) -> None:
    canvas.set_tool("pick")

    _send(canvas, Qt.Key.Key_E, _REPEATED)
    held = canvas.hand.tool
    _send(canvas, Qt.Key.Key_E, [4000, 4080])

    assert held == "pick"
    assert canvas.hand.tool == "eraser"
