"""What the joint decode promises, on drawn evidence with known truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracing.drawn_track import DrawnLog, dashes, walk
from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.rows import RowSpan
from veerdesk.tracing.decode import BLOCK_ROWS, Decoder
from veerdesk.tracing.trace import Trace, TraceKind, TracePin


def _within(trace: Trace, log: DrawnLog, slot: int, px: float) -> float:
    """Return the share of rows with a truth in which the value is within ``px``."""
    truth = log.x[slot - 1]
    have = np.isfinite(truth)
    return float((np.abs(trace.x[slot - 1] - truth)[have] <= px).mean())


def _same(a: Trace, b: Trace) -> bool:
    return all(
        np.array_equal(getattr(a, n), getattr(b, n), equal_nan=True) for n in ("x", "low", "high", "confidence", "kind")
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_perfect_mask_gives_back_both_curves(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, two = walk(rng, 900, 400, calm=16.0), walk(rng, 900, 400, calm=16.0)
    log = DrawnLog(900, 400).draw(1, one).draw(2, two, on=dashes(900, 16, 9))

    trace = log.decoder().solve()

    assert _within(trace, log, 1, 4.0) >= 0.97
    assert _within(trace, log, 2, 4.0) >= 0.97


@pytest.mark.parametrize(("on", "off"), [(14, 10), (5, 8), (30, 16)])
def test_a_dashed_curve_never_rides_the_solid_one_in_its_gaps(on: int, off: int) -> None:
    rows = np.arange(600.0)
    solid, dashed = 100 + 20 * np.sin(rows / 40), 160 + 20 * np.sin(rows / 30)
    log = DrawnLog(600, 300).draw(1, solid).draw(2, dashed, on=dashes(600, on, off))

    trace = log.decoder().solve()

    inside = slice(0, 600 - on - off)  # a gap at the very end has nothing to be bridged to
    assert np.nanmin(np.abs(trace.x[1] - solid)[inside]) > 10
    assert np.isfinite(trace.x[1, inside]).all()
    assert set(np.unique(trace.kind[1, inside])) == {TraceKind.OWN_INK, TraceKind.BRIDGED}


def test_a_long_blank_is_null_and_not_a_spline() -> None:
    rows = np.arange(1600.0)
    column = 60 + 10 * np.sin(rows / 50)
    column[500:1100] = np.nan
    log = DrawnLog(1600, 300).draw(1, 200 + 20 * np.sin(rows / 60)).draw(2, column)

    trace = log.decoder().solve()

    assert np.isnan(trace.x[1, 502:1098]).all()
    assert (trace.kind[1, 502:1098] == TraceKind.ABSENT).all()
    assert _within(trace, log, 2, 2.0) == 1.0


def test_an_absent_curve_takes_none_of_the_other_s_ink() -> None:
    rng = np.random.default_rng(7)
    log = DrawnLog(700, 300).draw(1, walk(rng, 700, 300), on=dashes(700, 25, 12))

    trace = log.decoder().solve()

    assert np.isnan(trace.x[1]).all()


def test_identity_goes_through_a_clean_crossing() -> None:
    rows = np.arange(300.0)
    log = DrawnLog(300, 300).draw(1, 60 + 0.6 * rows).draw(2, 240 - 0.6 * rows)

    trace = log.decoder().solve()

    assert _within(trace, log, 1, 3.0) == 1.0
    assert _within(trace, log, 2, 4.0) == 1.0


def test_slope_carries_identity_where_the_evidence_says_nothing() -> None:
    rows = np.arange(200.0)
    log = DrawnLog(200, 300).draw(1, 90 + 0.6 * rows).draw(2, 210 - 0.6 * rows)
    ink = (log.p1 > 0) | (log.p2 > 0)
    log.p1[:] = np.where(ink, 128, 0)
    log.p2[:] = np.where(ink, 127, 0)
    log.p2[:20][log.p1[:20] > 0] = 20
    log.p1[:20, 150:] = np.where(ink[:20, 150:], 20, 0)
    log.p2[:20, 150:] = np.where(ink[:20, 150:], 235, 0)

    trace = log.decoder().solve()

    assert abs(trace.x[0, 190] - log.x[0, 190]) < 4
    assert abs(trace.x[1, 190] - log.x[1, 190]) < 4


def test_flipped_evidence_does_not_exchange_curves_that_never_touch() -> None:
    rows = np.arange(500.0)
    log = DrawnLog(500, 300).draw(1, 80 + 10 * np.sin(rows / 30)).draw(2, 200 + 10 * np.sin(rows / 25))
    here = slice(200, 240)
    log.p1[here], log.p2[here] = (0.7 * log.p2[here]).astype(np.uint8), (0.7 * log.p1[here]).astype(np.uint8)

    trace = log.decoder().solve()

    assert _within(trace, log, 1, 2.0) == 1.0
    assert _within(trace, log, 2, 2.0) == 1.0


def test_both_curves_keep_a_value_on_shared_ink() -> None:
    rows = np.arange(700.0)
    away = np.clip(np.abs(rows - 350) - 120, 0, 40)
    log = DrawnLog(700, 300).draw(1, 120 + 15 * np.sin(rows / 45))
    log.draw(2, log.x[0] + away)

    trace = log.decoder().solve()

    assert np.isfinite(trace.x).all()
    assert (trace.kind[1, 250:450] == TraceKind.SHARED).mean() > 0.95
    assert _within(trace, log, 2, 4.0) == 1.0


def test_own_ink_has_one_owner() -> None:
    rng = np.random.default_rng(3)
    log = DrawnLog(800, 300).draw(1, walk(rng, 800, 300)).draw(2, walk(rng, 800, 300))

    trace = log.decoder().solve()

    both = (trace.kind == TraceKind.OWN_INK).all(axis=0)
    assert both.any()
    assert (np.abs(trace.x[0] - trace.x[1])[both] > 0.5).all()


def test_a_wrap_does_not_disturb_the_rest() -> None:
    rows = np.arange(400.0)
    wrapped = np.mod(200 + 0.5 * rows, 300)
    wrapped[np.abs(np.diff(wrapped, prepend=wrapped[0])) > 100] = np.nan
    log = DrawnLog(400, 300).draw(1, wrapped).draw(2, 120 + 5 * np.sin(rows / 20))

    trace = log.decoder().solve()

    assert _within(trace, log, 1, 4.0) > 0.97
    assert _within(trace, log, 2, 4.0) > 0.99


def test_a_flat_stroke_keeps_both_ends() -> None:
    column = np.full(120, 60.0)
    column[60:] = 200.0
    log = DrawnLog(120, 300).draw(1, column)
    log.p1[58:62, 58:203] = 255

    trace = log.decoder(is_single=True).solve()

    assert trace.low[0, 60] <= 60
    assert trace.high[0, 60] >= 200
    assert trace.x[0, 50] == pytest.approx(60, abs=0.5)
    assert trace.x[0, 70] == pytest.approx(200, abs=0.5)


def test_a_limb_is_not_drawn_aside_by_the_ink_of_its_next_turn() -> None:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        turns = np.where(np.arange(90) % 2, 1, -1) * rng.uniform(20, 60, 90)
        column = 150 + np.interp(np.arange(600), np.cumsum(rng.uniform(6, 12, 90)), turns)
        log = DrawnLog(600, 300, stroke=9).draw(1, column)
        thick = np.pad(log.p1, ((2, 2), (0, 0)))  # the pen is as tall as half of its width: turns run into each other
        log.p1 = np.maximum.reduce([thick[k : k + 600] for k in range(5)])

        trace = log.decoder(is_single=True).solve()

        assert _within(trace, log, 1, 5.0) > 0.72  # 0.63 to 0.66 where each row stands in the middle of its own ink


def test_a_pinned_column_is_where_the_curve_goes() -> None:
    rows = np.arange(300.0)
    log = DrawnLog(300, 300).draw(1, np.full(300, 80.0)).draw(2, 200 + 0 * rows)

    trace = log.decoder((TracePin("at", 1, RowSpan(150, 151), 140.25),)).solve()

    assert trace.x[0, 150] == 140.25
    assert trace.x[0, 100] == pytest.approx(80, abs=0.5)


def test_a_pinned_column_is_kept_in_wide_ink_too() -> None:
    log = DrawnLog(300, 300).draw(1, np.full(300, 80.0)).draw(2, np.full(300, 200.0))
    log.p1[140:160, 70:84] = 255  # a stroke run together with what stands beside it

    for column in (74.0, 81.5):  # neither is the middle of that ink
        trace = log.decoder((TracePin("at", 1, RowSpan(150, 151), column),)).solve()

        assert trace.x[0, 150] == column


def test_a_pin_on_bare_paper_moves_no_row_but_its_own() -> None:
    log = DrawnLog(600, 240).draw(1, np.full(600, 40.0)).draw(2, np.full(600, 120.0))
    log.p1[301:313, 149:153], log.p2[301:313, 149:153] = 90, 85  # a faint line that begins below the pin

    trace = log.decoder((TracePin("at", 2, RowSpan(300, 301), 150.0),)).solve()

    off = np.flatnonzero(np.abs(trace.x[1] - 120.0) > 3.0)
    assert trace.x[1, 300] == pytest.approx(150.0)
    assert set(off) <= {299, 300, 301}
    assert np.abs(trace.x[0] - 40.0).max() < 1.0


def test_rows_declared_absent_are_null_whatever_the_ink() -> None:
    log = DrawnLog(300, 300).draw(1, np.full(300, 80.0)).draw(2, np.full(300, 200.0))

    trace = log.decoder((TracePin("absent", 2, RowSpan(100, 140)),)).solve()

    assert np.isnan(trace.x[1, 100:140]).all()
    assert np.isfinite(trace.x[1, :99]).all()
    assert np.isfinite(trace.x[1, 141:]).all()


def test_rows_declared_shared_follow_the_other_curve() -> None:
    log = DrawnLog(300, 300).draw(1, np.full(300, 80.0)).draw(2, np.full(300, 200.0))

    trace = log.decoder((TracePin("shared", 2, RowSpan(100, 200)),)).solve()

    assert (trace.kind[1, 100:200] == TraceKind.SHARED).all()
    assert np.abs(trace.x[1, 100:200] - 80).max() < 3


def test_a_track_of_one_curve_leaves_slot_two_absent() -> None:
    rng = np.random.default_rng(1)
    log = DrawnLog(300, 300).draw(1, walk(rng, 300, 300))
    log.p2[100:140, 20:30] = 255

    trace = log.decoder(is_single=True).solve()

    assert np.isnan(trace.x[1]).all()
    assert _within(trace, log, 1, 4.0) == 1.0


def test_a_cancelled_decode_says_so() -> None:
    class Stop:
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(InterruptedWorkError, match="row 0"):
        DrawnLog(300, 100).decoder().solve(cancel=Stop())


def test_an_empty_track_is_absent_everywhere() -> None:
    trace = Decoder(RowSpan(40, 40), lambda s: (np.zeros((0, 4), np.uint8),) * 2 + (0,), (), 5.0, 100.0, False).solve()

    assert trace.x.shape == (2, 0)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), edits=st.integers(1, 3), stroke=st.sampled_from((5, 13)))
def test_solving_a_part_again_equals_solving_all(seed: int, edits: int, stroke: int) -> None:
    rng = np.random.default_rng(seed)
    rows = 5 * BLOCK_ROWS
    log = (
        DrawnLog(rows, 160, stroke).draw(1, walk(rng, rows, 160)).draw(2, walk(rng, rows, 160), on=dashes(rows, 12, 8))
    )
    decoder = log.decoder()
    before = decoder.solve()
    before = Trace(*(v.copy() if isinstance(v, np.ndarray) else v for v in (
        before.rows, before.x, before.low, before.high, before.confidence, before.kind)))  # fmt: skip
    spans, pins = [], []
    for _ in range(edits):
        top, left = int(rng.integers(0, rows - 40)), int(rng.integers(0, 130))
        span = RowSpan(top, top + int(rng.integers(1, 40)))
        value = int(rng.integers(0, 3))
        log.p1[span.start : span.stop, left : left + 30] = 255 * (value == 1)
        log.p2[span.start : span.stop, left : left + 30] = 255 * (value == 2)
        spans.append(span)
    if rng.random() < 0.5:
        pins.append(TracePin("at", 1, RowSpan(300, 301), float(rng.uniform(10, 150))))

    after, changed = decoder.resolve(spans, pins)

    assert _same(after, log.decoder(tuple(pins)).solve())
    outside = np.ones(rows, bool)
    outside[changed.start : changed.stop] = False
    assert np.array_equal(after.x[:, outside], before.x[:, outside], equal_nan=True)
    assert np.array_equal(after.kind[:, outside], before.kind[:, outside])


def test_an_edit_far_from_both_curves_changes_no_row() -> None:
    rng = np.random.default_rng(5)
    log = DrawnLog(600, 300).draw(1, walk(rng, 600, 300)).draw(2, walk(rng, 600, 300))
    decoder = log.decoder()
    decoder.solve()

    _, changed = decoder.resolve([RowSpan(200, 210)])

    assert changed.is_empty


def test_a_curve_that_leaves_at_a_border_is_null_until_it_returns() -> None:
    column = 5 + 0.6 * np.abs(np.arange(200.0) - 100)
    on = column > 20
    log = DrawnLog(200, 300).draw(1, np.where(on, column, np.nan)).draw(2, np.full(200, 200.0))
    borders = TrackGeometry(RowSpan(0, 200), ((0.0, 18.0),), ((0.0, 290.0),))

    trace = Decoder(RowSpan(0, 200), log.evidence, (), 5.0, 272.0, False, borders).solve()

    assert np.isnan(trace.x[0, np.flatnonzero(~on)[2:-2]]).all()
    assert _within(trace, log, 1, 3.0) == 1.0


def test_a_stub_outside_the_borders_yields_to_the_branch_inside() -> None:
    log = DrawnLog(200, 400).draw(1, np.full(200, 340.0))
    log.p1[100:, 60:65] = 255
    borders = TrackGeometry(RowSpan(0, 200), ((0.0, 30.0),), ((0.0, 310.0),))

    trace = Decoder(RowSpan(0, 200), log.evidence, (), 5.0, 280.0, True, borders).solve()

    assert trace.x[0, 150] == pytest.approx(62, abs=1)


def test_a_wrapped_curve_is_followed_inside_the_borders_while_stubs_run_on_beyond_them() -> None:
    """At a border both strokes are printed; the model calls the right one the other curve's."""
    rows, left, right = np.arange(300.0), 40.0, 340.0
    main = 334 + 14 * np.sin(rows / 24)
    inside = np.where(main > right, main - (right - left), main)
    log = DrawnLog(300, 400).draw(2, np.full(300, 190.0)).draw(2, main).draw(1, main - (right - left))
    borders = TrackGeometry(RowSpan(0, 300), ((0.0, left),), ((0.0, right),))

    trace = Decoder(RowSpan(0, 300), log.evidence, (), 5.0, right - left, False, borders).solve()

    beside = np.abs(main - right) > 3
    assert (np.abs(trace.x[0] - inside)[beside] < 3).mean() > 0.9
    assert (np.abs(trace.x[1] - 190) < 3).all()


def test_a_thin_dashed_spike_is_followed_to_its_tip() -> None:
    """The pen is thinner than the track's strokes; down the limb a row has 7 px of ink and the next begins 13 px on."""
    log = DrawnLog(300, 400, stroke=8)
    log.draw(1, np.full(300, 330.0))
    x = np.full(300, 250.0)
    x[140:150] = 250.0 - 20.0 * np.arange(10)
    x[150:160] = 70.0 + 20.0 * np.arange(10)
    log.x[1] = x
    for row in range(300):
        half = 3 if 140 <= row < 160 else 0
        log.p2[row, int(x[row]) - half : int(x[row]) + half + 1] = 255
    trace = log.decoder().solve()
    assert np.abs(trace.x[1] - x).max() <= 1.0
    assert (trace.kind[1] == TraceKind.OWN_INK).mean() > 0.95


def test_what_lies_between_ink_on_a_border_line_and_ink_inside_is_a_blank() -> None:
    """The last ink lies on the border, twelve rows later the curve is 60 px inside: where it was nobody can say."""
    log = DrawnLog(200, 300)
    column = np.where(np.arange(200) < 100, 20.0, 80.0)
    on = (np.arange(200) < 100) | (np.arange(200) >= 112)
    log.draw(1, np.where(on, column, np.nan)).draw(2, np.full(200, 200.0))
    whole = RowSpan(0, 200)

    kinds = []
    for left in (20.0, 2.0):  # on the line, and well inside the track
        borders = TrackGeometry(whole, ((0.0, left),), ((0.0, 290.0),))
        kinds.append(Decoder(whole, log.evidence, (), 5.0, 270.0, False, borders).solve().kind[0, 100:112].copy())

    assert (kinds[0] == TraceKind.ABSENT).all()
    assert (kinds[1] == TraceKind.BRIDGED).all()


def test_an_edit_in_a_block_s_last_row_is_seen_by_the_first_row_below() -> None:
    """What stands above a run decides whether its stroke begins there; here that row lies in the block above."""
    rows = 3 * BLOCK_ROWS
    log = DrawnLog(rows, 400, stroke=8).draw(1, np.full(rows, 330.0))
    x = np.where(np.arange(rows) < BLOCK_ROWS, 250, 228)
    for row, col in enumerate(x):
        log.p2[row, col - 4 : col + 5] = 255
    log.p2[BLOCK_ROWS - 1, 214:226] = 255
    log.p2[BLOCK_ROWS - 1, 246:255] = 255
    decoder = log.decoder()
    decoder.solve()
    log.p2[BLOCK_ROWS - 1, 214:226] = 0

    after, _ = decoder.resolve([RowSpan(BLOCK_ROWS - 1, BLOCK_ROWS)])

    whole = log.decoder()
    assert _same(after, whole.solve())
    assert np.array_equal(decoder.exchange_nats(), whole.exchange_nats())
    more = RowSpan(BLOCK_ROWS + 4, BLOCK_ROWS + 60)  # and an edit further down starts from the same runs
    log.p2[more.start : more.stop] = 0
    assert _same(decoder.resolve([more])[0], log.decoder().solve())
