"""Both pairings at the crossing in hand: the one shown as solid lines, the exchanged one dashed beside it.

Separate because it is drawn for one crossing at a time, over everything, and answers a question: which of the two is it?
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.look import CanvasPalette
from veerdesk.desktop.canvas.traces import polygon
from veerdesk.rows import RowSpan
from veerdesk.tracing.crossings import Crossing
from veerdesk.tracing.trace import Trace

# Long enough to follow with the eye on both sides, short enough to leave the next crossing alone.
_ABOVE_PX, _BELOW_PX = 70.0, 140.0
# Far enough beside the shown curve to leave its ink readable.
_BESIDE_PX, _LINE_PX, _HALO_PX = 8.0, 2.4, 5.0
# A crossing of a row or two is drawn out to this height, or its lines would meet at a right angle.
_LEAST_CROSSING_PX = 14.0


def ghost_rows(view: ViewTransform, crossing: Crossing, trace: Trace) -> RowSpan:
    """Return the rows in which the pairings of a crossing are drawn."""
    above, below = round(_ABOVE_PX / view.scale), round(_BELOW_PX / view.scale)
    return RowSpan(crossing.rows.start - above, crossing.rows.stop + below).clipped(trace.rows)


def ghost_box(view: ViewTransform, crossing: Crossing, trace: Trace) -> QRect:
    """Return the part of the viewport in which the pairings of a crossing are drawn."""
    rows = ghost_rows(view, crossing, trace)
    part = trace.part(rows).x
    if rows.is_empty or not np.isfinite(part).any():
        return QRect()
    x0, y0 = view.to_widget(rows.start, float(np.nanmin(part)))
    x1, y1 = view.to_widget(rows.stop, float(np.nanmax(part)))
    reach = _HALO_PX + _BESIDE_PX
    return QRectF(x0 - reach, y0 - reach, x1 - x0 + 2 * reach, y1 - y0 + 2 * reach).toAlignedRect()


def paint_pairings(
    painter: QPainter, view: ViewTransform, trace: Trace, crossing: Crossing, palette: CanvasPalette
) -> None:
    """Draw both curves around a crossing as they are, solid, and below it as an exchange would make them, dashed."""
    rows = ghost_rows(view, crossing, trace)
    if rows.is_empty:
        return
    x = trace.part(rows).x  # (2, n)
    at = np.arange(rows.start, rows.stop, dtype=np.float64)
    y = (at + 0.5) * view.device_scale / view.dpr - view.top / view.dpr
    shown = ((x + 0.5) * view.device_scale - view.left) / view.dpr
    other = _exchanged(shown, at, crossing, view)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    lines = [(slot, line, Qt.PenStyle.SolidLine) for slot in (1, 2) for line in _polylines(shown[slot - 1], y)]
    lines += [(slot, line, Qt.PenStyle.DashLine) for slot in (1, 2) for line in _polylines(other[slot - 1], y)]
    for _, line, style in lines:
        if style is Qt.PenStyle.SolidLine:
            painter.setPen(QPen(QColor(255, 255, 255, 200), _HALO_PX))
            painter.drawPolyline(line)
    for slot, line, style in lines:
        painter.setPen(QPen(QColor(*palette.curve(slot)), _LINE_PX, style, Qt.PenCapStyle.FlatCap))
        painter.drawPolyline(line)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _exchanged(
    shown: NDArray[np.float64], at: NDArray[np.float64], crossing: Crossing, view: ViewTransform
) -> NDArray[np.float64]:
    """Return ``(2, n)``: where each curve would run from the crossing on, NaN above it; beside the other's line."""
    least = _LEAST_CROSSING_PX / view.scale
    middle = (crossing.rows.start + crossing.rows.stop) / 2
    start = min(float(crossing.rows.start), middle - least / 2)
    stop = max(float(crossing.rows.stop), middle + least / 2)
    share = np.clip((at - start) / (stop - start), 0.0, 1.0)  # (n,)
    out = shown + (shown[::-1] - shown) * share + _BESIDE_PX * share
    out[:, at < start] = np.nan
    return np.asarray(out)


def _polylines(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[QPolygonF]:
    """Return the stretches of a curve that have a value."""
    edges = [0, *(np.flatnonzero(np.diff(np.isfinite(x))) + 1).tolist(), len(x)]
    points = np.stack([x, y], axis=1)
    return [polygon(points[a:b]) for a, b in pairwise(edges) if b - a > 1 and np.isfinite(x[a])]
