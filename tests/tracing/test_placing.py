"""Where the pen stood: what its network is shown, and what a column never loses by it."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.tracing.drawn_track import DrawnLog, dashes, walk
from veerdesk.errors import UnusableInputError
from veerdesk.rows import RowSpan
from veerdesk.tracing import pen_net
from veerdesk.tracing.decode import Decoder
from veerdesk.tracing.pen_net import SHOWN, PenNet, mirrored, pen_columns, pen_file, pen_reach, shipped_pen_net
from veerdesk.tracing.runs import BESIDE, CENTRE, FIELDS, HI, LO
from veerdesk.tracing.trace import TraceKind, TracePin

STROKE = 5.0


def net_of(seed: int) -> PenNet:
    """Numbers that tell nothing sensible, and that differ from row to row."""
    rng, width = np.random.default_rng(seed), 8
    shapes = (SHOWN, width), (width,), (width, width), (width,), (width,)
    return PenNet(*((0.3 * rng.normal(size=shape)).astype(np.float32) for shape in shapes))


def _planes(seed: int, rows: int = 120) -> tuple[NDArray[np.float64], ...]:
    """Both curves as ink may place them: x, low, high, kind and ink."""
    rng = np.random.default_rng(seed)
    kind = rng.choice([0, 1, 1, 1, 1, 2, 3], (2, rows)).astype(np.uint8)
    low = rng.integers(20, 60, (2, rows)).astype(np.float32)
    high = low + rng.integers(2, 30, (2, rows)).astype(np.float32)
    x = np.where(kind == 0, np.nan, np.round(8 * (low + high)) / 16)
    ink = np.zeros((rows, 2, FIELDS), np.int32)
    ink[..., LO], ink[..., HI], ink[..., CENTRE] = low.T, high.T, 16 * np.nan_to_num(x.T)
    ink[..., BESIDE] = rng.integers(0, 3, (rows, 2))
    return (
        x,
        np.where(kind == 0, np.nan, low).astype(np.float32),
        np.where(kind == 0, np.nan, high).astype(np.float32),
        kind,
        ink,
    )


def _columns(seed: int, planes: tuple[NDArray[np.float64], ...], curve: int = 0) -> NDArray[np.float64]:
    rows = planes[0].shape[1]
    return pen_columns(net_of(seed), curve, 0, rows, *planes, np.zeros(rows, np.uint8), STROKE)


@given(seed=st.integers(0, 10_000), curve=st.integers(0, 1))
@settings(max_examples=30, deadline=None)
def test_a_track_seen_in_a_mirror_has_its_pen_in_the_mirror(seed: int, curve: int) -> None:
    x, low, high, kind, ink = _planes(seed)
    turned = ink.copy()
    turned[..., LO], turned[..., HI], turned[..., CENTRE] = (
        200 - ink[..., HI],
        200 - ink[..., LO],
        3200 - ink[..., CENTRE],
    )
    turned[..., BESIDE] = np.array([0, 2, 1])[ink[..., BESIDE]]

    seen = _columns(seed, (x, low, high, kind, ink), curve)
    mirror = _columns(seed, (200 - x, 200 - high, 200 - low, kind, turned), curve)

    np.testing.assert_allclose(mirror, 200 - seen, atol=1e-3)
    assert np.nanmax(np.abs(seen - x[curve])) > 0.5


def test_the_mirror_of_the_mirror_is_the_row() -> None:
    at, sign = mirrored()
    shown = np.random.default_rng(1).normal(size=SHOWN).astype(np.float32)

    np.testing.assert_array_equal((shown[at] * sign)[at] * sign, shown)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_a_part_is_placed_as_the_whole_is(seed: int) -> None:
    planes, curve = _planes(seed, 260), seed % 2
    whole = _columns(seed, planes, curve)
    a, b, reach = 110, 130, pen_reach(STROKE)
    x, low, high, kind, ink = planes
    part = [np.ascontiguousarray(p[:, a - reach : b + reach]) for p in (x, low, high, kind)]
    stood = np.ascontiguousarray(ink[a - reach : b + reach])

    again = pen_columns(
        net_of(seed), curve, reach, reach + b - a, *part, stood, np.zeros(b - a + 2 * reach, np.uint8), STROKE
    )

    np.testing.assert_array_equal(again, whole[a:b])


def test_a_plain_stroke_stays_where_its_ink_is() -> None:
    rows = np.arange(300.0)
    log = DrawnLog(300, 300).draw(1, 100 + 0.2 * rows)

    by_ink = Decoder(RowSpan(0, 300), log.evidence, (), STROKE, 300.0, False, by_pen=False).solve()
    trace = log.decoder().solve()

    np.testing.assert_array_equal(trace.x[0, 10:-10], by_ink.x[0, 10:-10])


def test_a_stated_row_keeps_its_column_and_an_absent_one_none() -> None:
    rng = np.random.default_rng(5)
    one = walk(rng, 400, 300)
    one[220:320] = np.nan
    log = DrawnLog(400, 300).draw(1, one).draw(2, walk(rng, 400, 300), on=dashes(400, 9, 6))
    pins = tuple(TracePin("at", 1, RowSpan(row, row + 1), float(one[row]) + 1.0) for row in (40, 90, 150))

    trace = log.decoder(pins).solve()

    for pin in pins:
        assert trace.x[0, pin.rows.start] == pytest.approx(pin.column, abs=1 / 16)
    assert (np.isnan(trace.x) == (trace.kind == TraceKind.ABSENT)).all()
    assert np.isnan(trace.x[0, 225:315]).all()


def test_a_column_stated_in_a_gap_is_joined_to_the_ink_by_straight_lines() -> None:
    column = 150 + 40 * np.sin(np.arange(300.0) / 25)
    is_inked = np.ones(300, np.bool_)
    is_inked[100:116] = False
    log = DrawnLog(300, 300).draw(1, np.full(300, 40.0)).draw(2, column, on=is_inked)
    pins = (TracePin("at", 2, RowSpan(108, 109), 120.0),)

    trace = log.decoder(pins).solve()

    assert trace.x[1, 108] == pytest.approx(120.0)
    for a, b in ((99, 108), (108, 116)):
        gap = np.flatnonzero(trace.kind[1] == TraceKind.BRIDGED)
        gap = gap[(gap > a) & (gap < b)]
        assert len(gap) > 4
        steps = np.diff(trace.x[1, gap])
        np.testing.assert_allclose(steps, steps[0], atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_ends_of_a_stroke_stay_its_ink_s(seed: int) -> None:
    rng = np.random.default_rng(seed)
    log = (
        DrawnLog(600, 300)
        .draw(1, walk(rng, 600, 300, calm=5))
        .draw(2, walk(rng, 600, 300, calm=5), on=dashes(600, 7, 5))
    )

    by_ink = Decoder(RowSpan(0, 600), log.evidence, (), STROKE, 300.0, False, by_pen=False).solve()
    trace = log.decoder().solve()

    for plane in ("low", "high", "kind", "confidence"):
        np.testing.assert_array_equal(getattr(trace, plane), getattr(by_ink, plane))
    assert np.nanmax(np.abs(trace.x - by_ink.x)) > 1.0


def test_the_shipped_numbers_are_those_of_their_card() -> None:
    card = json.loads(pen_file().with_suffix(".json").read_text(encoding="utf-8"))

    assert card["digest"] == hashlib.sha256(pen_file().read_bytes()).hexdigest()
    assert card["right"] > card["right_by_ink"]
    assert shipped_pen_net().first.shape == (SHOWN, len(shipped_pen_net().first_bias))


def test_a_damaged_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    damaged = tmp_path / "pen.safetensors"  # type: ignore[operator]
    damaged.write_bytes(pen_file().read_bytes()[:500])
    monkeypatch.setattr(pen_net, "pen_file", lambda: damaged)

    with pytest.raises(UnusableInputError, match=r"pen\.safetensors"):
        shipped_pen_net.__wrapped__()
