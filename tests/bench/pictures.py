"""Pictures to look at: what the program makes of each traced window, and real beside rendered paper.

    python -m tests.bench.pictures WINDOWS --out DIR [--model NAME] [--rows 700]

Of each window DIR gets NAME-0.png, NAME-1.png and so on, ROWS rows each: the scan, whose the ink is, the curves as they leave,
and the truth, side by side, each with a bar at the left of every row whose value is wrong. ``contact.png`` shows a crop
of each window and as many of rendered logs in an order drawn at random; ``contact.json`` says which is which.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.bench.least_correction import opened, strokes_px
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.picture import read_grey
from veerdesk.model.predictor import load_predictor
from veerdesk.rows import RowSpan
from veerdesk.segmentation.predictor import Predictor
from veerdesk.synth.render import render_log
from veerdesk.tracing.bridge import bridge_rows, bridged
from veerdesk.training.metrics import right_rows
from veerdesk.training.windows import Window, read_window

#: Orange and blue, as in the window; what is wrong.
COLOURS, WRONG = ((230, 159, 0), (0, 114, 178)), (200, 0, 90)
BAR_PX, GAP_PX, CELL, SEED = 6, 12, (330, 420), 4


def on_paper(grey: NDArray[np.uint8], columns: NDArray[np.float64], wrong: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the pale scan with two lines of columns over it and a bar for each curve where it is wrong, RGB."""
    out = np.repeat((170 + grey[..., None] // 3), 3, axis=2).astype(np.uint8)
    for k, colour in enumerate(COLOURS):
        for row in np.flatnonzero(np.isfinite(columns[k])):
            middle = int(columns[k, row])
            out[row, max(0, middle - 1) : middle + 2] = colour
        out[wrong[k], k * BAR_PX : (k + 1) * BAR_PX] = WRONG
    return out


def pictures_of(folder: Path, predictor: Predictor, rows: int) -> list[NDArray[np.uint8]]:
    """Return the sheets of one window, RGB."""
    window = read_window(folder)
    with tempfile.TemporaryDirectory() as work:
        session = opened(folder, window, Path(work), predictor)
        while session.stale(1):
            session.take_trace(session.retrace(1).inline())
        trace = session.trace(1)
        assert trace is not None
        owners = session.label_map(1).classes(RowSpan(0, len(window.grey)), (0, window.grey.shape[1]))
        stroke = session.description.tracks[0].stroke_px or 4.0
        for slot in (1, 2):
            trace = bridged(trace, slot, bridge_rows(trace, slot, stroke))
        session.close()
    wrong = wrong_rows(window, trace.x, strokes_px(folder))
    scan = np.repeat(window.grey[..., None], 3, axis=2)
    owned = scan.copy()
    for k, colour in enumerate(COLOURS, start=1):
        owned[owners == k] = colour
    parts = (scan, owned, on_paper(window.grey, trace.x, wrong), on_paper(window.grey, window.truth.x, wrong))
    gap = np.full((len(scan), GAP_PX, 3), 128, np.uint8)
    sheet = np.concatenate([p for part in parts for p in (part, gap)][:-1], axis=1)
    return [sheet[top : top + rows] for top in range(0, len(sheet), rows)]


def wrong_rows(window: Window, x: NDArray[np.float64], strokes: tuple[float, float]) -> NDArray[np.bool_]:
    """Return ``(2, rows)``: a curve is there and has another value or none, or has one where nothing is."""
    right = np.stack([right_rows(x, window.truth, strokes[k])[k] for k in range(2)])
    known = np.isfinite(window.truth.x)
    return np.where(known, ~right, np.isfinite(x) & ~window.truth.unsure)


def contact_sheet(folders: list[Path]) -> tuple[NDArray[np.uint8], list[str]]:
    """Return crops of windows and of rendered logs in an order drawn at random, and what each is."""
    rng, cells = np.random.default_rng(SEED), list[tuple[str, NDArray[np.uint8]]]()
    for folder in folders:
        grey = read_grey(folder / "scan.png")
        assert grey is not None
        first = int(rng.integers(max(1, len(grey) - 1000)))
        cells.append((folder.name, grey[first : first + 1000]))
    for _ in folders:
        seed = int(rng.integers(1 << 30))
        scan = render_log(seed, rows=1000).scan
        cells.append((f"rendered {seed}", scan if scan.ndim == 2 else scan.min(axis=2)))
    shown, names = [], []
    for k in rng.permutation(len(cells)):
        name, grey = cells[k]
        share = min(CELL[0] / grey.shape[1], CELL[1] / grey.shape[0])
        small = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        cell = np.full((CELL[1] + 10, CELL[0] + 10), 128, np.uint8)
        cell[5 : 5 + small.shape[0], 5 : 5 + small.shape[1]] = small
        shown.append(cell)
        names.append(name)
    across = -(-len(shown) // 3)
    shown += [np.full_like(shown[0], 128)] * (3 * across - len(shown))
    return np.concatenate([np.concatenate(shown[k * across : (k + 1) * across], axis=1) for k in range(3)]), names


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("windows", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", default=None)
    parser.add_argument("--rows", type=int, default=700)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    folders = sorted(p.parent for p in options.windows.glob("*/truth.csv"))
    sheet, names = contact_sheet(folders)
    Image.fromarray(sheet).save(options.out / "contact.png")
    (options.out / "contact.json").write_text(json.dumps(names, indent=1) + "\n", encoding="utf-8")
    predictor = load_predictor(options.model)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CONFIG", "DOCUMENTS"):
            os.environ[f"VEERDESK_{name}"] = f"{folder}/{name.lower()}"
        for each in folders:
            for number, picture in enumerate(pictures_of(each, predictor, options.rows)):
                path = options.out / f"{each.name}-{number}.png"
                Image.fromarray(picture).save(path)
                print(path.name, flush=True)


if __name__ == "__main__":
    main()
