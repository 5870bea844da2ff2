"""What changed since the last acceptance, and sign-off by name, through true keys and clicks."""
# ruff: noqa: F811 - the fixture is the review's own

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from tests.desktop.test_review import CTRL, HEIGHT, SHIFT, columns, press, track, window  # noqa: F401
from veerdesk.desktop.change_follower import ChangeFollower
from veerdesk.desktop.dialogs.sign_off import SignOffDialog
from veerdesk.desktop.main_window import MainWindow
from veerdesk.rows import RowSpan


def changes(window: MainWindow) -> ChangeFollower:
    assert window.follower is not None
    return window.follower.changes


def accept_all(window: MainWindow) -> None:
    press(window, Qt.Key.Key_Return, CTRL)
    assert track(window).accepted == (RowSpan(0, HEIGHT),)


def erase_at(window: MainWindow, row: int) -> None:
    """Rub curve 1 out over some rows by the eraser, and wait until the curves have followed."""
    canvas = window.view.canvas
    canvas.set_tool("eraser")
    canvas.hand.set_radius(12.0)
    canvas.go_to_row(row)
    col = float(columns()[0][row])
    places = [QPoint(*(round(v) for v in canvas.view.to_widget(row + k, col))) for k in range(0, 60, 4)]
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[0])
    for place in places:
        QTest.mouseMove(canvas.viewport(), place)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, places[-1])
    canvas.setFocus()


def sign(window: MainWindow, qtbot: QtBot, name: str) -> None:
    """Press the key of the sign-off, type a name and Return."""
    press(window, Qt.Key.Key_A, CTRL | SHIFT)
    dialog = next(d for d in window.findChildren(SignOffDialog) if d.isVisible())
    dialog.name.selectAll()
    QTest.keyClicks(dialog.name, name)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not any(d.isVisible() for d in window.findChildren(SignOffDialog)))


def test_j_goes_to_what_changed_since_the_acceptance_and_marks_it(window: MainWindow, qtbot: QtBot) -> None:
    accept_all(window)
    erase_at(window, 300)
    erase_at(window, 1200)
    qtbot.waitUntil(lambda: len(changes(window).places) == 2)
    qtbot.waitUntil(lambda: "changed since" in window.view.guide.sentence.text())
    offered = window.view.guide.button.text()

    window.view.canvas.go_to_row(0)
    seen = []
    for key in (Qt.Key.Key_J, Qt.Key.Key_J):
        press(window, key)
        middle = window.view.canvas.row_at(window.view.canvas.viewport().height() / 2)
        seen.append(next(k for k, p in enumerate(changes(window).places) if p.start - 200 <= middle <= p.stop + 200))
    press(window, Qt.Key.Key_J, SHIFT)

    assert seen == [0, 1]
    assert offered == "Next change since accepted"
    assert window.actions_table["show_changes"].isChecked()
    assert "Change 1 of 2" in window.view.readouts.done.text()
    assert "2 places changed" in window.view.review.signed.text()


def test_marks_are_seen_on_canvas_and_ruler_and_gone_without_the_key(window: MainWindow, qtbot: QtBot) -> None:
    accept_all(window)
    erase_at(window, 400)
    qtbot.waitUntil(lambda: len(changes(window).places) == 1)
    window.view.canvas.go_to_row(420)
    qtbot.wait(50)
    bare, ruler = window.view.canvas.grab().toImage(), window.view.ruler.grab().toImage()

    press(window, Qt.Key.Key_Y)
    marked = window.view.canvas.grab().toImage()
    press(window, Qt.Key.Key_Y)

    assert marked != bare
    assert window.view.canvas.grab().toImage() == bare
    row = changes(window).places[0].start
    y = round((row + 4 - window.view.canvas.row_at(0.0)) * window.view.canvas.scale)
    strip = {ruler.pixelColor(4, y + k).name() for k in range(-8, 9)}
    assert window.theme.tokens.text.lower() in strip, "changed rows are barred beside the accepted ones"


def test_accepting_again_settles_what_changed_and_undo_brings_it_back(window: MainWindow, qtbot: QtBot) -> None:
    accept_all(window)
    erase_at(window, 400)
    qtbot.waitUntil(lambda: bool(changes(window).changed))
    before = changes(window).changed

    press(window, Qt.Key.Key_Space, SHIFT)
    qtbot.waitUntil(lambda: not changes(window).changed)
    press(window, Qt.Key.Key_Z, CTRL)

    qtbot.waitUntil(lambda: changes(window).changed == before)


def test_a_name_is_refused_over_open_rows_and_says_where(window: MainWindow, qtbot: QtBot) -> None:
    seen = window.view.canvas.visible_rows()
    sign(window, qtbot, "Ada")

    assert track(window).signed == ()
    assert f"Not signed: {seen.rows:,} rows" in window.view.readouts.done.text()


def test_the_name_of_a_sign_off_is_the_next_ones_in_another_window_too(window: MainWindow, qtbot: QtBot) -> None:
    sign(window, qtbot, "Ada Reviewer")
    assert track(window).signed == ()  # nothing was accepted

    press(window, Qt.Key.Key_A, CTRL | SHIFT)
    dialog = next(d for d in window.findChildren(SignOffDialog) if d.isVisible())

    assert dialog.name.text() == "Ada Reviewer"
    assert MainWindow(window.theme, another=lambda: None).settings.reviewer == "Ada Reviewer"
    dialog.close()


def test_a_name_is_given_by_keys_alone_stands_on_the_ruler_and_falls_with_a_stroke(
    window: MainWindow, qtbot: QtBot
) -> None:
    accept_all(window)
    plain = window.view.ruler.grab().toImage()
    sign(window, qtbot, "Ada Reviewer")
    qtbot.waitUntil(lambda: [s.holds for s in changes(window).signed] == [True])
    signed = window.view.ruler.grab().toImage()

    erase_at(window, 500)
    qtbot.waitUntil(lambda: [s.holds for s in changes(window).signed] == [False])
    fallen = window.view.review.signed.text()
    press(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: [s.holds for s in changes(window).signed] == [True])

    assert track(window).signed[0].by == "Ada Reviewer"
    assert window.settings.reviewer == "Ada Reviewer"
    assert signed != plain
    assert "no longer holds" in fallen
    assert "signed by Ada Reviewer" in window.view.ruler.accessibleDescription()


def test_a_name_is_undone_by_one_key_and_taken_back_in_the_box(window: MainWindow, qtbot: QtBot) -> None:
    accept_all(window)
    sign(window, qtbot, "Ada")
    press(window, Qt.Key.Key_Z, CTRL)
    assert track(window).signed == ()
    press(window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert [s.by for s in track(window).signed] == ["Ada"]

    press(window, Qt.Key.Key_A, CTRL | SHIFT)
    dialog = next(d for d in window.findChildren(SignOffDialog) if d.isVisible())
    dialog.list.setCurrentRow(0)
    QTest.mouseClick(dialog.back, Qt.MouseButton.LeftButton)

    assert track(window).signed == ()


def test_no_name_is_no_signature(window: MainWindow) -> None:
    accept_all(window)
    press(window, Qt.Key.Key_A, CTRL | SHIFT)
    dialog = next(d for d in window.findChildren(SignOffDialog) if d.isVisible())

    dialog.name.clear()

    assert not dialog.buttons.buttons()[0].isEnabled()
    dialog.reject()


def test_the_ruler_says_who_signed_the_row_under_the_pointer(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept_all(window)
    sign(window, qtbot, "Ada")
    qtbot.waitUntil(lambda: bool(changes(window).signed))
    window.follower.touch_all() if window.follower else None
    qtbot.waitUntil(lambda: "Ada" in window.view.ruler.accessibleDescription())
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda *arguments: said.append(arguments[1]))

    QApplication.sendEvent(
        window.view.ruler, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 60), window.view.ruler.mapToGlobal(QPoint(5, 60)))
    )

    assert said
    assert said[0].startswith("Rows 0 to 1,599 signed by Ada, 20")


def test_the_accepted_curve_is_drawn_faint_beside_the_scan_where_it_differs(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.view.curves is not None)
    curves = window.view.curves
    assert curves is not None
    accept_all(window)
    before = [item.isVisible() for item in curves._accepted.values()]
    assert window.bridge is not None
    trace = window.bridge.session.trace(1)
    assert trace is not None
    accepted = trace.x[0].copy()

    erase_at(window, 400)
    qtbot.waitUntil(lambda: curves._accepted[1].isVisible())
    share, rows = curves._accepted[1].getData()
    drawn = np.isfinite(share)
    press(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: not curves._accepted[1].isVisible())

    assert before == [False, False]
    assert 350 < rows[drawn].min() < rows[drawn].max() < 520
    wanted = (accepted[rows[drawn].astype(int)] - 60) / 280
    assert np.abs(share[drawn] - wanted).max() < 0.02
