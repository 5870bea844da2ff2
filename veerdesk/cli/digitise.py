"""``veerdesk digitise``: a job file or a well to LAS, label maps, traces and plot-backs.

Separate because each command is one module.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from veerdesk.cli.console import print_json, print_refused, progress_bar
from veerdesk.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from veerdesk.session.digitise import DigitiseResult

_SEVERAL = (
    "Run the command once for each, with a folder of its own: "
    'for job in *.toml; do veerdesk digitise "$job" --out "result/${job%.toml}"; done'
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "wells", type=Path, nargs="+", metavar="JOB.toml|WELL.veer", help="a job file or a well, one a run"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the results of this one well"
    )
    add_model_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print report.json as the one result")


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--model`` and ``--device``."""
    parser.add_argument("--model", metavar="NAME|PATH", help="another model than the shipped one")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto", help="where it computes")


def run(options: argparse.Namespace) -> int:
    """Digitise and print what was left."""
    if len(options.wells) > 1:
        raise UsageError(f"One run digitises one well, and {len(options.wells)} were given.", _SEVERAL)
    result = digitise_path(options.wells[0], options.out, model=options.model, device=options.device)
    if options.json:
        print_json(result.report)
    else:
        for name in result.files:
            print(result.out / name)
    print_refused(list(result.refused))
    return int(ExitCode.REFUSED if result.refused else ExitCode.DONE)


def digitise_path(path: Path, out: Path, *, model: str | None, device: str) -> DigitiseResult:
    """Digitise a job file or a well, with a progress bar.

    Raises
    ------
    VeerdeskError
        As `session.digitise.digitise`.
    """
    from veerdesk.session.digitise import digitise
    from veerdesk.session.jobs import CancelToken
    from veerdesk.session.stored_well import read_well, without_predictions
    from veerdesk.wiring import lazy_predictor

    if path.suffix.lower() not in (".toml", ".veer"):
        raise UsageError(
            f"{path} is neither a job file (.toml) nor a well (.veer).",
            f"Of a scan alone nobody knows its tracks: place them with `veerdesk open {path}`, then give the well beside it.",
        )
    well = read_well(path) if model is None else without_predictions(read_well(path))
    with progress_bar("digitise") as progress:
        return digitise(well, predictor=lazy_predictor(model, device), out=out, cancel=CancelToken(), progress=progress)
