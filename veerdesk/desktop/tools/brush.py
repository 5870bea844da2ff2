"""Brush, eraser, forgetting and the exchange brush: one gesture, one edit, where the rule in hand lets it.

Separate because all four are one stroke with another class. The class is read when the stroke begins and is shown on
the cursor, so a key pressed in between changes the next stroke and not this one.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.look import CanvasPalette
from veerdesk.desktop.canvas.tool import Pointer, ToolDesk
from veerdesk.desktop.tools.meaning import class_for, painting_cursor, rule_for
from veerdesk.desktop.tools.preview import Preview, class_colour, journal_words, preview_of
from veerdesk.desktop.tools.words import no_track_words
from veerdesk.labels.edits import Rule
from veerdesk.labels.shapes import Point, polyline_brush


class BrushTool:
    """Owns one stroke: left button for the class in hand, right button for the other curve.

    Parameters
    ----------
    fixed
        None paints with the class in hand; background makes it an eraser, 255 (`NOT_SAID`) makes it forget,
        254 (`EXCHANGED`) makes each curve the other.
    """

    has_width = True

    def __init__(self, desk: ToolDesk, fixed: int | None = None) -> None:
        self._desk, self._fixed = desk, fixed
        self._hover: Point | None = None
        self._points: list[Point] = []
        #: What the preview shows so far, and how many of the points that is.
        self._pieces: list[Preview] = []
        self._shown = 0
        self._track: TrackSpec | None = None
        self._class = 1
        self._rule = Rule.INK_ONLY
        #: The pointer for what is in hand, and the words of a class: looked up in no catalogue while they stay the same.
        self._pointer: tuple[tuple[int, Rule, CanvasPalette], QCursor] | None = None
        self._words: dict[int, str] = {}

    @property
    def cursor(self) -> QCursor:
        """A cross that says what is painted, and on which pixels."""
        hand, palette = self._desk.hand, self._desk.palette_in_use
        cls = self._class_for(Qt.MouseButton.LeftButton)
        key = cls, hand.rule_in_use, palette
        if self._pointer is None or self._pointer[0] != key:
            self._pointer = key, painting_cursor(cls, hand, palette)
        return self._pointer[1]

    @property
    def is_busy(self) -> bool:
        """True while a stroke is drawn."""
        return bool(self._points)

    def press(self, at: Pointer) -> None:
        """Begin a stroke on the track under the pointer."""
        track = self._desk.track_at(at.row, at.col)
        if track is None or self._desk.bridge is None:
            self._desk.say(no_track_words())
            return
        hand, place = self._desk.hand, at[:2]
        self._track, self._class = track, self._class_for(at.button)
        self._rule = rule_for(hand, self._class)
        hand.take_track(track.id)
        self._points = [place]
        self._touch(place, place)

    def move(self, at: Pointer) -> None:
        """Draw on, or move the ring."""
        self._move_ring(at.at)
        if self._points:
            self._touch(self._points[-1], at.at)
            self._points.append(at.at)

    def release(self, at: Pointer) -> None:
        """Hand the stroke over as one edit."""
        track, bridge, place = self._track, self._desk.bridge, at[:2]
        if not self._points or track is None or bridge is None:
            return
        if place != self._points[-1]:
            self._points.append(place)
        region = polyline_brush(self._points, self._desk.hand.brush_radius)
        cls, rule = self._class, self._rule
        self._clear()
        if cls not in self._words:
            self._words[cls] = journal_words(cls)
        bridge.paint(track.id, region, cls, rule, self._words[cls], self._desk.hand.tool)

    def leave(self) -> None:
        """Take the ring off the scan."""
        self._move_ring(None)

    def cancel(self) -> None:
        """Give the stroke up."""
        self._clear()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draw the stroke so far, and the ring."""
        for k in range(self._shown, len(self._points)):
            self._add(self._points[max(0, k - 1)], self._points[k])
        self._shown = len(self._points)
        for piece in self._pieces:
            piece.paint(painter, view)
        if self._hover is not None:
            self._paint_ring(painter, view, self._hover)

    def _paint_ring(self, painter: QPainter, view: ViewTransform, at: Point) -> None:
        hand = self._desk.hand
        x, y = view.to_widget(*at)
        reach = max(2.5, hand.brush_radius * view.scale)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(255, 255, 255, 220), 3.0))
        painter.drawEllipse(QPointF(x, y), reach, reach)
        shown = self._class if self._points else self._class_for(Qt.MouseButton.LeftButton)
        pen = QPen(QColor(*class_colour(shown, self._desk.palette_in_use)), 1.6)
        if rule_for(hand, shown) is not Rule.INK_ONLY:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawEllipse(QPointF(x, y), reach, reach)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _add(self, a: Point, b: Point) -> None:
        """Add a capsule to the preview, as far as it would be painted."""
        track, bridge = self._track, self._desk.bridge
        if track is None or bridge is None:
            return
        region = polyline_brush((a, b), self._desk.hand.brush_radius)
        piece = preview_of(bridge, track, region, self._class, self._rule, self._desk.palette_in_use)
        if piece is not None:
            self._pieces.append(piece)

    def _touch(self, a: Point, b: Point) -> None:
        """Ask for the place of a capsule to be painted; what is seen of it there is worked out when it is."""
        reach = self._desk.hand.brush_radius + 1.0
        self._desk.touch(
            min(a[0], b[0]) - reach, min(a[1], b[1]) - reach, max(a[0], b[0]) + reach, max(a[1], b[1]) + reach
        )

    def _clear(self) -> None:
        for piece in self._pieces:
            region = piece.region
            self._desk.touch(region.rows.start, region.cols[0], region.rows.stop, region.cols[1])
        self._points, self._pieces, self._shown, self._track = [], [], 0, None

    def _move_ring(self, at: Point | None) -> None:
        for each in (self._hover, at):
            if each is not None:
                reach = self._desk.hand.brush_radius + 6.0 / self._desk.view.scale
                self._desk.touch(each[0] - reach, each[1] - reach, each[0] + reach, each[1] + reach)
        self._hover = at

    def _class_for(self, button: Qt.MouseButton) -> int:
        return self._fixed if self._fixed is not None else class_for(self._desk.hand, button)
