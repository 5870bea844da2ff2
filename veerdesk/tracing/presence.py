"""presence: where a followed curve is on the paper at all, judged over long stretches once both have been followed.

Separate because the decode charges row by row, and there a faint grid line, a speck, or a stay behind the other curve
costs as little as being absent: only many rows together tell. What is judged absent is null; nothing is followed anew.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.tracing.behind import hide_in_gaps
from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import AT, GONE, RUNS, SHARING
from veerdesk.tracing.moves import GAP, HIDDEN
from veerdesk.tracing.presence_net import PresenceNet
from veerdesk.tracing.runs import HI, INKED, LO, SHARE
from veerdesk.tracing.sighted import SightedPresence
from veerdesk.tracing.turns import settle_turns

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
#: How far present is ahead is kept every so many rows, to go on from.
_STEP = 64


@compiled
def _count_widths(
    on: NDArray[np.int8], ink: NDArray[np.int32], a: int, b: int, widths: NDArray[np.int16], counts: NDArray[np.int64]
) -> None:
    """Count anew how broad each curve's ink is in rows ``[a, b)``; -1 where it stands on none of its own."""
    for row in range(a, b):
        for curve in range(2):
            width = -1
            if on[row, curve] >= 0:
                width = min(_WIDTHS - 1, ink[row, curve, HI] - ink[row, curve, LO] + 1)
            if width != widths[row, curve]:
                if widths[row, curve] >= 0:
                    counts[curve, widths[row, curve]] -= 1
                if width >= 0:
                    counts[curve, width] += 1
                widths[row, curve] = width


@compiled
def _thin_px(counts: NDArray[np.int64]) -> int:
    """Return the width that three in four rows of a curve's ink reach, px."""
    total, passed = counts.sum(), 0
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
def _judge(
    on: NDArray[np.int8], ink: NDArray[np.int32], force: NDArray[np.uint8], curve: int, scale: float, thin_px: int,
    a: int, b: int, aheads: NDArray[np.float64], turned: NDArray[np.int8], present: NDArray[np.int8],
) -> tuple[int, int]:  # fmt: skip
    """Judge one curve's presence in rows ``[a, b)`` and wherever else those rows bear on it; return the rows looked at.

    The likelier of present and absent in each row, where each change costs; exact over all rows. How far present is ahead
    of absent stays within what a change costs, so it soon is again what it was before: there the rest stands.
    """
    n = on.shape[0]
    begin = a - a % _STEP
    ahead = aheads[begin // _STEP, curve]  # how much better present is than absent, above the row
    row = begin
    while row < n:
        if row % _STEP == 0:
            if row >= b and aheads[row // _STEP, curve] == ahead:
                break
            aheads[row // _STEP, curve] = ahead
        turned[row, curve] = 1 if ahead < -_CHANGE else -1 if ahead > _CHANGE else 0
        ahead = min(max(ahead, -_CHANGE), _CHANGE)
        if force[row, curve] in (AT, SHARING):
            ahead = _SETTLED
        else:
            ahead += scale * _said(on, ink, row, curve, thin_px)
        row += 1
    end = row
    here = ahead > 0 if end == n else present[end - 1, curve] > 0
    # The last row looked at bears the old answer where the rest stands: what is below it is as it was.
    for row in range(end - 1, -1, -1):
        if row < begin and (present[row, curve] > 0) == here:
            return row + 1, end
        present[row, curve] = here
        if (here and turned[row, curve] == 1) or (not here and turned[row, curve] == -1):
            here = not here
    return 0, end


@compiled
def _write_kept(
    on: NDArray[np.int8], force: NDArray[np.uint8], present: NDArray[np.int8], curve: int, begin: int, end: int,
    kept: NDArray[np.int8], shown: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Write what is left of ``on`` and ``force`` in rows ``[begin, end)``: GAP, and GONE on ink, where judged absent."""
    for row in range(begin, end):
        is_present = present[row, curve] > 0
        kept[row, curve] = on[row, curve] if is_present else GAP
        shown[row, curve] = force[row, curve] if is_present or on[row, curve] == GAP else GONE


@compiled
def _bar_bridges(
    present: NDArray[np.int8], kept: NDArray[np.int8], curve: int, begin: int, end: int, shown: NDArray[np.uint8]
) -> None:
    """Write GONE in the gaps of rows ``[begin, end)`` that are judged absent and no stay behind the other: nothing bridges them."""
    for row in range(begin, end):
        if kept[row, curve] == GAP and present[row, curve] <= 0:
            shown[row, curve] = GONE


@compiled
def _with_gaps(on: NDArray[np.int8], curve: int, begin: int, end: int) -> tuple[int, int]:
    """Return ``[begin, end)`` and the gaps of the decode that reach into it or up to it."""
    while begin > 0 and on[begin - 1, curve] == GAP:
        begin -= 1
    while end < on.shape[0] and on[end, curve] == GAP:
        end += 1
    return begin, end


@compiled
def _first_and_last(a: NDArray[Any], b: NDArray[Any], begin: int) -> tuple[int, int]:
    """Return the rows ``[first, last)`` of which two columns say different things, counted from ``begin``."""
    first, last = -1, -1
    for row in range(len(a)):
        if a[row] != b[row]:
            first, last = row if first < 0 else first, row
    return (begin + first, begin + last + 1) if first >= 0 else (begin, begin)


class Presence:
    """Where each curve of one track is on the paper: judged once over all rows, and again wherever rows changed.

    Parameters
    ----------
    rows
        Rows of the track.
    stroke_px, contact_px
        Stroke width, and px within which two strokes touch.
    net
        The numbers by which cells are judged (``sighted``); None: those that ship.
    """

    def __init__(self, rows: int, stroke_px: float, contact_px: float, net: PresenceNet | None = None) -> None:
        self._stroke, self._contact = stroke_px, contact_px
        self._scale = math.sqrt(_STROKE_PX / stroke_px)
        self._widths, self._counts = np.full((rows, 2), -1, np.int16), np.zeros((2, _WIDTHS), np.int64)
        self._thin = [0, 0]
        self._aheads = np.zeros((rows // _STEP + 1, 2))
        #: 1: present came from absent above the row; -1: absent came from present.
        self._turned = np.zeros((rows, 2), np.int8)
        self._present = np.zeros((rows, 2), np.int8)
        self._settled = np.full((rows, 2), GAP, np.int8)
        self.sighted = SightedPresence(rows, stroke_px, net)
        self._goes_by_sight = False
        self.kept = np.full((rows, 2), GAP, np.int8)
        self.shown = np.zeros((rows, 2), np.uint8)

    def judge(
        self, on: NDArray[np.int8], ink: NDArray[np.int32], force: NDArray[np.uint8], a: int, b: int
    ) -> tuple[int, int]:
        """Judge anew after rows ``[a, b)`` changed; return those rows and the rows of which it is now judged otherwise.

        ``kept`` is then ``on`` with GAP where a curve is judged absent and HIDDEN where a gap is a stay behind the other,
        ``shown`` is ``force`` with GONE where a curve is judged absent; both as if all rows were judged from nothing.

        Parameters
        ----------
        on
            ``(n, 2)`` int8: run number, GAP or HIDDEN.
        ink
            ``(n, 2, FIELDS)`` int32: the runs stood on; in gaps the other's run, or nothing, is written.
        force
            ``(n, 2)`` uint8: what a person forced.
        a, b
            The rows whose ``on``, ``ink`` or ``force`` may differ from the last time, counted from the track's first.
        """
        changed = a, b
        a, b = settle_turns(on, ink, force, a, b, self._settled)
        if self._goes_by_sight and not self.sighted.has_cells:  # the cells went, as under another model
            a, b = 0, len(on)
        self._goes_by_sight = self.sighted.has_cells
        if self._goes_by_sight:
            begin, end = self.sighted.judge(self._settled, ink, force, (a, b), self._present)
            return self._settle(on, ink, force, begin, end, changed)
        _count_widths(self._settled, ink, a, b, self._widths, self._counts)
        thin = [_thin_px(self._counts[1 - curve]) for curve in range(2)]
        looked = []
        for curve in range(2):
            span = (a, b) if thin[curve] == self._thin[curve] else (0, len(on))
            says = curve, self._scale, thin[curve]
            looked.append(_judge(self._settled, ink, force, *says, *span, self._aheads, self._turned, self._present))
        self._thin = thin
        return self._settle(on, ink, force, min(s[0] for s in looked), max(s[1] for s in looked), changed)

    def _settle(
        self,
        on: NDArray[np.int8],
        ink: NDArray[np.int32],
        force: NDArray[np.uint8],
        begin: int,
        end: int,
        changed: tuple[int, int],
    ) -> tuple[int, int]:
        """Write what is kept in rows ``[begin, end)``; return ``changed`` and the rows of which other things are kept now."""
        spans = [_with_gaps(on, curve, begin, end) for curve in range(2)]
        before = [(self.kept[x:y, curve].copy(), self.shown[x:y, curve].copy()) for curve, (x, y) in enumerate(spans)]
        for curve, (x, y) in enumerate(spans):
            _write_kept(on, force, self._present, curve, x, y, self.kept, self.shown)
        for curve, (x, y) in enumerate(spans):
            hide_in_gaps(on, self.kept, ink, self.shown, curve, x, y, self._stroke, self._contact)
            _bar_bridges(self._present, self.kept, curve, x, y, self.shown)
        for curve, (x, y) in enumerate(spans):
            for old, new in zip(before[curve], (self.kept[x:y, curve], self.shown[x:y, curve])):
                first, last = _first_and_last(old, new, x)
                if last > first:
                    changed = min(changed[0], first), max(changed[1], last)
        return changed
