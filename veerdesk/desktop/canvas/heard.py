"""The canvas as it hears: each event of the mouse, the pen, the wheel and the keys goes to what knows its meaning.

Separate because the canvas paints, and because events are heard one by one: a handler of all of them would be told of
every frame too, and every frame would wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QTabletEvent, QWheelEvent

from veerdesk.desktop.canvas.viewport import ScanViewport

if TYPE_CHECKING:
    from veerdesk.desktop.bridge import SessionBridge
    from veerdesk.desktop.canvas.keys import CanvasKeys
    from veerdesk.desktop.canvas.magnifier import Magnifier


class KeyClaim(QObject):
    """Takes a key that is an action elsewhere where the tool in hand gives it another meaning."""

    def __init__(self, keys: CanvasKeys, parent: QObject) -> None:
        super().__init__(parent)
        self._keys = keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take such a key, before the action hears of it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._keys.claims(event):
            event.accept()
            return True
        return False


class HeardViewport(ScanViewport):
    """A viewport that passes what it hears to the keys' machine; the canvas says with which well and which keys."""

    bridge: SessionBridge | None
    keys: CanvasKeys
    magnifier: Magnifier
    #: True while the keys come here: known from what is heard, as every stroke asks.
    has_keys = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Note that the keys come here."""
        self.has_keys = True
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what the button means with what is in hand."""
        if (self.bridge is not None and not self.magnifier.is_on) or self._is_heard(event):
            self.keys.pressed(event, event.button())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second of two quick strokes for a stroke."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer, with a button down or without."""
        if self._is_heard(event):
            self.keys.moved(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the button began."""
        if (self.bridge is not None and not self.magnifier.is_on) or self._is_heard(event):
            self.keys.released(event, event.button())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll or zoom."""
        if self.bridge is None:
            super().wheelEvent(event)
        else:
            self.keys.turned(event)

    def _is_heard(self, event: QMouseEvent | QTabletEvent) -> bool:
        """Return True where there is a well to act on; the magnifier follows the pointer wherever it is."""
        if self.magnifier.is_on:
            self.magnifier.follow(event.position())
        if self.bridge is None:
            event.ignore()
            return False
        return True

    @Slot(object)
    def _on_port_penned(self, event: QTabletEvent) -> None:
        if self._is_heard(event):
            self.keys.penned(event)

    @Slot()
    def _on_port_left(self) -> None:
        self.magnifier.follow(None)
        if self.bridge is not None:
            self.keys.left()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hear the keys that are the canvas' own."""
        if self.bridge is None or not self.keys.key_pressed(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Hear held keys let go."""
        if self.bridge is None or not self.keys.key_released(event):
            super().keyReleaseEvent(event)

    def hear_modifier(self, event: QKeyEvent) -> None:
        """Hear a key that went to another part of the window: Shift and Alt change what a click here would do."""
        if self.bridge is not None and not self.has_keys:
            self.keys.note_modifier(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget held keys: nobody will hear them let go."""
        self.has_keys = False
        self.keys.let_go()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Let Tab exchange the class in hand where it does; Shift+Tab still leaves the canvas."""
        is_taken = next and self.bridge is not None and self.keys.keymap.swap_class == "Tab"
        return False if is_taken else super().focusNextPrevChild(next)
