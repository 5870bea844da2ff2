"""Lines across a track: their own ink is found, and what crosses them or lies on them is not taken with them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.imaging.printed_levels import level_ink

TRACK = slice(20, 220)


def _page(line: slice, *, grey: int = 0) -> np.ndarray:
    page = np.full((200, 240), 255, np.uint8)
    page[line, 20:220] = grey
    return page


def _own(page: np.ndarray, stroke_px: float = 3.0) -> np.ndarray:
    return level_ink(page, page < 160, TRACK, stroke_px)


@settings(max_examples=30, deadline=None)
@given(st.integers(10, 180), st.integers(3, 8), st.integers(40, 200))
def test_a_broad_line_across_the_track_is_a_lines_but_where_a_curve_crosses_it(row: int, px: int, col: int) -> None:
    page = _page(slice(row, row + px))
    page[:, col : col + 3] = 0

    own = _own(page)

    crossing = np.zeros_like(own)
    crossing[:, col : col + 3] = True
    assert own[row : row + px, 20:220][~crossing[row : row + px, 20:220]].all()
    assert not own[crossing].any()
    assert not own[: row - 1].any()
    assert not own[row + px + 1 :].any()


def test_a_limb_that_does_not_reach_both_borders_is_no_line() -> None:
    page = _page(slice(0, 0))
    page[100:104, 20:190] = 0

    assert not _own(page).any()


def test_a_line_thinner_than_the_strokes_keeps_what_may_lie_on_it() -> None:
    assert not _own(_page(slice(100, 102))).any()


def test_black_on_a_grey_line_is_not_the_lines() -> None:
    page = _page(slice(100, 104), grey=128)
    page[101:103, 60:90] = 0

    own = _own(page)

    assert not own[101:103, 60:90].any()
    assert own[101:103, 100:200].all()


def test_a_black_page_is_no_line() -> None:
    assert not _own(_page(slice(60, 140))).any()
