"""Which rows a pin on the other curve's stroke exchanges: up to what was stated, accepted or crosses, and no further."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.calibration.description import CurveSpec, Pin, TrackSpec
from veerdesk.rows import RowSpan, joined
from veerdesk.session.pinning import rows_around_pin
from veerdesk.tracing.crossings import Crossing
from veerdesk.tracing.trace import Trace

TRACK = TrackSpec(1, "T1", "a", 0, 999, ((0.0, 0.0),), ((0.0, 400.0),), (CurveSpec(1), CurveSpec(2)))


def trace() -> Trace:
    empty = Trace.absent(RowSpan(0, 1000))
    x = np.stack([np.full(1000, 100.0), np.full(1000, 300.0)])
    return replace(empty, x=x, low=(x - 2).astype(np.float32), high=(x + 2).astype(np.float32))


def crossing(row: int) -> Crossing:
    return Crossing(row, RowSpan(row, row + 1), 200.0, 1.0, True)


def pin(row: int, column: float) -> Pin:
    return Pin("at", 1, RowSpan(row, row + 1), column)


ROWS = st.lists(st.integers(0, 999), max_size=6, unique=True)


@given(row=st.integers(0, 999), crossings=ROWS, pins=ROWS, accepted=ROWS)
@settings(deadline=None, max_examples=200)
def test_the_exchange_holds_the_pin_and_nothing_that_was_said(
    row: int, crossings: list[int], pins: list[int], accepted: list[int]
) -> None:
    spans = joined(RowSpan(r, min(1000, r + 20)) for r in accepted)
    track = replace(TRACK, pins=tuple(pin(r, 100.0) for r in pins if r != row), accepted=spans)

    rows = rows_around_pin(track, pin(row, 300.0), trace(), [crossing(r) for r in sorted(crossings)])

    if any(row in s for s in spans):
        assert rows is None
        return
    assert rows is not None
    assert row in rows
    assert not [r for r in crossings if rows.start < r < rows.stop]
    assert not [r for r in pins if r != row and r in rows]
    assert not [s for s in spans if s.overlaps(rows)]


def test_a_pin_on_its_own_stroke_or_on_paper_exchanges_nothing() -> None:
    assert rows_around_pin(TRACK, pin(500, 101.0), trace(), []) is None
    assert rows_around_pin(TRACK, pin(500, 200.0), trace(), []) is None
    assert rows_around_pin(TRACK, pin(500, 300.0), None, []) is None


def test_a_pin_where_a_curve_jumps_or_runs_flat_exchanges_nothing() -> None:
    plain = trace()
    jumps, wide = plain.x.copy(), plain.high.copy()
    jumps[0, 505:520] += 40.0
    wide[1, 500] += 60

    assert rows_around_pin(TRACK, pin(500, 300.0), plain, []) == TRACK.geometry.rows
    assert rows_around_pin(TRACK, pin(500, 300.0), replace(plain, x=jumps), []) is None
    assert rows_around_pin(TRACK, pin(500, 300.0), replace(plain, high=wide), []) is None
    assert rows_around_pin(TRACK, pin(540, 300.0), replace(plain, x=jumps), []) == TRACK.geometry.rows  # far from here


def test_the_exchange_ends_where_the_strokes_touch_and_a_pin_there_exchanges_nothing() -> None:
    plain = trace()
    x = plain.x.copy()
    x[0, 450:460], x[0, 560:570] = 297.0, 303.0
    touching = replace(plain, x=x, low=(x - 2).astype(np.float32), high=(x + 2).astype(np.float32))

    assert rows_around_pin(TRACK, pin(500, 300.0), touching, []) == RowSpan(460, 560)
    assert rows_around_pin(TRACK, pin(455, 300.0), touching, []) is None


def test_a_pin_beside_the_others_stroke_exchanges_nothing() -> None:
    assert rows_around_pin(TRACK, pin(500, 302.9), trace(), []) is None


def test_a_pin_of_a_curve_that_is_absent_exchanges_nothing() -> None:
    plain = trace()
    x = plain.x.copy()
    x[0, 495:510] = np.nan
    assert rows_around_pin(TRACK, pin(500, 300.0), replace(plain, x=x), []) is None
