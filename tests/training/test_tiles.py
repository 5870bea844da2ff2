"""Rendered tiles and released labels train alike."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.training.drawn import drawn_tile
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.png import write_grey_png, write_palette_png
from veerdesk.training.tiles import TILE_COLS, TILE_ROWS, ReleasedTiles, RenderedTiles, open_tiles


def write_release(folder: Path, samples: list[tuple[NDArray[np.uint8], NDArray[np.uint8], dict[str, object]]]) -> None:
    (folder / "images").mkdir(parents=True)
    (folder / "labels").mkdir()
    entries = []
    for k, (image, label, more) in enumerate(samples):
        rows, cols = image.shape
        write_grey_png(folder / "images" / f"s{k}.png", [image], cols, rows)
        write_palette_png(folder / "labels" / f"s{k}.png", [label], cols, rows, tuple((i, i, i) for i in range(256)))
        entries.append({"name": f"s{k}", "well": f"w{k}", "stroke_px": 4.0, "exchanged": False, **more})
    (folder / "manifest.json").write_text(json.dumps({"samples": entries}))
    (folder / "splits.json").write_text(json.dumps({"train": ["w0"], "validation": ["w1"]}))


def write_rendered(folder: Path, counts: tuple[int, ...] = (3, 2)) -> None:
    folder.mkdir(parents=True)
    shards = []
    for k, count in enumerate(counts):
        tiles = [drawn_tile(10 * k + i) for i in range(count)]
        np.save(folder / f"images-{k:03d}.npy", np.stack([t[0] for t in tiles]))
        np.save(folder / f"labels-{k:03d}.npy", np.stack([t[1] for t in tiles]))
        shards.append({"name": f"{k:03d}", "count": count, "sha256": f"{k}"})
    (folder / "tiles.json").write_text(json.dumps({"stroke_px": 4.0, "shards": shards}))


def test_shards_are_one_row_of_tiles(tmp_path: Path) -> None:
    write_rendered(tmp_path / "t")

    images, labels = RenderedTiles(tmp_path / "t").take(np.array([0, 2, 3, 4]))

    for at, seed in enumerate((0, 2, 10, 11)):
        assert np.array_equal(images[at], drawn_tile(seed)[0])
        assert np.array_equal(labels[at], drawn_tile(seed)[1])


def test_tiles_of_two_sizes_are_refused_with_both_sizes_and_the_remedy(tmp_path: Path) -> None:
    image, label = drawn_tile(1, 128, 96)
    write_rendered(tmp_path / "t")
    write_release(tmp_path / "r", [(image, label, {})])

    with pytest.raises(UnusableInputError, match=f"{TILE_ROWS} x {TILE_COLS} px") as refused:
        open_tiles([tmp_path / "t", tmp_path / "r"], 4.0)

    assert str(tmp_path / "r") in str(refused.value)
    assert "one size" in refused.value.remedy


def test_released_labels_come_in_canonical_order_at_the_networks_scale(tmp_path: Path) -> None:
    image, label = drawn_tile(1, 128, 96)
    stated = np.array([0, 2, 1], np.uint8)[label]
    write_release(tmp_path / "r", [(image, stated, {"exchanged": True}), (image, label, {})])

    tiles = ReleasedTiles(tmp_path / "r", 4.0)
    images, labels = tiles.take(np.array([0]))

    assert len(tiles) == 1
    assert images.shape == labels.shape == (1, TILE_ROWS, TILE_COLS)
    assert np.array_equal(labels[0, :128, :96], label)
    assert (labels[0, 128:] == 255).all()


def test_released_labels_are_reduced_to_the_stroke_width(tmp_path: Path) -> None:
    image, label = drawn_tile(1, 128, 96)
    write_release(tmp_path / "r", [(image, label, {"stroke_px": 8.0})])

    images, labels = ReleasedTiles(tmp_path / "r", 4.0).take(np.array([0]))

    assert (labels[0, 64:] == 255).all()
    assert set(np.unique(labels[0, :64, :48])) <= {0, 1, 2}
    assert (images[0, :64, :48] < 255).any()


def test_release_with_nothing_reviewed_is_refused(tmp_path: Path) -> None:
    image, label = drawn_tile(1)
    write_release(tmp_path / "r", [(image, np.full_like(label, 255), {})])

    with pytest.raises(UnusableInputError, match="no reviewed pixel"):
        ReleasedTiles(tmp_path / "r", 4.0)


def test_both_kinds_stand_in_one_row_and_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    write_rendered(tmp_path / "t", (2,))
    joined = open_tiles([tmp_path / "t", tmp_path / "t"], 4.0)

    assert len(joined) == 4
    assert joined.take(np.array([1, 2]))[0].shape == (2, 64, 64)
    with pytest.raises(UnusableInputError, match="neither"):
        open_tiles([tmp_path], 4.0)
    with pytest.raises(UnusableInputError, match="strokes"):
        open_tiles([tmp_path / "t"], 3.0)
