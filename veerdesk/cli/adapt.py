"""``veerdesk adapt``: a model fine-tuned on a person's corrections, kept only where it passes the promotion gate.

Separate because torch is imported only when a model is adapted.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from veerdesk.cli.console import print_json, print_refused, progress_bar
from veerdesk.errors import ExitCode, UsageError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "wells", type=Path, nargs="+", metavar="WELL.veer", help="wells with corrected or accepted rows"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="MODEL", help="the .safetensors file to write")
    parser.add_argument("--model", metavar="NAME|PATH", help="another model than the shipped one to start from")
    parser.add_argument("--json", action="store_true", help="print the verdict and its figures as one JSON document")


def run(options: argparse.Namespace) -> int:
    """Adapt and print the verdict."""
    from veerdesk.session.jobs import CancelToken
    from veerdesk.session.stored_well import read_well
    from veerdesk.session.well_lessons import well_lessons
    from veerdesk.training.promoted import promoted

    for path in options.wells:
        if path.suffix.lower() != ".veer":
            raise UsageError(f"{path} is no well (.veer).", "Give wells in which rows were corrected or accepted.")
    if options.out.suffix != ".safetensors":
        raise UsageError(f"The model {options.out} has no .safetensors ending.", f"Name it {options.out}.safetensors.")
    with ExitStack() as held, progress_bar("adapt") as progress:
        tracks = [each for path in options.wells for each in well_lessons(read_well(path), held)]
        done = promoted(tracks, options.out, model=options.model, cancel=CancelToken(), progress=progress)
    if options.json:
        print_json(done)
    else:
        for line in (*done["notes"], done["sentence"]):
            print(line)
        if done["model"]:
            print(done["model"])
    if done["model"]:
        return int(ExitCode.DONE)
    print_refused([f"{options.out} was not written. {done['sentence']}"])
    return int(ExitCode.REFUSED)
