"""Doubtful rows: where a trace is likely wrong between crossings, as places of the review."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.session.drawn import predict, session_with_track
from veerdesk.labels.edits import Rule, paint
from veerdesk.labels.shapes import Region
from veerdesk.rows import RowSpan
from veerdesk.session.doubtful_rows import LEAST_CHANCE, LEAST_LOOSE_CHANCE, doubtful_rows, doubtful_rows_of
from veerdesk.session.loose_chance import loose_chance
from veerdesk.tracing.crossings import Crossing
from veerdesk.tracing.loose_ink import LooseInk
from veerdesk.tracing.trace import Trace, TraceKind

ROWS = RowSpan(1_000, 2_000)


def trace_with(*spans: tuple[int, int, int, float]) -> Trace:
    """Return a sure trace of two curves with less confidence in some spans, ``(slot, start, stop, confidence)``."""
    trace = Trace.absent(ROWS)
    x, confidence = trace.x.copy(), trace.confidence.copy()
    x[0], x[1], confidence[:] = 100.0, 200.0, 0.999
    for slot, start, stop, value in spans:
        confidence[slot - 1, start - ROWS.start : stop - ROWS.start] = value
    return replace(trace, x=x, confidence=confidence)


def test_a_stretch_of_little_confidence_is_one_place_with_its_curve_and_chance() -> None:
    (found,) = doubtful_rows(trace_with((2, 1_200, 1_230, 0.2), (2, 1_233, 1_260, 0.1)), (), 5.0)

    assert found.rows == RowSpan(1_200, 1_260)
    assert found.column == 200.0
    assert 0.0 < found.chance < LEAST_CHANCE


def test_the_gap_between_two_dashes_and_rows_without_a_value_are_no_places() -> None:
    trace = trace_with((1, 1_100, 1_108, 0.2), (2, 1_300, 1_400, 0.2))
    trace.x[1, 300:400] = np.nan

    assert doubtful_rows(trace, (), 5.0) == ()


def test_doubt_at_a_crossing_is_looked_at_with_the_crossing() -> None:
    trace = trace_with((1, 1_200, 1_240, 0.2), (2, 1_290, 1_340, 0.2))
    crossing = Crossing(1_220, RowSpan(1_205, 1_235), 150.0, 1.0, True)

    (found,) = doubtful_rows(trace, (crossing,), 5.0)

    assert found.rows == RowSpan(1_290, 1_340)


def test_a_curve_that_jerks_is_a_place_and_one_that_swings_or_stands_beside_a_crossing_is_none() -> None:
    trace = trace_with()
    trace.x[1, 300:302] += 8.0  # leaves its course for two rows
    trace.x[0, 500:] += 8.0  # goes on elsewhere
    trace.x[0, 600:640] += np.concatenate([np.arange(20), np.arange(20)[::-1]])  # a slow swing
    trace.x[1, 700] += 30.0
    crossing = Crossing(1_702, RowSpan(1_702, 1_704), 150.0, 1.0, True)

    (found,) = doubtful_rows(trace, (crossing,), 5.0)

    assert found.rows == RowSpan(1_297, 1_305)
    assert found.column == 208.0
    assert found.chance < LEAST_CHANCE


def test_a_long_dash_gap_in_line_is_no_place_and_one_that_goes_elsewhere_is() -> None:
    trace = trace_with((2, 1_200, 1_216, 0.5), (2, 1_400, 1_416, 0.5))
    kind = trace.kind.copy()
    kind[:] = TraceKind.OWN_INK
    kind[1, 200:216] = kind[1, 400:416] = TraceKind.BRIDGED
    trace = replace(trace, kind=kind)
    trace.x[1, 380:400] += 2.0 * np.arange(
        20
    )  # the dash above points to the right, and the one below stands where it began

    (found,) = doubtful_rows(trace, (), 7.0)

    assert found.rows == RowSpan(1_400, 1_416)
    assert found.chance < LEAST_CHANCE


def test_a_gap_at_the_end_of_a_trace_points_nowhere() -> None:
    trace = trace_with((2, 1_980, 2_000, 0.3))
    kind = trace.kind.copy()
    kind[1, 980:] = TraceKind.BRIDGED
    trace = replace(trace, kind=kind)

    (found,) = doubtful_rows(trace, (), 5.0)

    assert found.rows == RowSpan(1_980, 2_000)
    assert found.chance < LEAST_CHANCE


def test_a_jerk_in_rows_of_little_confidence_is_the_same_place() -> None:
    trace = trace_with((2, 1_200, 1_260, 0.2))
    trace.x[1, 230] += 9.0

    (found,) = doubtful_rows(trace, (), 5.0)

    assert found.rows == RowSpan(1_200, 1_260)


def test_ink_that_neither_curve_took_is_a_place_of_its_own_and_pieces_side_by_side_are_one() -> None:
    limb = LooseInk(RowSpan(1_300, 1_306), 120, 150, 6.0, 1.0, 2.0)
    beside = replace(limb, rows=RowSpan(1_309, 1_312), area=3.0)
    crossing = Crossing(1_502, RowSpan(1_500, 1_504), 150.0, 1.0, True)

    (found,) = doubtful_rows(trace_with(), (crossing,), 5.0, (beside, limb, replace(limb, rows=RowSpan(1_501, 1_505))))

    assert found.rows == RowSpan(1_300, 1_312)
    assert (found.column, found.cols) == (134.5, (120, 150))
    assert found.cause == "loose ink"
    assert found.chance == loose_chance(limb, 5.0) < LEAST_LOOSE_CHANCE


def test_a_speck_far_from_both_curves_is_no_place() -> None:
    speck = LooseInk(RowSpan(1_300, 1_306), 20, 25, 0.7, 0.6, 12.0)

    assert loose_chance(speck, 5.0) > LEAST_LOOSE_CHANCE
    assert doubtful_rows(trace_with(), (), 5.0, (speck,)) == ()


def test_loose_ink_of_an_open_track_is_led_to_until_it_is_called_background(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    top = track.geometry.rows.start + 200
    column = round(float(np.nanmax(session.trace(track.id).x))) + 30
    limb = Region(top, column, np.ones((8, 30), np.bool_))

    session.apply(paint(session.label_map(track.id), track.id, limb, 1, Rule.ANYTHING, None, "ink"))
    led_to = doubtful_rows_of(session, track.id)
    session.apply(paint(session.label_map(track.id), track.id, limb, 0, Rule.ANYTHING, None, "erase"))

    assert [(p.rows, p.cause) for p in led_to] == [(limb.rows, "loose ink")]
    assert doubtful_rows_of(session, track.id) == ()
    session.close()


def test_a_sure_log_has_no_doubtful_rows_and_an_unread_one_has_none_yet(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    assert doubtful_rows_of(session, track.id) == ()

    predict(session, track.id)

    assert doubtful_rows_of(session, track.id) == ()
    session.close()


def test_a_jerk_is_found_wherever_the_bands_that_are_looked_at_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = trace_with()
    trace.x[:] += np.random.default_rng(5).normal(0.0, 2.0, trace.x.shape)
    at_once = doubtful_rows(trace, (), 3.0)

    for band in (1, 7, 64):
        monkeypatch.setattr("veerdesk.session.doubtful_rows._BAND_ROWS", band)
        assert doubtful_rows(trace, (), 3.0) == at_once

    assert len(at_once) > 20
