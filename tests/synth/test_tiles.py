"""Training tiles: the size, scale and labels the network is promised."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from veerdesk.synth.tiles import TileBatch, draw_tiles, main


def test_tiles_are_deterministic_and_of_the_asked_size() -> None:
    first, second = draw_tiles(3, 3, height=192, width=128), draw_tiles(3, 3, height=192, width=128)

    assert first.images.shape == first.labels.shape == (3, 192, 128)
    assert np.array_equal(first.images, second.images)
    assert np.array_equal(first.labels, second.labels)


@pytest.fixture(scope="module")
def batch() -> TileBatch:
    """Eighteen tiles, drawn once."""
    return draw_tiles(1, 18)


def test_tile_labels_hold_the_three_classes_and_doubt_only(batch: TileBatch) -> None:
    assert set(np.unique(batch.labels)) == {0, 1, 2, 255}


def test_labelled_pixels_are_darker_than_paper(batch: TileBatch) -> None:
    owned = (batch.labels == 1) | (batch.labels == 2)

    assert np.median(batch.images[owned]) < 100
    assert np.median(batch.images[batch.labels == 0]) > 230


def test_strokes_are_near_the_asked_width(batch: TileBatch) -> None:
    widths = []
    for label in batch.labels:
        runs = (label == 1).sum(axis=1)
        if (runs > 0).sum() > 150:
            widths.append(np.percentile(runs[runs > 0], 30))

    assert 2.5 < np.median(widths) < 6.0


def test_the_folder_is_readable_and_names_its_shards(tmp_path: Path) -> None:
    code = main(["--count", "2", "--seed", "2", "--out", str(tmp_path), "--height", "128", "--width", "96"])

    about = json.loads((tmp_path / "tiles.json").read_text())
    images = np.load(tmp_path / f"images-{about['shards'][0]['name']}.npy", mmap_mode="r")
    labels = np.load(tmp_path / f"labels-{about['shards'][0]['name']}.npy", mmap_mode="r")
    assert code == 0
    assert about["count"] == len(images) == len(labels) == 2
    assert images.shape[1:] == (128, 96)
