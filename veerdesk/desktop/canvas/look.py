"""How the canvas looks: colours, opacity, contour mode; frozen values that a cached tile is keyed by.

Separate because the theme decides it, the tiles depend on it, and neither needs the widget.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veerdesk.desktop.theme import Tokens

Rgb = tuple[int, int, int]

#: Indices of the overlay image: fill and edge of each class.
FILL_1, FILL_2, EDGE_1, EDGE_2 = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class CanvasPalette:
    """Colours of everything painted on the canvas, RGB (WINDOW, Colours and type)."""

    curve_1: Rgb = (0xE6, 0x9F, 0x00)
    curve_2: Rgb = (0x00, 0x72, 0xB2)
    doubt: Rgb = (0xCC, 0x79, 0xA7)
    accepted: Rgb = (0x00, 0x9E, 0x73)
    flagged: Rgb = (0xD5, 0x5E, 0x00)
    paper: Rgb = (0xF7, 0xF6, 0xF2)
    text: Rgb = (0x1B, 0x1D, 0x1F)
    quiet: Rgb = (0x5E, 0x64, 0x69)

    @classmethod
    def of(cls, tokens: Tokens) -> CanvasPalette:
        """Return the palette of a theme's tokens, ``#rrggbb`` each."""
        return cls(**{f.name: _rgb(getattr(tokens, f.name)) for f in fields(cls)})

    def curve(self, slot: int) -> Rgb:
        """Return the colour of a slot."""
        return self.curve_1 if slot == 1 else self.curve_2


LIGHT = CanvasPalette()
DARK = CanvasPalette(
    curve_1=(0xF5, 0xB3, 0x35),
    curve_2=(0x56, 0xB4, 0xE9),
    accepted=(0x2B, 0xC7, 0x9A),
    flagged=(0xF0, 0x7F, 0x3C),
    paper=(0x1F, 0x22, 0x26),
    text=(0xEC, 0xEE, 0xF0),
    quiet=(0x9A, 0xA1, 0xA7),
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a tile of the canvas shows: palette, overlay opacity 0..1, and the modes a person switches."""

    palette: CanvasPalette = LIGHT
    opacity: float = 0.75
    is_contour: bool = False
    is_inverted: bool = False
    shows_overlay: bool = True
    shows_traces: bool = True

    def without_overlay(self) -> Look:
        """Return the look of the bare scan: what a person sees while the hide key is held."""
        return replace(self, shows_overlay=False, shows_traces=False)

    def overlay_colours(self) -> list[int]:
        """Return the colour table of the overlay image, ``0xAARRGGBB`` by index."""
        fill = 0 if self.is_contour else round(255 * min(1.0, max(0.0, self.opacity)))
        one, two = self.palette.curve_1, self.palette.curve_2
        return [
            0,
            _argb(one, fill),
            _argb(two, fill),
            _argb(one, 255),
            _argb(two, 255),
        ]


def _argb(colour: Rgb, alpha: int) -> int:
    red, green, blue = colour
    return alpha << 24 | red << 16 | green << 8 | blue


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
