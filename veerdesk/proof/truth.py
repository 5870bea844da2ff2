"""An exported LAS against the truth of a rendered log: the error of each curve in percent of full scale.

Separate because no figure counts unless the program prints it from its own deliverables.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import CurveSpec, WellDescription
from veerdesk.calibration.scale import scale_of
from veerdesk.errors import UnusableInputError
from veerdesk.las.reader import LasFile

_DEPTH = "depth_ft"


@dataclass(frozen=True, slots=True)
class CurveError:
    """How far one curve of the LAS is from what was drawn, percent of full scale.

    ``cover`` is the share of depths with a true value for which the LAS holds one, ``false`` the share of depths
    without one for which it holds a value all the same (None where there are none), ``within_1`` the share of depths
    with a true value at which the LAS is within one percent.
    """

    mnemonic: str
    median: float
    p95: float
    within_1: float
    cover: float
    false: float | None

    def as_dict(self) -> dict[str, float | str | None]:
        """Return the figures, rounded, by name."""
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}


def read_truth(path: Path) -> dict[str, NDArray[np.float64]]:
    """Return every column of a truth table (``csv.gz``), ``(rows,)`` float64 each; NaN where empty.

    Raises
    ------
    UnusableInputError
        It cannot be read or has no depth column.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
            rows = list(csv.reader(text))
        columns = {
            name: np.array([float(row[k]) if row[k] else np.nan for row in rows[1:]]) for k, name in enumerate(rows[0])
        }
    except (OSError, EOFError, ValueError, IndexError) as trouble:
        raise UnusableInputError(f"The truth table {path} cannot be read: {trouble}.", "Install it again.") from trouble
    if _DEPTH not in columns:
        raise UnusableInputError(f"The truth table {path} has no column {_DEPTH}.", "Install it again.")
    return columns


def curve_errors(
    las: LasFile, description: WellDescription, truth: Mapping[str, NDArray[np.float64]]
) -> tuple[CurveError, ...]:
    """Return the error of every curve that the description, the LAS and the truth have in common."""
    out: list[CurveError] = []
    for track in description.tracks:
        for spec in track.curves:
            curve = las.curve(spec.mnemonic)
            if curve is not None and spec.mnemonic in truth:
                expected = _at_depths(curve.depth, truth[_DEPTH], truth[spec.mnemonic], spec)
                out.append(_error(spec, curve.value, expected))
    return tuple(out)


def _at_depths(
    depths: NDArray[np.float64], truth_depths: NDArray[np.float64], values: NDArray[np.float64], spec: CurveSpec
) -> NDArray[np.float64]:
    """Return the true share of the width at each depth, NaN beside a row without a true value."""
    share = scale_of(spec).share_at(values)
    return np.asarray(np.interp(depths, truth_depths, share, left=np.nan, right=np.nan), np.float64)


def _error(spec: CurveSpec, value: NDArray[np.float64], expected: NDArray[np.float64]) -> CurveError:
    got = scale_of(spec).share_at(value)
    has_truth, has_value = np.isfinite(expected), np.isfinite(got)
    both = has_truth & has_value
    error = 100 * np.abs(got[both] - expected[both])
    asked = max(1, int(has_truth.sum()))
    none = ~has_truth
    return CurveError(
        spec.mnemonic,
        float(np.median(error)) if error.size else float("nan"),
        float(np.percentile(error, 95)) if error.size else float("nan"),
        float((error <= 1).sum() / asked),
        float(both.sum() / asked),
        float((has_value & none).sum() / none.sum()) if none.any() else None,
    )
