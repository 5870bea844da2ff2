"""Drawn evidence with known truth, for the tests of the decode."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan
from veerdesk.tracing.decode import Decoder
from veerdesk.tracing.trace import TracePin


@dataclass
class DrawnLog:
    """A track of two curves: ``x`` ``(2, rows)`` px, NaN where absent; evidence as a perfect model would give it."""

    rows: int
    width: int
    stroke: int = 5
    x: NDArray[np.float64] = field(init=False)
    p1: NDArray[np.uint8] = field(init=False)
    p2: NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        self.x = np.full((2, self.rows), np.nan)
        self.p1 = np.zeros((self.rows, self.width), np.uint8)
        self.p2 = self.p1.copy()

    def draw(
        self, slot: int, x: NDArray[np.float64], *, on: NDArray[np.bool_] | None = None, over: bool = False
    ) -> DrawnLog:
        """Draw one curve, ink only where ``on``; shared ink stays with curve 1 unless ``over``."""
        self.x[slot - 1] = x
        mine, other = (self.p1, self.p2) if slot == 1 else (self.p2, self.p1)
        for row in np.flatnonzero(np.isfinite(x)):
            if on is not None and not on[row]:
                continue
            near = [
                x[row],
                *(0.5 * (x[row] + x[k]) for k in (row - 1, row + 1) if 0 <= k < self.rows and np.isfinite(x[k])),
            ]
            low = max(0, round(min(near) - (self.stroke - 1) / 2))
            high = min(self.width - 1, round(max(near) + (self.stroke - 1) / 2))
            here = slice(low, high + 1)
            free = other[row, here] == 0 if slot == 2 and not over else np.ones(high + 1 - low, bool)
            mine[row, here][free] = 255
            other[row, here][free] = 0
        return self

    def evidence(self, rows: RowSpan) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
        """Return the evidence of some rows."""
        return self.p1[rows.start : rows.stop], self.p2[rows.start : rows.stop], 0

    def decoder(self, pins: tuple[TracePin, ...] = (), is_single: bool = False) -> Decoder:
        """Return a decoder over all rows."""
        return Decoder(RowSpan(0, self.rows), self.evidence, pins, float(self.stroke), float(self.width), is_single)


def walk(rng: np.random.Generator, rows: int, width: int, *, calm: float = 12.0) -> NDArray[np.float64]:
    """Return a smooth random column in each row, well inside the track."""
    knots = rng.uniform(0.15, 0.85, int(rows / calm) + 3) * width
    at = np.arange(rows) / calm
    line = np.interp(at, np.arange(len(knots)), np.convolve(knots, np.ones(5) / 5, "same"))
    return np.asarray(np.clip(np.convolve(np.pad(line, 8, "edge"), np.ones(17) / 17, "valid"), 8, width - 9))


def dashes(rows: int, on: int, off: int) -> NDArray[np.bool_]:
    """Return ``(rows,)`` True where a dashed curve leaves ink."""
    return np.arange(rows) % (on + off) < on
