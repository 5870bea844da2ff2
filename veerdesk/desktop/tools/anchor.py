"""Depth anchors: a click asks for the depth of a row, a drag moves an anchor that is there.

Separate because it edits the scan's depths and nothing else; the depth itself is typed in the panel.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from veerdesk.desktop.anchors import anchor_problem
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.tool import REACH_PX, Pointer, ToolDesk

_WIDEST_PX = 20_000.0


class AnchorTool:
    """Owns the anchor that is being dragged, and the line under the pointer."""

    cursor = Qt.CursorShape.SplitVCursor
    has_width = False

    def __init__(self, desk: ToolDesk) -> None:
        self._desk = desk
        self._hover: float | None = None
        self._held: int | None = None

    @property
    def is_busy(self) -> bool:
        """True while an anchor is dragged."""
        return self._held is not None

    def press(self, at: Pointer) -> None:
        """Take hold of the anchor under the pointer, or ask for the depth of this row."""
        bridge = self._desk.bridge
        if bridge is None or at.button != Qt.MouseButton.LeftButton:
            return
        anchors = bridge.session.description.scan(self._desk.scan_id).depth
        near = [(abs(row - at.row), k) for k, (row, _) in enumerate(anchors)]
        if near and min(near)[0] * self._desk.view.scale <= REACH_PX:
            self._held = min(near)[1]
        else:
            self._desk.ask_anchor(float(round(at.row)))

    def move(self, at: Pointer) -> None:
        """Follow the pointer."""
        for row in (self._hover, at.row):
            self._touch(row)
        self._hover = at.row

    def release(self, at: Pointer) -> None:
        """Let go: one description with the anchor at its new row."""
        held, self._held = self._held, None
        bridge = self._desk.bridge
        if held is None or bridge is None:
            return
        scan = bridge.session.description.scan(self._desk.scan_id)
        depth = scan.depth[held][1]
        moved = tuple(sorted((*(a for k, a in enumerate(scan.depth) if k != held), (float(round(at.row)), depth))))
        problem = anchor_problem(moved)
        self._desk.touch_all()
        if problem:
            self._desk.say(problem)
        elif moved != scan.depth:
            after = bridge.session.description.with_scan(replace(scan, depth=moved))
            words = QCoreApplication.translate("Tools", "move the depth mark at {0}").format(f"{depth:g}")
            bridge.describe(after, words)

    def leave(self) -> None:
        """Take the line off the scan."""
        self._touch(self._hover)
        self._hover = None

    def cancel(self) -> None:
        """Leave the anchor where it was."""
        self._held = None
        self._desk.touch_all()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draw the line under the pointer."""
        if self._hover is None:
            return
        _, y = view.to_widget(round(self._hover), 0.0)
        colour = QColor(*self._desk.palette_in_use.flagged)
        painter.setPen(QPen(colour, 2.0 if self._held is not None else 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0.0, y), QPointF(_WIDEST_PX, y))

    def _touch(self, row: float | None) -> None:
        if row is not None:
            slack = 4.0 / self._desk.view.scale
            left = self._desk.view.to_scan(0.0, 0.0)[1]
            self._desk.touch(row - slack, left, row + slack, left + _WIDEST_PX / self._desk.view.scale)
