"""habits: stretches between two crossings in which both curves go as the other one does along the rest of the track.

Separate because no tile can see it: the network names a stroke by the few hundred rows around it, where a smooth curve and a
restless one of like weight look alike, while along the whole track the one always bends more than the other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan
from veerdesk.tracing.courses import rows_between
from veerdesk.tracing.crossings import crossing_spans
from veerdesk.tracing.decode import Evidence
from veerdesk.tracing.trace import Trace, TraceKind

#: Rows between which a change of direction is measured, strokes; a bend of more strokes counts as so many.
_LAGS, _MOST_BEND, _LEAST_BEND = (0.5, 1.0, 2.0, 4.0), 8.0, 0.03
#: Fewer such changes say nothing of a stretch.
_LEAST_MEASURED = 8
#: Stretches on each side that one is held against, how many rows of each count at most, and how few of them say nothing.
_AROUND, _LONG_ROWS, _LEAST_ROWS = 60, 300.0, 150.0
#: Fewer other stretches, each with some rows, say nothing.
OTHERS, _SOME_ROWS = 5, 20.0
#: By how much a curve's bends differ from stretch to stretch at least, in logs, and rows at which that is twice as much (squared).
_SPREAD, _DOUBT_ROWS, _MOST_OFF = 0.5, 30.0, 2.0
#: Degrees of freedom of the distribution by which bends are held against each other: one odd stretch says little.
_FREEDOM = 4.0
#: Nats from which a stretch is taken for exchanged, how many more for each nat a row by which the network is sure of its names
#: there, and how sure of them it may be at most.
_EXCHANGED, _MORE, _SURE = 0.3, 0.2, 5.0
_BAND_ROWS = 1024
#: Of how many of the lags what is usual along the track is the mean, and the rows that speak for no difference.
_USUAL_LAGS, _USUAL_DOUBT = 3, 400.0


def habits_of(trace: Trace, evidence: Evidence, stroke_px: float) -> tuple[tuple[RowSpan, ...], float]:
    """Return the rows in which a track's two curves stand under each other's name, by how they bend along the rest of it.

    With them comes by how much more curve 1 bends than curve 2 along the track, in logs, less where few rows say so.

    Parameters
    ----------
    trace
        Both curves as the model's names have them.
    evidence
        That model's evidence.
    stroke_px
        Stroke width, px.
    """
    spans = crossing_spans(trace, stroke_px)
    edges = np.concatenate(([0], spans.ravel(), [trace.rows.rows])).reshape(-1, 2)
    if len(edges) <= OTHERS:
        return (), 0.0
    own = trace.kind == TraceKind.OWN_INK
    measured = np.array([[_bends(trace.x[c], own[c], a, b, stroke_px) for c in (0, 1)] for a, b in edges.tolist()])
    differ, rows = measured[:, 0, :, 0] - measured[:, 1, :, 0], measured[..., 1].min(axis=1)
    sums = np.concatenate(([0.0], np.cumsum(_named(trace, own, evidence))))
    named = (sums[edges[:, 1]] - sums[edges[:, 0]]) / np.maximum(rows.max(axis=1), 1.0)
    asked = _EXCHANGED + _MORE * np.maximum(named, 0.0)
    exchanged = (exchanged_odds(differ, rows) > asked) & (named < _SURE)
    usual = np.where(exchanged, -1.0, 1.0)[:, None] * differ[:, :_USUAL_LAGS]
    known, weights = np.isfinite(usual), np.minimum(rows[:, :_USUAL_LAGS], _LONG_ROWS)
    bends = float((usual * weights)[known].sum() / (weights[known].sum() + _USUAL_DOUBT))
    return tuple(rows_between(exchanged, spans, trace.rows)), bends


def exchanged_odds(differ: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``(n,)``: by how many nats each stretch's bends are likelier with its curves exchanged, the others being as they are.

    Parameters
    ----------
    differ
        ``(n, lags)``: by how much more curve 1 bends in a stretch than curve 2, in logs; NaN where that is not known.
    rows
        ``(n, lags)``: how many rows say so.
    """
    odds = np.zeros(len(differ))
    known = np.isfinite(differ)
    weights, values = np.where(known, np.minimum(rows, _LONG_ROWS), 0.0), np.where(known, differ, 0.0)
    for k in range(len(differ)):
        first = max(0, k - _AROUND)
        others = np.arange(first, min(len(differ), k + _AROUND + 1))
        others = others[others != k]
        told = [
            _odds(values[k, lag], rows[k, lag], values[others, lag], weights[others, lag])
            for lag in np.flatnonzero(known[k]).tolist()
        ]
        odds[k] = sum(told) / max(1, len(told))
    return odds


def _odds(value: float, rows: float, others: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the nats at one lag: Student's distribution about the others' weighted median, and about its opposite."""
    if weights.sum() < _LEAST_ROWS or (weights > _SOME_ROWS).sum() < OTHERS:
        return 0.0
    order = np.argsort(others, kind="stable")
    rising = np.cumsum(weights[order])
    usual = others[order[np.searchsorted(rising, rising[-1] / 2)]]
    off = np.minimum((others - usual) ** 2, _MOST_OFF)
    square = (weights * off).sum() / weights.sum() + _SPREAD**2 * (1.0 + _DOUBT_ROWS / max(rows, 1.0))
    as_it_is, other_way = (value - usual) ** 2 / square, (value + usual) ** 2 / square
    return float((_FREEDOM + 1) / 2 * (np.log1p(as_it_is / _FREEDOM) - np.log1p(other_way / _FREEDOM)))


def _bends(
    x: NDArray[np.float64], own: NDArray[np.bool_], begin: int, end: int, stroke_px: float
) -> list[tuple[float, float]]:
    """Return for each lag how much a curve bends in a stretch, in logs of strokes, and the rows that say so."""
    out = []
    for lag in _LAGS:
        apart = max(1, round(lag * stroke_px))
        rows = np.arange(begin + apart, end - apart)
        rows = rows[own[rows] & own[rows - apart] & own[rows + apart]]
        if len(rows) < _LEAST_MEASURED:
            out.append((np.nan, 0.0))
            continue
        bend = np.abs(x[rows + apart] - 2.0 * x[rows] + x[rows - apart]) / stroke_px
        out.append((float(np.log(np.minimum(bend, _MOST_BEND).mean() + _LEAST_BEND)), float(len(rows))))
    return out


def _named(trace: Trace, own: NDArray[np.bool_], evidence: Evidence) -> NDArray[np.float64]:
    """Return ``(n,)``: how sure the network is in each row of the names both curves stand under, nats."""
    out = np.zeros(trace.rows.rows)
    for band in trace.rows.bands(_BAND_ROWS):
        p1, p2, col0 = evidence(band)
        top = band.start - trace.rows.start
        for curve, sign in ((0, 1.0), (1, -1.0)):
            rows = np.flatnonzero(own[curve, top : top + band.rows])
            cols = np.clip(np.rint(trace.x[curve, top + rows]).astype(np.int64) - col0, 0, p1.shape[1] - 1)
            out[top + rows] += sign * np.log((p1[rows, cols] + 2.0) / (p2[rows, cols] + 2.0))
    return out
