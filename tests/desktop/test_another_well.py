"""One well after another in one window: a scan that was given up, and nothing left standing of the well before."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import columns, drawn_well
from veerdesk.desktop.dialogs.scan_questions import AskPerson
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.parts import ActionButton
from veerdesk.desktop.settings import load_settings
from veerdesk.desktop.theme import Theme


@pytest.fixture
def well(tmp_path: Path) -> Path:
    """A drawn well, closed."""
    session = drawn_well(tmp_path)
    session.close()
    return session.path


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> MainWindow:
    """A window with nothing open."""
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1200, 760)
    with qtbot.waitExposed(window):
        window.show()
    return window


def _move_away(well: Path) -> Path:
    """Move the scan of a well into another folder; returns where it is."""
    folder = well.parent / "elsewhere"
    folder.mkdir()
    return (well.parent / "log.png").rename(folder / "log.png")


def test_a_scan_that_was_moved_is_asked_for_and_cancel_leaves_the_start_page(
    window: MainWindow, well: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _move_away(well)
    asked: list[str] = []

    def cancel(box: QMessageBox) -> int:
        asked.append(box.text())
        box.button(QMessageBox.StandardButton.Cancel).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", cancel)

    window.open_paths([well])

    assert len(asked) == 1
    assert "log.png" in asked[0]
    assert window.bridge is None
    assert window.start.isVisible()


def test_a_scan_that_was_moved_and_shown_opens_the_well(
    window: MainWindow, well: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = _move_away(well)
    monkeypatch.setattr(AskPerson, "find_scan", lambda _self, _trouble: moved)

    window.open_paths([well])

    assert window.bridge is not None
    assert window.bridge.session.description.tracks


def test_a_scan_taken_in_haste_is_given_back(
    window: MainWindow, well: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    good = (well.parent / "log.png").read_bytes()
    Image.new("L", (120, 90), 200).save(well.parent / "log.png")
    asked: list[str] = []

    def answer(words: str) -> None:
        def press(box: QMessageBox) -> int:
            asked.append(box.text())
            assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
            next(b for b in box.buttons() if words in b.text()).click()
            return 0

        monkeypatch.setattr(QMessageBox, "exec", press)

    answer("Use this one")
    window.open_paths([well])
    assert window.bridge is not None
    window.close_well()
    (well.parent / "found.png").write_bytes(good)
    answer("Use the first one again")
    window.open_paths([well])

    assert "120 × 90 px" in asked[0]
    assert window.bridge is not None
    assert next(iter(window.bridge.session.scans.values())).path.name == "found.png"


def test_a_step_has_the_tool_that_was_left_in_it(window: MainWindow, well: Path) -> None:
    window.open_paths([well])
    window.show_step(Step.REVIEW)
    hand = window.view.canvas.hand
    begun = hand.tool
    window.actions_table["tool_lasso"].trigger()

    window.show_step(Step.EXPORT)
    between = hand.tool
    window.show_step(Step.REVIEW)
    back = hand.tool
    window.actions_table["tool_pan"].trigger()
    window.show_step(Step.TRACKS)
    elsewhere = hand.tool
    window.show_step(Step.REVIEW)

    assert (begun, between, back, elsewhere, hand.tool) == ("brush", "pan", "lasso", "border", "lasso")


def test_a_recent_well_is_as_old_as_it_was_left(
    window: MainWindow, well: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("veerdesk.desktop.settings.time.time", lambda: now[0])
    window.open_paths([well])
    assert window.settings.recent[0].opened == 1000.0

    now[0] = 5000.0
    window.close_well()

    assert window.settings.recent[0].opened == 5000.0
    assert window.start.recent.count() == len(window.settings.recent)


def test_the_window_closed_last_keeps_the_wells_of_the_other(
    window: MainWindow, well: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = MainWindow(window.theme, another=lambda: None)
    window.open_paths([well])
    window.keep_settings(decimal="comma")

    other.close()

    kept = load_settings()
    assert [r.path for r in kept.recent] == [str(well)]
    assert kept.decimal == "comma"


def test_what_was_under_the_cursor_is_not_said_beside_the_next_well(
    window: MainWindow, well: Path, qtbot: QtBot
) -> None:
    window.open_paths([well])
    window.show_step(Step.REVIEW)
    canvas, readouts = window.view.canvas, window.view.readouts
    canvas.zoom_to(1.0)
    canvas.go_to_row(600)
    at = QPointF(*canvas.view.to_widget(600, columns()[0][600])).toPoint()
    QTest.mouseMove(canvas.viewport(), at)
    qtbot.waitUntil(lambda: "row" in readouts.place.text())
    window.say("Taken back: a stroke")

    window.close_well()

    assert readouts.place.text() == readouts.values.text() == readouts.owner.text() == ""
    assert readouts.done.text() == ""


def test_a_step_that_is_clicked_leaves_the_keys_with_the_scan(window: MainWindow, well: Path, qtbot: QtBot) -> None:
    window.open_paths([well])
    window.show_step(Step.TRACKS)
    qtbot.waitUntil(lambda: window.view.tracks.name.isEnabled())
    window.view.tracks.name.setFocus()
    action = window.actions_table["step_depth"]
    depth = next(b for b in window.top.findChildren(QToolButton) if b.defaultAction() is action)

    QTest.mouseClick(depth, Qt.MouseButton.LeftButton)

    assert window.view.depths.isVisible()
    assert window.view.canvas.hasFocus()


def test_the_line_whose_depth_is_asked_for_is_seen_while_it_is_typed(window: MainWindow, well: Path) -> None:
    window.open_paths([well])
    window.show_step(Step.DEPTH)
    canvas = window.view.canvas
    tool = canvas.tool
    at = QPointF(*canvas.view.to_widget(600, 300)).toPoint()

    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    depth = window.view.depths.new_depth
    assert depth.hasFocus()
    assert canvas.tool is tool

    QTest.keyClicks(depth, "87")
    QTest.keyClick(depth, Qt.Key.Key_Escape)
    typed_back = depth.text(), depth.hasFocus(), window.view.depths.new_row.text()
    QTest.keyClick(depth, Qt.Key.Key_Escape)

    assert typed_back == ("", True, "600")
    assert window.view.depths.new_row.text() == ""
    assert canvas.hasFocus()


def test_the_form_of_a_well_without_a_track_is_empty(window: MainWindow, well: Path, tmp_path: Path) -> None:
    window.open_paths([well])
    window.show_step(Step.TRACKS)
    window.view.complete()
    panel = window.view.tracks
    assert window.follower is not None
    window.follower.show_all()
    assert panel.name.text() == "T1"
    window.close_well()
    (tmp_path / "other").mkdir()
    bare = drawn_well(tmp_path / "other", has_track=False)
    bare.close()

    window.open_paths([bare.path])
    window.show_step(Step.TRACKS)
    assert window.follower is not None
    window.follower.show_all()

    assert panel.name.text() == panel.stroke.text() == ""
    assert [form.mnemonic.text() for form in panel.forms] == ["", ""]


def test_a_track_that_is_chosen_beside_the_scan_comes_into_view(window: MainWindow, well: Path) -> None:
    window.open_paths([well])
    assert window.bridge is not None
    session = window.bridge.session
    scan = session.description.scans[0].id
    second = session.new_track(scan=scan, top=100, bottom=2900, left=((0.0, 520.0),), right=((0.0, 620.0),))
    window.bridge.describe(session.description.with_track(second), "place T2")
    window.show_step(Step.REVIEW)
    window.view.complete()
    assert window.follower is not None
    window.follower.show_all()
    canvas, tracks = window.view.canvas, window.view.review.tracks
    canvas.zoom_to(4.0)
    canvas.go_to_row(1500)
    canvas.show_columns(100.0, 200.0)
    rows = canvas.visible_rows()
    assert canvas.view.to_widget(1500, 520.0)[0] > canvas.viewport().width()

    for track_id, (left, right) in ((second.id, (520.0, 620.0)), (1, (100.0, 500.0))):
        tracks.setCurrentIndex(tracks.findData(track_id))
        tracks.activated.emit(tracks.currentIndex())

        middle = canvas.view.to_widget(1500, (left + right) / 2)[0]
        assert 0 <= middle <= canvas.viewport().width()
        assert canvas.visible_rows() == rows


def test_no_button_of_the_tracks_moves_when_the_first_track_is_placed(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    bare = drawn_well(tmp_path, has_track=False)
    bare.close()
    window.open_paths([bare.path])
    window.show_step(Step.TRACKS)
    window.view.complete()
    assert window.bridge is not None
    assert window.follower is not None
    panel, session = window.view.tracks, window.bridge.session

    def places() -> list[int]:
        QApplication.sendPostedEvents()
        return [b.mapTo(panel, b.rect().topLeft()).y() for b in panel.findChildren(ActionButton)]

    window.follower.show_all()
    qtbot.waitUntil(lambda: panel.name.isVisible() and not panel.list.isVisible())
    before = places()
    track = session.new_track(
        scan=session.description.scans[0].id, top=100, bottom=2900, left=((0.0, 100.0),), right=((0.0, 500.0),)
    )
    window.bridge.describe(session.description.with_track(track), "place T1")
    window.follower.show_all()
    qtbot.waitUntil(lambda: panel.list.isVisible())

    assert places() == before


def test_what_was_read_before_the_pointer_left_is_not_said_of_a_well_that_changed(
    window: MainWindow, well: Path, qtbot: QtBot
) -> None:
    window.open_paths([well])
    window.show_step(Step.TRACKS)
    window.view.complete()
    canvas, readouts, bridge = window.view.canvas, window.view.readouts, window.bridge
    assert bridge is not None
    assert canvas.pointed_at is None
    canvas.cursor_moved.emit(600, 200)
    left = readouts.values.text()
    window.actions_table["remove_track"].trigger()
    said = readouts.done.text()
    qtbot.waitUntil(lambda: readouts.values.text() == "")

    assert "GR" in left
    assert said.startswith("T1 is removed.")
    window.actions_table["undo"].trigger()
    assert [t.name for t in bridge.session.description.tracks] == ["T1"]
