"""Brush and lasso under each rule, and exchanging by hand, by true mouse and key events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.desktop.tools.crossing_log import click, columns, drag, place, shown_classes, truth
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.labels.edits import Rule
from veerdesk.rows import RowSpan

_RIGHT = Qt.MouseButton.RightButton


def _said(canvas: ScanCanvas) -> np.ndarray:  # type: ignore[type-arg]
    assert canvas.bridge is not None
    return canvas.bridge.session.label_map(1).origin(RowSpan(0, 2000), (0, 600)) == 1


def _around(canvas: ScanCanvas, row: int, half: int) -> list[tuple[float, float]]:
    """Return a way round both curves at some rows."""
    corners = [(row - half, 70), (row - half, 530), (row + half, 530), (row + half, 70)]
    return [*corners, (row - half + 1, 72)]


@pytest.mark.parametrize("rule", list(Rule))
def test_a_brush_changes_only_what_its_rule_allows(canvas: ScanCanvas, rule: Rule) -> None:
    one, _ = columns()
    row, before = 1000, shown_classes(canvas)
    canvas.set_tool("brush")
    canvas.hand.take_class(2)
    canvas.hand.set_radius(12.0)
    canvas.hand.take_rule(rule)

    drag(canvas, [(row, one[row]), (row + 10, one[row]), (row + 20, one[row])])

    said = _said(canvas)
    allowed = {
        Rule.ANYTHING: np.ones_like(said),
        Rule.BACKGROUND_ONLY: before == 0,
        Rule.OTHER_CURVE_ONLY: before == 1,
        Rule.INK_ONLY: truth() > 0,
    }[rule]
    assert said.any()
    assert not (said & ~allowed).any()
    assert (said & (before == 0)).any() == (rule in (Rule.ANYTHING, Rule.BACKGROUND_ONLY))


def test_holding_a_bypasses_whichever_rule_is_in_hand(canvas: ScanCanvas) -> None:
    canvas.set_tool("brush")
    canvas.hand.take_rule(Rule.OTHER_CURVE_ONLY)

    drag(canvas, [(1000, 100), (1010, 100)])
    locked = _said(canvas).any()
    QTest.keyPress(canvas, Qt.Key.Key_A)
    drag(canvas, [(1000, 100), (1010, 100)])
    QTest.keyRelease(canvas, Qt.Key.Key_A)

    assert not locked
    assert _said(canvas)[1000:1010, 95:105].any()


def test_the_pointer_says_what_is_painted_and_where(canvas: ScanCanvas) -> None:
    canvas.set_tool("brush")
    first = canvas.viewport().cursor().pixmap().toImage()

    canvas.hand.take_rule(Rule.BACKGROUND_ONLY)
    second = canvas.viewport().cursor().pixmap().toImage()
    QTest.keyPress(canvas, Qt.Key.Key_A)
    third = canvas.viewport().cursor().pixmap().toImage()
    QTest.keyRelease(canvas, Qt.Key.Key_A)

    assert first != second
    assert second != third
    assert canvas.viewport().cursor().pixmap().toImage() == second


def test_an_outline_drawn_in_one_go_gives_the_ink_inside_to_the_class_in_hand(canvas: ScanCanvas) -> None:
    before = shown_classes(canvas)
    canvas.set_tool("lasso")
    canvas.hand.take_class(1)

    drag(canvas, _around(canvas, 1100, 40))

    inside, after = slice(1065, 1135), shown_classes(canvas)
    assert (before[inside] == 2).any()
    assert np.array_equal(after[inside], np.where(before[inside] > 0, 1, 0))
    assert not _said(canvas)[:1055].any()
    assert not _said(canvas)[1145:].any()
    assert not (_said(canvas) & (truth() == 0)).any()


def test_a_polygon_is_clicked_corner_by_corner_and_the_right_button_is_the_other_curve(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    entries = len(canvas.bridge.session.history)
    canvas.set_tool("lasso")

    for row, col in ((1060, 80), (1060, 520), (1140, 520), (1140, 80)):
        click(canvas, row, col, button=_RIGHT)
    open_still = len(canvas.bridge.session.history) - entries
    click(canvas, 1060, 80, button=_RIGHT)

    after = shown_classes(canvas)[1070:1130]
    assert open_still == 0
    assert len(canvas.bridge.session.history) == entries + 1
    assert set(np.unique(after)) == {0, 2}


def test_escape_gives_a_polygon_up(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    entries = len(canvas.bridge.session.history)
    canvas.set_tool("lasso")

    for row, col in ((1060, 80), (1060, 520), (1140, 520)):
        click(canvas, row, col)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place(canvas, 1140, 80))

    assert len(canvas.bridge.session.history) == entries


@pytest.mark.parametrize("tool", ["exchange_brush", "exchange_lasso"])
def test_exchanging_by_hand_swaps_the_curves_and_leaves_the_paper(canvas: ScanCanvas, tool: str) -> None:
    assert canvas.bridge is not None
    before = shown_classes(canvas)
    canvas.hand.set_radius(30.0)
    canvas.set_tool(tool)

    if tool == "exchange_brush":
        drag(canvas, [(1100.0, float(col)) for col in range(80, 540, 20)])
    else:
        drag(canvas, _around(canvas, 1100, 30))

    said, inside = _said(canvas), slice(1085, 1115)
    after = shown_classes(canvas)
    assert np.array_equal(after[inside], np.where(before[inside] > 0, 3 - before[inside], 0))
    assert not (said & (truth() == 0)).any()
    canvas.bridge.undo()
    canvas.bridge.session.settle()
    assert np.array_equal(shown_classes(canvas), before)


def test_the_exchange_brush_shows_the_curves_exchanged_before_it_is_let_go(canvas: ScanCanvas) -> None:
    one, _ = columns()
    canvas.set_tool("exchange_brush")
    canvas.hand.set_radius(10.0)
    at = place(canvas, 1100, one[1100])
    bare = canvas.grab().toImage().pixelColor(at)

    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    held = canvas.grab().toImage().pixelColor(at)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert bare.red() > bare.blue()
    assert held.blue() > held.red()
