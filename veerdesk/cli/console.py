"""What commands print: a bar on standard error while they work, results on standard output.

Separate because every command speaks the same way to a person and to a script.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from veerdesk.imaging.progress import Progress, unwatched

_BAR_CELLS = 30
_REDRAW_S = 0.1


@contextmanager
def progress_bar(name: str) -> Iterator[Progress]:
    """Give a Progress that draws a bar on standard error where it is a terminal, and draws nothing elsewhere."""
    if not sys.stderr.isatty():
        yield unwatched
        return
    drawn_at, begin = 0.0, time.monotonic()

    def draw(share: float) -> None:
        nonlocal drawn_at
        now = time.monotonic()
        if now - drawn_at < _REDRAW_S and share < 1:
            return
        drawn_at = now
        filled = round(_BAR_CELLS * min(1.0, max(0.0, share)))
        bar = "#" * filled + "." * (_BAR_CELLS - filled)
        sys.stderr.write(f"\r{name} [{bar}] {share:4.0%} {now - begin:5.0f} s")
        sys.stderr.flush()

    try:
        yield draw
    finally:
        sys.stderr.write("\n")
        sys.stderr.flush()


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document."""
    print(json.dumps(document, indent=1, ensure_ascii=False))


def print_refused(sentences: tuple[str, ...] | list[str]) -> None:
    """Print what was refused, by name, on standard error."""
    for sentence in sentences:
        print(f"Refused: {sentence}", file=sys.stderr)
