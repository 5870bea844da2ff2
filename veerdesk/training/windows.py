"""Windows with known truth, as `veerdesk synth` writes them and people trace them (CONTRACT, Traced windows).

Separate because what is true of a window, and what kind of log it is, is nobody's answer yet.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.dataset.lesson import window_reader
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.picture import read_colours
from veerdesk.imaging.png import read_classes
from veerdesk.imaging.straighten import ReadWindow
from veerdesk.rows import RowSpan
from veerdesk.segmentation.order import is_exchanged
from veerdesk.training.metrics import RowTruth

NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Window:
    """One track with its truth.

    ``grey`` and ``label`` are ``(h, w)`` uint8, 255 in the label is not known; ``colours`` ``(h, w, 3)`` uint8 RGB, None in a grey
    window. ``kinds`` say what log it is: its ``style``, ``dpi`` and ``look``, each in a few words.
    """

    name: str
    grey: NDArray[np.uint8]
    label: NDArray[np.uint8]
    truth: RowTruth
    geometry: TrackGeometry
    crossings: tuple[int, ...]
    exchanged: bool
    kinds: Mapping[str, str]
    colours: NDArray[np.uint8] | None = None


def read_window(folder: Path) -> Window:
    """Return one window.

    Raises
    ------
    UnusableInputError
        A file of it is missing or damaged.
    """
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        colours = read_colours(folder / "scan.png")
        if colours is None:
            raise ValueError("scan.png is no image")
        grey = np.asarray(colours.min(axis=2), np.uint8)
        shown = colours if (colours.max(axis=2) > grey).any() else None
        height, last = grey.shape[0], float(grey.shape[0] - 1)
        sides = [
            ((0.0, float(meta[f"{side}_top"])), (last, float(meta[f"{side}_bottom"]))) for side in ("left", "right")
        ]
        label = read_classes(folder / "label.png") if (folder / "label.png").exists() else np.full_like(grey, 255)
        geometry = TrackGeometry(RowSpan(0, height), sides[0], sides[1])
        truth = _truth(folder / "truth.csv", geometry)
        styles = meta.get("job_styles", {})
        crossings = tuple(int(c["row"] if isinstance(c, dict) else c) for c in meta.get("crossing_rows", []))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableInputError(f"The window {folder} cannot be used: {error}.", "Write it again.") from error
    exchanged = is_exchanged((styles.get("1"), None), (styles.get("2"), None)) if styles else False
    return Window(folder.name, grey, label, truth, geometry, crossings, exchanged, kinds_of(meta), shown)


def kinds_of(meta: Mapping[str, Any]) -> dict[str, str]:
    """Return style, dpi and look of a window in a few words each.

    >>> kinds_of({"styles": {"c1": "solid bold", "c2": "dotted, run together"}, "dpi": 400})["style"]
    'solid + dotted'
    >>> kinds_of({"styles": {"c1": "solid", "c2": None}})
    {'style': 'solid alone', 'dpi': 'not stated', 'look': 'not stated'}
    """
    styles = meta.get("styles") or {}
    names = [m.group() for c in ("c1", "c2") if (m := re.match(r"\w+", str(styles.get(c) or "")))]
    style = " + ".join(names) if len(names) == 2 else f"{names[0]} alone" if names else NOT_STATED
    if meta.get("look_alike"):
        style += ", alike"
    return {"style": style, "dpi": str(meta.get("dpi") or NOT_STATED), "look": str(meta.get("look") or NOT_STATED)}


def reader(grey: NDArray[np.uint8]) -> ReadWindow:
    """Return a function that reads windows of an image in memory, white outside it."""
    return window_reader(grey, 255)


def between_borders(window: Window) -> NDArray[np.bool_]:
    """Return True on the pixels of the track itself, ``(h, w)`` bool."""
    rows = np.arange(window.grey.shape[0], dtype=np.float64)
    cols = np.arange(window.grey.shape[1])
    left, right = window.geometry.left_at(rows)[:, None], window.geometry.right_at(rows)[:, None]
    return np.asarray((cols >= left) & (cols <= right), np.bool_)


def _truth(path: Path, geometry: TrackGeometry) -> RowTruth:
    """Return what ``truth.csv`` says; rows in which a person could not tell are unsure and have no column."""
    height = geometry.rows.rows
    x, low, high = (np.full((2, height), np.nan) for _ in range(3))
    unsure = np.zeros((2, height), np.bool_)
    with path.open(newline="", encoding="utf-8") as file:
        for record in csv.DictReader(file):
            row = int(float(record["row"]))
            if not 0 <= row < height:
                continue
            for k, slot in enumerate("12"):
                unsure[k, row] = "u" in (record.get(f"f{slot}") or "")
                for plane, field in ((x, f"x{slot}"), (low, f"x{slot}min"), (high, f"x{slot}max")):
                    text = (record.get(field) or "").strip()
                    if text and not unsure[k, row]:
                        plane[k, row] = float(text)
    at = np.arange(height, dtype=np.float64)
    width_px = geometry.right_at(at) - geometry.left_at(at)
    return RowTruth(x, np.where(np.isnan(low), x, low), np.where(np.isnan(high), x, high), unsure, width_px)
