"""The scrolling and zooming of the canvas: one transform, two scroll bars, no painting.

Separate because where the view is must stay right at 250,000 rows whatever is painted there.
"""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent, QTabletEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from veerdesk.desktop.canvas.coordinates import ViewTransform, zoom_step
from veerdesk.rows import RowSpan

#: A wheel notch scrolls this many screen px, an arrow key half of it.
NOTCH_PX = 96
_PAGE_SHARE = 0.9


class _Port(QWidget):
    """The widget that is painted on: it hears what a scroll area passes to nobody."""

    left = Signal()
    penned = Signal(object)

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the pointer has gone."""
        self.left.emit()
        super().leaveEvent(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Pass a pen on."""
        event.accept()
        self.penned.emit(event)


class ScanViewport(QAbstractScrollArea):
    """Owns the transform between scan and screen; ``view_changed`` follows every scroll and zoom."""

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        #: The viewport: asked for at every stroke, and the scroll area looks for it anew each time.
        self.port = _Port()
        self.setViewport(self.port)
        self._size = (0, 0)
        #: Where the scan lies under the viewport; `move_to` changes it.
        self.view = ViewTransform()
        #: The view that is wanted, and what of it could be shown: it is tried again with every other size.
        self._aim: tuple[ViewTransform, ViewTransform] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        # A bar moves at every scroll step, and where it is seen through the whole window under it is painted first.
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            if (holder := bar.parentWidget()) is not None:
                holder.setAutoFillBackground(True)

    @property
    def scale(self) -> float:
        """Screen px per scan px."""
        return self.view.scale

    def visible_rows(self) -> RowSpan:
        """Return the rows of the scan that are on screen."""
        return self.view.rows_between(0.0, self.viewport().height()).clipped(RowSpan(0, self._size[0]))

    def row_at(self, y: float) -> float:
        """Return the row at a height of the viewport, scan px."""
        return self.view.to_scan(0.0, y)[0]

    def go_to_row(self, row: float) -> None:
        """Centre a row; the columns stay."""
        middle = self.viewport().height() / 2
        col = self.view.to_scan(0.0, 0.0)[1]
        self.move_to(self.view.showing(row, col, 0.0, middle))

    def show_columns(self, left: float, right: float) -> None:
        """Centre some columns where their middle, or more than half of them, is out of view; the rows stay."""
        x0, x1, width = self.view.to_widget(0.0, left)[0], self.view.to_widget(0.0, right)[0], self.viewport().width()
        middle = (x0 + x1) / 2
        seen = min(x1, width) - max(x0, 0.0)
        if not 0 <= middle <= width or seen < min(x1 - x0, width) / 2:
            self.scroll_px(middle - width / 2, 0.0)

    def zoom_by(self, steps: float, at: QPointF | None = None) -> None:
        """Zoom some steps of the ladder, about a place of the viewport or its middle."""
        self.zoom_to(zoom_step(self.view.scale, steps), at)

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Zoom to a scale, screen px per scan px."""
        at = at or QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        self.move_to(self.view.zoomed(scale, at.x(), at.y()))

    def fit_width(self) -> None:
        """Show the whole width of the scan; the row in the middle stays there."""
        if self._size[1]:
            self.zoom_to(self.viewport().width() / self._size[1])

    def scroll_px(self, dx: float, dy: float) -> None:
        """Move the view right and down by screen px."""
        view = self.view
        self.move_to(replace(view, top=view.top + round(dy * view.dpr), left=view.left + round(dx * view.dpr)))

    def scroll_page(self, pages: int) -> None:
        """Move the view down by pages."""
        self.scroll_px(0.0, pages * _PAGE_SHARE * self.viewport().height())

    def move_to(self, view: ViewTransform) -> None:
        """Show another part of the scan, as far as there is one."""
        port = self.viewport()
        dpr = port.devicePixelRatioF()
        if dpr != view.dpr:  # the window came to another screen: the same scan px stay in the corner
            more = dpr / view.dpr
            view = replace(view, dpr=dpr, top=round(view.top * more), left=round(view.left * more))
        view = view.clamped(self._size, (port.height(), port.width()))
        if view != self.view:
            self.view = view
            self._show_bars()
            port.update()
            self.view_changed.emit()

    def aim_at(self, view: ViewTransform) -> None:
        """Show a part of the scan, and show it again when the canvas gets its size, unless a hand moved it meanwhile."""
        self.move_to(view)
        self._aim = view, self.view

    def take_size(self, height: int, width: int) -> None:
        """Take the size of the scan that is shown, scan px."""
        self._size = (height, width)
        self.view = ViewTransform(dpr=self.viewport().devicePixelRatioF())
        self.move_to(replace(self.view, top=1))
        self._show_bars()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the upper left corner, as far as it still can be there."""
        super().resizeEvent(event)
        if self._aim is not None and self.view == self._aim[1]:
            self.aim_at(self._aim[0])
        else:
            self._aim = None
            self.move_to(self.view)
        self._show_bars()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Follow the scroll bars."""
        view = self.view
        top, left = self.verticalScrollBar().value(), self.horizontalScrollBar().value()
        corner = (round(top * view.dpr), round(left * view.dpr))
        self.move_to(replace(view, top=corner[0] if dy else view.top, left=corner[1] if dx else view.left))

    def _show_bars(self) -> None:
        view, port = self.view, self.viewport()
        for bar, scan_px, at, view_px in (
            (self.verticalScrollBar(), self._size[0], view.top, port.height()),
            (self.horizontalScrollBar(), self._size[1], view.left, port.width()),
        ):
            blocker = QSignalBlocker(bar)
            bar.setPageStep(view_px)
            bar.setSingleStep(NOTCH_PX // 2)
            bar.setRange(0, max(0, math.ceil(scan_px * view.scale - 1e-6) - view_px))
            bar.setValue(round(at / view.dpr))
            blocker.unblock()
            if bar.isVisibleTo(self) != (bar.maximum() > 0):  # Qt shows and hides a bar when it hears of its range
                bar.rangeChanged.emit(bar.minimum(), bar.maximum())
