"""A small sample of a curve's colour, solid for curve 1 and dashed for curve 2, so that hue is never alone.

Separate because panels, dialogs and the status bar show the same one.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from veerdesk.desktop.theme import Tokens


class Swatch(QWidget):
    """Draws a short stroke in the colour of curve 1 or 2."""

    def __init__(self, slot: int, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slot = slot
        self._tokens = tokens
        self.setFixedSize(QSize(24, 16))
        self.setAccessibleName(self.tr("Colour of curve {0}").format(slot))

    @Slot(object)
    def recolour(self, tokens: Tokens) -> None:
        """Take the colours of another theme."""
        self._tokens = tokens
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the stroke."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(self._tokens.colour(self._slot), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            if self._slot == 2:
                pen.setDashPattern([1.5, 0.75])
            painter.setPen(pen)
            painter.drawLine(QPointF(1, self.height() / 2), QPointF(self.width() - 1, self.height() / 2))
        finally:
            painter.end()
