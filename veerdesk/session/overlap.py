"""Which track owns the ink where tracks of one scan overlap.

Separate because exclusive ownership inside a track is a matter of its label map, but between tracks it is a rule:
what a person said stays; else the track between whose printed borders the pixel lies keeps it before one that
only sees it in its margin; else the track that stands first in the well (CONTRACT, Who is who).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import TrackSpec
from veerdesk.labels.classes import PixelClass
from veerdesk.rows import RowSpan
from veerdesk.session.ownership import TrackPixels

_BAND_ROWS = 1024


def settle_overlaps(tracks: Sequence[TrackPixels]) -> None:
    """Clear, in the model planes, every pixel that another track owns by the rule; a person's word is never touched."""
    for first, second, rows, cols in _overlaps(tracks):
        both = _claimed(first, rows, cols) & _claimed(second, rows, cols)
        if not both.any():
            continue
        first_said, second_said = (t.labels.origin(rows, cols) == 1 for t in (first, second))
        first_rank, second_rank = (
            2 * said + _inside(t.track, rows, cols) for t, said in ((first, first_said), (second, second_said))
        )
        _clear(first, rows, cols, both & (second_rank > first_rank))
        _clear(second, rows, cols, both & (second_rank <= first_rank) & ~second_said)


def claimed_twice(tracks: Sequence[TrackPixels]) -> int:
    """Return how many pixels of the scan are claimed by two tracks or more."""
    return sum(
        int((_claimed(first, rows, cols) & _claimed(second, rows, cols)).sum())
        for first, second, rows, cols in _overlaps(tracks)
    )


def _overlaps(tracks: Sequence[TrackPixels]) -> Iterator[tuple[TrackPixels, TrackPixels, RowSpan, tuple[int, int]]]:
    """Yield each pair of tracks on one scan, earlier one first, with a band of rows and the columns they share."""
    for k, second in enumerate(tracks):
        for first in tracks[:k]:
            if first.track.scan != second.track.scan:
                continue
            cols = max(first.cols[0], second.cols[0]), min(first.cols[1], second.cols[1])
            rows = first.track.geometry.rows.clipped(second.track.geometry.rows)
            if cols[0] < cols[1]:
                for band in rows.bands(_BAND_ROWS):
                    yield first, second, band, cols


def _inside(track: TrackSpec, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which pixels of a window lie between the track's printed borders."""
    at = np.arange(rows.start, rows.stop, dtype=np.float64)
    columns = np.arange(cols[0], cols[1])
    left, right = track.geometry.left_at(at)[:, None], track.geometry.right_at(at)[:, None]
    return np.asarray((columns >= left) & (columns <= right), np.bool_)


def _claimed(owned: TrackPixels, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.bool_]:
    classes = owned.labels.classes(rows, cols)
    slots = [c.slot for c in owned.track.curves]
    return np.asarray(np.isin(classes, slots), np.bool_)


def _clear(owned: TrackPixels, rows: RowSpan, cols: tuple[int, int], where: NDArray[np.bool_]) -> None:
    if where.any():
        local = cols[0] - owned.labels.origin_col, cols[1] - owned.labels.origin_col
        model = owned.labels.model.read(rows, local)
        model[where] = int(PixelClass.BACKGROUND)
        owned.labels.set_model(rows, cols[0], model)
