"""A difference is one only where the seeds agree on it."""

from __future__ import annotations

import numpy as np
import pytest

from veerdesk.training.paired import Difference, difference, spread


def test_interval_is_students() -> None:
    gap = difference([0.6, 0.7, 0.8], [0.5, 0.5, 0.5])

    assert gap.mean == pytest.approx(0.2)
    assert gap.half == pytest.approx(4.303 * 0.1 / np.sqrt(3), abs=1e-4)
    assert gap.finding == "no difference shown"


def test_less_is_found_as_well_as_more() -> None:
    assert difference([0.5, 0.51, 0.49], [0.7, 0.71, 0.7]).finding == "less"
    assert difference([0.7, 0.71, 0.7], [0.5, 0.51, 0.49]).finding == "more"


def test_one_pair_shows_nothing() -> None:
    assert difference([0.9], [0.1]).finding == "no difference shown"


def test_seeds_without_a_figure_are_left_out() -> None:
    assert spread([0.5, float("nan"), 0.7]).mean == 0.6
    assert np.isnan(spread([float("nan")]).mean)
    assert difference([float("nan")], [0.1]).finding == "no difference shown"
    assert isinstance(difference([float("nan"), 0.5], [0.1, 0.4]), Difference)
