"""`train` leaves a checkpoint with its card, and `evaluate` prints its scores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training.drawn import drawn_tile
from tests.training.test_tiles import write_rendered
from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.imaging.png import write_grey_png, write_palette_png
from veerdesk.model.checkpoint import read_checkpoint
from veerdesk.model.predictor import load_predictor
from veerdesk.training.command import TrainingOptions, train
from veerdesk.training.evaluate import evaluate


def write_window(folder: Path, seed: int = 4) -> None:
    folder.mkdir(parents=True)
    image, label = drawn_tile(seed, 160, 96)
    write_grey_png(folder / "scan.png", [image], 96, 160)
    write_palette_png(folder / "label.png", [label], 96, 160, tuple((i, i, i) for i in range(256)))
    lines = ["row,x1,x1min,x1max,f1,x2,x2min,x2max,f2"]
    for row in range(160):
        cols = [np.flatnonzero(label[row] == cls) for cls in (1, 2)]
        x1, x2 = (f"{c.mean():.1f}" if len(c) else "" for c in cols)
        lines.append(f"{row},{x1},,,,{x2},,,")
    (folder / "truth.csv").write_text("\n".join(lines))
    sides = {"left_top": 4.0, "left_bottom": 4.0, "right_top": 92.0, "right_bottom": 92.0}
    (folder / "meta.json").write_text(json.dumps({**sides, "crossing_rows": [80]}))


def test_trained_model_has_a_card_and_can_be_loaded_and_scored(tmp_path: Path) -> None:
    write_rendered(tmp_path / "t", (8,))
    write_window(tmp_path / "windows" / "a")
    out = tmp_path / "small.safetensors"
    lines: list[dict[str, object]] = []

    card = train([tmp_path / "t"], out, TrainingOptions(steps=2, batch=2, device="cpu"), report=lines.append)
    figures = evaluate(str(out), tmp_path / "windows", device="cpu")

    on_disk = json.loads(out.with_suffix(".json").read_text())
    assert on_disk["digest"] == load_predictor(str(out), "cpu").digest == figures["digest"]
    assert card["steps"] == 2
    assert card["tiles_seen"] == 4
    assert lines[-1]["step"] == 2
    assert {"f1_1", "f1_2", "crossing_f1_1", "rows_within_1_median", "double_claimed"} <= set(figures)
    assert figures["double_claimed"] == 0.0
    assert not list(tmp_path.glob("*.state"))


def test_training_goes_on_from_a_smaller_network_and_its_file_says_its_shape(tmp_path: Path) -> None:
    write_rendered(tmp_path / "t", (8,))
    small, large = tmp_path / "small.safetensors", tmp_path / "large.safetensors"
    train([tmp_path / "t"], small, TrainingOptions(steps=1, batch=2, device="cpu"), report=lambda _: None)

    def goes_on(out: Path, **more: Any) -> None:
        options = TrainingOptions(steps=1, batch=2, device="cpu", **more)
        train([tmp_path / "t"], out, options, report=lambda _: None)

    goes_on(large, start=small, reach=(1, 2, 4, 8, 16, 2))
    goes_on(tmp_path / "same.safetensors", start=large)

    runs = json.loads((tmp_path / "same.json").read_text())["runs"]
    assert [run["name"] for run in runs] == ["small", "large"]
    assert runs[1]["digest"] == read_checkpoint(large)[2]
    stranger = json.loads((tmp_path / "large.json").read_text()) | {"digest": "0" * 64}
    (tmp_path / "large.json").write_text(json.dumps(stranger))
    goes_on(tmp_path / "unknown.safetensors", start=large)
    assert (
        json.loads((tmp_path / "unknown.json").read_text())["runs"] == []
    )  # another's card tells nothing of these weights
    for name in ("large", "same"):
        assert read_checkpoint(tmp_path / f"{name}.safetensors")[1].spec.reach == (1, 2, 4, 8, 16, 2)
    with pytest.raises(UnusableInputError, match="another network"):
        goes_on(tmp_path / "other.safetensors", start=large, reach=(1, 2))


def test_stopped_training_goes_on_where_it_was(tmp_path: Path) -> None:
    write_rendered(tmp_path / "t", (8,))
    out = tmp_path / "small.safetensors"
    options = TrainingOptions(steps=3, batch=2, device="cpu")

    with pytest.raises(InterruptedWorkError):
        train([tmp_path / "t"], out, options, report=lambda _: None, is_cancelled=lambda: True)
    lines: list[dict[str, object]] = []
    train([tmp_path / "t"], out, options, report=lines.append)

    assert lines[-1]["step"] == 3
    assert lines[-1]["tiles"] == 6


def test_independent_training_writes_what_people_may_not_use(tmp_path: Path) -> None:
    write_rendered(tmp_path / "t", (4,))
    out = tmp_path / "small.safetensors"
    train([tmp_path / "t"], out, TrainingOptions(steps=1, batch=2, target="independent", device="cpu"), report=lambda _: None)  # fmt: skip
    write_window(tmp_path / "windows" / "a")

    with pytest.raises(UnusableInputError, match="two owners"):
        load_predictor(str(out), "cpu")
    assert evaluate(str(out), tmp_path / "windows", device="cpu")["target"] == "independent"


def test_folder_without_windows_is_refused(tmp_path: Path) -> None:
    write_rendered(tmp_path / "t", (4,))
    out = tmp_path / "small.safetensors"
    train([tmp_path / "t"], out, TrainingOptions(steps=1, batch=2, device="cpu"), report=lambda _: None)

    with pytest.raises(UnusableInputError, match="no windows"):
        evaluate(str(out), tmp_path, device="cpu")
