"""Crossings and bridges, read from traces of drawn logs."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracing.drawn_track import DrawnLog, dashes
from veerdesk.rows import RowSpan
from veerdesk.tracing.bridge import bridge_rows, bridged, dash_period_rows
from veerdesk.tracing.costs import RUNS
from veerdesk.tracing.crossing_rows import exchange_cost, touching
from veerdesk.tracing.crossings import find_crossings
from veerdesk.tracing.runs import SHARE
from veerdesk.tracing.trace import Trace, TraceKind


def test_each_crossing_is_found_once_with_its_row() -> None:
    rows = np.arange(600.0)
    log = DrawnLog(600, 300).draw(1, 150 + 60 * np.sin(rows / 60)).draw(2, np.full(600, 150.0))
    decoder = log.decoder()

    crossings = find_crossings(decoder.solve(), decoder)

    sides = [c.row for c in crossings if c.changes_side]
    assert np.allclose(sides, [60 * np.pi, 120 * np.pi, 180 * np.pi], atol=8)


def test_clear_evidence_gives_a_wide_margin_and_none_gives_a_narrow_one() -> None:
    rows = np.arange(400.0)
    log = DrawnLog(400, 300).draw(1, 60 + 0.5 * rows).draw(2, 240 - 0.5 * rows)
    decoder = log.decoder()
    clear = find_crossings(decoder.solve(), decoder)
    ink = (log.p1 > 0) | (log.p2 > 0)
    log.p1[200:] = np.where(ink[200:], 128, 0)
    log.p2[200:] = np.where(ink[200:], 126, 0)
    decoder = log.decoder()

    vague = find_crossings(decoder.solve(), decoder)

    assert clear[0].margin > 5 * vague[0].margin


def test_curves_that_stay_apart_have_no_crossing() -> None:
    log = DrawnLog(300, 300).draw(1, np.full(300, 80.0)).draw(2, np.full(300, 200.0))
    decoder = log.decoder()

    assert find_crossings(decoder.solve(), decoder) == ()


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_rows_in_which_curves_touch_are_those_that_arrays_name(seed: int) -> None:
    rng, trace = np.random.default_rng(seed), Trace.absent(RowSpan(0, 300))
    trace.x[:] = np.cumsum(rng.normal(0, 1.5, (2, 300)), axis=1)
    trace.x[rng.random((2, 300)) < 0.2] = np.nan
    trace.low[:], trace.high[:] = trace.x - 2, trace.x + 2
    trace.kind[:] = rng.choice([TraceKind.OWN_INK, TraceKind.BRIDGED, TraceKind.SHARED], (2, 300), p=[0.8, 0.15, 0.05])

    near = touching(trace.x, trace.low, trace.high, trace.kind, 2.0)

    both = np.isfinite(trace.x).all(axis=0)
    apart = np.maximum(trace.low[0] - trace.high[1], trace.low[1] - trace.high[0])
    want = both & ((np.nan_to_num(apart, nan=np.inf) <= 2.0) | (trace.kind == TraceKind.SHARED).any(axis=0))
    side = np.sign(np.where(both, trace.x[0] - trace.x[1], 0.0))
    held = np.flatnonzero(side)
    want[held[1:][np.diff(side[held]) != 0]] = True
    assert np.array_equal(near, want)


def test_ink_of_its_own_costs_a_curve_most_to_give_away() -> None:
    own = np.linspace(-5.0, 5.0, 256)
    ink, on = np.zeros((4, 2, SHARE + 1), np.int32), np.array([[0, RUNS], [RUNS, 0], [-1, 3], [-1, -1]], np.int8)
    ink[:, :, SHARE] = 255

    assert exchange_cost(ink, on, own).tolist() == [10.0, -10.0, -5.0, 0.0]


def test_the_bridge_of_a_dashed_curve_is_three_of_its_periods() -> None:
    log = DrawnLog(900, 300).draw(1, np.full(900, 80.0)).draw(2, np.full(900, 200.0), on=dashes(900, 16, 14))

    trace = log.decoder().solve()

    assert dash_period_rows(trace, 2) == 30
    assert bridge_rows(trace, 2, 5.0) == 90
    assert bridge_rows(trace, 1, 5.0) == 20


def test_a_gap_longer_than_the_bridge_is_null_and_the_other_slot_stays() -> None:
    column = np.full(300, 80.0)
    on = np.ones(300, bool)
    on[100:130] = False
    log = DrawnLog(300, 300).draw(1, column, on=on).draw(2, np.full(300, 200.0))
    trace = log.decoder().solve()

    cut = bridged(trace, 1, 20)

    assert np.isnan(cut.x[0, 100:130]).all()
    assert (cut.kind[0, 100:130] == TraceKind.ABSENT).all()
    assert np.isfinite(cut.x[0, 99])
    assert np.array_equal(cut.x[1], trace.x[1])
    assert np.isfinite(trace.x[0]).all()
