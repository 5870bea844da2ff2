"""``veerdesk export las|csv|labels``: what the window's export dialogs do.

Separate because each command is one module.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from veerdesk.cli.console import print_json, print_refused, progress_bar
from veerdesk.errors import ExitCode, UsageError

_FORMATS = ("master", "nnunet", "mmseg", "voc", "huggingface", "datumaro")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("what", choices=("las", "csv", "labels"), help="what is to leave")
    parser.add_argument("wells", type=Path, nargs="+", metavar="WELL.veer", help="a well; labels take several")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the result")
    parser.add_argument("--las", default=None, metavar="VERSION", help="LAS version: 2.0")
    parser.add_argument("--format", default="master", metavar="FORM", help="label layout: master")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON document")


def run(options: argparse.Namespace) -> int:
    """Export and print what was left."""
    _check(options)
    if options.what == "labels":
        return _labels(options)
    return _curves(options)


def _check(options: argparse.Namespace) -> None:
    if options.las not in (None, "2.0"):
        if options.las not in ("1.2", "3.0"):
            raise UsageError(f"There is no LAS version {options.las}.", "Ask for LAS 2.0.")
        raise UsageError(f"LAS {options.las} cannot be written yet.", "Ask for LAS 2.0.")
    if options.format != "master":
        known = "is not built yet" if options.format in _FORMATS else "does not exist"
        raise UsageError(f"The label layout {options.format} {known}.", "Use --format master.")
    if options.what != "labels" and len(options.wells) > 1:
        raise UsageError(
            f"One well leaves one {options.what.upper()}, and {len(options.wells)} were given.",
            "Run the command once for each well.",
        )
    for path in options.wells:
        if path.suffix.lower() != ".veer":
            raise UsageError(f"{path} is no well (.veer).", "Give a well, or use `veerdesk digitise` for a job file.")


def _curves(options: argparse.Namespace) -> int:
    from veerdesk.session.export import export_csv, export_las, export_path
    from veerdesk.session.jobs import CancelToken
    from veerdesk.session.stored_well import read_well
    from veerdesk.session.well_run import read_tracks
    from veerdesk.wiring import lazy_predictor

    well = read_well(options.wells[0])
    if options.las:
        described = replace(well.description, las=replace(well.description.las, version=options.las))
        well = replace(well, description=described)
    with ExitStack() as held, progress_bar("export") as progress:
        run = read_tracks(well, held, predictor=lazy_predictor(), cancel=CancelToken(), progress=progress)
        path = export_path(options.out, well.description, f".{options.what}", [s.digest for s in run.scans.values()])
        if options.what == "csv":
            done = export_csv(well.description, run.traces(), path)
        else:
            files = {s.id: Path(s.file).name for s in well.description.scans}
            scans = [(files[key], scan.digest) for key, scan in run.scans.items()]
            done = export_las(well.description, run.traces(), path, scans=scans, model=run.model, accepted=run.accepted)
    if options.json:
        print_json(
            {
                "file": str(done.path),
                "refused": list(done.refused),
                "rewritten": list(done.rewritten),
                "notes": list(done.notes),
            }
        )
    else:
        print(done.path)
        for line in (*done.notes, *done.rewritten):
            print(line)
    print_refused(list(done.refused))
    return int(ExitCode.REFUSED if done.refused else ExitCode.DONE)


def _labels(options: argparse.Namespace) -> int:
    from veerdesk.session.export import changed_sentence

    record = export_label_release(options.wells, options.out)
    if options.json:
        print_json(record)
    else:
        print(f"{len(record['samples'])} samples of {len(record['wells'])} well(s) in {options.out}")
        if said := changed_sentence(record):
            print(said)
    return int(ExitCode.DONE)


def export_label_release(wells: list[Path], out: Path) -> dict[str, Any]:
    """Write a label release of one or more wells, with a progress bar, and return its manifest.

    Raises
    ------
    UnusableInputError
        As `session.export.export_labels`.
    """
    from veerdesk.session.export import export_labels
    from veerdesk.session.labelled import labelled_well
    from veerdesk.session.stored_well import read_well

    with ExitStack() as held, progress_bar("labels") as progress:
        return export_labels([labelled_well(read_well(path), held) for path in wells], out, progress=progress)
