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
    from veerdesk.session.open_scans import ChangedScanError, MissingScanError, ReturnedScanError
    from veerdesk.session.rescue import Rescue


class AskPerson:
    """Answers ``ScanQuestions`` with small windows."""

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
        harm = (
            _t("Borders, depths and labels will not lie where they were made.")
            if trouble.is_other_size
            else _t("Labels made on the old scan may not fit this one.")
        )
        back = _t("Where the unchanged scan lies beside the well later, opening the well offers it again.")
        box = self._box(trouble.message, f"{harm} {_t('Which one belongs to the well?')} {back}")
        show = box.addButton(_t("Show the unchanged scan…"), QMessageBox.ButtonRole.AcceptRole)
        use = box.addButton(_t("Use this one"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        if box.clickedButton() is use:
            return True
        if box.clickedButton() is show:
            return self._choose() or False
        return False

    def take_returned(self, trouble: ReturnedScanError) -> bool | None:
        """Ask which scan is to be used: the one the well was made on, which is there again, or the one taken since."""
        box = self._box(trouble.message, _t("Which one belongs to the well? What you choose is kept."))
        again = box.addButton(_t("Use the first one again"), QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(_t("Stay with this one"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        if box.clickedButton() is again:
            return True
        return False if box.clickedButton() is stay else None

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
