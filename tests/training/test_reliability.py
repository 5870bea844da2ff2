"""Reliability: maps fitted to counts tell chances that are true, and the whole measurement leaves a file that can be read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from veerdesk.calibration.chance import read_reliability
from veerdesk.training.fitted_chance import Counted, margin_map, reliability_table, row_map
from veerdesk.training.reliability import measure, write_reliability


def drawn_margins(count: int, seed: int) -> Counted:
    """Return crossings whose true chance of being right is a quarter as many nats as their margin says."""
    rng = np.random.default_rng(seed)
    sure = rng.exponential(12.0, count)
    return Counted(sure, rng.random(count) < 1.0 / (1.0 + np.exp(-sure / 4.0)))


def test_a_margin_that_claims_too_much_is_brought_down_to_what_was_counted() -> None:
    fitted = margin_map(drawn_margins(600, 1))

    table = reliability_table(drawn_margins(4000, 2), fitted, lambda m: 1.0 / (1.0 + np.exp(-m)))

    assert table["error"] < 0.03
    assert table["error"] < table["plain_error"] / 2
    assert sum(g["number"] for g in table["groups"]) == table["number"] == 4000


def test_a_larger_margin_is_the_better_one_whatever_was_counted() -> None:
    against = Counted(np.array([0.5, 1.0, 20.0, 40.0]), np.array([True, True, False, False]))
    nothing = Counted(np.zeros(0), np.zeros(0, np.bool_))

    for counted in (against, nothing):
        chance = margin_map(counted).chance
        assert all(0.5 <= a <= b < 1.0 for a, b in pairwise(chance))


def test_the_chance_of_a_row_never_falls_and_a_persons_word_stays_whole() -> None:
    rng = np.random.default_rng(3)
    sure = rng.uniform(0.0, 0.99, 5000)
    right = rng.random(5000) < np.where(sure > 0.9, 0.7, sure)  # the surest are worse than those below them

    fitted = row_map(Counted(sure, right))

    assert all(a <= b for a, b in pairwise(fitted.chance))
    assert fitted.of(0.5) == pytest.approx(0.5, abs=0.06)
    assert fitted.of(0.95) < 0.85
    assert fitted.of(1.0) == 1.0


def test_a_measurement_is_read_back_as_it_was_made(tmp_path: Path) -> None:
    said = measure(None, logs=2, rows=300, seed=5, device="cpu")
    write_reliability(tmp_path / "reliability.json", said)

    read = read_reliability(tmp_path / "reliability.json")

    assert (read.model, read.digest) == (said["model"], said["digest"])
    assert list(read.row.at) == said["row"]["at"]
    assert read.crossing.of(0.0) >= 0.5
