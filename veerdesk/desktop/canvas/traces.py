"""Traced lines as polygons on the screen: gaps split, bridged gaps dashed, thinned where rows outnumber pixels.

Separate because turning thousands of rows into Qt points is the dearest thing the canvas paints, and needs its own care.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from veerdesk.desktop.canvas.look import Rgb
from veerdesk.rows import RowSpan
from veerdesk.tracing.trace import Trace, TraceKind

_LINE_PX = 1.4


def paint_trace(
    painter: QPainter,
    trace: Trace,
    slot: int,
    rows: RowSpan,
    reach: tuple[int, int],
    *,
    device_scale: float,
    corner: tuple[int, int],
    rgb: Rgb,
) -> None:
    """Draw one slot of a trace over some rows, where it comes by.

    ``reach`` are the device px ``[x0, x1)`` of the scaled scan outside of which nothing is seen of it; ``corner`` is the
    ``(y, x)`` of the picture, device px.
    """
    step, top = (int(1.0 / device_scale) if device_scale < 1.0 else 1), trace.rows.start
    # Whole groups, counted from the trace's top: a part drawn again must thin its rows as its neighbours did.
    span = RowSpan(top + (rows.start - top) // step * step, top - (top - rows.stop) // step * step).clipped(trace.rows)
    if span.is_empty:
        return
    at = slice(span.start - trace.rows.start, span.stop - trace.rows.start)
    x, kind = trace.x[slot - 1, at], trace.kind[slot - 1, at]
    low, high = np.fmin.reduce(x), np.fmax.reduce(x)
    if (
        not (low + 0.5) * device_scale < reach[1] or not (high + 0.5) * device_scale > reach[0]
    ):  # NaN where it is absent
        return
    y = np.arange(span.start, span.stop, dtype=np.float64)
    if step > 1:
        x, y, kind = _thinned(x, y, kind, step)
    points = np.empty((len(x), 2))
    points[:, 0] = (x + 0.5) * device_scale - corner[1]
    points[:, 1] = (y + 0.5) * device_scale - corner[0]
    for run, dashed in _runs(np.isfinite(x), kind == TraceKind.BRIDGED):
        painter.setPen(_pen(rgb, is_dotted=dashed))
        painter.drawPolyline(polygon(points[run]))


@cache
def _pen(rgb: Rgb, *, is_dotted: bool) -> QPen:
    pen = QPen(QColor(*rgb), _LINE_PX)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setStyle(Qt.PenStyle.DotLine if is_dotted else Qt.PenStyle.SolidLine)
    return pen


def polygon(points: NDArray[np.float64]) -> QPolygonF:
    """Return points ``(n, 2)`` float64, x then y, as Qt's polygon."""
    out = QPolygonF()
    out.resize(len(points))
    if len(points):
        # PySide6's stubs know neither the size of the pointer nor that it is a buffer
        memory = shiboken6.VoidPtr(out.data(), len(points) * 16, True)  # type: ignore[call-arg, arg-type]
        np.frombuffer(memory, np.float64).reshape(-1, 2)[:] = points  # type: ignore[call-overload]
    return out


def _runs(is_present: NDArray[np.bool_], is_bridged: NDArray[np.bool_]) -> list[tuple[slice, bool]]:
    """Return the stretches that are drawn with one pen; neighbours share a point so that no crack shows."""
    if is_present.all() and not is_bridged.any():
        return [(slice(0, len(is_present)), False)]
    code = np.where(is_present, 1 + is_bridged.astype(np.int8), 0)
    cuts = np.flatnonzero(np.diff(code)) + 1
    edges = [0, *cuts.tolist(), len(code)]
    out = []
    for start, stop in pairwise(edges):
        if stop <= start or code[start] == 0:
            continue
        joins = stop < len(code) and code[stop] != 0
        out.append((slice(start, stop + 1 if joins else stop), code[start] == 2))
    return out


def _thinned(
    x: NDArray[np.float64], y: NDArray[np.float64], kind: NDArray[np.uint8], step: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.uint8]]:
    """Return the least and greatest column of each group of rows, so that a spike stays."""
    whole = len(x) // step * step
    if whole == 0:
        return x, y, kind
    groups = x[:whole].reshape(-1, step)
    both = np.stack((np.fmin.reduce(groups, axis=1), np.fmax.reduce(groups, axis=1)), axis=1).ravel()
    own = (kind[:whole].reshape(-1, step) == TraceKind.BRIDGED).all(axis=1)
    kinds = np.where(own, np.uint8(TraceKind.BRIDGED), np.uint8(TraceKind.OWN_INK))
    return both, np.repeat(y[:whole:step] + (step - 1) / 2, 2), np.repeat(kinds, 2)
