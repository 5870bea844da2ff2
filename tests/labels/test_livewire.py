"""The cheapest way along ink: joined, between its ends, and never dearer than another."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.labels.livewire import MIDDLE, PAPER, cheapest_way, step_costs


def _paid(costs: np.ndarray, way: list[tuple[int, int]]) -> int:  # type: ignore[type-arg]
    out = 0
    for a, b in itertools.pairwise(way):
        out += int(costs[b]) * (7 if a[0] != b[0] and a[1] != b[1] else 5)
    return out


def test_a_way_keeps_to_the_stroke_where_the_straight_line_leaves_it() -> None:
    owned = np.zeros((120, 100), np.bool_)
    rows = np.arange(120)
    middle = np.round(50 + 30 * np.sin(rows / 38)).astype(int)
    for shift in range(-2, 3):
        owned[rows, middle + shift] = True

    way = cheapest_way(step_costs(owned, owned), (0, int(middle[0])), (119, int(middle[119])))

    assert way is not None
    assert all(owned[at] for at in way)


def test_a_way_crosses_the_gap_of_a_dash() -> None:
    owned = np.zeros((60, 30), np.bool_)
    owned[:20, 10:14] = owned[30:, 10:14] = True

    way = cheapest_way(step_costs(owned, owned), (0, 11), (59, 11))

    assert way is not None
    assert sum(not owned[at] for at in way) == 10


def test_loose_ink_is_taken_only_where_no_curve_leads() -> None:
    owned, ink = np.zeros((40, 60), np.bool_), np.zeros((40, 60), np.bool_)
    ink[20, :] = True  # a line of the grid
    owned[16:25, 5:30] = True

    costs = step_costs(owned, ink)

    assert costs[20, 10] == MIDDLE
    assert MIDDLE < costs[20, 50] < PAPER
    assert costs[0, 0] == PAPER


@given(seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=60)
def test_a_way_is_joined_and_no_dearer_than_one_through_another_pixel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    owned = rng.random((24, 24)) < 0.4
    costs = step_costs(owned, owned | (rng.random((24, 24)) < 0.2))
    start, stop, through = (tuple(int(v) for v in rng.integers(0, 24, 2)) for _ in range(3))

    way = cheapest_way(costs, start, stop)  # type: ignore[arg-type]
    one, two = cheapest_way(costs, start, through), cheapest_way(costs, through, stop)  # type: ignore[arg-type]

    assert way is not None
    assert one is not None
    assert two is not None
    assert (way[0], way[-1]) == (start, stop)
    assert all(max(abs(a[0] - b[0]), abs(a[1] - b[1])) == 1 for a, b in itertools.pairwise(way))
    assert _paid(costs, way) <= _paid(costs, one) + _paid(costs, two)
