"""How far a row's value can be trusted, 0..1: more with clear ink of its own, less in long gaps and shared ink.

Separate because it is judged, and calibrated, apart from the decode.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.runs import SHARE

_OWN, _BRIDGED, _SHARED = 1, 2, 3
#: Set so that on rendered logs with spoilt evidence a value of 0.6 is right about six times in ten.
#: A bridged row starts here and halves with every HALVING_STROKES strokes of gap; shared ink is worth this much.
BRIDGED_AT_BEST, SHARED_AT_BEST = 0.65, 0.6
HALVING_STROKES = 8.0


@compiled
def rate(
    on: NDArray[np.int8], ink: NDArray[np.int32], kind: NDArray[np.uint8], stroke: float, out: NDArray[np.float32]
) -> None:
    """Fill ``out`` ``(n,)`` float32 with the confidence of each row of one curve.

    Parameters
    ----------
    on
        ``(n,)`` int8: what the curve stands on.
    ink
        ``(n, FIELDS)`` int32: the run stood on.
    kind
        ``(n,)`` uint8: a TraceKind each.
    stroke
        Stroke width, px.
    """
    n = on.shape[0]
    row = 0
    while row < n:
        if kind[row] == _OWN:
            out[row] = np.sqrt(ink[row, SHARE] / 255.0) if on[row] >= 0 else 0.0
            row += 1
            continue
        end = row
        while end < n and kind[end] == kind[row]:
            end += 1
        value = 0.0
        if kind[row] == _BRIDGED:
            value = BRIDGED_AT_BEST * 0.5 ** ((end - row) / (HALVING_STROKES * stroke))
        elif kind[row] == _SHARED:
            value = SHARED_AT_BEST * 0.5 ** ((end - row) / (4.0 * HALVING_STROKES * stroke))
        out[row:end] = value
        row = end
