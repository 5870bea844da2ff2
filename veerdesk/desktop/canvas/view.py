"""ScanCanvas: the scan with everything over it, and the hand that changes it.

Separate because it is the one widget that paints the log; it computes nothing that outlives a frame.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QBrush,
    QColor,
    QCursor,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.desk import CanvasDesk
from veerdesk.desktop.canvas.hand import Hand
from veerdesk.desktop.canvas.heard import HeardViewport, KeyClaim
from veerdesk.desktop.canvas.keys import CanvasKeys
from veerdesk.desktop.canvas.layers import DeviceBox, ScanSource
from veerdesk.desktop.canvas.look import Look
from veerdesk.desktop.canvas.magnifier import Magnifier
from veerdesk.desktop.canvas.placed import Corners, Piece, Scene, TrackScene, areas_of, corners, pieces, touched
from veerdesk.desktop.canvas.stack import LayerStack
from veerdesk.desktop.canvas.tool import Tool, ToolMaker
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import AcceptedLine
from veerdesk.session.change import PAINTED, Change, ChangeKind
from veerdesk.session.review_queue import QueueItem
from veerdesk.session.view_state import ViewState
from veerdesk.tracing.crossings import Crossing

#: All but what a stroke changes: what lies over the scan follows from these, and never from a stroke.
_NOT_PAINT = ~(ChangeKind.LABELS | ChangeKind.TRACE | ChangeKind.HISTORY)
_DRAWN = ChangeKind.LABELS | ChangeKind.MODEL | ChangeKind.TRACE | ChangeKind.SCAN
_DESCRIBED = ChangeKind.DESCRIPTION | ChangeKind.SCAN


class ScanCanvas(HeardViewport):
    """Shows one scan of a session at a time and passes gestures to the tool in hand.

    Signals
    -------
    view_changed(), cursor_moved(row, col), anchor_asked(scan id, row), keep_asked() (space was tapped),
    said(sentence), asked(what the next click is to be, or nothing), hand.changed().
    """

    cursor_moved = Signal(int, int)
    anchor_asked = Signal(str, float)
    keep_asked = Signal()
    said = Signal(str)
    asked = Signal(str)

    def __init__(self, make_tool: ToolMaker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hand = Hand(self)
        #: Frames painted so far.
        self.frames = 0
        #: The bridge of the well that is shown; `set_session` changes it.
        self.bridge: SessionBridge | None = None
        self._look = Look()
        self._is_hiding = False
        self.stack = LayerStack()
        self._crossings: tuple[Crossing, ...] = ()
        self._crossing: int | None = None
        self._doubtful: tuple[QueueItem, ...] = ()
        self._doubt: QueueItem | None = None
        self._changes: tuple[tuple[RowSpan, ...], AcceptedLine | None] = ((), None)
        #: What lies over the scan, placed for the view it was placed for; None where it is to be placed again.
        self._furniture: tuple[ViewTransform, list[Piece]] | None = None
        #: What of the viewport tiles cover for certain, and the view for which it does.
        self._scan_rect: tuple[ViewTransform, QRect, Corners] | None = None
        #: True once every row of the scan is decoded: nothing of it is missing any more.
        self._is_whole = False
        self._pointer: Qt.CursorShape | QCursor | None = None
        self.keys = CanvasKeys(self)
        self._claim = KeyClaim(self.keys, self)
        self._desk = CanvasDesk(self)
        self.magnifier = Magnifier(self)
        self._make_tool = make_tool
        self.tool: Tool = make_tool("pan", self._desk)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.port.setMouseTracking(True)
        self.port.setTabletTracking(True)
        self.port.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.port.penned.connect(self._on_port_penned)
        self.port.left.connect(self._on_port_left)
        self.setAccessibleName(self.tr("The scan with the curves over it"))
        self.hand.changed.connect(self._on_hand_changed)
        self.hand.tool_asked.connect(self.set_tool)
        self.view_changed.connect(self._on_view_changed)

    @property
    def scan_id(self) -> str:
        """The scan that is shown; empty where none is."""
        return self.stack.scan_id

    @property
    def look(self) -> Look:
        """Palette, opacity and modes."""
        return self._look

    def set_session(self, bridge: SessionBridge | None) -> None:
        """Show the first scan of a well, or nothing."""
        if self.bridge is not None:
            self.bridge.drawn_by(None)
        self.tool.cancel()
        self.bridge = bridge
        self._crossings, self._crossing, self._doubtful, self._doubt = (), None, (), None
        self._changes = ((), None)
        self.hand.take_track(None)
        if bridge is None:
            self.stack.show(None, "")
            self.take_size(0, 0)
            self.repaint_all()
            return
        bridge.drawn_by(self._draw_change)
        scans = bridge.session.description.scans
        self.show_scan(scans[0].id if scans else "")

    def show_scan(self, scan_id: str) -> None:
        """Show another scan of the well, its whole width from the top."""
        if self.bridge is None:
            return
        self.tool.cancel()
        self.stack.show(self.bridge.session, scan_id)
        scan = self.stack.scan
        self.take_size(scan.height if scan else 0, scan.width if scan else 0)
        self.fit_width()
        self.move_to(replace(self.view, top=0))
        self.repaint_all()

    def restore(self, state: ViewState) -> None:
        """Show the well as it was left; a well that nobody looked at yet is shown in its whole width."""
        self._look = replace(
            self._look, opacity=state.opacity, is_contour=state.is_contour, is_inverted=state.is_inverted
        )
        self.hand.take_class(state.class_in_hand)
        self.hand.set_radius(state.brush_radius)
        self.hand.take_track(state.active_track)
        known = self.bridge is not None and state.scan in self.bridge.session.scans
        if not known:
            return
        if state.scan != self.scan_id:
            self.show_scan(state.scan)
        view = replace(self.view, scale=state.scale)
        s = view.device_scale
        self.aim_at(replace(view, top=round(state.top_row * s), left=round(state.left_col * s)))

    def view_state(self, before: ViewState) -> ViewState:
        """Return how the well is looked at now; what is not the canvas' own is as ``before``."""
        s = self.view.device_scale
        return replace(
            before,
            scan=self.scan_id,
            top_row=self.view.top / s,
            left_col=self.view.left / s,
            scale=self.scale,
            tool=self.hand.tool,
            brush_radius=self.hand.brush_radius,
            class_in_hand=self.hand.class_in_hand,
            opacity=self._look.opacity,
            is_contour=self._look.is_contour,
            is_inverted=self._look.is_inverted,
            active_track=self.hand.active_track,
        )

    def repaint_all(self) -> None:
        """Paint everything again, and place everything that lies over the scan again."""
        self._furniture = self._scan_rect = None
        self._is_whole = False
        self.viewport().update()

    @Slot(str)
    def set_tool(self, name: str) -> None:
        """Take a tool by name, as `tools.kit` lists them."""
        tool = self._make_tool(name, self._desk)
        self.tool.leave()
        self.tool.cancel()
        self.asked.emit("")
        self.hand.tool, self.tool = name, tool
        self.removeEventFilter(self._claim)
        if self.keys.claims_keys:  # asked about every event of ours, therefore not kept
            self.installEventFilter(self._claim)
        self.show_cursor()
        self.repaint_all()

    def set_look(self, look: Look) -> None:
        """Show everything in other colours, stronger or fainter, or in another mode."""
        if look != self._look:
            self._look = look
            self.repaint_all()

    def hide_overlay(self, is_hidden: bool) -> None:
        """Show the bare scan while the key is held."""
        if is_hidden != self._is_hiding:
            self._is_hiding = is_hidden
            self.repaint_all()

    def show_crossings(
        self,
        crossings: tuple[Crossing, ...],
        in_hand: int | None,
        doubtful: tuple[QueueItem, ...] = (),
        doubt: QueueItem | None = None,
    ) -> None:
        """Mark the crossings of the track in hand, hatch what is doubtful and not settled, frame one of both."""
        shown = crossings, in_hand, doubtful, doubt
        if shown != (self._crossings, self._crossing, self._doubtful, self._doubt):
            self._crossings, self._crossing, self._doubtful, self._doubt = shown
            self.repaint_all()

    def show_changes(self, places: tuple[RowSpan, ...], accepted: AcceptedLine | None) -> None:
        """Mark the rows of the track in hand that changed since they were accepted, with the curves as they were."""
        if (places, accepted) != self._changes:
            self._changes = places, accepted
            self.repaint_all()

    @property
    def pointed_at(self) -> tuple[int, int] | None:
        """Row and column under the pointer as the view lies now; None where it is elsewhere."""
        return self.keys.pointed_at

    def show_cursor(self) -> None:
        """Show the pointer that fits what is held."""
        pointer = self.keys.cursor()
        if pointer is not self._pointer:
            self._pointer = pointer
            self.viewport().setCursor(pointer)

    # -- Qt ---------------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Write the names in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.repaint_all()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place what lies over the scan for another size."""
        self._furniture = self._scan_rect = None
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the tiles under what is to be painted, then draw what is never kept."""
        if self.port.devicePixelRatioF() != self.view.dpr:
            self.move_to(self.view)
        self._desk.asked, areas = None, areas_of(event)
        painter = QPainter(self.port)
        try:
            for area in areas:
                self.paint_scan(painter, area, self.view)
            if self.bridge is not None:
                self._paint_over(painter, areas)
                if self.magnifier.is_on:
                    self.magnifier.paint(painter)
        finally:
            painter.end()
        self.frames += 1

    def paint_scan(self, painter: QPainter, area: Corners, view: ViewTransform) -> None:
        """Draw the scan with the classes and curves over it, as it lies under a part of the viewport."""
        dpr, look = view.dpr, self._look.without_overlay() if self._is_hiding else self._look
        if self._scan_rect is None or self._scan_rect[0] is not view:
            covered = self._covered(view)
            self._scan_rect = view, covered, corners(covered)
        x, y, x_end, y_end = area
        covered, (left, top, right, bottom) = self._scan_rect[1:]
        if x < left or y < top or x_end > right or y_end > bottom:
            rect = QRect(x, y, x_end - x, y_end - y)
            painter.setClipRegion(QRegion(rect).subtracted(QRegion(covered)))
            painter.fillRect(rect, QColor(*look.palette.paper))
            painter.setClipping(False)
        top, left = view.top, view.left
        if dpr == 1.0:
            box = DeviceBox(top + y, top + y_end, left + x, left + x_end)
        else:
            rows = top + int(y * dpr), top + ceil(y_end * dpr)
            box = DeviceBox(*rows, left + int(x * dpr), left + ceil(x_end * dpr))
        for image, at in self.stack.tiles.tiles(view.device_scale, look, box):
            part = box.clipped(at)
            (y0, y1, x0, x1), (tile_y, _, tile_x, _) = part, at
            if dpr == 1.0:
                painter.drawImage(x0 - left, y0 - top, image, x0 - tile_x, y0 - tile_y, x1 - x0, y1 - y0)
                continue
            source = QRect(x0 - tile_x, y0 - tile_y, x1 - x0, y1 - y0)
            image.setDevicePixelRatio(dpr)
            painter.drawImage(QPointF((x0 - left) / dpr, (y0 - top) / dpr), image, QRectF(source))

    def _paint_over(self, painter: QPainter, seen: list[Corners]) -> None:
        if not self._is_whole and (scan := self.stack.scan) is not None:
            self._is_whole = scan.ready_rows >= scan.height
            if not self._is_whole:
                self._paint_not_decoded(painter, scan)
        if not self._is_hiding:
            for paint in touched(self._placed(), seen):
                paint(painter)
        if not self._is_hiding or self.tool.is_busy:
            self.tool.paint(painter, self.view)

    def _placed(self) -> list[Piece]:
        """Return the furniture of the view, placed anew where anything it follows from may have changed."""
        if self._furniture is not None and self._furniture[0] is self.view:
            return self._furniture[1]
        assert self.bridge is not None
        session = self.bridge.session
        hand = self._crossings[self._crossing] if self._crossing is not None else None
        tracks = []
        for track in self.stack.tracks:
            is_active = track.id == self.hand.active_track
            tracks.append(
                TrackScene(
                    track,
                    self.stack.read_rows(track.id),
                    self.visible_rows(),
                    self.tr("not read yet") if not session.prediction_digest(track.id) else "",
                    self._crossings if is_active else (),
                    hand if is_active else None,
                    session.trace(track.id) if is_active else None,
                    self._doubtful if is_active else (),
                    *(self._changes if is_active else ((), None)),
                    self._doubt if is_active else None,
                )
            )
        scene = Scene(
            self.view,
            self.viewport().rect(),
            self._look.palette,
            self.font(),
            self.hand.tool,
            self.hand.active_track,
            tuple(self.stack.anchors()),
        )
        self._furniture = self.view, pieces(scene, tracks)
        return self._furniture[1]

    def _covered(self, view: ViewTransform) -> QRect:
        """Return the part of the viewport that tiles cover for certain."""
        scan = self.stack.scan
        if scan is None:
            return QRect()
        x0, y0 = view.to_widget(-0.5, -0.5)
        x1, y1 = view.to_widget(scan.height - 0.5, scan.width - 0.5)
        port = self.viewport().rect()
        left, top = max(0, ceil(x0)), max(0, ceil(y0))
        return QRect(left, top, min(port.width(), int(x1)) - left, min(port.height(), int(y1)) - top)

    def _paint_not_decoded(self, painter: QPainter, scan: ScanSource) -> None:
        x0, y0 = self.view.to_widget(scan.ready_rows - 0.5, -0.5)
        x1, y1 = self.view.to_widget(scan.height - 0.5, scan.width - 0.5)
        rest = QRectF(x0, y0, x1 - x0, y1 - y0).intersected(QRectF(self.viewport().rect()))
        if not rest.isEmpty():
            painter.fillRect(rest, QColor(*self._look.palette.paper))
            painter.fillRect(rest, QBrush(QColor(*self._look.palette.quiet), Qt.BrushStyle.Dense7Pattern))

    def _draw_change(self, change: Change) -> None:
        has_place = self._crossing is not None or self._doubt is not None
        if change.kinds is PAINTED and change.cols is not None and change.rows is not None:  # a stroke, traced later
            if has_place:
                self._furniture = None
            self.stack.forget_stroke(change.track_id, change.rows, change.cols)
            self._desk.touch(change.rows.start, change.cols[0], change.rows.stop, change.cols[1])
            return
        if change.kinds.touches(_NOT_PAINT) or (has_place and change.kinds.touches(ChangeKind.TRACE)):
            self._furniture = None
        if change.kinds.touches(_DESCRIBED):
            self._scan_rect, self._is_whole = None, False
            self.stack.follow()
            self.viewport().update()
        if change.kinds.touches(_DRAWN):
            touched = self.stack.forget(change)
            if touched is None:
                self.viewport().update()
            else:
                rows, cols = touched
                self._desk.touch(rows.start, cols[0], rows.stop, cols[1])

    @Slot()
    def _on_hand_changed(self) -> None:
        self.show_cursor()
        self.repaint_all()

    @Slot()
    def _on_view_changed(self) -> None:
        if self.bridge is not None:
            self.bridge.show_rows(self.scan_id, self.visible_rows())
            self.keys.view_moved()
