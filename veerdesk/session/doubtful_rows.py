"""Rows whose values are more likely wrong than right though nothing crosses there: the places of the review between crossings.

Separate because a curve goes astray in a gap, on a steep limb, on a grid line or at the tip of a spike too, and nobody who
looks at crossings alone would ever be led there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.chance import shipped_reliability
from veerdesk.rows import RowSpan
from veerdesk.session.gap_chance import gap_chance, gaps_of
from veerdesk.session.loose_chance import loose_chance
from veerdesk.session.open_tracks import USUAL_STROKE_PX
from veerdesk.session.printed_line import lies_on_printed_line
from veerdesk.tracing.crossings import Crossing
from veerdesk.tracing.trace import Trace

if TYPE_CHECKING:
    from veerdesk.session.session import Session
    from veerdesk.tracing.loose_ink import LooseInk

#: A row of less chance is doubtful, about as likely wrong as right; a gap of as much as this is not, by what stands beside it.
LEAST_CHANCE, SURE_GAP = 0.55, 0.7
#: A piece of loose ink of less chance is a place.
LEAST_LOOSE_CHANCE = 0.5
#: Doubtful rows with fewer others between them are one place; the shortest place, rows and strokes: a dash's gap is none.
JOIN_ROWS, LEAST_ROWS, LEAST_STROKES = 6, 12, 2.0
#: A curve that leaves its course by this many strokes and is back so few rows later jerks. On 80 rendered logs of every
#: preset 316 of 338 such places had a wrong row in or beside them (235 of them the very row), on the sample all 19: the
#: chance is that of the rendered logs. The threshold was found on the traced windows, where 86 of 111 had one near.
JERK_STROKES, JERK_ROWS, JERK_CHANCE = 1.0, 2, 0.065
#: Rows on each side of a jerk that are looked at with it.
BESIDE_JERK_ROWS = 3
#: Rows beside a crossing's own that are looked at with it.
_BESIDE_ROWS = 8
_BAND_ROWS = 8192

#: Why a place is doubtful: rows of little chance, a curve that jerks, or ink beside it that neither curve took.
Cause = Literal["unsure", "jerk", "loose ink"]


@dataclass(frozen=True, slots=True)
class DoubtfulRows:
    """A place of doubt: its rows, the column of the curve in doubt or of the loose ink (scan px), and the chance that its values are right.

    ``cols`` are the scan columns of loose ink, half-open. At a jerk, where a curve leaves its course for a row or two, and at loose ink there is nothing to exchange from there on.
    """

    rows: RowSpan
    column: float
    chance: float
    cause: Cause = "unsure"
    cols: tuple[int, int] | None = None


def doubtful_rows(
    trace: Trace, crossings: Sequence[Crossing], stroke_px: float, loose: Sequence[LooseInk] = ()
) -> tuple[DoubtfulRows, ...]:
    """Return the doubtful places of a trace from the top, without the rows at its crossings.

    They are stretches of rows of little chance, jerks (a curve that leaves its course sideways for a row or two), and of the
    pieces of ``loose`` ink those that more likely than not tell of a wrong row beside them.
    """
    reliability = shipped_reliability().row
    low = np.isfinite(trace.x) & (trace.confidence < reliability.least(LEAST_CHANCE))  # (2, n)
    shown, top = np.zeros(trace.rows.rows, np.bool_), trace.rows.start
    for crossing in crossings:
        beside = crossing.rows.grown(_BESIDE_ROWS).clipped(trace.rows)
        shown[beside.start - top : beside.stop - top] = True
    starts, stops = _spans(low.any(axis=0) & ~shown)
    is_long = stops - starts >= max(LEAST_ROWS, LEAST_STROKES * stroke_px)
    gaps = gaps_of(trace, 0), gaps_of(trace, 1)
    found = (_place(trace, low, gaps, a, b, stroke_px) for a, b in zip(starts[is_long], stops[is_long], strict=True))
    places = [place for place in found if place.chance < SURE_GAP]
    for more in (_jerks(trace, stroke_px), _loose_places(loose, stroke_px)):
        for place in places:
            shown[place.rows.start - top : place.rows.stop - top] = True
        places += [p for p in more if not shown[p.rows.start - top : p.rows.stop - top].any()]
    return tuple(sorted(places, key=lambda p: p.rows.start))


def _spans(rows: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return starts and stops of the true stretches, those with few others between them as one."""
    at = np.flatnonzero(rows)
    if not at.size:
        return at, at
    cuts = np.flatnonzero(np.diff(at) > JOIN_ROWS) + 1
    return at[np.r_[0, cuts]], at[np.r_[cuts - 1, at.size - 1]] + 1


def _jerks(trace: Trace, stroke_px: float) -> list[DoubtfulRows]:
    """Return the places where a curve jerks."""
    if trace.rows.rows <= 2 * JERK_ROWS:
        return []
    here, jerks = trace.x[:, JERK_ROWS:-JERK_ROWS], _are_jerks(trace.x, JERK_STROKES * stroke_px)
    starts, stops = _spans(np.asarray(jerks.any(axis=0)))
    places = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        curve = int(jerks[:, start:stop].sum(axis=1).argmax())
        column = float(here[curve, start:stop][jerks[curve, start:stop]].mean())
        top = trace.rows.start + JERK_ROWS
        rows = RowSpan(top + start, top + stop).grown(BESIDE_JERK_ROWS).clipped(trace.rows)
        places.append(DoubtfulRows(rows, column, JERK_CHANCE, "jerk"))
    return places


def _are_jerks(x: NDArray[np.float64], least_px: float) -> NDArray[np.bool_]:
    """Return in which rows a curve jerks, ``(2, n)`` columns to ``(2, n - 2 * JERK_ROWS)``: those it can be asked of."""
    jerks = np.empty((2, x.shape[1] - 2 * JERK_ROWS), np.bool_)
    for start in range(0, jerks.shape[1], _BAND_ROWS):  # all at once took ten times as long at 250,000 rows: new memory
        out = jerks[:, start : start + _BAND_ROWS]
        part = x[:, start : start + out.shape[1] + 2 * JERK_ROWS]
        before, here, after = part[:, : -2 * JERK_ROWS], part[:, JERK_ROWS:-JERK_ROWS], part[:, 2 * JERK_ROWS :]
        away = np.abs(here - 0.5 * (before + after))  # NaN where the curve is absent: no jerk
        np.logical_and(away > least_px, away > np.abs(after - before), out=out)
    return jerks


def _loose_places(loose: Sequence[LooseInk], stroke_px: float) -> list[DoubtfulRows]:
    """Return the pieces of loose ink that are doubtful; those that share or nearly share rows are one place."""
    places: list[DoubtfulRows] = []
    for piece in sorted(loose, key=lambda p: p.rows.start):
        chance = loose_chance(piece, stroke_px)
        if chance >= LEAST_LOOSE_CHANCE:
            continue
        rows, cols = piece.rows, (piece.left, piece.right)
        before = places[-1] if places and rows.start - places[-1].rows.stop < JOIN_ROWS else None
        if before is not None and before.cols is not None:
            rows = RowSpan(before.rows.start, max(before.rows.stop, rows.stop))
            cols = min(before.cols[0], cols[0]), max(before.cols[1], cols[1])
            chance = min(before.chance, chance)
            places.pop()
        places.append(DoubtfulRows(rows, 0.5 * (cols[0] + cols[1] - 1), chance, "loose ink", cols))
    return places


def _place(
    trace: Trace,
    low: NDArray[np.bool_],
    gaps: tuple[NDArray[np.int64], NDArray[np.int64]],
    start: int,
    stop: int,
    stroke_px: float,
) -> DoubtfulRows:
    part = low[:, start:stop]
    curve = int(part.sum(axis=1).argmax())
    chance = gap_chance(trace, curve, gaps[curve], start, stop, stroke_px)
    if chance is None:
        chance = float(shipped_reliability().row.of_many(trace.confidence[curve, start:stop][part[curve]]).mean())
    column = float(trace.x[curve, start:stop][part[curve]].mean())
    return DoubtfulRows(RowSpan(trace.rows.start + int(start), trace.rows.start + int(stop)), column, chance)


def doubtful_rows_of(session: Session, track_id: int) -> tuple[DoubtfulRows, ...]:
    """Return the doubtful places of an open track; none before its first decode."""
    trace = session.trace(track_id)
    if trace is None:
        return ()
    stroke_px = session.description.track(track_id).stroke_px or USUAL_STROKE_PX
    loose = [
        piece
        for piece in session.loose_ink(track_id)
        if loose_chance(piece, stroke_px) < LEAST_LOOSE_CHANCE
        and not lies_on_printed_line(session, track_id, piece, stroke_px)
    ]
    return doubtful_rows(trace, session.crossings(track_id), stroke_px, loose)
