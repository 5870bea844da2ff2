"""The scan and what stands beside it: how wide each side is, and the handles that fold a side away.

Separate because the scan is what a person works on: a side gives way to it, and comes back as it was with one click.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import IntEnum

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QSplitterHandle, QWidget

#: The share of the window's width that the scan has where nobody dragged a handle.
SCAN_SHARE = 0.55
HANDLE_PX = 7
_FOLDED_PX = 20
_CURVES_PX = (96, 420)
_PANEL_PX = (276, 336)
#: A panel this share of the window's width reads well between its least and its most.
_PANEL_SHARE = 0.21
#: What a drag cannot take from the scan.
_LEAST_SCAN_PX = 320
_ARROW_PX = 3.0
_UNLIMITED_PX = 16_777_215


class Side(IntEnum):
    """What stands beside the scan, from the left."""

    CURVES = 0
    PANEL = 1


def usual_widths(window_px: int, taken_px: int) -> tuple[int, int]:
    """Return the width of the curves and of the panel, px, where nobody dragged a handle.

    ``taken_px`` is what tools, ruler, minimap and handles take of a window ``window_px`` wide.

    >>> usual_widths(1280, 200)
    (100, 276)
    >>> usual_widths(1920, 200)
    (327, 336)
    """
    panel, left = _panel_and_rest(window_px, taken_px)
    return min(_CURVES_PX[1], max(_CURVES_PX[0], left)), panel


def has_room(window_px: int, taken_px: int) -> bool:
    """Return True where a window is wide enough for both sides beside a scan that has its share.

    >>> has_room(1280, 200), has_room(1200, 200)
    (True, False)
    """
    return _panel_and_rest(window_px, taken_px)[1] >= _CURVES_PX[0]


def has_room_for_panel(window_px: int, taken_px: int) -> bool:
    """Return True where a window is wide enough for the panel alone, the curves being away.

    >>> has_room_for_panel(1100, 200), has_room_for_panel(1000, 200)
    (True, False)
    """
    return _panel_and_rest(window_px, taken_px)[1] >= _FOLDED_PX - HANDLE_PX


def _panel_and_rest(window_px: int, taken_px: int) -> tuple[int, int]:
    """Return the panel's usual width, and what is left for the curves beside a scan that has its share, px."""
    panel = min(_PANEL_PX[1], max(_PANEL_PX[0], round(_PANEL_SHARE * window_px)))
    return panel, int(window_px * (1 - SCAN_SHARE)) - taken_px - panel


class _Held(QWidget):
    """Holds one side: folded it is no pixel wide, and its handle stays."""

    def __init__(self, least_px: int) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._part: QWidget | None = None
        self._least_px, self.is_folded = least_px, False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.setMinimumWidth(least_px)

    def hold(self, part: QWidget) -> None:
        """Take the part to be shown; it may come later than its place."""
        self._part = part
        self._row.addWidget(part)
        part.setVisible(not self.is_folded)

    def fold(self, is_folded: bool) -> None:
        """Give all of the width back, or take it again."""
        self.is_folded = is_folded
        self.setMinimumWidth(0 if is_folded else self._least_px)
        self.setMaximumWidth(0 if is_folded else _UNLIMITED_PX)
        if self._part is not None:
            self._part.setVisible(not is_folded)


class SideHandle(QSplitterHandle):
    """The edge of a side: dragged it is made wider, clicked it is folded away or comes back."""

    clicked = Signal()

    def __init__(self, parent: QSplitter) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.is_folded = False
        self._pressed_at: QPointF | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_folded(self, is_folded: bool) -> None:
        """Point where a click moves the side to, and name the side while it is away."""
        self.is_folded = is_folded
        cursor = Qt.CursorShape.PointingHandCursor if is_folded else Qt.CursorShape.SplitHCursor
        self.setCursor(cursor)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return a line to drag, or room for the name of what is folded away."""
        return QSize(_FOLDED_PX if self.is_folded else HANDLE_PX, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the edge, and an arrow in its middle."""
        painter = QPainter(self)
        try:
            roles = self.palette()
            is_under = self.underMouse()
            painter.fillRect(self.rect(), roles.color(QPalette.ColorRole.Mid if is_under else QPalette.ColorRole.Base))
            painter.setPen(QPen(QColor(roles.color(QPalette.ColorRole.Mid)), 1))
            painter.drawLine(0, 0, 0, self.height())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(roles.color(QPalette.ColorRole.WindowText)), 1.4))
            if self.is_folded:
                self._paint_name(painter)
            x, y = self.width() / 2 + 0.5, self.height() / 2
            by = -_ARROW_PX / 2 if self.is_folded else _ARROW_PX / 2
            ends = (QPointF(x - by, y - 2 * _ARROW_PX), QPointF(x + by, y), QPointF(x - by, y + 2 * _ARROW_PX))
            painter.drawPolyline(QPolygonF(ends))
        finally:
            painter.end()

    def _paint_name(self, painter: QPainter) -> None:
        metrics = painter.fontMetrics()
        painter.save()
        painter.translate(self.width() / 2, self.height() / 2 + 5 * _ARROW_PX)
        painter.rotate(90)
        painter.drawText(QPointF(0, metrics.capHeight() / 2), self.accessibleName())
        painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag, or a click."""
        self._pressed_at = event.globalPosition()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag once the hand has moved as far as a drag begins; a folded side has nothing to be dragged."""
        if self._pressed_at is not None:
            moved = (event.globalPosition() - self._pressed_at).manhattanLength()
            if moved < QApplication.startDragDistance():
                return
            self._pressed_at = None
        if not self.is_folded:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag, or take it as a click."""
        super().mouseReleaseEvent(event)
        if self._pressed_at is not None:
            self._pressed_at = None
            self.clicked.emit()


class SidesSplitter(QSplitter):
    """Owns how the width is shared between the scan and its sides; ``fold_asked`` is the side whose handle was clicked.

    A side is as wide as it was dragged to, or as is usual in a window so wide; the scan has the rest. ``before_px`` is what
    stands in the window before the splitter, ``around_px`` what stands round the scan in its own part. In a window too
    narrow for both sides the curves give way to the scan by themselves, and in a yet narrower one the panel too, unless it
    is needed (``gave_way`` says the side, and whether it is away); they come back with the room. A person who brings a
    side back before, or folds it away, is obeyed.
    """

    fold_asked = Signal(int)
    gave_way = Signal(int, bool)

    def __init__(self, scan: QWidget, *, before_px: int, around_px: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._before_px, self._around_px = before_px, around_px + len(Side) * HANDLE_PX
        self._held = {Side.CURVES: _Held(_CURVES_PX[0]), Side.PANEL: _Held(_PANEL_PX[0])}
        self._dragged: tuple[int, int] | None = None
        #: What a person folded away, and what they brought back that had given way.
        self._put_away: set[Side] = set()
        self._kept: set[Side] = set()
        self._is_panel_needed = False
        self.setHandleWidth(HANDLE_PX)
        self.setChildrenCollapsible(False)
        scan.setMinimumWidth(_LEAST_SCAN_PX)
        for part in (scan, *self._held.values()):
            self.addWidget(part)
        self.handle_of(Side.CURVES).clicked.connect(self._on_curves_handle_clicked)
        self.handle_of(Side.PANEL).clicked.connect(self._on_panel_handle_clicked)
        self.splitterMoved.connect(self._on_self_splitter_moved)

    def createHandle(self) -> SideHandle:
        """Return a handle that folds too."""
        return SideHandle(self)

    def handle_of(self, side: Side) -> SideHandle:
        """Return the handle at the left edge of a side."""
        out = self.handle(side + 1)
        assert isinstance(out, SideHandle)
        return out

    @property
    def dragged(self) -> tuple[int, int] | None:
        """The widths of both sides that a person dragged them to, px; None where they are as usual."""
        return self._dragged

    def hold(self, side: Side, part: QWidget) -> None:
        """Put a part into its place; the scan beside it does not move."""
        self._held[side].hold(part)

    def fold(self, side: Side, is_folded: bool) -> None:
        """Fold a side away by hand, or bring it back as wide as it was."""
        (self._kept.discard if is_folded else self._kept.add)(side)
        self._leave(side, is_folded)

    def need_panel(self, is_needed: bool) -> None:
        """Say whether the panel is what is worked in: it then gives way to nothing."""
        if is_needed != self._is_panel_needed:
            self._is_panel_needed = is_needed
            self._make_room()
            self._share_out()

    def restore(self, put_away: Collection[Side], dragged: Sequence[int] | None) -> None:
        """Fold away what was folded away by hand, and make both sides as wide as they were dragged to, or as usual for None."""
        self._dragged = (dragged[0], dragged[1]) if dragged is not None else None
        for side in Side:
            self._leave(side, side in put_away)

    def gives_way(self, side: Side) -> bool:
        """Return True where a side is away by itself: the window is too narrow for it."""
        return self._held[side].is_folded and side not in self._put_away

    def _leave(self, side: Side, is_folded: bool) -> None:
        (self._put_away.add if is_folded else self._put_away.discard)(side)
        self._show(side, is_folded)
        self._make_room()
        self._share_out()

    def _make_room(self) -> None:
        """Let the sides give way, or come back, as the window's width asks."""
        room = self.width() + self._before_px, self._before_px + self._around_px
        self._give_way(Side.CURVES, is_narrow=not has_room(*room))
        self._give_way(Side.PANEL, is_narrow=not (self._is_panel_needed or has_room_for_panel(*room)))

    def _give_way(self, side: Side, *, is_narrow: bool) -> None:
        if not is_narrow:
            self._kept.discard(side)
        is_away = is_narrow and side not in self._kept
        if side not in self._put_away and is_away != self._held[side].is_folded:
            self._show(side, is_away)
            self.gave_way.emit(side, is_away)

    def _show(self, side: Side, is_folded: bool) -> None:
        self._held[side].fold(is_folded)
        self.handle_of(side).show_folded(is_folded)

    def is_folded(self, side: Side) -> bool:
        """Return True where a side is folded away."""
        return self._held[side].is_folded

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width out: the sides keep theirs as far as they can, and the curves give way where they cannot."""
        super().resizeEvent(event)
        self._make_room()
        self._share_out()

    def _wanted(self) -> tuple[int, int]:
        return self._dragged or usual_widths(self.width() + self._before_px, self._before_px + self._around_px)

    def _share_out(self) -> None:
        whole = self.width() - sum(self.handle_of(side).sizeHint().width() for side in Side)
        wanted = self._wanted()
        sides = [0 if held.is_folded else px for held, px in zip(self._held.values(), wanted, strict=True)]
        self.setSizes([max(_LEAST_SCAN_PX, whole - sum(sides)), *sides])

    @Slot(int, int)
    def _on_self_splitter_moved(self, _at: int, _index: int) -> None:
        now = zip(self._held.values(), self.sizes()[1:], self._wanted(), strict=True)
        curves, panel = (was if held.is_folded else px for held, px, was in now)
        self._dragged = (curves, panel)

    @Slot()
    def _on_curves_handle_clicked(self) -> None:
        self.fold_asked.emit(Side.CURVES)

    @Slot()
    def _on_panel_handle_clicked(self) -> None:
        self.fold_asked.emit(Side.PANEL)
