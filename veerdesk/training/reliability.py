"""How often the program is right when it says how sure it is, counted on rendered logs that no model was trained on.

    python -m veerdesk.training.reliability [--model NAME] [--out FILE] [--logs 96] [--rows 700] [--seed 97001]

Separate because the decode's margins are charges and no chances. Even logs are learnt from, odd ones judge what was learnt;
the maps and the table of both go into one small file beside the weights, which `veerdesk.calibration.chance` reads.
Run it again whenever weights or decode change.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.chance import RELIABILITY, ChanceMap
from veerdesk.imaging.png import replacing
from veerdesk.imaging.progress import Progress, unwatched
from veerdesk.model.predictor import SHIPPED, DeviceChoice, open_model, use_threads
from veerdesk.resources import resource
from veerdesk.segmentation.predictor import Predictor
from veerdesk.synth.command import log_seed
from veerdesk.synth.look import Preset
from veerdesk.synth.render import render_log
from veerdesk.synth.window import write_window
from veerdesk.tracing.crossings import find_crossings
from veerdesk.training.evaluate import answer, window_decoder
from veerdesk.training.fitted_chance import Counted, margin_map, reliability_table, row_map
from veerdesk.training.metrics import right_rows, whose_rows
from veerdesk.training.windows import Window, read_window

LOGS, ROWS, SEED = 320, 700, 97_001
#: In turn, so that even and odd logs are alike: the archive's mixture, wells held out, and pens never trained on.
_PRESETS: tuple[Preset, ...] = (
    "archive",
    "archive",
    "real-shapes",
    "real-shapes",
    "styles",
    "archive",
    "real-shapes",
    "archive",
)
#: Rows in which two curves must stand apart below a crossing for anybody to say which is which.
_LEAST_APART_ROWS = 5


def count_window(window: Window, predictor: Predictor) -> tuple[Counted, Counted]:
    """Return the crossings of a window and its rows: how sure the program was of each, and whether it was right.

    A crossing is right where most rows down to the next one are not exchanged. Rows are those with a value, of curves that
    the track has at all: what a log has no second curve of, a person describes as a track of one.
    """
    said = answer(window, predictor)
    decoder = window_decoder(window, said)
    trace, truth = decoder.solve(), window.truth
    apart, swapped, _ = whose_rows(trace.x, truth)
    crossings = find_crossings(trace, decoder)
    sure, right = list[float](), list[bool]()
    for k, crossing in enumerate(crossings):
        after = crossings[k + 1].row if k + 1 < len(crossings) else trace.rows.stop
        rows = slice(crossing.rows.stop, max(crossing.rows.stop, after))
        if apart[rows].sum() >= _LEAST_APART_ROWS:
            sure.append(crossing.margin)
            right.append(bool(swapped[rows][apart[rows]].mean() < 0.5))
    has_curve = np.isfinite(truth.x).any(axis=1, keepdims=True)  # (2, 1)
    counted = np.isfinite(trace.x) & ~truth.unsure & has_curve
    good = right_rows(trace.x, truth, said.stroke_px)
    rows_said = Counted(trace.confidence[counted].astype(np.float64), good[counted])
    return Counted(np.array(sure, np.float64), np.array(right, np.bool_)), rows_said


def measure(
    model: str | None,
    *,
    logs: int = LOGS,
    rows: int = ROWS,
    seed: int = SEED,
    device: DeviceChoice = "auto",
    progress: Progress = unwatched,
) -> dict[str, Any]:
    """Return the maps, fitted on even logs, and how they and the plain figures do on odd ones, as JSON has it.

    Raises
    ------
    UnusableInputError
        The model cannot be used.
    """
    use_threads()
    predictor, header, _ = open_model(model, device)
    crossings, lines = list[Counted](), list[Counted]()
    with tempfile.TemporaryDirectory() as folder:
        for index in range(logs):
            preset = _PRESETS[index // 2 % len(_PRESETS)]  # pairs: one to learn from, one to judge by
            write_window(Path(folder), render_log(log_seed(seed, index), preset=preset, rows=rows))
            found, traced = count_window(read_window(Path(folder)), predictor)
            crossings.append(found)
            lines.append(traced)
            progress((index + 1) / logs)
    learnt, judged = _joined(crossings[::2]), _joined(crossings[1::2])
    learnt_rows, judged_rows = _joined(lines[::2]), _joined(lines[1::2])
    margins, confidences = margin_map(learnt), row_map(learnt_rows)
    return {
        "model": header.name,
        "digest": predictor.digest,
        "logs": {"number": logs, "rows": rows, "seed": seed, "presets": sorted(set(_PRESETS))},
        "crossing": {**_as_json(margins), "judged on": reliability_table(judged, margins, _plain_chance)},
        "row": {**_as_json(confidences), "judged on": reliability_table(judged_rows, confidences, lambda c: c)},
    }


def write_reliability(path: Path, said: dict[str, Any]) -> None:
    """Write a measurement whole or not at all. Raises UnusableInputError where that fails."""
    with replacing(path) as out:
        out.write((json.dumps(said, indent=1) + "\n").encode())


def _plain_chance(nats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance that a margin would mean if the decode's charges were true probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.minimum(nats, 500.0))), np.float64)


def _joined(parts: Sequence[Counted]) -> Counted:
    return Counted(np.concatenate([p.sure for p in parts]), np.concatenate([p.right for p in parts]))


def _as_json(found: ChanceMap) -> dict[str, list[float]]:
    return {"at": list(found.at), "chance": list(found.chance)}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, write the file, and print the tables of the logs that were held back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=SHIPPED)
    parser.add_argument("--out", type=Path, default=None, help="default: beside the shipped weights")
    parser.add_argument("--logs", type=int, default=LOGS)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args(argv)
    shown = [-1]

    def tell(share: float) -> None:
        if int(10 * share) > shown[0]:
            shown[0] = int(10 * share)
            sys.stderr.write(f"{shown[0]}0 % of the logs\n")

    said = measure(options.model, logs=options.logs, rows=options.rows, seed=options.seed, progress=tell)
    write_reliability(options.out or resource(RELIABILITY[0]).joinpath(*RELIABILITY[1:]), said)
    for name in ("crossing", "row"):
        sys.stdout.write(f"{name}: {json.dumps(said[name], indent=None)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
