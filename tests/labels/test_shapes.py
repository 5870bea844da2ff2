"""Gestures to pixels, against brute force."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.labels.shapes import Region, capsule, clipped, polygon, polyline_brush
from veerdesk.rows import RowSpan

# A 64th of a pixel is finer than any hand; below the rounding of a double the rule has no meaning.
PLACE = st.integers(-20 * 64, 60 * 64).map(lambda n: n / 64)
POINT = st.tuples(PLACE, PLACE)


def pixels(region: Region) -> set[tuple[int, int]]:
    return {(region.row0 + int(r), region.col0 + int(c)) for r, c in np.argwhere(region.mask)}


@given(row=st.floats(0, 250_000), col=st.floats(0, 3500))
@settings(deadline=None, max_examples=50)
def test_a_brush_of_size_one_hits_exactly_the_pixel(row: float, col: float) -> None:
    region = capsule((row, col), (row, col), 0.5)

    assert pixels(region) == {(int(np.floor(row + 0.5)), int(np.floor(col + 0.5)))}


@given(a=POINT, b=POINT, radius=st.floats(0.8, 9))
@settings(deadline=None, max_examples=60)
def test_a_capsule_holds_every_centre_in_reach_and_nothing_far(
    a: tuple[float, float], b: tuple[float, float], radius: float
) -> None:
    got = pixels(capsule(a, b, radius))

    start, along = np.array(a), np.array(b) - a
    centres = np.stack(np.meshgrid(np.arange(-32, 73), np.arange(-32, 73), indexing="ij"), axis=-1)
    share = np.clip((centres - start) @ along / max(along @ along, 1e-300), 0, 1)
    distance = np.linalg.norm(centres - start - share[..., None] * along, axis=-1)
    assert {(int(r), int(c)) for r, c in centres[distance <= radius - 1e-6]} <= got
    assert got <= {(int(r), int(c)) for r, c in centres[distance <= radius + 1e-6]}


@given(points=st.lists(POINT, min_size=1, max_size=5))
@settings(deadline=None, max_examples=50)
def test_a_thin_stroke_is_one_connected_line(points: list[tuple[float, float]]) -> None:
    region = polyline_brush(points, 0.5)

    left = pixels(region)
    todo = [left.pop()]
    while todo:
        row, col = todo.pop()
        near = {(row + dr, col + dc) for dr in (-1, 0, 1) for dc in (-1, 0, 1)} & left
        left -= near
        todo += near
    assert not left


@given(points=st.lists(POINT, min_size=3, max_size=7))
@settings(deadline=None, max_examples=25)
def test_a_polygon_is_the_even_odd_rule(points: list[tuple[float, float]]) -> None:
    got = pixels(polygon(points))

    def inside(row: int, col: int) -> bool:
        odd = False
        for (ra, ca), (rb, cb) in zip(points, points[1:] + points[:1], strict=True):
            if (ra <= row) != (rb <= row) and ca + (row - ra) / (rb - ra) * (cb - ca) <= col:
                odd = not odd
        return odd

    assert got == {(r, c) for r in range(-21, 62) for c in range(-21, 62) if inside(r, c)}


def test_polygons_that_share_an_edge_share_no_pixel() -> None:
    left = polygon([(0, 0), (0, 4), (8, 4), (8, 0)])
    right = polygon([(0, 4), (0, 9), (8, 9), (8, 4)])

    assert not pixels(left) & pixels(right)
    assert len(pixels(left) | pixels(right)) == 8 * 9


def test_two_points_enclose_nothing() -> None:
    assert polygon([(0, 0), (5, 5)]).is_empty


@given(top=st.integers(-10, 40), left=st.integers(-10, 60))
@settings(deadline=None, max_examples=30)
def test_clipping_leaves_only_the_track_and_its_margin(top: int, left: int) -> None:
    geometry = TrackGeometry(RowSpan(5, 30), ((0.0, 20.0), (40.0, 30.0)), ((0.0, 50.0), (40.0, 60.0)))
    region = Region(top, left, np.ones((30, 60), np.bool_))

    got = pixels(clipped(region, geometry))

    want = {
        (r, c)
        for r in range(max(5, top), min(30, top + 30))
        for c in range(left, left + 60)
        if max(0, np.floor(20 + r / 4) - 16) <= c <= np.ceil(50 + r / 4) + 16
    }
    assert got == want


@given(at=POINT, radius=st.sampled_from((0.75, 1.0, 2.5, 5.0, 7.3, 12.0)))
@settings(deadline=None, max_examples=60)
def test_a_dab_is_the_disc_under_the_hand(at: tuple[float, float], radius: float) -> None:
    reach = range(-14, 15)
    near = [(round(at[0]) + r, round(at[1]) + c) for r in reach for c in reach]

    dab = polyline_brush((at, at), radius)

    assert pixels(dab) == {(r, c) for r, c in near if (r - at[0]) ** 2 + (c - at[1]) ** 2 <= radius**2 + 1e-9}
    assert dab.mask.any(axis=1).all()
    assert dab.mask.any(axis=0).all()


@given(at=st.tuples(st.integers(0, 400), st.integers(0, 260)), lean=st.integers(-60, 60), knot=st.integers(60, 340))
@settings(deadline=None, max_examples=60)
def test_a_cut_keeps_exactly_the_pixels_of_the_track(at: tuple[int, int], lean: int, knot: int) -> None:
    left, right = ((0.0, 60.0), (float(knot), 60.0 + lean), (400.0, 60.0)), ((0.0, 200.0), (400.0, 190.0))
    track = TrackGeometry(RowSpan(20, 380), left, right)
    dab = capsule(at, at, 9.0)

    cut = pixels(clipped(dab, track))

    rows = np.arange(401, dtype=np.float64)
    low = np.maximum(0, np.floor(track.left_at(rows)) - track.margin_px)
    high = np.ceil(track.right_at(rows)) + track.margin_px
    assert cut == {(r, c) for r, c in pixels(dab) if 20 <= r < 380 and low[r] <= c <= high[r]}
