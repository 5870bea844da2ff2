"""One sample of a label release: a tile of the scan, its label, and who decided each pixel.

Separate because what a sample holds is a promise to people who train on it; where it is written is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import TrackSpec
from veerdesk.labels.classes import IGNORE
from veerdesk.labels.label_map import LabelMap
from veerdesk.rows import RowSpan, joined, without

#: Height of a tile, px: what the loaders of common frameworks take whole (research, export formats).
TILE_ROWS = 1024


class ReadScan(Protocol):
    """What a release needs of an open scan (`imaging.scan.Scan` is one)."""

    width: int
    height: int
    has_colour: bool

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes."""
        ...

    def read(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return ``(h, w)`` uint8 grey."""
        ...

    def read_colour(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return ``(h, w, 3)`` uint8 RGB."""
        ...


@dataclass(frozen=True, slots=True)
class LabelledTrack:
    """A track whose accepted rows may leave.

    ``exchanged`` is True where the person's slots stand in the other order than the canonical one, ``model`` is the
    digest of the model that gave the unsaid pixels, ``stroke_px`` the track's stroke width. ``changed`` are accepted rows
    whose curves are no longer as they were accepted: nobody looked at what they are now.
    """

    track: TrackSpec
    labels: LabelMap
    scan: ReadScan
    stroke_px: float
    exchanged: bool
    model: str
    changed: tuple[RowSpan, ...] = ()

    @property
    def leaving(self) -> tuple[RowSpan, ...]:
        """The rows of the scan that are accepted and as they were accepted: those that become labels."""
        whole = self.track.geometry.rows.clipped(RowSpan(0, self.scan.height))
        rows = joined(span.clipped(whole) for span in self.track.accepted)
        for span in self.changed:
            rows = without(rows, span)
        return rows


@dataclass(frozen=True, slots=True)
class Sample:
    """A tile: ``image`` ``(h, w)`` or ``(h, w, 3)`` uint8; ``label`` and ``origin`` ``(h, w)`` uint8.

    ``accepted`` are the reviewed rows within ``rows``; every other row's label is 255.
    """

    rows: RowSpan
    cols: tuple[int, int]
    accepted: tuple[RowSpan, ...]
    image: NDArray[np.uint8]
    label: NDArray[np.uint8]
    origin: NDArray[np.uint8]


def samples_of(item: LabelledTrack) -> Iterator[Sample]:
    """Yield the tiles of a track that hold a reviewed row; the grid begins at the track's top and never overlaps."""
    whole = item.track.geometry.rows.clipped(RowSpan(0, item.scan.height))
    accepted = item.leaving
    for start in range(whole.start, whole.stop, TILE_ROWS):
        rows = RowSpan(start, min(whole.stop, start + TILE_ROWS))
        reviewed = tuple(s for s in (span.clipped(rows) for span in accepted) if not s.is_empty)
        if reviewed:
            yield _sample(item, rows, reviewed)


def _sample(item: LabelledTrack, rows: RowSpan, reviewed: tuple[RowSpan, ...]) -> Sample:
    cols = item.track.geometry.box(item.scan.width)
    slots = [c.slot for c in item.track.curves]
    classes = item.labels.classes(rows, cols)
    label = np.full(classes.shape, IGNORE, np.uint8)
    for span in reviewed:
        part = slice(span.start - rows.start, span.stop - rows.start)
        label[part] = np.where(np.isin(classes[part], slots), classes[part], 0)
    read = item.scan.read_colour if item.scan.has_colour else item.scan.read
    return Sample(rows, cols, reviewed, np.array(read(rows, cols)), label, item.labels.origin(rows, cols))
