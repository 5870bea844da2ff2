"""Reduced copies that keep ink."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.imaging.pyramid import PyramidView, PyramidWriter, darkest_of_four, lay_out, level_shapes, pyramid_bytes
from veerdesk.rows import RowSpan

SIZES = st.tuples(st.integers(1, 70), st.integers(1, 70))


def written(folder: Path, pixels: np.ndarray, strip: int = 1024) -> PyramidView:
    kind = {"width": pixels.shape[1], "height": pixels.shape[0], "has_colour": pixels.ndim == 3}
    lay_out(folder, **kind)
    with PyramidWriter(folder, **kind) as writer:
        for top in range(0, len(pixels), strip):
            writer.append(pixels[top : top + strip])
    return PyramidView(folder, **kind)


def darkest(pixels: np.ndarray, level: int, rows: RowSpan, cols: tuple[int, int]) -> np.ndarray:
    """Brute force: the least of each block of 2**level pixels; outside is paper."""
    side = 2**level
    out = np.full((rows.rows, cols[1] - cols[0]), 255, np.uint8)
    for i, row in enumerate(range(rows.start, rows.stop)):
        for j, col in enumerate(range(cols[0], cols[1])):
            if row >= 0 and col >= 0:
                block = pixels[row * side : (row + 1) * side, col * side : (col + 1) * side]
                out[i, j] = block.min() if block.size else 255
    return out


@settings(deadline=None, max_examples=60)
@given(size=SIZES, seed=st.integers(0, 2**32 - 1))
def test_each_reduced_pixel_is_the_darkest_of_its_four(size: tuple[int, int], seed: int) -> None:
    block = np.random.default_rng(seed).integers(0, 256, size, np.uint8)

    small = darkest_of_four(block)

    whole = RowSpan(0, (size[0] + 1) // 2), (0, (size[1] + 1) // 2)
    assert np.array_equal(small, darkest(block, 1, *whole))


@pytest.fixture(scope="module")
def tall(tmp_path_factory: pytest.TempPathFactory) -> tuple[np.ndarray, PyramidView]:
    pixels = np.random.default_rng(7).integers(0, 256, (8_611, 61), np.uint8)
    return pixels, written(tmp_path_factory.mktemp("tall"), pixels, strip=384)


@settings(deadline=None, max_examples=60)
@given(
    level=st.integers(0, 3),
    top=st.integers(-40, 9_000),
    high=st.integers(0, 60),
    left=st.integers(-20, 80),
    wide=st.integers(0, 40),
)
def test_windows_of_every_level_equal_brute_force(
    tall: tuple[np.ndarray, PyramidView], level: int, top: int, high: int, left: int, wide: int
) -> None:
    pixels, view = tall
    rows, cols = RowSpan(top >> level, (top >> level) + high), (left, left + wide)

    window = view.grey(level, rows, cols, ready=len(pixels))

    assert np.array_equal(window, darkest(pixels, level, rows, cols))


def test_rows_that_are_not_ready_are_paper(tall: tuple[np.ndarray, PyramidView]) -> None:
    pixels, view = tall

    window = view.grey(1, RowSpan(60, 70), (0, 30), ready=128)

    assert np.array_equal(window[:4], darkest(pixels, 1, RowSpan(60, 64), (0, 30)))
    assert (window[4:] == 255).all()


def test_a_window_inside_is_a_view_that_cannot_be_written(tall: tuple[np.ndarray, PyramidView]) -> None:
    pixels, view = tall

    window = view.grey(0, RowSpan(10, 20), (5, 25), ready=len(pixels))

    assert window.base is not None
    assert not window.flags.writeable
    assert type(window) is np.ndarray


def test_colour_levels_show_the_darkest_pixels_own_colour(tmp_path: Path) -> None:
    rgb = np.full((2_600, 8, 3), 255, np.uint8)
    rgb[100, 3] = (200, 0, 0)
    rgb[101, 2] = (120, 255, 120)

    view = written(tmp_path, rgb)

    assert view.rgb(1, RowSpan(50, 51), (1, 2), ready=2_600).tolist() == [[[200, 0, 0]]]
    grey = view.grey(0, RowSpan(0, 2_600), (0, 8), ready=2_600)
    assert np.array_equal(grey, rgb.min(axis=2)), "a coloured stroke is as dark as its darkest channel"
    assert np.array_equal(view.rgb(0, RowSpan(90, 110), (0, 8), ready=2_600), rgb[90:110])


def test_a_strip_after_an_odd_one_is_refused(tmp_path: Path) -> None:
    lay_out(tmp_path, width=4, height=300, has_colour=False)
    with PyramidWriter(tmp_path, width=4, height=300, has_colour=False) as writer:
        writer.append(np.zeros((100, 4), np.uint8))

        with pytest.raises(ValueError, match="odd height"):
            writer.append(np.zeros((100, 4), np.uint8))


def test_the_bytes_foretold_are_the_bytes_on_disk(tmp_path: Path) -> None:
    lay_out(tmp_path, width=37, height=9_001, has_colour=True)

    assert sum(f.stat().st_size for f in tmp_path.iterdir()) == pyramid_bytes(37, 9_001, bytes_per_pixel=4)


def test_the_tallest_log_ends_at_about_a_screen() -> None:
    shapes = level_shapes(3_500, 250_000)

    assert len(shapes) == 8
    assert shapes[-1] == (1_954, 28)
