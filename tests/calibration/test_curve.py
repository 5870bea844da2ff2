"""A trace becomes values on a grid, and never more than the trace holds."""

from __future__ import annotations

from typing import Literal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from veerdesk.calibration.curve import Curve, TrackFrame, curve_from_trace
from veerdesk.calibration.depth import DepthMap
from veerdesk.calibration.description import CurveSpec
from veerdesk.calibration.grid import grid_between
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.rows import RowSpan
from veerdesk.tracing.trace import Trace

ROWS = 200
PERCENT = CurveSpec(slot=1, mnemonic="GR", unit="%", left=0.0, right=100.0)


def trace_of(x: NDArray[np.float64], *, half: float = 2.0) -> Trace:
    both = np.stack([x, np.full_like(x, np.nan)])
    held = np.isfinite(both)
    return Trace(
        RowSpan(0, len(x)),
        both,
        (both - half).astype(np.float32),
        (both + half).astype(np.float32),
        held.astype(np.float32),
        held.astype(np.uint8),
    )


def frame(lean: float = 0.0, rows_per_unit: float = 10.0, factor: float = 1.0) -> TrackFrame:
    left = ((0.0, 100.0), (ROWS - 1.0, 100.0 + lean))
    right = ((0.0, 300.0), (ROWS - 1.0, 300.0 + lean))
    depth = DepthMap([(0.0, 50.0), (ROWS - 1.0, 50.0 + (ROWS - 1) / rows_per_unit)])
    return TrackFrame(TrackGeometry(RowSpan(0, ROWS), left, right), depth, 4.0, factor)


def sampled(
    x: NDArray[np.float64],
    step: float,
    *,
    spec: CurveSpec = PERCENT,
    sample: Literal["linear", "extreme"] = "linear",
    at: TrackFrame | None = None,
) -> Curve:
    where = at or frame()
    grid = grid_between(50.0, 50.0 + (ROWS - 1) / 10.0, step)
    return curve_from_trace(trace_of(x), spec, frame=where, grid=grid, sample=sample)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(80.0, 320.0)), min_size=ROWS, max_size=ROWS), st.floats(-40.0, 40.0))
def test_with_a_step_of_one_row_every_row_keeps_its_own_value(held: list[float | None], lean: float) -> None:
    x = np.array([np.nan if v is None else v for v in held])
    where = frame(lean)

    curve = sampled(x, 0.1, at=where)

    rows = np.arange(ROWS, dtype=float)
    assert np.allclose(curve.value, 100 * where.share_of(rows, x), atol=1e-6, equal_nan=True)


def test_between_two_rows_the_value_is_interpolated() -> None:
    x = np.linspace(100.0, 299.0, ROWS)

    curve = sampled(x, 0.05)

    assert np.allclose(np.diff(curve.value), 0.25)


def test_on_a_log_scale_the_value_is_interpolated_in_log_space() -> None:
    x = np.where(np.arange(ROWS) % 2 == 0, 100.0, 300.0)
    spec = CurveSpec(slot=1, mnemonic="ILD", unit="OHMM", scale="log", left=1.0, right=100.0)

    curve = sampled(x, 0.05, spec=spec)

    assert np.allclose(curve.value[1::2], 10.0)


def test_nothing_is_carried_past_a_curves_ends() -> None:
    x = np.full(ROWS, np.nan)
    x[50:100] = 200.0

    curve = sampled(x, 0.03)

    rows = (curve.depth - 50.0) * 10
    has = np.isfinite(curve.value)
    assert rows[has].min() >= 50 - 1e-6
    assert rows[has].max() <= 99 + 1e-6


def test_a_flat_spike_between_two_depths_is_kept_by_extreme_and_lost_by_linear() -> None:
    x = np.full(ROWS, 150.0)
    x[103] = 280.0

    linear, extreme = sampled(x, 0.5), sampled(x, 0.5, sample="extreme")

    assert np.allclose(linear.value, 25.0)
    assert np.nanmax(extreme.value) == 90.0
    assert (extreme.value > 80).sum() == 1


def test_extreme_keeps_the_end_of_a_stroke_that_runs_flat() -> None:
    x = np.full(ROWS, 150.0)
    x[103] = 215.0
    trace = trace_of(x)
    trace.low[0, 103], trace.high[0, 103] = 148.0, 282.0
    grid = grid_between(50.0, 69.9, 0.5)

    curve = curve_from_trace(trace, PERCENT, frame=frame(), grid=grid, sample="extreme")

    assert np.isclose(np.nanmax(curve.value), 90.0)


def test_extreme_leaves_a_quiet_curve_as_it_is() -> None:
    x = 200 + np.sin(np.arange(ROWS) / 15)

    assert np.allclose(sampled(x, 0.5).value, sampled(x, 0.5, sample="extreme").value)


def test_feet_are_the_same_rows_as_metres() -> None:
    x = np.linspace(100.0, 299.0, ROWS)
    factor = 1 / 0.3048
    grid = grid_between(50.0 * factor, 69.9 * factor, 0.5)

    curve = curve_from_trace(trace_of(x), PERCENT, frame=frame(factor=factor), grid=grid)

    assert np.allclose(curve.value, (curve.depth * 0.3048 - 50.0) * 10 / 2)


def test_a_curve_without_a_scale_is_in_percent() -> None:
    curve = sampled(np.full(ROWS, 150.0), 0.5, spec=CurveSpec(slot=1, mnemonic="GR", unit="GAPI"))

    assert curve.unit == "%"
    assert np.allclose(curve.value, 25.0)
