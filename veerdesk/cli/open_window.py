"""``veerdesk open`` and ``veerdesk`` alone: the window.

Separate because Qt is imported here and nowhere else in the command line but in the demo.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("paths", type=Path, nargs="*", metavar="PATH", help="scans, a job file or a .veer well")


def run(options: argparse.Namespace) -> int:
    """Open the window and return when it is closed."""
    from veerdesk.desktop.app import run as run_window

    return int(run_window([str(path) for path in options.paths]))


def run_sample() -> int:
    """Open the sample well in the window and return when it is closed."""
    from veerdesk.desktop.app import run_sample as run_window

    return int(run_window())
