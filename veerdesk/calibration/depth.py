"""Rows of a scan to depth and back, piecewise linear between the anchors a person placed.

Separate because the LAS grid, the canvas' depth axis and the plot-back must agree on one mapping.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from veerdesk.errors import UnusableInputError
from veerdesk.rows import RowSpan

_REMEDY = "Give two or more, rows and depths both growing: step Depth, or depth = [[row, depth], …] in a job file."


class DepthMap:
    """Depth of every row, from two or more anchors; outside them the nearest piece is extended.

    Parameters
    ----------
    anchors
        ``(row, depth)`` pairs, both strictly growing; rows in scan px, depths in the well's unit.
    where
        What the anchors belong to, for the sentence of an error.

    Raises
    ------
    UnusableInputError
        Fewer than two anchors, one that is no number, or rows or depths that do not grow.
    """

    def __init__(self, anchors: Sequence[tuple[float, float]], *, where: str = "The scan") -> None:
        if len(anchors) < 2:
            raise UnusableInputError(f"{where} has {'one' if anchors else 'no'} depth mark and needs two.", _REMEDY)
        points = np.array([(float(r), float(d)) for r, d in anchors], np.float64)  # (n, 2)
        if not np.isfinite(points).all():
            raise UnusableInputError(f"{where} has a depth mark that is no number.", _REMEDY)
        for k, step in enumerate(np.diff(points, axis=0)):
            if not (step > 0).all():
                (r0, d0), (r1, d1) = anchors[k], anchors[k + 1]
                raise UnusableInputError(
                    f"{where} has depth marks that do not grow: row {r0:g} is at {d0:g}, and row {r1:g} below it at {d1:g}.",
                    _REMEDY,
                )
        self._rows, self._depths = points[:, 0], points[:, 1]

    @property
    def anchored_rows(self) -> tuple[float, float]:
        """Rows of the first and the last anchor."""
        return float(self._rows[0]), float(self._rows[-1])

    def depth_at(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the depth of each row, float64 of the same shape."""
        return _piecewise(np.asarray(rows, np.float64), self._rows, self._depths)

    def row_at(self, depths: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the row (with its fraction) of each depth, float64 of the same shape."""
        return _piecewise(np.asarray(depths, np.float64), self._depths, self._rows)

    def rows_per_unit(self, rows: RowSpan) -> float:
        """Return the mean number of rows to one unit of depth over a span of at least one row."""
        ends = np.array([rows.start, max(rows.start + 1, rows.stop - 1)], np.float64)
        depths = self.depth_at(ends)
        return float((ends[1] - ends[0]) / (depths[1] - depths[0]))

    def extrapolated(self, rows: RowSpan) -> tuple[RowSpan, ...]:
        """Return the parts of a span that lie outside the outermost anchors."""
        first, last = self.anchored_rows
        inside_start, inside_stop = int(np.ceil(first)), int(np.floor(last)) + 1
        parts = (
            RowSpan(rows.start, max(rows.start, min(rows.stop, inside_start))),
            RowSpan(min(rows.stop, max(rows.start, inside_stop)), rows.stop),
        )
        return tuple(p for p in parts if not p.is_empty)


def _piecewise(at: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    piece = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    share = (at - x[piece]) / (x[piece + 1] - x[piece])
    return np.asarray(y[piece] + share * (y[piece + 1] - y[piece]), np.float64)
