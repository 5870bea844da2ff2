"""``veerdesk train``: datasets to one checkpoint with its card.

Separate because torch is imported only when training is asked for.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from veerdesk.cli.console import print_json
from veerdesk.errors import ExitCode


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("datasets", type=Path, nargs="+", metavar="DATASET", help="tile folders or label releases")
    parser.add_argument("--out", type=Path, required=True, metavar="MODEL", help="the .safetensors file to write")
    parser.add_argument(
        "--target",
        choices=("exclusive", "independent"),
        default="exclusive",
        help="one owner a pixel, or one mask a curve (for comparison only)",
    )
    parser.add_argument("--steps", type=int, default=3000, help="optimiser steps")
    parser.add_argument("--batch", type=int, default=8, help="tiles a step")
    parser.add_argument("--rate", type=float, default=2.5e-3, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--stroke-px", type=float, default=4.0, metavar="PX", help="the strokes that the tiles were drawn for"
    )
    parser.add_argument("--threads", type=int, default=None, help="CPU threads; all by default")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--start", type=Path, metavar="MODEL", help="go on from this checkpoint")
    parser.add_argument(
        "--reach",
        type=_dilations,
        metavar="CELLS",
        help="how far down the log the deepest blocks look, such as 1,2,4,8,16; more than --start has are joined to it",
    )
    parser.add_argument("--json", action="store_true", help="print the model card as one JSON document")


def run(options: argparse.Namespace) -> int:
    """Train and print where the model is."""
    from veerdesk.training.command import TrainingOptions, train

    card = train(
        options.datasets,
        options.out,
        TrainingOptions(
            target=options.target,
            steps=options.steps,
            batch=options.batch,
            rate=options.rate,
            seed=options.seed,
            stroke_px=options.stroke_px,
            threads=options.threads,
            device=options.device,
            start=options.start,
            reach=options.reach,
        ),
    )
    if options.json:
        print_json(card)
    else:
        print(options.out)
    return int(ExitCode.DONE)


def _dilations(text: str) -> tuple[int, ...]:
    try:
        cells = tuple(int(part) for part in text.split(","))
    except ValueError:
        cells = ()
    if not cells or min(cells) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of whole numbers above nought, such as 1,2,4,8,16")
    return cells
