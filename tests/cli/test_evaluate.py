"""`veerdesk evaluate`: one board for people, one document for scripts, and no model learns of a folder that holds nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from veerdesk.model.checkpoint import WeightsHeader, write_checkpoint
from veerdesk.model.network import NetworkSpec, OwnerNet
from veerdesk.synth.command import render_set

Veerdesk = Callable[..., tuple[int, str, str]]
TINY = NetworkSpec(widths=(8, 8, 16, 16), reach=(1, 2), fine=8)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A small untrained model."""
    torch.manual_seed(3)
    path = tmp_path / "tiny.safetensors"
    write_checkpoint(path, OwnerNet(TINY).state_dict(), WeightsHeader("tiny", TINY, 4.0, "exclusive"), {})
    return path


def test_the_board_is_told_overall_and_by_style_dpi_and_look(tiny: Path, tmp_path: Path, veerdesk: Veerdesk) -> None:
    render_set(2, 5, tmp_path / "windows", rows=240)

    code, out, _ = veerdesk("evaluate", tiny, tmp_path / "windows", "--device", "cpu", "--json")

    board = json.loads(out)
    assert code == 0
    assert (board["model"], board["windows"]) == ("tiny", 2)
    assert {"overall", "by_style", "by_dpi", "by_look", "by_window"} <= set(board)
    assert "not stated" not in {*board["by_style"], *board["by_dpi"], *board["by_look"]}
    line = next(iter(board["overall"].values()))
    assert set(line) == {"median", "p95", "worst", "mean", "low", "high", "windows"}

    code, out, _ = veerdesk("evaluate", tiny, tmp_path / "windows", "--device", "cpu")

    assert code == 0
    assert "value_within_1" in out
    assert "by look" in out


def test_scores_are_kept_in_the_card_of_the_weights_they_are_of(tiny: Path, tmp_path: Path, veerdesk: Veerdesk) -> None:
    render_set(1, 5, tmp_path / "windows", rows=240)
    score = ("evaluate", tiny, tmp_path / "windows", "--device", "cpu", "--json", "--save")

    code, out, _ = veerdesk(*score)
    again, _, _ = veerdesk(*score, "rendered, by hand")

    board, card = json.loads(out), json.loads(tiny.with_suffix(".json").read_text())
    assert (code, again) == (0, 0)
    assert list(card["scores"]) == ["windows", "rendered, by hand"]
    assert card["scores"]["windows"]["overall"] == board["overall"] == card["scores"]["rendered, by hand"]["overall"]
    assert "by_window" not in card["scores"]["windows"]

    tiny.with_suffix(".json").write_text(json.dumps({**card, "digest": "0" * 64}))
    code, out, _ = veerdesk(*score)

    assert code == 3
    assert "not the card of tiny.safetensors" in json.loads(out)["error"]["message"]


def test_a_folder_without_windows_is_exit_3(tiny: Path, tmp_path: Path, veerdesk: Veerdesk) -> None:
    code, out, err = veerdesk("evaluate", tiny, tmp_path)

    assert (code, out) == (3, "")
    assert "holds no windows" in err


def test_a_model_that_is_not_there_is_exit_3(tmp_path: Path, veerdesk: Veerdesk) -> None:
    code, _, err = veerdesk("evaluate", tmp_path / "none.safetensors", tmp_path)

    assert code == 3
    assert "none.safetensors" in err
