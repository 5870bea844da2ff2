"""The depth ruler at the canvas' left edge: depths where the rows have them, and how far the review is.

Separate because it follows the canvas' rows but belongs to no scan pixel. State is shown by texture, not hue alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QEvent, QLine, QLineF, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from veerdesk.calibration.depth import DepthMap
from veerdesk.desktop.numbers import format_fixed
from veerdesk.desktop.readings import nice_step
from veerdesk.desktop.signed_lines import signed_words
from veerdesk.desktop.theme import Tokens
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import SignedRows
from veerdesk.session.decisions import RowStates

_WIDTH_PX = 80
_STATE_PX = 8
_BAR_PX = 4
# A name under rows: a bracket beside the states, and the name along it.
_SIGN_X, _SIGN_CAP_PX, _NAME_X = 11.5, 4.0, 15.0
_LABEL_EVERY_PX = 96
# A crossing of a few rows must be seen in the whole log.
_LEAST_PX = 2.0


@dataclass(frozen=True, slots=True)
class RulerState:
    """What the ruler shows besides the view: depths, their unit, and how far the review of each row is."""

    depths: DepthMap | None = None
    unit: str = ""
    rows: RowStates = field(default_factory=RowStates)
    signed: tuple[SignedRows, ...] = ()


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
        self._legend = self.tr(
            "Left edge: empty was not seen by the model, dots are predicted, lines are in progress, "
            "solid is accepted, thick bars changed since, a lattice needs work. A bracket with a name is signed off; "
            "a broken one no longer holds."
        )
        self.setToolTip(self._legend)

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
        said = [signed_words(s) for s in state.signed]
        self.setAccessibleDescription(" ".join(said) or self._legend)
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
            self._paint_spans(painter, rows.changed, _bars(QColor(tokens.text)), tokens.text)
            self._paint_spans(painter, rows.needs_work, style.DiagCrossPattern, tokens.flagged)
            for signed in self._state.signed:
                self._paint_signed(painter, signed)
            painter.setPen(QPen(QColor(self._tokens.line)))
            painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
            self._paint_ticks(painter)
            self._paint_measure(painter)
        finally:
            painter.end()

    def _paint_spans(
        self, painter: QPainter, spans: tuple[RowSpan, ...], style: Qt.BrushStyle | QPixmap, colour: str
    ) -> None:
        for span in spans:
            y0, y1 = self._y(span.start), self._y(span.stop)
            if y1 >= 0 and y0 <= self.height():
                top = max(0.0, y0)
                strip = QRectF(0, top, _STATE_PX, max(_LEAST_PX, min(float(self.height()), y1) - top))
                painter.fillRect(strip, QColor(self._tokens.surface))
                painter.fillRect(strip, QBrush(style) if isinstance(style, QPixmap) else QBrush(QColor(colour), style))

    def _paint_signed(self, painter: QPainter, signed: SignedRows) -> None:
        """Draw a bracket along rows that were signed and the name beside it; a broken one where it no longer holds."""
        y0, y1 = self._y(signed.sign.rows.start), self._y(signed.sign.rows.stop)
        if y1 < 0 or y0 > self.height():
            return
        colour, style = QColor(self._tokens.text), Qt.PenStyle.SolidLine
        if not signed.holds:
            colour, style = QColor(self._tokens.flagged), Qt.PenStyle.DashLine
        elif not signed.is_known:
            colour, style = QColor(self._tokens.quiet), Qt.PenStyle.DotLine
        painter.setPen(QPen(colour, 2.0, style, Qt.PenCapStyle.FlatCap))
        top, base = max(-2.0, y0 + 1), min(self.height() + 2.0, y1 - 1)
        painter.drawLine(QLineF(_SIGN_X, top, _SIGN_X, base))
        painter.setPen(QPen(colour, 2.0))
        for y in (y0 + 1, y1 - 1):
            painter.drawLine(QLineF(_SIGN_X, y, _SIGN_X + _SIGN_CAP_PX, y))
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        metrics = QFontMetricsF(font)
        name = metrics.elidedText(signed.sign.by, Qt.TextElideMode.ElideRight, base - top - 2 * _SIGN_CAP_PX)
        width = metrics.horizontalAdvance(name)
        if len(name) < min(3, len(signed.sign.by)):
            return
        painter.save()
        painter.setFont(font)
        font.setStrikeOut(not signed.holds)
        painter.setFont(font)
        painter.translate(_NAME_X + metrics.ascent() - 1, (top + base + width) / 2)
        painter.rotate(-90)
        painter.drawText(QPointF(0, 0), name)
        painter.restore()

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

    def _paint_measure(self, painter: QPainter) -> None:
        """Say above the ticks what they count: rows look like depths until there are any."""
        metrics, said = (
            QFontMetricsF(painter.font()),
            self._state.unit if self._state.depths is not None else self.tr("row"),
        )
        width = metrics.horizontalAdvance(said)
        box = QRectF(self.width() - 16 - width, 0, width + 6, metrics.height() + 2)
        painter.fillRect(
            QRectF(_STATE_PX + 1, 0, self.width() - _STATE_PX - 2, box.height()), QColor(self._tokens.surface)
        )
        painter.setPen(QPen(QColor(self._tokens.quiet)))
        painter.drawText(QPointF(box.left() + 2, metrics.ascent() + 1), said)

    def event(self, event: QEvent) -> bool:
        """Say who signed the row that is pointed at, and whether that still holds; elsewhere what the patterns mean."""
        if isinstance(event, QHelpEvent):
            row = self._top + event.pos().y() / self._scale
            said = [signed_words(s) for s in self._state.signed if s.sign.rows.start <= row < s.sign.rows.stop]
            QToolTip.showText(event.globalPos(), "\n".join(said) or self._legend, self)
            return True
        return super().event(event)

    def _y(self, row: float) -> float:
        return (row - self._top) * self._scale


def _bars(colour: QColor) -> QPixmap:
    """Return thick bars: Qt's own lines are those of rows in progress."""
    bars = QPixmap(_STATE_PX, _BAR_PX * 2)
    bars.fill(Qt.GlobalColor.transparent)
    painter = QPainter(bars)
    painter.fillRect(0, 0, _STATE_PX, _BAR_PX, colour)
    painter.end()
    return bars
