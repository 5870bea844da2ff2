"""Looks now and then whether the file of a scan has changed while its well is open, and says so once.

Separate because nothing else in the window looks at files behind the person's back.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from veerdesk.session.session import Session

# Two calls to the system a scan; a person who exchanged the file is told before the next stroke or soon after it.
_LOOK_EVERY_MS = 2000


class ScanWatch(QObject):
    """Owns a timer for as long as its well is open; ``changed(message, remedy)`` is emitted once a scan."""

    changed = Signal(str, str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._told = session, set[str]()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()

    def stop(self) -> None:
        """Look no more: the session is closing."""
        self._timer.stop()

    @Slot()
    def _on_timer_timeout(self) -> None:
        for scan_id in self._session.changed_scans:
            if scan_id not in self._told:
                self._told.add(scan_id)
                path = self._session.scans[scan_id].path
                self.changed.emit(
                    self.tr("{0} has changed on disk since this well was opened.").format(path),
                    self.tr(
                        "This window goes on with the scan as it was, so nothing is painted on another one. Close the well "
                        "and open it again to choose which scan belongs to it."
                    ),
                )
