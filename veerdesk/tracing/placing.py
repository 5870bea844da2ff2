"""placing: both curves' columns, by their ink first and then by where the pen stood, in the rows that a decode touched.

Separate because it keeps what must be kept to place a part again exactly: what the ink alone says of every row.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.rows import RowSpan
from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.confidence import rate
from veerdesk.tracing.costs import Costs
from veerdesk.tracing.pen_net import pen_columns, pen_reach, shipped_pen_net
from veerdesk.tracing.place import place_curve, reach_rows
from veerdesk.tracing.trace import Trace


class Placing:
    """The trace of a track, placed part by part.

    Parameters
    ----------
    rows
        The track's rows, n of them.
    borders
        ``(n, 2)`` float64: the track's borders, px.
    costs
        The track's charges, of which stroke and width are used.
    by_pen
        False where the ink's own columns are wanted: nothing is asked of the network then.
    """

    def __init__(self, rows: RowSpan, borders: NDArray[np.float64], costs: Costs, by_pen: bool) -> None:
        self._borders = borders
        self._stroke, self._width = costs.stroke, costs.width
        self._net = shipped_pen_net() if by_pen else None
        self._ink_x = np.full((2, rows.rows), np.nan)
        self.trace = Trace.absent(rows)

    def place(
        self, a: int, b: int, on: NDArray[np.int8], ink: NDArray[np.int32], shown: NDArray[np.uint8]
    ) -> tuple[int, int] | None:
        """Place both curves in rows ``[a, b)``, and what depends on them; return the rows that changed, None where none did.

        Parameters
        ----------
        on
            ``(n, 2)`` int8: run number, GAP or HIDDEN.
        ink
            ``(n, 2, FIELDS)`` int32: the run stood on.
        shown
            ``(n, 2)`` uint8: what a person forced.
        """
        trace, touched = self.trace, []
        changed: list[tuple[int, int]] = []
        planes: tuple[NDArray[Any], ...] = trace.low, trace.high, trace.kind
        for curve in range(2):
            begin, end = _on_ink_around(on, curve, a, b, reach_rows(self._stroke))
            x, *others = self._by_its_ink(curve, begin, end, on, ink, shown)
            self._ink_x[curve, begin:end] = x
            for plane, new in zip(planes, others):
                changed += _write(plane[curve], begin, new)
            kind, rated = trace.kind[curve, begin:end], trace.confidence[curve, begin:end]
            rate(on[begin:end, curve], ink[begin:end, curve], kind, self._stroke, rated)
            touched.append((begin, end))
        reach = 0 if self._net is None else pen_reach(self._stroke)
        top = max(0, min(t[0] for t in touched) - reach)
        bottom = min(len(on), max(t[1] for t in touched) + reach)
        for curve in range(2):
            changed += _write(trace.x[curve], top, self._by_the_pen(curve, top, bottom, ink, shown))
        return (min(c[0] for c in changed), max(c[1] for c in changed)) if changed else None

    def _by_its_ink(
        self, curve: int, begin: int, end: int, on: NDArray[np.int8], ink: NDArray[np.int32], shown: NDArray[np.uint8]
    ) -> tuple[NDArray[Any], ...]:
        """Return x, low, high and kind of one curve in rows ``[begin, end)``; looks beyond both ends."""
        beyond = reach_rows(self._stroke)
        top, bottom = max(0, begin - beyond), min(len(on), end + beyond)
        n, here = bottom - top, slice(top, bottom)
        out = np.empty(n), np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.uint8)
        borders = self._borders[here]
        place_curve(on[here, curve], ink[here, curve], shown[here, curve], borders, self._stroke, self._width, *out)
        return tuple(plane[begin - top : end - top] for plane in out)

    def _by_the_pen(
        self, curve: int, a: int, b: int, ink: NDArray[np.int32], shown: NDArray[np.uint8]
    ) -> NDArray[np.float64]:
        """Return the columns of one curve in rows ``[a, b)``; its stroke's ends stay its ink's, by which pixels are owned."""
        if self._net is None:
            return self._ink_x[curve, a:b]
        reach = pen_reach(self._stroke)
        top, bottom = max(0, a - reach), min(len(ink), b + reach)
        # Copies, so that a part and the whole are of one type to the compiler: no gesture waits for it.
        trace = self.trace
        planes = (self._ink_x, trace.low, trace.high, trace.kind)
        x, low, high, kind = (np.ascontiguousarray(plane[:, top:bottom]) for plane in planes)
        stood, forced = np.ascontiguousarray(ink[top:bottom]), np.ascontiguousarray(shown[top:bottom, curve])
        return pen_columns(self._net, curve, a - top, b - top, x, low, high, kind, stood, forced, self._stroke)


def _write(plane: NDArray[Any], begin: int, new: NDArray[Any]) -> list[tuple[int, int]]:
    """Write one curve's rows from ``begin`` on; return the rows of them that differ from what stood there, none or one span."""
    old = plane[begin : begin + len(new)]
    where = np.flatnonzero((old != new) & ~((old != old) & (new != new)))  # NaN is unlike itself
    old[:] = new
    return [(begin + int(where[0]), begin + int(where[-1]) + 1)] if where.size else []


@compiled
def _on_ink_around(on: NDArray[np.int8], curve: int, a: int, b: int, more: int) -> tuple[int, int]:
    """Return ``[begin, end)`` around rows ``[a, b)``, ``more`` rows more at both ends, that begins and ends on own ink."""
    begin = max(0, a - more)
    while begin > 0 and (begin >= a - more or on[begin, curve] < 0):
        begin -= 1
    end = min(len(on), b + more)
    while end < len(on) and (end <= b + more or on[end - 1, curve] < 0):
        end += 1
    return begin, end
