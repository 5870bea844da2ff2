"""Stretches under the other curve's name, told by how both curves bend along the rest of the track."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import Likeness, as_told
from veerdesk.tracing.decode import Decoder
from veerdesk.tracing.habits import exchanged_odds, habits_of
from veerdesk.tracing.likeness import likeness_of, told_evidence

ROWS, COLS, STROKE, TURN = 2400, 300, 4, 300
TOP = 500
WHOLE = RowSpan(TOP, TOP + ROWS)
GEOMETRY = TrackGeometry(
    WHOLE, ((float(TOP), 5.0), (TOP + ROWS - 1.0, 5.0)), ((float(TOP), 295.0), (TOP + ROWS - 1.0, 295.0))
)
Planes = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def courses(restless: float, seed: int = 3) -> NDArray[np.float64]:
    """Return ``(2, ROWS)``: two curves that cross every `TURN` rows, the second restless, px either way."""
    down = np.arange(ROWS)
    sway = 70 * np.cos(np.pi * down / TURN)
    shake = np.random.default_rng(seed).uniform(-1, 1, ROWS // 5 + 2)
    return np.stack((150 + sway, 150 - sway + restless * np.interp(down / 5, np.arange(len(shake)), shake)))


def evidence_of(x: NDArray[np.float64], named: tuple[int, ...], sure: int, second_px: int = STROKE) -> Planes:
    """Return both planes of evidence; in stretches of those numbers each curve is called the other."""
    widths = STROKE, second_px
    first, second = np.zeros((ROWS, COLS), np.uint8), np.zeros((ROWS, COLS), np.uint8)
    for row in range(ROWS):
        other_way = (row + TURN // 2) // TURN in named
        for curve in (1, 0):
            at = slice(int(x[curve, row]), int(x[curve, row]) + widths[curve])
            is_first = (curve == 0) != other_way
            first[row, at], second[row, at] = (sure, 255 - sure) if is_first else (255 - sure, sure)
    return first, second


def reader(planes: Planes) -> Callable[[RowSpan], tuple[NDArray[np.uint8], NDArray[np.uint8], int]]:
    return lambda rows: (
        planes[0][rows.start - TOP : rows.stop - TOP],
        planes[1][rows.start - TOP : rows.stop - TOP],
        0,
    )


def turned(planes: Planes) -> tuple[RowSpan, ...]:
    read = reader(planes)
    trace = Decoder(WHOLE, read, (), STROKE, GEOMETRY.width_px, False, GEOMETRY, by_pen=False).solve()
    return habits_of(trace, read, STROKE)[0]


@pytest.mark.parametrize("named", [(0,), (3,), (8,), (2, 6)])
def test_a_stretch_named_the_wrong_way_round_is_found_from_crossing_to_crossing(named: tuple[int, ...]) -> None:
    found = turned(evidence_of(courses(9.0), named, 160))

    assert len(found) == len(named)
    for span, number in zip(found, named, strict=True):
        assert abs(span.start - max(TOP, TOP + number * TURN - TURN // 2)) <= 12
        assert abs(span.stop - min(TOP + ROWS, TOP + number * TURN + TURN // 2)) <= 12


def test_names_that_are_right_stay() -> None:
    assert turned(evidence_of(courses(9.0), (), 160)) == ()


def test_curves_that_go_alike_tell_nothing() -> None:
    assert turned(evidence_of(courses(0.0), (3,), 160)) == ()


def test_names_of_which_the_network_is_sure_stay() -> None:
    assert turned(evidence_of(courses(9.0), (3,), 254)) == ()


def test_few_stretches_tell_nothing_of_each_other() -> None:
    x = courses(9.0)
    x[0, 900:], x[1, 900:] = 100, 200  # two crossings, and none below
    assert turned(evidence_of(x, (1,), 160)) == ()


def test_both_curves_come_out_under_one_name_each() -> None:
    x, read = courses(9.0), reader(evidence_of(courses(9.0), (3,), 160, second_px=7))

    likeness = likeness_of(WHOLE, read, STROKE, GEOMETRY)
    told = told_evidence(read, likeness)
    trace = Decoder(WHOLE, told, (), STROKE, GEOMETRY.width_px, False, GEOMETRY, likeness).solve()

    assert not likeness.are_alike
    right = np.abs(trace.x - (x + np.array([[(STROKE - 1) / 2], [3.0]]))) < 6
    assert right.mean() > 0.93
    middle = slice(3 * TURN - TURN // 3, 3 * TURN + TURN // 3)
    assert right[:, middle].mean() > 0.97


def test_no_crossing_of_a_turned_stretch_is_called_sure_for_its_names() -> None:
    planes = evidence_of(courses(9.0), (3,), 160)
    likeness = Likeness(False, turned=turned(planes))
    read = told_evidence(reader(planes), likeness)
    sure, unsure = (
        Decoder(WHOLE, read, (), STROKE, GEOMETRY.width_px, False, GEOMETRY, Likeness(False, (), spans))
        for spans in ((), likeness.turned)
    )
    for decoder in (sure, unsure):
        decoder.solve()

    here = slice(likeness.turned[0].start - TOP, likeness.turned[0].stop - TOP)
    assert sure.exchange_nats()[here].sum() > 10
    assert np.allclose(unsure.exchange_nats()[here], 0.0)
    rest = np.ones(ROWS, np.bool_)
    rest[here] = False
    assert np.array_equal(unsure.exchange_nats()[rest], sure.exchange_nats()[rest])


def test_what_is_told_of_rows_outside_a_track_says_nothing_of_it() -> None:
    read = reader(evidence_of(courses(9.0), (), 160))
    beyond = Likeness(False, (), (RowSpan(TOP - 90, TOP - 5), RowSpan(TOP + ROWS + 5, TOP + ROWS + 90)))
    plain, told = (Decoder(WHOLE, read, (), STROKE, 290.0, False, GEOMETRY, each) for each in (Likeness(False), beyond))
    for decoder in (plain, told):
        decoder.solve()

    assert np.array_equal(told.exchange_nats(), plain.exchange_nats())


def knot() -> Planes:
    """Return evidence of two strokes that meet in row 150: one comes straight down, one slanting; below, one goes on
    straight and one slants back. Above the knot their names are told, below nothing is."""
    p1, p2 = np.zeros((300, COLS), np.uint8), np.zeros((300, COLS), np.uint8)
    for row in range(300):
        away = abs(row - 150)
        for curve, column in ((1, 150), (0, 150 - away)):
            at = slice(column, column + STROKE)
            p1[row, at], p2[row, at] = (127, 127) if row > 140 else (230, 20) if curve == 0 else (20, 230)
    return p1, p2


@pytest.mark.parametrize(("bends", "straight"), [(0.9, 1), (-0.9, 0)])
def test_in_a_knot_the_curve_that_bends_less_goes_straight_on(bends: float, straight: int) -> None:
    p1, p2 = knot()

    trace = Decoder(
        RowSpan(0, 300), lambda s: (p1[s.start : s.stop], p2[s.start : s.stop], 0), (), STROKE, 280.0, False,
        likeness=Likeness(False, bends=bends),
    ).solve()  # fmt: skip

    middle = (STROKE - 1) / 2
    assert np.abs(trace.x[1, :130] - 150 - middle).max() < 2
    assert np.abs(trace.x[straight, 190:] - 150 - middle).max() < 2
    assert np.abs(trace.x[1 - straight, 190:] - (300 - np.arange(190, 300)) - middle).max() < 4


def spike() -> Planes:
    """Return evidence of two strokes; in rows 140 to 150 nobody can tell whose, a spike leaves the one for the right, across the
    other, and comes back."""
    p1, p2 = np.zeros((300, COLS), np.uint8), np.zeros((300, COLS), np.uint8)
    for row in range(300):
        tells = not 132 <= row < 160
        for curve, column in ((0, 130), (1, 160)):
            at = slice(column, column + STROKE)
            p1[row, at], p2[row, at] = ((230, 20) if curve == 0 else (20, 230)) if tells else (127, 127)
    for row in range(140, 151):
        end = 240 - 20 * abs(row - 145)
        p1[row, max(130, end - 24) : end], p2[row, max(130, end - 24) : end] = 127, 127
    return p1, p2


@pytest.mark.parametrize(("bends", "straight"), [(0.9, 1), (-0.9, 0)])
def test_a_spike_is_the_curve_s_that_bends_more(bends: float, straight: int) -> None:
    p1, p2 = spike()

    trace = Decoder(
        RowSpan(0, 300), lambda s: (p1[s.start : s.stop], p2[s.start : s.stop], 0), (), STROKE, 280.0, False,
        likeness=Likeness(False, bends=bends),
    ).solve()  # fmt: skip

    column = (130, 160)[straight] + (STROKE - 1) / 2
    assert np.abs(trace.x[straight] - column).max() < 3
    assert trace.x[1 - straight, 145] > 215


@given(st.integers(0, 40), st.integers(1, 30), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), max_size=4))
def test_evidence_is_exchanged_in_turned_rows_and_nowhere_else(
    first: int, rows: int, spans: list[tuple[int, int]]
) -> None:
    rng = np.random.default_rng(first)
    p1, p2 = (rng.integers(0, 128, (rows, 5), np.uint8) for _ in range(2))
    likeness = Likeness(False, turned=tuple(RowSpan(a, a + n) for a, n in spans))
    here = RowSpan(first, first + rows)

    one, two = as_told(p1.copy(), p2.copy(), here, 0, likeness)

    within = np.array([any(a <= row < a + n for a, n in spans) for row in range(first, first + rows)])
    assert np.array_equal(likeness.is_turned(here), within)
    assert np.array_equal(one[within], p2[within])
    assert np.array_equal(two[within], p1[within])
    assert np.array_equal(one[~within], p1[~within])
    assert np.array_equal(two[~within], p2[~within])


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(6, 30))
def test_the_other_way_round_is_as_likely_as_this_way_is_unlikely(seed: int, stretches: int) -> None:
    rng = np.random.default_rng(seed)
    differ = rng.normal(1.0, 0.8, (stretches, 4))
    differ[rng.random((stretches, 4)) < 0.1] = np.nan
    rows = np.where(np.isfinite(differ), rng.integers(8, 400, (stretches, 4)), 0).astype(np.float64)

    odds = exchanged_odds(differ, rows)
    k = int(rng.integers(stretches))
    one_turned = differ.copy()
    one_turned[k] *= -1

    assert np.isfinite(odds).all()
    assert np.isclose(exchanged_odds(one_turned, rows)[k], -odds[k])
    assert np.allclose(exchanged_odds(-differ, rows), odds, atol=0.35)  # a median of even weight has two sides
