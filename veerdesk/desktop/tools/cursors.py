"""Pointers that say what the hand will do: a cross with words beside it.

Separate because the window system moves a pointer for nothing: words painted on the canvas would be painted again with
every move of the hand.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QFont, QFontMetricsF, QGuiApplication, QPainter, QPen, QPixmap

from veerdesk.desktop.canvas.look import CanvasPalette

#: Half the cross, logical px; the hot spot lies in its middle.
_ARM_PX = 9
_TEXT_PX = 11


@lru_cache(maxsize=64)
def worded_cursor(words: str, palette: CanvasPalette) -> QCursor:
    """Return a cross with words below it at the right; the same object for the same words, so that it is set once."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(_TEXT_PX)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(words) + 8, metrics.height() + 2
    dpr = QGuiApplication.primaryScreen().devicePixelRatio()
    picture = QPixmap(round((2 * _ARM_PX + width) * dpr), round((2 * _ARM_PX + height) * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    middle = _ARM_PX + 0.5
    for colour, thick in ((QColor(255, 255, 255, 220), 3.0), (QColor(20, 20, 20), 1.0)):
        painter.setPen(QPen(colour, thick))
        for near, far in ((3.0, float(_ARM_PX)), (-3.0, -float(_ARM_PX))):
            painter.drawLine(QPointF(middle + near, middle), QPointF(middle + far, middle))
            painter.drawLine(QPointF(middle, middle + near), QPointF(middle, middle + far))
    box = QRectF(2 * _ARM_PX - 2, 2 * _ARM_PX - 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(*palette.quiet), 1.0))
    painter.setBrush(QColor(*palette.paper))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setFont(font)
    painter.setPen(QColor(*palette.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return QCursor(picture, _ARM_PX, _ARM_PX)
