"""The application: one QApplication, the theme, the hook for what nobody foresaw, and the first window.

Separate because it is the outermost frame of the window, and it imports nothing that takes long to load.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from veerdesk import __version__
from veerdesk.desktop.dialogs.failure import FailureDialog, bug_words, keep_report, log_file, report_of
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.readying import Readying
from veerdesk.desktop.settings import load_settings
from veerdesk.desktop.theme import Theme
from veerdesk.errors import VeerdeskError


class Desk(QObject):
    """Owns the windows of the program and shows what no one else caught."""

    _trouble = Signal(str, str, str)

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._windows: list[MainWindow] = []
        self._shown: set[str] = set()
        settings = load_settings()
        self.theme = Theme(application, settings.theme, settings.palette)
        self._trouble.connect(self._on_self_trouble)

    @Slot()
    def another(self) -> MainWindow:
        """Open one more window, on its start page."""
        window = MainWindow(self.theme, another=self.another)
        self._windows = [w for w in self._windows if w.isVisible()] + [window]
        window.show()
        Readying(window)
        return window

    def catch(self, kind: type[BaseException], value: BaseException, at: TracebackType | None) -> None:
        """Show what reached the outermost frame; the journal is on disk already. May be called on any thread."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        if isinstance(value, VeerdeskError):
            self._trouble.emit(value.message, value.remedy, "")
            return
        sys.__excepthook__(kind, value, at)
        report = report_of(kind, value, at)
        keep_report(report)
        self._trouble.emit("", "", report)

    @Slot(str, str, str)
    def _on_self_trouble(self, message: str, remedy: str, report: str) -> None:
        # One dialog for one trouble: a fault in painting would otherwise open one at every frame.
        key = report.rsplit("\n", 3)[-2] if report else message
        if key in self._shown:
            return
        self._shown.add(key)
        if report:
            bridges = [w.bridge for w in self._windows if w.bridge is not None]
            waiting = sum(b.session.pending for b in bridges if not b.is_all_saved())
            message, remedy = bug_words(waiting=waiting, log=log_file() if log_file().is_file() else None)
        parent = next((w for w in self._windows if w.isVisible()), None)
        dialog = FailureDialog(message, remedy, report=report, parent=parent)
        dialog.open()


def run(paths: Sequence[str] = ()) -> int:
    """Open the window, with what was given or on the start page, and return its exit status when it is closed."""
    opened = [Path(p) for p in paths]
    return _run((lambda window: window.open_paths(opened)) if opened else None)


def run_sample() -> int:
    """Open the window on the sample well and return its exit status when it is closed."""
    return _run(lambda window: window.open_sample())


def _run(first: Callable[[MainWindow], object] | None) -> int:
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("Veerdesk")
    application.setApplicationVersion(__version__)
    desk = Desk(application)
    before = sys.excepthook, threading.excepthook
    sys.excepthook = desk.catch
    threading.excepthook = lambda args: desk.catch(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)
    try:
        window = desk.another()
        if first is not None:
            # After the first frame: the window is there before anything heavy is imported.
            QTimer.singleShot(0, window, lambda: first(window))
        return application.exec()
    finally:
        sys.excepthook, threading.excepthook = before
