"""What the decode of one track is given: the model's evidence, the person's word, and what other tracks own.

Separate because the traces in the window and those of an export rest on these few lines alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import TrackSpec
from veerdesk.labels.classes import NOT_SAID, Origin
from veerdesk.labels.label_map import LabelMap
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import EvidencePlanes

Window = tuple[NDArray[np.uint8], NDArray[np.uint8], int]


@dataclass(frozen=True, slots=True)
class TrackPixels:
    """A track with its label map and evidence; ``scan_width`` in px."""

    track: TrackSpec
    labels: LabelMap
    evidence: EvidencePlanes
    scan_width: int

    @property
    def cols(self) -> tuple[int, int]:
        """Scan columns of the track and its margins."""
        return self.track.geometry.box(self.scan_width)

    def snapshot(self) -> TrackPixels:
        """Return an independent copy, for a job on another thread."""
        return TrackPixels(self.track, self.labels.snapshot(), self.evidence.snapshot(), self.scan_width)


def evidence_of(track: TrackPixels, others: Sequence[TrackPixels]) -> Callable[[RowSpan], Window]:
    """Return the function that a Decoder reads rows by: P(curve 1), P(curve 2) and the first scan column.

    ``others`` are the well's tracks in their order, this one among them or not.
    """
    rivals = [(o, others.index(o) < _place(track, others)) for o in others if _meets(track, o)]

    def read(rows: RowSpan) -> Window:
        cols = track.cols
        p1, p2 = track.evidence.read(rows, cols)
        said = track.labels.said(rows, cols)
        word = said != NOT_SAID
        p1[word] = np.where(said[word] == 1, 255, 0)
        p2[word] = np.where(said[word] == 2, 255, 0)
        for rival, is_earlier in rivals:
            lost = _lost(track, rival, rows, cols, is_earlier=is_earlier)
            p1[lost] = 0
            p2[lost] = 0
        return p1, p2, cols[0]

    return read


def overlapping(track: TrackPixels, others: Sequence[TrackPixels]) -> tuple[TrackPixels, ...]:
    """Return the tracks that cover some of the same paper."""
    return tuple(o for o in others if _meets(track, o))


def _lost(
    track: TrackPixels, rival: TrackPixels, rows: RowSpan, cols: tuple[int, int], *, is_earlier: bool
) -> NDArray[np.bool_]:
    """Return the pixels of a window that a rival owns: a person's word, then the printed borders, then the order."""
    lost = np.zeros((rows.rows, cols[1] - cols[0]), np.bool_)
    left, right = max(cols[0], rival.cols[0]), min(cols[1], rival.cols[1])
    shared = rows.clipped(rival.track.geometry.rows)
    if left >= right or shared.is_empty:
        return lost
    ours, our_rank = _claim(track, shared, (left, right))
    theirs, their_rank = _claim(rival, shared, (left, right))
    outranked = (their_rank >= our_rank) if is_earlier else (their_rank > our_rank)
    part = slice(shared.start - rows.start, shared.stop - rows.start)
    lost[part, left - cols[0] : right - cols[0]] = theirs & (~ours | outranked)
    return lost


def _claim(pixels: TrackPixels, rows: RowSpan, cols: tuple[int, int]) -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
    """Return which pixels a track claims, and how strongly: 2 where a person said so, plus 1 between the borders."""
    geometry = pixels.track.geometry
    at = np.arange(rows.start, rows.stop, dtype=np.float64)[:, None]
    columns = np.arange(cols[0], cols[1])
    inside = (columns >= geometry.left_at(at)) & (columns <= geometry.right_at(at))
    slots = [int(c.slot) for c in pixels.track.curves]
    claimed = np.isin(pixels.labels.classes(rows, cols), slots)
    said = pixels.labels.origin(rows, cols) == Origin.PERSON
    return claimed, (2 * said + inside).astype(np.uint8)


def _meets(track: TrackPixels, other: TrackPixels) -> bool:
    return (
        other.track.id != track.track.id
        and other.track.scan == track.track.scan
        and other.track.geometry.rows.overlaps(track.track.geometry.rows)
        and max(other.cols[0], track.cols[0]) < min(other.cols[1], track.cols[1])
    )


def _place(track: TrackPixels, others: Sequence[TrackPixels]) -> int:
    return next((n for n, o in enumerate(others) if o.track.id == track.track.id), len(others))
