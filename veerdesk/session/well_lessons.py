"""The lessons of a stored well: those of every track in which enough rows were corrected or accepted.

Separate because a command that only reads takes a well's last committed state, and decodes it as a label release does.
"""

from __future__ import annotations

from contextlib import ExitStack

from veerdesk.dataset.lesson import Lesson
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.imaging.scan import open_scan
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.session.lessons import LEAST_ROWS, lessons_of, said_rows
from veerdesk.session.ownership import TrackPixels
from veerdesk.session.reading import decode_pixels
from veerdesk.session.well_run import WellSource


def well_lessons(well: WellSource, held: ExitStack) -> list[tuple[str, tuple[Lesson, ...]]]:
    """Return name and lessons of each track with enough rows; scans stay open until the stack is closed.

    Raises
    ------
    UnusableInputError
        No track has enough rows, or a scan cannot be opened.
    """
    description = well.description
    scans = {
        spec.id: held.enter_context(open_scan(well.folder / spec.file, page=spec.page))
        for spec in description.scans
        if any(t.scan == spec.id and t.id in well.tracks for t in description.tracks)
    }
    pixels = [
        TrackPixels(t, well.tracks[t.id].labels, well.tracks[t.id].evidence, scans[t.scan].width)
        for t in description.tracks
        if t.id in well.tracks
    ]
    out = []
    for each in pixels:
        if int(said_rows(each).known.sum()) < LEAST_ROWS:
            continue
        scan, x = scans[each.track.scan], None
        stroke_px = each.track.stroke_px or measure_stroke_px(scan.read, each.track.geometry)
        if well.tracks[each.track.id].is_segmented:
            x = decode_pixels(each, pixels, stroke_px, Unstoppable(), unwatched).trace.x
        out.append((f"{each.track.name} of {well.where}", lessons_of(each, x, scan.read, stroke_px)))
    if not out:
        raise UnusableInputError(
            f"{well.where}: no track has {LEAST_ROWS} rows that are corrected or accepted.",
            "Correct or accept more rows in the window, then adapt again.",
        )
    return out
