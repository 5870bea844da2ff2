"""Numbers beside the scan: what each curve reads at a row, and its line over the rows in view.

Separate because the status bar, the curve panel and the export must say the same number for the same row:
share of the width from ``TrackSpec``, value from ``calibration.scale``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.depth import DepthMap
from veerdesk.calibration.description import CurveSpec, Slot, TrackSpec, WellDescription
from veerdesk.calibration.scale import WRAP_JUMP, scale_of, unit_of, values_of, wrap_counts
from veerdesk.errors import UnusableInputError
from veerdesk.rows import RowSpan
from veerdesk.session.well_curves import TrackTrace, longest_bridge, track_frame
from veerdesk.tracing.bridge import bridge_rows, bridged
from veerdesk.tracing.trace import Trace

# As calibration.curve: rows without ink that a pen may take to come in at the other border.
_WRAP_GAP_ROWS = 12
# A track that was painted by hand before its ink was measured.
_USUAL_STROKE_PX = 4.0


@dataclass(frozen=True, slots=True)
class CurveLine:
    """One curve over a span of rows. ``share`` is ``(rows,)`` float64, 0 left border, 1 right border, NaN absent."""

    slot: int
    mnemonic: str
    unit: str
    left: float
    right: float
    is_log: bool
    rows: RowSpan
    share: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one curve reads at one row; ``value`` None where it has no ink."""

    slot: int
    mnemonic: str
    unit: str
    value: float | None


def depth_map(description: WellDescription, scan_id: str) -> DepthMap | None:
    """Return the depths of a scan, or None until two anchors are placed."""
    scan = next((s for s in description.scans if s.id == scan_id), None)
    if scan is None:
        return None
    try:
        return DepthMap(scan.depth)
    except UnusableInputError:
        return None


def curves_of(track: TrackSpec) -> tuple[CurveSpec, ...]:
    """Return the curves of a track; one that nobody named yet has two without a name."""
    return track.curves or (CurveSpec(1), CurveSpec(2))


def longest_gaps(description: WellDescription, track: TrackSpec, trace: Trace) -> dict[Slot, int]:
    """Return for each slot the longest gap, in rows, that an export fills: the well's bridge, or from the print."""
    item = TrackTrace(track, trace, track.stroke_px or _USUAL_STROKE_PX)
    has_depths = depth_map(description, track.scan) is not None
    out: dict[Slot, int] = {}
    for curve in curves_of(track):
        if has_depths:
            frame = track_frame(description, track, item.stroke_px)
            out[curve.slot] = longest_bridge(description, item, frame, curve)
        else:
            out[curve.slot] = bridge_rows(trace, curve.slot, item.stroke_px)
    return out


def exported_part(trace: Trace, rows: RowSpan, gaps: Mapping[Slot, int]) -> Trace:
    """Return some rows of a trace with every gap empty that an export leaves empty; costs what the rows cost."""
    around = rows.grown(max(gaps.values(), default=0) + 1).clipped(trace.rows)
    part = slice(around.start - trace.rows.start, around.stop - trace.rows.start)
    out = replace(
        trace,
        rows=around,
        x=trace.x[:, part],
        low=trace.low[:, part],
        high=trace.high[:, part],
        confidence=trace.confidence[:, part],
        kind=trace.kind[:, part],
    )
    for slot, longest in gaps.items():
        out = bridged(out, slot, longest)
    return out


def lines_of(track: TrackSpec, trace: Trace, rows: RowSpan) -> tuple[CurveLine, ...]:
    """Return the lines of a track over the rows that both the span and the trace have."""
    span = rows.clipped(trace.rows)
    at = np.arange(span.start, span.stop, dtype=np.float64)
    left, right = track.geometry.left_at(at), track.geometry.right_at(at)
    inside = slice(span.start - trace.rows.start, span.stop - trace.rows.start)
    out = []
    for curve in curves_of(track):
        scale = scale_of(curve)
        share = (trace.x[curve.slot - 1, inside] - left) / (right - left)
        out.append(
            CurveLine(
                curve.slot, curve.mnemonic, unit_of(curve), scale.left, scale.right, scale.kind == "log", span, share
            )
        )
    return tuple(out)


def readings_at(track: TrackSpec, trace: Trace | None, row: int) -> tuple[Reading, ...]:
    """Return what the curves of a track read at one row: the value that an export has at that row's depth."""
    if trace is None or row not in trace.rows:
        return tuple(Reading(c.slot, c.mnemonic, unit_of(c), None) for c in curves_of(track))
    out = []
    for curve in curves_of(track):
        if curve.wrap == "none":
            (line,) = (x for x in lines_of(track, trace, RowSpan(row, row + 1)) if x.slot == curve.slot)
            wraps, share = np.zeros(1, np.int64), line.share
        else:
            (line,) = (x for x in lines_of(track, trace, trace.rows) if x.slot == curve.slot)
            k = row - trace.rows.start
            wraps = wrap_counts(line.share, longest_gap=_WRAP_GAP_ROWS)[k : k + 1]
            share = line.share[k : k + 1]
        value = float(values_of(curve, share, wraps)[0])
        out.append(Reading(curve.slot, curve.mnemonic, unit_of(curve), value if np.isfinite(value) else None))
    return tuple(out)


def thinned(line: CurveLine, points: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return ``(x, y)`` of a line for drawing, ``(m,)`` float64 each: every row, or its extremes where rows are many.

    Each group of rows gives its least and its greatest share, so that a spike is never thinned away; a group with
    no ink gives NaN, so that a gap stays one. Where the curve leaves at one border and comes in at the other, a NaN
    stands between: the pen was lifted.
    """
    rows = np.arange(line.rows.start, line.rows.stop, dtype=np.float64)
    lifted = np.flatnonzero(np.abs(np.diff(line.share)) > WRAP_JUMP) + 1  # no comparison holds with NaN
    step = -(-len(rows) // max(1, points // 2))
    if step <= 1:
        return _lifted_before(lifted, line.share, rows)
    whole = len(rows) // step * step
    groups = line.share[:whole].reshape(-1, step)  # (n,) -> (groups, step)
    low = np.fmin.reduce(groups, axis=1)
    high = np.fmax.reduce(groups, axis=1)
    lifted = lifted[lifted < whole]
    group, is_inside = lifted // step, lifted % step > 0
    leaves_right = is_inside & (line.share[lifted - 1] > line.share[lifted])
    first, second = low.copy(), high.copy()
    first[group[leaves_right]], second[group[leaves_right]] = high[group[leaves_right]], low[group[leaves_right]]
    x = np.stack((first, second), axis=1).ravel()
    y = np.repeat(rows[:whole:step] + (step - 1) / 2, 2)
    return _lifted_before(np.unique(2 * group + is_inside), x, y)


def _lifted_before(
    at: NDArray[np.int64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points with a NaN in ``x`` before those of the given numbers."""
    if not len(at):
        return x, y
    return np.insert(x, at, np.nan), np.insert(y, at, y[at])


def nice_step(span: float, most: int) -> float:
    """Return the step 1, 2 or 5 times a power of ten that cuts a span into at most ``most`` pieces.

    >>> nice_step(95.0, 10)
    10.0
    """
    raw = max(span, 1e-9) / max(1, most)
    power = 10.0 ** np.floor(np.log10(raw))
    return float(next(power * k for k in (1, 2, 5, 10) if power * k >= raw * (1 - 1e-9)))
