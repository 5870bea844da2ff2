"""sighted: where each curve of a track is on the paper, by what the model sees along it; kept, and judged again in part.

Separate because it keeps cells, while the judgement without them (``presence``) goes row by row; a track whose model tells
nothing but classes has none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.segmentation.sight import EXCHANGED, FIELDS, Seen
from veerdesk.tracing.cell_states import settle_cells
from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import AT, SHARING
from veerdesk.tracing.presence_net import FOLLOWED, REACH, PresenceNet, answers, cell_rows, follow, shipped_net

#: So far up and down a person's word makes a curve present, strokes: the next dash, and the ink beside a pin.
_SPREAD_STROKES = 8.0
#: An answer counts for this much at least where its cell was settled: a curve comes and goes between two cells.
_SURE = np.float32(0.05)


@compiled
def _is_stated(on: NDArray[np.int8], force: NDArray[np.uint8], said: NDArray[np.bool_], row: int, curve: int) -> bool:
    """Return True where a person says that a curve is there: by a pin, or by ink that it was given and stands on."""
    return bool(force[row, curve] in (AT, SHARING) or (said[row, curve] and on[row, curve] >= 0))


@compiled
def _write_present(
    answer: NDArray[np.float32], at: NDArray[np.int64], on: NDArray[np.int8], force: NDArray[np.uint8],
    said: NDArray[np.bool_], spread: int, begin: int, end: int, present: NDArray[np.int8],
) -> None:  # fmt: skip
    """Fill ``present`` in rows ``[begin, end)``: ``answer`` is settled, from nought on present, and lies on lines between cells.

    A curve is present ``spread`` rows up and down from where a person says that it is, whatever is seen there.
    """
    cell = 0
    for row in range(begin, end):
        while cell < len(at) - 1 and at[cell + 1] <= row:
            cell += 1
        for curve in range(2):
            value = answer[cell, curve]
            if at[cell] < row and cell < len(at) - 1:
                share = (row - at[cell]) / (at[cell + 1] - at[cell])
                value += share * (answer[cell + 1, curve] - value)
            present[row, curve] = 1 if value >= 0 else 0
    n = len(on)
    for curve in range(2):
        for row in range(max(0, begin - spread), min(n, end + spread)):
            if _is_stated(on, force, said, row, curve):
                present[max(begin, row - spread) : min(end, row + spread + 1), curve] = 1


@compiled
def _settled_answer(answer: NDArray[np.float32], least: float, present: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return what answers have above ``least``, at least `_SURE` on the side on which the cell was settled."""
    out = np.empty_like(answer)
    for cell in range(len(answer)):
        for curve in range(2):
            value = answer[cell, curve] - np.float32(least)
            out[cell, curve] = max(value, _SURE) if present[cell, curve] else min(value, -_SURE)
    return out


@compiled
def _turned_cells(
    cells: NDArray[np.uint8], at: NDArray[np.int64], turned: NDArray[np.bool_], said: NDArray[np.bool_], first: int,
    last: int, out: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Fill ``out`` for cells ``[first, last)``: True where the slots stand the other way round than the network saw them.

    So they do where the job or a person exchanged the whole track, and in rows where a person exchanged the ink.
    """
    for cell in range(first, last):
        a, b = cell_rows(at, cell, len(turned))
        against, agreed = 0, 0
        for row in range(a, b):
            if turned[row]:
                against += 1
            elif said[row, 0] or said[row, 1]:
                agreed += 1
        out[cell] = ((cells[cell, 0] & EXCHANGED) != 0) != (against > agreed)


class SightedPresence:
    """The cells of one track and what they answer.

    Parameters
    ----------
    rows
        Rows of the track.
    stroke_px
        Stroke width, px.
    net
        The fitted numbers; None: those that ship.
    """

    def __init__(self, rows: int, stroke_px: float, net: PresenceNet | None = None) -> None:
        self._rows, self._stroke, self._net = rows, stroke_px, net
        self._at = np.zeros(0, np.int64)
        self._cells = np.zeros((0, FIELDS), np.uint8)
        self._told = np.zeros((0, FOLLOWED), np.float32)
        self._answer = np.zeros((0, 2), np.float32)
        self._ahead, self._came = np.zeros((0, 2), np.float32), np.zeros((0, 2), np.int8)
        self._settled = np.zeros((0, 2), np.bool_)
        self._is_turned = np.zeros(0, np.bool_)
        self._said, self._turned = np.zeros((rows, 2), np.bool_), np.zeros(rows, np.bool_)
        self._dirty: tuple[int, int] | None = None

    @property
    def has_cells(self) -> bool:
        """True where the model tells what it sees along this track."""
        return len(self._at) > 0

    def followed(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return copies of the cells' rows, ``(k,)``, and how the curves were followed in each, ``(k, FOLLOWED)``."""
        return self._at.copy(), self._told.copy()

    def take(self, start: int, seen: Seen, top: int) -> None:
        """Take what is known of rows from ``start`` on; ``top`` is the track's first scan row, rows are counted from it."""
        stop = start + len(seen.turned)
        self._said[start:stop], self._turned[start:stop] = seen.said, seen.turned
        at = seen.sight.at - top
        first, last = (int(k) for k in np.searchsorted(self._at, (start, stop)))
        if np.array_equal(self._at[first:last], at) and np.array_equal(self._cells[first:last], seen.sight.cells):
            return
        was_empty = not self.has_cells
        beside = [0 if first == 0 else int(self._at[first - 1])]
        beside.append(self._rows if last == len(self._at) else int(self._at[last]) + 1)
        self._at = np.concatenate((self._at[:first], at, self._at[last:]))
        self._cells = np.concatenate((self._cells[:first], seen.sight.cells, self._cells[last:]))
        names = "_told", "_answer", "_ahead", "_came", "_settled", "_is_turned"
        for name in names:
            kept = getattr(self, name)
            blank = np.zeros((len(at), *kept.shape[1:]), kept.dtype)
            setattr(self, name, np.concatenate((kept[:first], blank, kept[last:])))
        a, b = (0, self._rows) if was_empty or not self.has_cells else beside
        self._dirty = (a, b) if self._dirty is None else (min(a, self._dirty[0]), max(b, self._dirty[1]))

    def judge(
        self,
        on: NDArray[np.int8],
        ink: NDArray[np.int32],
        force: NDArray[np.uint8],
        rows: tuple[int, int],
        present: NDArray[np.int8],
    ) -> tuple[int, int]:
        """Judge anew after rows ``[a, b)`` changed; fill ``present`` ``(n, 2)`` and return the rows looked at.

        ``on`` is settled (``turns``), ``ink`` and ``force`` are as decoded.
        """
        a, b = rows
        if self._dirty is not None:
            a, b, self._dirty = min(a, self._dirty[0]), max(b, self._dirty[1]), None
        at, count, n = self._at, len(self._at), self._rows
        middles = (at[:-1] + at[1:] + 1) // 2
        low = int(np.searchsorted(middles, a, side="right"))
        below = min(b, n - 1)  # a slope is told one row below
        high = min(count, int(np.searchsorted(middles, below, side="right")) + 1)
        _turned_cells(self._cells, at, self._turned, self._said, low, high, self._is_turned)
        follow(on, ink, at, self._is_turned, self._stroke, low, high, self._told)
        first, last = max(0, low - REACH), min(count, high + REACH)
        begin, end = max(0, first - REACH), min(count, last + REACH)
        here = slice(begin, end)
        net, spread = self._net or shipped_net(), round(_SPREAD_STROKES * self._stroke)
        answer = answers(net, self._cells[here], self._told[here], self._is_turned[here])
        self._answer[first:last] = answer[first - begin : last - begin]
        kept = self._ahead, self._came, self._settled
        first, last = settle_cells(self._answer, net.least, net.change, first, last, *kept)
        top = 0 if first == 0 else int(at[first - 1])
        bottom = n if last == count else int(at[last]) + 1
        top, bottom = max(0, min(top, a - spread)), min(n, max(bottom, b + spread))
        known = slice(max(0, int(np.searchsorted(at, top)) - 1), min(count, int(np.searchsorted(at, bottom)) + 1))
        settled = _settled_answer(self._answer[known], net.least, self._settled[known])
        _write_present(settled, at[known], on, force, self._said, spread, top, bottom, present)
        return top, bottom
