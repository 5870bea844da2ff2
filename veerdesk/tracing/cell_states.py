"""cell_states: in which cells of a track each curve is on the paper, where to come or to go costs something.

Separate because answers of single cells flicker; fitting the cost (``training.presence_fit``) and judging a track
(``sighted``) must settle them in one way. A part settled again is the whole settled again, to the last bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.compiled import compiled


@compiled
def _forward(
    answer: NDArray[np.float32], least: float, change: float, curve: int, first: int, last: int,
    ahead: NDArray[np.float32], came: NDArray[np.int8],
) -> int:  # fmt: skip
    """Fill ``ahead`` and ``came`` from cell ``first`` on until they stand as they did below ``last``; return where that is."""
    count, most = len(answer), np.float32(change)
    here = np.float32(0.0)
    if first > 0:
        here = min(max(ahead[first - 1, curve], -most), most) + (answer[first - 1, curve] - np.float32(least))
    for cell in range(first, count):
        if cell >= last and ahead[cell, curve] == here:
            return cell
        ahead[cell, curve] = here
        came[cell, curve] = 1 if here < -most else -1 if here > most else 0
        here = min(max(here, -most), most) + (answer[cell, curve] - np.float32(least))
    return count


@compiled
def settle_cells(
    answer: NDArray[np.float32], least: float, change: float, first: int, last: int, ahead: NDArray[np.float32],
    came: NDArray[np.int8], present: NDArray[np.bool_],
) -> tuple[int, int]:  # fmt: skip
    """Settle presence after the answers of cells ``[first, last)`` changed; return the cells that may be judged otherwise.

    The likeliest course of present and absent over all cells: each cell counts by what its answer has above ``least``, and
    each change costs ``change``. How far present is ahead stays within that, so it soon is again what it was before.

    Parameters
    ----------
    answer
        ``(k, 2)`` float32, log odds that each curve is there.
    least, change
        The answer from which on a curve is rather there than not, and what it costs to come or to go; 0: cells stand alone.
    ahead, came
        ``(k, 2)`` float32 and int8, kept from the last time: how far present is ahead above the cell, and whether present
        comes of absent there (1), absent of present (-1) or both of themselves (0). Anything in ``[first, last)``.
    present
        ``(k, 2)`` bool, to be filled.
    """
    begin, end = first, last
    if not len(answer):
        return begin, end
    for curve in range(2):
        bottom = _forward(answer, least, change, curve, first, last, ahead, came)
        if bottom == len(answer):
            above = min(max(ahead[bottom - 1, curve], -np.float32(change)), np.float32(change))
            here = above + (answer[bottom - 1, curve] - np.float32(least)) >= 0
        else:  # from here down all stands as it did
            here = present[bottom, curve]
            if (here and came[bottom, curve] == 1) or (not here and came[bottom, curve] == -1):
                here = not here
        end, top = max(end, bottom), 0
        for cell in range(bottom - 1, -1, -1):
            if cell < first and present[cell, curve] == here:
                top = cell + 1
                break
            present[cell, curve] = here
            if (here and came[cell, curve] == 1) or (not here and came[cell, curve] == -1):
                here = not here
        begin = min(begin, top)
    return begin, end
