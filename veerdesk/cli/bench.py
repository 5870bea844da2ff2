"""``veerdesk bench``: the program's own speed and memory figures (CONTRACT, `veerdesk bench --json`).

Separate because each figure of the window is taken in a process of its own, so that none warms or fattens another.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from veerdesk.cli.console import print_json
from veerdesk.errors import ExitCode, UnusableInputError

DEFAULT_ROWS, TALL_ROWS = 100_000, 250_000

#: What each figure is, for people; the order of the report.
UNITS: Mapping[str, str] = {
    "first_view_s": "s, 1-bit G4 TIFF given to first rows drawn, cold cache",
    "first_view_grey_s": "s, the same for a grey TIFF",
    "first_view_rgb_png_s": "s, the same for an RGB PNG",
    "open_anon_mb": "MB of anonymous memory for the whole scan, three tracks, their label maps",
    "dab_cpu_ms": "CPU ms from mouse event to painted frame",
    "dab_p99_ms": "ms, the slowest dab in a hundred",
    "dab_after_cpu_ms": "CPU ms behind that frame until the curve has followed and the dab is on disk",
    "dab_cpu_ms_250k": "CPU ms a dab at 250,000 rows",
    "undo_cpu_ms": "CPU ms an undo",
    "pan_cpu_ms": "CPU ms a pan step at 100 %",
    "zoom_cpu_ms": "CPU ms a zoom step",
    "swap_ms": "ms from the key to the repainted frame, 1,000 rows exchanged",
    "infer_mpx_s": "Mpx of the scan segmented a second",
    "infer_mpx_cpu_s": "Mpx of the scan segmented a CPU second",
    "device": "device of the model",
    "trace_rows_s": "rows traced a second, both curves",
    "window_s": "s from the start of the process to the window drawn",
    "gesture_durable_ms": "ms from a gesture to its transaction on disk",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--rows", type=int, default=DEFAULT_ROWS, help="rows of the scan (default 100,000)")
    parser.add_argument("--only", nargs="+", metavar="KEY", choices=sorted(UNITS), help="measure only these figures")
    parser.add_argument("--runs", type=int, default=3, help="processes per opening figure, the median is told")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    wanted = set(options.only or UNITS)
    # As set-up leaves them: where Python keeps no bytecode, each process measured would compile the program again.
    compileall.compile_dir(Path(__file__).parents[1], quiet=2)
    with tempfile.TemporaryDirectory(prefix="veerdesk-bench-") as folder:
        figures = _measure(Path(folder), wanted, options)
    ordered = {key: figures[key] for key in UNITS if key in figures}
    if options.json:
        print_json({"rows": options.rows, **ordered})
    else:
        for key, value in ordered.items():
            shown = value if isinstance(value, str) else f"{value:.3g}"
            print(f"{key:22} {shown:>9}  {UNITS[key]}")
    return int(ExitCode.DONE)


def _measure(folder: Path, wanted: set[str], options: argparse.Namespace) -> dict[str, Any]:
    from veerdesk.cli import bench_core
    from veerdesk.cli.bench_scans import write_bilevel, write_grey, write_rgb_png
    from veerdesk.wiring import lazy_predictor

    figures: dict[str, Any] = {}

    def step(keys: set[str], measure: Callable[[], Mapping[str, Any]]) -> None:
        if keys & wanted:
            begin = time.monotonic()
            found = {k: v for k, v in measure().items() if k in wanted}
            figures.update(found)
            print(f"{found}, measured in {time.monotonic() - begin:.0f} s", file=sys.stderr)

    bilevel = _on_disk(write_bilevel(folder / "bench.tif", options.rows))
    step({"window_s"}, lambda: {"window_s": _median(options.runs, lambda: _window(folder, "start")["s"])})
    for key, path, write in (
        ("first_view_s", bilevel, None),
        ("first_view_grey_s", folder / "grey.tif", write_grey),
        ("first_view_rgb_png_s", folder / "rgb.png", write_rgb_png),
    ):
        if key in wanted and write is not None:
            _on_disk(write(path, options.rows))
        step({key}, lambda k=key, p=path: {k: _median(options.runs, lambda: _window(folder, "open", p)["s"])})  # type: ignore[misc]
        if path != bilevel:
            path.unlink(missing_ok=True)
    step({"open_anon_mb"}, lambda: {"open_anon_mb": _window(folder, "memory", bilevel)["mb"]})
    hand = {"dab_cpu_ms", "dab_p99_ms", "dab_after_cpu_ms", "undo_cpu_ms", "pan_cpu_ms", "zoom_cpu_ms", "swap_ms"}
    step(hand, lambda: _window(folder, "hand", bilevel))
    if "dab_cpu_ms_250k" in wanted:
        tall = write_bilevel(folder / "tall.tif", TALL_ROWS)
        step({"dab_cpu_ms_250k"}, lambda: {"dab_cpu_ms_250k": _window(folder, "hand", tall)["dab_cpu_ms"]})
    step(
        {"infer_mpx_s", "infer_mpx_cpu_s", "device"},
        lambda: bench_core.segmentation_figures(lazy_predictor(None, options.device)()),
    )
    step({"trace_rows_s"}, bench_core.tracing_figures)
    step({"gesture_durable_ms"}, lambda: bench_core.durable_figures(bilevel, folder / "durable.veer"))
    return figures


def _on_disk(path: Path) -> Path:
    """Return the path once the file's bytes are on disk, as those of a person's scan are: no figure pays for them."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return path


def _median(runs: int, measure: Callable[[], float]) -> float:
    return sorted(measure() for _ in range(runs))[runs // 2]


def _window(folder: Path, what: str, *paths: Path) -> dict[str, float]:
    """Run one measurement of the window in a process of its own, with an empty cache, and return its figures."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        environment = dict(os.environ)
        for name in ("CACHE", "CONFIG", "DOCUMENTS"):
            environment[f"VEERDESK_{name}"] = str(Path(own) / name.lower())
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        environment["VEERDESK_STARTED"] = repr(time.time())
        done = subprocess.run(
            [sys.executable, "-m", "veerdesk.desktop.bench", what, *map(str, paths)],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
    if done.returncode:
        raise UnusableInputError(
            f"The measurement {what!r} of the window stopped: {done.stderr.strip()[-400:]}",
            "Run `python3 installer/start.py setup` again, and report it if it stays.",
        )
    figures: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures
