"""From evidence to candidate runs: in each row, the stretches of ink that may be one curve's stroke.

Separate because a run is all the decode ever sees of the paper. Ink is cut where the class changes, so two
strokes that lie side by side in one blob are two runs; pieces of one stroke that the other curve crosses, or that
a speck of paper parts, are one run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import COLUMN_UNITS, RUNS, Costs

#: Columns of the run table.
LO, HI, CENTRE, OWN, OTHER, SHARE, BESIDE, FRESH, INKED = range(9)
FIELDS = 9
#: ``FRESH`` of a run that is no run: the column that a person stated, where no one stroke's ink is.
STATED = 2
#: p1 + p2 above which a pixel is evidence ink, of 255.
INK_FLOOR = 64
#: Most pieces of ink looked at in one row: beyond this it is a picture, not a track.
PIECES = 192
#: How far from a track's width two strokes may stand apart for the one to be the other's continuation, as its share.
WRAP_SHARE = 0.04

# A piece: first column, last column, class, sum of p1, sum of p2, and their moments.
_LO, _HI, _CLS, _S1, _S2, _M1, _M2 = range(7)


@compiled
def _pieces_of_row(p1: NDArray[np.uint8], p2: NDArray[np.uint8], pieces: NDArray[np.int64]) -> int:
    """Fill ``pieces`` with the one-class pieces of ink of one row; return their number."""
    n = 0
    for col in range(p1.shape[0]):
        a = np.int64(p1[col])
        b = np.int64(p2[col])
        if a + b < INK_FLOOR:
            continue
        cls = 0 if a >= b else 1
        if n > 0 and pieces[n - 1, _HI] == col - 1 and pieces[n - 1, _CLS] == cls:
            pieces[n - 1, _HI] = col
        else:
            if n == PIECES:
                return n
            pieces[n, _LO] = col
            pieces[n, _HI] = col
            pieces[n, _CLS] = cls
            pieces[n, _S1] = 0
            pieces[n, _S2] = 0
            pieces[n, _M1] = 0
            pieces[n, _M2] = 0
            n += 1
        pieces[n - 1, _S1] += a
        pieces[n - 1, _S2] += b
        pieces[n - 1, _M1] += a * col
        pieces[n - 1, _M2] += b * col
    return n


@compiled
def _absorb_slivers(pieces: NDArray[np.int64], n: int, sliver: int) -> int:
    """Give slivers narrower than ``sliver`` px to the wider piece they touch; return the number left."""
    for i in range(n):
        width = pieces[i, _HI] - pieces[i, _LO] + 1
        if width >= sliver:
            continue
        best = width
        cls = pieces[i, _CLS]
        if i > 0 and pieces[i - 1, _HI] == pieces[i, _LO] - 1:
            near = pieces[i - 1, _HI] - pieces[i - 1, _LO] + 1
            if near > best:
                best = near
                cls = pieces[i - 1, _CLS]
        if i + 1 < n and pieces[i + 1, _LO] == pieces[i, _HI] + 1:
            near = pieces[i + 1, _HI] - pieces[i + 1, _LO] + 1
            if near > best:
                cls = pieces[i + 1, _CLS]
        pieces[i, _CLS] = cls
    kept = 0
    for i in range(n):
        if kept > 0 and pieces[kept - 1, _HI] == pieces[i, _LO] - 1 and pieces[kept - 1, _CLS] == pieces[i, _CLS]:
            pieces[kept - 1, _HI] = pieces[i, _HI]
            for f in range(_S1, _M2 + 1):
                pieces[kept - 1, f] += pieces[i, f]
        else:
            if kept != i:
                pieces[kept] = pieces[i]
            kept += 1
    return kept


@compiled
def _joins(pieces: NDArray[np.int64], before: int, after: int, costs: Costs) -> bool:
    """Return True where two pieces of one class are one stroke: a speck of paper, or the other curve, between."""
    distance = pieces[after, _LO] - pieces[before, _HI] - 1
    if distance <= max(1.0, 0.25 * costs.stroke):
        return True
    inked = True
    for i in range(before, after):
        if pieces[i + 1, _LO] != pieces[i, _HI] + 1:
            inked = False
    return inked and distance <= 2.5 * costs.stroke


@compiled
def _write_run(
    run: NDArray[np.int32],
    joined: NDArray[np.int64],
    cls: int,
    beside: int,
    col0: int,
    border: NDArray[np.float64],
    costs: Costs,
) -> float:
    """Write one run from its joined piece; return the mass by which runs are ranked."""
    own, other = joined[_S1], joined[_S2]
    moment = joined[_M1]
    if cls == 1:
        own, other = other, own
        moment = joined[_M2]
    total = own + other
    width = joined[_HI] - joined[_LO] + 1
    share = (own + 0.02 * total + 1.0) / (1.04 * total + 2.0)
    unsure = max(0.0, 1.0 - total / (255.0 * width)) * costs.weak
    mass = own / (255.0 * costs.stroke)
    reward = costs.explain * (min(1.0, 3.0 * mass) + min(mass, 3.0) / 2.0)
    run[LO] = col0 + joined[_LO]
    run[HI] = col0 + joined[_HI]
    run[CENTRE] = col0 * COLUMN_UNITS + np.int64(np.floor(COLUMN_UNITS * moment / max(1, own) + 0.5))
    run[OWN] = np.int64(min(-np.log(share) * costs.evidence, 1.0 * costs.foreign) + unsure - reward)
    run[OTHER] = np.int64(
        min(-np.log(1.0 - share) * costs.evidence, 1.0 * costs.foreign) + unsure - costs.lent * reward
    )
    run[SHARE] = np.int64(255.0 * share)
    run[BESIDE] = beside
    run[INKED] = min(255, total // width)
    centre = run[CENTRE] / COLUMN_UNITS
    if centre < border[0] - costs.stroke or centre > border[1] + costs.stroke:
        run[OWN] += int(reward + costs.outside)
        run[OTHER] += int(costs.lent * reward + costs.outside)
    return float(min(own / 255.0, 3.0 * costs.stroke))


@compiled
def _runs_of_class(
    pieces: NDArray[np.int64],
    n: int,
    cls: int,
    col0: int,
    border: NDArray[np.float64],
    costs: Costs,
    out: NDArray[np.int32],
    mass: NDArray[np.float64],
) -> int:
    """Write the runs of one class into ``out`` (RUNS, FIELDS), the weightiest where there are too many."""
    joined = np.zeros(7, np.int64)
    kept = 0
    i = 0
    while i < n:
        if pieces[i, _CLS] != cls:
            i += 1
            continue
        joined[:] = pieces[i]
        beside = 1 if i > 0 and pieces[i - 1, _HI] == pieces[i, _LO] - 1 else 0
        last = i
        j = i + 1
        while j < n:
            if pieces[j, _CLS] == cls:
                if not _joins(pieces, last, j, costs):
                    break
                joined[_HI] = pieces[j, _HI]
                for f in range(_S1, _M2 + 1):
                    joined[f] += pieces[j, f]
                last = j
            j += 1
        if last + 1 < n and pieces[last + 1, _LO] == pieces[last, _HI] + 1:
            beside += 2
        at = kept
        if kept == RUNS:
            at = int(np.argmin(mass))
            whole = joined[_S1] if cls == 0 else joined[_S2]
            if min(whole / 255.0, 3.0 * costs.stroke) <= mass[at]:
                i = last + 1
                continue
        else:
            kept += 1
        mass[at] = _write_run(out[at], joined, cls, beside, col0, border, costs)
        i = last + 1
    return kept


@compiled
def _charge_stubs(runs: NDArray[np.int32], border: NDArray[np.float64], costs: Costs) -> None:
    """Charge runs of a row beyond the borders where another stands a track's width away: the curve goes on there."""
    for i in range(runs.shape[0]):
        centre = runs[i, CENTRE] / COLUMN_UNITS
        if border[0] <= centre <= border[1]:
            continue
        for j in range(runs.shape[0]):
            away = abs(runs[j, CENTRE] / COLUMN_UNITS - centre)
            if abs(away - costs.width) < WRAP_SHARE * costs.width:
                runs[i, OWN] += costs.stub
                runs[i, OTHER] += costs.stub
                break


@compiled
def _mark_fresh(runs: NDArray[np.int32], p1: NDArray[np.uint8], p2: NDArray[np.uint8], col0: int) -> None:
    """Mark the runs that no ink of the row above (``p1``, ``p2``) touches: a stroke begins there."""
    for i in range(runs.shape[0]):
        fresh = 1
        for col in range(max(0, runs[i, LO] - col0 - 1), min(p1.shape[0], runs[i, HI] - col0 + 2)):
            if np.int64(p1[col]) + np.int64(p2[col]) >= INK_FLOOR:
                fresh = 0
                break
        runs[i, FRESH] = fresh


@compiled
def find_runs(
    p1: NDArray[np.uint8],
    p2: NDArray[np.uint8],
    col0: int,
    borders: NDArray[np.float64],
    costs: Costs,
    above: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the candidate runs of a block of rows.

    Parameters
    ----------
    p1, p2
        ``(above + h, w)`` uint8 evidence, 0..255, zero off ink.
    col0
        Scan column of the first evidence column.
    borders
        ``(h, 2)`` float64: the track's left and right border in each row, scan px; ink outside them is worth less.
    costs
        The track's charges.
    above
        1 where the first row only shows what stands above the block, else 0.

    Returns
    -------
    ``(runs, first)``: runs ``(m, FIELDS)`` int32, scan px, costs in units; ``first`` ``(2h + 1,)`` int32: the runs of
    row r and class c are ``runs[first[2r + c]:first[2r + c + 1]]``.
    """
    h = p1.shape[0] - above
    runs = np.zeros((h * 2 * RUNS, FIELDS), np.int32)
    first = np.zeros(2 * h + 1, np.int32)
    pieces = np.zeros((PIECES, 7), np.int64)
    mass = np.zeros(RUNS, np.float64)
    sliver = int(0.25 * costs.stroke)
    m = 0
    for row in range(h):
        begin = m
        n = _pieces_of_row(p1[above + row], p2[above + row], pieces)
        if sliver > 1 and n > 1:
            n = _absorb_slivers(pieces, n, sliver)
        for cls in range(2):
            kept = _runs_of_class(pieces, n, cls, col0, borders[row], costs, runs[m : m + RUNS], mass)
            if above + row > 0:
                _mark_fresh(runs[m : m + kept], p1[above + row - 1], p2[above + row - 1], col0)
            m += kept
            first[2 * row + cls + 1] = m
        _charge_stubs(runs[begin:m], borders[row], costs)
    return runs[:m].copy(), first
