"""Pick: a click on a crossing exchanges the curves beside it, a click on a piece of stroke says whose it is.

Separate because nothing is drawn by hand here: what a click would do is found under the pointer and shown before it.
At a crossing: below it to the next, with Shift to the end of the log, with Alt above it. On a piece: left button
curve 1, right button curve 2, either one background while E is held.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QCursor, QPainter

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.tool import REACH_PX, Pointer, ToolDesk
from veerdesk.desktop.tools.cursors import worded_cursor
from veerdesk.desktop.tools.done import curve_words, length_words, place_words, taken_back_by_undo
from veerdesk.desktop.tools.targets import CrossingTarget, PieceTarget, paint_crossing, paint_piece
from veerdesk.desktop.tools.words import no_track_words, paint_words
from veerdesk.labels.classes import PixelClass
from veerdesk.labels.edits import Rule
from veerdesk.labels.extents import Reach, extent
from veerdesk.labels.pieces import MAX_PIECE_ROWS, Ink, nearest_ink, piece_at
from veerdesk.rows import RowSpan
from veerdesk.session.ink_lock import ink_in, stroke_in
from veerdesk.session.open_tracks import USUAL_STROKE_PX

# A pointer this near a stroke means it, screen px; a crossing is larger than a stroke.
_SNAP_PX = 6.0
_CROSSING_PX = 1.5 * REACH_PX
# While the pointer moves, a piece is followed this far each way, screen px: nobody sees more of it.
_SEEN_PX = 1600.0
# The words beside a crossing reach this far.
_WIDE_PX = 500.0


class PickTool:
    """Owns what lies under the pointer: a crossing with the rows it would exchange, or a piece of stroke."""

    has_width = False
    is_busy = False

    def __init__(self, desk: ToolDesk) -> None:
        self._desk = desk
        self._target: CrossingTarget | PieceTarget | None = None

    @property
    def cursor(self) -> Qt.CursorShape | QCursor:
        """A cross that says what the buttons mean."""
        if self._desk.hand.holds_background:
            words = QCoreApplication.translate("Tools", "background")
        else:
            words = QCoreApplication.translate("Tools", "left 1 · right 2")
        return worded_cursor(words, self._desk.palette_in_use)

    def press(self, at: Pointer) -> None:
        """Do what is shown under the pointer."""
        bridge = self._desk.bridge
        track = self._desk.track_at(at.row, at.col)
        if bridge is None or track is None:
            self._desk.say(no_track_words())
            return
        self._desk.hand.take_track(track.id)
        crossing = self._crossing_at(bridge, track, at)
        if crossing is not None:
            self._exchange(bridge, crossing)
        else:
            self._give(bridge, track, at)
        self._show(None)
        self.move(at)

    def move(self, at: Pointer) -> None:
        """Find what a click would do here, and show it."""
        bridge, known = self._desk.bridge, self._target
        track = self._desk.track_at(at.row, at.col)
        if bridge is None or track is None:
            self._show(None)
            return
        crossing = self._crossing_at(bridge, track, at)
        if crossing is not None:
            self._show(crossing)
        elif not (isinstance(known, PieceTarget) and known.track_id == track.id and known.holds(at.at)):
            seen = round(min(MAX_PIECE_ROWS, _SEEN_PX / self._desk.view.scale))
            self._show(self._piece_at(bridge, track, at, seen))

    def release(self, at: Pointer) -> None:
        """Do nothing: everything was done at the press."""

    def leave(self) -> None:
        """Show nothing any more."""
        self._show(None)

    def cancel(self) -> None:
        """Show nothing until the pointer moves again."""
        self._show(None)

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draw the rows that would be exchanged, or the outline of the piece."""
        target, palette = self._target, self._desk.palette_in_use
        if isinstance(target, CrossingTarget):
            paint_crossing(painter, view, target, palette)
            at = view.to_widget(target.row, target.column)
            paint_words(painter, target.words, at, palette, beside_px=_CROSSING_PX + 6)
        elif target is not None:
            colour = palette.flagged if self._desk.hand.holds_background else palette.doubt
            paint_piece(painter, view, target, colour)

    def _exchange(self, bridge: SessionBridge, crossing: CrossingTarget) -> None:
        words = QCoreApplication.translate("Tools", "exchange the curves")
        track, session = crossing.track, bridge.session
        is_below = crossing.rows.start >= crossing.row
        said = QCoreApplication.translate("Tools", "Pick: {0} and {1} exchanged over {2} {3} {4}").format(
            *(curve_words(track, slot) for slot in (1, 2)),
            length_words(session, track, crossing.rows),
            QCoreApplication.translate("Tools", "below" if is_below else "above"),
            place_words(session, track, RowSpan(crossing.row, crossing.row + 1)),
        )
        done = taken_back_by_undo(said)
        if bridge.exchange_at(track.id, crossing.row, crossing.rows, words, done=done) is None:
            self._desk.say(QCoreApplication.translate("Tools", "Neither curve has ink in these rows."))

    def _give(self, bridge: SessionBridge, track: TrackSpec, at: Pointer) -> None:
        piece = self._piece_at(bridge, track, at, MAX_PIECE_ROWS)
        if piece is None:
            self._desk.say(QCoreApplication.translate("Tools", "There is no ink here."))
            return
        if self._desk.hand.holds_background:
            cls, words = PixelClass.BACKGROUND, QCoreApplication.translate("Tools", "erase a piece of stroke")
        elif at.button == Qt.MouseButton.RightButton:
            cls, words = PixelClass.CURVE_2, QCoreApplication.translate("Tools", "give a piece to curve 2")
        else:
            cls, words = PixelClass.CURVE_1, QCoreApplication.translate("Tools", "give a piece to curve 1")
        bridge.paint(track.id, piece.region, int(cls), Rule.ANYTHING, words, self._desk.hand.tool)

    def _crossing_at(self, bridge: SessionBridge, track: TrackSpec, at: Pointer) -> CrossingTarget | None:
        """Return the crossing under the pointer with the rows that the keys held mean; None where there is none."""
        crossings, scale = bridge.session.crossings(track.id), self._desk.view.scale
        best, nearest = None, _CROSSING_PX
        for crossing in crossings:
            beside = abs(at.col - crossing.column)
            above = max(crossing.rows.start - at.row, at.row - crossing.rows.stop, 0.0)
            away = max(beside, above) * scale
            if away <= nearest:
                best, nearest = crossing, away
        if best is None:
            return None
        reach = _reach(at.keys)
        rows = extent(best.row, [c.row for c in crossings], track.geometry.rows, reach)
        text = QCoreApplication.translate("Tools", "exchange {0}: {1}")
        words = text.format(_words(reach), length_words(bridge.session, track, rows))
        return CrossingTarget(track, best.row, best.column, rows, words)

    def _piece_at(self, bridge: SessionBridge, track: TrackSpec, at: Pointer, rows_each_way: int) -> PieceTarget | None:
        """Return the piece under the pointer: of the curves' own ink first, of any ink where they have none."""
        session, geometry = bridge.session, track.geometry
        snap = max(1, round(_SNAP_PX / self._desk.view.scale))
        row, col = round(at.row), round(at.col)
        near = RowSpan(row - snap, row + snap + 1).clipped(geometry.rows)
        cols = geometry.box(session.scans[track.scan].width)
        beside = (max(cols[0], col - snap), min(cols[1], col + snap + 1))
        if near.is_empty or beside[0] >= beside[1]:
            return None
        within = RowSpan(row - rows_each_way, row + rows_each_way + 1).clipped(geometry.rows)
        for read in (stroke_in, ink_in):
            found = nearest_ink(read(session, track.id, near, beside), (row - near.start, col - beside[0]))
            if found is not None:
                ink = Ink(lambda rows, read=read: read(session, track.id, rows, cols), within, cols)  # type: ignore[misc]
                first = (near.start + found[0], beside[0] + found[1])
                region = piece_at(ink, *first, track.stroke_px or USUAL_STROKE_PX)
                return PieceTarget(track.id, region) if region is not None else None
        return None

    def _show(self, target: CrossingTarget | PieceTarget | None) -> None:
        if target == self._target:
            return
        for each in (self._target, target):
            if each is not None:
                rows, (left, right), slack = each.rows, each.cols, 3 * _CROSSING_PX / self._desk.view.scale
                wide = _WIDE_PX / self._desk.view.scale
                self._desk.touch(rows.start - slack, left - wide, rows.stop + slack, right + wide)
        self._target = target


def _reach(keys: Qt.KeyboardModifier) -> Reach:
    is_far = bool(keys & Qt.KeyboardModifier.ShiftModifier)
    if keys & Qt.KeyboardModifier.AltModifier:
        return Reach.TO_TOP if is_far else Reach.ABOVE
    return Reach.TO_END if is_far else Reach.TO_NEXT


def _words(reach: Reach) -> str:
    return {
        Reach.TO_NEXT: QCoreApplication.translate("Tools", "below, to the next crossing"),
        Reach.TO_END: QCoreApplication.translate("Tools", "below, to the end"),
        Reach.ABOVE: QCoreApplication.translate("Tools", "above, to the crossing before"),
        Reach.TO_TOP: QCoreApplication.translate("Tools", "above, to the top"),
    }[reach]
