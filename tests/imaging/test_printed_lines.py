"""Printed verticals: found along the whole track, their own ink told from strokes that cross them or lie on them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from veerdesk.imaging.printed_lines import BAND_ROWS, PrintedLines, find_lines

WIDTH, LINES = 240, (20, 60, 100, 140, 180, 220)
STROKE = 6.0


def grid(rows: int, shift: int = 0, patchy: float = 0.0, seed: int = 0) -> NDArray[np.bool_]:
    """Return ink of lines two pixels wide, some of their rows missing."""
    ink = np.zeros((rows, WIDTH), np.bool_)
    for column in LINES:
        ink[:, column + shift : column + shift + 2] = True
    ink[np.random.default_rng(seed).random(rows) < patchy] = False
    return ink


def with_stroke(ink: NDArray[np.bool_], columns: NDArray[np.int64], width: int) -> NDArray[np.bool_]:
    out = ink.copy()
    for row, column in enumerate(columns.tolist()):
        out[row, column : column + width] = True
    return out


def found(shifts: tuple[int, ...] = (0,) * 8) -> PrintedLines:
    lines = find_lines([grid(BAND_ROWS, shift) for shift in shifts], STROKE)
    assert lines is not None
    return lines


def test_lines_are_found_though_joined_pages_stand_beside_each_other() -> None:
    lines = found((0, 0, 0, 5, 5, -7, 0, 0))

    assert np.abs(lines.columns - (np.array(LINES) + 0.5)).max() <= 1.0


@pytest.mark.parametrize("shift", [-9, 0, 4])
def test_all_of_a_grid_is_the_lines_own_and_nothing_of_a_stroke(shift: int) -> None:
    rows = np.arange(3 * BAND_ROWS)
    column = (110 + 60 * np.sin(rows / 37)).astype(np.int64)
    paper = grid(len(rows), shift)
    ink = with_stroke(paper, column, 6)

    own = found().own_ink(ink)

    stroke = ink & ~paper
    assert not own[stroke].any()
    touching = np.zeros_like(ink)
    touching[:, 1:-1] = stroke[:, :-2] | stroke[:, 2:] | stroke[:, 1:-1]
    beside = ink & ~touching & paper
    assert own[beside].mean() > 0.95


def test_a_curve_resting_on_a_line_is_its_own_where_it_is_broader() -> None:
    ink = with_stroke(grid(4 * BAND_ROWS), np.full(4 * BAND_ROWS, 98), 6)

    own = found().own_ink(ink)

    assert not own[:, 96:106].any()
    assert own[:, 60:62].all()


def test_a_line_is_found_under_a_curve_that_lies_on_it_for_most_of_the_track() -> None:
    bands = [with_stroke(grid(BAND_ROWS), np.full(BAND_ROWS, 97 if k < 7 else 70), 8) for k in range(10)]

    lines = find_lines(bands, STROKE)

    assert lines is not None
    assert np.abs(lines.columns[:, None] - (np.array(LINES) + 0.5)).min(axis=0).max() <= 1.0


def test_what_a_curve_hides_all_along_is_not_made_up() -> None:
    bands = [with_stroke(grid(BAND_ROWS), np.full(BAND_ROWS, 97), 8) for _ in range(10)]

    lines = find_lines(bands, STROKE)

    assert lines is not None
    assert np.abs(lines.columns - 100.5).min() > 10


@pytest.mark.parametrize("inked", [4, 9, 30])
def test_lines_keep_their_ink_where_the_paper_begins(inked: int) -> None:
    ink = grid(BAND_ROWS)
    ink[:-inked] = False

    assert np.array_equal(found().own_ink(ink), ink)


def test_blank_paper_has_no_ink_and_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        own = found().own_ink(np.zeros((2 * BAND_ROWS, WIDTH), np.bool_))

    assert not own.any()


def test_a_broad_vertical_is_no_line() -> None:
    bands = [with_stroke(grid(BAND_ROWS), np.full(BAND_ROWS, 120), 8) for _ in range(6)]

    lines = find_lines(bands, STROKE)

    assert lines is not None
    assert np.abs(lines.columns - 123.5).min() > 10


def test_paper_without_a_grid_has_no_lines() -> None:
    rng = np.random.default_rng(5)
    wander = [
        with_stroke(np.zeros((BAND_ROWS, WIDTH), np.bool_), rng.integers(20, 200, BAND_ROWS), 2) for _ in range(8)
    ]

    assert find_lines(wander, STROKE) is None
    assert find_lines([np.zeros((BAND_ROWS, WIDTH), np.bool_)] * 4, STROKE) is None
    assert find_lines([], STROKE) is None


def test_two_verticals_are_no_grid() -> None:
    band = np.zeros((BAND_ROWS, WIDTH), np.bool_)
    band[:, [40, 41, 90, 91]] = True

    assert find_lines([band] * 5, STROKE) is None


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), rows=st.integers(1, 300), patchy=st.floats(0.0, 0.6), shift=st.integers(-12, 12))
def test_only_thin_ink_beside_a_line_is_ever_a_lines_own(seed: int, rows: int, patchy: float, shift: int) -> None:
    rng = np.random.default_rng(seed)
    ink = grid(rows, shift, patchy, seed) | (rng.random((rows, WIDTH)) < 0.05)

    lines = found()
    own = lines.own_ink(ink)

    assert not (own & ~ink).any()
    edges = np.diff(np.pad(own, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.nonzero(edges == 1)[1], np.nonzero(edges == -1)[1]
    assert (ends - starts <= lines.thickest_px).all()
    middles = (starts + ends - 1) / 2
    if len(middles):
        nearest = np.abs(middles[:, None] - lines.columns[None, :]).min(axis=1)
        assert (nearest <= 14 + 3 + 1.5).all()
