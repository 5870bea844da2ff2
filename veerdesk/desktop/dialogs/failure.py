"""The one window for trouble: what happened in a sentence, and what to do about it.

Separate because expected trouble and a bug must both end here, and never in a traceback on a person's screen.
"""

from __future__ import annotations

import os
import platform
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from veerdesk import __version__
from veerdesk.desktop.parts import label
from veerdesk.desktop.settings import config_folder
from veerdesk.desktop.theme import GRID_PX

# Enough for a few hundred reports; what is older is not looked at by anybody.
_LOG_BYTES = 1_000_000


class FailureDialog(QDialog):
    """Shows one sentence, one remedy, and a report to copy where it was a bug."""

    def __init__(self, message: str, remedy: str, *, report: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("That did not work"))
        self.setMinimumWidth(480)
        self.message, self.remedy = message, remedy
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        for text, role in ((message, "heading"), (remedy, "quiet")):
            line = label(text, role, wraps=True)
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(line)
        self._report = report
        if report:
            text_box = QPlainTextEdit(report)
            text_box.setReadOnly(True)
            text_box.setAccessibleName(self.tr("Report"))
            column.addWidget(text_box)
        column.addSpacing(GRID_PX)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        if report:
            copy = buttons.addButton(self.tr("Copy the report"), QDialogButtonBox.ButtonRole.ActionRole)
            copy.clicked.connect(self._on_copy_clicked)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._report)


def report_of(kind: type[BaseException], value: BaseException, at: TracebackType | None) -> str:
    """Return what a bug report needs: the version, the system, and where it happened."""
    head = f"Veerdesk {__version__} · Python {platform.python_version()} · Qt {qVersion()} · {platform.platform()}\n"
    return head + "".join(traceback.format_exception(kind, value, at))


def log_file() -> Path:
    """Return the file that reports are kept in."""
    return config_folder() / "reports.log"


def keep_report(report: str) -> Path | None:
    """Add a report to the log file and return that file, or None where it cannot be written. Safe on any thread."""
    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.stat().st_size > _LOG_BYTES:
            os.replace(path, path.with_suffix(".old.log"))
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n{report.rstrip()}\n\n")
    except OSError:
        return None
    return path


def bug_words(*, waiting: int, log: Path | None) -> tuple[str, str]:
    """Return the sentence and the remedy for trouble that nobody foresaw.

    ``waiting`` counts the changes that are not on disk; ``log`` is the file that holds the report.
    """
    if waiting:
        saved = _t("{0} changes are not on disk yet: save a copy of the well before you go on.").format(waiting)
    else:
        saved = _t("Every gesture up to now is on disk; you can go on.")
    kept = _t("The report below is kept in {0}.").format(log) if log else _t("Copy the report below.")
    again = _t("If it happens again, send it to who looks after your installation.")
    return _t("Veerdesk met something it did not expect."), f"{saved} {kept} {again}"


def _t(text: str) -> str:
    return QCoreApplication.translate("Failure", text)
