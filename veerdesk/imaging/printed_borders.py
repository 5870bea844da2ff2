"""The printed borders of a track, followed down the log from where a person placed them.

Separate because a tall scan wanders: paper slips while it is scanned, so that a straight line between two clicks leaves
its track by a hundred pixels, and nobody places fifty knots by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.geometry import Polyline, TrackGeometry
from veerdesk.imaging.ink import ink_mask
from veerdesk.imaging.progress import Cancel, Progress, Unstoppable, unwatched
from veerdesk.rows import RowSpan

#: Rows looked at together: enough for a broken printed line to show, few enough for a slip of the paper to be sharp.
BAND_ROWS = 48
#: How far from the straight line the borders are looked for: share of the track's width, and px at least.
REACH_SHARE, LEAST_REACH_PX = 0.45, 60
#: Between two bands the paper drifts this far at most; further is a slip, which has a price of its own.
DRIFT_PX = 3
DRIFT_COST, SLIP_COST, SLIP_PX_COST = 0.02, 3.0, 0.02
#: Where a person clicked, the border is no further than this; lines of more knots were not placed by hand.
CLICK_PX, FEW_KNOTS = 12, 8
NEVER = 1e6
#: Where nothing is printed the borders stay as they are: what a pixel away from there costs in a band.
STRAIGHT = 1e-4
#: Columns beside a border whose ink is compared: the grid's cross lines end at the border.
BESIDE_PX = 12
#: Of a band's evidence, what a line of ink counts and what cross lines that end there count; this share of ink more
#: inside than outside is as good as any.
LINE_WEIGHT, END_WEIGHT, FULL_END = 0.5, 1.0, 0.05
#: Each border may leave the place that both share by so much: the track's width breathes.
BREATH_PX = 6
#: Bands whose median stands for the one in their middle: a border of a scan does not tremble.
STEADY_BANDS = 9
#: A knot is kept where the border would otherwise be off by more.
KNOT_PX = 1.5


def follow_borders(
    read: Callable[[RowSpan, tuple[int, int]], NDArray[np.uint8]],
    geometry: TrackGeometry,
    scan_width: int,
    *,
    cancel: Cancel | None = None,
    progress: Progress = unwatched,
) -> tuple[Polyline, Polyline]:
    """Return the left and the right border of a track as its print runs, each with few knots.

    Both borders are moved together, band by band, from where they lie: to where a line runs down the paper and the
    grid's cross lines end. The way from top to bottom with the most of both wins, so that a border that is lost for a
    few bands is carried over them. Then each may leave the common way by a few pixels. Near the places where a person
    put a border it stays there. On two tracks of a 102,960 px scan that wanders by 160 px it takes 1 s.

    Parameters
    ----------
    read
        Reads rows and columns of the scan, uint8 grey.
    geometry
        Rows of the track, and its borders as far as they are known.
    scan_width
        Columns of the scan.

    Raises
    ------
    InterruptedWorkError
        It was cancelled.
    """
    stop = cancel or Unstoppable()
    reach = max(LEAST_REACH_PX, round(REACH_SHARE * geometry.width_px))
    bands = list(_bands(geometry.rows))
    middles = np.array([(b.start + b.stop - 1) / 2 for b in bands])
    straight = np.round([geometry.left_at(middles), geometry.right_at(middles)])  # (2, bands)
    evidence = np.zeros((2, len(bands), 2 * reach + 1))
    for k, band in enumerate(bands):
        if stop.is_cancelled():
            raise InterruptedWorkError("Following the printed borders was stopped.", "The borders are as they were.")
        for side in (0, 1):
            evidence[side, k] = _evidence(read, band, int(straight[side, k]), reach, scan_width, side)
        progress((k + 1) / len(bands))
    evidence -= STRAIGHT * np.abs(np.arange(-reach, reach + 1))
    padded = np.pad(evidence, ((0, 0), (0, 0), (BREATH_PX, BREATH_PX)), constant_values=-1.0)
    shared = sliding_window_view(padded, 2 * BREATH_PX + 1, axis=2).max(-1).sum(0)  # (bands, 2 * reach + 1)
    shared[_near_a_click(bands, geometry)[:, None] & (np.abs(np.arange(-reach, reach + 1)) > CLICK_PX)] -= NEVER
    common = _cheapest(shared)
    lines = []
    for side in (0, 1):
        near = common[:, None] + np.arange(2 * BREATH_PX + 1)
        own = _cheapest(np.take_along_axis(padded[side], near, axis=1)) - BREATH_PX
        cols = _steady(straight[side] + common + own - reach)
        rows = np.array(
            [geometry.rows.start, *middles, max(geometry.rows.start + 1, geometry.rows.stop - 1)], np.float64
        )
        lines.append(_simplified(rows, np.pad(cols, 1, "edge")))
    return lines[0], lines[1]


def follow_borders_from(
    read: Callable[[RowSpan, tuple[int, int]], NDArray[np.uint8]],
    geometry: TrackGeometry,
    scan_width: int,
    row: int,
    *,
    cancel: Cancel | None = None,
    progress: Progress = unwatched,
) -> tuple[Polyline, Polyline]:
    """Return both borders as they are down to a row, where a person sees them right, and followed again below it.

    They begin at the row where they lie now and end where they end now; between, the way they took before counts for
    nothing. Near the track's end, where there is too little to follow, they are returned as they are. Parameters and
    errors as in `follow_borders`.
    """
    rows = geometry.rows
    here = min(max(row, rows.start), rows.stop)
    if rows.stop - here < 2 * BAND_ROWS:
        return geometry.left, geometry.right
    ends = np.array([here, rows.stop - 1], np.float64)
    columns = geometry.left_at(ends), geometry.right_at(ends)
    straight = [tuple(zip(ends.tolist(), cols.tolist(), strict=True)) for cols in columns]
    below = TrackGeometry(RowSpan(here, rows.stop), straight[0], straight[1])
    followed = follow_borders(read, below, scan_width, cancel=cancel, progress=progress)
    lines = []
    for old, held, new in zip((geometry.left, geometry.right), straight, followed, strict=True):
        above = tuple(knot for knot in old if knot[0] < here)
        lines.append((*above, held[0], *(knot for knot in new if knot[0] > here)))
    return lines[0], lines[1]


def _near_a_click(bands: list[RowSpan], geometry: TrackGeometry) -> NDArray[np.bool_]:
    """Return which bands lie at a place where a person put a border: its ends, and its knots while they are few."""
    stops = np.array([band.stop for band in bands])
    held = {0, len(bands) - 1}
    for line in (geometry.left, geometry.right):
        if len(line) <= FEW_KNOTS:
            held |= {min(int(np.searchsorted(stops, row, "right")), len(bands) - 1) for row, _ in line}
    away = np.abs(np.arange(len(bands))[:, None] - np.array(sorted(held))).min(1)
    return np.asarray(away <= STEADY_BANDS // 2, np.bool_)


def _bands(rows: RowSpan) -> Iterator[RowSpan]:
    count = max(1, round(rows.rows / BAND_ROWS))
    edges = np.linspace(rows.start, rows.stop, count + 1).astype(int).tolist()
    for start, stop in pairwise(edges):
        yield RowSpan(start, stop)


def _evidence(
    read: Callable[[RowSpan, tuple[int, int]], NDArray[np.uint8]],
    band: RowSpan,
    at: int,
    reach: int,
    scan_width: int,
    side: int,
) -> NDArray[np.float64]:
    """Return for each column around ``at`` how much it looks like a border, float64 (2 * reach + 1,)."""
    wide = reach + BESIDE_PX + 2
    first, last = max(0, at - wide), min(scan_width, at + wide + 1)
    ink = np.zeros((band.rows, 2 * wide + 1), np.float64)
    if last > first:
        ink[:, first - at + wide : last - at + wide] = ink_mask(read(band, (first, last)))
    share = ink.mean(0)
    line = np.convolve(share, np.ones(3) / 3, "same")
    # What nearly every column of a strip has is cross lines; what only some have is a curve or a number.
    strips = np.sort(sliding_window_view(share, BESIDE_PX), axis=1)
    inside, outside = (np.clip(strips[:, BESIDE_PX * part // 4] / FULL_END, 0.0, 1.0) for part in (1, 2))
    centre = np.arange(wide - reach, wide + reach + 1)
    right, left = centre + 2, centre - 1 - BESIDE_PX
    ends = inside[right] - outside[left] if side == 0 else inside[left] - outside[right]
    return LINE_WEIGHT * line[centre] + END_WEIGHT * ends


def _cheapest(evidence: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the column of each band on the way from the first to the last with the most evidence for the least moving."""
    bands, cols = evidence.shape
    at = np.arange(cols)
    total, came = evidence[0].copy(), np.zeros((bands, cols), np.int64)
    for k in range(1, bands):
        best, origin = total, at
        for step in (d for size in range(1, DRIFT_PX + 1) for d in (-size, size)):
            moved = np.full(cols, -np.inf)
            moved[max(0, step) : cols + min(0, step)] = total[max(0, -step) : cols + min(0, -step)]
            better = moved - DRIFT_COST * abs(step) > best
            best, origin = np.where(better, moved - DRIFT_COST * abs(step), best), np.where(better, at - step, origin)
        for slip, start in _slips(total):
            better = slip > best
            best, origin = np.where(better, slip, best), np.where(better, start, origin)
        came[k], total = origin, best + evidence[k]
    way = np.zeros(bands, np.int64)
    way[-1] = int(np.argmax(total))
    for k in range(bands - 1, 0, -1):
        way[k - 1] = came[k, way[k]]
    return way


def _slips(total: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """Yield what each column has left after a slip from its left, and from its right, and the column it comes from."""
    at = np.arange(len(total))
    for flip in (slice(None), slice(None, None, -1)):
        worth = total[flip] + SLIP_PX_COST * at
        best = np.maximum.accumulate(worth)
        start = np.maximum.accumulate(np.where(worth == best, at, 0))
        left = best - SLIP_PX_COST * at - SLIP_COST
        yield left[flip], (at[flip][start])[flip]


def _steady(cols: NDArray[np.float64]) -> NDArray[np.float64]:
    half = STEADY_BANDS // 2
    return np.asarray(np.median(sliding_window_view(np.pad(cols, half, "edge"), STEADY_BANDS), axis=1), np.float64)


def _simplified(rows: NDArray[np.float64], cols: NDArray[np.float64]) -> Polyline:
    """Return a polyline through some of the points that leaves none of them by more than `KNOT_PX`."""
    kept, parts = {0, len(rows) - 1}, [(0, len(rows) - 1)]
    while parts:
        a, b = parts.pop()
        if b - a < 2:
            continue
        share = (rows[a + 1 : b] - rows[a]) / (rows[b] - rows[a])
        off = np.abs(cols[a] + share * (cols[b] - cols[a]) - cols[a + 1 : b])
        worst = int(np.argmax(off))
        if off[worst] > KNOT_PX:
            kept.add(a + 1 + worst)
            parts += [(a, a + 1 + worst), (a + 1 + worst, b)]
    return tuple((float(rows[k]), float(cols[k])) for k in sorted(kept))
