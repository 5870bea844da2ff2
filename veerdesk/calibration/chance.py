"""From how sure the decode is to the chance that it is right, as measured on rendered logs that no model was trained on.

Separate because a margin in nats adds up charges of the decode as if each row told something new, and so claims far too
much: only counting right and wrong answers says what it is worth. ``python -m veerdesk.training.reliability`` counts.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from veerdesk.errors import UnusableInputError
from veerdesk.resources import resource

#: The bundled measurement, beside the weights that it was made with.
RELIABILITY = ("models", "reliability.json")


@dataclass(frozen=True, slots=True)
class ChanceMap:
    """A map to the chance of being right that never falls: straight lines between knots, level beyond the last two.

    ``at`` are the knots, growing: nats or confidence; ``chance`` 0..1 at each, never falling.
    """

    at: tuple[float, ...]
    chance: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse knots that are no such map with a ValueError."""
        grows = all(a < b for a, b in zip(self.at, self.at[1:])) and all(map(math.isfinite, self.at))
        never_falls = all(a <= b for a, b in zip(self.chance, self.chance[1:]))
        if not (self.at and len(self.at) == len(self.chance) and grows and never_falls):
            raise ValueError("a chance map needs growing knots and a chance for each that never falls")
        if not 0.0 <= self.chance[0] <= self.chance[-1] <= 1.0:
            raise ValueError("a chance lies between 0 and 1")

    def of(self, value: float) -> float:
        """Return the chance of being right at a value.

        >>> ChanceMap((0.0, 10.0), (0.5, 0.9)).of(5.0)
        0.7
        """
        number = bisect_right(self.at, value)
        if number == 0 or number == len(self.at):
            return self.chance[max(0, number - 1)]
        a, b = self.at[number - 1 : number + 1]
        low, high = self.chance[number - 1 : number + 1]
        return low + (high - low) * (value - a) / (b - a)

    def of_many(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the chance at each value, an array of the same shape."""
        return np.asarray(np.interp(values, self.at, self.chance), np.float64)

    def least(self, chance: float) -> float:
        """Return the least value from which on the chance is at least so high; infinity where it never is.

        >>> round(ChanceMap((0.0, 10.0), (0.5, 0.9)).least(0.7), 9)
        5.0
        """
        if chance > self.chance[-1]:
            return math.inf
        number = next(k for k, known in enumerate(self.chance) if known >= chance)
        if number == 0:
            return self.at[0]
        low, high = self.chance[number - 1 : number + 1]
        a, b = self.at[number - 1 : number + 1]
        return a + (b - a) * (chance - low) / (high - low)


@dataclass(frozen=True, slots=True)
class Reliability:
    """What the program's own certainty was worth: margins of crossings (nats) and confidence of rows, as chances.

    ``model`` and ``digest`` name the weights it was measured with.
    """

    model: str
    digest: str
    crossing: ChanceMap
    row: ChanceMap


def read_reliability(path: Path) -> Reliability:
    """Return a measurement as `veerdesk.training.reliability` writes it.

    Raises
    ------
    UnusableInputError
        The file cannot be read or is not one.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        maps = (ChanceMap(tuple(m["at"]), tuple(m["chance"])) for m in (said["crossing"], said["row"]))
        return Reliability(str(said["model"]), str(said["digest"]), *maps)
    except (OSError, ValueError, KeyError, TypeError) as trouble:
        raise UnusableInputError(
            f"The measurement of reliability {path} cannot be used: {trouble}.",
            "Run `python -m veerdesk.training.reliability` again.",
        ) from trouble


@lru_cache(maxsize=1)
def shipped_reliability() -> Reliability:
    """Return the measurement that ships beside the model; raises as `read_reliability`."""
    return read_reliability(resource(*RELIABILITY))
