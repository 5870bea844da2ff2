"""Doubt as a pattern: contested ink is hatched, and a hatched strip runs beside the rows that hang on it.

Separate because doubt belongs to no class and no curve; it is shown over both, by texture and not by hue alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.look import CanvasPalette
from veerdesk.desktop.canvas.traces import polygon
from veerdesk.imaging.geometry import column_at
from veerdesk.rows import RowSpan
from veerdesk.session.review_queue import QueueItem
from veerdesk.tracing.trace import Trace

#: Width of the strip beside the left border, and its distance from it: the marks of the crossings lie between.
STRIP_PX, _GAP_PX, _EDGE_PX = 8.0, 12.0, 3.0
# Room around contested ink, so that the hatch is seen beside the stroke as well as over it.
_RIM_PX = 3.0


@dataclass(frozen=True, slots=True)
class DoubtScene:
    """The doubtful crossings of a track whose rows are in view, and its trace for where their ink lies."""

    track: TrackSpec
    items: tuple[QueueItem, ...]
    rows: RowSpan
    trace: Trace | None


def doubt_in_view(items: Sequence[QueueItem], rows: RowSpan) -> tuple[QueueItem, ...]:
    """Return the doubtful crossings of which rows are in view."""
    return tuple(i for i in items if i.below.overlaps(rows) or i.crossing.rows.overlaps(rows))


def doubt_boxes(view: ViewTransform, scene: DoubtScene) -> tuple[QRect, ...]:
    """Return the parts of the viewport in which doubt is drawn."""
    boxes = []
    for item in scene.items:
        boxes.append(_strip(view, scene, item).boundingRect().toAlignedRect().adjusted(-1, -1, 1, 1))
        ink = _ink(view, scene, item)
        if not ink.isEmpty():
            boxes.append(ink.boundingRect().toAlignedRect().adjusted(-1, -1, 1, 1))
    return tuple(boxes)


def paint_doubt(painter: QPainter, view: ViewTransform, scene: DoubtScene, palette: CanvasPalette) -> None:
    """Hatch the ink of each doubtful crossing, and a strip beside the track along the rows that hang on it."""
    hatch = QBrush(QColor(*palette.doubt), Qt.BrushStyle.BDiagPattern)
    edge = QPen(QColor(*palette.doubt), 1.0)
    for item in scene.items:
        strip = _strip(view, scene, item)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(hatch)
        painter.drawPolygon(strip)
        painter.setPen(edge)
        painter.drawLine(strip.at(0), strip.at(1))
        ink = _ink(view, scene, item)
        if not ink.isEmpty():
            painter.setPen(edge)
            painter.setBrush(QBrush(QColor(255, 255, 255, 90)))
            painter.drawPolygon(ink)
            painter.setBrush(hatch)
            painter.drawPolygon(ink)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _strip(view: ViewTransform, scene: DoubtScene, item: QueueItem) -> QPolygonF:
    rows = item.below.clipped(scene.rows)
    ends = np.array([rows.start, max(rows.start, rows.stop - 1)], np.float64)
    (c0, c1) = column_at(scene.track.left, ends).tolist()
    (x0, y0), (x1, y1) = view.to_widget(rows.start - 0.5, c0), view.to_widget(rows.stop - 0.5, c1)
    # Where the border is out of view the strip stays at the view's edge.
    x0, x1 = (max(_EDGE_PX, x - _GAP_PX - STRIP_PX) for x in (x0, x1))
    return QPolygonF([QPointF(x0 + STRIP_PX, y0), QPointF(x0, y0), QPointF(x1, y1), QPointF(x1 + STRIP_PX, y1)])


def _ink(view: ViewTransform, scene: DoubtScene, item: QueueItem) -> QPolygonF:
    """Return the outline of the ink that both curves claim at a crossing, or of ink that none took; empty out of view."""
    if item.doubt is not None and item.doubt.cols is not None:
        (x0, y0), (x1, y1) = (
            view.to_widget(row - 0.5, col - 0.5)
            for row, col in zip((item.doubt.rows.start, item.doubt.rows.stop), item.doubt.cols, strict=True)
        )
        return QPolygonF(QRectF(x0, y0, x1 - x0, y1 - y0).adjusted(-_RIM_PX, -_RIM_PX, _RIM_PX, _RIM_PX))
    if scene.trace is None:
        return QPolygonF()
    part = scene.trace.part(item.crossing.rows.grown(1).clipped(scene.rows))
    left, right = np.fmin(part.low[0], part.low[1]), np.fmax(part.high[0], part.high[1])
    held = np.isfinite(left)
    if held.sum() < 1:
        return QPolygonF()
    at = np.arange(part.rows.start, part.rows.stop, dtype=np.float64)[held]
    scale, rim = view.device_scale / view.dpr, _RIM_PX
    x0 = (left[held] * scale) - view.left / view.dpr - rim
    x1 = ((right[held] + 1.0) * scale) - view.left / view.dpr + rim
    y = (at + 0.5) * scale - view.top / view.dpr
    if len(y) > 1 and y[-1] - y[0] >= 2 * rim:
        outline = np.concatenate([np.stack([x0, y], axis=1), np.stack([x1, y], axis=1)[::-1]])
        return polygon(outline)
    middle = float(y.mean())
    box = QRectF(float(x0.min()), middle - 2 * rim, float(x1.max() - x0.min()), 4 * rim)
    return QPolygonF(box)
