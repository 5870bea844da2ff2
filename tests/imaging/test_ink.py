"""Which pixels are ink."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from veerdesk.imaging.ink import INK_HALO_PX, ink_mask, is_bilevel


def test_black_and_white_is_read_exactly(drawn: Callable[..., np.ndarray]) -> None:
    grey = drawn()

    assert is_bilevel(grey)
    assert np.array_equal(ink_mask(grey), grey == 0)


@pytest.mark.parametrize("value", [1, 2, 127, 128, 253, 254])
def test_one_grey_pixel_makes_a_window_grey(value: int) -> None:
    grey = np.full((9, 9), 255, np.uint8)
    grey[4, 4] = value

    assert not is_bilevel(grey)


def test_ink_is_found_under_shading_and_on_a_stain(drawn: Callable[..., np.ndarray]) -> None:
    truth = drawn(600, 400) == 0
    light = np.linspace(250, 150, 400)[None].repeat(600, 0)  # shading from left to right
    light[200:400, 100:260] *= 0.55  # a sharp-edged stain
    noise = np.random.default_rng(3).normal(0, 4, light.shape)
    grey = np.clip(np.where(truth, light * 0.3, light) + noise, 0, 255).astype(np.uint8)

    found = ink_mask(grey)

    assert (found != truth).mean() < 0.001


def test_a_clean_stain_is_not_ink() -> None:
    grey = np.full((300, 300), 240, np.uint8)
    grey[80:220, 80:220] = 130

    assert not ink_mask(grey).any()


def test_a_solid_black_block_is_ink() -> None:
    grey = np.full((400, 400), 235, np.uint8)
    grey[100:300, 100:300] = 12

    assert ink_mask(grey)[100:300, 100:300].all()


def test_windows_with_the_halo_agree_with_the_whole() -> None:
    rng = np.random.default_rng(5)
    grey = np.clip(rng.normal(220, 12, (512, 512)), 0, 255).astype(np.uint8)
    grey[:, 200:206] = 60
    whole = ink_mask(grey)

    part = ink_mask(grey[128 : 128 + 256, 64 : 64 + 320])

    inner = slice(INK_HALO_PX, -INK_HALO_PX)
    assert np.array_equal(part[inner, inner], whole[128 : 128 + 256, 64 : 64 + 320][inner, inner])


def test_an_empty_window_has_no_ink() -> None:
    assert ink_mask(np.zeros((0, 7), np.uint8)).shape == (0, 7)


def test_colour_is_refused_by_the_programmers_error() -> None:
    with pytest.raises(ValueError, match="one grey plane"):
        ink_mask(np.zeros((4, 4, 3), np.uint8))
