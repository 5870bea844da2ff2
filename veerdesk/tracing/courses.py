"""Courses: which of two strokes of one look goes on as which below each crossing, by where it pointed and how restless it was.

Separate because the decode goes down the log row by row and remembers a few rows only, while the eye compares the whole
stretch above a crossing with the whole stretch below it: a restless curve stays restless.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan
from veerdesk.tracing.trace import Trace, TraceKind

#: What a crossing's six measures weigh, nats: place and slope near it; spread about its line, restlessness, slope and place
#: far from it, these two by that spread. Fitted on 521 crossings of 73 pairs of rendered shapes drawn with one pen: on
#: pairs held out 0.84 of the crossings were told right; the decode alone told 0.62 of them right.
WEIGHTS = np.array((0.40, 0.98, 0.91, 2.04, 0.35, 1.02))
#: How far a measure goes before it levels off.
STEEPNESS = np.array((2.0, 2.0, 2.0, 2.0, 0.3, 0.3))
#: What the decode's own choice weighs, nats: it goes by the last rows alone.
KEPT = 0.2
#: How much a stretch's likeness to the others of its curve weighs, at most, and rows at which it weighs half of that.
HABIT, HABIT_MOST, HABIT_ROWS, HABIT_DOUBT_ROWS = 2.0, 1.5, 30.0, 20.0
#: Rows of a stretch beyond which it weighs no more in its curve's habit.
HABIT_LONG_ROWS = 400.0
#: Strokes of rows looked at near a crossing on each side, or as many as half of it is long; and far from it. Fewer rows
#: of own ink say nothing.
NEAR_STROKES, FAR_STROKES, LEAST_NEAR, LEAST_FAR = 1.0, 25.0, 4, 6
_ROUNDS = 4

_Points = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class _Line:
    """A straight line through ``rows`` of one curve: column where it begins, px a row away from there, and habits in logs."""

    column: float
    slope: float
    rows: float
    habits: NDArray[np.float64]


_Off = Callable[[_Line, _Line], NDArray[np.float64]]


def crossed_names(trace: Trace, spans: NDArray[np.int64], stroke_px: float) -> list[RowSpan]:
    """Return the rows in which a trace has its two curves the wrong way round, its first rows taken to be right.

    ``spans`` are the first row and the last row + 1 of each crossing, ``(crossings, 2)`` int64, counted from the trace's
    first. What comes back goes from the middle of a crossing to the middle of another or to the trace's end, in scan rows.
    """
    if not len(spans):
        return []
    edges = np.concatenate(([0], spans.ravel(), [trace.rows.rows])).reshape(-1, 2)  # of the stretches between crossings
    own = trace.kind == TraceKind.OWN_INK
    kept = np.array(
        [KEPT + WEIGHTS @ _measures(trace, own, edges[k], edges[k + 1], stroke_px) for k in range(len(spans))]
    )
    restless = np.array([_habit(trace, own, *edge) for edge in edges])
    crossed = _likeliest(np.zeros(len(edges)), kept)
    for _ in range(_ROUNDS):
        again = _likeliest(_of_habit(restless, crossed), kept)
        if np.array_equal(again, crossed):
            break
        crossed = again
    return rows_between(crossed, spans, trace.rows)


def rows_between(crossed: NDArray[np.bool_], spans: NDArray[np.int64], rows: RowSpan) -> list[RowSpan]:
    """Return the scan rows of some stretches, each from the middle of its first crossing to that of its last.

    Parameters
    ----------
    crossed
        ``(crossings + 1,)``: which stretches.
    spans
        ``(crossings, 2)`` int64: first row and last row + 1 of each crossing, counted from the track's first.
    rows
        The track's rows.
    """
    cuts = np.concatenate(([0], spans.sum(axis=1) // 2, [rows.rows]))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], crossed, [False])).astype(np.int8))).reshape(-1, 2)
    return [RowSpan(rows.start + int(cuts[a]), rows.start + int(cuts[b])) for a, b in edges]


def _likeliest(stated: NDArray[np.float64], kept: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the likeliest stretches to exchange, the first never, by the nats for each as it is and for each crossing."""
    score, came = np.array((0.0, -np.inf)), np.zeros((len(stated), 2), np.int64)
    for k in range(1, len(stated)):
        to = score + np.array(((1, -1), (-1, 1))) * kept[k - 1] / 2  # (now, before)
        came[k] = to.argmax(axis=1)
        score = to.max(axis=1) + np.array((stated[k], -stated[k])) / 2
    crossed = np.zeros(len(stated), np.bool_)
    at = int(score.argmax())
    for k in range(len(stated) - 1, -1, -1):
        crossed[k] = at == 1
        at = int(came[k, at])
    return crossed


def _points(trace: Trace, own: NDArray[np.bool_], curve: int, rows: NDArray[np.int64]) -> _Points:
    """Return how many rows away each row of own ink lies from the first of some rows, and the curve's column there."""
    on = own[curve, rows]
    return np.flatnonzero(on).astype(np.float64), trace.x[curve, rows[on]]


def _line(points: _Points) -> _Line:
    away, column = points
    from_middle = away - away.mean()
    slope = float(from_middle @ (column - column.mean()) / (from_middle @ from_middle))
    begin = float(column.mean() - slope * away.mean())
    spread = float(np.sqrt(np.mean((column - begin - slope * away) ** 2)))
    return _Line(begin, slope, float(away[-1]), np.log((spread + 0.3, _restlessness(away, column) + 0.1)))


def _restlessness(row: NDArray[np.float64], column: NDArray[np.float64]) -> float:
    """Return the mean change of direction from row to row, px, where ink goes on; a pen's changes by less than 6."""
    on = row[2:] - row[:-2] == 2.0
    return float(np.minimum(np.abs(np.diff(column, 2)[on]), 6.0).mean()) if on.any() else 0.0


def _measures(
    trace: Trace, own: NDArray[np.bool_], above: NDArray[np.int64], below: NDArray[np.int64], stroke_px: float
) -> NDArray[np.float64]:
    """Return the measures of a crossing between two stretches, -1..1 each: above 0 where they speak for the trace."""
    half = (below[0] - above[1] + 1) / 2
    out = np.zeros(len(WEIGHTS))

    def lines(rows: float, least: int) -> list[list[_Line]] | None:
        most = max(LEAST_NEAR, int(rows))
        up = np.arange(above[1] - 1, max(above[0] - 1, above[1] - 2 - most), -1)
        down = np.arange(below[0], min(below[1], below[0] + most))
        found = [[_points(trace, own, curve, rows) for curve in (0, 1)] for rows in (up, down)]
        return (
            None if min(len(p[0]) for side in found for p in side) < least else [[_line(p) for p in s] for s in found]
        )

    def apart(a: _Line, b: _Line) -> tuple[float, float]:
        """How far apart two lines are in the middle of the crossing, px, and in slope: both point away from it."""
        return abs((a.column - a.slope * half) - (b.column - b.slope * half)), abs(a.slope + b.slope)

    def off_near(a: _Line, b: _Line) -> NDArray[np.float64]:
        place, slope = apart(a, b)
        return np.minimum((place / stroke_px, slope), 4.0)

    def off_far(a: _Line, b: _Line) -> NDArray[np.float64]:
        place, slope = apart(a, b)
        spread = np.exp(a.habits[0]) + np.exp(b.habits[0]) + 0.4
        by_spread = np.minimum((slope * min(a.rows, b.rows) / spread / 2, place / spread), 4.0)
        return np.concatenate((np.abs(a.habits - b.habits), by_spread))

    if near := lines(max(NEAR_STROKES * stroke_px, half), LEAST_NEAR):
        out[:2] = _exchanged_less_kept(near, off_near)
    if far := lines(FAR_STROKES * stroke_px, LEAST_FAR):
        out[2:] = _exchanged_less_kept(far, off_far)
    return np.tanh(STEEPNESS * out)


def _exchanged_less_kept(lines: list[list[_Line]], off: _Off) -> NDArray[np.float64]:
    (above1, above2), (below1, below2) = lines
    return off(above1, below2) + off(above2, below1) - off(above1, below1) - off(above2, below2)


def _habit(trace: Trace, own: NDArray[np.bool_], begin: int, end: int) -> tuple[float, int]:
    """Return how much more restless curve 1 is in a stretch than curve 2, in logs, and the rows that say so."""
    rows = np.arange(begin, end)
    points = [_points(trace, own, curve, rows) for curve in (0, 1)]
    least = min(len(away) for away, _ in points)
    if least < LEAST_FAR:
        return 0.0, 0
    first, second = (np.log(_restlessness(*p) + 0.1) for p in points)
    return float(first - second), least


def _of_habit(restless: NDArray[np.float64], crossed: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the nats by which each stretch, as it is in the trace, is like the others as they are named now."""
    value, rows = restless.T
    weight = np.minimum(rows, HABIT_LONG_ROWS)
    named = weight * np.where(crossed, -value, value)
    habit = (named.sum() - named) / (weight.sum() - weight + HABIT_DOUBT_ROWS)
    likeness = HABIT_MOST * np.tanh(HABIT * value * habit / HABIT_MOST)
    return np.asarray(likeness * rows / (rows + HABIT_ROWS))
