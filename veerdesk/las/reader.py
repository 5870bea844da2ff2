"""A LAS file back to curves, for the plot-back and for people who check.

Separate because what is proved must be what was written: the file, not the numbers in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import lasio
import numpy as np

from veerdesk.calibration.curve import Curve
from veerdesk.errors import UnusableInputError
from veerdesk.units import DepthUnit

_FEET = {"F", "FT", "FEET", "FOOT"}
_METRES = {"M", "METER", "METERS", "METRE", "METRES"}


@dataclass(frozen=True, slots=True)
class LasFile:
    """A LAS file as read: curves (without the index), depth unit, ~Well items by mnemonic, ~Other text."""

    curves: tuple[Curve, ...]
    depth_unit: DepthUnit
    items: tuple[tuple[str, str], ...]
    other: str

    def curve(self, mnemonic: str) -> Curve | None:
        """Return one curve by mnemonic, or None."""
        return next((c for c in self.curves if c.mnemonic.upper() == mnemonic.upper()), None)


def read_las(path: Path) -> LasFile:
    """Read a LAS file's curves; the null value becomes NaN.

    Raises
    ------
    UnusableInputError
        The file is missing, is no LAS file, has no data, or its depth unit is neither feet nor metres.
    """
    remedy = "Give a LAS 2.0 file with a ~Curve and an ~ASCII section."
    try:
        las = lasio.read(str(path), ignore_header_errors=False)
        index = np.asarray(las.index, np.float64)
        columns = [np.asarray(curve.data, np.float64) for curve in las.curves[1:]]
    except FileNotFoundError as trouble:
        raise UnusableInputError(f"{path} does not exist.", "Check the file's name and folder.") from trouble
    except (
        OSError, ValueError, KeyError, IndexError, TypeError, AttributeError,
        lasio.exceptions.LASHeaderError, lasio.exceptions.LASDataError, lasio.exceptions.LASUnknownUnitError,
    ) as trouble:  # fmt: skip
        raise UnusableInputError(f"{path} cannot be read as LAS: {trouble}.", remedy) from trouble
    if not index.size:
        raise UnusableInputError(f"{path} holds no data.", remedy)
    curves = tuple(
        Curve(c.original_mnemonic, str(c.unit), str(c.descr), index, values)
        for c, values in zip(las.curves[1:], columns, strict=True)
    )
    unit = str(las.curves[0].unit or las.well["STRT"].unit).upper()
    if unit not in _FEET | _METRES:
        raise UnusableInputError(f"{path} has its depth in {unit or 'no unit'}.", "Depths in FT or M are understood.")
    items = tuple((item.original_mnemonic, str(item.value)) for item in las.well)
    return LasFile(curves, "ft" if unit in _FEET else "m", items, str(las.other))
