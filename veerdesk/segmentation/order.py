"""Which of two curves the network calls curve 1, from what a person or a job says of their looks.

Separate because the network knows only the canonical order (CONTRACT, Who is who) and everyone who exchanges classes,
before training or after prediction, must ask the same question.
"""

from __future__ import annotations

Look = tuple[str | None, str | None]
#: How broken a stroke is, then how light: the canonical order of the styles a job can name.
STYLE_RANKS: dict[str, tuple[int, int]] = {
    "heavy": (0, 0),
    "solid": (0, 1),
    "thin": (0, 2),
    "dashed": (1, 1),
    "dashdot": (2, 1),
    "dotted": (3, 1),
}
_USUAL_STYLE, _USUAL_COLOUR = "solid", "#000000"


def canonical_rank(style: str | None, colour: str | None) -> tuple[int, int, float]:
    """Return a rank that is lower for the curve that comes first.

    Parameters
    ----------
    style
        One of CONTRACT's styles; None is taken for solid.
    colour
        ``#rrggbb``; None is taken for black.

    >>> canonical_rank("solid", None) < canonical_rank("dashed", None) < canonical_rank("dotted", None)
    True
    >>> canonical_rank("solid", "#000000") < canonical_rank("solid", "#d00000")
    True
    """
    broken, light = STYLE_RANKS.get(style or _USUAL_STYLE, STYLE_RANKS[_USUAL_STYLE])
    return broken, light, _brightness(colour or _USUAL_COLOUR)


def is_exchanged(slot1: Look | None, slot2: Look | None) -> bool:
    """Return True where the person's slots stand in the other order than the network's.

    Parameters
    ----------
    slot1, slot2
        Style and colour of each slot's curve as stated; None where the track has no such curve. A lone curve is the
        network's curve 1 whatever slot it has.

    >>> is_exchanged(("dashed", None), ("solid", None))
    True
    >>> is_exchanged((None, None), (None, None))
    False
    >>> is_exchanged(None, ("solid", None))
    True
    """
    if slot1 is None or slot2 is None:
        return slot1 is None and slot2 is not None
    return canonical_rank(*slot1) > canonical_rank(*slot2)


def _brightness(colour: str) -> float:
    """Return 0 (black) to 1 (white) of ``#rrggbb``; black where it is not a colour (ITU-R BT.601 weights)."""
    red, green, blue = channels(colour) or (0, 0, 0)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255.0


def channels(colour: str) -> tuple[int, int, int] | None:
    """Return red, green and blue of ``#rrggbb``, 0..255; None where it is not a colour."""
    digits = colour.removeprefix("#")
    try:
        red, green, blue = bytes.fromhex(digits)[:3]
    except ValueError:
        return None
    return red, green, blue
