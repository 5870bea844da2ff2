"""Fill: a click gives everything that is connected to the pixel under the pointer to one class.

Separate from picking because a fill knows no strokes and no junctions: it goes as far as the pixels touch.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QCursor, QPainter

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.tool import Pointer, ToolDesk
from veerdesk.desktop.tools.meaning import class_for, painting_cursor, rule_for
from veerdesk.desktop.tools.preview import class_colour, journal_words
from veerdesk.desktop.tools.targets import PieceTarget, paint_piece
from veerdesk.desktop.tools.words import no_track_words
from veerdesk.labels.edits import Rule, allowed
from veerdesk.labels.fill import cut_out, filled
from veerdesk.rows import RowSpan
from veerdesk.session.ink_lock import ink_in

#: A fill reaches this many rows up and down at most: about two screens, and found in a few milliseconds.
REACH_ROWS = 800
_RIM_PX = 10.0


class FillTool:
    """Owns what lies under the pointer; left button for the class in hand, right button for the other curve."""

    has_width = False
    is_busy = False

    def __init__(self, desk: ToolDesk) -> None:
        self._desk = desk
        self._target: PieceTarget | None = None
        #: What of the target a click would change, and what that follows from.
        self._tint: tuple[tuple[PieceTarget, int, Rule], PieceTarget | None] | None = None

    @property
    def cursor(self) -> QCursor:
        """A cross that says what is filled, and on which pixels."""
        hand = self._desk.hand
        return painting_cursor(class_for(hand, Qt.MouseButton.LeftButton), hand, self._desk.palette_in_use)

    def press(self, at: Pointer) -> None:
        """Fill what is connected to the pixel under the pointer."""
        bridge, track = self._desk.bridge, self._desk.track_at(at.row, at.col)
        if bridge is None or track is None:
            self._desk.say(no_track_words())
            return
        self._desk.hand.take_track(track.id)
        target = self._found(bridge, track, at)
        if target is None:
            self._desk.say(QCoreApplication.translate("Tools", "Nothing closes this paper in: it is not filled."))
            return
        cls = class_for(self._desk.hand, at.button)
        rule = rule_for(self._desk.hand, cls)
        bridge.paint(track.id, target.region, cls, rule, journal_words(cls), self._desk.hand.tool)
        self._show(None)
        self.move(at)

    def move(self, at: Pointer) -> None:
        """Find what a click would fill here, and show it."""
        bridge, known, track = self._desk.bridge, self._target, self._desk.track_at(at.row, at.col)
        if bridge is None or track is None:
            self._show(None)
        elif known is None or known.track_id != track.id or not known.holds(at.at):
            self._show(self._found(bridge, track, at))

    def release(self, at: Pointer) -> None:
        """Do nothing: everything was done at the press."""

    def leave(self) -> None:
        """Show nothing any more."""
        self._show(None)

    def cancel(self) -> None:
        """Show nothing until the pointer moves again."""
        self._show(None)

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Outline what a click would change, and nothing that the rule in hand keeps as it is."""
        cls = class_for(self._desk.hand, Qt.MouseButton.LeftButton)
        tinted = self.tinted(cls)
        if tinted is not None:
            paint_piece(painter, view, tinted, class_colour(cls, self._desk.palette_in_use))

    def tinted(self, cls: int) -> PieceTarget | None:
        """Return the pixels of what lies under the pointer of which a fill would say something new; None where none."""
        bridge, target, rule = self._desk.bridge, self._target, rule_for(self._desk.hand, cls)
        if bridge is None or target is None:
            return None
        key = target, cls, rule
        if self._tint is None or self._tint[0] != key:
            self._tint = key, _changed(bridge, target, cls, rule)
        return self._tint[1]

    def _found(self, bridge: SessionBridge, track: TrackSpec, at: Pointer) -> PieceTarget | None:
        session, shape = bridge.session, track.geometry
        row, col = math.floor(at.row + 0.5), math.floor(at.col + 0.5)
        cols = shape.box(session.scans[track.scan].width)
        rows = RowSpan(row - REACH_ROWS, row + REACH_ROWS + 1).clipped(shape.rows)
        if row not in rows or not cols[0] <= col < cols[1]:
            return None
        classes = session.label_map(track.id).classes(rows, cols)
        mask = filled(classes, ink_in(session, track.id, rows, cols), row - rows.start, col - cols[0])
        return PieceTarget(track.id, cut_out(mask, rows.start, cols[0])) if mask is not None else None

    def _show(self, target: PieceTarget | None) -> None:
        if target is self._target:
            return
        slack = _RIM_PX / self._desk.view.scale
        for each in (self._target, target):
            if each is not None:
                (left, right), rows = each.cols, each.rows
                self._desk.touch(rows.start - slack, left - slack, rows.stop + slack, right + slack)
        self._target = target


def _changed(bridge: SessionBridge, target: PieceTarget, cls: int, rule: Rule) -> PieceTarget | None:
    region, labels = target.region, bridge.session.label_map(target.track_id)
    ink = bridge.paintable(target.track_id, region, cls) if rule is Rule.INK_ONLY else None
    mask = region.mask & allowed(labels, region, cls, rule, ink)
    mask &= np.not_equal(labels.said(region.rows, region.cols), cls)
    return PieceTarget(target.track_id, cut_out(mask, region.row0, region.col0)) if mask.any() else None
