"""Depth units, their conversion, and the LAS null value.

Separate because calibration, LAS and the window must agree on one factor.
"""

from __future__ import annotations

from typing import Literal

DepthUnit = Literal["ft", "m"]

# International foot, exact since 1959 (NIST SP 811, B.6).
METRES_PER_FOOT = 0.3048

# The null value most LAS files carry (LAS 2.0, section ~W, NULL).
LAS_NULL = -999.25


def depth_factor(from_unit: DepthUnit, to_unit: DepthUnit) -> float:
    """Return the number by which a depth in ``from_unit`` is multiplied to be in ``to_unit``.

    >>> depth_factor("ft", "m")
    0.3048
    """
    if from_unit == to_unit:
        return 1.0
    return METRES_PER_FOOT if to_unit == "m" else 1.0 / METRES_PER_FOOT
