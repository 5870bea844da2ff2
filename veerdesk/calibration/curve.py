"""A trace expressed in value against depth on the grid of an export.

Separate because it is the one place where pixels become numbers that a petrophysicist reads.
Bridging is done before, on the trace: a NaN here is a null there, and nothing is carried past a curve's ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.depth import DepthMap
from veerdesk.calibration.description import CurveSpec
from veerdesk.calibration.grid import DepthGrid
from veerdesk.calibration.scale import unit_of, values_of, wrap_counts
from veerdesk.imaging.geometry import TrackGeometry

if TYPE_CHECKING:
    from veerdesk.tracing.trace import Trace

#: A row position this near to a whole number is that row: rounding of depths must not null a neighbour of a gap.
_WHOLE_ROW = 1e-4
#: Rows without ink that a pen may take to come in at the other border.
_WRAP_GAP_ROWS = 12


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve of the well: ``depth`` and ``value`` are ``(n,)`` float64, NaN where there is no value."""

    mnemonic: str
    unit: str
    description: str
    depth: NDArray[np.float64]
    value: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrackFrame:
    """What turns a position on one track into depth: borders, anchors, stroke width, and the factor to the grid's unit.

    ``depth_factor`` multiplies a depth of the anchors' unit to be in the grid's unit.
    """

    geometry: TrackGeometry
    depth: DepthMap
    stroke_px: float
    depth_factor: float = 1.0

    def rows_of(self, depths: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scan row (with its fraction) of each depth of the grid."""
        return self.depth.row_at(np.asarray(depths, np.float64) / self.depth_factor)

    def share_of(self, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return columns as share of the track's width in their own row: borders may lean."""
        left = self.geometry.left_at(rows)
        return np.asarray((columns - left) / (self.geometry.right_at(rows) - left), np.float64)

    def column_of(self, rows: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scan column of each share of the width in its row, px."""
        left = self.geometry.left_at(rows)
        return np.asarray(left + share * (self.geometry.right_at(rows) - left), np.float64)


def curve_from_trace(
    trace: Trace,
    curve: CurveSpec,
    *,
    frame: TrackFrame,
    grid: DepthGrid,
    sample: Literal["linear", "extreme"] = "linear",
) -> Curve:
    """Return one slot of a trace as value against depth on the grid.

    Parameters
    ----------
    trace
        Positions in scan px, already bridged: NaN stays without a value.
    sample
        ``linear`` takes the value at the depth, interpolated between the two rows around it (in log space on a
        log scale); ``extreme`` takes the farthest excursion within half a step above and below where it is more than a
        stroke away, so that a spike that runs flat for a row is kept.

    Returns
    -------
    Curve whose depth is ``grid.depths``; NaN outside the trace's rows and wherever a row it rests on has no position.
    """
    slot = curve.slot - 1
    rows = np.arange(trace.rows.start, trace.rows.stop, dtype=np.float64)
    share = frame.share_of(rows, trace.x[slot])
    wraps = _wraps(curve, share)
    is_log = curve.scale == "log" and curve.has_scale
    at = frame.rows_of(grid.depths) - trace.rows.start
    value = _between_rows(values_of(curve, share, wraps), at, is_log=is_log)
    if sample == "extreme":
        low = frame.share_of(rows, trace.low[slot].astype(np.float64))
        high = frame.share_of(rows, trace.high[slot].astype(np.float64))
        stroke = frame.stroke_px / max(1.0, frame.geometry.width_px)
        between = np.arange(grid.first, grid.last + 2, dtype=np.float64) - 0.5
        edges = frame.rows_of(np.asarray(between * float(grid.step), np.float64)) - trace.rows.start
        farthest = _farthest(share, low, high, _between_rows(share, at, is_log=False), edges, stroke)
        nearest = np.clip(np.rint(at).astype(np.int64), 0, max(0, len(wraps) - 1))
        kept = values_of(curve, farthest, wraps[nearest])
        value = np.where(np.isfinite(kept), kept, value)
    return Curve(curve.mnemonic, unit_of(curve), curve.description, grid.depths, value)


def _wraps(curve: CurveSpec, share: NDArray[np.float64]) -> NDArray[np.int64]:
    if curve.wrap == "none":
        return np.zeros(share.shape, np.int64)
    return wrap_counts(share, longest_gap=_WRAP_GAP_ROWS)


def _between_rows(values: NDArray[np.float64], at: NDArray[np.float64], *, is_log: bool) -> NDArray[np.float64]:
    """Values per row, ``(n,)``, at row positions ``(m,)``; NaN outside and beside a missing row."""
    out = np.full(at.shape, np.nan)
    if not len(values):
        return out
    whole = np.rint(at)
    at = np.where(np.abs(at - whole) < _WHOLE_ROW, whole, at)
    inside = (at >= 0) & (at <= len(values) - 1)
    below = np.floor(at[inside]).astype(np.int64)
    above = np.minimum(below + 1, len(values) - 1)
    share = at[inside] - below
    on_row = share == 0
    flat = np.log(values, where=values > 0, out=np.full(values.shape, np.nan)) if is_log else values
    between = flat[below] * (1 - share) + flat[above] * share
    out[inside] = np.where(on_row, values[below], np.exp(between) if is_log else between)
    return out


def _farthest(
    share: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    base: NDArray[np.float64],
    edges: NDArray[np.float64],
    stroke: float,
) -> NDArray[np.float64]:
    """Farthest position from ``base`` in each step's rows, where more than a stroke away; NaN elsewhere.

    share, low, high: (rows,); base: (m,); edges: (m + 1,) row positions between the steps.
    """
    cuts = np.clip(np.ceil(edges - _WHOLE_ROW), 0, len(share)).astype(np.int64)
    filled = np.diff(cuts) > 0
    out = np.full(base.shape, np.nan)
    starts = cuts[:-1][filled]
    if not len(starts):
        return out
    # The ends of a run lie half a stroke beyond the pen's path.
    left, right = low + stroke / 2, high - stroke / 2
    narrow = ~(left <= right)
    left, right = np.where(narrow, share, left), np.where(narrow, share, right)
    stop = cuts[-1]
    lowest, highest = np.fmin.reduceat(left[:stop], starts), np.fmax.reduceat(right[:stop], starts)
    middle = np.where(np.isfinite(base[filled]), base[filled], (lowest + highest) / 2)
    farther = np.where(highest - middle >= middle - lowest, highest, lowest)
    out[filled] = np.where(np.abs(farther - middle) > stroke, farther, np.nan)
    return out
