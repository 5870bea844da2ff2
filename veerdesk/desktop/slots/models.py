"""What the Model menu does: predict a track again, stop what is running.

Separate because each group of actions has one small owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from veerdesk.desktop.main_window import MainWindow


class ModelActions(QObject):
    """Does the actions of the group Model."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def predict(self) -> None:
        """Take up the prediction of the well again, what is on screen first."""
        follower = self._window.follower
        if self._window.bridge is not None and follower is not None and follower.track_id is not None:
            self._window.bridge.predict(follower.track_id)

    @Slot()
    def cancel(self) -> None:
        """Stop what is running; what is done stays."""
        if self._window.bridge is not None:
            self._window.bridge.cancel()
            self._window.say(self.tr("Stopped. What is done stays; Ctrl+R goes on."))
