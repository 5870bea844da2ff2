"""The depth grid of an export: whole multiples of the step, held as whole numbers.

Separate because the standard forbids a rounded depth (LAS 2.0, update of 2017: depth divided by step must be
a whole number), and a grid of ``index * step`` is the one form that cannot drift.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from veerdesk.errors import UnusableInputError

#: A limit this share of a step beside a multiple still means that multiple.
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class DepthGrid:
    """Depths ``index * step`` for every index from ``first`` to ``last``, both inclusive.

    >>> DepthGrid(Decimal("0.1524"), 1162, 1163).texts()
    ('177.0888', '177.2412')
    """

    step: Decimal
    first: int
    last: int

    @property
    def size(self) -> int:
        """Number of depths."""
        return self.last - self.first + 1

    @property
    def decimals(self) -> int:
        """Decimals that write every depth exactly."""
        exponent = self.step.as_tuple().exponent
        return max(0, -int(exponent))

    @property
    def depths(self) -> NDArray[np.float64]:
        """``(size,)`` float64, each the double nearest to its exact depth."""
        scale = 10**self.decimals
        whole = int(self.step * scale) * np.arange(self.first, self.last + 1, dtype=np.int64)
        return np.asarray(whole / float(scale), np.float64)

    def text(self, index: int) -> str:
        """Return the exact depth of one index as decimal text."""
        return f"{index * self.step:.{self.decimals}f}"

    def texts(self) -> tuple[str, ...]:
        """Return every depth as decimal text."""
        return tuple(self.text(k) for k in range(self.first, self.last + 1))


def step_of(step: float) -> Decimal:
    """Return the step as the decimal number that a person typed.

    Raises
    ------
    UnusableInputError
        The step is not above zero.
    """
    if not np.isfinite(step) or step <= 0:
        raise UnusableInputError(
            f"A depth step of {step:g} cannot be used.",
            "Give Step in the export a number above zero, or step under [las].",
        )
    exact = Decimal(repr(float(step)))
    return exact.normalize() if exact != exact.to_integral() else exact.quantize(Decimal(1))


def grid_between(top: float, base: float, step: float) -> DepthGrid:
    """Return the multiples of ``step`` that lie between two depths, both inclusive.

    Raises
    ------
    UnusableInputError
        No multiple lies between them.
    """
    exact = step_of(step)
    first = int(np.ceil(top / float(exact) - _SLACK))
    last = int(np.floor(base / float(exact) + _SLACK))
    if last < first:
        raise UnusableInputError(
            f"Between depth {top:g} and {base:g} lies no whole multiple of the step {exact}.",
            "Make the step smaller or the depth limits wider.",
        )
    return DepthGrid(exact, first, last)
