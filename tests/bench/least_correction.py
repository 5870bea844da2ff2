"""How many single actions put a log right when only the program's own queue leads to its errors.

    python -m tests.bench.least_correction WINDOWS [--only NAME] [--until 0.995] [--model NAME]

Each window (scan, truth, borders: CONTRACT, Traced windows) becomes a well as a job file makes it, read by the model. A
scripted reviewer who knows the truth goes through the review as a person does: the first open place of the queue, and of
it only what hangs on it: a crossing with the rows down to the next and up to the one before, or doubtful rows. Where most
of the rows below or above stand exchanged they are exchanged there; else, along a long wrong stretch, the curve's ink is clicked
from place to place (livewire; each click and `Enter` is an action); else, in the middle of the longest wrong stretch in sight, the piece of stroke that is the curve's is clicked, or the piece that is no curve's is erased by a click, or the
curve is dragged to where it is (`scripted_review.py`). What does not help is taken back, counted all the same, and not tried again. Coarse errors
first: the queue is gone through for wrong stretches of 6 rows, then of 2, then for single rows. The review ends when of
both curves the wanted share of the rows in plain sight is right. One JSON line a window, then one in all.

``actions`` are corrections (exchange, along, piece, erased, pin, a curve that is absent taken off, and each that was taken back);
``looks`` are places that were gone to. ``start``, ``end``: share of rows in plain sight that are right, curve 1 and 2.
``tried`` and ``helped`` count the corrections of each kind, ``reached`` the actions after which a share of both curves'
rows was right. ``unled``: rows wrong at the end that no place ever showed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.bench.scripted_review import Review, reviewed
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.model.predictor import load_predictor
from veerdesk.segmentation.predictor import Predictor
from veerdesk.session.session import Session
from veerdesk.session.whole_well import predict_track
from veerdesk.training.metrics import RowTruth
from veerdesk.training.windows import Window, read_window

_JOB = """[well]
WELL = "{name}"
[depth]
unit = "m"
[[scan]]
id = "scan"
file = "scan.png"
depth = [[0.0, 0.0], [{last}.0, {depth}]]
[[track]]
name = "T1"
scan = "scan"
top = 0
bottom = {last}
left = [[0.0, {left_top}], [{last}.0, {left_bottom}]]
right = [[0.0, {right_top}], [{last}.0, {right_bottom}]]
"""
_CURVE = """[[track.curve]]
slot = {slot}
mnemonic = "C{slot}"
unit = "%"
scale = "linear"
left = 0.0
right = 100.0
"""


def in_plain_sight(folder: Path, truth: RowTruth) -> NDArray[np.bool_]:
    """Return ``(2, rows)``: rows with a truth that no flag is on (neither a gap, nor hidden, nor unsure)."""
    seen = np.isfinite(truth.x)
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        for record in csv.DictReader(file):
            for k, slot in enumerate("12"):
                if (record.get(f"f{slot}") or "").strip():
                    seen[k, int(float(record["row"]))] = False
    return seen


def strokes_px(folder: Path) -> tuple[float, float]:
    """Return the stroke widths by which a row's value is judged, px: as the window states them, 6 where it is silent."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    by_curve, measured = meta.get("stroke_width_px") or {}, meta.get("stroke_px") or {}
    first, second = (by_curve.get(f"c{c}") or measured.get(f"curve{c}_measured") or 6.0 for c in (1, 2))
    return float(first), float(second)


def opened(folder: Path, window: Window, work: Path, predictor: Predictor) -> Session:
    """Return a session on a well of a window, read by a model and traced."""
    meta, last = json.loads((folder / "meta.json").read_text(encoding="utf-8")), window.grey.shape[0] - 1
    sides = {k: meta[k] for k in ("left_top", "left_bottom", "right_top", "right_bottom")}
    head = _JOB.format(name=window.name, last=last, depth=round(0.1 * last, 4), **sides)
    (work / "job.toml").write_text(head + "".join(_CURVE.format(slot=s) for s in (1, 2)), encoding="utf-8")
    (work / "scan.png").write_bytes((folder / "scan.png").read_bytes())
    session = Session.create_from_job(work / "job.toml")
    for job in session.ingests():
        session.note_digest(job.inline())
    predict_track(session, 1, predictor, Unstoppable(), unwatched)
    return session


def one_window(folder: Path, predictor: Predictor, until: float) -> dict[str, Any]:
    """Review one window and return its figures."""
    window = read_window(folder)
    with tempfile.TemporaryDirectory() as work:
        session = opened(folder, window, Path(work), predictor)
        review = Review(session, window, in_plain_sight(folder, window.truth), strokes_px(folder))
        start, places = review.right_share(), len(review.queue("all"))
        reviewed(review, until)
        wrong, rows = review.wrong().any(axis=0), len(window.grey)
        said = {
            "window": window.name, "rows": rows, "places": places, "start": start, "end": review.right_share(),
            "actions": review.actions, "taken_back": review.taken_back, "looks": review.looks,
            "actions_per_1000_rows": round(1000 * review.actions / rows, 1),
            "reached": review.reached, "tried": dict(review.tried), "helped": dict(review.helped),
            "wrong_rows": int(wrong.sum()), "unled": int((wrong & ~review.shown).sum()),
        }  # fmt: skip
        session.close()
    return said


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("windows", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--until", type=float, default=0.995)
    parser.add_argument("--model", default=None)
    options = parser.parse_args()
    predictor, done = load_predictor(options.model), list[dict[str, Any]]()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CACHE", "CONFIG", "DOCUMENTS"):
            if name != "CACHE":  # the compiled decode is kept there
                os.environ[f"VEERDESK_{name}"] = f"{folder}/{name.lower()}"
        for each in sorted(p.parent for p in options.windows.glob("*/truth.csv")):
            if options.only in each.name:
                done.append(one_window(each, predictor, options.until))
                print(json.dumps(done[-1]), flush=True)
    rows = sum(d["rows"] for d in done)
    said = {"window": "ALL", "rows": rows, "reached": sum(min(d["end"]) >= options.until for d in done)}
    for name in ("places", "actions", "taken_back", "looks", "wrong_rows", "unled"):
        said[name] = sum(d[name] for d in done)
    print(json.dumps({**said, "actions_per_1000_rows": round(1000 * said["actions"] / max(1, rows), 1)}))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
