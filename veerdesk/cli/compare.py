"""``veerdesk compare``: one exclusive target against independent masks, on equal terms, and the report of it.

Separate because torch is imported only when a comparison is asked for.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from veerdesk.cli.console import print_json
from veerdesk.errors import ExitCode, UsageError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("tiles", type=Path, nargs="+", metavar="TILES", help="tile folders to learn from")
    parser.add_argument("--out", type=Path, required=True, metavar="REPORT", help="the .md file to write")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="runs and scores, to go on from")
    parser.add_argument("--tune", type=Path, required=True, metavar="DIR", help="windows to tune thresholds on")
    parser.add_argument(
        "--also", type=Path, nargs="+", default=[], metavar="DIR", help="windows to report beside the frozen set"
    )
    parser.add_argument("--steps", type=int, default=400, help="optimiser steps of each run")
    parser.add_argument(
        "--schedule", type=int, metavar="STEPS", help="steps over which the rate rises and falls; as many as there are"
    )
    parser.add_argument("--batch", type=int, default=4, help="tiles a step")
    parser.add_argument("--rate", type=float, default=2.5e-3, help="highest learning rate")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="one pair of runs each")
    parser.add_argument("--stroke-px", type=float, default=4.0, help="stroke width the tiles were drawn for")
    parser.add_argument("--threads", type=int, default=None, help="CPU threads; all by default")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--json", action="store_true", help="print every figure as one JSON document")


def run(options: argparse.Namespace) -> int:
    """Compare, write the report, and print where it is."""
    if options.out.suffix != ".md":
        raise UsageError(f"The report {options.out} has no .md ending.", f"Name it {options.out.name}.md.")
    if options.schedule is not None and options.schedule < options.steps:
        raise UsageError("The schedule ends before the steps do.", f"Ask for {options.steps} steps of it or more.")
    if min(options.steps, options.batch) < 1 or len(set(options.seeds)) < len(options.seeds):
        raise UsageError("Steps and batch are at least 1, and each seed is named once.", "Mend the command line.")
    from veerdesk.model.checkpoint import replace_file
    from veerdesk.training.compare import Comparison, compare
    from veerdesk.training.compare_report import report_text
    from veerdesk.training.equal_terms import EqualTerms

    document = compare(
        Comparison(tuple(options.tiles), options.tune, tuple(options.also)),
        options.work,
        EqualTerms(
            steps=options.steps,
            schedule=options.schedule,
            batch=options.batch,
            rate=options.rate,
            seeds=tuple(options.seeds),
            stroke_px=options.stroke_px,
        ),
        threads=options.threads,
        device=options.device,
        report=_print_line,
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    replace_file(options.out, report_text(document).encode())
    if options.json:
        print_json(document)
    else:
        print(options.out)
    return int(ExitCode.DONE)


def _print_line(line: dict[str, Any]) -> None:
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()
