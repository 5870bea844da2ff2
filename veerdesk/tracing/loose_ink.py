"""loose ink: pieces of the curves' ink on which neither curve stands, found block by block once both have been followed.

Separate because the decode leaves ink aside where a jump onto it costs more than it explains: often a speck or a printed line,
but as often the limb of a spike that was missed. Whoever reviews the track must be led there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan
from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.runs import HI, INKED, LO

#: Runs that are less a curve's than this, of 255, are printed lines; strokes beside a curve's ends that are its ragged edge.
_LEAST_INKED, _EDGE_STROKES, _EDGE_PX = 128, 0.75, 1.0
#: Smallest piece, squares of a stroke; pieces kept of one block, and looked at in one row.
LEAST_AREA, _MOST, _OPEN = 0.5, 512, 64
#: Fields of a piece: rows, columns, pixels, sum of how sure the model is of them, distance to the nearer curve.
_TOP, _BOTTOM, _LEFT, _RIGHT, _AREA, _INK, _AWAY = range(7)


@dataclass(frozen=True, slots=True)
class LooseInk:
    """One piece: its rows and scan columns ``[left, right)``, what it covers in squares of a stroke, how sure the model is
    that it is a curve's (0..1), and the strokes of paper between it and the nearer curve."""

    rows: RowSpan
    left: int
    right: int
    area: float
    inked: float
    away: float


@compiled
def _free_parts(
    lo: int, hi: int, low: NDArray[np.float32], high: NDArray[np.float32], edge: float, parts: NDArray[np.int64]
) -> int:
    """Write the parts ``[lo, hi]`` of a run that no curve covers in its row or those beside it; return their number."""
    n = 1
    parts[0, 0], parts[0, 1] = lo, hi
    for curve in range(2):
        for row in range(3):
            if not low[curve, row] <= high[curve, row]:  # NaN: absent
                continue
            a, b = int(np.floor(low[curve, row] - edge)), int(np.ceil(high[curve, row] + edge))
            for k in range(n):
                if parts[k, 1] < a or parts[k, 0] > b:
                    continue
                if parts[k, 0] < a and parts[k, 1] > b:
                    parts[n, 0], parts[n, 1] = b + 1, parts[k, 1]
                    parts[k, 1] = a - 1
                    n += 1
                elif parts[k, 0] < a:
                    parts[k, 1] = a - 1
                elif parts[k, 1] > b:
                    parts[k, 0] = b + 1
                else:
                    parts[k, 1] = parts[k, 0] - 1  # nothing is left
    return n


@compiled
def _away(piece: NDArray[np.float64], low: NDArray[np.float32], high: NDArray[np.float32], far: float) -> float:
    """Return the px between a piece and the nearer curve at its first and last row; ``far`` where there is none."""
    least = far
    for curve in range(2):
        for row in (int(piece[_TOP]) + 1, int(piece[_BOTTOM])):
            if low[curve, row] <= high[curve, row]:
                least = min(least, max(0.0, low[curve, row] - piece[_RIGHT] + 1, piece[_LEFT] - high[curve, row]))
    return float(least)


@compiled
def _loose_pieces(
    runs: NDArray[np.int32], first: NDArray[np.int32], low: NDArray[np.float32], high: NDArray[np.float32],
    stroke: float, far: float, out: NDArray[np.float64],
) -> int:  # fmt: skip
    """Write the pieces of one block; ``low`` and ``high`` have a row more at each end. Return their number."""
    edge = _EDGE_STROKES * stroke + _EDGE_PX
    open_at = np.zeros(
        (2, _OPEN, 3), np.int64
    )  # left and right column in the row above, and the piece's place in `out`
    parts = np.zeros((16, 2), np.int64)
    n = before = 0
    for row in range(first.shape[0] // 2):
        now = 0
        above, here = open_at[row % 2], open_at[1 - row % 2]
        for i in range(first[2 * row], first[2 * row + 2]):
            if runs[i, INKED] < _LEAST_INKED:
                continue
            for k in range(
                _free_parts(runs[i, LO], runs[i, HI], low[:, row : row + 3], high[:, row : row + 3], edge, parts)
            ):
                lo, hi = parts[k, 0], parts[k, 1]
                if hi < lo or now == _OPEN:
                    continue
                at = -1
                for j in range(before):
                    if above[j, 0] <= hi + 1 and above[j, 1] >= lo - 1:
                        at = above[j, 2]
                        break
                for j in range(now):
                    if at < 0 and here[j, 0] <= hi + 1 and here[j, 1] >= lo - 1:
                        at = here[j, 2]
                if at < 0:
                    if n == _MOST:
                        continue
                    at = n
                    n += 1
                    out[at, _TOP], out[at, _LEFT], out[at, _RIGHT] = row, lo, hi + 1
                    out[at, _AREA], out[at, _INK] = 0.0, 0.0
                out[at, _BOTTOM] = row + 1
                out[at, _LEFT], out[at, _RIGHT] = min(out[at, _LEFT], lo), max(out[at, _RIGHT], hi + 1)
                out[at, _AREA] += hi - lo + 1
                out[at, _INK] += (hi - lo + 1) * runs[i, INKED]
                here[now, 0], here[now, 1], here[now, 2] = lo, hi, at
                now += 1
        before = now
    kept = 0
    for at in range(n):
        if out[at, _AREA] >= LEAST_AREA * stroke * stroke:
            out[kept] = out[at]
            out[kept, _AWAY] = _away(out[kept], low, high, far)
            kept += 1
    return kept


def loose_ink(
    rows: RowSpan, runs: NDArray[np.int32], first: NDArray[np.int32], low: NDArray[np.float32], high: NDArray[np.float32],
    stroke: float, width: float,
) -> tuple[LooseInk, ...]:  # fmt: skip
    """Return the loose ink of one block of rows, from the top; a piece that two blocks share is two.

    Parameters
    ----------
    rows
        The block, h rows of the scan.
    runs, first
        Its candidate runs, as ``find_runs`` gives them.
    low, high
        ``(2, h + 2)`` float32: the ends of both curves' strokes, scan px, in the block and the rows beside it; NaN: none.
    stroke, width
        Stroke width, and the track's, px.
    """
    out = np.zeros((_MOST, 7))
    n = _loose_pieces(runs, first, low, high, stroke, max(width, stroke), out)
    return tuple(
        LooseInk(
            RowSpan(rows.start + int(p[_TOP]), rows.start + int(p[_BOTTOM])), int(p[_LEFT]), int(p[_RIGHT]),
            float(p[_AREA] / stroke**2), float(p[_INK] / (255.0 * p[_AREA])), float(p[_AWAY] / stroke),
        )
        for p in out[:n]
    )  # fmt: skip
