"""Share of the track's width to value and back: linear, logarithmic, reversed, wrapped, backup.

Separate because the curve, the plot-back and the canvas' read-out need one formula and its inverse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import CurveSpec, ScaleKind
from veerdesk.errors import UnusableInputError

#: A pen that leaves one border and enters at the other does so within this share of either border.
WRAP_EDGE = 0.2
#: The least share of the width that a wrap jumps from one row to the next: a pen is lifted there, and drew nothing.
WRAP_JUMP = 1.0 - 2.0 * WRAP_EDGE


@dataclass(frozen=True, slots=True)
class ValueScale:
    """Value at the left border (share 0) and at the right border (share 1); left above right is reversed.

    >>> ValueScale("log", 0.2, 2000.0).value_at(np.array([0.25])).round(6).tolist()
    [2.0]
    """

    kind: ScaleKind
    left: float
    right: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.left) and np.isfinite(self.right)) or self.left == self.right:
            raise UnusableInputError(
                f"A scale cannot run from {self.left:g} to {self.right:g}.", "Give two different border values."
            )
        if self.kind == "log" and min(self.left, self.right) <= 0:
            raise UnusableInputError(
                f"A logarithmic scale cannot run from {self.left:g} to {self.right:g}.",
                "Give border values above zero, or make the scale linear.",
            )

    def value_at(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the value at each share of the width (0 left border, 1 right border; outside goes on)."""
        at = np.asarray(share, np.float64)
        if self.kind == "log":
            low, high = np.log(self.left), np.log(self.right)
            return np.asarray(np.exp(low + at * (high - low)), np.float64)
        return np.asarray(self.left + at * (self.right - self.left), np.float64)

    def share_at(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of the width of each value; NaN where a log scale cannot show it."""
        at = np.asarray(value, np.float64)
        if self.kind == "log":
            low, high = np.log(self.left), np.log(self.right)
            shown = np.where(at > 0, at, np.nan)
            return np.asarray((np.log(shown) - low) / (high - low), np.float64)
        return np.asarray((at - self.left) / (self.right - self.left), np.float64)


#: What a track without a scale shows.
PERCENT = ValueScale("linear", 0.0, 100.0)


def scale_of(curve: CurveSpec) -> ValueScale:
    """Return the curve's scale, or percent of the track's width where none is stated."""
    if curve.left is None or curve.right is None:
        return PERCENT
    return ValueScale(curve.scale, curve.left, curve.right)


def unit_of(curve: CurveSpec) -> str:
    """Return the unit of :func:`scale_of`: the stated one, or ``%`` where there is no scale."""
    return curve.unit if curve.has_scale else "%"


def wrap_counts(share: NDArray[np.float64], *, longest_gap: int) -> NDArray[np.int64]:
    """Return how many times the curve has left the track to the right (negative: to the left) at each row.

    A wrap is a jump from within ``WRAP_EDGE`` of one border to within it of the other, from one row that has
    a position to the next, at most ``longest_gap`` rows on. The first row counts as not wrapped.

    Parameters
    ----------
    share
        ``(n,)`` float64, position as share of the width, NaN where absent.
    """
    counts = np.zeros(share.shape, np.int64)
    rows = np.flatnonzero(np.isfinite(share))
    if len(rows) < 2:
        return counts
    before, after = share[rows[:-1]], share[rows[1:]]
    near = np.diff(rows) <= longest_gap + 1
    right = near & (before > 1 - WRAP_EDGE) & (after < WRAP_EDGE)
    left = near & (before < WRAP_EDGE) & (after > 1 - WRAP_EDGE)
    counts[rows[1:]] = right.astype(np.int64) - left.astype(np.int64)
    return np.asarray(np.cumsum(counts), np.int64)


def values_of(curve: CurveSpec, share: NDArray[np.float64], wraps: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the value of each position, the stated wrap or backup scale taken into account.

    Parameters
    ----------
    share
        ``(n,)`` float64 share of the width, NaN where absent.
    wraps
        ``(n,)`` int64 of :func:`wrap_counts`; zero where the main scale holds.
    """
    main = scale_of(curve)
    if curve.wrap == "wrap":
        return main.value_at(share + wraps)
    if curve.wrap == "backup" and curve.backup is not None:
        second = ValueScale(curve.scale, *curve.backup)
        return np.where(wraps != 0, second.value_at(share), main.value_at(share))
    return main.value_at(share)
