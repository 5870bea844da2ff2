"""How wide a track's strokes are, from its ink alone.

Separate because the model, the decode and the tools all scale by this one number, before any model has run.
"""

from __future__ import annotations

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.straighten import ReadWindow
from veerdesk.imaging.stroke_counts import NARROWEST_PX, count_strokes
from veerdesk.imaging.stroke_net import likeliest_px, shipped_stroke_net, step_odds

#: Fewer ink pixels than this say nothing; then the usual share of the track's width is taken.
MIN_INK_PX, USUAL_SHARE = 200, 0.014


def measure_stroke_px(read: ReadWindow, geometry: TrackGeometry) -> float:
    """Return the width of the track's heavier strokes in px, measured along the row, to a tenth of a px.

    The track's ink is counted by how wide its strokes are (`stroke_counts`), and a small network that was fitted on rendered
    tracks says which of these widths is the curves' (`stroke_net`): printed grids, letters and flat limbs leave widths too.

    Parameters
    ----------
    read
        Reads rows and columns of the scan.
    geometry
        Rows and borders of the track.
    """
    counts = count_strokes(read, geometry)
    if counts[0].sum() < MIN_INK_PX:
        return max(NARROWEST_PX, USUAL_SHARE * geometry.width_px)
    return round(likeliest_px(step_odds(shipped_stroke_net(), counts, geometry.width_px)), 1)
