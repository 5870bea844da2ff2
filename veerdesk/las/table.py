"""The same curves as a CSV table, for people who load a spreadsheet.

Separate because a spreadsheet wants one header line with units and empty cells where LAS wants a null value.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from veerdesk.imaging.png import replacing
from veerdesk.las.header import las_unit
from veerdesk.las.writer import LasTable, decimals_for
from veerdesk.units import DepthUnit


def write_csv(path: Path, table: LasTable, unit: DepthUnit) -> None:
    """Write depth and curves as CSV in UTF-8: ``DEPT (FT),GR (GAPI)``, empty where there is no value.

    Raises
    ------
    UnusableInputError
        The file cannot be written.
    """
    names = [f"DEPT ({las_unit(unit)})", *(f"{c.mnemonic} ({c.unit})" if c.unit else c.mnemonic for c in table.curves)]
    decimals = [decimals_for(c.value) for c in table.curves]
    with replacing(path) as out:
        text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        rows = csv.writer(text)
        rows.writerow(names)
        for k, depth in enumerate(table.grid.texts()):
            values = (curve.value[k] for curve in table.curves)
            rows.writerow(
                [depth, *("" if np.isnan(v) else f"{v:.{d}f}" for v, d in zip(values, decimals, strict=True))]
            )
        text.flush()
        text.detach()
