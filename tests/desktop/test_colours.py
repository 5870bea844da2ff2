"""Themes and colours of the curves: contrast as claimed, pairs told apart by the eyes they are for, chosen by key."""
# ruff: noqa: F811 - the fixture is the review's own

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from tests.desktop.test_review import CTRL, SHIFT, press, window  # noqa: F401
from veerdesk.desktop.canvas.look import DARK, LIGHT, CanvasPalette
from veerdesk.desktop.curve_colours import PAIRS, PaletteChoice
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.theme import CONTRAST, Tokens
from veerdesk.desktop.theme import DARK as DARK_TOKENS
from veerdesk.desktop.theme import LIGHT as LIGHT_TOKENS

#: How dichromats see: Machado, Oliveira and Fernandes 2009, table 1, severity 1.0, on linear RGB.
EYES = {
    "usual": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour: str) -> NDArray[np.float64]:
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return CIE L*a*b*, D65."""
    xyz = _XYZ @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 reckons it, 1..21."""
    light, dark = sorted((float(_XYZ[1] @ linear(c)) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("palette", "least"),
    [
        ("orange-blue", {"usual": 100, "protan": 100, "deutan": 100, "tritan": 75}),
        ("red-teal", {"usual": 95, "protan": 30, "deutan": 45, "tritan": 110}),
        ("yellow-violet", {"usual": 120, "protan": 120, "deutan": 110, "tritan": 40}),
    ],
)
def test_a_pair_is_told_apart_by_the_eyes_it_is_for(palette: PaletteChoice, least: dict[str, int]) -> None:
    for one, two in PAIRS[palette].values():
        for eye, matrix in EYES.items():
            apart = float(np.linalg.norm(lab(matrix @ linear(one)) - lab(matrix @ linear(two))))
            assert apart >= least[eye], f"{one} and {two}, {eye}: {apart:.0f}"


def test_one_pair_differs_in_lightness_alone_enough() -> None:
    for one, two in PAIRS["yellow-violet"].values():
        assert abs(lab(linear(one))[0] - lab(linear(two))[0]) > 35


@pytest.mark.parametrize("tokens", [LIGHT_TOKENS, DARK_TOKENS, CONTRAST])
def test_text_is_read_on_every_surface(tokens: Tokens) -> None:
    for ground in (tokens.paper, tokens.surface, tokens.raised):
        assert contrast(tokens.text, ground) >= 7
        assert contrast(tokens.quiet, ground) >= 4.5


def test_in_high_contrast_lines_and_states_are_seen_too() -> None:
    assert contrast(CONTRAST.text, CONTRAST.paper) >= 15
    assert contrast(CONTRAST.quiet, CONTRAST.paper) >= 15
    for colour in (
        CONTRAST.line,
        CONTRAST.accepted,
        CONTRAST.flagged,
        CONTRAST.doubt,
        CONTRAST.curve_1,
        CONTRAST.curve_2,
    ):
        assert contrast(colour, CONTRAST.surface) >= 6


def test_the_canvas_takes_its_colours_from_the_theme() -> None:
    assert CanvasPalette.of(LIGHT_TOKENS) == LIGHT
    assert CanvasPalette.of(DARK_TOKENS) == DARK


def test_the_key_goes_through_the_themes_and_is_kept(window: MainWindow) -> None:
    seen = []
    for _ in range(3):
        press(window, Qt.Key.Key_D, CTRL | SHIFT)
        seen.append((window.settings.theme, window.view.canvas.look.palette.paper))

    assert seen == [("dark", DARK.paper), ("contrast", (0, 0, 0)), ("light", LIGHT.paper)]


def test_other_colours_reach_canvas_and_swatches_by_one_key(window: MainWindow) -> None:
    before = window.view.canvas.grab().toImage()

    press(window, Qt.Key.Key_C, SHIFT)

    assert window.settings.palette == "red-teal"
    assert window.view.canvas.look.palette.curve_1 == (0xCC, 0x33, 0x11)
    assert window.theme.tokens.curve_2 == "#009988"
    assert window.view.canvas.grab().toImage() != before


def test_outlines_and_the_inverted_scan_come_by_their_keys(window: MainWindow) -> None:
    press(window, Qt.Key.Key_C)
    press(window, Qt.Key.Key_I)
    on = window.view.canvas.look
    press(window, Qt.Key.Key_C)

    assert on.is_contour
    assert on.is_inverted
    assert not window.view.canvas.look.is_contour
