"""The model's evidence of one track: two sparse planes of bytes and the digest of the model they came from.

Separate because the decode reads evidence at every gesture while classes are only painted, and because evidence of
another model must never be mixed in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from veerdesk.labels.tile_plane import TilePlane
from veerdesk.rows import RowSpan
from veerdesk.segmentation.segment import BandEvidence


class EvidencePlanes:
    """P(curve 1) and P(curve 2) of one track in 255 parts; owns both planes. Columns here are those of the scan.

    Parameters
    ----------
    origin_col
        Scan column of the planes' first column (``TrackSpec.origin_col``).
    digest
        Digest of the model; empty while nothing was predicted.

    ``seams`` are the first rows of the tiles that were written. ``turned`` are the rows in which the tiles' curve 1 is
    read as curve 2 and the other way round, None until that is known of the whole track: two pens of one look are told
    apart by their place at the track's top, which no tile sees.
    """

    def __init__(self, origin_col: int, digest: str = "") -> None:
        self.origin_col, self.digest = origin_col, digest
        self.p1, self.p2 = TilePlane(0), TilePlane(0)
        self.seams: tuple[int, ...] = ()
        self.turned: tuple[RowSpan, ...] | None = None

    def write(self, band: BandEvidence) -> None:
        """Put a band's evidence in place of what its rows held there."""
        col = band.col0 - self.origin_col
        self.p1.write(band.rows.start, col, band.p1)
        self.p2.write(band.rows.start, col, band.p2)
        if band.rows.start not in self.seams:
            self.seams = tuple(sorted((*self.seams, band.rows.start)))

    def read(self, rows: RowSpan, cols: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return P(curve 1) and P(curve 2) over a window, ``(h, w)`` uint8 copies, exchanged where the rows are turned."""
        return exchanged_in(*self.answered(rows, cols), rows, self.turned or ())

    def answered(self, rows: RowSpan, cols: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return copies of both planes over a window as the tiles answered, ``(h, w)`` uint8 each."""
        local = (cols[0] - self.origin_col, cols[1] - self.origin_col)
        return self.p1.read(rows, local), self.p2.read(rows, local)

    def clear(self) -> None:
        """Forget all evidence; the digest stays."""
        self.p1.clear()
        self.p2.clear()
        self.seams, self.turned = (), None

    def begin(self, digest: str) -> None:
        """Forget everything of another model: from here on evidence is that digest's."""
        if digest != self.digest:
            self.clear()
            self.digest = digest

    def snapshot(self) -> EvidencePlanes:
        """Return an independent copy that shares the stored tiles: what a job on another thread is given."""
        copy = EvidencePlanes(self.origin_col, self.digest)
        copy.p1, copy.p2 = self.p1.snapshot(), self.p2.snapshot()
        copy.seams, copy.turned = self.seams, self.turned
        return copy


def exchanged_in(
    p1: NDArray[np.uint8], p2: NDArray[np.uint8], rows: RowSpan, turned: Sequence[RowSpan]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return two planes over ``rows``, ``(h, w)`` each, exchanged in the turned rows; new arrays where any is."""
    within = [span.clipped(rows) for span in turned if span.overlaps(rows)]
    if not within:
        return p1, p2
    first, second = p1.copy(), p2.copy()
    for span in within:
        part = slice(span.start - rows.start, span.stop - rows.start)
        first[part], second[part] = p2[part], p1[part]
    return first, second
