"""The curves exchanged beside a crossing, and the decision that this is, as one gesture.

Separate because key and click mean the same by it, and because the paint and the person's word must not come apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veerdesk.calibration.decision import Verdict
from veerdesk.calibration.description import WellDescription
from veerdesk.labels.edits import PaintEdit, exchange_rows
from veerdesk.rows import RowSpan
from veerdesk.session.decisions import with_verdict
from veerdesk.session.doubtful_rows import doubtful_rows_of
from veerdesk.session.review_queue import at_row, review_queue

if TYPE_CHECKING:
    from veerdesk.session.session import Session


@dataclass(frozen=True, slots=True)
class Exchange:
    """What an exchange changes: the description with the decision in it, and the paint."""

    after: WellDescription
    edit: PaintEdit


def exchange_at(session: Session, track_id: int, row: int, rows: RowSpan, label: str) -> Exchange | None:
    """Return the exchange of some rows beside the crossing at a row; None where neither curve has a pixel in them.

    Where no crossing is known at that row the curves are exchanged all the same, and nothing is decided.
    """
    description = session.description
    track = description.track(track_id)
    rows, cols = rows.clipped(track.geometry.rows), track.geometry.box(session.scans[track.scan].width)
    edit = exchange_rows(session.label_map(track_id), track_id, rows, cols, label)
    if edit is None:
        return None
    queue = review_queue(track, session.crossings(track_id), doubtful_rows_of(session, track_id))
    place = at_row(queue, row)
    if place is None:
        return Exchange(description, edit)
    before = queue[place].decision
    verdict: Verdict = "kept" if before is not None and before.verdict == "exchanged" else "exchanged"  # and back again
    return Exchange(description.with_track(with_verdict(track, queue[place], verdict)), edit)
