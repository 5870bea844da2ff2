"""What a screen pixel shows: thin ink and thin curves are never lost, at any zoom."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from veerdesk.desktop.canvas import tiles
from veerdesk.desktop.canvas.layers import DeviceBox, class_pixels, device_box, edges, level_for
from veerdesk.desktop.canvas.look import Look
from veerdesk.desktop.canvas.pooled import PooledClasses, pooled
from veerdesk.rows import RowSpan

LEVELS = 8


def _reader(plane: NDArray[np.uint8]) -> PooledClasses:
    def read(rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        out = np.zeros((rows.rows, cols[1] - cols[0]), np.uint8)
        r0, r1 = max(0, rows.start), min(plane.shape[0], rows.stop)
        c0, c1 = max(0, cols[0]), min(plane.shape[1], cols[1])
        if r1 > r0 and c1 > c0:
            out[r0 - rows.start : r1 - rows.start, c0 - cols[0] : c1 - cols[0]] = plane[r0:r1, c0:c1]
        return out

    return PooledClasses(read, (0, plane.shape[1]))


@settings(deadline=None, max_examples=25)
@given(st.floats(0.01, 8.0), st.integers(0, 1199), st.integers(0, 299))
def test_a_single_pixel_of_a_curve_is_shown_at_every_scale(scale: float, row: int, col: int) -> None:
    plane = np.zeros((1200, 300), np.uint8)
    plane[row, col] = 2
    box = device_box(RowSpan(0, 1200), (0, 300), scale)
    middle = int((row + 0.5) * scale), int((col + 0.5) * scale)

    shown = class_pixels(_reader(plane).read, scale, LEVELS, DeviceBox(0, min(box.y1, 10_000), 0, box.x1))

    assert shown[middle] == 2
    assert (shown > 0).sum() <= max(9, (scale + 1) ** 2)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 6), st.integers(0, 2**32 - 1))
def test_reduced_classes_follow_an_edit_exactly(level: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    plane = (rng.random((2500, 200)) > 0.999).astype(np.uint8)
    reduced = _reader(plane)
    factor = 2**level
    rows, cols = RowSpan(0, 2048 // factor), (0, 128 // factor)
    reduced.read(level, rows, cols)
    row0 = int(rng.integers(0, 2000))

    plane[row0 : row0 + 30, 20:90] = 2 - plane[row0 : row0 + 30, 20:90]
    reduced.forget(RowSpan(row0, row0 + 30))

    assert np.array_equal(reduced.read(level, rows, cols), pooled(plane[:2048, :128], factor))


def test_levels_are_read_between_half_and_full_size() -> None:
    for scale in (0.9, 0.5, 0.3, 0.11, 0.02):
        level, ratio = level_for(scale, LEVELS)

        assert 0.5 < ratio <= 1.0
        assert ratio == scale * 2**level


def test_edges_are_where_one_class_meets_another() -> None:
    classes = np.zeros((9, 9), np.uint8)
    classes[2:7, 2:7] = 1

    rim = edges(classes)

    assert rim.shape == (7, 7)
    assert (rim & (classes[1:-1, 1:-1] == 1)).sum() == 16
    assert not rim[2:5, 2:5].any()


def test_tiles_are_drawn_while_what_draws_them_faster_is_still_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    half_loaded = ModuleType("veerdesk.desktop.canvas.composed")
    monkeypatch.setitem(sys.modules, half_loaded.__name__, half_loaded)
    grey = np.zeros((4, 4), np.uint8)

    assert tiles.TileCache()._compiled(grey, Look(), 1.0) is None
