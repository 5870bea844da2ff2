"""Where tracks overlap, every pixel of ink has one owner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from veerdesk.calibration.description import CurveSpec, TrackSpec
from veerdesk.labels.label_map import LabelMap
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import EvidencePlanes
from veerdesk.session.following import settler_of
from veerdesk.session.overlap import claimed_twice
from veerdesk.session.ownership import TrackPixels, evidence_of
from veerdesk.tracing.trace import Trace

ROWS = RowSpan(0, 40)
WIDTH = 400


def track(number: int, left: float, right: float, slots: tuple[int, ...] = (1, 2)) -> TrackPixels:
    curves = tuple(CurveSpec(s, f"C{number}{s}") for s in slots)  # type: ignore[arg-type]
    spec = TrackSpec(number, f"T{number}", "main", 0, 39, ((0.0, left),), ((0.0, right),), curves)
    return TrackPixels(spec, LabelMap(0), EvidencePlanes(0), WIDTH)


def claim(pixels: TrackPixels, col: int, cls: int) -> None:
    pixels.labels.set_model(ROWS, col, np.full((40, 4), cls, np.uint8))
    plane = pixels.evidence.p1 if cls == 1 else pixels.evidence.p2
    plane.write(0, col, np.full((40, 4), 200, np.uint8))


def say(pixels: TrackPixels, col: int, cls: int) -> None:
    pixels.labels.person.write(0, col, np.full((40, 4), cls, np.uint8))


def across() -> Trace:
    """Return a trace of which both strokes run across the whole scan: all ink stands in its curve's."""
    trace = Trace.absent(ROWS)
    trace.x[:], trace.low[:], trace.high[:] = WIDTH / 2, 0, WIDTH - 1
    return trace


def settle_overlaps(tracks: Sequence[TrackPixels]) -> None:
    for each in tracks:
        settler_of(each, tracks, 4.0)(across(), (ROWS,))


def owns(pixels: TrackPixels, col: int) -> bool:
    return bool(pixels.labels.classes(ROWS, (col, col + 4)).all())


def test_the_earlier_track_keeps_the_pixel() -> None:
    first, later = track(1, 50, 250), track(2, 50, 250)
    claim(first, 100, 1)
    claim(later, 100, 2)

    settle_overlaps([first, later])

    assert owns(first, 100)
    assert not owns(later, 100)
    assert claimed_twice([first, later]) == 0


def test_ink_between_a_tracks_borders_is_not_its_neighbours_margin() -> None:
    first, later = track(1, 50, 200), track(2, 200, 350)
    claim(first, 204, 1)
    claim(later, 204, 1)

    settle_overlaps([first, later])

    assert not owns(first, 204)
    assert owns(later, 204)


def test_a_persons_word_outranks_the_order() -> None:
    first, later = track(1, 50, 250), track(2, 50, 250)
    claim(first, 100, 1)
    say(later, 100, 1)

    settle_overlaps([first, later])

    assert not owns(first, 100)
    assert owns(later, 100)


def test_two_words_of_a_person_are_counted_and_left() -> None:
    first, later = track(1, 50, 250), track(2, 50, 250)
    say(first, 100, 1)
    say(later, 100, 2)

    settle_overlaps([first, later])

    assert claimed_twice([first, later]) == 160


def test_a_class_without_a_curve_claims_nothing() -> None:
    first, later = track(1, 50, 250, (1,)), track(2, 50, 250)
    claim(first, 100, 2)
    claim(later, 100, 1)

    settle_overlaps([first, later])

    assert owns(later, 100)


def test_ink_that_neither_of_two_lone_curves_was_given_has_one_owner_where_both_lie_on_it() -> None:
    first, later = track(1, 50, 250, (1,)), track(2, 50, 250, (1,))
    stroke = np.full((2, 40), np.nan)
    stroke[0] = 101.5
    trace = Trace.absent(ROWS)
    trace.x[:], trace.low[:], trace.high[:] = stroke, stroke - 1.5, stroke + 1.5
    for each in (first, later):
        claim(each, 100, 2)

    for each in (first, later):
        settler_of(each, (first, later), 4.0)(trace, (ROWS,))

    assert owns(first, 100)
    assert claimed_twice([first, later]) == 0


@pytest.mark.parametrize("case", ["order", "margin", "word"])
def test_the_decode_sees_what_the_settled_maps_show(case: str) -> None:
    first, later = (
        (track(1, 50, 200), track(2, 200, 350)) if case == "margin" else (track(1, 50, 250), track(2, 50, 250))
    )
    col = 204 if case == "margin" else 100
    claim(first, col, 1)
    claim(later, col, 1)
    if case == "word":
        say(later, col, 1)
    both = (first, later)
    seen = []
    for pixels in both:
        p1, _, col0 = evidence_of(pixels, both)(ROWS)
        seen.append(bool(p1[:, col - col0 : col - col0 + 4].all()))

    settle_overlaps(both)

    assert seen == [owns(first, col), owns(later, col)]
