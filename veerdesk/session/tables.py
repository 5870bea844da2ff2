"""Label maps and traces as files: palette PNGs of the scan's own size, and one line a row.

Separate because both are as tall as the scan and must be written in constant memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.chance import shipped_reliability
from veerdesk.calibration.description import TrackSpec
from veerdesk.imaging.png import replacing, write_palette_png
from veerdesk.labels.classes import CLASS_COLOURS
from veerdesk.labels.label_map import LabelMap
from veerdesk.rows import RowSpan
from veerdesk.tracing.trace import Trace

_STRIP_ROWS = 512
_PALETTE = tuple(CLASS_COLOURS[k] for k in (0, 1, 2))


def write_labels(path: Path, track: TrackSpec, labels: LabelMap, *, width: int, height: int) -> tuple[int, int]:
    """Write a track's label map as a palette PNG of the scan's own size and return the pixels of slot 1 and 2.

    Pixels of a slot that the track has no curve for are background.

    Raises
    ------
    UnusableInputError
        The file cannot be written.
    """
    counted = np.zeros(256, np.int64)
    cols = track.geometry.box(width)
    rows = track.geometry.rows.clipped(RowSpan(0, height))
    keep = np.zeros(256, np.uint8)
    for curve in track.curves:
        keep[curve.slot] = curve.slot

    def strips() -> Iterator[NDArray[np.uint8]]:
        for at in range(0, height, _STRIP_ROWS):
            strip = RowSpan(at, min(height, at + _STRIP_ROWS))
            out = np.zeros((strip.rows, width), np.uint8)
            part = strip.clipped(rows)
            if not part.is_empty:
                classes = keep[labels.classes(part, cols)]
                counted[:] += np.bincount(classes.ravel(), minlength=256)
                out[part.start - at : part.stop - at, cols[0] : cols[1]] = classes
            yield out

    write_palette_png(path, strips(), width, height, _PALETTE)
    return int(counted[1]), int(counted[2])


def write_trace(path: Path, trace: Trace) -> None:
    """Write ``row,x1,c1,x2,c2``: columns in scan px and the chance 0..1 that it is right; empty where a curve is absent.

    Raises
    ------
    UnusableInputError
        The file cannot be written.
    """
    chance = shipped_reliability().row
    with replacing(path) as out:
        text = io.TextIOWrapper(out, encoding="ascii", newline="\n", write_through=True)
        text.write("row,x1,c1,x2,c2\n")
        for at in range(0, trace.rows.rows, 4096):
            part = slice(at, min(trace.rows.rows, at + 4096))
            cells = (_cells(trace.x[k, part], chance.of_many(trace.confidence[k, part])) for k in (0, 1))
            rows = range(trace.rows.start + part.start, trace.rows.start + part.stop)
            text.write("".join(f"{row},{a},{b}\n" for row, a, b in zip(rows, *cells, strict=True)))
        text.flush()
        text.detach()


def _cells(columns: NDArray[np.float64], confidence: NDArray[np.float64]) -> list[str]:
    return ["," if x != x else f"{x:.2f},{c:.3f}" for x, c in zip(columns.tolist(), confidence.tolist(), strict=True)]
