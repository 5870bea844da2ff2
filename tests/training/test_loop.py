"""Training learns, and can be stopped and taken up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.drawn import DrawnTiles
from veerdesk.errors import UnusableInputError
from veerdesk.model.network import NetworkSpec
from veerdesk.training.loop import TrainingPlan, TrainingRun, rate_at, run_to_end

TINY = NetworkSpec(widths=(8, 8, 16, 16), reach=(1, 2), fine=8)


def _plan(steps: int, **more: Any) -> TrainingPlan:
    return TrainingPlan(steps=steps, batch=4, spec=TINY, warmup=5, report_steps=10, **more)


def _nothing(*_: Any) -> None: ...


@pytest.mark.parametrize("target", ["exclusive", "independent"])
def test_loss_falls_within_sixty_steps(target: Any) -> None:
    reports: list[dict[str, Any]] = []

    run_to_end(TrainingRun(_plan(60, target=target), DrawnTiles(16)), keep=_nothing, report=reports.append)

    losses = [r["loss"] for r in reports]
    assert losses[-1] < 0.6 * losses[0], losses


def test_resumed_run_equals_one_that_never_stopped(tmp_path: Path) -> None:
    source, state = DrawnTiles(10), tmp_path / "state.safetensors"
    whole = TrainingRun(_plan(12), source)
    run_to_end(whole, keep=_nothing, report=_nothing)

    first = TrainingRun(_plan(12), source)
    run_to_end(first, keep=lambda: first.save(state), report=_nothing, is_cancelled=lambda: first.step == 5)
    second = TrainingRun(_plan(12), source)
    second.restore(state)
    run_to_end(second, keep=_nothing, report=_nothing)

    assert first.step == 5
    for name, value in whole.averaged.items():
        assert torch.equal(value, second.averaged[name]), name


def test_every_tile_is_seen_once_a_pass() -> None:
    source = DrawnTiles(8)
    seen: list[int] = []
    source.take = lambda numbers: (seen.extend(numbers.tolist()), DrawnTiles.take(source, numbers))[1]  # type: ignore[method-assign,func-returns-value]
    run = TrainingRun(_plan(4), source)

    for step in range(4):
        run.batch(step)

    assert sorted(seen) == sorted([*range(8), *range(8)])


def test_rate_rises_then_falls_to_nothing() -> None:
    rates = np.array([rate_at(_plan(50), k) for k in range(51)])

    assert rates.argmax() in (4, 5)
    assert rates[-1] == pytest.approx(0.0, abs=1e-9)


def test_state_of_another_network_is_refused(tmp_path: Path) -> None:
    run = TrainingRun(_plan(1), DrawnTiles(4))
    run.save(tmp_path / "state.safetensors")
    other = TrainingRun(TrainingPlan(steps=1, batch=4), DrawnTiles(4))

    with pytest.raises(UnusableInputError):
        other.restore(tmp_path / "state.safetensors")
