"""Whether a curve is on the paper at all, judged over long stretches."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracing.drawn_track import DrawnLog, dashes, walk
from veerdesk.rows import RowSpan
from veerdesk.tracing.decode import BLOCK_ROWS
from veerdesk.tracing.trace import TraceKind, TracePin


def _lone() -> DrawnLog:
    return DrawnLog(600, 200).draw(1, walk(np.random.default_rng(3), 600, 100, calm=40))


def _draw_faint_line(log: DrawnLog) -> None:
    """Draw what the model makes of a grid line: hardly a curve's, and nobody knows whose."""
    log.p1[100:500, 149:153], log.p2[100:500, 149:153] = 50, 75


def test_a_faint_line_beside_a_lone_curve_is_no_second_curve() -> None:
    log = _lone()
    _draw_faint_line(log)

    trace = log.decoder().solve()

    assert np.isnan(trace.x[1]).all()
    assert np.isfinite(trace.x[0]).all()


def test_specks_beside_a_lone_curve_do_not_make_another_that_hides_behind_it() -> None:
    log = _lone()
    for row in range(20, 600, 60):
        column = round(float(log.x[0, row])) + 4
        log.p1[row : row + 3, column : column + 2] = 90
        log.p2[row : row + 3, column : column + 2] = 110

    trace = log.decoder().solve()

    assert np.isnan(trace.x[1]).mean() > 0.95


def test_a_curve_that_ends_on_the_other_s_ink_does_not_stay_behind_it() -> None:
    rows = np.arange(600.0)
    x2 = np.where(rows < 200, 180 - 0.4 * rows, np.nan)
    log = DrawnLog(600, 220).draw(1, np.full(600, 100.0)).draw(2, x2)

    trace = log.decoder().solve()

    assert np.isnan(trace.x[1, 210:]).all()
    assert np.isfinite(trace.x[1, :190]).all()


def test_a_dashed_curve_is_present_through_its_gaps() -> None:
    log = _lone().draw(2, np.full(600, 150.0), on=dashes(600, 8, 12))

    trace = log.decoder().solve()

    assert np.isfinite(trace.x[1, :588]).all()


def test_a_blank_in_which_a_curve_is_judged_absent_is_not_bridged_and_a_short_one_is() -> None:
    is_inked = np.ones(600, bool)
    is_inked[100:120] = is_inked[250:390] = False
    log = _lone().draw(2, np.full(600, 150.0), on=is_inked)

    trace = log.decoder().solve()

    assert np.isnan(trace.x[1, 250:390]).all()
    assert np.abs(trace.x[1, :250] - 150.0).max() < 2
    assert np.isfinite(trace.x[1, 390:]).all()
    assert set(trace.kind[1, 100:120]) == {TraceKind.BRIDGED}


def test_a_curve_behind_a_broadened_stroke_keeps_its_value() -> None:
    rows = np.arange(600.0)
    away = np.where((rows > 150) & (rows < 450), 2.5 * np.sin(rows / 6), np.clip(np.abs(rows - 300) - 150, 0, 60))
    log = DrawnLog(600, 220).draw(1, np.full(600, 100.0)).draw(2, 100 + away)
    log.p1[160:440][log.p2[160:440] > 0] = 255  # the model calls the whole stroke curve 1
    log.p2[160:440] = 0

    trace = log.decoder().solve()

    assert np.isfinite(trace.x[1]).mean() > 0.98


def test_a_person_s_word_makes_a_curve_present() -> None:
    log = _lone()
    _draw_faint_line(log)
    pins = (TracePin("at", 2, RowSpan(300, 301), 151.0), TracePin("shared", 2, RowSpan(400, 420)))

    trace = log.decoder(pins).solve()

    assert abs(trace.x[1, 300] - 151.0) < 1.0
    assert (trace.kind[1, 400:420] == TraceKind.SHARED).all()


def test_a_stroke_that_a_person_paints_far_from_any_other_is_followed() -> None:
    log = _lone()
    log.p2[300:324, 150:156] = 255

    trace = log.decoder().solve()

    assert np.isfinite(trace.x[1, 300:324]).all()


def test_presence_judged_after_an_edit_is_as_after_a_full_solve() -> None:
    log = _lone()
    _draw_faint_line(log)
    decoder = log.decoder()
    before = decoder.solve().x.copy()

    log.p2[200:260, 149:154] = 255
    trace, changed = decoder.resolve([RowSpan(200, 260)])

    full = log.decoder().solve()
    for name in ("x", "low", "high", "kind", "confidence"):
        np.testing.assert_array_equal(getattr(trace, name), getattr(full, name))
    differ = np.flatnonzero(~((trace.x == before) | (np.isnan(trace.x) & np.isnan(before))).all(axis=0))
    assert np.isfinite(trace.x[1, 200:260]).all()
    assert changed.start <= differ[0]
    assert differ[-1] < changed.stop


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_presence_judged_after_each_of_many_edits_is_as_after_a_full_solve(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, top = 24 * BLOCK_ROWS, int(rng.integers(100, 500))
    one, two = (walk(rng, rows, 220) for _ in range(2))
    two[top : top + 900] = np.nan
    if rng.random() < 0.5:
        two[top + 200 : top + 300] = one[top + 200 : top + 300]
    log = DrawnLog(rows, 220).draw(1, one).draw(2, two, on=dashes(rows, 14, 9) if rng.random() < 0.5 else None)
    line = slice(top + 20, top + 880), slice(149, 153)
    log.p1[line], log.p2[line] = 57, 87  # says next to nothing in a row: what is above decides for hundreds of rows
    decoder = log.decoder()
    decoder.solve()

    for _ in range(4):
        a, left = int(rng.integers(0, rows - 260)), int(rng.integers(120, 160))
        span, broad = RowSpan(a, a + int(rng.integers(1, 250))), int(rng.integers(2, 30))
        value = int(rng.integers(0, 3))
        log.p1[span.start : span.stop, left : left + broad] = 255 * (value == 1)
        log.p2[span.start : span.stop, left : left + broad] = 255 * (value == 2)
        trace, _ = decoder.resolve([span])

        full = log.decoder()
        whole = full.solve()
        for name in ("x", "low", "high", "kind", "confidence"):
            np.testing.assert_array_equal(getattr(trace, name), getattr(whole, name))
        np.testing.assert_array_equal(decoder.exchange_nats(), full.exchange_nats())
