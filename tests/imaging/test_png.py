"""PNG files written strip by strip."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.png import read_classes, write_grey_png, write_palette_png, write_rgb_png

PALETTE = [(255, 255, 255), (230, 159, 0), (0, 114, 178)]


@settings(deadline=None, max_examples=40)
@given(
    classes=hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(0, 2)),
    cut=st.integers(0, 40),
)
def test_a_label_map_comes_back_as_it_was_written(
    classes: np.ndarray, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("png") / "track.labels.png"
    height, width = classes.shape

    write_palette_png(path, [classes[:cut], classes[cut:]], width, height, PALETTE)

    assert np.array_equal(read_classes(path), classes)
    with Image.open(path) as picture:
        assert picture.mode == "P"
        assert picture.getpalette()[:9] == [part for colour in PALETTE for part in colour]


def test_grey_and_colour_pictures_are_read_by_others(tmp_path: Path) -> None:
    grey = np.arange(35, dtype=np.uint8).reshape(5, 7) * 7
    rgb = np.stack([grey, grey + 1, grey + 2], axis=2)

    write_grey_png(tmp_path / "g.png", [grey[:2], grey[2:]], 7, 5)
    write_rgb_png(tmp_path / "c.png", [rgb], 7, 5)

    with Image.open(tmp_path / "g.png") as g, Image.open(tmp_path / "c.png") as c:
        assert np.array_equal(np.asarray(g), grey)
        assert np.array_equal(np.asarray(c), rgb)


def test_a_picture_cut_off_while_writing_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "track.labels.png"
    old = np.ones((3, 4), np.uint8)
    write_palette_png(path, [old], 4, 3, PALETTE)

    with pytest.raises(ValueError, match="hold 2 rows"):
        write_palette_png(path, [old[:2]], 4, 3, PALETTE)

    assert np.array_equal(read_classes(path), old)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_tall_picture_is_written_in_little_memory(tmp_path: Path) -> None:
    strip = np.random.default_rng(1).integers(0, 3, (500, 400), np.uint8)

    tracemalloc.start()
    write_palette_png(tmp_path / "tall.png", (strip for _ in range(100)), 400, 50_000, PALETTE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 4_000_000  # the picture itself is 20 MB


def test_a_label_map_larger_than_other_readers_allow_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    path = tmp_path / "large.png"
    classes = np.zeros((100, 100), np.uint8)
    write_palette_png(path, [classes], 100, 100, PALETTE)

    assert np.array_equal(read_classes(path), classes)


def test_what_is_no_label_map_is_refused_by_name(tmp_path: Path) -> None:
    colour, cut, text = tmp_path / "colour.png", tmp_path / "cut.png", tmp_path / "text.png"
    write_rgb_png(colour, [np.zeros((3, 3, 3), np.uint8)], 3, 3)
    noise = np.random.default_rng(0).integers(0, 255, (90, 90), np.uint8)
    write_grey_png(cut, [noise], 90, 90)
    cut.write_bytes(cut.read_bytes()[:2000])
    text.write_text("not a picture")

    for path in (colour, cut, text, tmp_path / "missing.png"):
        with pytest.raises(UnusableInputError, match=path.name):
            read_classes(path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "x.png"

    with pytest.raises(UnusableInputError, match=r"x\.png could not be written"):
        write_grey_png(path, [np.zeros((1, 1), np.uint8)], 1, 1)
