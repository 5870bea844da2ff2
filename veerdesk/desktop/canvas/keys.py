"""Mouse, pen, wheel and keys on the canvas: what moves the view, what is held, and what is passed to the tool.

Separate because the meaning of an event depends on what else is down, and that is a small machine of its own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QCursor,
    QGuiApplication,
    QKeyEvent,
    QPointingDevice,
    QSinglePointEvent,
    QTabletEvent,
    QWheelEvent,
)

from veerdesk.desktop.canvas.keymap import CanvasKeymap, is_pressed, is_released
from veerdesk.desktop.canvas.taps import Taps
from veerdesk.desktop.canvas.tool import ClickedTool, Pointer
from veerdesk.desktop.canvas.viewport import NOTCH_PX
from veerdesk.labels.classes import PixelClass

if TYPE_CHECKING:
    from veerdesk.desktop.canvas.view import ScanCanvas

_NOTCH = 120.0
#: What lies under a pointer that rests is looked for once the scan stands still: a piece of stroke takes a millisecond.
_AT_REST_MS = 60
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
#: The tool over whose pieces the key of the eraser, held, means background; everywhere else it takes the eraser.
_TAKES_PIECES = "pick"
_MODIFIERS: dict[int, Qt.KeyboardModifier] = {
    Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
    Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
}
#: Held for other keys' sake: alone they mean nothing here, and Ctrl comes before every undo.
_SILENT = frozenset((Qt.Key.Key_Control, Qt.Key.Key_Meta, Qt.Key.Key_AltGr))
# As a number: Qt's flags are combined in Python, and a stroke waits for that.
_ALT = Qt.KeyboardModifier.AltModifier.value
_LEFT, _RIGHT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
_NONE = Qt.MouseButton.NoButton


class CanvasKeys:
    """Owns what is held down at the moment: a pan, a tool's gesture, the key that keeps or moves."""

    def __init__(self, canvas: ScanCanvas) -> None:
        self._canvas = canvas
        #: Which keys the canvas hears; replaced as a whole when the person changes some.
        self.keymap = CanvasKeymap()
        self._panned_from: QPointF | None = None
        self._sized_from: tuple[QPointF, float] | None = None
        self._button = _NONE
        self._is_keep_down = self._has_panned = False
        self._taps = Taps()
        self._has_erased = False
        self._seen_at: QPointF | None = None
        self._class_before: int | None = None
        self._at_rest = QTimer(canvas)
        self._at_rest.setSingleShot(True)
        self._at_rest.setInterval(_AT_REST_MS)
        self._at_rest.timeout.connect(self._on_at_rest_timeout)

    @property
    def is_panning(self) -> bool:
        """True while the view is moved by hand."""
        return self._panned_from is not None

    @property
    def pointed_at(self) -> tuple[int, int] | None:
        """Row and column under the pointer; None where it is not over the scan."""
        if self._seen_at is None:
            return None
        row, col = self._canvas.view.to_scan(self._seen_at.x(), self._seen_at.y())
        return math.floor(row + 0.5), math.floor(col + 0.5)

    def view_moved(self) -> None:
        """Let the tool show nothing for where the pointer was: what the review brings before a hand is not covered either."""
        if self._seen_at is not None and self._button is _NONE:
            self._canvas.tool.leave()

    def _on_at_rest_timeout(self) -> None:
        self._tell_keys(QGuiApplication.keyboardModifiers())

    def left(self) -> None:
        """Forget where the pointer was: it left the canvas."""
        self._seen_at = None
        self._canvas.tool.leave()

    def key_pressed(self, event: QKeyEvent) -> bool:
        """Handle a key; True where it was the canvas' own."""
        key, canvas = event.key(), self._canvas
        if key in _SILENT:
            return False
        if is_pressed(event, self.keymap.keep_next):
            if self._taps.is_by_hand(event):
                self._has_panned = False
            self._is_keep_down = True
            canvas.show_cursor()
            return True
        for held in (self.keymap.hide_overlay, self.keymap.bypass_ink):
            if is_pressed(event, held):
                if not event.isAutoRepeat():
                    self._hold(held, True)
                return True
        if self.claims(event):
            if self._taps.is_by_hand(event):
                self._has_erased = False
            canvas.hand.hold_background(True)
            return True
        if key in _MODIFIERS:
            self.note_modifier(event)
            return False
        if key == Qt.Key.Key_Escape:
            canvas.tool.cancel()
            return True
        if isinstance(canvas.tool, ClickedTool) and canvas.tool.has_begun and not self._is_modified(event):
            if key in _ENDS:
                canvas.tool.finish()
                return True
            if key == Qt.Key.Key_Backspace:
                canvas.tool.take_back()
                return True
        if is_pressed(event, self.keymap.swap_class) and not canvas.tool.is_busy:
            canvas.hand.swap_class()
            return True
        return not canvas.tool.is_busy and self._travel(event)

    def key_released(self, event: QKeyEvent) -> bool:
        """Handle a key that was let go; True where it was the canvas' own."""
        key, keymap = event.key(), self.keymap
        if key in _SILENT:
            return False
        if event.isAutoRepeat():
            held_keys = (keymap.keep_next, keymap.hide_overlay, keymap.bypass_ink)
            return any(is_released(event, held) for held in held_keys)
        if self._is_keep_down and is_released(event, keymap.keep_next):
            self._is_keep_down = False
            self._canvas.show_cursor()
            if self._taps.is_tap(event) and not self._has_panned and not self._canvas.tool.is_busy:
                self._canvas.keep_asked.emit()
            return True
        for held in (keymap.hide_overlay, keymap.bypass_ink):
            if is_released(event, held):
                self._hold(held, False)
                return True
        if self._canvas.hand.holds_background and is_released(event, keymap.tool_eraser):
            self._canvas.hand.hold_background(False)
            if self._taps.is_tap(event) and not self._has_erased:
                self._canvas.hand.take_tool("eraser")
            return True
        self.note_modifier(event)
        return False

    def note_modifier(self, event: QKeyEvent) -> None:
        """Let the tool hear that Shift or Alt went down or came up, wherever the keys go: the mouse means it too."""
        if (held := _MODIFIERS.get(event.key())) is not None:
            keys = event.modifiers()
            self._tell_keys(keys | held if event.type() == QEvent.Type.KeyPress else keys & ~held)

    @property
    def claims_keys(self) -> bool:
        """True where the tool in hand gives a key that is an action elsewhere a meaning of its own."""
        return self._canvas.hand.tool == _TAKES_PIECES

    def claims(self, event: QKeyEvent) -> bool:
        """Return True where a key that is an action elsewhere is the canvas' own: that of the eraser, over a piece of stroke."""
        return self.claims_keys and is_pressed(event, self.keymap.tool_eraser)

    def let_go(self) -> None:
        """Forget everything that is held, as when the window loses the keys."""
        self._panned_from = self._sized_from = None
        self._is_keep_down = False
        self._hold(self.keymap.hide_overlay, False)
        self._hold(self.keymap.bypass_ink, False)
        self._canvas.hand.hold_background(False)

    def cursor(self) -> Qt.CursorShape | QCursor:
        """Return the shape of the pointer."""
        if self._panned_from is not None:
            return Qt.CursorShape.ClosedHandCursor
        return Qt.CursorShape.OpenHandCursor if self._is_keep_down else self._canvas.tool.cursor

    def _tell_keys(self, keys: Qt.KeyboardModifier) -> None:
        """Let a tool that shows what a click would do hear that the click would do something else now."""
        if self._seen_at is not None and self._button is _NONE:
            row, col = self._canvas.view.to_scan(self._seen_at.x(), self._seen_at.y())
            self._canvas.tool.move(Pointer(row, col, self._button, keys))

    def _hold(self, key: str, is_down: bool) -> None:
        if key == self.keymap.hide_overlay:
            self._canvas.hide_overlay(is_down)
        elif self._canvas.hand.bypasses_ink != is_down:
            self._canvas.hand.bypasses_ink = is_down
            self._canvas.hand.changed.emit()

    def _travel(self, event: QKeyEvent) -> bool:
        canvas, key = self._canvas, event.key()
        if self._is_modified(event):
            return False
        half = NOTCH_PX / 2
        steps = {
            Qt.Key.Key_Up: (0.0, -half),
            Qt.Key.Key_Down: (0.0, half),
            Qt.Key.Key_Left: (-half, 0.0),
            Qt.Key.Key_Right: (half, 0.0),
        }
        if key in steps:
            canvas.scroll_px(*steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            canvas.scroll_page(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            canvas.go_to_row(0 if key == Qt.Key.Key_Home else 10**9)
        else:
            return False
        return True

    @staticmethod
    def _is_modified(event: QKeyEvent) -> bool:
        return bool(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)

    def turned(self, event: QWheelEvent) -> None:
        """Scroll, or zoom at the pointer with Ctrl; what comes to lie under the pointer is looked at."""
        self._at_rest.start()
        angle, exact = event.angleDelta(), event.pixelDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._canvas.zoom_by(angle.y() / _NOTCH, event.position())
        elif not exact.isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase:
            self._canvas.scroll_px(-exact.x(), -exact.y())
        else:
            dx, dy = -angle.x() * NOTCH_PX / _NOTCH, -angle.y() * NOTCH_PX / _NOTCH
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not dx:
                dx, dy = dy, 0.0
            self._canvas.scroll_px(dx, dy)

    def penned(self, event: QTabletEvent) -> None:
        """Let a pen do what the mouse does: its tip the left button, with the barrel button held the right one.

        Its other end says background for as long as its stroke lasts. A barrel button pressed in the air is no stroke.
        """
        hand = self._canvas.hand
        if event.type() == QEvent.Type.TabletMove:
            self.moved(event)
        elif event.type() == QEvent.Type.TabletPress:
            if event.pressure() <= 0.0 or self._button is not _NONE:
                return
            if event.pointerType() == QPointingDevice.PointerType.Eraser:
                self._class_before = hand.class_in_hand
                hand.take_class(int(PixelClass.BACKGROUND))
            has_barrel = event.buttons() & _RIGHT or event.button() == _RIGHT
            self.pressed(event, _RIGHT if has_barrel else _LEFT)
        elif event.pressure() <= 0.0 or event.buttons() == Qt.MouseButton.NoButton:
            self.released(event, self._button)
            if self._class_before is not None:
                hand.take_class(self._class_before)
                self._class_before = None

    def pressed(self, event: QSinglePointEvent, button: Qt.MouseButton) -> None:
        """Begin a pan, a change of width, or the tool's gesture."""
        canvas = self._canvas
        if not canvas.has_keys:
            canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._button is not _NONE:
            return  # one gesture at a time
        self._button, at = button, event.position()
        pans = button is _MIDDLE or (self._is_keep_down and button is _LEFT)
        if pans or (canvas.hand.tool == "pan" and button is _LEFT):
            self._panned_from, self._has_panned = at, True
        elif button is _LEFT or button is _RIGHT:
            tool, keys = canvas.tool, event.modifiers()
            if tool.has_width and keys._value_ & _ALT:
                self._sized_from = (at, canvas.hand.brush_radius)
            else:
                self._has_erased = True
                x, y = at.toTuple()
                tool.press(Pointer(*canvas.view.to_scan(x, y), button, keys))
                if tool.has_width:  # its pointer says what it paints, pressed or not
                    return
        canvas.show_cursor()

    def moved(self, event: QSinglePointEvent) -> None:
        """Follow the pointer with what was begun, or with nothing held."""
        canvas = self._canvas
        if self._panned_from is not None:
            moved = event.position() - self._panned_from
            self._panned_from = event.position()
            canvas.scroll_px(-moved.x(), -moved.y())
            return
        if self._sized_from is not None:
            start, radius = self._sized_from
            canvas.hand.set_radius(radius + (event.position().x() - start.x()) / canvas.scale)
            return
        at, self._seen_at = self._pointer(event, self._button), event.position()
        canvas.tool.move(at)
        canvas.cursor_moved.emit(math.floor(at.row + 0.5), math.floor(at.col + 0.5))

    def released(self, event: QSinglePointEvent, button: Qt.MouseButton) -> None:
        """End what the button began."""
        if button is not self._button or button is _NONE:
            return
        self._button = _NONE
        if self._panned_from is not None:
            self._panned_from = None
        elif self._sized_from is not None:
            self._sized_from = None
        else:
            tool = self._canvas.tool
            if tool.has_width:  # which keys are held meant something when the stroke began
                x, y = event.position().toTuple()
                tool.release(Pointer(*self._canvas.view.to_scan(x, y), button))
                return
            tool.release(self._pointer(event, button))
        self._canvas.show_cursor()

    def _pointer(self, event: QSinglePointEvent, button: Qt.MouseButton) -> Pointer:
        at = event.position()
        return Pointer(*self._canvas.view.to_scan(at.x(), at.y()), button, event.modifiers())
