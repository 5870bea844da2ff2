"""The comparison's document as figures of seeds: one figure of one target, over its runs.

Separate because the tables and the verdicts must read the same figures in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veerdesk.training.claims import Reading
from veerdesk.training.losses import Target
from veerdesk.training.paired import Difference, Spread, difference, spread

#: How each target's masks are read where nothing else is said.
OWN_READING: Mapping[Target, Reading] = {"exclusive": "argmax", "independent": "alone"}


class Board:
    """Figures of a document that `veerdesk.training.compare` returned; changes nothing of it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._runs = sorted(document["runs"], key=lambda run: run["seed"])
        self.sets = tuple(str(each["name"]) for each in document["sets"][1:])  # the first was tuned on

    def pixels(self, target: Target, name: str, reading: Reading, region: str, figure: str) -> list[float]:
        """Return a figure of a reading of a set, a value a seed; NaN where there was nothing to judge."""
        return [_number(r["scores"][name]["readings"][reading][region][figure]) for r in self._of(target)]

    def traced(self, target: Target, name: str, way: str, figure: str) -> list[float]:
        """Return a figure of the decode of a set, a value a seed; NaN where there was nothing to judge."""
        return [_number(r["scores"][name]["traced"][way][figure]) for r in self._of(target)]

    def pixel_spread(self, target: Target, name: str, reading: Reading, region: str, figure: str) -> Spread:
        """Return mean and spread of `pixels`."""
        return spread(self.pixels(target, name, reading, region, figure))

    def pixel_gain(self, name: str, reading: Reading, region: str, figure: str) -> Difference:
        """Return what the exclusive target, read by argmax, has more than the independent one in a reading."""
        own = self.pixels("exclusive", name, OWN_READING["exclusive"], region, figure)
        return difference(own, self.pixels("independent", name, reading, region, figure))

    def crossing_gain(self, name: str, reading: Reading, figure: str) -> Difference:
        """Return how much larger the gain of `pixel_gain` is at crossings than elsewhere."""
        near, away = (self._gaps(name, reading, region, figure) for region in ("crossing", "elsewhere"))
        return difference(near, away)

    def traced_gain(self, name: str, way: str, figure: str) -> Difference:
        """Return what the exclusive target has more than the independent one, whose masks reach the decode in ``way``."""
        return difference(
            self.traced("exclusive", name, "as answered", figure), self.traced("independent", name, way, figure)
        )

    def _gaps(self, name: str, reading: Reading, region: str, figure: str) -> list[float]:
        own = self.pixels("exclusive", name, OWN_READING["exclusive"], region, figure)
        other = self.pixels("independent", name, reading, region, figure)
        return [first - second for first, second in zip(own, other, strict=True)]

    def _of(self, target: Target) -> list[Mapping[str, Any]]:
        return [run for run in self._runs if run["target"] == target]


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
