"""``veerdesk evaluate``: a model's scores on windows with known truth.

Separate because torch is imported only when a model is asked.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from veerdesk.cli.console import print_json, progress_bar
from veerdesk.errors import ExitCode

#: Figures of the tables by kind: enough to see where a model is weak.
_SHORT = ("f1_1", "f1_2", "crossings_kept", "swapped", "value_within_1", "value_within_2")
_COLUMNS = ("median", "p95", "worst", "mean", "low", "high", "windows")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("model", metavar="MODEL", help="a bundled model's name or a .safetensors file")
    parser.add_argument(
        "dataset", type=Path, metavar="DATASET", help="a folder of windows, as `veerdesk synth` writes it"
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument(
        "--save",
        nargs="?",
        const="",
        metavar="TITLE",
        help="keep the figures in the card beside the weights, under this title or the dataset's name",
    )
    parser.add_argument("--json", action="store_true", help="print every figure as one JSON document")


def run(options: argparse.Namespace) -> int:
    """Score and print."""
    from veerdesk.model.predictor import model_path
    from veerdesk.training.evaluate import evaluate
    from veerdesk.training.model_card import card_of, save_scores

    if options.save is not None:
        card_of(model_path(options.model))  # refused at once, not when all is scored
    with progress_bar("evaluate") as progress:
        board = evaluate(options.model, options.dataset, device=options.device, progress=progress)
    try:
        if options.save is not None:
            save_scores(model_path(options.model), options.save or options.dataset.resolve().name, board)
    finally:  # what took minutes is printed though it cannot be kept, and kept though nobody reads it to its end
        if options.json:
            print_json(board)
        else:
            _print_board(board)
    return int(ExitCode.DONE)


def _print_board(board: Mapping[str, Any]) -> None:
    print(f"{board['model']} ({board['digest'][:12]}) on {board['windows']} windows; low and high: 95 % of the mean")
    print(f"\n{'':24}" + "".join(f"{name:>9}" for name in _COLUMNS))
    for figure, line in board["overall"].items():
        print(f"{figure:24}" + "".join(f"{_cell(line[name]):>9}" for name in _COLUMNS))
    for kind in ("style", "dpi", "look"):
        print(f"\n{'by ' + kind + ', mean':32}" + "".join(f"{name:>16}" for name in (*_SHORT, "windows")))
        for name, lines in board[f"by_{kind}"].items():
            cells = [_cell(lines.get(figure, {}).get("mean")) for figure in _SHORT]
            count = max((line["windows"] for line in lines.values()), default=0)
            print(f"{name:32}" + "".join(f"{cell:>16}" for cell in (*cells, str(count))))


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
