"""Depth anchors: a click asks for the depth of a row, a drag moves an anchor that is there; both snap to printed lines.

Separate because it edits the scan's depths and nothing else; the depth itself is typed in the panel.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from veerdesk.desktop.anchors import anchor_problem
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.tool import REACH_PX, Pointer, ToolDesk
from veerdesk.desktop.tools.words import paint_words
from veerdesk.imaging.depth_lines import printed_line

DepthMarks = tuple[tuple[float, float], ...]

_WIDEST_PX = 20_000.0
#: How near, screen px, a printed line must be to be meant; and in scan px at most, however far the view is zoomed out.
_SNAP_PX, _SNAP_ROWS = 8.0, 40.0
_WORDS_BESIDE_PX = 20.0


class AnchorTool:
    """Owns the anchor that is being dragged, the line under the pointer, and the row whose depth is being typed."""

    cursor = Qt.CursorShape.SplitVCursor
    has_width = False

    def __init__(self, desk: ToolDesk) -> None:
        self._desk = desk
        self._hover: float | None = None
        self._hover_col = 0.0
        self._line: float | None = None
        self._held: int | None = None
        #: The row that was clicked last, and the marks there were: another mark answers the question, or ends it.
        self._asked: tuple[float, DepthMarks] | None = None

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
            self._asked = self._meant(at), anchors
            self._desk.touch_all()
            self._desk.ask_anchor(self._asked[0])

    def move(self, at: Pointer) -> None:
        """Follow the pointer."""
        before = self._hover, self._line
        self._hover, self._hover_col, self._line = at.row, at.col, self._printed(at)
        for row in (*before, self._hover, self._line):
            self._touch(row)

    def release(self, at: Pointer) -> None:
        """Let go: one description with the anchor at its new row."""
        held, self._held = self._held, None
        bridge = self._desk.bridge
        if held is None or bridge is None:
            return
        scan = bridge.session.description.scan(self._desk.scan_id)
        depth = scan.depth[held][1]
        moved = tuple(sorted((*(a for k, a in enumerate(scan.depth) if k != held), (self._meant(at), depth))))
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
        for row in (self._hover, self._line):
            self._touch(row)
        self._hover = self._line = None

    def cancel(self) -> None:
        """Leave the anchor where it was, and ask for no depth any more."""
        self._held = self._asked = None
        self._desk.touch_all()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draw the line that a click would take: solid where it is printed, dashed where it is but the pointer's row.

        The line that was clicked stays, with what is wanted of it, until its depth is typed.
        """
        bridge = self._desk.bridge
        if self._asked is not None and bridge is not None:
            row, marks = self._asked
            if bridge.session.description.scan(self._desk.scan_id).depth == marks:
                self._paint_asked(painter, view, row)
        if self._hover is None:
            return
        x, y = view.to_widget(round(self._hover) if self._line is None else self._line, self._hover_col)
        palette = self._desk.palette_in_use
        style = Qt.PenStyle.DashLine if self._line is None else Qt.PenStyle.SolidLine
        wide = 2.0 if self._held is not None or self._line is not None else 1.0
        painter.setPen(QPen(QColor(*palette.flagged), wide, style))
        painter.drawLine(QPointF(0.0, y), QPointF(_WIDEST_PX, y))
        if self._line is not None:
            words = QCoreApplication.translate("Tools", "the printed line · Alt: the row under the pointer")
            paint_words(painter, words, (x, y), palette, beside_px=_WORDS_BESIDE_PX)

    def _paint_asked(self, painter: QPainter, view: ViewTransform, row: float) -> None:
        palette, (_, y) = self._desk.palette_in_use, view.to_widget(row, 0.0)
        painter.setPen(QPen(QColor(*palette.flagged), 2.0))
        painter.drawLine(QPointF(0.0, y), QPointF(_WIDEST_PX, y))
        words = QCoreApplication.translate("Tools", "type the depth of this line")
        paint_words(painter, words, (0.0, y), palette, beside_px=_WORDS_BESIDE_PX)

    def _meant(self, at: Pointer) -> float:
        """Return the row that a click means, to a tenth of a row where a line is printed there."""
        line = self._printed(at)
        return float(round(at.row)) if line is None else round(line, 1)

    def _printed(self, at: Pointer) -> float | None:
        """Return the row of the printed line beside the pointer; None where there is none, or Alt says not to look."""
        bridge = self._desk.bridge
        scan = bridge.session.scans.get(self._desk.scan_id) if bridge is not None else None
        if scan is None or at.keys & Qt.KeyboardModifier.AltModifier:
            return None
        reach = min(_SNAP_ROWS, _SNAP_PX / self._desk.view.scale)
        return printed_line(scan.read, at.at, (scan.height, scan.width), reach_rows=reach)

    def _touch(self, row: float | None) -> None:
        if row is not None:
            slack = 2.5 * _WORDS_BESIDE_PX / self._desk.view.scale
            left = self._desk.view.to_scan(0.0, 0.0)[1]
            self._desk.touch(row - slack, left, row + slack, left + _WIDEST_PX / self._desk.view.scale)
