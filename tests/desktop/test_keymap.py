"""Keys that the canvas hears, given to something else through the sheet of shortcuts, by true keys."""
# ruff: noqa: F811 - the fixture is the review's own

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.test_review import press, review, track, window  # noqa: F401
from veerdesk.desktop.actions import SPECS, words
from veerdesk.desktop.dialogs.shortcuts import ShortcutsDialog
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.settings import load_settings


def give(dialog: ShortcutsDialog, name: str, key: Qt.Key) -> str:
    """Choose an action by its line, press a key in the field, give it; returns what the sheet says then."""
    exactly = Qt.MatchFlag.MatchRecursive | Qt.MatchFlag.MatchExactly
    item = dialog.tree.findItems(words(SPECS[name].text), exactly)[0]
    dialog.tree.setCurrentItem(item)
    dialog.key.setFocus()
    QTest.keyClick(dialog.key, key)
    QTest.mouseClick(dialog.give, Qt.MouseButton.LeftButton)
    return str(dialog._said.text())


@pytest.fixture
def sheet(qtbot: QtBot) -> ShortcutsDialog:
    dialog = ShortcutsDialog({})
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
    return dialog


def rekey(window: MainWindow, **keys: Qt.Key) -> None:
    """Open the sheet by its key, give keys in it, and close it."""

    def work() -> None:
        dialog = next(d for d in window.findChildren(ShortcutsDialog) if d.isVisible())
        for name, key in keys.items():
            give(dialog, name, key)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        dialog.accept()

    QTimer.singleShot(0, work)
    press(window, Qt.Key.Key_F1)
    window.activateWindow()
    QApplication.processEvents()
    window.view.canvas.setFocus()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("keep_next", Qt.Key.Key_U),
        ("swap_class", Qt.Key.Key_U),
        ("hide_overlay", Qt.Key.Key_U),
        ("bypass_ink", Qt.Key.Key_U),
    ],
)
def test_each_key_of_the_canvas_can_be_given(sheet: ShortcutsDialog, name: str, key: Qt.Key) -> None:
    give(sheet, name, key)

    assert sheet.overrides == {name: "U"}


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_S, Qt.Key.Key_A])
def test_a_key_of_the_canvas_is_refused_to_others_by_the_name_of_who_has_it(
    sheet: ShortcutsDialog, key: Qt.Key
) -> None:
    holder = {Qt.Key.Key_Space: "keep_next", Qt.Key.Key_Tab: "swap_class", Qt.Key.Key_S: "hide_overlay"}

    said = give(sheet, "redo", key)

    assert sheet.overrides == {}
    assert said.startswith("Not given: ")
    assert words(SPECS[holder.get(key, "bypass_ink")].text) in said
    assert "“Redo”" in said


def test_tab_goes_to_another_action_once_it_is_free_and_back(sheet: ShortcutsDialog) -> None:
    give(sheet, "swap_class", Qt.Key.Key_U)
    give(sheet, "next_rule", Qt.Key.Key_Tab)
    given = dict(sheet.overrides)
    give(sheet, "next_rule", Qt.Key.Key_R)
    give(sheet, "swap_class", Qt.Key.Key_Tab)

    assert given == {"swap_class": "U", "next_rule": "Tab"}
    assert sheet.overrides == {}


def test_a_given_key_keeps_the_crossing_and_space_does_nothing_more(window: MainWindow) -> None:
    rekey(window, keep_next=Qt.Key.Key_U)
    press(window, Qt.Key.Key_N)

    press(window, Qt.Key.Key_Space)
    before = track(window).decisions
    press(window, Qt.Key.Key_U)

    assert before == ()
    assert [d.verdict for d in track(window).decisions] == ["kept"]
    assert "(U)" in window.view.review.keep.toolTip()
    assert load_settings().shortcuts == {"keep_next": "U"}


def test_a_given_key_moves_the_scan_while_it_is_held(window: MainWindow) -> None:
    rekey(window, keep_next=Qt.Key.Key_U)
    canvas = window.view.canvas
    canvas.go_to_row(800)
    port, was = canvas.viewport(), canvas.visible_rows().start
    left = Qt.MouseButton.LeftButton

    QTest.keyPress(canvas, Qt.Key.Key_U)
    QTest.mousePress(port, left, Qt.KeyboardModifier.NoModifier, QPoint(100, 300))
    QTest.mouseMove(port, QPoint(100, 200))
    QTest.mouseRelease(port, left, Qt.KeyboardModifier.NoModifier, QPoint(100, 200))
    QTest.keyRelease(canvas, Qt.Key.Key_U)

    assert canvas.visible_rows().start - was == 100
    assert review(window).row is None


def test_given_keys_exchange_the_class_hide_the_overlay_and_bypass_the_ink(window: MainWindow) -> None:
    rekey(window, swap_class=Qt.Key.Key_U, hide_overlay=Qt.Key.Key_F6, bypass_ink=Qt.Key.Key_F7)
    canvas = window.view.canvas

    press(window, Qt.Key.Key_U)
    QTest.keyPress(canvas, Qt.Key.Key_F6)
    is_hidden = canvas._is_hiding
    QTest.keyRelease(canvas, Qt.Key.Key_F6)
    QTest.keyPress(canvas, Qt.Key.Key_F7)
    bypasses = canvas.hand.bypasses_ink
    QTest.keyRelease(canvas, Qt.Key.Key_F7)
    QTest.keyClick(canvas, Qt.Key.Key_S)
    QTest.keyPress(canvas, Qt.Key.Key_A)

    assert canvas.hand.class_in_hand == 2
    assert is_hidden
    assert bypasses
    assert not canvas._is_hiding
    assert not canvas.hand.bypasses_ink


def test_a_free_tab_leaves_the_scan(window: MainWindow) -> None:
    rekey(window, swap_class=Qt.Key.Key_U)
    canvas = window.view.canvas

    QTest.keyClick(canvas, Qt.Key.Key_Tab)

    assert canvas.hand.class_in_hand == 1
    assert not canvas.hasFocus()


def gestures(sheet: ShortcutsDialog) -> list[str]:
    """Return the lines of the mouse that are seen, each as one text."""
    seen = [
        (one.text(), other.text()) for _, lines in sheet.mouse._groups for one, other, _ in lines if one.isVisible()
    ]
    return [f"{gesture}: {does}" for gesture, does in seen]


def test_the_sheet_shows_what_the_mouse_does_tool_by_tool_and_all_of_it_at_1280(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QScreen, "availableSize", lambda _: QSize(1280, 800))
    window.resize(1280, 800)
    found = []

    def look() -> None:
        sheet = next(d for d in window.findChildren(ShortcutsDialog) if d.isVisible())
        page = sheet.mouse.parentWidget()
        assert page is not None
        found.append((sheet.width(), sheet.height(), page.size(), sheet.mouse.minimumSizeHint(), gestures(sheet)))
        sheet.accept()

    QTimer.singleShot(0, look)
    press(window, Qt.Key.Key_F1)

    ((wide, high, room, needed, lines),) = found
    assert (wide, high) < (1280, 760)
    assert needed.width() <= room.width()
    assert needed.height() <= room.height()
    for line in (
        "Shift + click: exchange below, to the end",
        "Alt + click: exchange above, to the one before",
        "E held + click: make the piece background",
        "Backspace: a corner back",
        "Enter, or double click: done",
        "Esc: give up what is begun",
        "Right button on a pin: take it away",
        "Ctrl + wheel: zoom at the pointer",
        "Middle, Space held + drag: move the scan",
        "Alt + drag, [ ]: size",
        "A held: paint past the rule, paper too",
    ):
        assert line in lines


def test_the_mouse_is_told_with_the_keys_a_person_gave_and_found_by_its_words(sheet: ShortcutsDialog) -> None:
    give(sheet, "bypass_ink", Qt.Key.Key_U)
    told = gestures(sheet)

    QTest.keyClicks(sheet._find, "knot")

    assert "U held: paint past the rule, paper too" in told
    assert gestures(sheet) == ["Shift + click a border: put a knot in", "Right button on a knot: take it out"]
