"""Counts that everyone can check by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.training.metrics import count_pixels, crossing_zone, share_exchanged, traced_within


def test_a_shifted_stroke_is_half_right_strictly_and_right_within_two_px() -> None:
    truth, answer = np.zeros((2, 20, 20), np.uint8)
    truth[:, 4:8], answer[:, 6:10] = 1, 1

    one, two = count_pixels(answer, truth)

    assert one.f1 == pytest.approx(0.5)
    assert one.iou == pytest.approx(1 / 3)
    assert one.f1_near == pytest.approx(1.0)
    assert np.isnan(two.f1)


def test_pixels_nobody_reviewed_are_not_counted() -> None:
    truth = np.full((4, 4), 255, np.uint8)

    assert count_pixels(np.ones((4, 4), np.uint8), truth)[0].answered == 0


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_counts_add_up_over_parts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    answer, truth = rng.integers(0, 3, (2, 12, 9)).astype(np.uint8)
    left = np.arange(9)[None] < 4

    whole = count_pixels(answer, truth)
    parts = [count_pixels(answer, truth, np.broadcast_to(m, (12, 9))) for m in (left, ~left)]

    for k in range(2):
        total = parts[0][k] + parts[1][k]
        assert (total.both, total.answered, total.true) == (whole[k].both, whole[k].answered, whole[k].true)


def test_zone_holds_the_rows_around_a_crossing() -> None:
    zone = crossing_zone((100, 3), [50, 2])

    assert np.flatnonzero(zone[:, 0]).tolist() == [*range(19), *range(34, 67)]


def test_missing_rows_are_misses_and_exchanged_rows_are_seen() -> None:
    truth = np.stack([np.full(10, 20.0), np.full(10, 80.0)])
    x = truth.copy()
    x[:, 5:] = x[::-1, 5:]
    x[0, 0] = np.nan

    assert traced_within(x, truth, 100.0).tolist() == [0.4, 0.5]
    assert share_exchanged(x, truth, 100.0) == 0.5
