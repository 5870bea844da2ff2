"""The place of the review in hand: framed, large enough to be judged, and never one that is out of view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.test_review import (
    CTRL,
    GAP,
    LEFT,
    SHIFT,
    STROKE,
    classes,
    crossing_well,
    press,
    review,
    reviewing,
    track,
)
from veerdesk.desktop.canvas.furniture import frame_of
from veerdesk.desktop.main_window import MainWindow
from veerdesk.rows import RowSpan
from veerdesk.session.doubtful_rows import JERK_CHANCE, Cause, DoubtfulRows
from veerdesk.session.review_queue import QueueItem


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """The window in the Review step on a log where curve 1 has no ink for a while."""
    yield from reviewing(crossing_well(tmp_path, GAP), qtbot, qapp)


def _in_hand(window: MainWindow) -> QueueItem:
    item = review(window).item
    assert item is not None
    return item


def _go_to_doubt(window: MainWindow) -> QueueItem:
    """Press N until doubtful rows are in hand."""
    for _ in review(window).queue:
        press(window, Qt.Key.Key_N)
        if _in_hand(window).doubt is not None:
            return _in_hand(window)
    raise AssertionError("N never came to doubtful rows")


def _is_framed(window: MainWindow, item: QueueItem) -> bool:
    """Return True where the middle of the frame's upper and lower edge has the colour of doubt."""
    canvas = window.view.canvas
    image, frame = canvas.viewport().grab().toImage(), frame_of(canvas.view, item.crossing)
    x = round(frame.center().x()) + 4
    edges = [[image.pixelColor(QPoint(x, round(y) + k)) for k in (-1, 0, 1)] for y in (frame.top(), frame.bottom())]
    doubt = canvas.look.palette.doubt
    return all(any((c.red(), c.green(), c.blue()) == doubt for c in edge) for edge in edges)


def test_doubtful_rows_in_hand_are_framed_among_all_that_are_hatched(window: MainWindow) -> None:
    item = _go_to_doubt(window)
    framed = _is_framed(window, item)
    press(window, Qt.Key.Key_N)
    window.view.canvas.go_to_row(item.crossing.row)

    assert framed
    assert not _is_framed(window, item)


def test_a_place_is_shown_so_large_that_a_stroke_can_be_told_from_another(window: MainWindow) -> None:
    canvas = window.view.canvas
    canvas.zoom_to(0.15)

    press(window, Qt.Key.Key_N)

    place = _in_hand(window).crossing
    x, y = canvas.view.to_widget(place.row, place.column)
    assert canvas.view.scale * STROKE >= 2.0
    assert canvas.viewport().rect().contains(QPoint(round(x), round(y)))


def test_doubtful_rows_are_shown_so_high_that_they_can_be_judged(window: MainWindow) -> None:
    canvas = window.view.canvas
    few = replace(
        review(window).queue[0], below=RowSpan(300, 310), doubt=DoubtfulRows(RowSpan(300, 310), 200.0, 0.1, "jerk")
    )
    review(window).queue = (few,)
    canvas.zoom_to(0.45)  # strokes are wide enough

    review(window).take(few.crossing.row)

    assert canvas.view.scale * 10 >= 8.0


def test_a_person_who_is_nearer_already_is_left_there(window: MainWindow) -> None:
    window.view.canvas.zoom_to(2.0)

    press(window, Qt.Key.Key_N)

    assert window.view.canvas.view.scale == 2.0


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_X])
def test_undo_takes_the_place_in_hand_that_was_decided(window: MainWindow, key: Qt.Key) -> None:
    window.view.canvas.zoom_to(2.0)
    press(window, Qt.Key.Key_N)
    first = _in_hand(window)
    press(window, key)
    press(window, Qt.Key.Key_N)
    other = _in_hand(window)

    press(window, Qt.Key.Key_Z, CTRL)

    assert other.crossing.row != first.crossing.row
    assert abs(_in_hand(window).crossing.row - first.crossing.row) <= 3
    assert _in_hand(window).crossing.row in window.view.canvas.visible_rows()
    press(window, Qt.Key.Key_N)
    assert _in_hand(window).crossing.row != first.crossing.row


def _undo_of_a_stroke_in_view(window: MainWindow) -> tuple[QueueItem, QueueItem]:
    """Undo a stroke at the first place while another is in hand, with the first in view; return both places."""
    press(window, Qt.Key.Key_N)
    first, bridge = _in_hand(window), window.bridge
    assert bridge is not None
    row = first.crossing.row
    bridge.exchange(track(window).id, RowSpan(row - 4, row + 4), "exchange some rows")
    press(window, Qt.Key.Key_N)
    other = _in_hand(window)
    window.view.canvas.go_to_row(row)
    press(window, Qt.Key.Key_Z, CTRL)
    return first, other


def test_undo_of_a_stroke_in_view_takes_its_place_in_hand_once_the_queue_is_read_again(
    window: MainWindow, qtbot: QtBot
) -> None:
    first, other = _undo_of_a_stroke_in_view(window)

    assert other.crossing.row != first.crossing.row
    assert _in_hand(window).crossing.row == other.crossing.row  # the frame with the paint does not wait for the queue
    qtbot.waitUntil(lambda: abs(_in_hand(window).crossing.row - first.crossing.row) <= 4)


def test_whoever_goes_on_after_an_undo_is_left_there(window: MainWindow, qtbot: QtBot) -> None:
    _undo_of_a_stroke_in_view(window)

    press(window, Qt.Key.Key_N)
    next_one = _in_hand(window).crossing.row
    follower = window.follower
    assert follower is not None
    follower.review.follow()

    assert _in_hand(window).crossing.row == next_one


def test_undo_elsewhere_leaves_no_place_in_hand_that_is_out_of_view(window: MainWindow) -> None:
    canvas = window.view.canvas
    canvas.zoom_to(2.0)
    canvas.go_to_row(1450)
    press(window, Qt.Key.Key_Space, SHIFT)  # accepts the rows in view
    while True:
        press(window, Qt.Key.Key_N)
        if _in_hand(window).crossing.row < 900:
            break

    press(window, Qt.Key.Key_Z, CTRL)

    assert 1300 in canvas.visible_rows()
    assert review(window).item is None
    assert track(window).accepted == ()


@pytest.mark.parametrize(("cause", "remedy"), [("jerk", "pin (P)"), ("loose ink", "V and a click")])
def test_nothing_is_exchanged_where_a_curve_only_jerks_or_left_ink_aside(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, cause: Cause, remedy: str
) -> None:
    jerk = DoubtfulRows(RowSpan(120, 128), 200.0, JERK_CHANCE, cause)
    monkeypatch.setattr("veerdesk.desktop.review_follower.doubtful_rows_of", lambda _session, _track: (jerk,))
    review(window)._known = None
    review(window).follow()
    before = classes(window)
    review(window).take(120)

    for held in (Qt.KeyboardModifier.NoModifier, SHIFT, Qt.KeyboardModifier.AltModifier):
        press(window, Qt.Key.Key_X, held)

        assert _in_hand(window).doubt == jerk
        said = window.view.readouts.done.toolTip() + window.view.readouts.done.text()
        assert "Nothing crosses here" in said
        assert remedy in said
    assert (classes(window) == before).all()
    assert track(window).decisions == ()


def test_what_was_exchanged_and_accepted_is_said_in_the_log_s_own_measure(window: MainWindow) -> None:
    done = window.view.readouts.done
    press(window, Qt.Key.Key_N)
    row = _in_hand(window).crossing.row
    press(window, Qt.Key.Key_X)
    exchanged = done.toolTip() or done.text()
    press(window, Qt.Key.Key_Space, SHIFT)
    accepted = done.toolTip() or done.text()
    press(window, Qt.Key.Key_Return, CTRL)

    assert exchanged.startswith("Exchanged ")
    assert f" rows below row {row:,}." in exchanged
    assert accepted.startswith("Accepted ")
    rest = done.toolTip() or done.text()
    assert rest.endswith(" more rows of T1, all but flagged ones. Ctrl+Z undoes.")


def test_what_a_click_would_exchange_follows_shift_while_the_list_has_the_keys(window: MainWindow) -> None:
    canvas, places, crossings = window.view.canvas, window.view.review.list, review(window).crossings
    here, beyond = crossings[1], crossings[2]
    window.actions_table["tool_pick"].trigger()
    canvas.zoom_to(1.0)
    canvas.go_to_row(beyond.row)
    spots = [canvas.view.to_widget(here.row, here.column), canvas.view.to_widget(beyond.row + 20, LEFT + 10)]
    pointer, below = (QPoint(round(x), round(y)) for x, y in spots)
    QTest.mouseMove(canvas.viewport(), pointer)
    places.setFocus()

    def colour() -> QColor:
        return canvas.viewport().grab().toImage().pixelColor(below)

    to_the_next = colour()
    QTest.keyPress(places, Qt.Key.Key_Shift)
    to_the_end = colour()
    QTest.keyRelease(places, Qt.Key.Key_Shift)

    assert places.hasFocus()
    assert to_the_end != to_the_next == colour()


def test_what_was_kept_is_said_with_its_place(window: MainWindow, qtbot: QtBot) -> None:
    window.view.canvas.zoom_to(2.0)
    press(window, Qt.Key.Key_N)
    place, done = _in_hand(window), window.view.readouts.done
    what = "crossing" if place.doubt is None else "doubtful rows"

    press(window, Qt.Key.Key_Space)

    said = f"Kept the {what} at row {place.crossing.row:,} (Ctrl+Z takes it back)"
    qtbot.waitUntil(lambda: done.accessibleDescription() == said)
    press(window, Qt.Key.Key_Z, CTRL)
    assert done.accessibleDescription().startswith("Taken back: keep the ")
