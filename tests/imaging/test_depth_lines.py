"""The printed line beside a place: found where it is printed, and none where there is none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from veerdesk.imaging.depth_lines import printed_line
from veerdesk.rows import RowSpan

SIZE = 600, 900
TRACKS = (slice(60, 360), slice(460, 860))
FINE, HEAVY = range(20, 600, 20), range(100, 600, 100)

Read = Callable[[RowSpan, tuple[int, int]], NDArray[np.uint8]]


def page(lean: float = 0.0) -> NDArray[np.uint8]:
    """Two gridded tracks with a blank depth column between, every fifth line heavy, and a curve down each."""
    grey = np.full(SIZE, 255, np.uint8)
    for track in TRACKS:
        cols = np.arange(track.start, track.stop)
        for row in FINE:
            thick = 4 if row in HEAVY else 1
            at = np.round(row + lean * cols).astype(int)
            for k in range(thick):
                grey[np.clip(at + k, 0, SIZE[0] - 1), cols] = 0
        for row in range(SIZE[0]):
            col = round(track.start + 120 + 60 * np.sin(row / 40))
            grey[row, col : col + 5] = 0
    return grey


def reading(grey: NDArray[np.uint8]) -> Read:
    return lambda rows, cols: grey[rows.start : rows.stop, cols[0] : cols[1]]


@given(st.sampled_from(FINE[:-1]), st.integers(-4, 4), st.integers(0, SIZE[1] - 1))
def test_the_line_is_found_from_a_few_rows_off_in_every_column(row: int, off: int, col: int) -> None:
    middle = row + 1.5 if row in HEAVY else float(row)

    found = printed_line(reading(page()), (row + off, col), SIZE, reach_rows=6)

    assert found == pytest.approx(middle)


def test_no_line_is_found_out_of_reach() -> None:
    assert printed_line(reading(page()), (310, 200), SIZE, reach_rows=6) is None


def test_a_heavy_line_in_reach_is_meant_rather_than_a_light_one_that_is_nearer() -> None:
    assert printed_line(reading(page()), (285, 200), SIZE, reach_rows=25) == pytest.approx(301.5)


def test_a_line_that_leans_is_found_where_it_is_beside_the_place() -> None:
    found = printed_line(reading(page(lean=0.01)), (303, 210), SIZE, reach_rows=8)

    assert found == pytest.approx(300 + 0.01 * 210 + 1.5, abs=1.0)


def test_blank_paper_a_black_bar_and_a_curve_are_no_line() -> None:
    grey = np.full(SIZE, 255, np.uint8)
    grey[200:260] = 0
    grey[400:405, 100:140] = 0

    assert printed_line(reading(grey), (100, 300), SIZE, reach_rows=10) is None
    assert printed_line(reading(grey), (230, 300), SIZE, reach_rows=40) is None
    assert printed_line(reading(grey), (402, 120), SIZE, reach_rows=10) is None


def test_a_place_off_the_scan_has_no_line() -> None:
    assert printed_line(reading(page()), (-90, 10), SIZE, reach_rows=6) is None
