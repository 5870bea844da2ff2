"""Chances: a map that never falls, its inverse, and the file that ships beside the weights."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veerdesk.calibration.chance import RELIABILITY, ChanceMap, read_reliability, shipped_reliability
from veerdesk.errors import UnusableInputError
from veerdesk.resources import resource

MAP = ChanceMap((0.0, 2.0, 10.0), (0.6, 0.8, 0.95))


@given(st.floats(-5.0, 20.0), st.floats(0.0, 20.0))
def test_more_is_never_less_sure(value: float, more: float) -> None:
    assert MAP.of(value) <= MAP.of(value + more)
    assert MAP.of_many(np.array([value])) == pytest.approx([MAP.of(value)])


@given(st.floats(0.0, 1.0))
def test_the_least_value_has_at_least_the_chance(chance: float) -> None:
    least = MAP.least(chance)

    assert least == math.inf if chance > 0.95 else MAP.of(least) >= chance - 1e-12


@pytest.mark.parametrize(
    ("at", "chance"),
    [((), ()), ((0.0, 0.0), (0.5, 0.6)), ((0.0, 1.0), (0.6, 0.5)), ((0.0,), (1.2,)), ((0.0, math.inf), (0.5, 0.6))],
)
def test_what_is_no_such_map_is_refused(at: tuple[float, ...], chance: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="chance"):
        ChanceMap(at, chance)


def test_a_damaged_measurement_says_how_to_mend_it(tmp_path: Path) -> None:
    path = tmp_path / "reliability.json"
    path.write_text('{"crossing": {"at": [1, 0], "chance": [0, 1]}}')

    with pytest.raises(UnusableInputError, match="reliability"):
        read_reliability(path)


def test_the_shipped_measurement_is_of_the_shipped_weights() -> None:
    said = shipped_reliability()
    card = json.loads(resource("models", f"{said.model}.json").read_text(encoding="utf-8"))

    assert card["digest"] == said.digest, "run `python -m veerdesk.training.reliability` for the weights that ship"


@pytest.mark.parametrize("kind", ["crossing", "row"])
def test_the_shipped_chances_hold_on_logs_that_were_held_back(kind: str) -> None:
    judged = json.loads(resource(*RELIABILITY).read_text(encoding="utf-8"))[kind]["judged on"]

    assert judged["number"] >= 50
    assert judged["error"] <= 0.1
    assert judged["error"] <= judged["plain_error"] + 0.02, (
        "with few crossings a group's share is a few points off by chance"
    )
