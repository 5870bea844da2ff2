"""Counts of a track's ink by width: every pixel once, and the same picture at any resolution."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.segmentation.test_segment import reader
from veerdesk.errors import UnusableInputError
from veerdesk.imaging import stroke_net
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.imaging.stroke_counts import STEPS, STEPS_AN_OCTAVE, WAYS, count_strokes, step_of
from veerdesk.imaging.stroke_net import shipped_stroke_net, stroke_file
from veerdesk.rows import RowSpan

GEOMETRY = TrackGeometry(RowSpan(0, 300), ((0.0, 0.0),), ((0.0, 119.0),))


def _counted(ink: np.ndarray, geometry: TrackGeometry = GEOMETRY) -> np.ndarray:
    return count_strokes(reader(np.where(ink, 0, 255).astype(np.uint8)), geometry)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.0, 0.6))
def test_every_pixel_of_ink_is_counted_once_each_way(seed: int, share: float) -> None:
    ink = np.random.default_rng(seed).random((300, 120)) < share

    counts = _counted(ink)

    assert counts.shape == (WAYS, STEPS)
    assert (counts >= 0).all()
    np.testing.assert_allclose(counts[:3].sum(axis=1), ink.sum())
    assert counts[4].sum() <= counts[3].sum() <= ink.sum() + 1e-6
    assert counts[5].sum() <= counts[2].sum() + 1e-6


@pytest.mark.parametrize("width", [3, 6, 12, 24])
def test_a_bar_counts_at_its_width(width: int) -> None:
    ink = np.zeros((300, 120), np.bool_)
    ink[:, 40 : 40 + width] = True

    counts = _counted(ink)

    for way in (0, 2, 3, 4):  # along the row, the shorter of both, going on, standing still
        mean = (counts[way] * np.arange(STEPS)).sum() / counts[way].sum()
        assert mean == pytest.approx(float(step_of(width)), abs=0.01)
    assert step_of(2.0 * width) - step_of(float(width)) == STEPS_AN_OCTAVE


def test_a_stroke_that_leans_does_not_stand_still() -> None:
    rows = np.arange(300)
    ink = np.zeros((300, 120), np.bool_)
    for row in rows:
        ink[row, 10 + row // 3 : 15 + row // 3] = True

    counts = _counted(ink)

    assert counts[3].sum() > 0.9 * ink.sum()
    assert counts[4].sum() < 0.1 * ink.sum()


@pytest.mark.parametrize("pen", [2, 4])
def test_without_straight_lines_what_is_left_is_the_curve(pen: int) -> None:
    grid = np.zeros((300, 120), np.bool_)
    grid[:, ::20] = grid[::15] = True
    curve = np.zeros((300, 120), np.bool_)
    for row in range(300):
        start = round(55 + 40 * np.sin(row / 60))
        curve[row, start : start + pen] = True

    bare, drawn = _counted(grid)[5], _counted(grid | curve)[5]
    at_pen = np.abs(np.arange(STEPS) - float(step_of(pen))) < 1.5

    assert bare.sum() < 0.05 * grid.sum()
    assert drawn.sum() > 0.5 * curve.sum()
    assert drawn[at_pen].sum() > 0.6 * drawn.sum()


@pytest.mark.parametrize("factor", [2, 3])
def test_a_scan_at_more_px_is_measured_as_many_times_as_wide(factor: int) -> None:
    ink = np.zeros((300, 120), np.bool_)
    for row in range(300):
        start = round(55 + 30 * np.sin(row / 35))
        ink[row, start : start + 5] = True
    large = np.kron(ink, np.ones((factor, factor), np.bool_))
    geometry = TrackGeometry(RowSpan(0, 300 * factor), ((0.0, 0.0),), ((0.0, 120.0 * factor - 1),))

    once, more = (
        measure_stroke_px(reader(np.where(plane, 0, 255).astype(np.uint8)), g)
        for plane, g in ((ink, GEOMETRY), (large, geometry))
    )

    assert more / once == pytest.approx(factor, rel=0.25)


@pytest.mark.parametrize("data", [b"", b"not a safetensors file"])
def test_damaged_numbers_are_named_with_their_remedy(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / stroke_file().name
    path.write_bytes(data)
    monkeypatch.setattr(stroke_net, "stroke_file", lambda: path)
    shipped_stroke_net.cache_clear()
    try:
        with pytest.raises(UnusableInputError, match=r"stroke-width\.safetensors is damaged"):
            shipped_stroke_net()
    finally:
        shipped_stroke_net.cache_clear()
