"""The colours of the two curves: pairs to choose from, as no one pair is told apart best by every eye.

Separate from the themes because a person chooses both on their own, and because what is claimed of a pair is tested.
"""

from __future__ import annotations

from typing import Literal

PaletteChoice = Literal["orange-blue", "red-teal", "yellow-violet"]

#: Curve 1 and curve 2 over light and over dark surfaces. The first is of Okabe and Ito's set, made for red-green
#: blindness and far apart for blue-yellow blindness too; the second is further apart still for the latter; the third
#: differs in lightness, for eyes that see no colour, and for grey prints.
PAIRS: dict[PaletteChoice, dict[bool, tuple[str, str]]] = {
    "orange-blue": {False: ("#E69F00", "#0072B2"), True: ("#F5B335", "#56B4E9")},
    "red-teal": {False: ("#CC3311", "#009988"), True: ("#FF7A66", "#3DD6C6")},
    "yellow-violet": {False: ("#FFC400", "#5B2A86"), True: ("#FFE066", "#8A4DFF")},
}


def next_palette(choice: PaletteChoice) -> PaletteChoice:
    """Return the palette after one, the first after the last."""
    names = list(PAIRS)
    return names[(names.index(choice) + 1) % len(names)]
