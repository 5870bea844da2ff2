"""A rendered log on disk, in the layout of the traced windows (CONTRACT, Traced windows).

Separate because rendered and hand-traced windows are scored by one tool that knows nothing of this package.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.png import replacing
from veerdesk.synth.render import RenderedLog

_HEADER = "row,x1,x1min,x1max,f1,x2,x2min,x2max,f2"


def _number(value: float) -> str:
    """Return a column with at most two decimals; empty where the curve is absent.

    >>> _number(12.50), _number(float("nan"))
    ('12.5', '')
    """
    return "" if not np.isfinite(value) else f"{value:.2f}".rstrip("0").rstrip(".")


def truth_csv(log: RenderedLog) -> str:
    """Return the text of ``truth.csv``: a line a row, columns in px of the scan, empty where a curve is absent."""
    lines = [_HEADER]
    for row in range(log.label.shape[0]):
        fields = [str(row)]
        for k in range(2):
            fields += [_number(v[k, row]) for v in (log.x, log.low, log.high)] + [str(log.flags[k, row])]
        lines.append(",".join(fields))
    return "\n".join(lines) + "\n"


def _meta(log: RenderedLog, name: str) -> dict[str, object]:
    meta = log.meta
    wide: list[float | None] = [*meta.stroke_px, None][:2]
    styles: list[str | None] = [*meta.styles, None][:2]
    colours: list[str | None] = [*meta.colours, None][:2]
    return {
        "left_top": round(float(meta.left[0]), 2),
        "left_bottom": round(float(meta.left[-1]), 2),
        "right_top": round(float(meta.right[0]), 2),
        "right_bottom": round(float(meta.right[-1]), 2),
        "source": "rendered",
        "window": name,
        "seed": meta.seed,
        "preset": meta.preset,
        "shape": list(log.label.shape),
        "dpi": meta.dpi,
        "stroke_width_px": dict(zip(("c1", "c2"), wide, strict=True)),
        "styles": dict(zip(("c1", "c2"), styles, strict=True)),
        "colours": dict(zip(("c1", "c2"), colours, strict=True)),
        "look_alike": meta.alike,
        "third_curve": "dotted, belongs to no slot" if meta.look.has_third else None,
        "look": _look(log),
        "relation": str(meta.look.relation),
        "crossing_rows": list(meta.crossings),
        "rows_total": log.label.shape[0],
    }


def _look(log: RenderedLog) -> str:
    """Return what the log looks like in a few words: its scan, its grid, and whether a third curve runs through it."""
    look = log.meta.look
    scan = "1-bit" if look.scan.bilevel else "colour" if look.scan.colour else "grey"
    if not look.grid.verticals or not max(look.grid.vertical_darkness, look.grid.row_darkness):
        grid = "no grid"
    elif look.has_log_grid:
        grid = "log grid"
    else:
        grid = "grid in black" if max(look.grid.colour) == 0 else "grid in colour"
    return f"{scan}, {grid}" + (", a third curve" if look.has_third else "")


def _png(image: NDArray[np.uint8]) -> bytes:
    done, packed = cv2.imencode(".png", image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    assert done, "OpenCV packs any uint8 image"
    return packed.tobytes()


def write_window(folder: Path, log: RenderedLog) -> None:
    """Write ``scan.png``, ``label.png``, ``truth.csv`` and ``meta.json`` of one log to ``folder``; each file whole or not at all.

    Raises
    ------
    UnusableInputError
        The folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as trouble:
        raise UnusableInputError(
            f"The folder {folder} could not be made: {trouble.strerror}.", "Choose a folder that you may write to."
        ) from trouble
    files = {
        "scan.png": _png(log.scan),
        "label.png": _png(log.label),
        "truth.csv": truth_csv(log).encode(),
        "meta.json": (json.dumps(_meta(log, folder.name), indent=1) + "\n").encode(),
    }
    for name, data in files.items():
        with replacing(folder / name) as out:
            out.write(data)
