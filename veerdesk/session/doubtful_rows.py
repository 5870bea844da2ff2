"""Rows whose values are more likely wrong than right though nothing crosses there: the places of the review between crossings.

Separate because a curve goes astray in a gap, on a steep limb or on a grid line too, and nobody who looks at crossings
alone would ever be led there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.chance import shipped_reliability
from veerdesk.rows import RowSpan
from veerdesk.session.open_tracks import USUAL_STROKE_PX
from veerdesk.tracing.crossings import Crossing
from veerdesk.tracing.trace import Trace

if TYPE_CHECKING:
    from veerdesk.session.session import Session

#: A row of less chance is doubtful.
LEAST_CHANCE = 0.5
#: Doubtful rows with fewer others between them are one place; the shortest place, rows and strokes: a dash's gap is none.
JOIN_ROWS, LEAST_ROWS, LEAST_STROKES = 6, 12, 2.0
#: Rows beside a crossing's own that are looked at with it.
_BESIDE_ROWS = 8


@dataclass(frozen=True, slots=True)
class DoubtfulRows:
    """A place of doubt: its rows, the column of the curve in doubt (scan px), and the chance that its values are right."""

    rows: RowSpan
    column: float
    chance: float


def doubtful_rows(trace: Trace, crossings: Sequence[Crossing], stroke_px: float) -> tuple[DoubtfulRows, ...]:
    """Return the doubtful places of a trace from the top, without the rows at its crossings."""
    reliability = shipped_reliability().row
    low = np.isfinite(trace.x) & (trace.confidence < reliability.least(LEAST_CHANCE))  # (2, n)
    doubtful = np.asarray(low.any(axis=0))
    top = trace.rows.start
    for crossing in crossings:
        beside = crossing.rows.grown(_BESIDE_ROWS).clipped(trace.rows)
        doubtful[beside.start - top : beside.stop - top] = False
    at = np.flatnonzero(doubtful)
    if not at.size:
        return ()
    cuts = np.flatnonzero(np.diff(at) > JOIN_ROWS) + 1
    starts, stops = at[np.r_[0, cuts]], at[np.r_[cuts - 1, at.size - 1]] + 1
    is_long = stops - starts >= max(LEAST_ROWS, LEAST_STROKES * stroke_px)
    return tuple(
        _place(trace, low, int(start), int(stop)) for start, stop in zip(starts[is_long], stops[is_long], strict=True)
    )


def _place(trace: Trace, low: NDArray[np.bool_], start: int, stop: int) -> DoubtfulRows:
    part = low[:, start:stop]
    curve = int(part.sum(axis=1).argmax())
    chance = shipped_reliability().row.of_many(trace.confidence[curve, start:stop][part[curve]])
    column = float(trace.x[curve, start:stop][part[curve]].mean())
    return DoubtfulRows(RowSpan(trace.rows.start + start, trace.rows.start + stop), column, float(chance.mean()))


def doubtful_rows_of(session: Session, track_id: int) -> tuple[DoubtfulRows, ...]:
    """Return the doubtful places of an open track; none before its first decode."""
    trace = session.trace(track_id)
    if trace is None:
        return ()
    stroke_px = session.description.track(track_id).stroke_px or USUAL_STROKE_PX
    return doubtful_rows(trace, session.crossings(track_id), stroke_px)
