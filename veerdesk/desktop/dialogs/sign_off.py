"""Sign-off: whose name is put under which rows, and whose names stand there already.

Separate because a name is given on purpose: it is asked for, with what it will stand under in words.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from veerdesk.calibration.decision import SignOff
from veerdesk.desktop.parts import label
from veerdesk.desktop.signed_lines import signed_words
from veerdesk.desktop.theme import GRID_PX
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import SignedRows


class SignOffDialog(QDialog):
    """Asks for a name and rows. ``taken_back`` is set where a name is taken back instead."""

    def __init__(
        self,
        name: str,
        choices: Sequence[tuple[str, RowSpan]],
        signed: Sequence[SignedRows],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Sign off"))
        self.setMinimumWidth(440)
        self.taken_back: SignOff | None = None
        self._signed = tuple(signed)
        self.name = QLineEdit(name)
        self.name.setAccessibleName(self.tr("Name of who signs"))
        self.choices = [QRadioButton(text) for text, _ in choices]
        self._rows = [rows for _, rows in choices]
        group = QButtonGroup(self)
        for button in self.choices:
            group.addButton(button)
        self.choices[0].setChecked(True)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Names under this track"))
        self.list.setWordWrap(True)
        self.list.addItems([signed_words(s) for s in self._signed])
        self.back = QPushButton(self.tr("Take the chosen name back"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._lay_out()
        self.name.textChanged.connect(self._on_name_text_changed)
        self.list.itemSelectionChanged.connect(self._on_list_item_selection_changed)
        self.back.clicked.connect(self._on_back_clicked)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._on_name_text_changed(name)
        self.name.selectAll()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        column.addWidget(label(self.tr("Your name, as it stands under the curves"), "heading"))
        column.addWidget(self.name)
        for button in self.choices:
            column.addWidget(button)
        column.addWidget(
            label(
                self.tr("The name holds until a curve, a border, a scale or a depth under it changes."),
                "quiet",
                wraps=True,
            )
        )
        if self._signed:
            column.addWidget(self.list)
            column.addWidget(self.back)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(self.tr("Sign off"))
        ok.setProperty("role", "primary")
        for each in self.buttons.buttons():
            each.setIcon(QIcon())
        self.back.setEnabled(False)
        self.list.setMaximumHeight(14 * GRID_PX)
        column.addWidget(self.buttons)

    @property
    def by(self) -> str:
        """The name that was typed."""
        return self.name.text().strip()

    @property
    def rows(self) -> RowSpan:
        """The rows that were chosen."""
        return next(rows for button, rows in zip(self.choices, self._rows, strict=True) if button.isChecked())

    @Slot(str)
    def _on_name_text_changed(self, text: str) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(text.strip()))

    @Slot()
    def _on_list_item_selection_changed(self) -> None:
        self.back.setEnabled(bool(self.list.selectedItems()))

    @Slot()
    def _on_back_clicked(self) -> None:
        self.taken_back = self._signed[self.list.currentRow()].sign
        self.accept()
