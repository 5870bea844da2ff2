"""The model's evidence of one track: sparse planes of bytes and the digest of the model they came from.

Separate because the decode reads evidence at every gesture while classes are only painted, and because evidence of
another model must never be mixed in.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.labels.tile_plane import TilePlane
from veerdesk.rows import RowSpan
from veerdesk.segmentation.segment import BandEvidence
from veerdesk.segmentation.sight import FIELDS, Sight, as_plane, from_plane

#: Share of its ink that the other curve is left where two pens of one look are told apart: a person's word goes further.
TOLD_REST = 16


@dataclass(frozen=True, slots=True)
class Parted:
    """Rows in which a scan column parts two pens of one look, and the slot of what stands left of it."""

    rows: RowSpan
    column: float
    left: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """Whether a track's two pens look alike, and who is who: ``parted``, in order, tells them apart where they do.

    Where they differ, ``turned`` are the rows in which the model's names are the wrong way round, and ``bends`` by how much more
    curve 1 bends along the track than curve 2, in logs; 0 where that is not known.
    """

    are_alike: bool
    parted: tuple[Parted, ...] = ()
    turned: tuple[RowSpan, ...] = ()
    bends: float = 0.0

    @property
    def tells(self) -> bool:
        """Whether evidence is anywhere told otherwise than the model gives it."""
        return self.are_alike or bool(self.turned)

    def is_turned(self, rows: RowSpan) -> NDArray[np.bool_]:
        """Return ``(h,)``: in which of some rows the model's names are the wrong way round."""
        out = np.zeros(rows.rows, np.bool_)
        for span in self.turned:
            here = span.clipped(rows)
            out[here.start - rows.start : here.stop - rows.start] = True
        return out


#: Nothing is told otherwise than the model answers it.
AS_ANSWERED = Likeness(False)


class EvidencePlanes:
    """P(curve 1) and P(curve 2) of one track in 255 parts, and what is seen along it; owns the planes. Columns are the scan's.

    Parameters
    ----------
    origin_col
        Scan column of the planes' first column (``TrackSpec.origin_col``).
    digest
        Digest of the model; empty while nothing was predicted.

    ``likeness`` says whether the tiles' classes count at all, None until that is known of the whole track: two pens of
    one look are told apart by their place at the track's top, which no tile sees.
    """

    def __init__(self, origin_col: int, digest: str = "") -> None:
        self.origin_col, self.digest = origin_col, digest
        self.p1, self.p2, self.sight = TilePlane(0), TilePlane(0), TilePlane(0)
        self.likeness: Likeness | None = None

    def write(self, band: BandEvidence) -> None:
        """Put a band's evidence in place of what its rows held there."""
        col = band.col0 - self.origin_col
        self.p1.write(band.rows.start, col, band.p1)
        self.p2.write(band.rows.start, col, band.p2)
        self.sight.write(band.rows.start, 0, as_plane(band.sight, band.rows.start, band.rows.rows))

    def read(self, rows: RowSpan, cols: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return P(curve 1) and P(curve 2) over a window, ``(h, w)`` uint8 copies, as the track's likeness tells them."""
        return as_told(*self.answered(rows, cols), rows, cols[0], self.likeness)

    def answered(self, rows: RowSpan, cols: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return copies of both planes over a window as the tiles answered, ``(h, w)`` uint8 each."""
        local = (cols[0] - self.origin_col, cols[1] - self.origin_col)
        return self.p1.read(rows, local), self.p2.read(rows, local)

    def seen(self, rows: RowSpan) -> Sight:
        """Return what the model sees along some rows."""
        return from_plane(self.sight.read(rows, (0, FIELDS)), rows.start)

    def clear(self) -> None:
        """Forget all evidence; the digest stays."""
        self.p1.clear()
        self.p2.clear()
        self.sight.clear()
        self.likeness = None

    def begin(self, digest: str) -> None:
        """Forget everything of another model: from here on evidence is that digest's."""
        if digest != self.digest:
            self.clear()
            self.digest = digest

    def snapshot(self) -> EvidencePlanes:
        """Return an independent copy that shares the stored tiles: what a job on another thread is given."""
        copy = EvidencePlanes(self.origin_col, self.digest)
        copy.p1, copy.p2, copy.sight = self.p1.snapshot(), self.p2.snapshot(), self.sight.snapshot()
        copy.likeness = self.likeness
        return copy


def as_told(
    p1: NDArray[np.uint8], p2: NDArray[np.uint8], rows: RowSpan, col0: int, likeness: Likeness | None
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the evidence of a window, ``(h, w)`` uint8 each, as a track's likeness tells it.

    Of pens that look alike a tile's classes say nothing: both curves share the evidence of every pixel, but where a
    column parts them. Of others it is exchanged in rows where the model has them the wrong way round.
    """
    if likeness is None or not likeness.tells:
        return p1, p2
    if not likeness.are_alike:
        turned = likeness.is_turned(rows)[:, None]
        return np.where(turned, p2, p1), np.where(turned, p1, p2)
    both = np.minimum(p1.astype(np.uint16) + p2, 255).astype(np.uint8)
    second = both // np.uint8(2)
    first = both - second
    parted = likeness.parted
    for part in parted[bisect_right(parted, rows.start, key=lambda p: p.rows.stop) :]:
        if part.rows.start >= rows.stop:
            break
        told = part.rows.clipped(rows)
        here = slice(told.start - rows.start, told.stop - rows.start)
        middle = min(max(int(np.ceil(part.column)) - col0, 0), both.shape[1])
        mine, his = (first, second) if part.left == 1 else (second, first)
        rest = both[here] // np.uint8(TOLD_REST)
        mine[here], his[here] = both[here] - rest, rest
        mine[here, middle:], his[here, middle:] = his[here, middle:].copy(), mine[here, middle:].copy()
    return first, second
