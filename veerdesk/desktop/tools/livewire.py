"""Livewire: click along a stroke, and the ink between the clicks is followed.

Separate from the brush because the hand says where to go and the ink says how. The button of the first click says whose
the ink becomes; a double click ends, and all of it is one edit.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPolygonF

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.furniture import paint_handle
from veerdesk.desktop.canvas.tool import Pointer, ToolDesk
from veerdesk.desktop.tools.meaning import class_for, painting_cursor, rule_for
from veerdesk.desktop.tools.preview import class_colour, journal_words
from veerdesk.desktop.tools.words import no_track_words
from veerdesk.labels.livewire import cheapest_way, step_costs
from veerdesk.labels.pieces import nearest_ink
from veerdesk.labels.shapes import Point, polyline_brush
from veerdesk.rows import RowSpan
from veerdesk.session.ink_lock import ink_in, stroke_in
from veerdesk.session.open_tracks import USUAL_STROKE_PX

# A click this near a stroke means it, and a second one this near the last ends, screen px.
_SNAP_PX, _SAME_PX = 8.0, 6.0
# A way may leave the box of its two ends by this much, and is not looked for over more rows than that: scan px.
_BESIDE_PX, _MOST_ROWS = 60, 3000
#: Every so many pixels of a way are enough for a brush that is wider.
_EVERY = 3


class LivewireTool:
    """Owns the clicks of one stroke and the way along the ink between them."""

    has_width = False
    is_busy = False

    def __init__(self, desk: ToolDesk) -> None:
        self._desk = desk
        self._corners: list[Point] = []
        #: The ways from click to click.
        self._ways: list[list[Point]] = []
        self._ahead: list[Point] = []
        self._track: TrackSpec | None = None
        self._class = 1

    @property
    def cursor(self) -> QCursor:
        """A cross that says what is painted, and on which pixels."""
        cls = self._class if self._corners else class_for(self._desk.hand, Qt.MouseButton.LeftButton)
        return painting_cursor(cls, self._desk.hand, self._desk.palette_in_use)

    def press(self, at: Pointer) -> None:
        """Begin, go on to here, or end."""
        if self._track is None:
            self._track = self._desk.track_at(at.row, at.col)
            if self._track is None:
                self._desk.say(no_track_words())
                return
            self._class = class_for(self._desk.hand, at.button)
            self._desk.hand.take_track(self._track.id)
            self._desk.say(
                QCoreApplication.translate("Tools", "Click along the stroke: Enter ends, Backspace goes back.")
            )
        elif self._away(at.at) <= _SAME_PX:
            self._end()
            return
        spot = self._on_ink(at.at)
        if self._corners:
            self._ways.append(self._between(self._corners[-1], spot))
        self._corners.append(spot)
        self._show([])

    def move(self, at: Pointer) -> None:
        """Show the way from the last click to here."""
        if self._corners:
            self._show(self._between(self._corners[-1], self._on_ink(at.at)))

    def release(self, at: Pointer) -> None:
        """Do nothing: clicks are what counts."""

    @property
    def has_begun(self) -> bool:
        """True once there is a click to go on from."""
        return bool(self._corners)

    def finish(self) -> None:
        """Give the way so far to the curve."""
        self._end()

    def take_back(self) -> None:
        """Forget the last click, and the way to it."""
        self._show([])
        self._corners.pop()
        if self._ways:
            self._ways.pop()
        if not self._corners:
            self.cancel()

    def leave(self) -> None:
        """Show no way to a pointer that is not there."""
        if self._corners:
            self._show([])

    def cancel(self) -> None:
        """Give the stroke up."""
        self._show([])
        self._corners, self._ways, self._track = [], [], None

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draw the way so far and the way to the pointer, as wide as it will be painted."""
        if not self._corners:
            return
        colour = QColor(*class_colour(self._class, self._desk.palette_in_use))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for points, alpha in ((self._way() or self._corners[:1], 200), (self._ahead, 120)):
            colour.setAlpha(alpha)
            line = QPolygonF([QPointF(*view.to_widget(*p)) for p in points])
            pen = QPen(colour, max(2.0, 2 * self._radius() * view.scale))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        colour.setAlpha(255)
        for corner in self._corners:
            paint_handle(painter, QPointF(*view.to_widget(*corner)), colour)

    def _end(self) -> None:
        way, track, bridge, cls = self._way() or self._corners, self._track, self._desk.bridge, self._class
        radius = self._radius()
        self.cancel()
        if track is None or bridge is None or not way:
            return
        points = [*way[::_EVERY], way[-1]]
        rule = rule_for(self._desk.hand, cls)
        bridge.paint(track.id, polyline_brush(points, radius), cls, rule, journal_words(cls), self._desk.hand.tool)

    def _way(self) -> list[Point]:
        return [point for way in self._ways for point in way]

    def _radius(self) -> float:
        """Return half the width that is painted: the whole stroke, though the way may keep to one side of it."""
        stroke = (self._track.stroke_px if self._track else None) or USUAL_STROKE_PX
        return 0.75 * stroke + 1.5

    def _away(self, at: Point) -> float:
        last = self._corners[-1]
        return math.hypot(at[0] - last[0], at[1] - last[1]) * self._desk.view.scale

    def _on_ink(self, at: Point) -> Point:
        """Return the ink nearest to a position, of the curves first; the position itself where none is near."""
        track, bridge = self._track, self._desk.bridge
        assert track is not None
        assert bridge is not None
        snap, (row, col) = max(1, round(_SNAP_PX / self._desk.view.scale)), (round(at[0]), round(at[1]))
        rows = RowSpan(row - snap, row + snap + 1).clipped(track.geometry.rows)
        cols = (col - snap, col + snap + 1)
        if not rows.is_empty:
            for read in (stroke_in, ink_in):
                found = nearest_ink(read(bridge.session, track.id, rows, cols), (row - rows.start, snap))
                if found is not None:
                    return float(rows.start + found[0]), float(cols[0] + found[1])
        return at

    def _between(self, start: Point, stop: Point) -> list[Point]:
        """Return the way along ink between two places; the straight line where it would be a long search."""
        track, bridge = self._track, self._desk.bridge
        assert track is not None
        assert bridge is not None
        wide = track.geometry.box(bridge.session.scans[track.scan].width)
        low, high = sorted((round(start[0]), round(stop[0])))
        rows = RowSpan(low - _BESIDE_PX, high + _BESIDE_PX + 1).clipped(track.geometry.rows)
        cols = (
            max(wide[0], min(round(start[1]), round(stop[1])) - 4 * _BESIDE_PX),
            min(wide[1], max(round(start[1]), round(stop[1])) + 4 * _BESIDE_PX + 1),
        )
        ends = [(round(r) - rows.start, round(c) - cols[0]) for r, c in (start, stop)]
        inside = all(0 <= r < rows.rows and 0 <= c < cols[1] - cols[0] for r, c in ends)
        if not inside or rows.rows > _MOST_ROWS:
            return [start, stop]
        session = bridge.session
        costs = step_costs(stroke_in(session, track.id, rows, cols), ink_in(session, track.id, rows, cols))
        way = cheapest_way(costs, *ends)
        return [start, stop] if way is None else [(float(r + rows.start), float(c + cols[0])) for r, c in way]

    def _show(self, ahead: list[Point]) -> None:
        spots = [*self._corners, *self._way(), *self._ahead, *ahead]
        self._ahead = ahead
        if spots:
            slack = 12.0 / self._desk.view.scale + self._radius()
            rows, cols = [r for r, _ in spots], [c for _, c in spots]
            self._desk.touch(min(rows) - slack, min(cols) - slack, max(rows) + slack, max(cols) + slack)
