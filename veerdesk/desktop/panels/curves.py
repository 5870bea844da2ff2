"""The curves as they will be exported, beside the scan and on the same rows.

Separate because it is the one user of pyqtgraph, which is imported only when the first well is shown.
Position is drawn as printed (share of the track's width), so one look compares it with the ink; nulls are gaps.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QLineF, QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayoutItem, QVBoxLayout, QWidget

from veerdesk.desktop.numbers import format_number
from veerdesk.desktop.panels.swatch import Swatch
from veerdesk.desktop.parts import ElidedLabel, label
from veerdesk.desktop.readings import CurveLine, thinned
from veerdesk.desktop.theme import GRID_PX, Tokens

#: Strokes swing past the printed border; this much of the width is shown on each side.
_MARGIN_SHARE = 0.06
_POINTS = 3000


class CurvesPanel(QWidget):
    """Draws the curves of the track in hand over the rows it is told; wheel and hover are passed on."""

    wheel_turned = Signal(QWheelEvent)
    row_hovered = Signal(int)
    laid_out = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tokens = tokens
        self._rows = (0.0, 1.0)
        self._head = QGridLayout()
        self._head.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, 0)
        self._head.setVerticalSpacing(2)
        # A bare view box: a PlotItem brings menus without a parent, which Python may collect while Qt styles every
        # widget there is (a crash in QApplication.setStyleSheet).
        self.plot = pg.GraphicsView(background=None)
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False, invertY=True)
        self.plot.setAccessibleName(self.tr("Curves against depth, same rows as the scan"))
        self._items = {slot: _Line(connect="finite") for slot in (1, 2)}
        self._accepted = {slot: pg.PlotCurveItem(connect="finite") for slot in (1, 2)}
        self._cursor = pg.InfiniteLine(angle=0)
        self._quiet = label(self.tr("No curve yet: the model has not been here."), "quiet", wraps=True)
        self._set_up_plot()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX // 2)
        column.addLayout(self._head)
        column.addWidget(self._quiet)
        column.addWidget(self.plot, 1)
        self._quiet.setContentsMargins(GRID_PX, 0, GRID_PX, 0)
        self._shown_head: tuple[object, ...] = ()
        self.recolour(tokens)

    def _set_up_plot(self) -> None:
        self.plot.setCentralItem(self._box)
        self._box.setDefaultPadding(0.0)
        self._box.setXRange(-_MARGIN_SHARE, 1 + _MARGIN_SHARE, padding=0)
        self._scale_lines = _ScaleLines()
        for item in (self._scale_lines, self._cursor, *self._accepted.values(), *self._items.values()):
            self._box.addItem(item, ignoreBounds=True)
        for item in (self._cursor, *self._accepted.values()):
            item.hide()
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.viewport().installEventFilter(self)
        self.plot.setMouseTracking(True)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @Slot(object)
    def recolour(self, tokens: Tokens) -> None:
        """Take the colours of another theme."""
        self._tokens = tokens
        for slot, item in self._items.items():
            style = Qt.PenStyle.SolidLine if slot == 1 else Qt.PenStyle.DashLine
            item.setPen(pg.mkPen(tokens.colour(slot), width=1, style=style))
            self._accepted[slot].setPen(pg.mkPen(tokens.quiet, width=1, style=style))
        self._scale_lines.recolour(tokens)
        # With a ground of its own, what lies under the plot need not be painted at every scroll step.
        self.plot.setBackground(tokens.surface)
        self.plot.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._cursor.setPen(pg.mkPen(tokens.quiet, width=1, style=Qt.PenStyle.DotLine))
        for k in range(self._head.count()):
            entry = self._head.itemAt(k)
            widget = entry.widget() if entry else None
            if isinstance(widget, Swatch):
                widget.recolour(tokens)

    def plot_edges(self) -> tuple[float, float]:
        """Return the y of the plot's top and bottom edge in this widget, px: rows are locked to these."""
        top = self.plot.viewport().mapTo(self, QPointF(0, 0)).y()
        return top, top + self.plot.viewport().height()

    def show_rows(self, top: float, bottom: float) -> None:
        """Show the rows from the plot's top edge to its bottom edge (scan rows with their fractions)."""
        self._rows = (top, bottom)
        self._box.setYRange(top, max(bottom, top + 1e-3), padding=0)
        self._scale_lines.show_rows(top, bottom)

    def show_lines(self, lines: Sequence[CurveLine]) -> None:
        """Show curves; none clears the plot."""
        by_slot = {line.slot: line for line in lines}
        for slot, item in self._items.items():
            line = by_slot.get(slot)
            if line is None or line.rows.is_empty:
                item.setData([], [])
            else:
                item.setData(*thinned(line, _POINTS))
        has_ink = any(np.isfinite(line.share).any() for line in lines)
        self._quiet.setText("" if has_ink else self.tr("No curve on these rows."))
        self._show_head(lines)

    def show_accepted(self, lines: Sequence[CurveLine]) -> None:
        """Show the curves as they were accepted, faint; none where nothing in view differs from them."""
        by_slot = {line.slot: line for line in lines}
        for slot, item in self._accepted.items():
            item.setVisible(slot in by_slot)
            if slot in by_slot:
                item.setData(*thinned(by_slot[slot], _POINTS))

    def show_waiting(self) -> None:
        """Show that the curves are being traced: an empty plot would say that there are none."""
        self.show_lines(())
        self._quiet.setText(self.tr("The curves are being traced…"))

    def show_cursor(self, row: float | None) -> None:
        """Show the row under the mouse as a line across, or none."""
        self._cursor.setVisible(row is not None)
        if row is not None:
            self._cursor.setPos(row)

    def _show_head(self, lines: Sequence[CurveLine]) -> None:
        head = tuple((x.slot, x.mnemonic, x.unit, x.left, x.right, x.is_log) for x in lines)
        if head == self._shown_head:
            return
        self._shown_head = head
        while self._head.count():
            _throw_away(self._head.takeAt(0))
        for k, line in enumerate(lines):
            name = line.mnemonic or self.tr("curve {0}").format(line.slot)
            words, unit = ElidedLabel("heading"), ElidedLabel("small")
            words.show_text(self.tr("{0}, log").format(name) if line.is_log else name)
            unit.show_text(line.unit)
            unit.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._head.addWidget(Swatch(line.slot, self._tokens), 2 * k, 0)
            self._head.addWidget(words, 2 * k, 1)
            scale = QHBoxLayout()  # under the name, as a log's own heading has it
            scale.addWidget(label(format_number(line.left, digits=6), "small"))
            scale.addWidget(unit, 1)
            scale.addWidget(label(format_number(line.right, digits=6), "small"))
            self._head.addLayout(scale, 2 * k + 1, 0, 1, 2)
            self._head.setColumnStretch(1, 1)
        self.laid_out.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass the wheel and the hovered row on; everything else is pyqtgraph's."""
        if isinstance(event, QWheelEvent):
            self.wheel_turned.emit(event)
            return True
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            top, bottom = self._rows
            share = event.position().y() / max(1, self.plot.viewport().height())
            self.row_hovered.emit(int(top + share * (bottom - top)))
        if event.type() == QEvent.Type.Resize:
            self.laid_out.emit()
        return super().eventFilter(watched, event)


def _throw_away(entry: QLayoutItem | None) -> None:
    """Let a widget of a layout go, or all those of a layout in it."""
    inside = entry.layout() if entry else None
    while inside is not None and inside.count():
        _throw_away(inside.takeAt(0))
    widget = entry.widget() if entry else None
    if widget is not None:
        widget.deleteLater()


class _Line(pg.PlotCurveItem):  # type: ignore[misc] # pyqtgraph has no types
    """A curve two px wide: drawn three times a px apart, a fifth of what one wide pen costs at every scroll step."""

    def paint(self, painter: QPainter, *arguments: object) -> None:
        """Draw the curve, then once more to the right and once more below."""
        by = painter.deviceTransform().inverted()[0]
        for right, down in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)):
            painter.save()
            painter.translate(right * by.m11(), down * by.m22())
            super().paint(painter, *arguments)
            painter.restore()


class _ScaleLines(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """The track's borders and quarters: one item, because five endless lines took longer to draw than the curves."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = (0.0, 1.0)
        self._pens: tuple[QPen, QPen] = (QPen(), QPen())

    def recolour(self, tokens: Tokens) -> None:
        """Take the colours of another theme."""
        self._pens = pg.mkPen(tokens.line, width=1), pg.mkPen(tokens.quiet, width=1)
        self.update()

    def show_rows(self, top: float, bottom: float) -> None:
        """Reach over the rows that are shown."""
        self.prepareGeometryChange()
        self._rows = (top - 1.0, bottom + 1.0)

    def boundingRect(self) -> QRectF:
        """Return the scale over the rows that are shown."""
        return QRectF(-_MARGIN_SHARE, self._rows[0], 1.0 + 2 * _MARGIN_SHARE, self._rows[1] - self._rows[0])

    def paint(self, painter: QPainter, *_arguments: object) -> None:
        """Draw the quarters, then the borders."""
        for pen, shares in zip(self._pens, ((0.25, 0.5, 0.75), (0.0, 1.0)), strict=True):
            painter.setPen(pen)
            painter.drawLines([QLineF(at, self._rows[0], at, self._rows[1]) for at in shares])
