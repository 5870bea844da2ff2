"""Two windows on one well, a disk that refuses, a fault in a slot: what the person is told, and that nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import LEFT, RIGHT, columns, drawn_well
from veerdesk import __version__
from veerdesk.desktop.app import Desk
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.dialogs.failure import FailureDialog, log_file
from veerdesk.desktop.dialogs.scan_questions import AskPerson
from veerdesk.desktop.dialogs.unsaved import UnsavedBox, may_close
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.theme import Theme
from veerdesk.desktop.window_title import saved_words
from veerdesk.labels.edits import Rule
from veerdesk.labels.shapes import capsule
from veerdesk.rows import RowSpan
from veerdesk.session.rescue import Rescue
from veerdesk.session.session import Session
from veerdesk.well import writer as writer_module
from veerdesk.well.packed import packed_scan
from veerdesk.well.records import Batch

_ALL = RowSpan(100, 1100)
_HEIGHT = 1200


class Disk:
    """Stands between the writer and its database, and refuses while it is full."""

    def __init__(self) -> None:
        self.is_full = False
        self._write = writer_module.write_batches

    def __call__(self, connection: sqlite3.Connection, batches: list[Batch], *, after: int) -> None:
        if self.is_full:
            raise sqlite3.OperationalError("database or disk is full")
        self._write(connection, batches, after=after)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """The disk of every well in this test; refused writes are tried again quickly."""
    disk = Disk()
    monkeypatch.setattr(writer_module, "write_batches", disk)
    monkeypatch.setattr(writer_module, "RETRY_S", 0.02)
    return disk


@pytest.fixture
def bridge(tmp_path: Path, qapp: QApplication, disk: Disk) -> Iterator[SessionBridge]:
    (tmp_path / "wells").mkdir()
    bridge = SessionBridge(drawn_well(tmp_path / "wells", height=_HEIGHT))
    bridge.session.wait_saved()
    yield bridge
    disk.is_full = False
    bridge.session.retry_saving()
    bridge.close()


def _paint(bridge: SessionBridge, row: float = 600.0) -> object:
    region = capsule((row, columns()[0][int(row)]), (row + 20, columns()[0][int(row)]), 5.0)
    return bridge.paint(1, region, 2, Rule.ANYTHING, "paint curve 2")


def _said(bridge: SessionBridge) -> NDArray[np.uint8]:
    return bridge.session.label_map(1).said(_ALL, (LEFT, RIGHT))


def _window(session: Session, qapp: QApplication, qtbot: QtBot) -> MainWindow:
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1200, 760)
    window.show()
    window.show_session(session)
    return window


def _written(folder: Path, qapp: QApplication, qtbot: QtBot) -> tuple[MainWindow, SessionBridge]:
    """Return a window on a new well, and its bridge, once everything of it is on disk."""
    window = _window(drawn_well(folder, height=_HEIGHT), qapp, qtbot)
    bridge = window.bridge
    assert bridge is not None
    assert bridge.session.wait_saved()
    return window, bridge


def test_a_second_window_follows_the_first_and_refuses_the_hand(
    bridge: SessionBridge, qapp: QApplication, qtbot: QtBot
) -> None:
    window = _window(Session.open(bridge.session.path), qapp, qtbot)
    reader = window.bridge
    assert reader is not None
    qtbot.waitUntil(lambda: window.view.readouts.saved.text() == "read only")
    assert "follows" in window.view.guide.sentence.text()

    _paint(bridge)
    qtbot.waitUntil(lambda: np.array_equal(_said(reader), _said(bridge)), timeout=20_000)
    bridge.undo()
    qtbot.waitUntil(lambda: not (_said(reader) == 2).any(), timeout=20_000)

    with qtbot.waitSignal(reader.failed) as told:
        _paint(reader)
    assert "reading only" in told.args[0]
    assert not window.actions_table["tool_brush"].isEnabled()
    window.close()


def test_a_well_that_lies_where_nothing_can_be_written_is_not_said_to_be_written_by_another_window(
    tmp_path: Path, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = drawn_well(tmp_path, height=_HEIGHT)
    session.close()
    may_write = os.access
    monkeypatch.setattr(os, "access", lambda *_arguments: False)  # a mode would not stop whoever may write everywhere

    window = _window(Session.open(session.path), qapp, qtbot)

    qtbot.waitUntil(lambda: "nothing can be written" in window.view.guide.sentence.text(), timeout=20_000)
    assert window.view.guide.button.text().startswith("Save a copy")
    monkeypatch.setattr(os, "access", may_write)
    qtbot.waitUntil(lambda: "changed here now" in window.view.guide.sentence.text(), timeout=20_000)
    window.close()


def test_a_well_is_closed_although_its_folder_lets_nothing_be_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = drawn_well(tmp_path, height=_HEIGHT)

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    session.close()
    monkeypatch.undo()

    again = Session.open(session.path)
    assert not again.is_read_only
    again.close()


def test_while_the_disk_is_full_the_guide_offers_a_copy_and_then_goes_on(
    tmp_path: Path, disk: Disk, qapp: QApplication, qtbot: QtBot
) -> None:
    window, bridge = _written(tmp_path, qapp, qtbot)
    disk.is_full = True

    _paint(bridge)
    qtbot.waitUntil(lambda: "takes nothing" in window.view.guide.sentence.text(), timeout=20_000)
    offered = window.view.guide.button.text()
    disk.is_full = False

    qtbot.waitUntil(lambda: "takes nothing" not in window.view.guide.sentence.text(), timeout=20_000)
    assert offered.startswith("Save a copy")
    window.close()


def test_while_the_disk_is_full_nothing_more_is_taken_and_then_all_goes_on(
    bridge: SessionBridge, disk: Disk, qtbot: QtBot
) -> None:
    disk.is_full = True
    with qtbot.waitSignal(bridge.failed, timeout=20_000) as told:
        assert _paint(bridge, 300.0) is not None
    assert str(bridge.session.path) in told.args[0]
    assert "full" in told.args[0]
    assert "Make room on the disk" in told.args[1]
    before = _said(bridge)

    assert _paint(bridge, 700.0) is None
    assert bridge.undo() is None
    assert np.array_equal(_said(bridge), before)
    assert saved_words(bridge.session, 0.0) == "not saved: 1 change waits"

    with qtbot.waitSignal(bridge.saved, timeout=20_000):
        disk.is_full = False
    assert _paint(bridge, 700.0) is not None
    assert bridge.session.wait_saved()
    reader = Session.open(bridge.session.path)
    assert np.array_equal(reader.label_map(1).said(_ALL, (LEFT, RIGHT)), _said(bridge))
    reader.close()


def _answer(button: str) -> None:
    """Click one button of the question as soon as it stands there."""
    box = next((w for w in QApplication.topLevelWidgets() if isinstance(w, UnsavedBox) and w.isVisible()), None)
    if box is None:
        QTimer.singleShot(10, lambda: _answer(button))
    else:
        QTest.mouseClick(getattr(box, button), Qt.MouseButton.LeftButton)


def test_a_window_does_not_close_over_work_that_is_not_saved(
    tmp_path: Path, disk: Disk, qapp: QApplication, qtbot: QtBot
) -> None:
    window, bridge = _written(tmp_path, qapp, qtbot)
    disk.is_full = True
    _paint(bridge)
    qtbot.waitUntil(lambda: bool(window.findChildren(FailureDialog)), timeout=20_000)
    window.findChildren(FailureDialog)[0].reject()

    _answer("stay")
    window.close()
    assert window.isVisible()
    assert window.bridge is bridge

    disk.is_full = False
    window.close()
    assert not window.isVisible()
    again = Session.open(bridge.session.path)
    assert again.undo_label == "paint curve 2"
    again.close()


def test_a_disk_that_refuses_is_said_in_one_box_and_then_in_the_bar(
    tmp_path: Path, disk: Disk, qapp: QApplication, qtbot: QtBot
) -> None:
    window, bridge = _written(tmp_path, qapp, qtbot)

    def boxes() -> list[FailureDialog]:
        return [d for d in window.findChildren(FailureDialog) if d.isVisible()]

    for _ in range(2):  # once more after the disk took something again
        disk.is_full = True
        _paint(bridge)
        qtbot.waitUntil(lambda: len(boxes()) == 1, timeout=20_000)
        window.say("")
        boxes()[0].reject()
        with qtbot.waitSignal(bridge.failed):
            assert _paint(bridge, 800.0) is None
        assert not boxes()
        assert window.view.readouts.done.text().startswith("Not done: nothing can be written")

        disk.is_full = False
        qtbot.waitUntil(lambda: bridge.session.trouble is None and bridge.session.pending == 0, timeout=20_000)
        qtbot.waitUntil(lambda: window.view.readouts.saved.text().startswith("saved"))
        assert _paint(bridge, 800.0) is not None
        bridge.undo()
    window.close()


def test_what_cannot_be_saved_here_is_saved_elsewhere(
    bridge: SessionBridge, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _paint(bridge, 300.0)
    bridge.session.wait_saved()
    shutil.rmtree(bridge.session.path.parent)
    _paint(bridge, 700.0)
    monkeypatch.setattr(
        "veerdesk.desktop.dialogs.unsaved.QFileDialog.getSaveFileName", lambda *a: (str(tmp_path / "kept.veer"), "")
    )
    scan = drawn_well(tmp_path, has_track=False, height=_HEIGHT)
    scan.close()

    _answer("copy")
    assert may_close(bridge)

    kept = Session.open(tmp_path / "kept.veer", scans={"log": tmp_path / "log.png"})
    assert np.array_equal(kept.label_map(1).said(_ALL, (LEFT, RIGHT)), _said(bridge))
    assert (_said(bridge) == 2).any()
    kept.close()
    with pytest.raises(Exception, match="no longer there"):
        bridge.session.close()


class Faulty(QObject):
    """Raises in a slot."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pressed.connect(self._on_pressed)

    @Slot()
    def _on_pressed(self) -> None:
        raise ZeroDivisionError("drawn")


def test_a_fault_in_a_slot_is_reported_and_the_window_goes_on(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> None:
    desk = Desk(qapp)
    window = desk.another()
    qtbot.addWidget(window)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    window.show_session(drawn_well(tmp_path, height=_HEIGHT))
    assert window.bridge is not None
    _paint(window.bridge)
    faulty = Faulty()
    with qtbot.captureExceptions() as raised:
        faulty.pressed.emit()
    ((kind, value, at),) = raised

    desk.catch(kind, value, at)
    qtbot.waitUntil(lambda: bool(window.findChildren(FailureDialog)))

    dialog = window.findChildren(FailureDialog)[0]
    assert "is on disk; you can go on" in dialog.remedy
    assert str(log_file()) in dialog.remedy
    assert window.bridge.session.pending == 0
    kept = log_file().read_text(encoding="utf-8")
    assert f"Veerdesk {__version__}" in kept
    assert "ZeroDivisionError: drawn" in kept
    dialog.close()
    assert _paint(window.bridge, 800.0) is not None
    window.close()


def test_a_scan_that_changes_under_an_open_window_is_said_once(
    tmp_path: Path, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veerdesk.desktop.scan_watch._LOOK_EVERY_MS", 20)
    window = _window(drawn_well(tmp_path, height=_HEIGHT), qapp, qtbot)
    (tmp_path / "log.png").write_bytes(b"another picture")

    qtbot.waitUntil(lambda: bool(window.findChildren(FailureDialog)), timeout=20_000)
    qtbot.wait(200)

    (dialog,) = window.findChildren(FailureDialog)
    assert str(tmp_path / "log.png") in dialog.message
    assert "nothing is painted on another one" in dialog.remedy
    dialog.reject()
    window.close()


def test_a_damaged_well_opens_with_a_report_and_the_damaged_file_beside_it(
    tmp_path: Path, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = drawn_well(tmp_path, height=_HEIGHT)
    session.close()
    session.path.write_bytes(bytes(4096) + session.path.read_bytes()[4096:])
    told: list[Rescue] = []
    monkeypatch.setattr(AskPerson, "rescued", lambda self, rescue: told.append(rescue))
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.show()

    window.open_paths([session.path])

    assert window.bridge is not None
    assert [t.name for t in window.bridge.session.description.tracks] == ["T1"]
    assert told[0].damaged.is_file()
    window.close()


def test_the_scan_is_packed_from_the_menu(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> None:
    window = _window(drawn_well(tmp_path, height=_HEIGHT), qapp, qtbot)
    assert window.bridge is not None
    session = window.bridge.session
    digest = session.scans["log"].digest

    window.actions_table["pack"].trigger()

    qtbot.waitUntil(lambda: packed_scan(session.path, digest) is not None, timeout=20_000)
    qtbot.waitUntil(lambda: bool(window.findChildren(FailureDialog)), timeout=20_000)
    assert "hand this one file on" in window.findChildren(FailureDialog)[0].remedy
    window.findChildren(FailureDialog)[0].reject()
    window.close()
