"""turns: who stands on a stroke on which both curves are, one of them behind the other, decided once for the whole stay.

Separate because the decode pays nothing for two that change places on one stroke row by row, and to judge where each is
present then looked as though each of them had half of that ink for itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import FREE, RUNS
from veerdesk.tracing.moves import HIDDEN
from veerdesk.tracing.runs import SHARE

#: So far from even must a stay's ink be called the one curve's, on the mean, else it belongs to who stood on it first.
_TOLD = 0.1


@compiled
def _is_shared(on: NDArray[np.int8], force: NDArray[np.uint8], row: int) -> bool:
    """Return True where one curve stands behind the other and nobody stated either."""
    is_behind = (on[row, 0] == HIDDEN and on[row, 1] >= 0) or (on[row, 1] == HIDDEN and on[row, 0] >= 0)
    return bool(is_behind and force[row, 0] == FREE and force[row, 1] == FREE)


@compiled
def _owner(on: NDArray[np.int8], ink: NDArray[np.int32], a: int, b: int) -> int:
    """Return 0 or 1: the curve that the stay in rows ``[a, b)`` belongs to."""
    told = 0.0
    for row in range(a, b):
        number = on[row, 0] if on[row, 0] >= 0 else on[row, 1]
        share = ink[row, 0, SHARE] / 255.0 - 0.5
        told += share if number // RUNS == 0 else -share
    if abs(told) > _TOLD * (b - a):
        return 0 if told > 0 else 1
    return 0 if on[a, 0] >= 0 else 1


@compiled
def settle_turns(
    on: NDArray[np.int8], ink: NDArray[np.int32], force: NDArray[np.uint8], a: int, b: int, settled: NDArray[np.int8]
) -> tuple[int, int]:
    """Copy rows ``[a, b)`` of ``on`` into ``settled``, each stay that lies there or reaches in given to one curve alone.

    Returns the rows written: those, and the stays that reach beyond them.

    Parameters
    ----------
    on
        ``(n, 2)`` int8: run number, GAP or HIDDEN, as decoded.
    ink
        ``(n, 2, FIELDS)`` int32: the runs stood on; a hidden curve has the other's.
    force
        ``(n, 2)`` uint8: what a person forced; rows in which anything is forced stay as they are.
    a, b
        Rows that changed.
    settled
        ``(n, 2)`` int8: changed in place.
    """
    n = on.shape[0]
    while 0 < a < n and _is_shared(on, force, a - 1):
        a -= 1
    while 0 < b < n and _is_shared(on, force, b):
        b += 1
    row = a
    while row < b:
        if not _is_shared(on, force, row):
            settled[row] = on[row]
            row += 1
            continue
        start = row
        while row < b and _is_shared(on, force, row):
            row += 1
        owner = _owner(on, ink, start, row)
        for k in range(start, row):
            settled[k, owner] = on[k, 0] if on[k, 0] >= 0 else on[k, 1]
            settled[k, 1 - owner] = HIDDEN
    return a, b
