"""A piece of stroke: between junctions, whole, and nothing of another."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2
from veerdesk.labels.edits import Rule, apply_edit, inverse, paint
from veerdesk.labels.label_map import LabelMap
from veerdesk.labels.pieces import Ink, piece_at
from veerdesk.labels.shapes import Region
from veerdesk.rows import RowSpan

H, W, STROKE = 400, 200, 4


def drawn(*columns: NDArray[np.floating]) -> NDArray[np.bool_]:
    page = np.zeros((H, W), np.uint8)
    for column in columns:
        line = np.stack([column, np.arange(H)], axis=1).round().astype(np.int32)
        cv2.polylines(page, [line], isClosed=False, color=255, thickness=STROKE)
    return np.asarray(page > 0)


def ink_of(mask: NDArray[np.bool_]) -> Ink:
    return Ink(lambda rows: mask[rows.start : rows.stop], RowSpan(0, H), (0, W))


def whole(region: Region) -> NDArray[np.bool_]:
    page = np.zeros((H, W), np.bool_)
    page[region.rows.start : region.rows.stop, region.col0 : region.cols[1]] = region.mask
    return page


def test_a_stroke_that_meets_no_other_is_one_piece() -> None:
    alone = drawn(100 + 60 * np.sin(np.arange(H) / 20))

    piece = piece_at(ink_of(alone), 200, int(np.flatnonzero(alone[200])[0]), STROKE)

    assert piece is not None
    assert np.array_equal(whole(piece), alone)


def test_a_piece_ends_where_two_strokes_meet() -> None:
    rows = np.arange(H)
    one, two = drawn(40 + rows * 0.3), drawn(160 - rows * 0.3)
    mask, row = one | two, 60

    piece = piece_at(ink_of(mask), row, int(np.flatnonzero(one[row])[0]), STROKE)

    assert piece is not None
    found = whole(piece)
    meet = int(np.flatnonzero((one & two).any(axis=1))[0])
    assert piece.rows.start == 0
    assert meet - 3 * STROKE <= piece.rows.stop <= meet + 1
    assert not (found & ~one).any()
    assert np.array_equal(found[: meet - 3 * STROKE], one[: meet - 3 * STROKE])


def test_ragged_edges_specks_and_pinholes_are_no_junctions() -> None:
    rng = np.random.default_rng(3)
    mask = drawn(100 + 60 * np.sin(np.arange(H) / 12))
    rows, cols = np.nonzero(mask)
    for k in rng.choice(len(rows), 120, replace=False):
        mask[rows[k], cols[k]] = False  # pinholes
    for k in rng.choice(len(rows), 120, replace=False):
        mask[max(0, rows[k] - 1), min(W - 1, cols[k] + 1)] = True  # a ragged edge

    piece = piece_at(ink_of(mask), 200, int(np.flatnonzero(mask[200])[1]), STROKE)

    assert piece is not None
    assert whole(piece).sum() >= 0.99 * mask.sum()


@given(seed=st.integers(0, 2**32 - 1), thick=st.integers(1, 4), beside=st.integers(3, 40))
@settings(deadline=None, max_examples=40)
def test_a_printed_line_across_a_stroke_is_no_junction(seed: int, thick: int, beside: int) -> None:
    rng = np.random.default_rng(seed)
    rows = np.arange(H)
    one, two = drawn(50 + 15 * np.sin(rows / rng.uniform(25, 60))), drawn(150 + 15 * np.sin(rows / rng.uniform(25, 60)))
    lines = np.zeros((H, W), np.bool_)
    for row in range(30, H - 30, 50):
        lines[row : row + thick] = True
        lines[row - 1, : int(rng.integers(W))] = True  # lines lean
    row = 29 - beside + int(rng.integers(1, 8)) * 50
    mask = one | two | lines

    piece = piece_at(ink_of(mask), row, int(np.flatnonzero(one[row])[1]), STROKE)

    assert piece is not None
    found = whole(piece)
    assert not (found & ~mask).any()
    assert not (found & two).any()
    assert (found & one).sum() >= 0.97 * one.sum()
    assert (found & ~one).sum() <= 0.05 * one.sum()


def test_a_stroke_that_turns_along_a_line_or_ends_at_it_ends_there() -> None:
    ends = drawn(np.full(H, 100.0))
    ends[200:] = False
    ends[200:203] = True  # a line across the track

    piece = piece_at(ink_of(ends), 100, 100, STROKE)

    assert piece is not None
    assert piece.rows.start == 0
    assert piece.rows.stop <= 203


def test_a_spike_to_one_side_stays_with_its_stroke() -> None:
    spiky = drawn(np.full(H, 60.0))
    spiky[200:204, 60:180] = True

    piece = piece_at(ink_of(spiky), 100, 60, STROKE)

    assert piece is not None
    assert np.array_equal(whole(piece), spiky)


def test_no_ink_is_no_piece() -> None:
    assert piece_at(ink_of(np.zeros((H, W), np.bool_)), 10, 10, STROKE) is None


@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.05, 0.7))
@settings(deadline=None, max_examples=80)
def test_a_piece_is_ink_holds_its_pixel_and_is_found_from_every_band(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    mask = cv2.GaussianBlur(rng.random((H, W)).astype(np.float32), (0, 0), 3.0) < np.quantile(
        cv2.GaussianBlur(rng.random((H, W)).astype(np.float32), (0, 0), 3.0), share
    )
    rows, cols = np.nonzero(mask)
    if len(rows) == 0:
        return
    k = int(rng.integers(len(rows)))
    row, col = int(rows[k]), int(cols[k])

    piece = piece_at(ink_of(mask), row, col, STROKE)

    assert piece is not None
    found = whole(piece)
    assert found[row, col]
    assert not (found & ~mask).any()


@given(seed=st.integers(0, 2**32 - 1), cls=st.sampled_from([0, 1, 2]))
@settings(deadline=None, max_examples=40)
def test_giving_a_piece_away_is_reversible_and_touches_nothing_else(seed: int, cls: int) -> None:
    rng = np.random.default_rng(seed)
    turns = rng.uniform(15, 60, 2)
    rows = np.arange(H)
    mask = drawn(100 + 60 * np.sin(rows / turns[0]), 100 - 50 * np.sin(rows / turns[1]))
    label_map = LabelMap(0)
    label_map.set_model(RowSpan(0, H), 0, np.where(mask, rng.integers(1, 3, mask.shape), 0).astype(np.uint8))
    row = int(rng.integers(H))
    piece = piece_at(ink_of(mask), row, int(rng.choice(np.flatnonzero(mask[row]))), STROKE)
    assert piece is not None
    said, shown = (read(RowSpan(0, H), (0, W)) for read in (label_map.said, label_map.classes))

    edit = paint(label_map, 1, piece, cls, Rule.ANYTHING)
    assert edit is not None
    apply_edit(label_map, edit)
    now = label_map.classes(RowSpan(0, H), (0, W))
    apply_edit(label_map, inverse(edit))

    assert np.array_equal(now, np.where(whole(piece), cls, shown))
    assert np.array_equal(label_map.said(RowSpan(0, H), (0, W)), said)
