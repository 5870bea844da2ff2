"""Looks now and then whether a well that is only read here could be written by now, and says so when that changes.

Separate because it asks the file system and not the session: the writer is another process that may close or die.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from veerdesk.session.opening import may_write
from veerdesk.session.session import Session

_EVERY_MS = 1500


class WriterWatch(QObject):
    """Owns the asking. ``changed`` carries True where the well may be written here, from then on."""

    changed = Signal(bool)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._may_write = session, False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        if session.is_read_only:
            self._timer.start()

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    @Slot()
    def _on_timer_timeout(self) -> None:
        now = may_write(self._session.path)
        if now != self._may_write:
            self._may_write = now
            self.changed.emit(now)
