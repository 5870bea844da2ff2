"""Words painted beside what a tool shows, on paper of their own.

Separate because several tools say in words what a click would do, and all of them must be readable over any scan.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from veerdesk.desktop.canvas.look import CanvasPalette


def paint_words(painter: QPainter, words: str, at: tuple[float, float], palette: CanvasPalette) -> None:
    """Draw words that begin at ``at``, widget px, their middle at its height."""
    metrics = QFontMetricsF(painter.font())
    box = QRectF(at[0], at[1] - metrics.height() / 2 - 3, metrics.horizontalAdvance(words) + 12, metrics.height() + 6)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(*palette.quiet), 1.0))
    painter.setBrush(QColor(*palette.paper))
    painter.drawRoundedRect(box, 4, 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QColor(*palette.text))
    painter.drawText(QPointF(box.left() + 6, box.top() + 3 + metrics.ascent()), words)
    painter.setBrush(Qt.BrushStyle.NoBrush)
