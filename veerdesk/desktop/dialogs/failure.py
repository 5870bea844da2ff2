"""The one window for trouble: what happened in a sentence, and what to do about it.

Separate because expected trouble and a bug must both end here, and never in a traceback on a person's screen.
"""

from __future__ import annotations

import traceback
from types import TracebackType

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from veerdesk import __version__
from veerdesk.desktop.parts import label
from veerdesk.desktop.theme import GRID_PX


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
    """Return what a bug report needs: the version and where it happened."""
    return f"Veerdesk {__version__}\n" + "".join(traceback.format_exception(kind, value, at))


def bug_words() -> tuple[str, str]:
    """Return the sentence and the remedy for trouble that nobody foresaw."""
    return (
        QCoreApplication.translate("Failure", "Veerdesk met something it did not expect."),
        QCoreApplication.translate(
            "Failure",
            "Every gesture up to now is on disk; you can go on. If it happens again, send this report to who looks after your installation.",
        ),
    )
