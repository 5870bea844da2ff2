"""The rendered scoreboard: 360 tracks that no model was trained on, through `veerdesk synth` and `veerdesk evaluate`.

    python -m tests.bench.scoreboard --out DIR [--model NAME] [--tracks 360] [--rows 1000]

Six sets are rendered: the archive's mixture, pens that training never sees, shapes of wells held out, logs with many
rows off the track, colour prints, and prints that a computer plotted. A seventh set is the first tracks of the archive
with their slots exchanged by `style` alone: the job says that slot 1 is the later pen in the canonical order and slot 2
the earlier one, so the figures should be those of the same tracks, exchanged. One JSON object comes out; each set's whole
board is left in DIR. Started again, rendered tracks are kept and boards that are there for the same weights and program are not made again.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import hashlib
import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np

import veerdesk
from veerdesk.cli.main import run
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.png import read_classes
from veerdesk.model.predictor import model_path
from veerdesk.segmentation.sight import presence_file
from veerdesk.training.metrics import END_ROWS
from veerdesk.training.windows import read_window

#: Sets by preset, with their share of the tracks. No training tile was ever drawn from this seed.
SETS = (
    ("archive", 7 / 30), ("styles", 1 / 6), ("real-shapes", 1 / 6), ("absence", 0.1), ("coloured", 1 / 6), ("plotted", 1 / 6),
)  # fmt: skip
SEED = 93_001
#: What a job may call each pen of the renderer, from the first of the canonical order to the last.
_ORDER = ("solid", "dashed", "dashdot", "dotted")
_SHOWN = (
    "f1_1", "f1_2", "f1_2px_1", "f1_2px_2", "crossings_kept", "swapped", "stolen",
    "value_within_1", "value_within_2", "value_cover_1", "value_cover_2", "value_false_1", "value_false_2",
    "trace_ends_1", "trace_ends_2", "trace_short_1", "trace_short_2",
)  # fmt: skip


def rendered(out: Path, preset: str, count: int, rows: int) -> Path:
    """Render one set, or keep it where it is whole, and return its folder."""
    folder = out / preset
    if len(list(folder.glob("*/meta.json"))) < count:
        said = ["--count", str(count), "--seed", str(SEED), "--out", str(folder), "--preset", preset]
        _veerdesk("synth", *said, "--rows", str(rows))
    return folder


def exchanged_by_style(source: Path, out: Path, count: int) -> tuple[Path, Path]:
    """Copy tracks of two unlike pens with truth and label exchanged and a job that says so; return them and their originals."""
    plain, crossed = out / "as printed", out / "exchanged by style"
    for folder in sorted(source.iterdir()):
        if len(list(crossed.glob("*/meta.json"))) >= count:
            break
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        styles = tuple(str(meta["styles"][c]).split()[0] for c in ("c1", "c2"))
        if (
            meta["look_alike"]
            or any(s not in _ORDER for s in styles)
            or _ORDER.index(styles[0]) >= _ORDER.index(styles[1])
        ):
            continue
        shutil.copytree(folder, plain / folder.name, dirs_exist_ok=True)
        there = Path(shutil.copytree(folder, crossed / folder.name, dirs_exist_ok=True))
        meta["job_styles"] = {"1": styles[1], "2": styles[0]}
        for name in ("styles", "colours", "stroke_width_px"):
            meta[name] = {"c1": meta[name]["c2"], "c2": meta[name]["c1"]}
        (there / "meta.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")
        _exchange_truth(there)
    return plain, crossed


def _exchange_truth(folder: Path) -> None:
    label = read_classes(folder / "label.png")
    assert cv2.imwrite(str(folder / "label.png"), np.where((label == 1) | (label == 2), 3 - label, label))
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        records = list(csv.DictReader(file))
    other = {"1": "2", "2": "1"}
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        for record in records:
            writer.writerow({k: record[k[0] + other[k[1]] + k[2:] if k != "row" else k] for k in record})


def board(model: str, folder: Path, out: Path) -> dict[str, Any]:
    """Return what `veerdesk evaluate` says of a set; kept in a file until weights or program are others."""
    shipped = sorted(presence_file().parent.glob("*.safetensors"))  # what measures strokes and tells presence, too
    sources = (model_path(model), *shipped, *sorted(Path(veerdesk.__file__).parent.rglob("*.py")))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    kept = out / f"{folder.name}.{digest[:12]}.json"
    if not kept.exists():
        kept.write_text(_veerdesk("evaluate", model, str(folder), "--json"), encoding="utf-8")
    said: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return said


def off_the_track(folder: Path, scores: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return how many rows have no curve of a slot, and the share of them with a value, traced and exported.

    Apart for slots that the log has a curve of somewhere, and for slots it has none of: those a person would not describe.
    """
    counts = {name: [0.0, 0.0, 0.0] for name in ("curve elsewhere", "no such curve")}
    by_name = {line["window"]: line for line in scores["by_window"]}
    for each in sorted(p.parent for p in folder.glob("*/meta.json")):
        truth = read_window(each).truth
        for k, slot in enumerate("12"):
            near = np.convolve(np.isfinite(truth.x[k]), np.ones(2 * END_ROWS + 1), "same") > 0
            absent = int((~near & ~truth.unsure[k]).sum())
            if absent:
                count = counts["curve elsewhere" if np.isfinite(truth.x[k]).any() else "no such curve"]
                count[0] += absent
                count[1] += absent * by_name[each.name][f"trace_false_{slot}"]
                count[2] += absent * by_name[each.name][f"value_false_{slot}"]
    return {
        name: {
            "rows": int(rows),
            "false_traced": round(traced / max(1.0, rows), 4),
            "false_exported": round(exported / max(1.0, rows), 4),
        }
        for name, (rows, traced, exported) in counts.items()
    }


def _short(scores: dict[str, Any]) -> dict[str, Any]:
    """Return mean, interval and worst of the figures that matter, of one board."""
    lines = scores["overall"]
    means = {k: [lines[k]["mean"], lines[k]["low"], lines[k]["high"], lines[k]["worst"]] for k in _SHOWN if k in lines}
    return {"windows": scores["windows"], "mean, low, high, worst": means}


def _veerdesk(*arguments: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = run(arguments)
    if code not in (0, 1):
        raise SystemExit(code)
    return out.getvalue()


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", default="veerdesk-v3")
    parser.add_argument("--tracks", type=int, default=360)
    parser.add_argument("--rows", type=int, default=1000)
    options = parser.parse_args()
    said: dict[str, Any] = {"model": options.model, "tracks": 0}
    for preset, share in SETS:
        folder = rendered(options.out, preset, round(share * options.tracks), options.rows)
        scores = board(options.model, folder, options.out)
        said[preset] = {**_short(scores), "off the track": off_the_track(folder, scores)}
        said["tracks"] += scores["windows"]
        print(preset, json.dumps(said[preset]), file=sys.stderr, flush=True)
    for folder in exchanged_by_style(options.out / "archive", options.out, max(4, options.tracks // 10)):
        said[folder.name] = _short(board(options.model, folder, options.out))
    said["digest"] = scores["digest"]
    print(json.dumps(said))


if __name__ == "__main__":
    main()
