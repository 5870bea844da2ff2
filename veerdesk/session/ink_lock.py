"""The ink lock: where a gesture may say who owns a pixel, so that a wide brush colours the stroke and not the paper.

Separate because the brush, the exchange and a script ask the same question of a scan and a label map.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.ink import INK_HALO_PX, ink_mask
from veerdesk.labels.classes import NOT_SAID, PixelClass
from veerdesk.labels.shapes import Region
from veerdesk.session.session import Session


def paintable(session: Session, track_id: int, region: Region, cls: int) -> NDArray[np.bool_]:
    """Return where the ink lock lets a class be painted in a region's box, ``(h, w)`` bool.

    Ink; and for background and for taking a word back also what somebody painted off the ink before.
    """
    scan = session.scans[session.description.track(track_id).scan]
    rows, cols = region.rows.grown(INK_HALO_PX), (region.cols[0] - INK_HALO_PX, region.cols[1] + INK_HALO_PX)
    ink = ink_mask(scan.read(rows, cols))[INK_HALO_PX:-INK_HALO_PX, INK_HALO_PX:-INK_HALO_PX]
    if cls in (PixelClass.BACKGROUND, NOT_SAID):
        labels = session.label_map(track_id)
        ink = ink | (labels.classes(region.rows, region.cols) != PixelClass.BACKGROUND)
        if cls == NOT_SAID:
            ink = ink | (labels.said(region.rows, region.cols) != NOT_SAID)
    return ink
