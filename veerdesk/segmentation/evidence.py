"""The model's evidence of one track: two sparse planes of bytes and the digest of the model they came from.

Separate because the decode reads evidence at every gesture while classes are only painted, and because evidence of
another model must never be mixed in.
"""

from __future__ import annotations

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
    """

    def __init__(self, origin_col: int, digest: str = "") -> None:
        self.origin_col, self.digest = origin_col, digest
        self.p1, self.p2 = TilePlane(0), TilePlane(0)

    def write(self, band: BandEvidence) -> None:
        """Put a band's evidence in place of what its rows held there."""
        col = band.col0 - self.origin_col
        self.p1.write(band.rows.start, col, band.p1)
        self.p2.write(band.rows.start, col, band.p2)

    def read(self, rows: RowSpan, cols: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return copies of both planes over a window, ``(h, w)`` uint8 each."""
        local = (cols[0] - self.origin_col, cols[1] - self.origin_col)
        return self.p1.read(rows, local), self.p2.read(rows, local)

    def begin(self, digest: str) -> None:
        """Forget everything of another model: from here on evidence is that digest's."""
        if digest != self.digest:
            self.p1.clear()
            self.p2.clear()
            self.digest = digest

    def snapshot(self) -> EvidencePlanes:
        """Return an independent copy that shares the stored tiles: what a job on another thread is given."""
        copy = EvidencePlanes(self.origin_col, self.digest)
        copy.p1, copy.p2 = self.p1.snapshot(), self.p2.snapshot()
        return copy
