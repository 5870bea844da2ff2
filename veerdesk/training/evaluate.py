"""A model's scores on windows with known truth: pixels, crossings, traced rows and exported values.

Separate because a figure counts only when the program itself prints it, and every gate must ask for the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.curve import TrackFrame, curve_from_trace
from veerdesk.calibration.depth import DepthMap
from veerdesk.calibration.description import CurveSpec, Slot
from veerdesk.calibration.grid import grid_between
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.progress import Progress, unwatched
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.model.predictor import DeviceChoice, open_model, use_threads
from veerdesk.rows import RowSpan
from veerdesk.segmentation.decide import CURVE_PARTS
from veerdesk.segmentation.evidence import AS_ANSWERED, Likeness
from veerdesk.segmentation.predictor import Predictor
from veerdesk.segmentation.segment import TrackSegmenter
from veerdesk.segmentation.sight import Seen, Sight, no_sight
from veerdesk.tracing.bridge import bridge_rows, bridged
from veerdesk.tracing.decode import Decoder
from veerdesk.tracing.in_line import put_in_line
from veerdesk.tracing.likeness import likeness_of, told_evidence
from veerdesk.tracing.owners import traced_owners
from veerdesk.tracing.trace import Trace
from veerdesk.training.metrics import (
    PixelCounts,
    count_pixels,
    crossing_zone,
    identity_figures,
    row_figures,
    share_exchanged,
    traced_within,
)
from veerdesk.training.scoreboard import scoreboard
from veerdesk.training.windows import Window, between_borders, read_window, reader

_SLOTS: tuple[Slot, ...] = (1, 2)


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's evidence and classes over a whole window, ``(h, w)`` uint8 each, the stroke width, and what is seen along it."""

    p1: NDArray[np.uint8]
    p2: NDArray[np.uint8]
    classes: NDArray[np.uint8]
    stroke_px: float
    sight: Sight = field(default_factory=no_sight)

    def look(self, rows: RowSpan, likeness: Likeness = AS_ANSWERED) -> Seen:
        """Return what is known of some rows besides their evidence, their names as told; nobody has said anything."""
        here = (self.sight.at >= rows.start) & (self.sight.at < rows.stop)
        part = Sight(self.sight.at[here], self.sight.cells[here])
        return Seen(part, np.zeros((rows.rows, 2), np.bool_), likeness.is_turned(rows))


def evaluate(
    model: str | None,
    dataset: Path,
    *,
    device: DeviceChoice = "auto",
    report: Callable[[dict[str, Any]], None] = lambda _: None,
    progress: Progress = unwatched,
) -> dict[str, Any]:
    """Return scores of a model on a folder of windows: pooled over pixels, and window by window as a scoreboard.

    Parameters
    ----------
    model
        Path or bundled name; None is the shipped one. Independent models are scored too.
    dataset
        Folder of window folders.
    report
        Called with each window's scores as they come.
    progress
        Called with the share of windows that are scored.

    Raises
    ------
    UnusableInputError
        The model or a window cannot be used, or the folder holds none.
    """
    use_threads()
    predictor, header, _ = open_model(model, device)
    folders = sorted(p.parent for p in dataset.glob("*/meta.json"))
    if not folders:
        raise UnusableInputError(f"{dataset} holds no windows.", "Name a folder that `veerdesk synth` wrote.")
    rows: list[dict[str, Any]] = []
    pixels = [PixelCounts(), PixelCounts()]
    zone = [PixelCounts(), PixelCounts()]
    for folder in folders:
        window = read_window(folder)
        figures, counts, near = score(window, predictor)
        pixels = [a + b for a, b in zip(pixels, counts, strict=True)]
        zone = [a + b for a, b in zip(zone, near, strict=True)]
        rows.append(figures)
        report(figures)
        progress(len(rows) / len(folders))
    return {
        "model": header.name,
        "digest": predictor.digest,
        "target": header.target,
        "windows": len(rows),
        **_pixel_figures(pixels, zone),
        "double_claimed": round(float(np.mean([r["double_claimed"] for r in rows])), 4),
        **_over_windows(rows),
        **scoreboard(rows),
        "by_window": rows,
    }


def answer(window: Window, predictor: Predictor) -> Answer:
    """Return what the model says of a window, by the very road `digitise` takes."""
    read = reader(window.grey)
    stroke = measure_stroke_px(read, window.geometry)
    segmenter = TrackSegmenter(
        read=read, scan_width=window.grey.shape[1], geometry=window.geometry, stroke_px=stroke, predictor=predictor,
        exchanged=window.exchanged, owners=traced_owners,
        read_colour=None if window.colours is None else reader(window.colours),
    )  # fmt: skip
    return answered(segmenter, window.grey.shape, stroke)


def answered(segmenter: TrackSegmenter, shape: tuple[int, ...], stroke_px: float) -> Answer:
    """Return what a segmenter says of all its tiles; ``shape`` is the scan's."""
    planes = [np.zeros(shape, np.uint8) for _ in range(3)]
    sights = []
    for index in range(len(segmenter.tiles)):
        band = segmenter.run(index)
        for plane, part in zip(planes, (band.p1, band.p2, band.classes), strict=True):
            plane[band.rows.start : band.rows.stop, band.col0 : band.col0 + part.shape[1]] = part
        sights.append(band.sight)
    sight = Sight(np.concatenate([s.at for s in sights]), np.concatenate([s.cells for s in sights]))
    return Answer(planes[0], planes[1], planes[2], stroke_px, sight)


def score(
    window: Window, predictor: Predictor
) -> tuple[dict[str, Any], tuple[PixelCounts, PixelCounts], tuple[PixelCounts, PixelCounts]]:
    """Return a window's figures, its pixel counts, and those near its crossings."""
    said = answer(window, predictor)
    trace = window_decoder(window, said).solve()
    put_in_line(said.classes, trace, window.geometry.rows, 0, said.stroke_px)
    inside = between_borders(window)
    counts = count_pixels(said.classes, window.label, inside)
    near = count_pixels(said.classes, window.label, inside & crossing_zone(window.grey.shape, window.crossings))
    width = window.geometry.width_px
    within = traced_within(trace.x, window.truth.x, width)
    claimed = (said.p1 >= CURVE_PARTS) | (said.p2 >= CURVE_PARTS)
    twice = (said.p1 >= CURVE_PARTS) & (said.p2 >= CURVE_PARTS)
    figures: dict[str, Any] = {"window": window.name, **window.kinds, "stroke_px": said.stroke_px}
    for slot, (all_of, zone) in enumerate(zip(counts, near, strict=True), start=1):
        figures |= {f"f1_{slot}": all_of.f1, f"iou_{slot}": all_of.iou, f"f1_2px_{slot}": all_of.f1_near}
        figures |= {f"crossing_f1_{slot}": zone.f1, f"rows_within_{slot}": float(within[slot - 1])}
    figures |= {
        "exchanged": share_exchanged(trace.x, window.truth.x, width),
        "double_claimed": float(twice.sum() / max(1, claimed.sum())),
        **identity_figures(trace.x, window.truth, window.crossings),
    }
    for name, x in (("trace", trace.x), ("value", _exported(trace, window, said.stroke_px))):
        figures |= {f"{name}_{key}": v for key, v in row_figures(x, window.truth, said.stroke_px).items()}
    return {k: _shown(v) for k, v in figures.items()}, counts, near


def window_decoder(window: Window, said: Answer, by_pen: bool = True) -> Decoder:
    """Return the decoder of a window as a session makes it, not solved yet; nothing is stated of its curves.

    Without ``by_pen`` columns are the ink's own, as the pen's network is fitted on them.
    """
    rows, width, geometry = window.geometry.rows, window.geometry.width_px, window.geometry

    def read(span: RowSpan) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
        return said.p1[span.start : span.stop], said.p2[span.start : span.stop], 0

    is_told = window.exchanged or said.sight.is_told_by_colour
    likeness = AS_ANSWERED if is_told else likeness_of(rows, read, said.stroke_px, geometry)
    told = told_evidence(read, likeness)
    look = partial(said.look, likeness=likeness)
    return Decoder(rows, told, (), said.stroke_px, width, False, geometry, likeness, look, by_pen=by_pen)


def _exported(trace: Trace, window: Window, stroke_px: float) -> NDArray[np.float64]:
    """Return ``(2, h)`` columns of the values that leave: bridged, in percent of the track, one a row."""
    last = float(window.geometry.rows.rows - 1)
    frame = TrackFrame(window.geometry, DepthMap(((0.0, 0.0), (last, last))), stroke_px)
    at = np.arange(last + 1)
    out = []
    for slot in _SLOTS:
        curve = CurveSpec(slot, f"C{slot}", left=0.0, right=100.0)
        kept = bridged(trace, slot, bridge_rows(trace, slot, stroke_px))
        value = curve_from_trace(kept, curve, frame=frame, grid=grid_between(0.0, last, 1.0)).value
        out.append(frame.column_of(at, value / 100.0))
    return np.stack(out)


def _shown(value: Any) -> Any:
    """Return a figure as JSON has it: four decimals, None where there was nothing to judge."""
    if not isinstance(value, float):
        return value
    return round(value, 4) if np.isfinite(value) else None


def _pixel_figures(pixels: list[PixelCounts], zone: list[PixelCounts]) -> dict[str, float]:
    out: dict[str, float] = {}
    for slot, (all_of, near) in enumerate(zip(pixels, zone, strict=True), start=1):
        out |= {f"f1_{slot}": all_of.f1, f"iou_{slot}": all_of.iou, f"f1_2px_{slot}": all_of.f1_near}
        out |= {f"crossing_f1_{slot}": near.f1}
    return {k: round(v, 4) for k, v in out.items()}


def _over_windows(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    """Median, fifth percentile and worst window of each traced figure (for ``exchanged`` the worst is the highest)."""
    out: dict[str, float | None] = {}
    for key in ("rows_within_1", "rows_within_2", "exchanged"):
        values = np.array([np.nan if r[key] is None else r[key] for r in rows], np.float64)
        values = values[np.isfinite(values)]
        bad = 95 if key == "exchanged" else 5
        for name, at in (("median", 50), (f"p{bad}", bad), ("worst", 100 if bad == 95 else 0)):
            out[f"{key}_{name}"] = round(float(np.percentile(values, at)), 4) if len(values) else None
    return out
