"""The line under the steps: what is missing in a sentence, and the button that does the next thing.

Separate because every step speaks through it and none of them owns it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from veerdesk.desktop.actions import ActionTable
from veerdesk.desktop.guidance import Guidance
from veerdesk.desktop.parts import label
from veerdesk.desktop.theme import GRID_PX


class GuideBar(QWidget):
    """Shows one Guidance."""

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guide")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._actions = actions
        self._action = ""
        self._guidance = Guidance("")
        self._asked = ""
        self.sentence = label("", wraps=True)
        self.button = QPushButton()
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID_PX, GRID_PX // 2, GRID_PX, GRID_PX // 2)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.button)
        self.setMinimumHeight(5 * GRID_PX)
        self.button.clicked.connect(self._on_button_clicked)

    def show_guidance(self, guidance: Guidance) -> None:
        """Show a sentence and its button, or the sentence alone; what a tool asks for stands before it."""
        self._guidance = guidance
        if self._asked:
            guidance = Guidance(self._asked)
        self._action = guidance.action
        self.sentence.setText(guidance.sentence)
        self.sentence.setAccessibleName(guidance.sentence)
        self.button.setVisible(bool(guidance.action))
        if guidance.action:
            action = self._actions[guidance.action]
            self.button.setText(action.text())
            self.button.setToolTip(action.toolTip())
            self.button.setEnabled(action.isEnabled())

    @Slot(str)
    def show_asked(self, words: str) -> None:
        """Show what the next click on the scan is to be; nothing shows the guidance again."""
        self._asked = words
        self.show_guidance(self._guidance)

    @Slot()
    def _on_button_clicked(self) -> None:
        if self._action:
            self._actions[self._action].trigger()
