"""The three classes, their numbers and default colours.

Separate because every layer, from the network to the palette PNG, must mean the same by 0, 1 and 2.
"""

from __future__ import annotations

from enum import IntEnum

#: No person has said anything about the pixel (person plane).
NOT_SAID = 255
#: What a gesture says where each curve's pixels are to become the other's; no pixel ever holds it.
EXCHANGED = 254
#: A pixel nobody reviewed (label dataset).
IGNORE = 255

#: Colour-blind-safe orange and blue (Okabe and Ito 2008), RGB.
CLASS_COLOURS: dict[int, tuple[int, int, int]] = {0: (255, 255, 255), 1: (230, 159, 0), 2: (0, 114, 178)}


class PixelClass(IntEnum):
    """Who owns a pixel."""

    BACKGROUND = 0
    CURVE_1 = 1
    CURVE_2 = 2


class Origin(IntEnum):
    """Who decided a pixel."""

    MODEL = 0
    PERSON = 1
