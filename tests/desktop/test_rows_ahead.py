"""What an edit will ask for is unpacked once the view rests, and nothing of it can be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import drawn_well
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.desktop.rows_ahead import RowsAhead
from veerdesk.desktop.tools.kit import make_tool
from veerdesk.rows import RowSpan


def test_the_rows_in_view_of_the_track_in_hand_are_ready_once_the_view_rests(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge = SessionBridge(drawn_well(tmp_path))
    canvas = ScanCanvas(make_tool)
    qtbot.addWidget(canvas)
    canvas.resize(700, 500)
    canvas.set_session(bridge)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.hand.take_track(1)
    asked: list[tuple[int, RowSpan]] = []
    unpack_ahead = bridge.session.unpack_ahead

    def noted(track_id: int, rows: RowSpan) -> None:
        asked.append((track_id, rows))
        unpack_ahead(track_id, rows)

    monkeypatch.setattr(bridge.session, "unpack_ahead", noted)
    ahead = RowsAhead(canvas, bridge)

    canvas.zoom_to(1.0)
    canvas.go_to_row(1000)
    qtbot.waitUntil(lambda: bool(asked), timeout=10_000)
    seen, count = canvas.visible_rows(), len(asked)
    ahead.stop()
    canvas.go_to_row(600)
    qtbot.wait(300)
    canvas.set_session(None)
    bridge.close()

    assert count == len(asked) == 1
    assert asked[0] == (1, seen.grown(seen.rows // 2))
