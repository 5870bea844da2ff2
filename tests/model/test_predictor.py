"""Prediction is exclusive, sized as asked, and the same every time."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from veerdesk.errors import UnusableInputError
from veerdesk.model.checkpoint import WeightsHeader, write_checkpoint
from veerdesk.model.network import NetworkSpec, OwnerNet
from veerdesk.model.predictor import SHIPPED, TorchPredictor, chosen_device, load_predictor, model_path
from veerdesk.model.sight import gathered
from veerdesk.segmentation.sight import NUMBERS

TINY = NetworkSpec(widths=(8, 8, 16, 16), reach=(1, 2), fine=8)


@pytest.fixture
def tiny(tmp_path: Path) -> TorchPredictor:
    torch.manual_seed(2)
    path = tmp_path / "tiny.safetensors"
    write_checkpoint(path, OwnerNet(TINY).state_dict(), WeightsHeader("tiny", TINY, 4.0, "exclusive"))
    return load_predictor(str(path), "cpu")


@pytest.mark.parametrize("shape", [(1, 1), (17, 33), (64, 48), (5, 200)])
def test_any_size_gives_shares_that_sum_to_one(tiny: TorchPredictor, shape: tuple[int, int]) -> None:
    grey = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)

    shares = tiny.predict(grey)

    assert shares.shape == (3, *shape)
    assert shares.dtype == np.float32
    np.testing.assert_allclose(shares.sum(0), 1.0, atol=1e-5)


def test_a_model_tells_its_cells_only_to_those_who_can_read_them(tiny: TorchPredictor) -> None:
    grey = np.random.default_rng(1).integers(0, 256, (70, 48)).astype(np.uint8)

    shares, numbers = tiny.predict_seen(grey)
    shipped_shares, shipped_numbers = load_predictor(None, "cpu").predict_seen(grey)

    assert numbers is None
    assert np.array_equal(shares, tiny.predict(grey))
    assert shipped_numbers is not None
    assert shipped_numbers.shape == (5, NUMBERS)
    assert shipped_numbers.min() > 0
    assert np.array_equal(shipped_shares, load_predictor(None, "cpu").predict(grey))


@pytest.mark.parametrize(("height", "cells"), [(16, 1), (17, 2), (0, 0)])
def test_a_cell_is_gathered_for_every_sixteen_rows(tiny: TorchPredictor, height: int, cells: int) -> None:
    _, along = tiny.look(np.full((height, 40), 255, np.uint8))

    assert along.shape == (cells, gathered(TINY))
    assert np.isfinite(along).all()


def test_nothing_in_gives_nothing_out(tiny: TorchPredictor) -> None:
    assert tiny.predict(np.zeros((0, 7), np.uint8)).shape == (3, 0, 7)


def test_same_window_gives_the_same_bytes(tiny: TorchPredictor) -> None:
    grey = np.random.default_rng(1).integers(0, 256, (64, 64)).astype(np.uint8)

    first = tiny.predict(grey)
    tiny.predict(255 - grey)

    assert tiny.predict(grey).tobytes() == first.tobytes()


def test_missing_device_is_refused() -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has one")

    with pytest.raises(UnusableInputError, match="cuda"):
        chosen_device("cuda")


def test_shipped_weights_match_their_card() -> None:
    card = json.loads(model_path(SHIPPED).with_suffix(".json").read_text())

    predictor = load_predictor(None, "cpu")

    assert predictor.digest == card["digest"]
    assert predictor.stroke_px == card["stroke_px"]
    assert predictor.name == SHIPPED
