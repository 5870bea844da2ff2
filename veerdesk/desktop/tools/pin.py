"""Pins: drag a curve to where it is, and both curves are traced again through that point.

Separate because a pin is a person's word about a curve and not about a pixel: it goes into the description, one drag one
description. A curve dragged onto the other's stroke takes it over, from the nearest crossing, pin or accepted row above
to the nearest below, and the other curve takes the first one's. Off the curves, the left button pins curve 1 and the right one curve 2; on a pin, a drag moves it and the
right button takes it away.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from veerdesk.calibration.description import Pin, Slot, TrackSpec
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.tool import REACH_PX, Pointer, ToolDesk
from veerdesk.desktop.tools.done import curve_words, length_words, place_words, taken_back_by_undo
from veerdesk.desktop.tools.words import no_track_words, paint_words
from veerdesk.imaging.ink import ink_mask
from veerdesk.labels.edits import PaintEdit, exchange_rows
from veerdesk.labels.shapes import Point
from veerdesk.rows import RowSpan
from veerdesk.session.open_tracks import USUAL_STROKE_PX
from veerdesk.session.pinning import rows_around_pin

# A pin is put in the middle of ink that is not much wider than a stroke.
_WIDE_STROKES = 3.0
_WIDE_PX = 400.0


@dataclass(frozen=True, slots=True)
class _Held:
    """What a press took hold of: a curve, and the pin that is moved where one was there."""

    track: TrackSpec
    slot: Slot
    start: Point
    pin: Pin | None = None


class PinTool:
    """Owns the curve or the pin that is being dragged, and what lies under the pointer."""

    cursor = Qt.CursorShape.CrossCursor
    has_width = False

    def __init__(self, desk: ToolDesk) -> None:
        self._desk = desk
        self._held: _Held | None = None
        self._under: _Held | None = None
        self._at: Point | None = None

    @property
    def is_busy(self) -> bool:
        """True while a curve is dragged."""
        return self._held is not None

    def press(self, at: Pointer) -> None:
        """Take hold of a pin or a curve; off both, of the curve that the button means."""
        track = self._desk.track_at(at.row, at.col)
        if track is None or self._desk.bridge is None:
            self._desk.say(no_track_words())
            return
        self._desk.hand.take_track(track.id)
        is_right, under = at.button == Qt.MouseButton.RightButton, self._found(track, at.at)
        if is_right and under is not None and under.pin is not None:
            self._take_away(track, under.pin)
            return
        held = under or _Held(track, 2 if is_right else 1, at.at)
        if track.curve(held.slot) is None:
            self._desk.say(QCoreApplication.translate("Tools", "This track has no curve {0}.").format(held.slot))
            return
        self._held = held
        self._touch(at.at)

    def move(self, at: Pointer) -> None:
        """Follow the pointer."""
        for spot in (self._at, at.at):
            self._touch(spot)
        self._at = at.at
        if self._held is None:
            track = self._desk.track_at(at.row, at.col)
            self._under = self._found(track, at.at) if track is not None else None

    def release(self, at: Pointer) -> None:
        """Let go: one description with the pin in it."""
        held, self._held, self._under = self._held, None, None
        if held is None:
            return
        self._touch(held.start)
        row = math.floor(at.row + 0.5)
        if row not in held.track.geometry.rows:
            self._desk.say(QCoreApplication.translate("Tools", "The track has no such row: pin its curves inside it."))
            return
        pin = Pin("at", held.slot, RowSpan(row, row + 1), round(self._centred(held.track, row, at.col), 2))
        words = QCoreApplication.translate("Tools", "pin curve {0}").format(held.slot)
        same_place = [p for p in held.track.pins if (p.kind, p.slot, p.rows) == (pin.kind, pin.slot, pin.rows)]
        old = (*same_place, *((held.pin,) if held.pin else ()))
        self._describe(held, old, pin, words, self._exchange(held.track, pin, words))

    def leave(self) -> None:
        """Show nothing under the pointer any more."""
        self._touch(self._at)
        self._at = self._under = None

    def cancel(self) -> None:
        """Leave the curve where it was."""
        self._held = None
        self._desk.touch_all()

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draw what is under the pointer, and the curve as it is dragged; the pins themselves are always shown."""
        palette, shown = self._desk.palette_in_use, self._held or self._under
        if self._desk.bridge is None or shown is None or self._at is None:
            return
        colour = QColor(*palette.curve(shown.slot))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        start, end = (QPointF(*view.to_widget(*p)) for p in (shown.start, self._at))
        if self._held is not None:
            for pen in (QPen(QColor(255, 255, 255, 220), 4.0), QPen(colour, 2.0, Qt.PenStyle.DashLine)):
                painter.setPen(pen)
                painter.drawLine(start, end)
        spot = end if self._held is not None else start
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(255, 255, 255, 220), 4.0), QPen(colour, 2.0)):
            painter.setPen(pen)
            painter.drawEllipse(spot, 7.0, 7.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        name = shown.track.curve(shown.slot)
        text = QCoreApplication.translate("Tools", "curve {0} {1}").format(shown.slot, name.mnemonic if name else "")
        paint_words(painter, text.strip(), (spot.x(), spot.y()), palette, beside_px=14.0)

    def _found(self, track: TrackSpec, at: Point) -> _Held | None:
        """Return the pin, else the curve, within reach of a position."""
        bridge, reach = self._desk.bridge, REACH_PX / self._desk.view.scale
        assert bridge is not None
        near = [
            (math.hypot(at[0] - p.rows.start, at[1] - p.column), k)
            for k, p in enumerate(track.pins)
            if p.kind == "at" and p.column is not None
        ]
        if near and min(near)[0] <= reach:
            pin = track.pins[min(near)[1]]
            return _Held(track, pin.slot, (float(pin.rows.start), pin.column or 0.0), pin)
        trace, row = bridge.session.trace(track.id), math.floor(at[0] + 0.5)
        if trace is None or row not in trace.rows:
            return None
        away = np.abs(trace.x[:, row - trace.rows.start] - at[1])
        if not np.isfinite(away).any() or float(np.nanmin(away)) > reach:
            return None
        slot: Slot = 1 if int(np.nanargmin(away)) == 0 else 2
        return _Held(track, slot, (float(row), float(trace.x[slot - 1, row - trace.rows.start])))

    def _centred(self, track: TrackSpec, row: int, col: float) -> float:
        """Return the middle of the stroke under a position of a row; the position itself where there is none."""
        bridge = self._desk.bridge
        assert bridge is not None
        half = math.ceil(_WIDE_STROKES * (track.stroke_px or USUAL_STROKE_PX))
        first = math.floor(col + 0.5) - half
        ink = ink_mask(bridge.session.scans[track.scan].read(RowSpan(row, row + 1), (first, first + 2 * half + 1)))[0]
        if self._desk.hand.bypasses_ink or not ink[half]:
            return col
        paper = np.flatnonzero(~ink)
        left, right = paper[paper < half], paper[paper > half]
        if not len(left) or not len(right):
            return col
        return first + (int(left[-1]) + int(right[0])) / 2

    def _take_away(self, track: TrackSpec, pin: Pin) -> None:
        self._under = None
        words = QCoreApplication.translate("Tools", "take a pin of curve {0} away").format(pin.slot)
        self._describe(_Held(track, pin.slot, (0.0, 0.0), pin), (pin,), None, words)

    def _exchange(self, track: TrackSpec, pin: Pin, words: str) -> PaintEdit | None:
        """Return the exchange that a curve dragged onto the other's stroke means; None for every other pin."""
        bridge = self._desk.bridge
        assert bridge is not None
        rows = rows_around_pin(track, pin, bridge.session.trace(track.id), bridge.session.crossings(track.id))
        if rows is None:
            return None
        cols = track.geometry.box(bridge.session.scans[track.scan].width)
        return exchange_rows(bridge.session.label_map(track.id), track.id, rows, cols, words)

    def _describe(
        self, held: _Held, old: tuple[Pin, ...], new: Pin | None, words: str, edit: PaintEdit | None = None
    ) -> None:
        bridge, track = self._desk.bridge, held.track
        assert bridge is not None
        after = replace(track, pins=(*(p for p in track.pins if p not in old), *((new,) if new else ())))
        done = self._done_words(held, new, edit)
        bridge.describe(bridge.session.description.with_track(after), words, edit, done=done)
        self._desk.touch_all()

    def _done_words(self, held: _Held, new: Pin | None, edit: PaintEdit | None) -> str:
        """Return what was done with a pin: placed, moved, or taken away, and how far the curves changed places with it."""
        bridge, track = self._desk.bridge, held.track
        assert bridge is not None
        pin = new or held.pin
        assert pin is not None
        if new is None:
            said = QCoreApplication.translate("Tools", "Pin: the pin of {0} at {1} taken away")
        elif held.pin is not None:
            said = QCoreApplication.translate("Tools", "Pin: the pin of {0} moved to {1}")
        else:
            said = QCoreApplication.translate("Tools", "Pin: {0} pinned at {1}")
        if edit is not None:
            said += QCoreApplication.translate("Tools", ", the two curves exchanged over {2}")
        rows = edit.rows if edit is not None else pin.rows
        where = place_words(bridge.session, track, pin.rows), length_words(bridge.session, track, rows)
        return taken_back_by_undo(said.format(curve_words(track, pin.slot), *where))

    def _touch(self, at: Point | None) -> None:
        """Ask for the place of the pointer to be painted, with what hangs on it."""
        spots = [p for p in (at, self._held.start if self._held else None, self._under_at()) if p is not None]
        if at is not None and spots:
            slack, wide = 40.0 / self._desk.view.scale, _WIDE_PX / self._desk.view.scale
            rows, cols = [r for r, _ in spots], [c for _, c in spots]
            self._desk.touch(min(rows) - slack, min(cols) - wide, max(rows) + slack, max(cols) + wide)

    def _under_at(self) -> Point | None:
        return self._under.start if self._under is not None else None
