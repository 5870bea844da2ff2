"""Traces of every track to the curves of one well on one depth grid.

Separate because the LAS, the CSV, the curve panel and the plot-back must all show the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from veerdesk.calibration.checks import Missing, missing_for_export, ready_tracks, told_missing
from veerdesk.calibration.curve import TrackFrame, curve_from_trace
from veerdesk.calibration.depth import DepthMap
from veerdesk.calibration.description import CurveSpec, Slot, TrackSpec, WellDescription
from veerdesk.calibration.grid import DepthGrid, grid_between
from veerdesk.calibration.splice import Splice, TrackCurve, spliced
from veerdesk.errors import UnusableInputError
from veerdesk.rows import RowSpan
from veerdesk.tracing.bridge import bridge_rows, bridged
from veerdesk.tracing.trace import Trace
from veerdesk.units import DepthUnit, depth_factor

if TYPE_CHECKING:
    from veerdesk.las.writer import LasTable


@dataclass(frozen=True, slots=True)
class TrackTrace:
    """The trace of one track, and the stroke width that it was read with."""

    track: TrackSpec
    trace: Trace
    stroke_px: float


@dataclass(frozen=True, slots=True)
class WellCurves:
    """What leaves as numbers, and everything that must be said about it.

    ``traces`` are the bridged traces by track id, ``bridges`` the longest bridged gap in rows by track id and slot,
    ``extrapolated`` the rows outside the outermost anchors by track id, ``refused`` what keeps other tracks out.
    """

    table: LasTable
    splices: tuple[Splice, ...]
    traces: Mapping[int, Trace]
    bridges: Mapping[tuple[int, Slot], int]
    extrapolated: Mapping[int, tuple[RowSpan, ...]]
    refused: tuple[Missing, ...]
    unit: DepthUnit

    def notes(self, description: WellDescription) -> tuple[str, ...]:
        """Return splices and extrapolated rows as lines for people."""
        spliced_lines = [f"{s.sentence(self.unit)}." for s in self.splices]
        outside = [
            f"Track {description.track(key).name}: {_depths_of(description, key, span)} lies beyond the outermost depth "
            "mark; depths run on there as between the marks."
            for key, spans in self.extrapolated.items()
            for span in spans
        ]
        return (*spliced_lines, *outside)


def _depths_of(description: WellDescription, track_id: int, rows: RowSpan) -> str:
    """Return a span of rows as depths in the log's own unit, with the rows behind them."""
    scan = next(s for s in description.scans if s.id == description.track(track_id).scan)
    top, base = DepthMap(scan.depth).depth_at(np.array([rows.start, rows.stop - 1], np.float64)).tolist()
    return f"{top:.1f} to {base:.1f} {description.depth.unit} (rows {rows.start} to {rows.stop - 1})"


def well_curves(description: WellDescription, traces: Iterable[TrackTrace]) -> WellCurves:
    """Return every curve that is ready, on the well's depth grid.

    Parameters
    ----------
    traces
        One for each track that has been read; a ready track without one is refused by name.

    Raises
    ------
    UnusableInputError
        The well lacks something, no track is ready, or the depth limits leave nothing.
    """
    from veerdesk.las.writer import LasTable  # with lasio, which no scan on screen waits for

    by_id = {t.track.id: t for t in traces}
    ready = ready_tracks(description)
    refused = [m for m in missing_for_export(description) if m.track is not None]
    refused += [
        Missing(t.id, f"Track {t.name} has not been read yet.", "Let the model run over it first.")
        for t in ready
        if t.id not in by_id
    ]
    read = [by_id[t.id] for t in ready if t.id in by_id]
    if not read:
        raise told_missing(refused)
    unit = description.las.unit or description.depth.unit
    factor = depth_factor(description.depth.unit, unit)
    frames = {t.track.id: track_frame(description, t.track, t.stroke_px) for t in read}
    grid = _grid(description, [(t.track, frames[t.track.id]) for t in read], factor)
    parts: list[TrackCurve] = []
    bridges: dict[tuple[int, Slot], int] = {}
    held: dict[int, Trace] = {}
    for item in read:
        frame = frames[item.track.id]
        trace = item.trace
        for curve in item.track.curves:
            longest = longest_bridge(description, item, frame, curve)
            bridges[item.track.id, curve.slot] = longest
            trace = bridged(trace, curve.slot, longest)
        held[item.track.id] = trace
        parts += [
            TrackCurve(
                item.track.name,
                curve_from_trace(trace, curve, frame=frame, grid=grid, sample=description.las.sample),
            )
            for curve in item.track.curves
        ]
    curves, splices = spliced(parts)
    outside = {t.track.id: frames[t.track.id].depth.extrapolated(t.track.geometry.rows) for t in read}
    return WellCurves(
        LasTable(grid, curves),
        splices,
        held,
        bridges,
        {key: spans for key, spans in outside.items() if spans},
        tuple(refused),
        unit,
    )


def track_frame(description: WellDescription, track: TrackSpec, stroke_px: float) -> TrackFrame:
    """Return what turns positions of a track into the depths of the LAS.

    Raises
    ------
    UnusableInputError
        Its scan has no usable anchors.
    """
    scan = description.scan(track.scan)
    depth = DepthMap(scan.depth, where=f"Scan {scan.id}")
    unit = description.las.unit or description.depth.unit
    return TrackFrame(track.geometry, depth, stroke_px, depth_factor(description.depth.unit, unit))


def longest_bridge(description: WellDescription, item: TrackTrace, frame: TrackFrame, curve: CurveSpec) -> int:
    """Return the longest gap of one curve that gets a value, in rows: the stated one, or from its own print."""
    stated = description.las.bridge
    if stated == "auto":
        return bridge_rows(item.trace, curve.slot, item.stroke_px)
    rows_per_unit = frame.depth.rows_per_unit(item.track.geometry.rows)
    return int(np.floor(stated / frame.depth_factor * rows_per_unit + 1e-6))


def _grid(description: WellDescription, tracks: Sequence[tuple[TrackSpec, TrackFrame]], factor: float) -> DepthGrid:
    ends = [frame.depth.depth_at(np.array([t.top, t.bottom], np.float64)) * factor for t, frame in tracks]
    top, base = min(float(e[0]) for e in ends), max(float(e[1]) for e in ends)
    if description.depth.top is not None:
        top = max(top, description.depth.top * factor)
    if description.depth.base is not None:
        base = min(base, description.depth.base * factor)
    if base < top:
        raise UnusableInputError(
            f"The depth limits leave nothing: the tracks end at {base:g} and the output would begin at {top:g} "
            f"{description.las.unit or description.depth.unit}.",
            "Mend [depth].top and [depth].base.",
        )
    return grid_between(top, base, description.las.step)
