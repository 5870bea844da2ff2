"""Lasso and polygon: an outline round what is meant, drawn in one go or clicked corner by corner.

Separate from the brush because the outline is the gesture and the pixels inside it the edit. Press and draw: it closes
where the button is let go. Click, click, click: it closes at a double click or at a click on the first corner.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPolygonF

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.furniture import paint_handle
from veerdesk.desktop.canvas.tool import REACH_PX, Pointer, ToolDesk
from veerdesk.desktop.tools.meaning import class_for, painting_cursor, rule_for
from veerdesk.desktop.tools.preview import class_colour, journal_words
from veerdesk.desktop.tools.words import no_track_words
from veerdesk.labels.shapes import Point, polygon

# A hand that clicks moves less than this, screen px; one that draws moves more.
_DRAWN_PX = 6.0


class LassoTool:
    """Owns one outline; the button that began it says whose the ink inside becomes.

    Parameters
    ----------
    fixed
        None gives the ink to the class in hand; 254 (`EXCHANGED`) makes each curve the other.
    """

    has_width = False

    def __init__(self, desk: ToolDesk, fixed: int | None = None) -> None:
        self._desk, self._fixed = desk, fixed
        self._points: list[Point] = []
        self._hover: Point | None = None
        self._track: TrackSpec | None = None
        self._class = 1
        self._is_down = self._is_drawn = False

    @property
    def cursor(self) -> QCursor:
        """A cross that says what happens inside the outline."""
        cls = self._class if self._points else self._class_for(Qt.MouseButton.LeftButton)
        return painting_cursor(cls, self._desk.hand, self._desk.palette_in_use)

    @property
    def is_busy(self) -> bool:
        """True while an outline is drawn; between the clicks of a polygon the person may scroll."""
        return self._is_down and self._is_drawn

    def press(self, at: Pointer) -> None:
        """Begin an outline, add a corner, or close the polygon."""
        if not self._points:
            self._track = self._desk.track_at(at.row, at.col)
            if self._track is None:
                self._desk.say(no_track_words())
                return
            self._class = self._class_for(at.button)
            self._desk.hand.take_track(self._track.id)
        elif self._closes(at.at):
            self._close()
            return
        self._is_down, self._is_drawn = True, False
        self._add(at.at)
        if len(self._points) == 1:
            self._desk.say(
                QCoreApplication.translate(
                    "Tools", "Draw round it, or click corners: Enter closes, Backspace goes back."
                )
            )

    def move(self, at: Pointer) -> None:
        """Draw on, or show where the next side would lie."""
        if self._is_down and self._points and (self._is_drawn or self._away(self._points[-1], at.at) > _DRAWN_PX):
            self._is_drawn = True
            self._add(at.at)
        elif self._points:
            self._touch(at.at)
        self._hover = at.at

    def release(self, at: Pointer) -> None:
        """Close an outline that was drawn in one go."""
        is_drawn, self._is_down, self._is_drawn = self._is_drawn, False, False
        if is_drawn and self._points:
            self._add(at.at)
            self._close()

    @property
    def has_begun(self) -> bool:
        """True between the clicks of a polygon."""
        return bool(self._points) and not self._is_down

    def finish(self) -> None:
        """Close the polygon."""
        self._close()

    def take_back(self) -> None:
        """Forget the last corner."""
        self._touch(None)
        self._points.pop()
        self._hover = None  # the pointer still rests where the corner was: the side to it comes back with the next move

    def leave(self) -> None:
        """Forget where the pointer was."""
        self._hover = None

    def cancel(self) -> None:
        """Give the outline up."""
        self._touch(None)
        self._points, self._track = [], None
        self._is_down = self._is_drawn = False

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draw the outline so far, and the side that would close it."""
        if not self._points:
            return
        colour = QColor(*class_colour(self._class, self._desk.palette_in_use))
        points = [QPointF(*view.to_widget(*p)) for p in self._points]
        if self._hover is not None and not self._is_drawn:
            points.append(QPointF(*view.to_widget(*self._hover)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = QColor(colour)
        fill.setAlpha(40)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF(points))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(255, 255, 255, 220), 4.0), QPen(colour, 2.0)):
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(points))
        painter.setPen(QPen(colour, 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(points[-1], points[0])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        paint_handle(painter, points[0], colour)

    def _class_for(self, button: Qt.MouseButton) -> int:
        return self._fixed if self._fixed is not None else class_for(self._desk.hand, button)

    def _closes(self, at: Point) -> bool:
        """Return True for a double click, and for a click on the first corner once there are three."""
        on_first = len(self._points) > 2 and self._away(self._points[0], at) <= REACH_PX
        return on_first or self._away(self._points[-1], at) <= _DRAWN_PX

    def _close(self) -> None:
        points, track, bridge, cls = self._points, self._track, self._desk.bridge, self._class
        self.cancel()
        if track is None or bridge is None or len(points) < 3:
            return
        rule = rule_for(self._desk.hand, cls)
        bridge.paint(track.id, polygon(points), cls, rule, journal_words(cls), self._desk.hand.tool)

    def _away(self, a: Point, b: Point) -> float:
        return math.hypot(a[0] - b[0], a[1] - b[1]) * self._desk.view.scale

    def _add(self, at: Point) -> None:
        self._points.append(at)
        self._touch(at)

    def _touch(self, at: Point | None) -> None:
        """Ask for the place of the outline to be painted, with the pointer's."""
        spots = [*self._points, *(p for p in (self._hover, at) if p is not None)]
        if spots:
            slack = 8.0 / self._desk.view.scale
            rows, cols = [r for r, _ in spots], [c for _, c in spots]
            self._desk.touch(min(rows) - slack, min(cols) - slack, max(rows) + slack, max(cols) + slack)
