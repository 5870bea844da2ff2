"""Pick: what a click on a crossing and on a piece of stroke does, by true mouse and key events."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.tools.crossing_log import BOTTOM, CROSSED_AT, TOP, click, columns, hover, place, shown_classes
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.desktop.tools import pick

_SHIFT, _ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
_RIGHT = Qt.MouseButton.RightButton


def _crossings(canvas: ScanCanvas) -> list[int]:
    assert canvas.bridge is not None
    return [c.row for c in canvas.bridge.session.crossings(1)]


@pytest.mark.parametrize(
    ("keys", "start", "stop"),
    [
        (Qt.KeyboardModifier.NoModifier, 1, 2),
        (_SHIFT, 1, None),
        (_ALT, 0, 1),
        (_SHIFT | _ALT, None, 1),
    ],
)
def test_a_click_on_a_crossing_exchanges_what_the_keys_say(
    canvas: ScanCanvas, keys: Qt.KeyboardModifier, start: int | None, stop: int | None
) -> None:
    canvas.set_tool("pick")
    found, before = _crossings(canvas), shown_classes(canvas)
    assert found == pytest.approx(CROSSED_AT, abs=6)

    click(canvas, CROSSED_AT[1], 300, keys)

    after = shown_classes(canvas)
    rows = slice(TOP if start is None else found[start], BOTTOM + 1 if stop is None else found[stop])
    want = before.copy()
    want[rows] = np.where(before[rows] > 0, 3 - before[rows], 0)
    person = canvas.bridge.session.label_map(1).origin(  # type: ignore[union-attr]
        canvas.bridge.session.description.track(1).geometry.rows,  # type: ignore[union-attr]
        (0, 600),
    )
    # The model plane beside the exchange may follow the trace; what was said is the exchange and nothing else.
    assert np.array_equal(after[rows], want[rows])
    assert set(np.flatnonzero(person.any(axis=1)) + TOP) <= set(range(rows.start, rows.stop))


def test_a_click_on_a_crossing_is_one_gesture_and_undo_takes_it_back(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    canvas.set_tool("pick")
    before, entries = shown_classes(canvas), len(canvas.bridge.session.history)

    click(canvas, CROSSED_AT[1], 300)
    made = len(canvas.bridge.session.history) - entries
    canvas.bridge.undo()
    canvas.bridge.session.settle()

    assert made == 1
    assert np.array_equal(shown_classes(canvas), before)


def test_the_extent_is_tinted_before_the_click_and_follows_the_keys(canvas: ScanCanvas) -> None:
    canvas.set_tool("pick")
    bare = canvas.grab().toImage()
    above, below = place(canvas, CROSSED_AT[1] - 60, 480), place(canvas, CROSSED_AT[1] + 60, 480)

    hover(canvas, CROSSED_AT[1], 300)
    hovered = canvas.grab().toImage()
    QTest.keyPress(canvas, Qt.Key.Key_Alt)
    with_alt = canvas.grab().toImage()
    QTest.keyRelease(canvas, Qt.Key.Key_Alt)
    hover(canvas, CROSSED_AT[1] - 100, 300)
    left = canvas.grab().toImage()

    assert hovered.pixelColor(below) != bare.pixelColor(below)
    assert hovered.pixelColor(above) == bare.pixelColor(above)
    assert with_alt.pixelColor(below) == bare.pixelColor(below)
    assert with_alt.pixelColor(above) != bare.pixelColor(above)
    assert left.pixelColor(below) == bare.pixelColor(below)


def test_what_a_click_would_exchange_is_told_in_depth_where_there_are_depths(
    canvas: ScanCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge, told = canvas.bridge, []
    assert bridge is not None
    monkeypatch.setattr(pick, "paint_words", lambda _painter, words, *_at, **_beside: told.append(words))
    canvas.set_tool("pick")
    hover(canvas, CROSSED_AT[1], 300)
    canvas.grab()

    (scan,) = bridge.session.description.scans
    anchored = replace(scan, depth=((0.0, 1000.0), (1000.0, 1100.0)))
    bridge.describe(replace(bridge.session.description, scans=(anchored,)), "say two depths")
    hover(canvas, CROSSED_AT[1] + 1, 301)
    canvas.grab()

    rows = _crossings(canvas)[2] - _crossings(canvas)[1]
    assert told[0] == f"exchange below, to the next crossing: {rows} rows"
    assert told[-1] == f"exchange below, to the next crossing: {rows / 10:.0f} {bridge.session.description.depth.unit}"


def test_what_is_tinted_lies_under_the_pointer_also_when_the_view_has_moved(canvas: ScanCanvas, qtbot: QtBot) -> None:
    canvas.set_tool("pick")
    pointer, below = place(canvas, CROSSED_AT[1], 300), place(canvas, CROSSED_AT[1] + 60, 480)
    bare = canvas.grab().toImage()
    hover(canvas, CROSSED_AT[1], 300)
    canvas.go_to_row(1100)  # as the review does: nothing lies over what it shows
    canvas.go_to_row(942)
    back = canvas.grab().toImage()

    for notch in (-120, 120):
        at = QPointF(pointer)
        event = QWheelEvent(
            at,
            canvas.viewport().mapToGlobal(at),
            QPoint(),
            QPoint(0, notch),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(canvas.viewport(), event)

    qtbot.waitUntil(lambda: canvas.grab().toImage().pixelColor(below) != bare.pixelColor(below), timeout=10_000)
    assert back == bare


def test_the_bare_scan_is_shown_without_what_a_click_would_do(canvas: ScanCanvas) -> None:
    canvas.set_tool("pick")
    QTest.keyPress(canvas, Qt.Key.Key_S)
    bare = canvas.grab().toImage()
    QTest.keyRelease(canvas, Qt.Key.Key_S)

    hover(canvas, CROSSED_AT[1], 300)
    QTest.keyPress(canvas, Qt.Key.Key_S)
    held = canvas.grab().toImage()
    QTest.keyRelease(canvas, Qt.Key.Key_S)

    assert held == bare


def test_a_click_gives_the_piece_between_two_crossings_to_the_curve_of_the_button(canvas: ScanCanvas) -> None:
    canvas.set_tool("pick")
    one, two = columns()
    before, row = shown_classes(canvas), 1100

    click(canvas, row, two[row], button=Qt.MouseButton.LeftButton)
    to_one = shown_classes(canvas)
    click(canvas, row, one[row], button=_RIGHT)
    to_two = shown_classes(canvas)

    middle = slice(CROSSED_AT[1] + 40, CROSSED_AT[2] - 40)
    assert (before[middle] == 2).any()
    assert not (to_one[middle] == 2).any()
    assert np.array_equal(to_two[middle], np.where(before[middle] > 0, 3 - before[middle], 0))
    outside = np.r_[TOP : CROSSED_AT[1] - 30, CROSSED_AT[2] + 30 : BOTTOM]
    assert np.array_equal(to_two[outside], before[outside])


def test_e_held_with_a_click_says_background_and_tapped_takes_the_eraser(canvas: ScanCanvas) -> None:
    canvas.set_tool("pick")
    _, two = columns()

    QTest.keyPress(canvas, Qt.Key.Key_E)
    click(canvas, 1100, two[1100])
    QTest.keyRelease(canvas, Qt.Key.Key_E)
    still = canvas.hand.tool
    QTest.keyClick(canvas, Qt.Key.Key_E)

    assert not (shown_classes(canvas)[1000:1350] == 2).any()
    assert still == "pick"
    assert canvas.hand.tool == "eraser"
    assert not canvas.hand.holds_background


def test_hovering_outlines_the_piece_and_changes_nothing(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    canvas.set_tool("pick")
    _, two = columns()
    row, entries = 1150, len(canvas.bridge.session.history)
    bare = canvas.grab().toImage()
    beside = place(canvas, row, round(two[row]) - 3)

    hover(canvas, 1100, two[1100])
    hovered = canvas.grab().toImage()
    hover(canvas, 1100, 90)
    left = canvas.grab().toImage()

    assert hovered.pixelColor(beside) != bare.pixelColor(beside)
    assert left.pixelColor(beside) == bare.pixelColor(beside)
    assert len(canvas.bridge.session.history) == entries


def test_a_click_off_the_ink_says_so_and_changes_nothing(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    said: list[str] = []
    canvas.said.connect(said.append)
    canvas.set_tool("pick")
    entries = len(canvas.bridge.session.history)

    click(canvas, 1100, 90)

    assert said == ["There is no ink here."]
    assert len(canvas.bridge.session.history) == entries
