"""Words painted beside what a tool shows, on paper of their own.

Separate because several tools say in words what a click would do, and all of them must be readable over any scan.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from veerdesk.desktop.canvas.look import CanvasPalette

#: How far above a place its words end, and how far below it the words of the pointer reach.
_ABOVE_PX, _POINTER_PX = 4.0, 34.0
#: Between the words and the edge of their paper.
_INSIDE_PX = 6.0
_TALLEST_PX = 1000.0
_WRAPPED = int(Qt.TextFlag.TextWordWrap)


def no_track_words() -> str:
    """Return what a tool says where it is used beside, above or below every track."""
    return QCoreApplication.translate(
        "Tools", "No track lies here. Where a track begins and ends is set in the step Tracks."
    )


def paint_words(
    painter: QPainter, words: str, at: tuple[float, float], palette: CanvasPalette, *, beside_px: float
) -> None:
    """Draw words right of a place and above it, widget px; where the canvas ends too soon, left of it or over it.

    Below a place stand the words of the pointer itself, which nothing may cover. Where the painter is held to a part of
    the canvas, as in the magnifier, they stand in that part, in several lines where they are too long for one.
    """
    metrics, room = QFontMetricsF(painter.font()), QRectF(painter.viewport())
    if painter.hasClipping():
        room = painter.clipBoundingRect()
        if not room.contains(QPointF(*at)):
            return
    size = metrics.boundingRect(QRectF(0.0, 0.0, room.width() - 2 * _INSIDE_PX, _TALLEST_PX), _WRAPPED, words)
    width, height = size.width() + 2 * _INSIDE_PX, size.height() + _INSIDE_PX
    x, y = at[0] + beside_px, at[1] - height - _ABOVE_PX
    if x + width > room.right():
        x = min(at[0] - beside_px, room.right()) - width
    if x < room.left():
        x, y = max(room.left(), min(at[0] - width / 2, room.right() - width)), at[1] - beside_px - height
    if y < room.top():
        y = at[1] + _POINTER_PX
    box = QRectF(x, y, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(*palette.quiet), 1.0))
    painter.setBrush(QColor(*palette.paper))
    painter.drawRoundedRect(box, 4, 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QColor(*palette.text))
    painter.drawText(box.adjusted(_INSIDE_PX, _INSIDE_PX / 2, 0.0, 0.0), _WRAPPED, words)
    painter.setBrush(Qt.BrushStyle.NoBrush)
