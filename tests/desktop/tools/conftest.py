"""The canvas on a log whose curves cross."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.tools.crossing_log import crossing_bridge
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.desktop.tools.kit import make_tool


@pytest.fixture
def canvas(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[ScanCanvas]:
    """The canvas at 100 %, the second crossing in view."""
    bridge = crossing_bridge(tmp_path)
    canvas = ScanCanvas(make_tool)
    qtbot.addWidget(canvas)
    canvas.resize(700, 700)
    canvas.set_session(bridge)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.zoom_to(1.0)
    canvas.go_to_row(942)
    canvas.setFocus()
    yield canvas
    canvas.set_session(None)
    bridge.close()
