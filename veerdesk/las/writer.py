"""Curves to a LAS 2.0 file, through lasio.

Separate because it is the one door out for numbers: depths exact, one null, only characters that LAS allows.

Source: CWLS LAS 2.0 (1992, updates of 2014 and 2017).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import lasio
import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.curve import Curve
from veerdesk.calibration.description import WellDescription
from veerdesk.calibration.grid import DepthGrid
from veerdesk.errors import UnusableInputError, UsageError
from veerdesk.imaging.png import replacing
from veerdesk.las.header import HeaderText, Provenance, Rewritten, las_unit, parameter_lines, well_lines

#: Digits kept of a curve's span (or of its smallest value, where it runs over decades).
_DIGITS = 5
_MOST_DECIMALS = 9
#: Largest over smallest value above which a positive curve is held to run over decades.
_DECADES = 20.0


@dataclass(frozen=True, slots=True)
class LasTable:
    """What a LAS file's data section holds: one depth grid and its curves, in order."""

    grid: DepthGrid
    curves: tuple[Curve, ...]


def require_version(version: str) -> None:
    """Check that a LAS version can be written.

    Raises
    ------
    UsageError
        The version is not built yet.
    """
    if version != "2.0":
        raise UsageError(f"LAS {version} cannot be written yet.", "Ask for LAS 2.0 ([las].version or --las).")


def write_las(
    path: Path, table: LasTable, description: WellDescription, provenance: Provenance
) -> tuple[Rewritten, ...]:
    """Write one LAS file, complete or not at all, and return every text that had to be changed.

    Lines end in CR LF. STRT, STOP and STEP are written as exact decimals; NaN is written as the null value.

    Raises
    ------
    UnusableInputError
        A value would be written as the null value, or the file cannot be written.
    UsageError
        The description asks for a version that is not built yet.
    """
    require_version(description.las.version)
    text = HeaderText()
    las = lasio.LASFile()
    del las.version["DLM"]  # lasio writes it, LAS 2.0 does not have it
    las.version["VERS"] = lasio.HeaderItem("VERS", "", 2.0, "CWLS LOG ASCII STANDARD - VERSION 2.0")
    las.version["WRAP"] = lasio.HeaderItem("WRAP", "", "NO", "ONE LINE PER DEPTH STEP")
    _fill_header(las, table, description, text)
    formats = _fill_data(las, table, description, text)
    las.other = "\n".join(text.value(line, f"~Other line {k}") for k, line in enumerate(provenance.lines(), 1))
    grid = table.grid
    with replacing(path) as out:
        lines = io.TextIOWrapper(out, encoding="ascii", newline="\r\n", write_through=True)
        las.write(
            lines,
            version=None,
            STRT=grid.text(grid.first),
            STOP=grid.text(grid.last),
            STEP=str(grid.step),
            column_fmt=formats,
            len_numeric_field=12,
            mnemonics_header=True,
        )
        lines.flush()
        lines.detach()
    return text.rewritten


def _fill_header(las: lasio.LASFile, table: LasTable, description: WellDescription, text: HeaderText) -> None:
    unit = las_unit(description.las.unit or description.depth.unit)
    grid = table.grid
    well = lasio.SectionItems()
    for mnemonic, value, words in (
        ("STRT", grid.text(grid.first), "START DEPTH"),
        ("STOP", grid.text(grid.last), "STOP DEPTH"),
        ("STEP", str(grid.step), "STEP"),
    ):
        well.append(lasio.HeaderItem(mnemonic, unit, value, words))
    well.append(lasio.HeaderItem("NULL", "", null_text(description.las.null), "NULL VALUE"))
    for line in well_lines(description.items, text):
        well.append(lasio.HeaderItem(line.mnemonic, line.unit, line.value, line.description))
    las.sections["Well"] = well
    parameters = lasio.SectionItems()
    for line in parameter_lines(description.items, description.depth.reference, description.depth.unit, text):
        parameters.append(lasio.HeaderItem(line.mnemonic, line.unit, line.value, line.description))
    las.sections["Parameter"] = parameters


def _fill_data(las: lasio.LASFile, table: LasTable, description: WellDescription, text: HeaderText) -> dict[int, str]:
    unit = las_unit(description.las.unit or description.depth.unit)
    las.append_curve("DEPT", table.grid.depths, unit=unit, descr="DEPTH")
    formats = {0: f"%.{table.grid.decimals}f"}
    null = null_text(description.las.null)
    for k, curve in enumerate(table.curves, start=1):
        formats[k] = f"%.{decimals_for(curve.value)}f"
        _refuse_null_value(curve, formats[k], null)
        las.append_curve(
            text.mnemonic(curve.mnemonic, f"curve {curve.mnemonic}"),
            curve.value,
            unit=text.unit(curve.unit, f"unit of {curve.mnemonic}"),
            descr=text.description(curve.description, f"description of {curve.mnemonic}"),
        )
    return formats


def null_text(null: float) -> str:
    """Return the null value as it is written, such as ``-999.25`` or ``-9999``."""
    return str(int(null)) if null == int(null) else repr(float(null))


def decimals_for(values: NDArray[np.float64]) -> int:
    """Return the decimals that keep a hundred-thousandth of a curve's span, more where it runs over decades."""
    held = values[np.isfinite(values)]
    if not held.size:
        return 4
    size = float(held.max() - held.min()) or abs(float(held[0])) or 1.0
    if held.min() > 0 and held.max() > _DECADES * held.min():
        size = float(held.min())
    return int(np.clip(np.ceil(_DIGITS - np.log10(size)), 0, _MOST_DECIMALS))


def _refuse_null_value(curve: Curve, fmt: str, null: str) -> None:
    held: Sequence[float] = curve.value[np.isclose(curve.value, float(null), rtol=0, atol=1.0)].tolist()
    if any(float(fmt % value) == float(null) for value in held):
        raise UnusableInputError(
            f"Curve {curve.mnemonic} holds the value {null}, which stands for no value in this LAS file.",
            "Give [las].null a number that no curve reaches, such as -999.25.",
        )
