"""Trace: one column per row and slot, with what kind of ink stands behind it; and the pins a person set.

Separate because calibration, session and window read traces and need not know how they were decoded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan


class TraceKind(IntEnum):
    """What a value of a trace rests on."""

    ABSENT = 0
    OWN_INK = 1
    BRIDGED = 2
    SHARED = 3


@dataclass(frozen=True, slots=True)
class TracePin:
    """A person's word that outranks the decode: ``at`` (one row, ``column`` in scan px), ``absent`` or ``shared``."""

    kind: Literal["at", "absent", "shared"]
    slot: Literal[1, 2]
    rows: RowSpan
    column: float | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """Both curves of a track, row by row.

    Attributes
    ----------
    rows
        The rows covered, half-open; n is their number.
    x
        ``(2, n)`` float64, column in scan px; NaN where the curve is absent.
    low, high
        ``(2, n)`` float32, ends of the stroke in that row, scan px (far apart where it runs flat); NaN where absent.
    confidence
        ``(2, n)`` float32, 0..1; 0 where absent.
    kind
        ``(2, n)`` uint8, a TraceKind each.
    """

    rows: RowSpan
    x: NDArray[np.float64]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    confidence: NDArray[np.float32]
    kind: NDArray[np.uint8]

    @classmethod
    def absent(cls, rows: RowSpan) -> Trace:
        """Return a trace with both curves absent in every row."""
        shape = (2, rows.rows)
        nothing = np.full(shape, np.nan, np.float32)
        return cls(
            rows,
            np.full(shape, np.nan),
            nothing,
            nothing.copy(),
            np.zeros(shape, np.float32),
            np.zeros(shape, np.uint8),
        )

    def part(self, rows: RowSpan) -> Trace:
        """Return the rows that lie in ``rows`` as a trace of views."""
        rows = rows.clipped(self.rows)
        at = slice(rows.start - self.rows.start, rows.stop - self.rows.start)
        return Trace(rows, self.x[:, at], self.low[:, at], self.high[:, at], self.confidence[:, at], self.kind[:, at])

    @property
    def share_null(self) -> tuple[float, float]:
        """Share of rows without a value, for slot 1 and slot 2."""
        if self.rows.is_empty:
            return 0.0, 0.0
        share = np.isnan(self.x).mean(axis=1)
        return float(share[0]), float(share[1])
