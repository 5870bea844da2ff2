"""Masks are read as the report says, and thresholds are the ones of greatest F1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from veerdesk.labels.classes import IGNORE
from veerdesk.training.claim_scores import ClaimCounts, count_claims
from veerdesk.training.claims import READINGS, Reading, Thresholds, ThresholdTuning, claims

#: Background, curve 1, curve 2 of six pixels: sure, both, tie, neither, faint second, off ink.
MASKS = np.array([[[10, 10, 90, 200, 60, 0]], [[240, 200, 120, 20, 50, 0]], [[5, 210, 120, 30, 100, 0]]], np.uint8)
EVERYWHERE = np.ones((1, 6), np.bool_)
TUNED = Thresholds((100, 60), (110, 90))


def claimed(reading: Reading, tuned: Thresholds = TUNED) -> list[str]:
    one, two = claims(MASKS, reading, tuned)
    return [f"{'1' * int(a)}{'2' * int(b)}" for a, b in zip(one[0], two[0], strict=True)]


def test_masks_alone_may_both_claim_a_pixel() -> None:
    assert claimed("alone") == ["1", "12", "", "", "", ""]
    assert claimed("tuned alone") == ["1", "12", "12", "", "2", ""]


def test_one_owner_is_the_likelier_one_and_a_tie_is_curve_1s() -> None:
    assert claimed("argmax") == ["1", "2", "1", "", "2", ""]
    assert claimed("tuned owner") == ["1", "2", "1", "", "2", ""]
    assert claimed("tuned owner", Thresholds((1, 1), (130, 130))) == ["1", "2", "", "", "", ""]


@given(st.integers(0, 2**32 - 1))
def test_readings_with_an_owner_never_claim_twice_or_off_ink(seed: int) -> None:
    rng = np.random.default_rng(seed)
    masks = rng.integers(0, 256, (3, 8, 8)).astype(np.uint8) * (rng.random((8, 8)) < 0.5)
    tuned = Thresholds(owner=(int(rng.integers(1, 256)), int(rng.integers(1, 256))))

    for reading in READINGS:
        one, two = claims(masks, reading, tuned)
        assert not (one | two)[masks.sum(0) == 0].any()
        if reading in ("argmax", "tuned owner"):
            assert not (one & two).any()


def _f1(masks: NDArray[np.uint8], label: NDArray[np.uint8], reading: Reading, tuned: Thresholds) -> tuple[float, float]:
    everywhere = np.ones_like(label, np.bool_)
    near, away = count_claims(claims(masks, reading, tuned), label, everywhere, ~everywhere)
    figures = (near + away).figures()
    return figures["f1_1"], figures["f1_2"]


@pytest.mark.parametrize("reading", ["tuned alone", "tuned owner"])
def test_no_other_threshold_is_better(reading: Reading) -> None:
    rng = np.random.default_rng(7)
    label = rng.choice(np.array([0, 1, 2, IGNORE], np.uint8), (24, 24), p=[0.5, 0.25, 0.15, 0.1])
    noise = rng.integers(0, 120, (3, 24, 24))
    masks = np.stack([np.clip(noise[k] + 110 * (label == k), 0, 255) for k in range(3)]).astype(np.uint8)
    tuning = ThresholdTuning()
    for half in (slice(0, 12), slice(12, 24)):
        tuning.add(masks[:, half], label[half], np.ones((12, 24), np.bool_))

    best = _f1(masks, label, reading, tuning.best())

    for level in range(1, 256):
        other = _f1(masks, label, reading, Thresholds((level, level), (level, level)))
        assert other[0] <= best[0]
        assert other[1] <= best[1]


def test_counts_tell_crossings_from_elsewhere_and_leave_out_what_nobody_knows() -> None:
    both = np.array([[[1, 1, 1, 0, 0, 1]], [[0, 1, 0, 0, 1, 0]]], np.bool_)
    label = np.array([[1, 2, 0, 2, 2, IGNORE]], np.uint8)
    zone = np.array([[1, 1, 1, 0, 0, 0]], np.bool_)

    near, away = count_claims(both, label, EVERYWHERE, zone)

    assert near == ClaimCounts(both_1=1, both_2=1, claimed_1=3, claimed_2=1, true_1=1, true_2=1, any=3, twice=1)
    assert away == ClaimCounts(both_2=1, claimed_2=1, true_2=2, any=1, unclaimed=1)
    figures = (near + away).figures()
    assert figures["double_claimed"] == 0.25
    assert figures["unclaimed"] == 0.25
    assert (figures["f1_1"], figures["f1_2"]) == (0.5, 0.8)
    assert np.isnan(away.figures()["f1_1"])
