"""Share of the width to value and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.calibration.description import CurveSpec
from veerdesk.calibration.scale import ValueScale, scale_of, unit_of, values_of, wrap_counts
from veerdesk.errors import UnusableInputError

SHARES = st.lists(st.floats(-0.2, 1.2), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.floats(-1e4, 1e4), st.floats(0.1, 1e4), st.booleans(), SHARES)
def test_linear_scale_round_trips(left: float, width: float, is_reversed: bool, shares: list[float]) -> None:
    scale = ValueScale("linear", left + width, left) if is_reversed else ValueScale("linear", left, left + width)

    assert np.allclose(scale.share_at(scale.value_at(np.array(shares))), shares, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.floats(1e-3, 1e2), st.floats(2.0, 1e5), st.booleans(), SHARES)
def test_log_scale_round_trips(low: float, ratio: float, is_reversed: bool, shares: list[float]) -> None:
    scale = ValueScale("log", low * ratio, low) if is_reversed else ValueScale("log", low, low * ratio)

    assert np.allclose(scale.share_at(scale.value_at(np.array(shares))), shares, atol=1e-9)


def test_borders_have_the_stated_values() -> None:
    scale = ValueScale("log", 0.2, 2000.0)

    assert np.allclose(scale.value_at(np.array([0.0, 1.0])), [0.2, 2000.0])


def test_a_log_scale_has_no_place_for_zero() -> None:
    assert np.isnan(ValueScale("log", 0.2, 20.0).share_at(np.array([0.0, -1.0]))).all()


@pytest.mark.parametrize(
    ("kind", "left", "right"), [("linear", 5.0, 5.0), ("log", 0.0, 10.0), ("log", 1.0, -1.0), ("linear", 0.0, np.inf)]
)
def test_a_scale_that_cannot_be_is_refused(kind: str, left: float, right: float) -> None:
    with pytest.raises(UnusableInputError, match="scale"):
        ValueScale(kind, left, right)  # type: ignore[arg-type]


def test_a_curve_without_a_scale_shows_percent() -> None:
    curve = CurveSpec(slot=1, mnemonic="GR", unit="GAPI")

    assert scale_of(curve).value_at(np.array([0.25])).tolist() == [25.0]
    assert unit_of(curve) == "%"


def test_a_curve_that_wraps_goes_on_counting() -> None:
    share = np.array([0.8, 0.95, 0.05, 0.3, 0.02, 0.97])

    wraps = wrap_counts(share, longest_gap=3)

    assert wraps.tolist() == [0, 0, 1, 1, 1, 0]
    curve = CurveSpec(slot=1, left=0.0, right=100.0, wrap="wrap")
    assert np.allclose(values_of(curve, share, wraps), [80, 95, 105, 130, 102, 97])


def test_a_backup_scale_reads_the_second_values() -> None:
    curve = CurveSpec(slot=1, left=0.0, right=100.0, wrap="backup", backup=(100.0, 300.0))

    assert values_of(curve, np.array([0.5, 0.5]), np.array([0, 1])).tolist() == [50.0, 200.0]


def test_a_long_gap_is_no_wrap() -> None:
    share = np.array([0.95, np.nan, np.nan, np.nan, 0.05])

    assert wrap_counts(share, longest_gap=2).tolist() == [0, 0, 0, 0, 0]
