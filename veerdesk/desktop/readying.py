"""What opening a well needs, loaded while the start page waits for a person to choose one.

Separate because the window must appear before any of it, and a scan that is given must not wait for it either.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from veerdesk.desktop.main_window import MainWindow

# Long enough for the first frame and for a file given on the command line; short beside choosing one.
_AFTER_MS, _BETWEEN_MS = 300, 30
_BEFORE_THE_PAGE = (
    "veerdesk.session.session",
    "veerdesk.imaging.vips_pages",
    "veerdesk.desktop.dialogs.scan_questions",
    "veerdesk.desktop.well_page",
)
_AFTER_THE_PAGE = "veerdesk.desktop.panels.curves"


class Readying(QObject):
    """Loads in steps of about a tenth of a second, between a person's clicks, until a well is open or all is there."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._steps: list[Callable[[], object]] = [
            *(partial(import_module, name) for name in _BEFORE_THE_PAGE),
            self._make_page,
            self._complete_page,
            partial(import_module, _AFTER_THE_PAGE),
        ]
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start(_AFTER_MS)

    @property
    def is_done(self) -> bool:
        """True once nothing is left to be loaded here."""
        return not self._steps

    def _make_page(self) -> None:
        assert self._window.view is not None  # making it is what asking for it does

    def _complete_page(self) -> None:
        self._window.view.complete()

    @Slot()
    def _on_timer_timeout(self) -> None:
        if self._window.bridge is not None:
            self._steps.clear()  # the well that is open loads the rest, after its scan is shown
            return
        self._steps.pop(0)()
        if self._steps:
            self._timer.start(_BETWEEN_MS)
