"""Two pens of one look: told apart by their place at the track's top, across tiles that do not see it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import Likeness, Parted, as_told
from veerdesk.tracing.decode import Decoder
from veerdesk.tracing.likeness import are_alike, likeness_of, told_evidence

ROWS, COLS, STROKE = 900, 200, 4
WHOLE = RowSpan(0, ROWS)
GEOMETRY = TrackGeometry(WHOLE, ((0.0, 10.0), (ROWS - 1.0, 10.0)), ((0.0, 190.0), (ROWS - 1.0, 190.0)))
SEAMS = (300, 600)
Planes = tuple[np.ndarray, np.ndarray]


def pair(*, dash: int = 0, second_px: int = STROKE, sure: int = 230) -> Planes:
    """Two curves that cross once, the first left at the top; with ``dash`` rows the second has gaps as long."""
    down = np.arange(ROWS)
    first, second = 60 + 70 * down / ROWS, 140 - 70 * down / ROWS
    p1, p2 = np.zeros((ROWS, COLS), np.uint8), np.zeros((ROWS, COLS), np.uint8)
    for row in down:
        if not dash or row // dash % 2 == 0:
            p2[row, int(second[row]) : int(second[row]) + second_px] = sure
        p1[row, int(first[row]) : int(first[row]) + STROKE] = sure
    p2[p1 > 0] = 0
    return p1, p2


def reader(planes: Planes) -> Callable[[RowSpan], tuple[np.ndarray, np.ndarray, int]]:
    return lambda rows: (planes[0][rows.start : rows.stop], planes[1][rows.start : rows.stop], 0)


def told(planes: Planes, tiles: list[bool]) -> Planes:
    """The planes as tiles would answer that name the curves each in its own way."""
    p1, p2 = planes[0].copy(), planes[1].copy()
    edges = [0, *SEAMS, ROWS]
    for k, other_way in enumerate(tiles):
        if other_way:
            part = slice(edges[k], edges[k + 1])
            p1[part], p2[part] = planes[1][part], planes[0][part]
    return p1, p2


@given(st.integers(0, 255), st.integers(0, 255))
def test_pens_alike_share_the_evidence_of_a_pixel(first: int, second: int) -> None:
    p1, p2 = (np.full((1, 1), part, np.uint8) for part in (first, second))

    shared = as_told(p1, p2, RowSpan(0, 1), 0, Likeness(True))

    assert int(shared[0][0, 0]) + int(shared[1][0, 0]) == min(first + second, 255)
    assert 0 <= int(shared[0][0, 0]) - int(shared[1][0, 0]) <= 1


def test_a_column_parts_pens_of_one_look() -> None:
    p1, p2 = np.full((6, 4), 200, np.uint8), np.zeros((6, 4), np.uint8)
    parted = (Parted(RowSpan(10, 12), 22.0, 1), Parted(RowSpan(13, 99), 22.0, 2))

    first, second = as_told(p1, p2, RowSpan(10, 16), 20, Likeness(True, parted))

    assert (first.astype(int) + second == 200).all()
    assert [(a > 180, b > 180) for a, b in zip(first[0], second[0])] == [(True, False)] * 2 + [(False, True)] * 2
    assert first[2].tolist() == [100] * 4
    assert (first[3:] == second[:1, ::1]).all()


@given(st.lists(st.booleans(), min_size=3, max_size=3), st.integers(180, 255))
def test_whatever_each_tile_called_them_the_left_one_at_the_top_is_curve_1(tiles: list[bool], sure: int) -> None:
    evidence = reader(told(pair(sure=sure), tiles))

    likeness = likeness_of(WHOLE, evidence, STROKE, GEOMETRY)
    trace = Decoder(WHOLE, told_evidence(evidence, likeness), (), STROKE, GEOMETRY.width_px, False, GEOMETRY).solve()

    assert likeness.are_alike
    down = np.arange(ROWS)
    assert np.abs(trace.x[0] - (60 + 70 * down / ROWS) - 1.5).max() < STROKE  # at the crossing both are one blob
    assert np.abs(trace.x[1] - (140 - 70 * down / ROWS) - 1.5).max() < STROKE  # at the crossing both are one blob


@pytest.mark.parametrize("other", [{"dash": 9}, {"second_px": 8}])
def test_pens_that_differ_are_the_models_business(other: dict[str, int]) -> None:
    evidence = reader(pair(**other))
    likeness = likeness_of(WHOLE, evidence, STROKE, GEOMETRY)

    assert likeness == Likeness(False)
    assert told_evidence(evidence, likeness) is evidence


def test_a_lone_curve_has_nobody_to_be_like() -> None:
    p1, p2 = pair()

    assert not likeness_of(WHOLE, reader((p1, p2 * 0)), STROKE, GEOMETRY).are_alike


def restless(width_px: int) -> Planes:
    """A heavy curve that stands still and one of some width that runs to and fro in three rows of four, three px a row."""
    p1, p2 = np.zeros((ROWS, COLS), np.uint8), np.zeros((ROWS, COLS), np.uint8)
    column = 14.0
    for row in range(ROWS):
        phase = row % 120
        step = 3.0 if 15 <= phase < 60 else -3.0 if phase >= 75 else 0.0
        ends = sorted((column, column + step))
        p2[row, int(ends[0]) : int(ends[1]) + width_px] = 230
        p1[row, 172 : 172 + 7] = 230
        column += step
    return p1, p2


@pytest.mark.parametrize(("width_px", "alike"), [(3, False), (6, True)])
def test_a_thin_pen_is_no_heavy_one_for_running_fast(width_px: int, alike: bool) -> None:
    read = reader(restless(width_px))
    trace = Decoder(WHOLE, read, (), 7.0, GEOMETRY.width_px, False, GEOMETRY, by_pen=False).solve()

    assert are_alike(trace) is alike
