"""A model's scores on windows with known truth: pixels, crossings and traced rows.

Separate because a figure counts only when the program itself prints it, and every gate must ask for the same one.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.png import read_classes
from veerdesk.imaging.straighten import ReadWindow
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.model.predictor import DeviceChoice, open_model, use_threads
from veerdesk.rows import RowSpan
from veerdesk.segmentation.decide import CURVE_PARTS
from veerdesk.segmentation.order import is_exchanged
from veerdesk.segmentation.predictor import Predictor
from veerdesk.segmentation.segment import TrackSegmenter
from veerdesk.tracing.decode import Decoder
from veerdesk.tracing.owners import traced_owners
from veerdesk.training.metrics import PixelCounts, count_pixels, crossing_zone, share_exchanged, traced_within


@dataclass(frozen=True, slots=True)
class Window:
    """One track with its truth (CONTRACT, Traced windows).

    ``grey`` and ``label`` are ``(h, w)`` uint8, ``truth`` ``(2, h)`` float64 px with NaN where absent.
    """

    name: str
    grey: NDArray[np.uint8]
    label: NDArray[np.uint8]
    truth: NDArray[np.float64]
    geometry: TrackGeometry
    crossings: tuple[int, ...]
    exchanged: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's evidence and classes over a whole window, ``(h, w)`` uint8 each, and the measured stroke width."""

    p1: NDArray[np.uint8]
    p2: NDArray[np.uint8]
    classes: NDArray[np.uint8]
    stroke_px: float


def evaluate(
    model: str | None,
    dataset: Path,
    *,
    device: DeviceChoice = "auto",
    report: Callable[[dict[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """Return scores of a model on a folder of windows: pooled over pixels, with median and worst window for rows.

    Parameters
    ----------
    model
        Path or bundled name; None is the shipped one. Independent models are scored too.
    dataset
        Folder of window folders.
    report
        Called with each window's scores as they come.

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
    return {
        "model": header.name,
        "digest": predictor.digest,
        "target": header.target,
        "windows": len(rows),
        **_pixel_figures(pixels, zone),
        "double_claimed": round(float(np.mean([r["double_claimed"] for r in rows])), 4),
        **_over_windows(rows),
        "by_window": rows,
    }


def read_window(folder: Path) -> Window:
    """Return one window.

    Raises
    ------
    UnusableInputError
        A file of it is missing or damaged.
    """
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        raw = cv2.imdecode(np.fromfile(folder / "scan.png", np.uint8), cv2.IMREAD_GRAYSCALE)
        if raw is None:
            raise ValueError("scan.png is no image")
        grey = np.asarray(raw, np.uint8)
        height, last = grey.shape[0], float(grey.shape[0] - 1)
        sides = [
            ((0.0, float(meta[f"{side}_top"])), (last, float(meta[f"{side}_bottom"]))) for side in ("left", "right")
        ]
        label = read_classes(folder / "label.png") if (folder / "label.png").exists() else np.full_like(grey, 255)
        truth = _truth(folder / "truth.csv", height)
        styles = meta.get("job_styles", {})
        crossings = tuple(int(c["row"] if isinstance(c, dict) else c) for c in meta.get("crossing_rows", []))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableInputError(f"The window {folder} cannot be used: {error}.", "Write it again.") from error
    exchanged = is_exchanged((styles.get("1"), None), (styles.get("2"), None)) if styles else False
    geometry = TrackGeometry(RowSpan(0, height), sides[0], sides[1])
    return Window(folder.name, grey, label, truth, geometry, crossings, exchanged)


def answer(window: Window, predictor: Predictor) -> Answer:
    """Return what the model says of a window, by the very road `digitise` takes."""
    read = reader(window.grey)
    stroke = measure_stroke_px(read, window.geometry)
    segmenter = TrackSegmenter(
        read=read, scan_width=window.grey.shape[1], geometry=window.geometry, stroke_px=stroke, predictor=predictor,
        exchanged=window.exchanged, owners=traced_owners,
    )  # fmt: skip
    planes = [np.zeros_like(window.grey) for _ in range(3)]
    for index in range(len(segmenter.tiles)):
        band = segmenter.run(index)
        for plane, part in zip(planes, (band.p1, band.p2, band.classes), strict=True):
            plane[band.rows.start : band.rows.stop, band.col0 : band.col0 + part.shape[1]] = part
    return Answer(planes[0], planes[1], planes[2], stroke)


def score(
    window: Window, predictor: Predictor
) -> tuple[dict[str, Any], tuple[PixelCounts, PixelCounts], tuple[PixelCounts, PixelCounts]]:
    """Return a window's figures, its pixel counts, and those near its crossings."""
    said = answer(window, predictor)
    inside = _between_borders(window)
    counts = count_pixels(said.classes, window.label, inside)
    near = count_pixels(said.classes, window.label, inside & crossing_zone(window.grey.shape, window.crossings))
    decoder = Decoder(
        window.geometry.rows,
        lambda rows: (said.p1[rows.start : rows.stop], said.p2[rows.start : rows.stop], 0),
        (),
        said.stroke_px,
        window.geometry.width_px,
        False,
    )
    x = decoder.solve().x
    width = window.geometry.width_px
    within = traced_within(x, window.truth, width)
    claimed = (said.p1 >= CURVE_PARTS) | (said.p2 >= CURVE_PARTS)
    twice = (said.p1 >= CURVE_PARTS) & (said.p2 >= CURVE_PARTS)
    figures = {
        "window": window.name,
        "stroke_px": round(said.stroke_px, 2),
        "f1_1": counts[0].f1,
        "f1_2": counts[1].f1,
        "rows_within_1": float(within[0]),
        "rows_within_2": float(within[1]),
        "exchanged": share_exchanged(x, window.truth, width),
        "double_claimed": float(twice.sum() / max(1, claimed.sum())),
    }
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in figures.items()}, counts, near


def reader(grey: NDArray[np.uint8]) -> ReadWindow:
    """Return a function that reads windows of an image in memory, white outside it."""

    def read(rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        out = np.full((rows.rows, cols[1] - cols[0]), 255, np.uint8)
        top, bottom = max(0, rows.start), min(grey.shape[0], rows.stop)
        left, right = max(0, cols[0]), min(grey.shape[1], cols[1])
        if top < bottom and left < right:
            out[top - rows.start : bottom - rows.start, left - cols[0] : right - cols[0]] = grey[top:bottom, left:right]
        return out

    return read


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
        values = np.array([r[key] for r in rows], np.float64)
        values = values[np.isfinite(values)]
        bad = 95 if key == "exchanged" else 5
        for name, at in (("median", 50), (f"p{bad}", bad), ("worst", 100 if bad == 95 else 0)):
            out[f"{key}_{name}"] = round(float(np.percentile(values, at)), 4) if len(values) else None
    return out


def _between_borders(window: Window) -> NDArray[np.bool_]:
    rows = np.arange(window.grey.shape[0], dtype=np.float64)
    cols = np.arange(window.grey.shape[1])
    left, right = window.geometry.left_at(rows)[:, None], window.geometry.right_at(rows)[:, None]
    return np.asarray((cols >= left) & (cols <= right), np.bool_)


def _truth(path: Path, height: int) -> NDArray[np.float64]:
    """Return the traced columns, ``(2, height)`` float64, NaN where absent or where a person could not tell."""
    out = np.full((2, height), np.nan)
    with path.open(newline="", encoding="utf-8") as file:
        for record in csv.DictReader(file):
            row = int(float(record["row"]))
            for k, slot in enumerate("12"):
                text = (record.get(f"x{slot}") or "").strip()
                if 0 <= row < height and text and "u" not in (record.get(f"f{slot}") or ""):
                    out[k, row] = float(text)
    return out
