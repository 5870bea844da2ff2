"""Cells are settled as the likeliest course of present and absent, in part as in whole."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from veerdesk.tracing.cell_states import settle_cells

Kept = tuple[NDArray[np.float32], NDArray[np.int8], NDArray[np.bool_]]


def nothing_kept(count: int) -> Kept:
    return np.zeros((count, 2), np.float32), np.zeros((count, 2), np.int8), np.zeros((count, 2), np.bool_)


def settled(answer: NDArray[np.float32], least: float, change: float) -> NDArray[np.bool_]:
    kept = nothing_kept(len(answer))
    assert settle_cells(answer, least, change, 0, len(answer), *kept) == (0, len(answer))
    return kept[2]


def worth(answer: NDArray[np.float32], course: NDArray[np.bool_], least: float, change: float) -> float:
    """Return what a course of one curve is worth: what its present cells have above ``least``, less its changes."""
    return float((answer[course] - least).sum() - change * (course[1:] != course[:-1]).sum())


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 9),
    least=st.floats(-1, 1),
    change=st.sampled_from((0.0, 0.5, 1.0, 3.0)),
)
def test_no_course_is_worth_more(seed: int, count: int, least: float, change: float) -> None:
    answer = np.random.default_rng(seed).normal(0, 2, (count, 2)).astype(np.float32)

    course = settled(answer, least, change)

    for curve in range(2):
        every = (np.array(c) for c in product((False, True), repeat=count))
        best = max(worth(answer[:, curve], c, least, change) for c in every)
        assert worth(answer[:, curve], course[:, curve], least, change) == pytest.approx(best, abs=1e-4)


def test_a_lone_doubtful_cell_goes_with_its_neighbours_and_a_sure_one_does_not() -> None:
    answer = np.full((9, 2), 3.0, np.float32)
    answer[4] = (-1.5, -4.0)

    course = settled(answer, 0.0, 1.0)

    assert course[:, 0].all()
    assert not course[4, 1]
    assert settled(answer, 0.0, 0.0)[4].tolist() == [False, False]


def test_a_track_without_cells_has_nothing_to_settle() -> None:
    assert settle_cells(np.zeros((0, 2), np.float32), 0.0, 1.0, 0, 0, *nothing_kept(0)) == (0, 0)


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    spans=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 12)), min_size=1, max_size=6),
    change=st.sampled_from((0.0, 0.5, 2.0)),
)
def test_a_part_settled_again_is_the_whole_settled_again(
    seed: int, spans: list[tuple[int, int]], change: float
) -> None:
    rng, count = np.random.default_rng(seed), 60
    answer, kept = rng.normal(0, 2, (count, 2)).astype(np.float32), nothing_kept(count)
    settle_cells(answer, 0.1, change, 0, count, *kept)

    for first, length in spans:
        last, before = min(count, first + length), kept[2].copy()
        answer[first:last] = rng.normal(0, 2, (last - first, 2)).astype(np.float32)
        begin, end = settle_cells(answer, 0.1, change, first, last, *kept)

        assert np.array_equal(kept[2], settled(answer, 0.1, change))
        assert np.array_equal(kept[2][:begin], before[:begin])
        assert np.array_equal(kept[2][end:], before[end:])
