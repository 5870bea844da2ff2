"""Asked when a place is flagged: why it needs work, from a short list, and a comment where a person has one.

Separate because it is one small question that must be answered without leaving the keyboard: a digit and Return.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QListWidget, QVBoxLayout, QWidget

from veerdesk.calibration.decision import REASONS, Reason
from veerdesk.desktop.parts import label
from veerdesk.desktop.review_lines import reason_words
from veerdesk.desktop.theme import GRID_PX


class FlagDialog(QDialog):
    """Asks for a reason and a comment; ``reason`` and ``comment`` hold them once it was accepted."""

    def __init__(self, place: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Flag for work"))
        self.setMinimumWidth(360)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Why it needs work"))
        for k, reason in enumerate(REASONS, start=1):
            self.list.addItem(f"{k}   {reason_words(reason)}")
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(len(REASONS) * self.list.sizeHintForRow(0) + GRID_PX)
        self.words = QLineEdit()
        self.words.setPlaceholderText(self.tr("A comment, if there is one"))
        self.words.setAccessibleName(self.tr("Comment"))
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        column.addWidget(label(place, "heading"))
        column.addWidget(label(self.tr("Press the number of a reason, then Return."), "quiet"))
        column.addWidget(self.list)
        column.addWidget(self.words)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(self.tr("Flag"))
        for button in buttons.buttons():
            button.setIcon(QIcon())  # the system's own are of another drawing
        buttons.button(QDialogButtonBox.StandardButton.Ok).setProperty("role", "primary")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.list.itemDoubleClicked.connect(self._on_list_item_double_clicked)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def reason(self) -> Reason:
        """The reason that is chosen."""
        return REASONS[max(0, self.list.currentRow())]

    @property
    def comment(self) -> str:
        """What was typed."""
        return self.words.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a reason by its number."""
        number = event.key() - Qt.Key.Key_1
        if 0 <= number < len(REASONS) and not self.words.hasFocus():
            self.list.setCurrentRow(number)
            return
        super().keyPressEvent(event)

    @Slot()
    def _on_list_item_double_clicked(self) -> None:
        self.accept()
