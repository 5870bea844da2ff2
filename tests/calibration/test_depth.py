"""Rows to depth and back."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.calibration.depth import DepthMap
from veerdesk.errors import UnusableInputError
from veerdesk.rows import RowSpan


@st.composite
def anchors(draw: st.DrawFn) -> list[tuple[float, float]]:
    count = draw(st.integers(2, 8))
    steps = [(draw(st.floats(0.5, 5000)), draw(st.floats(0.01, 900))) for _ in range(count)]
    row, depth = draw(st.floats(-100, 9000)), draw(st.floats(-500, 20000))
    out = [(row, depth)]
    for down, deeper in steps:
        row, depth = row + down, depth + deeper
        out.append((row, depth))
    return out


@settings(max_examples=80, deadline=None)
@given(anchors(), st.lists(st.floats(-5000, 60000), min_size=1, max_size=20))
def test_row_at_undoes_depth_at(points: list[tuple[float, float]], rows: list[float]) -> None:
    depth = DepthMap(points)

    back = depth.row_at(depth.depth_at(np.array(rows)))

    spread = max(d1 - d0 for (_, d0), (_, d1) in itertools.pairwise(points))
    assert np.allclose(back, rows, rtol=1e-6, atol=1e-4 * max(1.0, spread))


def test_an_anchor_has_its_own_depth() -> None:
    points = [(100.0, 8700.0), (900.0, 8750.0), (5000.0, 9100.0)]

    assert DepthMap(points).depth_at(np.array([100.0, 900.0, 5000.0])).tolist() == [8700.0, 8750.0, 9100.0]


def test_the_nearest_piece_goes_on_outside_the_anchors() -> None:
    depth = DepthMap([(0.0, 0.0), (10.0, 10.0), (20.0, 40.0)])

    assert depth.depth_at(np.array([-10.0, 30.0])).tolist() == [-10.0, 70.0]


def test_extrapolated_rows_are_those_outside_the_outermost_anchors() -> None:
    depth = DepthMap([(10.0, 0.0), (20.0, 10.0)])

    assert depth.extrapolated(RowSpan(5, 30)) == (RowSpan(5, 10), RowSpan(21, 30))
    assert depth.extrapolated(RowSpan(12, 15)) == ()
    assert depth.extrapolated(RowSpan(0, 5)) == (RowSpan(0, 5),)


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(0.0, 1.0)],
        [(0.0, 1.0), (0.0, 2.0)],
        [(0.0, 2.0), (5.0, 1.0)],
        [(0.0, 2.0), (float("nan"), 3.0)],
    ],
)
def test_unusable_anchors_are_refused_with_their_place(points: list[tuple[float, float]]) -> None:
    with pytest.raises(UnusableInputError, match="Scan main") as refused:
        DepthMap(points, where="Scan main")

    assert refused.value.remedy
