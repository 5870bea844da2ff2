"""What an edit of the rows in view will ask for, unpacked once the view has come to rest: a hand looks before it changes.

Separate because it is nobody's wish and shows nothing: an exchange of 1,000 rows then finds its tiles as arrays, 1 ms.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.view import ScanCanvas

_AT_REST_MS = 120
#: A view of more rows is looked at, not painted in.
_MOST_ROWS = 2048


class RowsAhead(QObject):
    """Keeps the pixels of the track in hand ready in the rows in view, and as far again as half of them."""

    def __init__(self, canvas: ScanCanvas, bridge: SessionBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._session = canvas, bridge.session
        self._at_rest = QTimer(self)
        self._at_rest.setSingleShot(True)
        self._at_rest.setInterval(_AT_REST_MS)
        self._at_rest.timeout.connect(self._on_at_rest_timeout)
        canvas.view_changed.connect(self._at_rest.start)

    def stop(self) -> None:
        """Unpack nothing more: the session is closing."""
        self._at_rest.stop()
        self._canvas.view_changed.disconnect(self._at_rest.start)

    @Slot()
    def _on_at_rest_timeout(self) -> None:
        track, rows = self._canvas.hand.active_track, self._canvas.visible_rows()
        if track is not None and rows.rows <= _MOST_ROWS and self._session.description.has_track(track):
            self._session.unpack_ahead(track, rows.grown(rows.rows // 2))
