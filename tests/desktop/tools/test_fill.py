"""Fill by true clicks: what is connected goes to one class, under the rule in hand, as one step."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.desktop.tools.crossing_log import CROSSED_AT, click, columns, drag, hover, place, shown_classes
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.labels.edits import Rule
from veerdesk.labels.fill import cut_out, filled

_RIGHT = Qt.MouseButton.RightButton


def take_fill(canvas: ScanCanvas, cls: int) -> None:
    canvas.set_tool("fill")
    canvas.hand.take_class(cls)
    canvas.hand.take_rule(Rule.INK_ONLY)


def test_a_click_gives_what_is_connected_to_the_class_in_hand_and_undo_takes_it_back(canvas: ScanCanvas) -> None:
    assert canvas.bridge is not None
    before, (one, _) = shown_classes(canvas), columns()
    take_fill(canvas, 2)

    click(canvas, 1000, float(one[1000]))
    after = shown_classes(canvas)
    canvas.bridge.undo()

    stroke = before[900:1100] == 1
    assert (after[900:1100][stroke] == 2).all(), "the whole stroke as far as it is connected"
    assert np.array_equal(after == 0, before == 0)
    assert np.array_equal(shown_classes(canvas), before)


def test_the_right_button_fills_with_the_other_curve(canvas: ScanCanvas) -> None:
    one, _ = columns()
    take_fill(canvas, 1)

    click(canvas, 1000, float(one[1000]), button=_RIGHT)

    assert shown_classes(canvas)[1000, round(one[1000])] == 2


def test_paper_that_nothing_closes_in_is_not_filled_and_says_so(canvas: ScanCanvas) -> None:
    said: list[str] = []
    canvas.said.connect(said.append)
    before = shown_classes(canvas)
    take_fill(canvas, 1)

    click(canvas, 1000, 80)

    assert np.array_equal(shown_classes(canvas), before)
    assert "closes" in said[-1]


def test_paper_between_two_crossings_is_closed_in_and_filled_where_the_rule_lets_it(canvas: ScanCanvas) -> None:
    row = (CROSSED_AT[1] + CROSSED_AT[2]) // 2
    take_fill(canvas, 1)
    click(canvas, row, 300)
    locked = shown_classes(canvas)[row, 300]

    canvas.hand.take_rule(Rule.ANYTHING)
    canvas.go_to_row(row)
    click(canvas, row, 300)

    assert locked == 0
    assert shown_classes(canvas)[row, 300] == 1


def test_what_would_be_filled_is_outlined_before_the_click_and_changes_nothing(canvas: ScanCanvas) -> None:
    before, (one, _) = shown_classes(canvas), columns()
    take_fill(canvas, 2)
    hover(canvas, 1000, 80)
    bare = canvas.viewport().grab().toImage()

    hover(canvas, 1000, float(one[1000]))

    assert canvas.viewport().grab().toImage() != bare
    assert np.array_equal(shown_classes(canvas), before)


def test_what_the_rule_refuses_is_not_outlined(canvas: ScanCanvas) -> None:
    row = (CROSSED_AT[1] + CROSSED_AT[2]) // 2
    take_fill(canvas, 1)
    canvas.go_to_row(row)
    hover(canvas, row, 80)
    bare = canvas.viewport().grab().toImage()

    hover(canvas, row, 300)  # paper that the strokes close in
    refused = canvas.viewport().grab().toImage()
    QTest.keyPress(canvas, Qt.Key.Key_A)
    let = canvas.viewport().grab().toImage()
    QTest.keyRelease(canvas, Qt.Key.Key_A)

    assert refused == bare
    assert let.pixelColor(place(canvas, row, 300)) != bare.pixelColor(place(canvas, row, 300))
    assert canvas.viewport().grab().toImage() == bare


def test_pixels_that_were_filled_are_outlined_no_more(canvas: ScanCanvas, qtbot: QtBot) -> None:
    assert canvas.bridge is not None
    session, (one, _) = canvas.bridge.session, columns()
    take_fill(canvas, 2)
    spot = place(canvas, 1000, float(one[1000]))

    click(canvas, 1000, float(one[1000]))
    qtbot.waitUntil(lambda: not session.stale(1))
    hover(canvas, 1000, 80)
    bare = canvas.viewport().grab().toImage().pixelColor(spot)
    hover(canvas, 1000, float(one[1000]))

    assert canvas.viewport().grab().toImage().pixelColor(spot) == bare


def test_holding_the_bypass_key_changes_the_rule_of_a_fill_too(canvas: ScanCanvas) -> None:
    one, _ = columns()
    take_fill(canvas, 2)
    canvas.hand.take_rule(Rule.BACKGROUND_ONLY)
    click(canvas, 1000, float(one[1000]))
    refused = shown_classes(canvas)[1000, round(one[1000])]

    QTest.keyPress(canvas, Qt.Key.Key_A)
    click(canvas, 1000, float(one[1000]))
    QTest.keyRelease(canvas, Qt.Key.Key_A)

    assert refused == 1
    assert shown_classes(canvas)[1000, round(one[1000])] == 2


def test_a_gap_made_by_the_eraser_ends_the_fill(canvas: ScanCanvas) -> None:
    one, _ = columns()
    canvas.set_tool("eraser")
    canvas.hand.set_radius(8.0)
    drag(canvas, [(1050, float(one[1050]) - 20), (1050, float(one[1050]) + 20)])
    take_fill(canvas, 2)

    click(canvas, 1000, float(one[1000]))

    assert shown_classes(canvas)[1000, round(one[1000])] == 2
    assert shown_classes(canvas)[1090, round(one[1090])] == 1


@given(
    classes=npst.arrays(np.uint8, (12, 14), elements=st.integers(0, 2)),
    more=npst.arrays(np.bool_, (12, 14)),
    row=st.integers(0, 11),
    col=st.integers(0, 13),
)
def test_a_fill_is_of_one_kind_holds_its_pixel_and_is_found_from_each_of_its_pixels(
    classes: np.ndarray,  # type: ignore[type-arg]
    more: np.ndarray,  # type: ignore[type-arg]
    row: int,
    col: int,
) -> None:
    ink = more | (classes > 0)

    mask = filled(classes, ink, row, col)

    if mask is None:
        assert not ink[row, col]
        return
    assert mask[row, col]
    assert len(set(zip(classes[mask].tolist(), ink[mask].tolist(), strict=True))) == 1
    last = tuple(np.argwhere(mask)[-1])
    assert np.array_equal(filled(classes, ink, *last), mask)
    region = cut_out(mask, 0, 0)
    assert region.mask.sum() == mask.sum()
