"""The stroke width comes from the curves, not from the grid."""

from __future__ import annotations

import numpy as np
import pytest

from tests.segmentation.test_segment import reader
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.rows import RowSpan


def _track(stroke: int, grid: int, *, dashes: bool = False) -> np.ndarray:
    scan = np.full((1500, 500), 255, np.uint8)
    for col in range(20, 500, 46):
        scan[:, col : col + grid] = 0
    for row in range(0, 1500, 60):
        scan[row : row + grid] = 0
    rows = np.arange(1500)
    for base in (150, 330):
        cols = base + 60 * np.sin(rows / 90 + base) + 8 * np.sin(rows / 17)
        points = np.stack([cols, rows], 1).round().astype(np.int32)
        for start in range(0, 1499, 40 if dashes else 1500):
            cv2.polylines(scan, [points[start : start + (25 if dashes else 1500)]], False, 0, stroke)
    return scan


@pytest.mark.parametrize(("stroke", "grid"), [(3, 1), (5, 2), (7, 4), (9, 1), (13, 5)])
@pytest.mark.parametrize("dashes", [False, True])
def test_measured_width_is_that_of_the_strokes(stroke: int, grid: int, dashes: bool) -> None:
    scan = _track(stroke, grid, dashes=dashes)
    geometry = TrackGeometry(RowSpan(0, 1500), ((0.0, 20.0),), ((0.0, 480.0),))

    measured = measure_stroke_px(reader(scan), geometry)

    assert 0.75 * stroke <= measured <= 1.6 * stroke + 0.5


def test_empty_track_gets_the_usual_width() -> None:
    geometry = TrackGeometry(RowSpan(0, 800), ((0.0, 20.0),), ((0.0, 480.0),))

    assert measure_stroke_px(reader(np.full((800, 500), 255, np.uint8)), geometry) == pytest.approx(6.44)


def test_the_dots_of_a_fine_log_grid_are_no_stroke() -> None:
    rows, cols = 900, 420
    grey = np.full((rows, cols), 255, np.uint8)
    for line in range(20, 400, 9):
        grey[::3, line] = 0
    for row in range(rows):
        start = round(200 + 60 * np.sin(row / 40))
        grey[row, start : start + 7] = 0
    geometry = TrackGeometry(RowSpan(0, rows), ((0.0, 10.0),), ((0.0, 410.0),))

    def read(span: RowSpan, window: tuple[int, int]) -> np.ndarray:
        out = np.full((span.rows, window[1] - window[0]), 255, np.uint8)
        left, right = max(0, window[0]), min(cols, window[1])
        top, bottom = max(0, span.start), min(rows, span.stop)
        out[top - span.start : bottom - span.start, left - window[0] : right - window[0]] = grey[top:bottom, left:right]
        return out

    across_its_steepest = 7 / np.hypot(1.0, 60 / 40)

    assert across_its_steepest <= measure_stroke_px(read, geometry) <= 7 * 1.43
