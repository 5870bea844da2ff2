"""Pens on paper: a curve's centre line becomes ink, with dashes, thin fast limbs and breaks.

Separate because the drawing of a stroke and its exact extent must come from the same line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2
from veerdesk.synth.look import StrokeLook

#: OpenCV draws with this many fractional bits of a pixel.
_SHIFT = 4
#: Columns a row beyond which a limb counts as fast, in px of |dx/dy|.
_FAST = 2.5


@dataclass(frozen=True, slots=True)
class Line:
    """A centre line, densely sampled: ``row``, ``col`` float64 px, ``arc`` px along it, ``slope`` |dx/dy|.

    ``piece`` numbers the pieces between which the pen is lifted.
    """

    row: NDArray[np.float64]
    col: NDArray[np.float64]
    arc: NDArray[np.float64]
    slope: NDArray[np.float64]
    piece: NDArray[np.int32]


def dense_line(rows: NDArray[np.float64], cols: NDArray[np.float64], *, step_px: float) -> Line:
    """Return the line through ``(rows, cols)`` sampled about every ``step_px``; NaN columns lift the pen.

    Parameters
    ----------
    rows, cols
        ``(n,)`` float64 scan px, rows growing.
    """
    real = np.isfinite(cols)
    hold = np.where(real, cols, 0.0)
    both = real[1:] & real[:-1]
    length = np.where(both, np.hypot(np.diff(rows), np.diff(hold)), 0.0)
    parts = np.where(both, np.maximum(1, np.ceil(length / step_px)), 0).astype(np.int64)
    owner = np.repeat(np.arange(len(parts)), parts)  # (m,) the segment of each sample
    within = (np.arange(len(owner)) - np.repeat(np.cumsum(parts) - parts, parts)) / np.maximum(parts[owner], 1)
    row = rows[owner] + within * np.diff(rows)[owner]
    col = hold[owner] + within * np.diff(hold)[owner]
    arc = np.cumsum(length)[owner] - length[owner] * (1 - within)
    slope = np.abs(np.diff(hold) / np.maximum(np.diff(rows), 1e-6))[owner]
    lifted = np.cumsum(~both)[owner]
    return Line(row, col, arc, slope, lifted.astype(np.int32))


def _is_down(line: Line, look: StrokeLook, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return ``(m,)`` True where the pen leaves ink: the dash pattern and the breaks of fast limbs."""
    down = np.ones(len(line.row), np.bool_)
    if look.dash:
        on = np.array(look.dash[::2])
        drawn = np.maximum(on - look.flat_px, 0.5)  # the pen's round ends print the rest
        lengths = np.stack([drawn, np.array(look.dash[1::2]) + on - drawn], axis=1).ravel()
        edges = np.cumsum(lengths)
        along = line.row if look.by_rows else line.arc
        phase = np.mod(along + rng.uniform(0, edges[-1]), edges[-1])
        down &= np.searchsorted(edges, phase, side="right") % 2 == 0
    if look.break_share > 0:
        knots = rng.random(int(line.arc[-1] / (6.0 * look.width_px)) + 2) if len(line.arc) else np.ones(2)
        lost = knots[(line.arc / (6.0 * look.width_px)).astype(np.int64)] < look.break_share
        down &= ~(lost & (line.slope > _FAST))
    return down


def draw_stroke(plane: NDArray[np.uint8], line: Line, look: StrokeLook, rng: np.random.Generator) -> None:
    """Draw one curve into ``plane`` ``(h, w)`` uint8, where 255 is full ink; darker ink stays on top."""
    if not len(line.row):
        return
    fast = (line.slope > _FAST) & (look.steep_darkness < look.darkness)
    state = np.where(_is_down(line, look, rng), 1 + fast.astype(np.int8), 0)  # 0 up, 1 slow, 2 fast
    edges = np.flatnonzero((np.diff(state) != 0) | (np.diff(line.piece) != 0)) + 1
    starts, stops = np.concatenate([[0], edges]), np.concatenate([edges, [len(state)]])
    col = line.col + _hooks(line, state > 0, look.hook_px, rng) if look.hook_px else line.col
    points = np.round(np.stack([col, line.row], axis=1) * (1 << _SHIFT)).astype(np.int32)  # OpenCV wants x, y
    for wanted, darkness in ((2, min(look.steep_darkness, look.darkness)), (1, look.darkness)):
        runs = [points[a : b + (b < len(points) and line.piece[b - 1] == line.piece[min(b, len(points) - 1)] and not look.dash)]
                for a, b in zip(starts, stops, strict=True) if state[a] == wanted]  # fmt: skip
        runs = [np.repeat(r, 2, axis=0) if len(r) == 1 else r for r in runs]  # OpenCV draws no line of one point
        if runs:
            thick = look.flat_px if wanted == 1 else max(1, look.flat_px - 1)
            cv2.polylines(plane, runs, False, int(darkness), thick, cv2.LINE_8, _SHIFT)
    nib = look.width_px - look.flat_px
    if nib > 0:
        cv2.dilate(plane, np.ones((1, nib + 1), np.uint8), dst=plane)
    if look.hair_px:
        _hairy(plane, look.hair_px, rng)


def _hooks(line: Line, down: NDArray[np.bool_], reach: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return ``(m,)`` how far each sample stands beside the line, px: most where the pen has just come down."""
    starts = np.flatnonzero(down & ~np.concatenate([[False], down[:-1]]))
    if not len(starts):
        return np.zeros(len(down))
    dash = np.clip(np.searchsorted(starts, np.arange(len(down)), side="right") - 1, 0, None)
    since = line.arc - line.arc[starts[dash]]
    swing = rng.normal(0.6, 0.4, len(starts)) * rng.choice([-1, 1])
    return np.asarray(reach * swing[dash] * np.exp(-np.maximum(since, 0) / max(reach, 1.0)), np.float64)


def _hairy(plane: NDArray[np.uint8], reach: float, rng: np.random.Generator) -> None:
    """Let rows of the stroke stick out to either side by up to about ``reach``, as coarse printing leaves them."""
    height, width = plane.shape
    base = np.arange(width, dtype=np.float32)[None]
    down = np.ascontiguousarray(np.broadcast_to(np.arange(height, dtype=np.float32)[:, None], plane.shape))
    source = plane.copy()
    for side in (-1, 1):
        out = np.abs(rng.normal(0, reach, height)) * (rng.random(height) < rng.uniform(0.3, 0.9))
        moved = cv2.remap(source, base + np.float32(side) * out[:, None].astype(np.float32), down, cv2.INTER_LINEAR)
        np.maximum(plane, moved, out=plane)


def extents(
    line: Line, rows: int, width_px: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return ``(x, low, high)`` of each row, float64 px, NaN where the line does not pass.

    ``x`` is the middle of what the line covers in that row; ``low`` and ``high`` add half the stroke.
    """
    low, high = np.full(rows, np.inf), np.full(rows, -np.inf)
    at = np.round(line.row).astype(np.int64)
    inside = (at >= 0) & (at < rows)
    np.minimum.at(low, at[inside], line.col[inside])
    np.maximum.at(high, at[inside], line.col[inside])
    seen = np.isfinite(low)
    low, high = np.where(seen, low, np.nan), np.where(seen, high, np.nan)
    half = (width_px - 1) / 2
    return (low + high) / 2, low - half, high + half
