"""What changed since it was accepted: a barred strip beside the rows, and the curves as they were accepted, dotted.

Separate because it belongs to no class and is shown only while a person asks what changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.look import CanvasPalette
from veerdesk.desktop.canvas.traces import polygon
from veerdesk.imaging.geometry import column_at
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import AcceptedLine

#: Beside the right border; the strip of doubt is at the left.
STRIP_PX, _GAP_PX, _LEAST_PX = 8.0, 12.0, 4.0
_LINE_PX, _HALO_PX = 1.6, 4.0
# The accepted curve is drawn a little further than it differs, so that it is seen where the two part.
_MORE_ROWS = 12
# Further apart than this on the screen, a row is thinned out.
_POINTS = 2000


@dataclass(frozen=True, slots=True)
class ChangesScene:
    """The changed places of a track that are in view, and the curves as they were accepted."""

    track: TrackSpec
    places: tuple[RowSpan, ...]
    line: AcceptedLine


def changes_in_view(places: Sequence[RowSpan], rows: RowSpan) -> tuple[RowSpan, ...]:
    """Return the changed places of which rows are in view, cut to these."""
    return tuple(p.clipped(rows) for p in places if p.overlaps(rows))


def change_boxes(view: ViewTransform, scene: ChangesScene) -> tuple[QRect, ...]:
    """Return the parts of the viewport in which changes are drawn."""
    boxes = []
    for place in scene.places:
        boxes.append(_strip(view, scene.track, place).boundingRect().toAlignedRect().adjusted(-2, -2, 2, 2))
        for line in _lines(view, scene.line, place):
            boxes.append(line.boundingRect().toAlignedRect().adjusted(-4, -4, 4, 4))
    return tuple(boxes)


def paint_changes(painter: QPainter, view: ViewTransform, scene: ChangesScene, palette: CanvasPalette) -> None:
    """Bar a strip beside the track along the rows that changed, and dot the curves as they were accepted."""
    ink = QColor(*palette.text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    lines = [line for place in scene.places for line in _lines(view, scene.line, place)]
    for pen in (
        QPen(QColor(255, 255, 255, 210), _HALO_PX),
        QPen(QColor(0x1B, 0x1D, 0x1F), _LINE_PX, Qt.PenStyle.DotLine),  # over the scan, which no theme tints
    ):
        painter.setPen(pen)
        for line in lines:
            painter.drawPolyline(line)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for place in scene.places:
        strip = _strip(view, scene.track, place)
        painter.setPen(QPen(ink, 1.0))
        painter.setBrush(QColor(*palette.paper))
        painter.drawPolygon(strip)
        painter.setBrush(QBrush(ink, Qt.BrushStyle.HorPattern))
        painter.drawPolygon(strip)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _strip(view: ViewTransform, track: TrackSpec, place: RowSpan) -> QPolygonF:
    c0, c1 = column_at(track.right, np.array([place.start, place.stop - 1], np.float64)).tolist()
    (x0, y0), (x1, y1) = view.to_widget(place.start - 0.5, c0), view.to_widget(place.stop - 0.5, c1)
    y1 = max(y1, y0 + _LEAST_PX)
    x0, x1 = x0 + _GAP_PX, x1 + _GAP_PX
    return QPolygonF([QPointF(x0, y0), QPointF(x0 + STRIP_PX, y0), QPointF(x1 + STRIP_PX, y1), QPointF(x1, y1)])


def _lines(view: ViewTransform, line: AcceptedLine, place: RowSpan) -> list[QPolygonF]:
    """Return the accepted curves at a place, in stretches that have a value."""
    rows = place.grown(_MORE_ROWS).clipped(line.rows)
    step = max(1, rows.rows // _POINTS)
    at = np.arange(rows.start, rows.stop, step)
    y = (at + 0.5) * view.device_scale / view.dpr - view.top / view.dpr
    out = []
    for x in line.x[:, at - line.rows.start].astype(np.float64):
        edges = [0, *(np.flatnonzero(np.diff(np.isfinite(x))) + 1).tolist(), len(x)]
        points = np.stack([((x + 0.5) * view.device_scale - view.left) / view.dpr, y], axis=1)
        out += [polygon(points[a:b]) for a, b in pairwise(edges) if b - a > 1 and np.isfinite(x[a])]
    return out
