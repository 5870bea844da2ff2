"""presence: where a followed curve is on the paper at all, judged over long stretches once both have been followed.

Separate because the decode charges row by row, and there a faint grid line, a speck, or a stay behind the other curve
costs as little as being absent: only many rows together tell. What is judged absent is null; nothing is followed anew.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import AT, GONE, RUNS, SHARING
from veerdesk.tracing.moves import GAP, HIDDEN
from veerdesk.tracing.runs import HI, INKED, LO, SHARE

#: What a row says for the curve's presence, in units of its own. Set on 152 rendered logs, 72 of which lack curves for
#: many rows; the traced windows were looked at afterwards. Ink counts by how sure the model is that it is a curve's at all,
#: and how sure that it is this curve's; ink that is called the other's says less, but does not speak for absence alone.
_CURVE, _CURVE_FROM = 1.7, 0.59
_OWN, _OWN_FROM, _OWN_LEAST = 0.68, 0.55, 0.3
_GAP = 0.085
#: A row behind the other curve, and how much more where that curve's ink is broader than it is for most of the log.
_BEHIND, _BROADER, _BROADER_FROM, _BROADER_MOST = 0.05, 0.1, 0.7, 1.75
#: What it costs to come or to go.
_CHANGE = 2.7
#: Strokes of this width count row by row as above; broader ones have more rows to say the same.
_STROKE_PX = 6.0
_WIDTHS = 1024
_SETTLED = 1000.0


@compiled
def _thin_px(on: NDArray[np.int8], ink: NDArray[np.int32], curve: int) -> int:
    """Return the width that three in four rows of a curve's ink reach, px."""
    counts = np.zeros(_WIDTHS, np.int64)
    total = 0
    for row in range(on.shape[0]):
        if on[row, curve] >= 0:
            counts[min(_WIDTHS - 1, ink[row, curve, HI] - ink[row, curve, LO] + 1)] += 1
            total += 1
    passed = 0
    for width in range(_WIDTHS):
        passed += counts[width]
        if 4 * passed >= total:
            return max(1, width)
    return 1


@compiled
def _said(on: NDArray[np.int8], ink: NDArray[np.int32], row: int, curve: int, thin_px: int) -> float:
    """Return what one row says for a curve's presence."""
    number = on[row, curve]
    if number == GAP:
        return -_GAP
    if number == HIDDEN:
        broader = (ink[row, curve, HI] - ink[row, curve, LO] + 1) / thin_px - _BROADER_FROM
        return float(_BROADER * min(max(0.0, broader), _BROADER_MOST) - _BEHIND)
    share = ink[row, curve, SHARE] / 255.0
    if number // RUNS != curve:
        share = 1.0 - share
    sure = _CURVE * (ink[row, curve, INKED] / 255.0 - _CURVE_FROM)
    return float(sure + _OWN * (max(share, _OWN_LEAST) - _OWN_FROM))


@compiled
def keep_present(
    on: NDArray[np.int8], ink: NDArray[np.int32], force: NDArray[np.uint8], stroke: float, kept: NDArray[np.int8],
    shown: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Fill ``kept`` and ``shown`` with what is left of ``on`` and ``force`` once both curves are judged present or not.

    The likelier of present and absent in each row, both curves apart, where each change costs; exact over all rows.

    Parameters
    ----------
    on
        ``(n, 2)`` int8: run number, GAP or HIDDEN.
    ink
        ``(n, 2, FIELDS)`` int32: the runs stood on.
    force
        ``(n, 2)`` uint8: what a person forced.
    stroke
        Stroke width, px.
    kept, shown
        ``(n, 2)`` outputs: ``on`` with GAP in the rows judged absent, and ``force`` with GONE where ink was judged so.
    """
    n = on.shape[0]
    turned = np.zeros(n, np.int8)  # 1: present came from absent above the row; -1: absent came from present
    scale = math.sqrt(_STROKE_PX / stroke)
    for curve in range(2):
        thin_px = _thin_px(on, ink, 1 - curve)
        ahead = 0.0  # how much better present is than absent
        for row in range(n):
            turned[row] = 1 if ahead < -_CHANGE else -1 if ahead > _CHANGE else 0
            ahead = min(max(ahead, -_CHANGE), _CHANGE)
            word = force[row, curve]
            if word in (AT, SHARING):
                ahead = _SETTLED
            else:
                ahead += scale * _said(on, ink, row, curve, thin_px)
        present = ahead > 0
        for row in range(n - 1, -1, -1):
            kept[row, curve] = on[row, curve] if present else GAP
            shown[row, curve] = force[row, curve] if present or on[row, curve] == GAP else GONE
            if (present and turned[row] == 1) or (not present and turned[row] == -1):
                present = not present
