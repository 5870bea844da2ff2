"""The frozen set: twelve rendered tracks that ship with the program and never change.

Separate because a promotion gate and the model's own tests must score every model on the same pixels: the files are the
set, and this module only says how they were chosen. ``python -m veerdesk.synth.frozen --out DIR`` draws a set like it with
the renderer of the day.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from veerdesk.resources import resource
from veerdesk.synth.look import Preset
from veerdesk.synth.render import render_log
from veerdesk.synth.window import write_window

#: Held-out wells only. Chosen by eye for legible crossings: solid with dashed, dotted, dash-dot and thin, and one alone.
FROZEN_SEEDS = (771, 778, 779, 781, 783, 785, 786, 792, 798, 808, 815, 849)
FROZEN_PRESET: Preset = "real-shapes"
FROZEN_ROWS = 600


def frozen_windows() -> tuple[Path, ...]:
    """Return the folders of the frozen set, in order, each in the layout of the traced windows.

    Raises
    ------
    UnusableInputError
        The set is missing from the installation.
    """
    return tuple(sorted(path.parent for path in resource("frozen").glob("*/truth.csv")))


def write_frozen(out: Path) -> tuple[Path, ...]:
    """Draw the set into the folder ``out`` and return its folders."""
    folders = tuple(out / f"frozen-{seed}" for seed in FROZEN_SEEDS)
    for folder, seed in zip(folders, FROZEN_SEEDS, strict=True):
        write_window(folder, render_log(seed, preset=FROZEN_PRESET, rows=FROZEN_ROWS))
    return folders


def main(arguments: list[str] | None = None) -> int:
    """Run the command ``python -m veerdesk.synth.frozen``."""
    parser = argparse.ArgumentParser(prog="python -m veerdesk.synth.frozen", description="Draw the frozen set.")
    parser.add_argument("--out", type=Path, required=True)
    write_frozen(parser.parse_args(arguments).out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
