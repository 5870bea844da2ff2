"""Gaps that are stays behind the other curve, told by the ink at both ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracing.drawn_track import DrawnLog
from veerdesk.rows import RowSpan
from veerdesk.tracing.trace import TraceKind, TracePin


def _bent(depth: float, half: float, rows: int = 400) -> DrawnLog:
    """Return two curves that come together, turn aside as one for 90 rows, and part again."""
    row = np.arange(float(rows))
    one = 200 - depth * np.exp(-(((row - 200) / half) ** 2))
    return DrawnLog(rows, 400).draw(1, one).draw(2, one + 0.6 * np.maximum(0, np.abs(row - 200) - 45))


@pytest.mark.parametrize(("depth", "half"), [(80, 20), (80, 30), (80, 40), (120, 30), (40, 60)])
def test_a_curve_that_turns_aside_behind_the_other_is_not_cut_short(depth: float, half: float) -> None:
    log = _bent(depth, half)

    trace = log.decoder().solve()

    inside = slice(155, 245)
    assert np.abs(trace.x[1] - log.x[1])[inside].max() < 6
    assert (trace.kind[1, inside] == TraceKind.SHARED).mean() > 0.95


def test_a_blank_that_a_person_declared_absent_stays_blank() -> None:
    log = _bent(80, 30)

    trace = log.decoder((TracePin("absent", 2, RowSpan(160, 240)),)).solve()

    assert np.isnan(trace.x[1, 160:240]).all()


def test_a_gap_far_from_the_other_curve_is_bridged_straight() -> None:
    log = _bent(80, 30)
    log.p2[300:330] = 0

    trace = log.decoder().solve()

    assert (trace.kind[1, 300:330] == TraceKind.BRIDGED).all()


@settings(max_examples=25, deadline=None)
@given(top=st.integers(120, 270), tall=st.integers(1, 12), left=st.integers(80, 220), which=st.integers(0, 2))
def test_an_edit_beside_such_a_stay_gives_what_solving_all_gives(top: int, tall: int, left: int, which: int) -> None:
    log = _bent(80, 30)
    decoder = log.decoder()
    decoder.solve()
    log.p1[top : top + tall, left : left + 20] = 255 * (which == 1)
    log.p2[top : top + tall, left : left + 20] = 255 * (which == 2)

    trace, _ = decoder.resolve([RowSpan(top, top + tall)])

    whole = log.decoder()
    again = whole.solve()
    for name in ("x", "low", "high", "confidence", "kind"):
        assert np.array_equal(getattr(trace, name), getattr(again, name), equal_nan=True)
    assert np.array_equal(decoder.exchange_nats(), whole.exchange_nats())
