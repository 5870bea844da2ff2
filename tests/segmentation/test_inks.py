"""The colours of a track's curves are found once, and every tile then calls them alike."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from veerdesk.dataset.lesson import window_reader
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.rows import RowSpan
from veerdesk.segmentation.segment import CORE_ROWS, BandEvidence, TrackSegmenter
from veerdesk.segmentation.sight import AS_SEEN, BY_COLOUR, CELL_PX, EXCHANGED, NUMBERS

ROWS, COLS, PEN = 4 * CORE_ROWS, 200, 4
RED, BLACK, GREEN, BLUE = (220, 30, 30), (20, 20, 20), (20, 150, 40), (30, 60, 220)
Colour = tuple[int, int, int]


class LeftIsFirst:
    """A predictor that calls the left stroke curve 1, as it must of two of one look, and knows no colour."""

    name, digest, device, stroke_px = "left is first", "0" * 64, "cpu", float(PEN)

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        is_ink, is_left = grey < 200, np.arange(grey.shape[1])[None] < grey.shape[1] // 2
        one, two = is_ink * np.where(is_left, 0.8, 0.1), is_ink * np.where(is_left, 0.1, 0.8)
        return np.stack([1 - one - two, one, two]).astype(np.float32)

    def predict_seen(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8] | None]:
        return self.predict(grey), np.full((-(-len(grey) // CELL_PX), NUMBERS), 128, np.uint8)


def drawn(one: Colour, two: Colour, *, lone_rows: slice = slice(0, 0)) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A track whose two pens of one look change sides in every tile, ``(h, w, 3)`` uint8, and whose each pixel is."""
    rgb, whose = np.full((ROWS, COLS, 3), 255, np.uint8), np.zeros((ROWS, COLS), np.uint8)
    for row in range(ROWS):
        is_left = (row // CORE_ROWS) % 2 == 0
        for k, colour in ((1, one), (2, two)):
            if k == 1 and lone_rows.start <= row < lone_rows.stop:
                continue
            left = 60 if is_left == (k == 1) else 130
            rgb[row, left : left + PEN], whose[row, left : left + PEN] = colour, k
    return rgb, whose


def segmenter(
    rgb: NDArray[np.uint8], *, colours: tuple[str, str] | None = None, exchanged: bool = False
) -> TrackSegmenter:
    """A segmenter of such a track, in colour."""
    return TrackSegmenter(
        read=window_reader(rgb.min(axis=2), 255), scan_width=COLS,
        geometry=TrackGeometry(RowSpan(0, ROWS), ((0.0, 2.0),), ((0.0, COLS - 3.0),)), stroke_px=float(PEN),
        predictor=LeftIsFirst(), exchanged=exchanged, read_colour=window_reader(rgb, 255), colours=colours,
    )  # fmt: skip


def classes_of(bands: list[BandEvidence]) -> NDArray[np.uint8]:
    out = np.zeros((ROWS, COLS), np.uint8)
    for band in bands:
        out[band.rows.start : band.rows.stop, band.col0 : band.col0 + band.classes.shape[1]] = band.classes
    return out


def answers(parts: TrackSegmenter, numbers: list[int] | None = None) -> list[BandEvidence]:
    return [parts.run(n) for n in (range(len(parts.tiles)) if numbers is None else numbers)]


@pytest.mark.parametrize(("one", "two"), [(BLACK, RED), (BLACK, GREEN), (BLUE, GREEN)])
def test_of_pens_of_one_look_the_darker_is_curve_1_in_every_tile(one: Colour, two: Colour) -> None:
    rgb, whose = drawn(one, two)

    assert (classes_of(answers(segmenter(rgb)))[whose > 0] == whose[whose > 0]).all()


def test_what_is_said_of_the_colours_outranks_their_darkness() -> None:
    rgb, whose = drawn(RED, BLACK)

    told = classes_of(answers(segmenter(rgb, colours=("#dc1e1e", "#141414"), exchanged=True)))

    assert (told[whose > 0] == whose[whose > 0]).all()


def test_a_tile_with_one_curve_calls_it_as_the_others_do() -> None:
    rgb, whose = drawn(BLACK, RED, lone_rows=slice(CORE_ROWS, 2 * CORE_ROWS))

    told = classes_of(answers(segmenter(rgb)))

    assert (told[whose > 0] == whose[whose > 0]).all()
    assert (whose[CORE_ROWS : 2 * CORE_ROWS] == 2).any()


def test_the_order_in_which_tiles_are_asked_for_changes_nothing() -> None:
    rgb, _ = drawn(BLACK, RED)
    down, up = answers(segmenter(rgb)), answers(segmenter(rgb), [3, 1, 2, 0])

    for one in down:
        (other,) = (b for b in up if b.rows == one.rows)
        assert np.array_equal(one.p1, other.p1)
        assert np.array_equal(one.classes, other.classes)
        assert np.array_equal(one.sight.cells, other.sight.cells)


def test_asked_twice_a_tile_gives_the_same_answer() -> None:
    parts = segmenter(drawn(BLACK, RED)[0])
    one, other = parts.run(1), parts.run(1)

    assert np.array_equal(one.p2, other.p2)
    assert np.array_equal(one.sight.cells, other.sight.cells)


@pytest.mark.parametrize(("exchanged", "order"), [(False, AS_SEEN), (True, EXCHANGED)])
def test_cells_know_that_colours_told_the_names(exchanged: bool, order: int) -> None:
    bands = answers(segmenter(drawn(BLACK, RED)[0], exchanged=exchanged))

    assert all((band.sight.cells[:, 0] == order | BY_COLOUR).all() for band in bands)
    assert all(band.sight.is_told_by_colour for band in bands)


def fringed() -> NDArray[np.uint8]:
    """Two black pens whose strokes have a red edge on the left and a blue one on the right, as a worn scanner gives them."""
    rgb, whose = drawn(BLACK, BLACK)
    edges = np.diff(np.pad(whose > 0, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, stops = np.nonzero(edges == -1)
    rgb[rows, starts], rgb[rows, starts + 1] = RED, RED
    rgb[rows, stops - 1], rgb[rows, stops - 2] = BLUE, BLUE
    return rgb


def over_black_lines() -> NDArray[np.uint8]:
    """Two red pens on a dense black grid, of which the network takes some lines for curves where they are crossed."""
    rgb, whose = drawn(RED, RED)
    lines = (np.arange(ROWS) % 12 < 2)[:, None] & (whose > 0)
    rgb[lines] = BLACK
    return rgb


def under_hand_drawn_lines() -> NDArray[np.uint8]:
    """Two red pens, and black lines across the track that the network takes for curves."""
    rgb, _ = drawn(RED, RED)
    for row in range(100, ROWS, 256):
        rgb[row : row + 4, 10 : COLS - 10] = BLACK
    return rgb


@pytest.mark.parametrize(
    "rgb", [drawn(BLACK, BLACK)[0], drawn(RED, RED)[0], fringed(), over_black_lines(), under_hand_drawn_lines()]
)
def test_pens_of_one_colour_are_not_told_apart_by_it(rgb: NDArray[np.uint8]) -> None:
    bands = answers(segmenter(rgb))

    grey = TrackSegmenter(
        read=window_reader(rgb.min(axis=2), 255), scan_width=COLS,
        geometry=TrackGeometry(RowSpan(0, ROWS), ((0.0, 2.0),), ((0.0, COLS - 3.0),)), stroke_px=float(PEN),
        predictor=LeftIsFirst(), exchanged=False,
    )  # fmt: skip
    assert not any(band.sight.is_told_by_colour for band in bands)
    for one, other in zip(bands, answers(grey), strict=True):
        assert np.array_equal(one.classes, other.classes)
