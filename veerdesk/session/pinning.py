"""What a pin on the other curve's stroke means: in which rows the two curves are to be exchanged.

Separate because a pin alone would bend the trace for one row: the ink above and below still says whose it is, and the
person who drags a curve onto a stroke means the stroke.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from veerdesk.calibration.description import Pin, TrackSpec
from veerdesk.rows import RowSpan
from veerdesk.session.open_tracks import USUAL_STROKE_PX
from veerdesk.tracing.crossings import Crossing
from veerdesk.tracing.trace import Trace

#: Strokes whose middles are this near touch; a curve that moves further between two rows than this jumps, if it does so
#: within this many rows of the pin, strokes.
_TOUCH_STROKES, _JUMP_STROKES, _BESIDE_STROKES = 1.0, 1.5, 1.5
#: A pin further from the middle of a stroke than this is beside it, strokes: the two touch there.
_OFF_STROKES = 0.5
#: A stroke wider than this many strokes runs flat: a pin on it says nothing of the curve above and below.
_FLAT_STROKES = 2.5


def rows_around_pin(track: TrackSpec, pin: Pin, trace: Trace | None, crossings: Sequence[Crossing]) -> RowSpan | None:
    """Return the rows whose curves a new pin exchanges; None where it does not lie on the other curve's stroke.

    They go from the nearest place above where the curves meet, other pin or accepted row to the nearest below, or to the
    track's ends: what was stated or accepted is not touched. Curves meet at a crossing, and where their strokes touch. A
    pin exchanges nothing where they do, and where either curve jumps or runs flat: there a person puts one place right,
    and no stroke.
    """
    row, column = pin.rows.start, pin.column
    if trace is None or column is None or row not in trace.rows or any(row in s for s in track.accepted):
        return None
    at, own, other = row - trace.rows.start, pin.slot - 1, 2 - pin.slot
    stroke_px = track.stroke_px or USUAL_STROKE_PX
    if not _is_on(trace, other, at, column) or abs(trace.x[other, at] - column) > _OFF_STROKES * stroke_px:
        return None
    if _is_on(trace, own, at, column) or float((trace.high - trace.low)[:, at].max()) > _FLAT_STROKES * stroke_px:
        return None
    whole = track.geometry.rows
    pins = [p.rows for p in track.pins if p.kind == "at" and p.rows != pin.rows]
    walls = [(c.row, c.row) for c in crossings] + [(s.start, s.stop) for s in (*pins, *track.accepted)]
    above = max((stop for _, stop in walls if stop <= row), default=whole.start)
    below = min((start for start, _ in walls if start > row), default=whole.stop)
    rows = _apart_around(trace, RowSpan(above, below).clipped(trace.rows), row, stroke_px)
    return rows if rows is not None and _run_on(trace, rows, row, stroke_px) else None


def _apart_around(trace: Trace, rows: RowSpan, row: int, stroke_px: float) -> RowSpan | None:
    """Return the rows around one in which the strokes do not touch; None where they touch in that row."""
    x = trace.part(rows).x
    with np.errstate(invalid="ignore"):
        touching = np.flatnonzero(np.abs(x[0] - x[1]) <= _TOUCH_STROKES * stroke_px) + rows.start
    if row in touching:
        return None
    above, below = touching[touching < row], touching[touching > row]
    return RowSpan(int(above[-1]) + 1 if len(above) else rows.start, int(below[0]) if len(below) else rows.stop)


def _run_on(trace: Trace, rows: RowSpan, row: int, stroke_px: float) -> bool:
    """Return True where round a row both curves are there and go on without a jump."""
    x = trace.part(RowSpan(row, row + 1).grown(round(_BESIDE_STROKES * stroke_px)).clipped(rows)).x
    jump = float(np.abs(np.diff(x, axis=1)).max(initial=0.0))
    return bool(np.isfinite(x).all()) and jump <= _JUMP_STROKES * stroke_px


def _is_on(trace: Trace, curve: int, at: int, column: float) -> bool:
    """Return True where a column lies on a curve's stroke; absent curves have none."""
    return bool(trace.low[curve, at] - 1.0 <= column <= trace.high[curve, at] + 1.0)
