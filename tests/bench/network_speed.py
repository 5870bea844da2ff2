"""How fast the network alone reads ink, in float32 and in bfloat16, and in what share of the pixels both give one class.

    python -m tests.bench.network_speed [--model NAME] [--device auto|cpu|cuda|mps] [--windows 12]

Windows of a rendered print, 768 rows high and 512 px wide, are read one after the other as the program reads tiles; the best of
three rounds counts. ``in_use`` is what the program takes on this machine: bfloat16 only where the machine multiplies it itself
and it gives the same classes. One JSON line. The speed of the whole road, in px of the scan, is in `veerdesk bench`.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import torch
from numpy.typing import NDArray

from veerdesk.model.predictor import TorchPredictor, has_half, open_model, use_threads
from veerdesk.synth.render import render_log

ROWS, COLS, ROUNDS = 768, 512, 3


def tiles(count: int) -> list[NDArray[np.uint8]]:
    """Return windows of a rendered log, ``(ROWS, COLS)`` uint8 each, paper where it is narrower."""
    scan = render_log(94_000_001, preset="archive", rows=ROWS * count).scan
    grey = scan if scan.ndim == 2 else scan.min(axis=2)
    wide = np.full((ROWS * count, COLS), 255, np.uint8)
    wide[:, : min(COLS, grey.shape[1])] = grey[:, :COLS]
    return [wide[k * ROWS : (k + 1) * ROWS] for k in range(count)]


def read(predictor: TorchPredictor, windows: list[NDArray[np.uint8]]) -> tuple[float, NDArray[np.int64]]:
    """Return Mpx a second, the best of some rounds, and the class of each pixel."""
    predictor.predict(windows[0])
    seconds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        answers = [predictor.predict(window) for window in windows]
        seconds.append(time.perf_counter() - begin)
    return len(windows) * ROWS * COLS / 1e6 / min(seconds), np.stack(answers).argmax(axis=1)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--windows", type=int, default=12)
    asked = parser.parse_args()
    threads = use_threads()
    predictor = open_model(asked.model, asked.device)[0]
    in_use, windows = predictor.half, tiles(asked.windows)
    out: dict[str, object] = {"device": predictor.device, "threads": threads}
    classes = {}
    for name, half in (("float32", None), ("bfloat16", torch.bfloat16)):
        predictor.half = half
        speed, classes[name] = read(predictor, windows)
        out[f"{name}_mpx_s"] = round(speed, 2)
    out["same_class"] = round(float((classes["float32"] == classes["bfloat16"]).mean()), 5)
    out |= {"multiplies_bfloat16": has_half(predictor.device), "in_use": "bfloat16" if in_use else "float32"}
    print(json.dumps(out))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
