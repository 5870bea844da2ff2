"""Evidence: P(curve 1) and P(curve 2) of every inked pixel of one track, and the bands they come in.

Separate because the decode reads it, the well keeps it, and neither knows the model that gave it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.labels.tile_plane import TilePlane
from veerdesk.rows import RowSpan


@dataclass(frozen=True, slots=True)
class BandEvidence:
    """What a model says about a run of rows of one track, in scan px.

    ``p1`` and ``p2`` are ``(h, w)`` uint8, 0..255 for 0..1, zero off the ink; ``classes`` ``(h, w)`` uint8 0..2.
    ``col0`` is the scan column of the first column.
    """

    rows: RowSpan
    col0: int
    p1: NDArray[np.uint8]
    p2: NDArray[np.uint8]
    classes: NDArray[np.uint8]


class EvidencePlanes:
    """Both evidence planes of one track; rows and columns of this class are those of the scan.

    Parameters
    ----------
    origin_col
        Scan column at which the track's tiles begin (`TrackSpec.origin_col`).
    digest
        SHA-256 of the model that gave the evidence; empty while there is none.
    """

    def __init__(self, origin_col: int, digest: str = "") -> None:
        self.origin_col, self.digest = origin_col, digest
        self.p1, self.p2 = TilePlane(0), TilePlane(0)

    def write(self, band: BandEvidence) -> None:
        """Replace the evidence of a band."""
        self.p1.write(band.rows.start, band.col0 - self.origin_col, band.p1)
        self.p2.write(band.rows.start, band.col0 - self.origin_col, band.p2)

    def read(self, rows: RowSpan, cols: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return P(curve 1) and P(curve 2), ``(h, w)`` uint8 each."""
        local = (cols[0] - self.origin_col, cols[1] - self.origin_col)
        return self.p1.read(rows, local), self.p2.read(rows, local)

    def clear(self) -> None:
        """Forget all evidence."""
        self.p1.clear()
        self.p2.clear()

    def snapshot(self) -> EvidencePlanes:
        """Return an independent copy that shares the compressed tiles."""
        copy = EvidencePlanes(self.origin_col, self.digest)
        copy.p1, copy.p2 = self.p1.snapshot(), self.p2.snapshot()
        return copy
