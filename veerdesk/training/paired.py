"""Figures of several seeds: mean, spread, and whether two targets differ by more than the seeds do.

Separate because with three seeds almost every difference is a tale, and one rule must judge them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

#: Two-sided 95 % points of Student's t for 1 to 9 degrees of freedom (any table of it).
_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)

Finding = Literal["more", "less", "no difference shown"]


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean of the seeds, and the standard deviation of one seed (0 for a single one)."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more the first has than the second: mean over pairs of one seed each, and half the 95 % interval of it.

    ``half`` is infinite for a single pair, which shows nothing.
    """

    mean: float
    half: float
    same_sign: bool

    @property
    def finding(self) -> Finding:
        """Whether the interval leaves zero out."""
        if not np.isfinite(self.half) or abs(self.mean) <= self.half:
            return "no difference shown"
        return "more" if self.mean > 0 else "less"


def spread(values: Sequence[float]) -> Spread:
    """Return mean and spread of the seeds that have a figure; NaN where none has.

    >>> spread([0.5, 0.7])
    Spread(mean=0.6, deviation=0.1414)
    """
    found = np.asarray([v for v in values if np.isfinite(v)], np.float64)
    if not len(found):
        return Spread(float("nan"), float("nan"))
    deviation = float(found.std(ddof=1)) if len(found) > 1 else 0.0
    return Spread(round(float(found.mean()), 4), round(deviation, 4))


def difference(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Return how much more the first has, seed by seed; pairs without a figure are left out.

    >>> difference([0.8, 0.82, 0.81], [0.7, 0.72, 0.71]).finding
    'more'
    >>> difference([0.8, 0.7], [0.7, 0.72]).finding
    'no difference shown'
    """
    gaps = np.asarray(first, np.float64) - np.asarray(second, np.float64)
    gaps = gaps[np.isfinite(gaps)]
    if not len(gaps):
        return Difference(float("nan"), float("inf"), False)
    mean = float(gaps.mean())
    if len(gaps) < 2:
        return Difference(round(mean, 4), float("inf"), True)
    point = _T95[min(len(gaps) - 2, len(_T95) - 1)]
    half = point * float(gaps.std(ddof=1)) / float(np.sqrt(len(gaps)))
    return Difference(round(mean, 4), round(half, 4), bool((gaps > 0).all() or (gaps < 0).all()))
