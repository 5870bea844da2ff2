"""Track borders: placed by four clicks, moved by dragging.

Separate because it edits the description, not pixels: one drag is one description, undoable like any gesture.
New track: click the left and the right border at the top, then both at the bottom; the left one first and then the
right one, each from top to bottom, will do as well. The track's rows are between the clicks. A border that is there: drag a handle; drag the line to move all of it; with Shift the line gets a knot where
it is taken; the right button takes a knot away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from veerdesk.calibration.description import CurveSpec, TrackSpec
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.furniture import border_points, paint_borders, paint_handle
from veerdesk.desktop.canvas.tool import REACH_PX, Pointer, ToolDesk
from veerdesk.imaging.geometry import Polyline, column_at
from veerdesk.labels.shapes import Point

#: Narrower than this nothing can be read from a track, px.
_LEAST_WIDTH_PX = 8.0


def click_words(clicks: Sequence[Point]) -> str:
    """Return what the next click is to be, after those that were made."""
    words = [
        QCoreApplication.translate("Tools", "Click the left border of the track, at its top."),
        QCoreApplication.translate("Tools", "Click the right border, at the top. Escape takes a click back."),
        QCoreApplication.translate("Tools", "Go to the track's bottom and click its left border there."),
        QCoreApplication.translate("Tools", "Click the right border, at the bottom."),
    ]
    if _is_one_border(clicks):
        words[2] = QCoreApplication.translate("Tools", "Click the right border at the top.")
    return words[len(clicks)]


def _is_one_border(clicks: Sequence[Point]) -> bool:
    """Return True where the first two clicks lie below each other, as on one border, and not beside each other."""
    return len(clicks) > 1 and abs(clicks[1][0] - clicks[0][0]) > abs(clicks[1][1] - clicks[0][1])


def _as_borders(clicks: Sequence[Point]) -> tuple[Polyline, Polyline]:
    """Return the left and the right border of four clicks: the upper two are the top of both, whatever the order.

    Clicks of which no two lie above the others are the first border and then the second.
    """
    by_row = sorted(clicks)
    upper, lower = (sorted(pair, key=lambda at: at[1]) for pair in (by_row[:2], by_row[2:]))
    if by_row[1][0] < by_row[2][0] and upper[0][1] < lower[1][1] and lower[0][1] < upper[1][1]:
        return (upper[0], lower[0]), (upper[1], lower[1])
    return tuple(sorted(clicks[:2])), tuple(sorted(clicks[2:]))


def _lines(clicks: Sequence[Point], hover: Point | None) -> list[list[Point]]:
    """Return what is drawn of a track while it is placed, the pointer taken for the next click."""
    points = [*clicks, *([hover] if hover is not None else [])]
    if len(clicks) < 2 or _is_one_border(clicks):
        return [points[:2], points[2:]]
    tops = sorted(clicks[:2], key=lambda at: at[1])
    return [tops, *([top, bottom] for top, bottom in zip(tops, points[2:], strict=False))]


@dataclass(frozen=True, slots=True)
class _Grip:
    """What a press took hold of. ``knot`` None is the whole line; ``side`` top or bottom is a row of the track."""

    track: TrackSpec
    side: str
    knot: int | None


class BorderTool:
    """Owns the clicks of a track that is being placed, or the border that is being dragged."""

    cursor = Qt.CursorShape.CrossCursor
    has_width = False

    def __init__(self, desk: ToolDesk) -> None:
        self._desk = desk
        self._clicks: list[Point] = []
        self._hover: Point | None = None
        self._grip: _Grip | None = None
        self._from = (0.0, 0.0)
        self._dragged: TrackSpec | None = None

    @property
    def is_busy(self) -> bool:
        """True while a border is dragged; between clicks the person may scroll."""
        return self._grip is not None

    def press(self, at: Pointer) -> None:
        """Take hold of a border, or place the next point of a new track."""
        if self._desk.bridge is None:
            return
        grip = self._grip_at(at) if not self._clicks else None
        if at.button == Qt.MouseButton.RightButton:
            if grip is not None:
                self._remove_knot(grip)
            self.cancel()
            return
        if grip is not None:
            if at.keys & Qt.KeyboardModifier.ShiftModifier:
                grip = _with_knot(grip, at.row)
            self._grip, self._from, self._dragged = grip, at.at, grip.track
            self._desk.hand.take_track(grip.track.id)
        else:
            self._clicks.append(at.at)
            self._after_click()
        self._desk.touch_all()

    def move(self, at: Pointer) -> None:
        """Follow the pointer."""
        self._hover = at.at
        if self._grip is not None:
            self._dragged = _moved(self._grip, self._from, at.at)
            self._desk.touch_all()
        elif self._clicks:
            self._desk.touch_all()

    def release(self, at: Pointer) -> None:
        """Let go: one description."""
        if self._grip is None:
            return
        grip, self._grip, self._dragged = self._grip, None, None
        moved = _moved(grip, self._from, at.at)
        bridge = self._desk.bridge
        self._desk.touch_all()
        if bridge is None or moved == bridge.session.description.track(moved.id):
            return
        refusal = _refusal(moved)
        if refusal:
            self._desk.say(refusal)
            return
        words = QCoreApplication.translate("Tools", "move the borders of {0}").format(moved.name)
        bridge.describe(bridge.session.description.with_track(moved), words)

    def leave(self) -> None:
        """Forget where the pointer was."""
        self._hover = None

    def cancel(self) -> None:
        """Give up a drag, or take back the last click of a new track."""
        if self._grip is not None:
            self._grip = self._dragged = None
        elif self._clicks:
            self._clicks.pop()
            self._hover = None  # nor is a line drawn to where it was
            self._desk.ask(click_words(self._clicks))
        self._desk.touch_all()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draw the clicks so far, or the border as it would lie."""
        palette = self._desk.palette_in_use
        if self._dragged is not None:
            paint_borders(painter, view, self._dragged, palette, is_active=True, handles=True)
        if not self._clicks:
            return
        colour = QColor(*palette.flagged)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for points in _lines(self._clicks, self._hover):
            line = QPolygonF([QPointF(*view.to_widget(r, c)) for r, c in points])
            painter.setPen(QPen(QColor(255, 255, 255, 170), 4.0))
            painter.drawPolyline(line)
            painter.setPen(QPen(colour, 1.8))
            painter.drawPolyline(line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for row, col in self._clicks:
            paint_handle(painter, QPointF(*view.to_widget(row, col)), colour)

    def _after_click(self) -> None:
        if len(self._clicks) < 4:
            self._desk.ask(click_words(self._clicks))
            return
        clicks, self._clicks = self._clicks, []
        self._desk.ask("")
        self._place(*_as_borders(clicks))

    def _place(self, left: Polyline, right: Polyline) -> None:
        bridge = self._desk.bridge
        assert bridge is not None
        height = bridge.session.scans[self._desk.scan_id].height
        left, right = _apart(left), _apart(right)
        top = max(0, round(min(left[0][0], right[0][0])))
        bottom = min(height - 1, round(max(left[-1][0], right[-1][0])))
        if bottom <= top:
            self._desk.say(
                QCoreApplication.translate("Tools", "The track has no rows: click its lower end further down.")
            )
            return
        if left[0][1] > right[0][1]:
            left, right = right, left
        track = bridge.session.new_track(scan=self._desk.scan_id, top=top, bottom=bottom, left=left, right=right)
        track = replace(track, curves=(CurveSpec(1), CurveSpec(2)))
        refusal = _refusal(track)
        if refusal:
            self._desk.say(refusal)
            return
        words = QCoreApplication.translate("Tools", "place {0}").format(track.name)
        if bridge.describe(bridge.session.description.with_track(track), words) is not None:
            self._desk.hand.take_track(track.id)
            self._desk.say(
                QCoreApplication.translate(
                    "Tools", "{0} is placed. Where its borders wander, let them follow the print."
                ).format(track.name)
            )

    def _remove_knot(self, grip: _Grip) -> None:
        """Take a knot between the ends of a border away."""
        bridge = self._desk.bridge
        if bridge is None or not grip.knot:
            return
        points = border_points(_line(grip), grip.track.geometry.rows)
        if grip.knot < len(points) - 1:
            moved = _with_line(grip, (*points[: grip.knot], *points[grip.knot + 1 :]))
            words = QCoreApplication.translate("Tools", "take a knot from the borders of {0}").format(moved.name)
            bridge.describe(bridge.session.description.with_track(moved), words)

    def _grip_at(self, at: Pointer) -> _Grip | None:
        """Return what is within reach of the pointer: a knot first, then an end of the track, then a line."""
        bridge, view = self._desk.bridge, self._desk.view
        assert bridge is not None
        reach = REACH_PX / view.scale
        found: list[tuple[tuple[int, float], _Grip]] = []
        for track in bridge.session.description.tracks:
            if track.scan != self._desk.scan_id:
                continue
            for side, line in (("left", track.left), ("right", track.right)):
                for k, (row, col) in enumerate(border_points(line, track.geometry.rows)):
                    away = float(np.hypot(row - at.row, col - at.col))
                    found.append(((0, away), _Grip(track, side, k)))
                if track.top - reach <= at.row <= track.bottom + reach:
                    away = abs(float(column_at(line, np.array([at.row]))[0]) - at.col)
                    found.append(((2, away), _Grip(track, side, None)))
            middle = sum(float(column_at(b, np.array([at.row]))[0]) for b in (track.left, track.right)) / 2
            width = track.geometry.width_px
            for side, row_at in (("top", track.top), ("bottom", track.bottom)):
                if abs(at.col - middle) < width / 2 - reach:
                    found.append(((1, abs(at.row - row_at)), _Grip(track, side, None)))
        active = self._desk.hand.active_track
        near = [(rank, grip.track.id != active, k) for k, (rank, grip) in enumerate(found) if rank[1] <= reach]
        return found[min(near)[2]][1] if near else None


def _moved(grip: _Grip, start: tuple[float, float], to: tuple[float, float]) -> TrackSpec:
    track, d_row, d_col = grip.track, to[0] - start[0], to[1] - start[1]
    if grip.side == "top":
        return replace(track, top=max(0, min(track.bottom - 1, round(track.top + d_row))))
    if grip.side == "bottom":
        return replace(track, bottom=max(track.top + 1, round(track.bottom + d_row)))
    points = border_points(_line(grip), track.geometry.rows)
    if grip.knot is None:
        points = [(row, col + d_col) for row, col in points]
    else:
        row, col = points[grip.knot]
        points[grip.knot] = (row, col + d_col)
    return _with_line(grip, tuple((row, round(col, 2)) for row, col in points))


def _line(grip: _Grip) -> Polyline:
    return grip.track.left if grip.side == "left" else grip.track.right


def _with_line(grip: _Grip, line: Polyline) -> TrackSpec:
    return replace(grip.track, left=line) if grip.side == "left" else replace(grip.track, right=line)


def _with_knot(grip: _Grip, row: float) -> _Grip:
    """Return the grip on a new knot of the line at a row; a grip on anything else stays what it is."""
    if grip.knot is not None or grip.side not in ("left", "right"):
        return grip
    row = float(round(row))
    knot = (row, float(column_at(_line(grip), np.array([row]))[0]))
    points = sorted((*border_points(_line(grip), grip.track.geometry.rows), knot))
    return _Grip(_with_line(grip, tuple(points)), grip.side, points.index(knot))


def _apart(line: Polyline) -> Polyline:
    """Return a border of one point where both clicks fell on one row: it is taken as upright."""
    return line if len(line) == 2 and line[1][0] - line[0][0] >= 1.0 else line[:1]


def _refusal(track: TrackSpec) -> str:
    """Return why a track cannot be, as a sentence; nothing where it can."""
    rows = np.linspace(track.top, track.bottom, 65)
    width = track.geometry.right_at(rows) - track.geometry.left_at(rows)
    worst = int(np.argmin(width))
    if width[worst] < _LEAST_WIDTH_PX:
        return QCoreApplication.translate(
            "Tools",
            "The borders of {0} would meet at row {1}. Place the right border to the right of the left one.",
        ).format(track.name, f"{round(float(rows[worst])):,}")
    return ""
