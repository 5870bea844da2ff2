"""``veerdesk synth``: rendered logs with exact truth.

Separate because each command is one module.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from veerdesk.cli.console import print_json, progress_bar
from veerdesk.errors import ExitCode


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--count", type=int, required=True, metavar="N", help="how many logs")
    parser.add_argument("--seed", type=int, required=True, metavar="S", help="the same seed gives the same bytes")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the logs")
    parser.add_argument(
        "--preset", default="archive", help="archive, clean, styles, real-shapes, absence, dotted or coloured"
    )
    parser.add_argument("--rows", type=int, default=1400, metavar="PX", help="height of each log")
    parser.add_argument("--json", action="store_true", help="print the folders as one JSON document")


def run(options: argparse.Namespace) -> int:
    """Render the logs and print their folders."""
    from veerdesk.synth.command import render_set

    with progress_bar("synth") as progress:
        folders = render_set(
            options.count, options.seed, options.out, options.preset, rows=options.rows, progress=progress
        )
    if options.json:
        print_json({"logs": [str(folder) for folder in folders], "seed": options.seed, "preset": options.preset})
    else:
        for folder in folders:
            print(folder)
    return int(ExitCode.DONE)
