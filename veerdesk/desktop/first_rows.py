"""When the first rows of a scan are on screen: what is not the scan itself waits for that.

Separate because the page, the curves and the model would each take a part of the second that a person waits for.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot

from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.session.change import Change, ChangeKind

# A window that is hidden paints nothing, and a file may take this long to give its first strip.
_PATIENCE_MS = 2000


class FirstRows(QObject):
    """Says once, by ``drawn``, that the canvas has painted rows, or that it is no use to wait for them any longer."""

    drawn = Signal()

    def __init__(self, canvas: ScanCanvas, bridge: SessionBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._bridge = canvas, bridge
        self._is_waiting = True
        self._has_rows = canvas.stack.scan is None or getattr(canvas.stack.scan, "ready_rows", 1) > 0
        canvas.viewport().installEventFilter(self)
        bridge.changed.connect(self._on_bridge_changed)
        bridge.failed.connect(self._on_bridge_failed)
        QTimer.singleShot(_PATIENCE_MS, self, self._say)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear the canvas being painted; it is said after that, never from within a frame."""
        if event.type() == QEvent.Type.Paint and self._has_rows:
            QTimer.singleShot(0, self, self._say)
        return False

    @Slot(object)
    def _on_bridge_changed(self, change: Change) -> None:
        self._has_rows = self._has_rows or bool(change.kinds & ChangeKind.SCAN)

    @Slot(str, str)
    def _on_bridge_failed(self, _message: str, _remedy: str) -> None:
        self._say()

    @Slot()
    def _say(self) -> None:
        if not self._is_waiting:
            return
        self._is_waiting = False
        self._canvas.viewport().removeEventFilter(self)
        self._bridge.changed.disconnect(self._on_bridge_changed)
        self._bridge.failed.disconnect(self._on_bridge_failed)
        self.drawn.emit()
