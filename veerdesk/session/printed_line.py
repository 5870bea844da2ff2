"""Whether ink lies on a line that is printed across the whole track, as the scale grid's depth lines are.

Separate because the decode knows only what the model takes for a curve's ink, and a printed line is known by the rest of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veerdesk.calibration.description import TrackSpec
from veerdesk.imaging.geometry import column_at_row
from veerdesk.session.ink_lock import ink_in

if TYPE_CHECKING:
    from veerdesk.session.session import Session
    from veerdesk.tracing.loose_ink import LooseInk

#: Share of the track's other columns that are inked in one of the piece's rows. Of the sample's doubtful pieces of
#: loose ink 75 of 121 on such lines have no wrong row beside them, and 28 of the 123 others.
_LINE_SHARE = 0.75


def lies_on_printed_line(session: Session, track_id: int, piece: LooseInk, stroke_px: float) -> bool:
    """Return True where a row of a piece is inked across nearly all of the track beside the piece."""
    track = session.description.track(track_id)
    asked = track.scan, track.geometry, piece
    if asked not in session.printed_lines:
        session.printed_lines[asked] = _crosses_the_track(session, track, piece, stroke_px)
    return session.printed_lines[asked]


def _crosses_the_track(session: Session, track: TrackSpec, piece: LooseInk, stroke_px: float) -> bool:
    left, right = (round(column_at_row(side, piece.rows.start)) for side in (track.left, track.right))
    left, right = max(0, left), min(session.scan_of(track.id).width, right)
    beside = round(stroke_px)
    cut = slice(max(0, piece.left - beside - left), max(0, piece.right + beside - left))
    if right - left <= cut.stop - cut.start:
        return False
    inked = np.delete(ink_in(session, track.id, piece.rows, (left, right)), cut, axis=1)
    return bool(inked.size) and bool(inked.mean(axis=1).max() >= _LINE_SHARE)
