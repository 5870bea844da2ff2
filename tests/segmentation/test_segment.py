"""A track's answer depends on the scan and the track alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.straighten import straight_window
from veerdesk.rows import RowSpan
from veerdesk.segmentation.decide import decided
from veerdesk.segmentation.segment import TrackSegmenter
from veerdesk.segmentation.sight import AS_SEEN, CELL_PX, EXCHANGED, NUMBERS

HEIGHT, WIDTH = 900, 220
GEOMETRY = TrackGeometry(RowSpan(40, 860), ((0.0, 30.0), (899.0, 44.0)), ((0.0, 180.0), (899.0, 195.0)))


class LeftRight:
    """A Predictor that gives ink left of the middle to curve 1 and the rest to curve 2, more surely with more ink."""

    name, digest, device, stroke_px = "left and right", "0" * 64, "cpu", 4.0

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        ink = 1.0 - grey.astype(np.float32) / 255.0
        left = (np.arange(grey.shape[1]) < grey.shape[1] / 2).astype(np.float32)
        one, two = 0.9 * ink * left, 0.9 * ink * (1 - left)
        return np.stack([1 - one - two, one, two]).astype(np.float32)


def drawn_scan() -> NDArray[np.uint8]:
    scan = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for row in range(HEIGHT):
        for base in (70, 150):
            col = int(base + 20 * np.sin(row / 60) + row / 65)
            scan[row, col : col + 6] = 0
    return scan


def reader(scan: NDArray[np.uint8]) -> Callable[[RowSpan, tuple[int, int]], NDArray[np.uint8]]:
    def read(rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        out = np.full((rows.rows, cols[1] - cols[0]), 255, np.uint8)
        top, bottom = max(0, rows.start), min(scan.shape[0], rows.stop)
        left, right = max(0, cols[0]), min(scan.shape[1], cols[1])
        if top < bottom and left < right:
            out[top - rows.start : bottom - rows.start, left - cols[0] : right - cols[0]] = scan[top:bottom, left:right]
        return out

    return read


def segmenter(*, exchanged: bool = False, stroke_px: float = 6.0, geometry: TrackGeometry = GEOMETRY) -> TrackSegmenter:
    return TrackSegmenter(
        read=reader(drawn_scan()), scan_width=WIDTH, geometry=geometry, stroke_px=stroke_px, predictor=LeftRight(),
        exchanged=exchanged,
    )  # fmt: skip


def test_tiles_cover_the_track_once_in_order() -> None:
    tiles = segmenter(stroke_px=1.8).tiles

    assert tiles[0].start == 40
    assert tiles[-1].stop == 860
    assert all(a.stop == b.start for a, b in pairwise(tiles))


def test_same_bytes_whatever_the_order() -> None:
    forwards = segmenter(stroke_px=1.8)
    backwards = segmenter(stroke_px=1.8)

    first = [forwards.run(k) for k in range(len(forwards.tiles))]
    second = {k: backwards.run(k) for k in reversed(range(len(backwards.tiles)))}

    assert len(first) > 2
    for k, band in enumerate(first):
        assert band.col0 == second[k].col0
        for name in ("p1", "p2", "classes"):
            assert getattr(band, name).tobytes() == getattr(second[k], name).tobytes()


@pytest.mark.parametrize("stroke_px", [1.8, 4.0, 6.0, 12.0])
def test_every_stroke_pixel_gets_its_owner_and_nothing_off_ink(stroke_px: float) -> None:
    one = segmenter(stroke_px=stroke_px)
    scan = drawn_scan()

    for k in range(len(one.tiles)):
        band = one.run(k)
        paper = scan[band.rows.start : band.rows.stop, band.col0 : band.col0 + band.p1.shape[1]] == 255
        assert not band.classes[paper].any()
        assert not band.p1[paper].any()
        assert (band.classes[~paper] > 0).mean() > 0.97
        col = np.nonzero(~paper)[1] + band.col0
        assert (band.classes[~paper] == np.where(col < 125, 1, 2)).mean() > 0.9


def test_exchanged_slots_exchange_classes_and_evidence() -> None:
    plain, other = segmenter().run(0), segmenter(exchanged=True).run(0)

    assert np.array_equal(plain.p1, other.p2)
    assert np.array_equal(plain.p2, other.p1)
    assert np.array_equal(other.classes, np.array([0, 2, 1], np.uint8)[plain.classes])


def test_track_beyond_the_scan_keeps_to_the_scan() -> None:
    geometry = TrackGeometry(RowSpan(0, HEIGHT), ((0.0, -20.0),), ((0.0, WIDTH + 30.0),))

    band = segmenter(geometry=geometry).run(0)

    assert band.col0 == 0
    assert band.p1.shape == band.p2.shape == band.classes.shape == (band.rows.rows, WIDTH)


@settings(deadline=None, max_examples=40)
@given(
    left=st.lists(st.integers(0, 60), min_size=2, max_size=5), width=st.integers(30, 120), margin=st.integers(0, 20),
    start=st.integers(-30, 200),
)  # fmt: skip
def test_leaning_is_the_inverse_of_upright(left: list[int], width: int, margin: int, start: int) -> None:
    line = tuple((100.0 * k, float(col)) for k, col in enumerate(left))
    geometry = TrackGeometry(RowSpan(0, 300), line, tuple((r, c + width) for r, c in line))
    window = straight_window(geometry, RowSpan(start, start + 80), margin)
    block = np.random.default_rng(5).integers(1, 255, (80, window.cols[1] - window.cols[0])).astype(np.uint8)

    upright = window.upright(block)
    back = window.leaning(upright)

    assert upright.shape == (80, window.width)
    assert np.array_equal(window.upright(back), upright)
    assert np.array_equal(back[back > 0], block[back > 0])


def test_ties_go_to_curve_one_and_background_needs_more_than_both_curves() -> None:
    p1 = np.array([[64, 64, 63, 0, 127]], np.uint8)
    p2 = np.array([[64, 65, 64, 128, 0]], np.uint8)

    assert decided(p1, p2).tolist() == [[1, 2, 0, 2, 0]]


class Telling(LeftRight):
    """A predictor that tells in each cell how dark its rows are, and which cell it is."""

    def predict_seen(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8] | None]:
        cells = -(-grey.shape[0] // CELL_PX)
        numbers = np.full((cells, NUMBERS), 128, np.uint8)
        numbers[:, 0] = np.arange(cells) + 1
        return self.predict(grey), numbers


@pytest.mark.parametrize(("exchanged", "order"), [(False, AS_SEEN), (True, EXCHANGED)])
def test_a_tile_has_the_cells_whose_middle_lies_in_its_rows(exchanged: bool, order: int) -> None:
    parts = TrackSegmenter(
        read=reader(drawn_scan()), scan_width=WIDTH, geometry=GEOMETRY, stroke_px=6.0, predictor=Telling(),
        exchanged=exchanged,
    )  # fmt: skip

    bands = [parts.run(index) for index in range(len(parts.tiles))]

    at = np.concatenate([band.sight.at for band in bands])
    steps = np.diff(at)
    assert at[0] >= GEOMETRY.rows.start
    assert at[-1] < GEOMETRY.rows.stop
    assert abs(float(np.median(steps)) - CELL_PX / parts.factor) <= 1.0
    assert steps.min() > 0.4 * CELL_PX / parts.factor
    assert steps.max() < 1.7 * CELL_PX / parts.factor
    assert all((band.sight.cells[:, 0] == order).all() for band in bands)
    assert all((np.diff(band.sight.cells[:, 1].astype(int)) == 1).all() for band in bands)


def test_a_predictor_that_tells_nothing_more_gives_no_cells() -> None:
    assert len(segmenter().run(0).sight.at) == 0


def _asked(scan: np.ndarray, geometry: TrackGeometry, *, lines_apart: bool) -> TrackSegmenter:
    return TrackSegmenter(
        read=reader(scan), scan_width=WIDTH, geometry=geometry, stroke_px=6.0, predictor=LeftRight(), exchanged=False,
        lines_apart=lines_apart,
    )  # fmt: skip


def test_a_printed_verticals_own_ink_is_no_curves() -> None:
    """The network may call it one: the decode would ride it."""
    scan = drawn_scan()
    rows = np.arange(scan.shape[0])
    printed = np.full_like(scan, 255)
    for column in range(24, WIDTH - 24, 24):
        at = np.round(column + rows / 65).astype(np.int64)
        printed[rows, at] = printed[rows, at + 1] = 0
    both = np.minimum(scan, printed)

    apart, together = (_asked(both, GEOMETRY, lines_apart=apart) for apart in (True, False))
    for k in range(len(apart.tiles)):
        band, plain = apart.run(k), together.run(k)
        here = (slice(band.rows.start, band.rows.stop), slice(band.col0, band.col0 + band.p1.shape[1]))
        stroke, line = scan[here] == 0, (printed[here] == 0) & (scan[here] != 0)
        assert (band.classes[stroke] > 0).mean() > 0.97
        assert (band.classes[line] > 0).mean() < 0.35  # what is left touches a stroke
        assert (plain.classes[line] > 0).mean() > 0.9
        assert np.array_equal(band.p1[band.p1 > 0], plain.p1[band.p1 > 0])


def test_a_broad_depth_lines_own_ink_is_no_curves() -> None:
    """The network may call it one: the curve would seem to run to both borders and back."""
    scan = drawn_scan()
    printed = np.full_like(scan, 255)
    for row in range(40, scan.shape[0] - 20, 150):
        printed[row : row + 7] = 0
    both = np.minimum(scan, printed)
    level = TrackGeometry(GEOMETRY.rows, ((0.0, 40.0),), ((0.0, WIDTH - 40.0),))

    apart, together = (_asked(both, level, lines_apart=apart) for apart in (True, False))
    lines = 0
    for k in range(len(apart.tiles)):
        band, plain = apart.run(k), together.run(k)
        here = (slice(band.rows.start, band.rows.stop), slice(band.col0, band.col0 + band.p1.shape[1]))
        stroke, line = scan[here] == 0, (printed[here] == 0) & (scan[here] != 0)
        lines += int(line.sum())
        assert (band.classes[stroke] > 0).mean() > 0.9
        assert not line.any() or (band.classes[line] > 0).mean() < 0.1
        assert not line.any() or (plain.classes[line] > 0).mean() > 0.9
    assert lines > 1000
