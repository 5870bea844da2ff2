"""What a gesture that painted did: the pixels that got another owner, counted from its edit, and whether its curve followed.

Separate because it is looked at behind the frame, before and after the rows are traced, and no stroke waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from veerdesk.labels.classes import NOT_SAID, PixelClass
from veerdesk.labels.edits import PaintEdit, Rule
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import CHANGED_PX
from veerdesk.session.open_tracks import USUAL_STROKE_PX
from veerdesk.session.session import Session

_CURVES = (int(PixelClass.CURVE_1), int(PixelClass.CURVE_2))


class Painted(NamedTuple):
    """A gesture that painted: its edit, the class it said, under which rule, and the tool by its name in the kit."""

    edit: PaintEdit
    cls: int
    rule: Rule
    tool: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: pixels that have another owner, pixels of which a person's word is another.

    ``is_beside`` is True where the curve that was given them did not move because its own stroke runs beside them.
    """

    painted: Painted
    changed: int
    said: int
    is_beside: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """A gesture before its rows are traced.

    ``columns`` is ``(n,)`` float64, where the curve that was given pixels ran in the n rows of the edit (NaN where
    nowhere), and ``away`` ``(n,)`` float64 how far from that the nearest of these pixels lies (infinite where none is).
    """

    outcome: Outcome
    columns: NDArray[np.float64]
    away: NDArray[np.float64]


def watched(session: Session, painted: Painted) -> Watched:
    """Count what a gesture did, and keep where its curve ran; call before the rows are traced."""
    edit, labels = painted.edit, session.label_map(painted.edit.track_id)
    columns, away = _columns(session, painted), np.full(edit.rows.rows, np.inf)
    changed = said = 0
    for part in edit.parts():
        height, width = part.before.shape
        rows, col0 = RowSpan(part.row0, part.row0 + height), part.col0 + labels.origin_col
        model = labels.planes(rows, (col0, col0 + width))[1]
        was, now = (np.where(word == NOT_SAID, model, word) for word in (part.before, part.after))
        moved = was != now
        said += int(np.count_nonzero(part.before != part.after))
        changed += int(np.count_nonzero(moved))
        at = slice(rows.start - edit.rows.start, rows.stop - edit.rows.start)
        beside = np.abs(np.arange(col0, col0 + width) - columns[at, None])
        away[at] = np.minimum(away[at], np.where(moved, beside, np.inf).min(axis=1))
    return Watched(Outcome(painted, changed, said), columns, away)


def outcome(session: Session, before: Watched) -> Outcome:
    """Return what came of a gesture, now that its rows are traced; where they are not, nothing is said of the curve."""
    painted, counted = before.outcome.painted, before.outcome
    track_id = painted.edit.track_id
    given = ~np.isposinf(before.away)
    if painted.cls not in _CURVES or not given.any() or session.is_provisional(track_id):
        return counted
    now, was = _columns(session, painted), before.columns
    if (np.isnan(now) != np.isnan(was)).any() or (np.abs(now - was) > CHANGED_PX).any():
        return counted
    stroke = session.description.track(track_id).stroke_px or USUAL_STROKE_PX
    far = np.count_nonzero(given & (before.away > stroke))
    return Outcome(painted, counted.changed, counted.said, bool(2 * far >= np.count_nonzero(given)))


def _columns(session: Session, painted: Painted) -> NDArray[np.float64]:
    """Return where the curve that a gesture spoke of runs in the rows of its edit, a copy; NaN where it does not."""
    rows, trace = painted.edit.rows, session.trace(painted.edit.track_id)
    out = np.full(rows.rows, np.nan)
    if trace is not None and painted.cls in _CURVES:
        part = trace.part(rows)
        out[part.rows.start - rows.start : part.rows.stop - rows.start] = part.x[painted.cls - 1]
    return out
