"""Ink belongs to the curve that was followed through it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.segmentation.decide import decided
from veerdesk.tracing.owners import traced_owners

ROWS, WIDTH = 400, 240


def _evidence() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Two upright strokes; rows 180-200 of the left one look like curve 2, and a faint scrawl stands apart."""
    p1, p2 = np.zeros((2, ROWS, WIDTH), np.uint8)
    p1[:, 60:66], p2[:, 160:166] = 240, 240
    p1[180:200, 60:66], p2[180:200, 60:66] = 90, 150
    p1[300:306, 210:230] = 140
    return p1, p2


def test_a_doubtful_piece_follows_its_stroke() -> None:
    p1, p2 = _evidence()

    owner = traced_owners(p1, p2, 6.0, 220.0)

    assert (decided(p1, p2)[180:200, 60:66] == 2).all()
    assert (owner[:, 60:66] == 1).all()
    assert (owner[:, 160:166] == 2).all()


def test_faint_ink_off_every_stroke_is_nobodys() -> None:
    owner = traced_owners(*_evidence(), 6.0, 220.0)

    assert not owner[300:306, 210:230].any()


def test_no_pixel_without_evidence_is_owned() -> None:
    p1, p2 = _evidence()

    owner = traced_owners(p1, p2, 6.0, 220.0)

    assert not owner[(p1.astype(int) + p2) < 128].any()
    assert not traced_owners(p1 * 0, p2 * 0, 6.0, 220.0).any()
