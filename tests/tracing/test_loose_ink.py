"""Loose ink: what the decode left aside, found alike whether a track was solved whole or in part."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.tracing.drawn_track import DrawnLog, walk
from veerdesk.rows import RowSpan
from veerdesk.tracing.decode import BLOCK_ROWS


def _two_calm() -> DrawnLog:
    return DrawnLog(600, 300).draw(1, np.full(600, 60.0)).draw(2, np.full(600, 120.0))


def test_a_log_whose_curves_stand_on_all_their_ink_has_none() -> None:
    decoder = _two_calm().decoder()
    decoder.solve()

    assert decoder.loose_ink() == ()


def test_a_piece_beside_the_curves_is_found_with_its_place_size_and_distance() -> None:
    log = _two_calm()
    log.p2[300:306, 160:190] = 255
    decoder = log.decoder()
    decoder.solve()

    (piece,) = decoder.loose_ink()

    assert (piece.rows, piece.left, piece.right) == (RowSpan(300, 306), 160, 190)
    assert piece.area == 6 * 30 / 25
    assert piece.inked == 1.0
    assert piece.away == (160 - 122) / 5


def test_specks_and_what_is_hardly_a_curve_s_are_none() -> None:
    log = _two_calm()
    log.p2[100:102, 160:163] = 255  # a speck
    log.p1[200:206, 200:230], log.p2[200:206, 200:230] = 50, 50  # a printed line
    log.p1[400:406, 200:230], log.p2[400:406, 200:230] = 80, 80  # ink of which only the owner is not known
    decoder = log.decoder()
    decoder.solve()

    assert [piece.rows for piece in decoder.loose_ink()] == [RowSpan(400, 406)]


def test_ink_at_the_first_and_last_row_of_a_track_is_found() -> None:
    log = _two_calm()
    log.p1[:4, 200:230] = log.p1[-4:, 200:230] = 255
    decoder = log.decoder()
    decoder.solve()

    assert [piece.rows for piece in decoder.loose_ink()] == [RowSpan(0, 4), RowSpan(596, 600)]


@given(seed=st.integers(0, 10_000))
def test_it_is_the_same_after_a_part_was_solved_again(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = 4 * BLOCK_ROWS
    log = DrawnLog(rows, 160).draw(1, walk(rng, rows, 160)).draw(2, walk(rng, rows, 160))
    for _ in range(6):
        top, left = int(rng.integers(0, rows - 9)), int(rng.integers(0, 130))
        log.p1[top : top + 8, left : left + 20] = 255
    decoder = log.decoder()
    decoder.solve()
    decoder.loose_ink()
    top, left = int(rng.integers(0, rows - 40)), int(rng.integers(0, 130))
    span, value = RowSpan(top, top + int(rng.integers(1, 40))), int(rng.integers(0, 3))
    log.p1[span.start : span.stop, left : left + 30] = 255 * (value == 1)
    log.p2[span.start : span.stop, left : left + 30] = 255 * (value == 2)

    decoder.resolve([span])

    again = log.decoder()
    again.solve()
    assert decoder.loose_ink() == again.loose_ink()
