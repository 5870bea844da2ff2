"""Colours tell whose ink a pixel is, and say nothing where they do not differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from veerdesk.dataset.lesson import window_reader
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.rows import RowSpan
from veerdesk.segmentation.colour import by_colour, coloured
from veerdesk.segmentation.segment import TrackSegmenter

ROWS, COLS = 600, 120
RED, BLACK, GREEN, GRID = (220, 30, 30), (20, 20, 20), (20, 150, 40), (150, 150, 150)
Colour = tuple[int, int, int]


def drawn(one: Colour, two: Colour) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A tile of two upright strokes on a grid, ``(h, w, 3)`` uint8, and whose each pixel is, ``(h, w)`` uint8."""
    rgb, whose = np.full((ROWS, COLS, 3), 255, np.uint8), np.zeros((ROWS, COLS), np.uint8)
    rgb[:, ::20] = GRID
    rgb[::25] = GRID
    for k, (left, colour) in enumerate(((35, one), (75, two)), start=1):
        rgb[:, left : left + 4], whose[:, left : left + 4] = colour, k
    return rgb, whose


def said_of(whose: NDArray[np.uint8], wrong: RowSpan, lost: RowSpan) -> NDArray[np.float32]:
    """What a network says that is unsure in some rows, exchanging both curves, and takes curve 2 for paper in others."""
    sure = np.where(whose[None] == np.array([1, 2])[:, None, None], 0.9, 0.05).astype(np.float32)
    here = slice(wrong.start, wrong.stop)
    sure[:, here] = np.where(sure[::-1, here] > 0.5, 0.6, 0.3) * (whose[here] > 0)
    sure[1, lost.start : lost.stop] = 0.1
    return sure


def classes_of(shares: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.concatenate([1 - shares.sum(axis=0, keepdims=True), shares]).argmax(axis=0).astype(np.uint8)


def test_a_colour_names_ink_that_the_network_gave_to_the_other_curve_and_finds_what_it_took_for_paper() -> None:
    rgb, whose = drawn(BLACK, RED)
    said = said_of(whose, RowSpan(100, 220), RowSpan(400, 460))
    ink = rgb.min(axis=2) < 200

    told = by_colour(said, coloured(rgb, ink))

    assert (classes_of(said)[ink] != whose[ink]).mean() > 0.1
    red = whose == 2
    assert (classes_of(told)[red] == 2).all()
    assert (classes_of(told)[100:220][whose[100:220] == 1] == 1).all()


@pytest.mark.parametrize(("one", "two"), [(BLACK, BLACK), (GREEN, GREEN), (BLACK, GRID)])
def test_where_curves_are_of_one_colour_names_stay(one: Colour, two: Colour) -> None:
    rgb, whose = drawn(one, two)
    said = said_of(whose, RowSpan(100, 220), RowSpan(0, 0))
    curves = whose > 0

    told = by_colour(said, coloured(rgb, rgb.min(axis=2) < 200))

    assert (classes_of(told)[curves] == classes_of(said)[curves]).all()


def test_a_scan_without_colours_is_answered_as_before() -> None:
    rgb, whose = drawn(BLACK, GRID)
    said = said_of(whose, RowSpan(100, 220), RowSpan(300, 320))

    np.testing.assert_array_equal(by_colour(said, coloured(rgb, rgb.min(axis=2) < 200)), said)


def test_yellow_paper_lends_grey_ink_no_colour() -> None:
    rgb, whose = drawn(BLACK, GRID)
    yellow = (rgb * (np.array([240, 225, 170]) / 255)).astype(np.uint8)
    said = said_of(whose, RowSpan(100, 220), RowSpan(300, 320))
    ink = rgb.min(axis=2) < 200

    told = by_colour(said, coloured(yellow, ink))

    assert (classes_of(told)[whose > 0] == classes_of(said)[whose > 0]).all()


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**31))
def test_shares_stay_shares_and_only_ink_changes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rgb = rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)
    three = rng.dirichlet(np.full(3, 0.3), (40, 50)).astype(np.float32)
    said, ink = np.ascontiguousarray(three.transpose(2, 0, 1)[1:]), rng.random((40, 50)) < 0.6

    told = by_colour(said, coloured(rgb, ink))

    assert told.dtype == np.float32
    assert (told >= 0).all()
    assert (told.sum(axis=0) <= 1 + 1e-5).all()
    np.testing.assert_array_equal(told[:, ~ink], said[:, ~ink])


class UnsureAtTheTop:
    """A Predictor that rather calls all ink of the upper third curve 2's and below it knows left from right."""

    name, digest, device, stroke_px = "unsure at the top", "0" * 64, "cpu", 4.0

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        is_ink = (grey < 140).astype(np.float32)
        left = np.zeros_like(is_ink)
        left[:, : grey.shape[1] // 2] = 0.9
        left[: len(grey) // 3] = 0.4
        one, two = is_ink * left, is_ink * (0.9 - left)
        return np.stack([1 - one - two, one, two])


def test_a_colour_scan_is_segmented_by_its_colours() -> None:
    rgb, whose = drawn(GREEN, RED)
    geometry = TrackGeometry(RowSpan(0, ROWS), ((0.0, 2.0),), ((0.0, COLS - 3.0),))

    def wrong(in_colour: bool) -> float:
        segmenter = TrackSegmenter(
            read=window_reader(rgb.min(axis=2), 255), scan_width=COLS, geometry=geometry, stroke_px=4.0,
            predictor=UnsureAtTheTop(), exchanged=False, read_colour=window_reader(rgb, 255) if in_colour else None,
        )  # fmt: skip
        out = np.zeros((ROWS, COLS), np.uint8)
        for index in range(len(segmenter.tiles)):
            band = segmenter.run(index)
            out[band.rows.start : band.rows.stop, band.col0 : band.col0 + band.classes.shape[1]] = band.classes
        return float((out[whose == 1] != 1).mean())

    assert wrong(in_colour=False) > 0.15
    assert wrong(in_colour=True) == 0.0
