"""Training tiles: the size, scale and labels the network is promised."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from veerdesk.synth.tiles import draw_tiles, main


def test_tiles_are_deterministic_and_of_the_asked_size() -> None:
    first, second = draw_tiles(3, 6, height=192, width=128), draw_tiles(3, 6, height=192, width=128)

    assert first.images.shape == first.labels.shape == (6, 192, 128)
    assert np.array_equal(first.images, second.images)
    assert np.array_equal(first.labels, second.labels)


def test_tile_labels_hold_the_three_classes_and_doubt_only() -> None:
    batch = draw_tiles(1, 24)

    assert set(np.unique(batch.labels)) == {0, 1, 2, 255}


def test_labelled_pixels_are_darker_than_paper() -> None:
    batch = draw_tiles(2, 24)

    owned = (batch.labels == 1) | (batch.labels == 2)
    assert np.median(batch.images[owned]) < 100
    assert np.median(batch.images[batch.labels == 0]) == 255


def test_strokes_are_near_the_asked_width() -> None:
    widths = []
    for label in draw_tiles(7, 40, stroke_px=4.0).labels:
        runs = (label == 1).sum(axis=1)
        if (runs > 0).sum() > 150:
            widths.append(np.percentile(runs[runs > 0], 30))

    assert 3.0 < np.median(widths) < 5.5


def test_the_folder_is_readable_and_names_its_shards(tmp_path: Path) -> None:
    code = main(["--count", "5", "--seed", "2", "--out", str(tmp_path), "--height", "128", "--width", "96"])

    about = json.loads((tmp_path / "tiles.json").read_text())
    images = np.load(tmp_path / f"images-{about['shards'][0]['name']}.npy", mmap_mode="r")
    labels = np.load(tmp_path / f"labels-{about['shards'][0]['name']}.npy", mmap_mode="r")
    assert code == 0
    assert about["count"] == len(images) == len(labels) == 5
    assert images.shape[1:] == (128, 96)
