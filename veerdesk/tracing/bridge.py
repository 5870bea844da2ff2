"""How long a gap may be and still get a value: measured from the curve's own print, and applied.

Separate because the decode finds gaps, but how much of them is delivered is the job's choice (CONTRACT, ``bridge``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.trace import Trace, TraceKind

#: A gap of fewer rows is a flaw of the print, not a dash gap.
LEAST_GAP_ROWS = 3
#: A curve is dashed where at least this share of its rows, and this many gaps, are regular gaps.
DASHED_SHARE, DASHED_GAPS = 0.06, 6
#: "About three dash periods"; "a few strokes" for a solid curve (CONTRACT).
PERIODS, SOLID_STROKES = 3.0, 4.0


def _lengths(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return starts and lengths of the true stretches of a mask."""
    edges = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    starts = np.flatnonzero(edges == 1)
    return starts, np.flatnonzero(edges == -1) - starts


def dash_period_rows(trace: Trace, slot: Literal[1, 2]) -> float | None:
    """Return the rows from one dash to the next, or None where the curve is not dashed or dotted."""
    kind = trace.kind[slot - 1]
    starts, gaps = _lengths(kind == TraceKind.BRIDGED)
    regular = gaps >= LEAST_GAP_ROWS
    starts, gaps = starts[regular], gaps[regular]
    printed = int((kind == TraceKind.OWN_INK).sum())
    if len(gaps) < DASHED_GAPS or gaps.sum() < DASHED_SHARE * (printed + gaps.sum()):
        return None
    periods = np.diff(starts)
    typical = float(np.median(periods))
    return float(np.median(periods[periods <= 2.0 * typical]))


def bridge_rows(trace: Trace, slot: Literal[1, 2], stroke_px: float) -> int:
    """Return the longest gap in rows that gets a value where the job says ``auto``.

    About three dash periods, measured from the trace's own gaps; a few strokes for a solid curve.
    """
    few_strokes = SOLID_STROKES * stroke_px
    period = dash_period_rows(trace, slot)
    return round(few_strokes if period is None else max(few_strokes, PERIODS * period))


def bridged(trace: Trace, slot: Literal[1, 2], longest_rows: int) -> Trace:
    """Return a trace in which gaps of one slot longer than ``longest_rows`` are absent; the other slot is untouched."""
    curve = slot - 1
    starts, gaps = _lengths(trace.kind[curve] == TraceKind.BRIDGED)
    x, low, high = trace.x.copy(), trace.low.copy(), trace.high.copy()
    confidence, kind = trace.confidence.copy(), trace.kind.copy()
    for start, length in zip(starts[gaps > longest_rows], gaps[gaps > longest_rows]):
        here = slice(int(start), int(start + length))
        for plane in (x, low, high):
            plane[curve, here] = np.nan
        confidence[curve, here] = 0.0
        kind[curve, here] = TraceKind.ABSENT
    return replace(trace, x=x, low=low, high=high, confidence=confidence, kind=kind)
