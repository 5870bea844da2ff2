"""Borders followed down a drawn log that wanders as scanned paper does."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.geometry import TrackGeometry, column_at
from veerdesk.imaging.printed_borders import follow_borders, follow_borders_from
from veerdesk.rows import RowSpan

HEIGHT, WIDTH, TRACK_PX = 6000, 700, 300
LEFT_PX = 180


def wandering() -> NDArray[np.float64]:
    """Return how far the paper is to the right at each row, px: it drifts, and slips once by 40 px."""
    rows = np.arange(HEIGHT)
    return 60 * np.sin(rows / 1500) + np.where(rows > 3500, 40, 0)


def drawn(shift: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return a log: a grid every 30 px between its borders, blank beside it, and a heavy straight stroke inside."""
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    rows = np.arange(HEIGHT)
    left = np.round(LEFT_PX + shift).astype(int)
    for col in range(0, TRACK_PX + 1, 30):
        seen = rows[(rows // 7) % 3 > 0]  # a printed line is broken
        page[seen, left[seen] + col] = 0
    for row in range(0, HEIGHT, 30):
        page[row, left[row] : left[row] + TRACK_PX + 1] = 0
    for width in range(6):
        page[rows, left + 100 + width] = 0
    return page


def geometry(shift: NDArray[np.float64]) -> TrackGeometry:
    """Return a track as four clicks place it: straight from top to bottom."""
    ends = [(float(r), LEFT_PX + round(float(shift[r]))) for r in (100, HEIGHT - 100)]
    left = tuple((r, float(c)) for r, c in ends)
    return TrackGeometry(RowSpan(100, HEIGHT - 99), left, tuple((r, c + TRACK_PX) for r, c in left))


def reading(page: NDArray[np.uint8]):  # type: ignore[no-untyped-def] # a closure over the page
    return lambda rows, cols: page[rows.start : rows.stop, cols[0] : cols[1]]


def test_borders_follow_paper_that_drifts_and_slips() -> None:
    shift = wandering()
    at = np.arange(200, HEIGHT - 200, dtype=np.float64)

    left, right = follow_borders(reading(drawn(shift)), geometry(shift), WIDTH)

    truth = LEFT_PX + shift[at.astype(int)]
    off = np.abs(np.stack([column_at(left, at) - truth, column_at(right, at) - truth - TRACK_PX]))
    away_from_the_slip = np.abs(at - 3500) > 250
    assert off[:, away_from_the_slip].max() <= 4.0
    assert len(left) < 60


def test_borders_stay_where_nothing_is_printed() -> None:
    blank = np.full((HEIGHT, WIDTH), 255, np.uint8)
    placed = geometry(np.zeros(HEIGHT))

    left, right = follow_borders(reading(blank), placed, WIDTH)

    assert {c for _, c in left} == {LEFT_PX}
    assert {c for _, c in right} == {LEFT_PX + TRACK_PX}


def test_a_knot_that_a_person_placed_holds_the_border_near_it() -> None:
    page = drawn(np.zeros(HEIGHT))
    page[2700:3300] = 255
    held = ((100.0, 180.0), (3000.0, 215.0), (5900.0, 180.0))
    placed = TrackGeometry(RowSpan(100, HEIGHT - 99), held, tuple((r, c + TRACK_PX) for r, c in held))

    left, _ = follow_borders(reading(page), placed, WIDTH)

    assert abs(float(column_at(left, np.array([3000.0]))[0]) - 215.0) <= 20.0


def astray(shift: NDArray[np.float64]) -> TrackGeometry:
    """Return borders that follow the print down to row 2500, and are 90 px beside it from there to the last rows."""
    rows = np.arange(100, HEIGHT - 99, 100, dtype=np.float64)
    cols = LEFT_PX + shift[rows.astype(int)] + np.where((rows > 2500) & (rows < HEIGHT - 200), 90, 0)
    left = tuple(zip(rows.tolist(), cols.tolist(), strict=True))
    return TrackGeometry(RowSpan(100, HEIGHT - 99), left, tuple((r, c + TRACK_PX) for r, c in left))


def test_borders_that_went_astray_are_followed_again_below_a_row_and_stay_above_it() -> None:
    shift, here = wandering(), 2400
    placed = astray(shift)
    at = np.arange(here + 100, HEIGHT - 300, dtype=np.float64)

    left, right = follow_borders_from(reading(drawn(shift)), placed, WIDTH, here)

    truth = LEFT_PX + shift[at.astype(int)]
    off = np.abs(np.stack([column_at(left, at) - truth, column_at(right, at) - truth - TRACK_PX]))
    assert off[:, np.abs(at - 3500) > 250].max() <= 4.0
    for old, new in ((placed.left, left), (placed.right, right)):
        rows = np.arange(100, here + 1, dtype=np.float64)
        assert np.allclose(column_at(new, rows), column_at(old, rows))
        assert [r for r, _ in new] == sorted({r for r, _ in new})


def test_too_little_below_leaves_the_borders_as_they_are() -> None:
    placed = astray(np.zeros(HEIGHT))

    assert follow_borders_from(reading(drawn(np.zeros(HEIGHT))), placed, WIDTH, HEIGHT) == (placed.left, placed.right)


def test_a_track_of_a_few_rows_has_borders_too() -> None:
    page = drawn(np.zeros(HEIGHT))
    placed = TrackGeometry(RowSpan(100, 103), ((100.0, 181.0),), ((100.0, 479.0),))

    left, right = follow_borders(reading(page), placed, WIDTH)

    assert abs(left[0][1] - 180.0) <= 2.0
    assert abs(right[-1][1] - 480.0) <= 2.0


def test_following_stops_when_it_is_cancelled() -> None:
    class Stopped:
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(InterruptedWorkError, match="was stopped"):
        follow_borders(reading(drawn(np.zeros(HEIGHT))), geometry(np.zeros(HEIGHT)), WIDTH, cancel=Stopped())
