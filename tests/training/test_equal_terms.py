"""A pair of runs differs in its target alone, and what was stopped goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.drawn import DrawnTiles
from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.model.checkpoint import read_checkpoint
from veerdesk.model.network import NetworkSpec
from veerdesk.training.equal_terms import EqualTerms, train_both

TINY = NetworkSpec(widths=(8, 8, 8, 8), reach=(1,))
TERMS = EqualTerms(steps=2, batch=2, seeds=(5,), spec=TINY)


class WatchedTiles(DrawnTiles):
    """Tiles that note which were asked for."""

    def __init__(self) -> None:
        super().__init__(6)
        self.asked: list[list[int]] = []

    def take(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.asked.append(numbers.tolist())
        return super().take(numbers)


def test_both_targets_see_the_same_tiles_in_the_same_order(tmp_path: Path) -> None:
    tiles = WatchedTiles()

    runs = train_both(tiles, tmp_path, TERMS)

    assert [(run.target, run.seed) for run in runs] == [("exclusive", 5), ("independent", 5)]
    assert tiles.asked[:2] == tiles.asked[2:]
    assert runs[0].card["terms"] == runs[1].card["terms"]
    assert read_checkpoint(runs[1].path)[1].target == "independent"
    assert not list(tmp_path.glob("*.state"))


def test_targets_learn_different_things(tmp_path: Path) -> None:
    one, other = train_both(DrawnTiles(6), tmp_path, TERMS)

    ours, theirs = (read_checkpoint(run.path)[0] for run in (one, other))
    assert any(not torch.equal(ours[key], theirs[key]) for key in ours)


def test_stopped_comparison_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    whole = train_both(DrawnTiles(6), tmp_path / "whole", TERMS)
    with pytest.raises(InterruptedWorkError, match="exclusive-5 at step 1 of 2"):
        train_both(DrawnTiles(6), tmp_path / "parts", TERMS, is_cancelled=lambda: True)

    runs = train_both(DrawnTiles(6), tmp_path / "parts", TERMS)

    for ours, theirs in zip(runs, whole, strict=True):
        one, other = read_checkpoint(ours.path)[0], read_checkpoint(theirs.path)[0]
        assert all(torch.equal(one[key], other[key]) for key in one)


def test_finished_runs_are_kept_and_seeds_may_join(tmp_path: Path) -> None:
    first = train_both(DrawnTiles(6), tmp_path, TERMS)
    tiles, lines = WatchedTiles(), list[dict[str, Any]]()

    runs = train_both(tiles, tmp_path, EqualTerms(steps=2, batch=2, seeds=(5, 6), spec=TINY), report=lines.append)

    assert [run.seed for run in runs] == [5, 5, 6, 6]
    assert {line["seed"] for line in lines} == {6}
    assert runs[0].card == json.loads(first[0].path.with_suffix(".json").read_text())


def test_other_terms_are_refused(tmp_path: Path) -> None:
    train_both(DrawnTiles(6), tmp_path, TERMS)

    with pytest.raises(UnusableInputError, match="other terms"):
        train_both(DrawnTiles(6), tmp_path, EqualTerms(steps=3, batch=2, seeds=(5,), spec=TINY))


def test_a_run_that_ended_before_its_schedule_goes_on_where_more_steps_are_asked(tmp_path: Path) -> None:
    whole = train_both(DrawnTiles(6), tmp_path / "whole", TERMS)
    short = EqualTerms(steps=1, schedule=2, batch=2, seeds=(5,), spec=TINY)

    first = train_both(DrawnTiles(6), tmp_path / "parts", short)
    again = train_both(DrawnTiles(6), tmp_path / "parts", TERMS)

    assert [run.card["steps_done"] for run in (*first, *again)] == [1, 1, 2, 2]
    one, other = read_checkpoint(again[0].path)[0], read_checkpoint(whole[0].path)[0]
    assert all(torch.equal(one[key], other[key]) for key in one)
    with pytest.raises(UnusableInputError, match="other terms"):
        train_both(DrawnTiles(6), tmp_path / "parts", short)
