"""The second click of a double click on a list that is gone when it comes: it is for nobody.

Separate because what takes the list's place, a scan with a brush in hand, would be painted on.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView

_CLICKS = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease)


class SecondClick(QObject):
    """Swallows every click of the application that is the second of a double click on one view, once told to.

    By the times the system gives them: they wait in line while what was chosen opens.
    """

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._port = view.viewport()
        self._first, self._is_armed = 0, False
        self._port.installEventFilter(self)

    def swallow(self) -> None:
        """Begin with the click that follows, whatever it falls on."""
        self._is_armed = True
        self._application().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return True where an event is swallowed."""
        if event.type() not in _CLICKS or not isinstance(event, QMouseEvent):
            return False
        if not self._is_armed:
            if watched is self._port and event.type() == QEvent.Type.MouseButtonPress:
                self._first = event.timestamp()
            return False
        if self._first < event.timestamp() <= self._first + QGuiApplication.styleHints().mouseDoubleClickInterval():
            return True
        self._is_armed = False
        self._application().removeEventFilter(self)
        return False

    @staticmethod
    def _application() -> QCoreApplication:
        application = QCoreApplication.instance()
        assert application is not None
        return application
