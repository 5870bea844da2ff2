"""The ink lock: where a gesture may say who owns a pixel, so that a wide brush colours the stroke and not the paper.

Separate because the brush, the exchange and a script ask the same question of a scan and a label map.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.ink import BILEVEL_THRESHOLD, INK_HALO_PX, ink_mask
from veerdesk.labels.classes import NOT_SAID, PixelClass
from veerdesk.labels.shapes import Region
from veerdesk.rows import RowSpan
from veerdesk.session.ownership import outranked_by
from veerdesk.session.session import Session

_CURVES = (int(PixelClass.CURVE_1), int(PixelClass.CURVE_2))


def ink_in(session: Session, track_id: int, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which pixels of a window of a track's scan are ink, ``(h, w)`` bool."""
    scan = session.scan_of(track_id)
    if getattr(scan, "is_bilevel", False):  # it is read as it is, whatever lies beside the window
        return np.less(scan.read(rows, cols), BILEVEL_THRESHOLD)
    wide = (cols[0] - INK_HALO_PX, cols[1] + INK_HALO_PX)
    return ink_mask(scan.read(rows.grown(INK_HALO_PX), wide))[INK_HALO_PX:-INK_HALO_PX, INK_HALO_PX:-INK_HALO_PX]


def owned_in(session: Session, track_id: int, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which pixels of a window belong to a curve of the track, ``(h, w)`` bool: the grid under them does not."""
    return np.not_equal(session.label_map(track_id).classes(rows, cols), PixelClass.BACKGROUND)


def stroke_in(session: Session, track_id: int, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which pixels of a window are a curve's or were taken for one by the model, ``(h, w)`` bool.

    Ink far from both curves is nobody's, but where a curve was missed it is what a hand means; not where a person said
    that it is background, nor where another track owns it.
    """
    labels = session.label_map(track_id)
    seen = (labels.answered(rows, cols) != PixelClass.BACKGROUND) & (labels.said(rows, cols) == NOT_SAID)
    mine = session.pixels_of(session.description.track(track_id))
    lost = outranked_by(mine, session.all_pixels())(rows)
    if lost is not None:
        wide = np.pad(lost, ((0, 0), (max(0, mine.cols[0] - cols[0]), max(0, cols[1] - mine.cols[1]))))
        first = cols[0] - min(cols[0], mine.cols[0])
        seen &= ~wide[:, first : first + cols[1] - cols[0]]
    return np.asarray(owned_in(session, track_id, rows, cols) | seen, np.bool_)


def lock(session: Session, track_id: int, region: Region, cls: int) -> NDArray[np.bool_] | NDArray[np.uint8]:
    """Return what `paintable` does as `labels.edits.paint` takes it, ``(h, w)`` bool; a black and white scan says it itself.

    That is then the scan, uint8: a stroke of a curve waits for nothing that it can do without.
    """
    if cls in _CURVES and getattr(scan := session.scan_of(track_id), "is_bilevel", False):
        return scan.read(region.rows, region.cols)
    return paintable(session, track_id, region, cls)


def paintable(session: Session, track_id: int, region: Region, cls: int) -> NDArray[np.bool_]:
    """Return where the ink lock lets a class be painted in a region's box, ``(h, w)`` bool.

    Ink; and for background and for taking a word back also what somebody painted off the ink before.
    """
    rows, cols = region.rows, region.cols
    ink = ink_in(session, track_id, rows, cols)
    if cls in (PixelClass.BACKGROUND, NOT_SAID):
        ink = ink | owned_in(session, track_id, rows, cols)
        if cls == NOT_SAID:
            ink = ink | (session.label_map(track_id).said(rows, cols) != NOT_SAID)
    return ink
