"""How many pixels two tracks claim where they overlap, which nothing but a person's word on both sides can bring about.

Separate because it is counted on what leaves, by other means than those that settle it (`ownership`, `following`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan
from veerdesk.session.ownership import TrackPixels

_BAND_ROWS = 1024


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


def _claimed(owned: TrackPixels, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.bool_]:
    classes = owned.labels.classes(rows, cols)
    slots = [c.slot for c in owned.track.curves]
    return np.asarray(np.isin(classes, slots), np.bool_)
