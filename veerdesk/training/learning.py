"""One process that learns from lessons: ``python -m veerdesk.training.learning FOLDER``.

Separate because training never runs in the window's process: a window puts the lessons into a folder, hears the share done
as one number a line, and finds the outcome in the folder; stopping the process leaves nothing behind.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from veerdesk.dataset.lesson import read_lessons
from veerdesk.dataset.outcome import DELTA, write_outcome
from veerdesk.errors import ExitCode, VeerdeskError
from veerdesk.imaging.progress import Unstoppable
from veerdesk.model.predictor import use_threads
from veerdesk.training.adapt import adapt, open_start


def main(arguments: list[str] | None = None) -> int:
    """Learn from the lessons in a folder and leave the outcome there."""
    parser = argparse.ArgumentParser(prog="python -m veerdesk.training.learning", description="Learn from lessons.")
    parser.add_argument("folder", type=Path, help="where the lessons are, and where the outcome goes")
    parser.add_argument("--model", help="the model to start from, by name or path; the shipped one by default")
    options = parser.parse_args(arguments)
    folder: Path = options.folder
    try:
        use_threads()
        lessons = read_lessons(folder)
        before = folder / DELTA
        start = open_start(options.model, delta=before.read_bytes() if before.exists() else None)
        outcome, delta = adapt(lessons, start, cancel=Unstoppable(), progress=_tell)
        write_outcome(folder, outcome, delta)
    except VeerdeskError as trouble:
        sys.stderr.write(f"{trouble.message}\n")
        return int(ExitCode.UNUSABLE)
    return int(ExitCode.DONE)


def _tell(share: float) -> None:
    sys.stdout.write(f"{share:.3f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
