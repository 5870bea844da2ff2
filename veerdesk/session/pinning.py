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

#: Two curves are taken to run side by side where for this many rows each way neither jumps further than this between two
#: rows and they stay this far apart, strokes.
_BESIDE_STROKES, _JUMP_STROKES, _APART_STROKES = 1.5, 1.5, 1.5
#: A pin further from the middle of a stroke than this is beside it, strokes: the two touch there.
_OFF_STROKES = 0.5
#: A stroke wider than this many strokes runs flat: a pin on it says nothing of the curve above and below.
_FLAT_STROKES = 2.5


def rows_around_pin(track: TrackSpec, pin: Pin, trace: Trace | None, crossings: Sequence[Crossing]) -> RowSpan | None:
    """Return the rows whose curves a new pin exchanges; None where it does not lie on the other curve's stroke.

    They go from the nearest crossing, other pin or accepted row above to the nearest below, or to the track's ends:
    what was stated or accepted is not touched. A pin exchanges nothing where either curve jumps or runs flat, or where the two are
    close: there a person puts one place right, and no stroke.
    """
    row, column = pin.rows.start, pin.column
    if trace is None or column is None or row not in trace.rows or any(row in s for s in track.accepted):
        return None
    at, own, other = row - trace.rows.start, pin.slot - 1, 2 - pin.slot
    stroke_px = track.stroke_px or USUAL_STROKE_PX
    if not _is_on(trace, other, at, column) or abs(trace.x[other, at] - column) > _OFF_STROKES * stroke_px:
        return None
    if _is_on(trace, own, at, column) or not _are_side_by_side(trace, at, stroke_px):
        return None
    whole = track.geometry.rows
    pins = [p.rows for p in track.pins if p.kind == "at" and p.rows != pin.rows]
    walls = [(c.row, c.row) for c in crossings] + [(s.start, s.stop) for s in (*pins, *track.accepted)]
    above = max((stop for _, stop in walls if stop <= row), default=whole.start)
    below = min((start for start, _ in walls if start > row), default=whole.stop)
    return RowSpan(above, below)


def _is_on(trace: Trace, curve: int, at: int, column: float) -> bool:
    """Return True where a column lies on a curve's stroke; absent curves have none."""
    return bool(trace.low[curve, at] - 1.0 <= column <= trace.high[curve, at] + 1.0)


def _are_side_by_side(trace: Trace, at: int, stroke_px: float) -> bool:
    """Return True where round a row both curves are there, run on without a jump, and stay apart."""
    reach = round(_BESIDE_STROKES * stroke_px)
    here = slice(max(0, at - reach), at + reach + 1)
    x, wide = trace.x[:, here], trace.high[:, at] - trace.low[:, at]
    if not np.isfinite(x).all() or float(wide.max()) > _FLAT_STROKES * stroke_px:
        return False
    jump = float(np.abs(np.diff(x, axis=1)).max(initial=0.0))
    return jump <= _JUMP_STROKES * stroke_px and float(np.abs(x[0] - x[1]).min()) > _APART_STROKES * stroke_px
