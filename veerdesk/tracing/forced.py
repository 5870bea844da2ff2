"""A person's pins as the decode takes them: a mark for each row and slot, and a run where a column is stated.

Separate because a person outranks evidence, and this is the one place where that is made so for traces.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan
from veerdesk.tracing.costs import AT, COLUMN_UNITS, GONE, SHARING, Costs
from veerdesk.tracing.runs import BESIDE, CENTRE, FIELDS, FRESH, HI, INKED, LO, OTHER, OWN, SHARE, STATED
from veerdesk.tracing.trace import TracePin

_MARK = {"at": AT, "absent": GONE, "shared": SHARING}


def force_rows(rows: RowSpan, pins: Sequence[TracePin], is_single: bool) -> NDArray[np.uint8]:
    """Return ``(n, 2)`` uint8: FREE, AT, GONE or SHARING for each row and slot; a stated column wins over a span."""
    force = np.zeros((rows.rows, 2), np.uint8)
    for pin in sorted(pins, key=lambda p: p.kind == "at"):
        span = pin.rows.clipped(rows)
        force[span.start - rows.start : span.stop - rows.start, pin.slot - 1] = _MARK[pin.kind]
    if is_single:
        force[:, 1] = GONE
    both = (force == SHARING).all(axis=1)
    force[both, 0] = 0  # one of two that share a stroke stands on it, the other behind it
    return force


def _pinned_run(runs: NDArray[np.int32], slot: int, column: float, costs: Costs) -> NDArray[np.int32]:
    """Return the run of a stated column: as wide as the stroke there, or a stroke's width of paper or of a flat limb."""
    half = max(0, round(0.5 * (costs.stroke - 1)))
    low, high, fresh = round(column) - half, round(column) + half, STATED
    for run in runs:
        if run[LO] - half <= column <= run[HI] + half and run[HI] - run[LO] < 3 * costs.stroke:
            low, high = min(int(run[LO]), round(column)), max(int(run[HI]), round(column))
            fresh = 0
    out = np.zeros(FIELDS, np.int32)
    out[LO], out[HI], out[CENTRE] = low, high, round(column * COLUMN_UNITS)
    out[OWN], out[OTHER], out[SHARE], out[BESIDE], out[FRESH], out[INKED] = 0, costs.foreign, 255, 0, fresh, 255
    return out


def with_pinned_runs(
    runs: NDArray[np.int32], first: NDArray[np.int32], span: RowSpan, pins: Sequence[TracePin], costs: Costs
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the run table with the runs of a slot replaced where a person stated its column."""
    for pin in pins:
        row = pin.rows.start
        if pin.kind != "at" or pin.column is None or row not in span:
            continue
        r = row - span.start
        begin, end = int(first[2 * r + pin.slot - 1]), int(first[2 * r + pin.slot])
        here = runs[first[2 * r] : first[2 * r + 2]]
        stated = _pinned_run(here, pin.slot, pin.column, costs)
        runs = np.concatenate((runs[:begin], stated[None], runs[end:]))
        first = first.copy()
        first[2 * r + pin.slot :] += 1 - (end - begin)
    return runs, first
