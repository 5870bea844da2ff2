"""Asked when a well is closed while the disk refuses what was changed last.

Separate because it is the one moment at which something a person did could be lost, and only that person may say so.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from veerdesk.desktop.bridge import SessionBridge
from veerdesk.errors import VeerdeskError
from veerdesk.session.opening import SUFFIX


class UnsavedBox(QMessageBox):
    """Says what is not on disk and why, and offers what can be done; `chosen` says what was."""

    def __init__(self, message: str, remedy: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_t("Not everything is saved"))
        self.setText(message)
        self.setInformativeText(remedy)
        self.again = self.addButton(_t("Try again"), QMessageBox.ButtonRole.AcceptRole)
        self.copy = self.addButton(_t("Save a copy elsewhere…"), QMessageBox.ButtonRole.ActionRole)
        self.leave = self.addButton(_t("Close and lose them"), QMessageBox.ButtonRole.DestructiveRole)
        self.stay = self.addButton(_t("Keep the well open"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self.again)
        self.setEscapeButton(self.stay)


def may_close(bridge: SessionBridge, parent: QWidget | None = None) -> bool:
    """Return True where everything is on disk, here or in a copy, or the person gives the rest up."""
    session = bridge.session
    while not bridge.is_all_saved():
        trouble = session.trouble
        message = trouble.message if trouble else _t("{0} is still being written.").format(session.path)
        box = UnsavedBox(message, trouble.remedy if trouble else _t("Wait a moment and try again."), parent)
        box.exec()
        if box.clickedButton() is box.leave:
            return True
        if box.clickedButton() is box.copy:
            if _copied(bridge, parent):
                return True
        elif box.clickedButton() is not box.again:
            return False
    return True


def _copied(bridge: SessionBridge, parent: QWidget | None) -> bool:
    start = Path.home() / bridge.session.path.name
    chosen, _ = QFileDialog.getSaveFileName(
        parent, _t("Save a copy of the well"), str(start), f"{_t('Wells')} (*{SUFFIX})"
    )
    if not chosen:
        return False
    path = Path(chosen)
    try:
        bridge.save_as(path if path.suffix else path.with_suffix(SUFFIX))
    except VeerdeskError as trouble:
        QMessageBox.warning(parent, _t("Not everything is saved"), str(trouble))
        return False
    return True


def _t(text: str) -> str:
    return QCoreApplication.translate("Unsaved", text)
