"""Paint edits: exclusive, reversible, and nothing outside what was meant."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.imaging.ink import BILEVEL_THRESHOLD
from veerdesk.labels.classes import EXCHANGED, NOT_SAID
from veerdesk.labels.edits import PaintEdit, Rule, apply_edit, exchange, exchange_rows, inverse, paint
from veerdesk.labels.label_map import LabelMap
from veerdesk.labels.shapes import Region, capsule
from veerdesk.rows import RowSpan

ROWS, COLS = RowSpan(0, 600), (80, 700)
GESTURE = st.tuples(
    st.floats(45, 510),
    st.floats(130, 640),
    st.floats(0.5, 40),
    st.sampled_from([0, 1, 2, NOT_SAID]),
    st.sampled_from(Rule),
)


def drawn_map(seed: int = 0) -> LabelMap:
    label_map = LabelMap(100)
    rng = np.random.default_rng(seed)
    label_map.set_model(RowSpan(0, 600), 120, rng.integers(0, 3, (600, 560), np.uint8))
    return label_map


def ink_of(region: Region) -> np.ndarray:
    rows, cols = np.indices(region.mask.shape)
    return np.asarray((rows + region.row0 + cols + region.col0) % 3 == 0)


def draw(label_map: LabelMap, gesture: tuple[float, float, float, int, Rule]) -> tuple[Region, PaintEdit | None]:
    row, col, radius, cls, rule = gesture
    region = capsule((row, col), (row + radius, col), radius)
    return region, painted(label_map, region, cls, rule, ink_of(region))


def painted(
    label_map: LabelMap, region: Region, cls: int, rule: Rule, ink: np.ndarray | None = None
) -> PaintEdit | None:
    edit = paint(label_map, 1, region, cls, rule, ink, "Brush")
    if edit is not None:
        apply_edit(label_map, edit)
    return edit


@given(gestures=st.lists(GESTURE, max_size=6))
@settings(deadline=None, max_examples=40)
def test_undo_restores_every_byte_and_redo_every_byte_again(
    gestures: list[tuple[float, float, float, int, Rule]],
) -> None:
    label_map = drawn_map()
    start = label_map.said(ROWS, COLS)
    edits = [edit for gesture in gestures if (edit := draw(label_map, gesture)[1]) is not None]
    end = label_map.said(ROWS, COLS)

    for edit in reversed(edits):
        apply_edit(label_map, inverse(edit))
    assert np.array_equal(label_map.said(ROWS, COLS), start)
    for edit in edits:
        apply_edit(label_map, edit)

    assert np.array_equal(label_map.said(ROWS, COLS), end)


@given(gestures=st.lists(GESTURE, min_size=1, max_size=4))
@settings(deadline=None, max_examples=30)
def test_an_edit_read_back_from_its_bytes_is_the_same_edit(
    gestures: list[tuple[float, float, float, int, Rule]],
) -> None:
    label_map = drawn_map()
    start = label_map.said(ROWS, COLS)
    edits = [replace(edit, pieces=()) for gesture in gestures if (edit := draw(label_map, gesture)[1]) is not None]
    end = label_map.said(ROWS, COLS)

    for edit in reversed(edits):
        apply_edit(label_map, inverse(edit))
    assert np.array_equal(label_map.said(ROWS, COLS), start)
    for edit in edits:
        apply_edit(label_map, edit)

    assert np.array_equal(label_map.said(ROWS, COLS), end)


@given(gesture=GESTURE)
@settings(deadline=None, max_examples=60)
def test_paint_touches_what_the_rule_allows_and_nothing_else(gesture: tuple[float, float, float, int, Rule]) -> None:
    label_map = drawn_map()
    draw(label_map, (200.0, 300.0, 30.0, 1, Rule.ANYTHING))
    said, shown = label_map.said(ROWS, COLS), label_map.classes(ROWS, COLS)

    region, edit = draw(label_map, gesture)

    cls, rule = gesture[3], gesture[4]
    meant = np.zeros(said.shape, np.bool_)
    ink = np.zeros(said.shape, np.bool_)
    box = np.ix_(range(region.rows.start, region.rows.stop), range(region.col0 - 80, region.cols[1] - 80))
    meant[box], ink[box] = region.mask, ink_of(region)
    allowed = {
        Rule.ANYTHING: meant,
        Rule.BACKGROUND_ONLY: meant & (shown == 0),
        Rule.OTHER_CURVE_ONLY: meant & (shown != 0) & (shown != cls),
        Rule.INK_ONLY: meant & ink,
    }[rule]
    want = np.where(allowed, cls, said)
    assert np.array_equal(label_map.said(ROWS, COLS), want)
    if edit is None:
        assert np.array_equal(want, said)
    else:
        rows, cols = np.nonzero(want != said)
        assert (edit.rows, edit.cols) == (
            RowSpan(int(rows.min()), int(rows.max()) + 1),
            (int(cols.min()) + 80, int(cols.max()) + 81),
        )


@given(gesture=GESTURE)
@settings(deadline=None, max_examples=60)
def test_an_exchange_swaps_the_curves_where_the_rule_allows_and_is_taken_back(
    gesture: tuple[float, float, float, int, Rule],
) -> None:
    label_map = drawn_map()
    draw(label_map, (200.0, 300.0, 30.0, 1, Rule.ANYTHING))
    said, shown = label_map.said(ROWS, COLS), label_map.classes(ROWS, COLS)

    region, edit = draw(label_map, (*gesture[:3], EXCHANGED, gesture[4]))

    meant, ink = np.zeros(said.shape, np.bool_), np.zeros(said.shape, np.bool_)
    box = np.ix_(range(region.rows.start, region.rows.stop), range(region.col0 - 80, region.cols[1] - 80))
    meant[box], ink[box] = region.mask, ink_of(region)
    allowed = meant & (shown != 0)
    if gesture[4] is Rule.INK_ONLY:
        allowed &= ink
    elif gesture[4] is Rule.BACKGROUND_ONLY:
        allowed[:] = False
    assert np.array_equal(label_map.said(ROWS, COLS), np.where(allowed, 3 - shown, said))
    if edit is not None:
        apply_edit(label_map, inverse(edit))
    assert np.array_equal(label_map.said(ROWS, COLS), said)


@given(gestures=st.lists(GESTURE, min_size=1, max_size=4))
@settings(deadline=None, max_examples=25)
def test_a_prediction_never_changes_a_persons_pixel(gestures: list[tuple[float, float, float, int, Rule]]) -> None:
    label_map = drawn_map()
    for gesture in gestures:
        draw(label_map, gesture)
    said = label_map.said(ROWS, COLS)

    label_map.set_model(RowSpan(0, 600), 120, np.full((600, 560), 2, np.uint8))

    now = label_map.classes(ROWS, COLS)
    assert np.array_equal(label_map.said(ROWS, COLS), said)
    assert np.array_equal(now[said != NOT_SAID], said[said != NOT_SAID])
    assert now.max() <= 2


def test_erasing_a_persons_word_shows_the_model_again() -> None:
    label_map = drawn_map()
    before = label_map.classes(ROWS, COLS)
    region = capsule((100, 200), (140, 260), 12)
    painted(label_map, region, 1, Rule.ANYTHING)

    painted(label_map, region, NOT_SAID, Rule.ANYTHING)

    assert np.array_equal(label_map.classes(ROWS, COLS), before)
    assert not label_map.origin(ROWS, COLS).any()


def test_the_last_row_and_the_last_column_can_be_painted() -> None:
    label_map = LabelMap(0)

    edit = painted(label_map, capsule((249_999, 3_499), (249_999, 3_499), 0.5), 2, Rule.ANYTHING)

    assert edit is not None
    assert (edit.rows, edit.cols) == (RowSpan(249_999, 250_000), (3_499, 3_500))
    assert label_map.classes(edit.rows, edit.cols).tolist() == [[2]]


def test_painting_what_is_said_already_is_no_edit() -> None:
    label_map, region = drawn_map(), capsule((50, 300), (50, 300), 6)
    painted(label_map, region, 1, Rule.ANYTHING)

    assert paint(label_map, 1, region, 1, Rule.ANYTHING) is None


def test_exchange_swaps_the_curves_and_leaves_the_background() -> None:
    label_map = drawn_map()
    before = label_map.classes(ROWS, COLS)
    region = Region(100, 150, np.ones((200, 300), np.bool_))

    edit = exchange(label_map, 1, region)
    assert edit is not None
    apply_edit(label_map, edit)

    now = label_map.classes(ROWS, COLS)
    inside = np.zeros(now.shape, np.bool_)
    inside[100:300, 70:370] = True
    assert np.array_equal(now[inside], np.array([0, 2, 1])[before[inside]])
    assert np.array_equal(now[~inside], before[~inside])
    apply_edit(label_map, inverse(edit))
    assert np.array_equal(label_map.classes(ROWS, COLS), before)


def test_exchanging_rows_equals_exchanging_the_region_of_them() -> None:
    label_map = drawn_map()
    painted(label_map, capsule((200, 300), (260, 310), 20), 0, Rule.ANYTHING)

    rows = exchange_rows(label_map, 1, RowSpan(3, 598), COLS, "Exchange")

    region = Region(3, COLS[0], np.ones((595, COLS[1] - COLS[0]), np.bool_))
    assert rows == exchange(label_map, 1, region)


def test_an_exchange_known_as_arrays_is_applied_as_its_bytes_say() -> None:
    known, decoded = drawn_map(), drawn_map()
    edit = exchange_rows(known, 1, RowSpan(3, 598), COLS, "Exchange")
    assert edit is not None

    apply_edit(known, edit)
    apply_edit(decoded, replace(edit, pieces=()))

    assert edit.pieces
    assert not edit.is_small
    assert np.array_equal(known.said(ROWS, COLS), decoded.said(ROWS, COLS))


def test_an_edit_that_does_not_fit_writes_nothing() -> None:
    label_map = drawn_map()
    edit = draw(label_map, (100.0, 300.0, 20.0, 1, Rule.ANYTHING))[1]
    assert edit is not None
    state = label_map.said(ROWS, COLS)

    with pytest.raises(ValueError, match="does not fit"):
        apply_edit(label_map, edit)

    assert np.array_equal(label_map.said(ROWS, COLS), state)


def test_an_edit_is_only_a_proposal_until_it_is_applied() -> None:
    label_map = drawn_map()
    before = label_map.said(ROWS, COLS)

    paint(label_map, 1, capsule((50, 300), (90, 300), 6), 1, Rule.ANYTHING)

    assert np.array_equal(label_map.said(ROWS, COLS), before)


@pytest.mark.parametrize("radius", [4.0, 40.0])
def test_a_black_and_white_scan_says_itself_where_its_ink_is(radius: float) -> None:
    label_map = drawn_map()
    region = capsule((300.0, 400.0), (310.0, 420.0), radius)
    ink = ink_of(region)
    grey = np.where(ink, BILEVEL_THRESHOLD - 1, BILEVEL_THRESHOLD).astype(np.uint8)

    by_ink, by_grey = (paint(label_map, 1, region, 1, Rule.INK_ONLY, each) for each in (ink, grey))

    assert by_ink is not None
    assert by_ink == by_grey


def test_ink_only_without_ink_is_refused() -> None:
    with pytest.raises(ValueError, match="ink"):
        paint(LabelMap(0), 1, capsule((5, 5), (5, 5), 3), 1, Rule.INK_ONLY)


def test_a_class_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="class 3"):
        paint(LabelMap(0), 1, capsule((5, 5), (5, 5), 3), 3, Rule.ANYTHING)
    with pytest.raises(ValueError, match="class 7"):
        LabelMap(0).set_model(RowSpan(0, 1), 0, np.full((1, 1), 7, np.uint8))


def test_a_dab_costs_the_same_on_a_tall_map_as_on_a_short_one() -> None:
    """Work proportional to what changed, in tiles looked at, not in seconds."""
    label_map = LabelMap(0)
    for row in range(0, 250_000, 5_000):
        label_map.set_model(RowSpan(row, row + 4), 0, np.ones((4, 400), np.uint8))
    label_map.model.take_dirty()

    started = time.process_time()
    edit = painted(label_map, capsule((200_100, 200), (200_100, 200), 5), 1, Rule.ANYTHING)

    assert edit is not None
    assert len(label_map.person.take_dirty()) == 1
    assert label_map.model.take_dirty() == []
    print(f"dab {1000 * (time.process_time() - started):.2f} CPU ms")
