"""stroke_counts: how much of a track's ink lies in strokes of each width, counted in six ways.

Separate because a program that fits the measure (``training.stroke_fit``) counts with the very same code as the measure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.ink import ink_mask
from veerdesk.imaging.straighten import ReadWindow, straight_window
from veerdesk.rows import RowSpan

#: Widths are told apart in steps of an eighth of an octave, from a px and a half to 90 px.
NARROWEST_PX, STEPS_AN_OCTAVE, STEPS = 1.5, 8, 48
#: Ways of counting, in their order: runs along the row; runs down the column; the shorter of both at each pixel; runs
#: along the row that go on above and below; those of them that stand still; and the shorter of both at each pixel that lies
#: in no stroke that stands still, along the row or down the column: what is left of the ink without the straight lines.
WAYS = 6
#: Bands looked at, spread evenly over the track, and their height: enough rows for a curve to leave its column.
_BANDS, _BAND_ROWS = 16, 300
#: A stroke goes on this many rows above and below.
_PERSISTENCE_ROWS = 3
#: A run stands still where its middle is ink three lengths above and below, and never nearer or further than these rows.
_STILL_LENGTHS, _STILL_ROWS = 3, (6, 40)


def count_strokes(read: ReadWindow, geometry: TrackGeometry) -> NDArray[np.float64]:
    """Return ``(WAYS, STEPS)``: pixels of the track's ink by the width of the stroke they seem to be part of.

    Parameters
    ----------
    read
        Reads rows and columns of the scan.
    geometry
        Rows and borders of the track.
    """
    counts = np.zeros((WAYS, STEPS))
    for rows in _bands(geometry.rows):
        window = straight_window(geometry, rows, 0)
        counts += _counted(ink_mask(window.upright(read(rows, window.cols))))
    return counts


def step_of(width_px: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return the place of widths on the axis of the counts, float64; below nought or beyond the last where they lie outside."""
    return np.asarray(np.log2(np.maximum(width_px, 1e-3) / NARROWEST_PX) * STEPS_AN_OCTAVE, np.float64)


def _bands(rows: RowSpan) -> list[RowSpan]:
    if rows.rows <= _BANDS * _BAND_ROWS:
        return [RowSpan(at, min(rows.stop, at + _BAND_ROWS)) for at in range(rows.start, rows.stop, _BAND_ROWS)]
    starts = np.linspace(rows.start, rows.stop - _BAND_ROWS, _BANDS).astype(int).tolist()
    return [RowSpan(at, at + _BAND_ROWS) for at in starts]


def _counted(ink: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return ``(WAYS, STEPS)`` of one upright window of ink."""
    upended = np.ascontiguousarray(ink.T)
    runs, falls = _runs(ink), _runs(upended)
    lengths, heights = runs[2], falls[2]
    if not len(lengths):
        return np.zeros((WAYS, STEPS))
    across, down = np.zeros(ink.shape, np.int32), np.zeros(upended.shape, np.int32)
    across[ink], down[upended] = np.repeat(lengths, lengths), np.repeat(heights, heights)
    thickness = np.minimum(across, down.T)
    goes_on = _goes_on(ink, *runs)
    is_still = goes_on & _stands_still(ink, *runs)
    is_level = _goes_on(upended, *falls) & _stands_still(upended, *falls)
    straight, level = np.zeros(ink.shape, np.bool_), np.zeros(upended.shape, np.bool_)
    straight[ink], level[upended] = np.repeat(is_still, lengths), np.repeat(is_level, heights)
    going, still = lengths[goes_on], lengths[is_still]
    thin, bent = (np.bincount(thickness[where]) for where in (ink, ink & ~straight & ~level.T))
    return np.stack(
        (
            _by_width(lengths, lengths), _by_width(heights, heights), _by_width(np.arange(len(thin)), thin),
            _by_width(going, going), _by_width(still, still), _by_width(np.arange(len(bent)), bent),
        )
    )  # fmt: skip


def _runs(ink: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return row, first column and length of every run of ink along the rows, in the order of its pixels."""
    beside = np.diff(np.pad(ink, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(beside == 1)
    return rows, starts, np.nonzero(beside == -1)[1] - starts


def _goes_on(
    ink: NDArray[np.bool_], rows: NDArray[np.int64], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which runs have ink within their own length of their middle some rows above and as many below."""
    height, width = ink.shape
    summed = np.pad(np.cumsum(ink, axis=1, dtype=np.int32), ((0, 0), (1, 0)))  # (h, w + 1)
    middle = starts + lengths // 2
    first, last = np.maximum(middle - lengths, 0), np.minimum(middle + lengths + 1, width)
    kept = np.ones(len(lengths), np.bool_)
    for beyond in (-_PERSISTENCE_ROWS, _PERSISTENCE_ROWS):
        other = np.clip(rows + beyond, 0, height - 1)
        kept &= summed[other, last] > summed[other, first]
    return kept


def _stands_still(
    ink: NDArray[np.bool_], rows: NDArray[np.int64], starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which runs have ink straight above and below their middle, three lengths away: printed verticals, mostly."""
    height, middle = ink.shape[0], starts + lengths // 2
    beyond = np.clip(_STILL_LENGTHS * lengths, *_STILL_ROWS)
    above, below = np.maximum(rows - beyond, 0), np.minimum(rows + beyond, height - 1)
    return np.asarray(ink[above, middle] & ink[below, middle], np.bool_)


def _by_width(widths: NDArray[np.int64], pixels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return ``(STEPS,)``: pixels at the widths they belong to, shared between the two nearest steps."""
    at = np.clip(step_of(widths.astype(np.float64)), 0.0, STEPS - 1.001)
    below = at.astype(np.int64)
    share = at - below
    lower = np.bincount(below, pixels * (1.0 - share), STEPS)
    return np.asarray(lower + np.bincount(below + 1, pixels * share, STEPS), np.float64)
