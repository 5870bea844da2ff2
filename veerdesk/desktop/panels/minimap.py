"""The whole log as a thin strip: where the view is, where doubt is, click to go there.

Separate because it reads the smallest level of the pyramid and knows nothing of the canvas' tiles.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from veerdesk.desktop.theme import Tokens
from veerdesk.rows import RowSpan

_WIDTH_PX = 32
_MARK_PX = 6


class Minimap(QWidget):
    """Shows a small picture of all rows, the rows in view, and marks; ``row_chosen`` is the row that was clicked."""

    row_chosen = Signal(int)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._picture: NDArray[np.uint8] | None = None
        self._image = QImage()
        #: All but the rows in view, drawn once: every scroll step shows it, and hardly any changes it.
        self._still = QPixmap()
        self._rows = 1
        self._view = RowSpan(0, 1)
        self._doubts: tuple[int, ...] = ()
        self._accepted: tuple[RowSpan, ...] = ()
        self.setFixedWidth(_WIDTH_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # or all that lies under it is painted first
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("The whole log; click to go there"))

    @Slot(object)
    def recolour(self, tokens: Tokens) -> None:
        """Take the colours of another theme."""
        self._tokens = tokens
        self._draw_anew()

    def show_picture(self, picture: NDArray[np.uint8], rows: int) -> None:
        """Show a small grey picture, ``(h, w)`` uint8, of all ``rows`` rows."""
        self._picture = np.ascontiguousarray(picture[:4096])  # kept: QImage does not own it
        height, width = self._picture.shape
        self._image = QImage(self._picture.data, width, height, width, QImage.Format.Format_Grayscale8)
        self._rows = max(1, rows)
        self._draw_anew()

    @property
    def picture(self) -> QImage:
        """The picture of the whole log; null where there is none yet."""
        return self._image

    def forget(self) -> None:
        """Show nothing: another well is opened, and its picture is not there yet."""
        self._image, self._doubts, self._accepted = QImage(), (), ()
        self._draw_anew()

    def show_view(self, rows: RowSpan) -> None:
        """Show which rows the canvas shows."""
        if rows != self._view:
            self._view = rows
            self.update()

    def show_marks(self, doubts: tuple[int, ...], accepted: tuple[RowSpan, ...]) -> None:
        """Show the rows of doubtful places, and the accepted rows."""
        if (doubts, accepted) != (self._doubts, self._accepted):
            self._doubts, self._accepted = doubts, accepted
            self._draw_anew()

    def _draw_anew(self) -> None:
        self._still = QPixmap()
        self.update()

    def _drawn(self) -> QPixmap:
        """Return picture and marks at the widget's own size and pixels."""
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._still.size() == size and self._still.devicePixelRatioF() == ratio:
            return self._still
        self._still = QPixmap(size)
        self._still.setDevicePixelRatio(ratio)
        painter = QPainter(self._still)
        try:
            painter.fillRect(self.rect(), QColor(self._tokens.surface))
            if not self._image.isNull():
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(QRect(_MARK_PX, 0, self.width() - _MARK_PX, self.height()), self._image)
            for span in self._accepted:
                y0, y1 = self._y(span.start), self._y(span.stop)
                painter.fillRect(QRect(0, y0, _MARK_PX - 2, max(1, y1 - y0)), QColor(self._tokens.accepted))
            painter.setPen(QPen(QColor(self._tokens.doubt), 2))
            for y in sorted({self._y(row) for row in self._doubts}):
                painter.drawLine(0, y, _MARK_PX + 4, y)
        finally:
            painter.end()
        return self._still

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture and marks, and the rows in view over them."""
        painter = QPainter(self)
        try:
            painter.drawPixmap(0, 0, self._drawn())
            y0, y1 = self._y(self._view.start), self._y(self._view.stop)
            window = QRect(0, y0, self.width() - 1, max(3, y1 - y0))
            painter.fillRect(window, QColor(128, 128, 128, 60))
            # Two tones: the picture is white in a dark theme too, and the strip beside it is not.
            for box, colour in ((window, self._tokens.text), (window.adjusted(1, 1, -1, -1), self._tokens.surface)):
                painter.setPen(QPen(QColor(colour), 1))
                painter.drawRect(box)
        finally:
            painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the row under the mouse."""
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on following the mouse while a button is down."""
        if event.buttons():
            self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        share = event.position().y() / max(1, self.height())
        self.row_chosen.emit(round(min(1.0, max(0.0, share)) * (self._rows - 1)))

    def _y(self, row: float) -> int:
        return round(row / self._rows * self.height())
