"""The magnifier: what is under the pointer, several times as large, beside the pointer and in the canvas' own colours.

Separate because it is a second, small view of the same tiles; a person paints on under it without zooming in and out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.placed import corners

if TYPE_CHECKING:
    from veerdesk.desktop.canvas.view import ScanCanvas

#: How much larger than on the canvas; never less than two screen px to one of the scan.
TIMES, _LEAST_SCALE = 4.0, 2.0
_WIDTH_PX, _HEIGHT_PX, _BESIDE_PX = 240, 200, 32
# A cross in the middle with a hole, so that what is aimed at is seen.
_CROSS_PX, _HOLE_PX = 14.0, 5.0


class Magnifier:
    """Owns whether the magnifier is shown, and where the pointer is."""

    def __init__(self, canvas: ScanCanvas) -> None:
        self._canvas = canvas
        self._at: QPointF | None = None
        #: True while the magnifier follows the pointer; `show` changes it.
        self.is_on = False

    def show(self, is_on: bool) -> None:
        """Show the magnifier at the pointer, or none."""
        if is_on != self.is_on:
            self._touch()
            self.is_on = is_on
            self._touch()

    def follow(self, at: QPointF | None) -> None:
        """Follow the pointer over the canvas, viewport px, and out of it (None)."""
        if self.is_on and at != self._at:
            self._touch()
            self._at = at
            self._touch()

    def box(self) -> QRect:
        """Return where the magnifier is, viewport px; empty where there is none."""
        if not self.is_on or self._at is None:
            return QRect()
        port, at = self._canvas.viewport().rect(), self._at
        left, top = at.x() + _BESIDE_PX, at.y() - _HEIGHT_PX - _BESIDE_PX
        if left + _WIDTH_PX > port.width():
            left = at.x() - _BESIDE_PX - _WIDTH_PX
        if top < 0:
            top = at.y() + _BESIDE_PX
        left = max(0.0, min(left, port.width() - _WIDTH_PX))  # a narrow canvas: above or below the pointer alone
        return QRect(round(left), round(top), _WIDTH_PX, _HEIGHT_PX)

    def view(self) -> ViewTransform:
        """Return where the scan lies under the canvas inside the magnifier: the pointer's place in its middle."""
        assert self._at is not None
        view, box = self._canvas.view, QRectF(self.box())
        row, col = view.to_scan(self._at.x(), self._at.y())
        larger = view.zoomed(max(_LEAST_SCALE, TIMES * view.scale), self._at.x(), self._at.y())
        return larger.showing(row, col, box.center().x(), box.center().y())

    def paint(self, painter: QPainter) -> None:
        """Draw the magnified scan with the colours over it, what the tool shows, and a frame with a cross."""
        box = self.box()
        if box.isEmpty():
            return
        view, palette = self.view(), self._canvas.look.palette
        painter.save()
        self._canvas.paint_scan(painter, corners(box), view)
        painter.setClipRect(box)
        self._canvas.tool.paint(painter, view)
        middle = QRectF(box).center()
        painter.setPen(QPen(QColor(*palette.flagged), 1.0))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(
                QPointF(middle.x() + dx * _HOLE_PX, middle.y() + dy * _HOLE_PX),
                QPointF(middle.x() + dx * _CROSS_PX, middle.y() + dy * _CROSS_PX),
            )
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)  # the marks of crossings leave theirs
        # Dark and light, as it lies over paper and over ink, in whatever theme.
        for shade, inset in (("#1B1D1F", 0), ("#FFFFFF", 1), ("#1B1D1F", 2)):
            painter.setPen(QPen(QColor(shade), 1.0))
            painter.drawRect(box.adjusted(inset, inset, -1 - inset, -1 - inset))

    def _touch(self) -> None:
        box = self.box()
        if not box.isEmpty():
            self._canvas.viewport().update(box)
