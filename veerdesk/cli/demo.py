"""``veerdesk demo``: the bundled sample well, in the window or from scan to LAS without one.

Separate because it also measures: the sample is rendered, so the exported curves have a truth to be held against.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veerdesk.cli.console import print_json, print_refused, progress_bar
from veerdesk.cli.digitise import add_model_arguments, digitise_path
from veerdesk.cli.export import export_label_release
from veerdesk.errors import ExitCode, UnusableInputError, UsageError

if TYPE_CHECKING:
    from veerdesk.session.digitise import DigitiseResult

_WELL, _LABELS = "sample.veer", "labels"
_COPIED = ("sample.tif", "sample.toml", "ATTRIBUTION.md")
_NOTE = (
    "The sample is a rendered log, not a scan of paper. The demo accepts every row unseen so that a label release "
    "can be shown; in a release of yours stands what a person accepted."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--headless", action="store_true", help="the whole road with no window")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for the results, with --headless")
    add_model_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the errors as one JSON document")


def run(options: argparse.Namespace) -> int:
    """Open the sample in the window, or read it without one and print its error."""
    if not options.headless:
        if options.out is not None:
            raise UsageError("--out goes with --headless.", "Add --headless, or leave --out away.")
        from veerdesk.cli.open_window import run_sample

        return run_sample()
    if options.out is None:
        raise UsageError("--headless needs a folder for its results.", "Add --out DIR.")
    return _headless(options)


def _headless(options: argparse.Namespace) -> int:
    from veerdesk.session.staging import staging

    out: Path = options.out
    _refuse_earlier_demo(out)
    with staging(out) as stage:
        errors, result, samples = _whole_road(stage.folder, options)
        stage.put_in_place()
    _print(options, errors, result.report, samples)
    print_refused(list(result.refused))
    return int(ExitCode.REFUSED if result.refused else ExitCode.DONE)


def _whole_road(folder: Path, options: argparse.Namespace) -> tuple[list[dict[str, Any]], DigitiseResult, int]:
    """Leave everything in a folder; give the errors, what digitise says, and the number of label samples."""
    from veerdesk import resources
    from veerdesk.las.reader import read_las
    from veerdesk.proof.truth import curve_errors, read_truth
    from veerdesk.session.jobs import CancelToken
    from veerdesk.session.whole_well import make_read_well
    from veerdesk.well.job import read_job
    from veerdesk.wiring import lazy_predictor

    source = resources.resource("sample")
    for name in _COPIED:
        shutil.copyfile(source / name, folder / name)
    job, well = folder / "sample.toml", folder / _WELL
    predictor = lazy_predictor(options.model, options.device)
    with progress_bar("read") as progress:
        make_read_well(job, well, predictor=predictor, cancel=CancelToken(), progress=progress)
    result = digitise_path(well, folder, model=None, device=options.device)
    release = export_label_release([well], folder / _LABELS)
    las = next(folder / name for name in result.files if name.endswith(".las"))
    errors = curve_errors(read_las(las), read_job(job), read_truth(source / "truth.csv.gz"))
    return [e.as_dict() for e in errors], result, len(release["samples"])


def _refuse_earlier_demo(out: Path) -> None:
    there = [name for name in (_WELL, _LABELS) if (out / name).exists()]
    if there:
        raise UnusableInputError(
            f"{out} holds an earlier demo ({', '.join(there)}).", "Choose a new folder, or remove that one."
        )


def _print(options: argparse.Namespace, errors: list[dict[str, Any]], report: Any, samples: int) -> None:
    if options.json:
        document = {"note": _NOTE, "errors": errors, "report": report, "label_samples": samples}
        print_json({**document, "well": _WELL, "labels": _LABELS})
        return
    print(_NOTE)
    print(f"{'curve':8}{'median %':>10}{'P95 %':>10}{'within 1 %':>12}{'cover':>8}{'false':>8}")
    for e in errors:
        false = "-" if e["false"] is None else f"{e['false']:.3f}"
        print(f"{e['mnemonic']:8}{e['median']:10.3f}{e['p95']:10.3f}{e['within_1']:12.3f}{e['cover']:8.3f}{false:>8}")
    print(f"In {options.out}: {', '.join(report['files'])}, {_WELL}, {_LABELS}/ ({samples} samples)")
