"""Asked when a well's scan is missing or is not the one the well was made on, and told when a well was rescued.

Separate because the answer decides what is opened, and nothing is ever painted onto the wrong scan unasked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from veerdesk.desktop.well_opener import SCAN_SUFFIXES

if TYPE_CHECKING:
    from veerdesk.session.open_scans import ChangedScanError, MissingScanError
    from veerdesk.session.rescue import Rescue


class AskPerson:
    """Answers ``ScanQuestions`` with two small windows."""

    def __init__(self, parent: QWidget | None) -> None:
        self._parent = parent

    def find_scan(self, trouble: MissingScanError) -> Path | None:
        """Ask where a scan has gone."""
        box = self._box(trouble.message, _t("Show where the scan is now; the well knows it by its content."))
        show = box.addButton(_t("Show the scan…"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        return self._choose() if box.clickedButton() is show else None

    def accept_changed(self, trouble: ChangedScanError) -> Path | bool:
        """Ask whether a changed scan is to be used."""
        box = self._box(
            trouble.message, _t("Labels made on the old scan may not fit this one. Which one belongs to the well?")
        )
        show = box.addButton(_t("Show the unchanged scan…"), QMessageBox.ButtonRole.AcceptRole)
        use = box.addButton(_t("Use this one"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        if box.clickedButton() is use:
            return True
        if box.clickedButton() is show:
            return self._choose() or False
        return False

    def rescued(self, rescue: Rescue) -> None:
        """Say that the well was damaged, and what was read from it."""
        box = self._box(
            _t("{0} was damaged. It is opened from its last good state.").format(rescue.path), "\n\n".join(rescue.lines)
        )
        box.setWindowTitle(_t("A damaged well"))
        box.exec()

    def _box(self, sentence: str, remedy: str) -> QMessageBox:
        box = QMessageBox(self._parent)
        box.setWindowTitle(_t("Which scan?"))
        box.setText(sentence)
        box.setInformativeText(remedy)
        return box

    def _choose(self) -> Path | None:
        kinds = " ".join(f"*{s}" for s in SCAN_SUFFIXES)
        chosen, _ = QFileDialog.getOpenFileName(self._parent, _t("Where is the scan?"), "", f"{_t('Scans')} ({kinds})")
        return Path(chosen) if chosen else None


def _t(text: str) -> str:
    return QCoreApplication.translate("ScanQuestions", text)
