"""The grid holds whole multiples of its step, and nothing drifts."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.calibration.grid import grid_between, step_of
from veerdesk.errors import UnusableInputError

STEPS = st.sampled_from([0.5, 0.1, 0.25, 0.1524, 0.05, 1.0, 2.0, 0.125, 10.0, 0.0762])


@settings(max_examples=80, deadline=None)
@given(STEPS, st.integers(-50000, 200000), st.integers(0, 3000))
def test_every_written_depth_is_a_whole_multiple_of_the_step(step: float, first: int, more: int) -> None:
    grid = grid_between(first * step, (first + more) * step, step)

    assert (grid.first, grid.last) == (first, first + more)
    exact = Decimal(repr(step))
    assert all(Decimal(text) % exact == 0 for text in grid.texts())
    assert grid.depths.tolist() == [float(text) for text in grid.texts()]


def test_limits_that_are_no_multiples_are_rounded_inwards() -> None:
    grid = grid_between(100.3, 101.7, 0.5)

    assert grid.texts() == ("100.5", "101.0", "101.5")


def test_a_window_of_the_scorer_keeps_its_last_row() -> None:
    grid = grid_between(0.0, 149.9, 0.1)

    assert grid.size == 1500
    assert np.allclose(grid.depths, np.arange(1500) * 0.1, atol=1e-12)


@pytest.mark.parametrize("step", [0.0, -0.5, float("nan")])
def test_a_step_that_does_not_go_down_is_refused(step: float) -> None:
    with pytest.raises(UnusableInputError, match="step"):
        step_of(step)


def test_limits_between_two_multiples_are_refused() -> None:
    with pytest.raises(UnusableInputError, match="no whole multiple"):
        grid_between(0.6, 0.9, 0.5)


def test_a_whole_step_is_written_without_decimals() -> None:
    assert grid_between(0, 20, 10.0).texts() == ("0", "10", "20")
