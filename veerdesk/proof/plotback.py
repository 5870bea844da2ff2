"""The exported LAS drawn back over the scan, as tall as the track, strip by strip.

Separate because it proves the file and not the memory: the curves are read from the LAS that was written, and go
through depth and scale backwards before they meet the paper again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.curve import Curve, TrackFrame
from veerdesk.calibration.description import CurveSpec, Slot, TrackSpec
from veerdesk.calibration.scale import ValueScale, scale_of
from veerdesk.imaging.ink import ink_mask
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.png import write_palette_png
from veerdesk.labels.classes import CLASS_COLOURS
from veerdesk.las.reader import LasFile
from veerdesk.rows import RowSpan

#: Reads rows and columns of the scan, (h, w) uint8 grey.
ReadGrey = Callable[[RowSpan, tuple[int, int]], NDArray[np.uint8]]

_STRIP_ROWS = 512
#: Palette: 0..253 is the paper, faded towards white so that the curves stand out; the last two are the curves.
_PAPER_SHADES = 254
_FADED_FROM = 120
_CURVE_INDEX: dict[Slot, int] = {1: 254, 2: 255}
_SHADES = tuple(_FADED_FROM + (255 - _FADED_FROM) * k // (_PAPER_SHADES - 1) for k in range(_PAPER_SHADES))
_PALETTE = (*((shade, shade, shade) for shade in _SHADES), CLASS_COLOURS[1], CLASS_COLOURS[2])
_FRACTION_BITS = 4


@dataclass(frozen=True, slots=True)
class DrawnCurve:
    """A curve of the LAS back in scan px: ``row`` and ``column`` are ``(n,)`` float64, NaN where there is no value."""

    slot: Slot
    row: NDArray[np.float64]
    column: NDArray[np.float64]


@dataclass(slots=True)
class Support:
    """Counts the values of one curve that meet ink."""

    asked: int = 0
    met: int = 0

    @property
    def share(self) -> float | None:
        """Share of the values that meet ink; None where there is none."""
        return self.met / self.asked if self.asked else None

    def count(self, curve: DrawnCurve, near_ink: NDArray[np.uint8], row0: int, col0: int) -> None:
        """Count the values whose row lies in a strip; ``near_ink`` is ``(h, w)``, not zero within reach of ink."""
        rows = np.rint(curve.row).astype(np.int64) - row0
        here = (rows >= 0) & (rows < len(near_ink)) & np.isfinite(curve.column)
        cols = np.rint(curve.column[here]).astype(np.int64) - col0
        inside = (cols >= 0) & (cols < near_ink.shape[1])
        self.asked += len(cols)
        self.met += int(np.count_nonzero(near_ink[rows[here][inside], cols[inside]]))


def drawn_curve(curve: Curve, spec: CurveSpec, frame: TrackFrame) -> DrawnCurve:
    """Return where a curve of the LAS stands on its track; values beyond a border come in at the other where they wrap."""
    row = frame.rows_of(curve.depth)
    share = scale_of(spec).share_at(curve.value)
    if spec.wrap == "wrap":
        share = share - np.floor(share)
    elif spec.wrap == "backup" and spec.backup is not None:
        second = ValueScale(spec.scale, *spec.backup).share_at(curve.value)
        share = np.where((share < 0) | (share > 1), second, share)
    inside = (row >= frame.geometry.rows.start - 0.5) & (row < frame.geometry.rows.stop - 0.5)
    return DrawnCurve(spec.slot, row, np.where(inside, frame.column_of(row, share), np.nan))


def write_plotback(
    path: Path, las: LasFile, *, track: TrackSpec, frame: TrackFrame, read: ReadGrey, scan_width: int
) -> dict[Slot, float | None]:
    """Write ``path`` as a palette PNG of the track's box: faded paper with the exported curves over it.

    Returns the share of each curve's values that stand within a stroke of ink; None for a curve without a value.
    Bridged dash gaps and values that follow nothing on the paper are the rest.

    Parameters
    ----------
    las
        The exported file, read back.
    frame
        Borders and depth of the track, in the LAS' depth unit.
    read
        Reads the scan.
    scan_width
        Columns of the scan.

    Raises
    ------
    UnusableInputError
        The file cannot be written.
    """
    curves: list[DrawnCurve] = []
    for spec in track.curves:
        curve = las.curve(spec.mnemonic)
        if curve is not None:
            curves.append(drawn_curve(curve, spec, frame))
    cols = frame.geometry.box(scan_width)
    rows = frame.geometry.rows
    support = {curve.slot: Support() for curve in curves}
    strips = _strips(curves, rows, cols, read, support, reach=max(1, round(frame.stroke_px)))
    write_palette_png(path, strips, cols[1] - cols[0], rows.rows, _PALETTE)
    return {slot: counted.share for slot, counted in support.items()}


def _strips(
    curves: Sequence[DrawnCurve],
    rows: RowSpan,
    cols: tuple[int, int],
    read: ReadGrey,
    support: dict[Slot, Support],
    *,
    reach: int,
) -> Iterator[NDArray[np.uint8]]:
    at = rows.start
    kernel = np.ones((3, 2 * reach + 1), np.uint8)
    while at < rows.stop:
        strip = RowSpan(at, min(rows.stop, at + _STRIP_ROWS))
        grey = read(strip, cols)
        picture = np.asarray(np.minimum(grey, _PAPER_SHADES - 1), np.uint8).copy()
        near_ink = np.asarray(cv2.dilate(ink_mask(grey).astype(np.uint8), kernel), np.uint8)
        for curve in curves:
            support[curve.slot].count(curve, near_ink, strip.start, cols[0])
            _draw(picture, curve, strip.start, cols[0])
        yield picture
        at = strip.stop


def _draw(picture: NDArray[np.uint8], curve: DrawnCurve, row0: int, col0: int) -> None:
    """Draw the pieces of a curve that touch a strip; a null parts two pieces."""
    first = int(np.searchsorted(curve.row, row0 - 1)) - 1
    last = int(np.searchsorted(curve.row, row0 + len(picture) + 1)) + 1
    part = slice(max(0, first), last)
    column, row = curve.column[part] - col0, curve.row[part] - row0
    held = np.flatnonzero(np.isfinite(column))
    if not len(held):
        return
    points = np.stack([column, row], axis=1)  # OpenCV wants (x, y)
    scale = 1 << _FRACTION_BITS
    for piece in np.split(held, np.flatnonzero(np.diff(held) > 1) + 1):
        line = np.rint(np.clip(points[piece], -20000, 20000) * scale).astype(np.int32)
        cv2.polylines(picture, [line], False, _CURVE_INDEX[curve.slot], 2, cv2.LINE_8, _FRACTION_BITS)
