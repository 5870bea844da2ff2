"""Weights are read back whole, or refused with a sentence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import torch

from veerdesk.errors import UnusableInputError
from veerdesk.model.checkpoint import WeightsHeader, read_checkpoint, rebuild, write_checkpoint
from veerdesk.model.network import NetworkSpec, OwnerNet
from veerdesk.model.predictor import load_predictor

TINY = NetworkSpec(widths=(8, 8, 16, 16), reach=(1, 2), fine=8)


def _write(path: Path, target: str = "exclusive") -> str:
    torch.manual_seed(1)
    header = WeightsHeader("tiny", TINY, 4.0, target)
    return write_checkpoint(path, OwnerNet(TINY).state_dict(), header, {"seed": 1})


def test_weights_and_header_come_back(tmp_path: Path) -> None:
    path = tmp_path / "tiny.safetensors"
    digest = _write(path)

    weights, header, found = read_checkpoint(path)

    assert (header.name, header.spec, found) == ("tiny", TINY, digest)
    assert json.loads(path.with_suffix(".json").read_text())["digest"] == digest
    assert torch.equal(rebuild(path, weights, header).fine[0].weight, weights["fine.0.weight"])


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "missing"])
def test_damaged_file_is_refused_by_name(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "tiny.safetensors"
    _write(path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"not a model" if damage == "text" else b"")

    with pytest.raises(UnusableInputError, match=r"tiny\.safetensors"):
        load_predictor(str(path), "cpu")


def test_foreign_safetensors_is_refused(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    path = tmp_path / "foreign.safetensors"
    save_file({"weight": torch.zeros(3)}, path)

    with pytest.raises(UnusableInputError, match="not written by this program"):
        load_predictor(str(path), "cpu")


def test_weights_of_another_shape_or_not_finite_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.safetensors"
    weights = OwnerNet(TINY).state_dict()
    write_checkpoint(path, weights, WeightsHeader("tiny", NetworkSpec(), 4.0, "exclusive"))
    with pytest.raises(UnusableInputError, match="does not fit"):
        load_predictor(str(path), "cpu")

    weights["fine.0.weight"][0, 0, 0, 0] = float("nan")
    write_checkpoint(path, weights, WeightsHeader("tiny", TINY, 4.0, "exclusive"))
    with pytest.raises(UnusableInputError, match="not finite"):
        load_predictor(str(path), "cpu")


def test_independent_masks_are_refused_for_people(tmp_path: Path) -> None:
    path = tmp_path / "tiny.safetensors"
    _write(path, "independent")

    with pytest.raises(UnusableInputError, match="two owners"):
        load_predictor(str(path), "cpu")


def test_digest_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "tiny.safetensors"

    assert _write(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert load_predictor(str(path), "cpu").digest == hashlib.sha256(path.read_bytes()).hexdigest()
