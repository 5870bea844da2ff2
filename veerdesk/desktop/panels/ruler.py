"""The depth ruler at the canvas' left edge: depths where the rows have them, and how far the review is.

Separate because it follows the canvas' rows but belongs to no scan pixel. State is shown by texture, not hue alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QLine, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from veerdesk.calibration.depth import DepthMap
from veerdesk.desktop.numbers import format_fixed
from veerdesk.desktop.readings import nice_step
from veerdesk.desktop.theme import Tokens
from veerdesk.rows import RowSpan
from veerdesk.session.decisions import RowStates

_WIDTH_PX = 72
_STATE_PX = 8
_LABEL_EVERY_PX = 96
# A crossing of a few rows must be seen in the whole log.
_LEAST_PX = 2.0


@dataclass(frozen=True, slots=True)
class RulerState:
    """What the ruler shows besides the view: depths, their unit, and how far the review of each row is."""

    depths: DepthMap | None = None
    unit: str = ""
    rows: RowStates = field(default_factory=RowStates)


class DepthRuler(QWidget):
    """Draws depth ticks (or row numbers until there are depths) for the rows the canvas shows."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._state = RulerState()
        self._top, self._scale = 0.0, 1.0
        self.setFixedWidth(_WIDTH_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # or all that lies under it is painted first
        self.setAccessibleName(self.tr("Depth ruler"))
        self.setToolTip(
            self.tr(
                "Left edge: empty was not seen by the model, dots are predicted, lines are in progress, "
                "solid is accepted, a lattice needs work."
            )
        )

    def sizeHint(self) -> QSize:
        """Return the ruler's own width."""
        return QSize(_WIDTH_PX, 200)

    @Slot(object)
    def recolour(self, tokens: Tokens) -> None:
        """Take the colours of another theme."""
        self._tokens = tokens
        self.update()

    def show_state(self, state: RulerState) -> None:
        """Show other depths or another state of the review."""
        self._state = state
        self.update()

    def show_view(self, top_row: float, scale: float) -> None:
        """Follow the canvas: the row at the top edge, and px to a row."""
        if (top_row, scale) != (self._top, self._scale):
            self._top, self._scale = top_row, max(scale, 1e-6)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the state strip, then the ticks."""
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(self._tokens.surface))
            rows, tokens, style = self._state.rows, self._tokens, Qt.BrushStyle
            self._paint_spans(painter, rows.predicted, style.Dense6Pattern, tokens.quiet)
            self._paint_spans(painter, rows.in_progress, style.HorPattern, tokens.accepted)
            self._paint_spans(painter, rows.accepted, style.SolidPattern, tokens.accepted)
            self._paint_spans(painter, rows.needs_work, style.DiagCrossPattern, tokens.flagged)
            painter.setPen(QPen(QColor(self._tokens.line)))
            painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
            self._paint_ticks(painter)
        finally:
            painter.end()

    def _paint_spans(self, painter: QPainter, spans: tuple[RowSpan, ...], style: Qt.BrushStyle, colour: str) -> None:
        for span in spans:
            y0, y1 = self._y(span.start), self._y(span.stop)
            if y1 >= 0 and y0 <= self.height():
                top = max(0.0, y0)
                strip = QRectF(0, top, _STATE_PX, max(_LEAST_PX, min(float(self.height()), y1) - top))
                painter.fillRect(strip, QColor(self._tokens.surface))
                painter.fillRect(strip, QBrush(QColor(colour), style))

    def _paint_ticks(self, painter: QPainter) -> None:
        ends = np.array([self._top, self._top + self.height() / self._scale])
        depths = self._state.depths
        values = ends if depths is None else depths.depth_at(ends)
        step = nice_step(float(values[1] - values[0]), max(1, self.height() // _LABEL_EVERY_PX))
        if depths is None:
            step = max(1.0, step)
        decimals = max(0, int(-np.floor(np.log10(step)))) if depths is not None else 0
        first, last = int(np.ceil(values[0] / step * 5)), int(np.floor(values[1] / step * 5))
        marks = np.arange(first, last + 1) * step / 5
        heights = ((marks if depths is None else depths.row_at(marks)) - self._top) * self._scale
        edge = self.width() - 2
        for is_labelled, length, colour in ((False, 3, self._tokens.quiet), (True, 8, self._tokens.text)):
            at = heights[(np.arange(first, last + 1) % 5 == 0) == is_labelled]
            painter.setPen(QPen(QColor(colour)))
            painter.drawLines([QLine(edge - length, y, edge, y) for y in np.rint(at).astype(int).tolist()])
        metrics = QFontMetricsF(painter.font())
        for k in range(-first % 5, len(marks), 5):
            text = format_fixed(float(marks[k]), decimals)
            width, y = metrics.horizontalAdvance(text), float(heights[k])
            painter.drawText(QPointF(self.width() - 14 - width, y - metrics.height() / 2 + metrics.ascent()), text)

    def _y(self, row: float) -> float:
        return (row - self._top) * self._scale
