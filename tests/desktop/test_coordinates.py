"""Scan positions and widget positions say the same, at any zoom, depth and screen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.desktop.canvas.coordinates import MAX_SCALE, MIN_SCALE, ViewTransform, zoom_step

VIEWS = st.builds(
    ViewTransform,
    scale=st.floats(MIN_SCALE, MAX_SCALE),
    dpr=st.sampled_from([1.0, 1.25, 1.5, 2.0, 3.0]),
    top=st.integers(0, 4_000_000),
    left=st.integers(-2000, 100_000),
)
PLACES = st.floats(0, 4000)


@settings(deadline=None, max_examples=60)
@given(VIEWS, PLACES, PLACES)
def test_a_place_comes_back_from_the_scan(view: ViewTransform, x: float, y: float) -> None:
    back = view.to_widget(*view.to_scan(x, y))

    assert back == pytest.approx((x, y), abs=1e-3)


@settings(deadline=None, max_examples=60)
@given(VIEWS, st.integers(0, 250_000), st.integers(0, 3500))
def test_the_centre_of_a_pixel_lies_in_that_pixel(view: ViewTransform, row: int, col: int) -> None:
    assert view.pixel_at(*view.to_widget(row, col)) == (row, col)


@settings(deadline=None, max_examples=60)
@given(VIEWS, st.floats(MIN_SCALE, MAX_SCALE), PLACES, PLACES)
def test_zooming_keeps_what_is_under_the_cursor(view: ViewTransform, scale: float, x: float, y: float) -> None:
    before = view.to_scan(x, y)

    after = view.zoomed(scale, x, y).to_scan(x, y)

    # the corner is whole device px, so half a device px may be lost
    assert after == pytest.approx(before, abs=0.51 / (scale * view.dpr) + 1e-6)


@settings(deadline=None, max_examples=60)
@given(VIEWS, st.integers(1, 250_000), st.integers(1, 3500), st.integers(1, 3000), st.integers(1, 3000))
def test_a_clamped_view_never_leaves_the_scan(
    view: ViewTransform, height: int, width: int, view_height: int, view_width: int
) -> None:
    shown = view.clamped((height, width), (view_height, view_width))

    s = shown.device_scale
    for at, scan_px, view_px in ((shown.top, height, view_height), (shown.left, width, view_width)):
        if scan_px * s >= view_px * shown.dpr + 2:
            assert 0 <= at <= scan_px * s - view_px * shown.dpr + 2
        else:
            assert at <= 3


def test_three_notches_double_the_scale() -> None:
    assert zoom_step(0.25, 3) == 0.5
    assert zoom_step(zoom_step(1.0, 1), -1) == 1.0
    assert zoom_step(MAX_SCALE, 5) == MAX_SCALE
