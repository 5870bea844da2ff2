"""The tools at the left: those of the step in hand, then what changes only how things look.

Separate because the steps decide which tools there are, and nothing else does.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from veerdesk.desktop.actions import ActionTable
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.parts import rule, tool_button
from veerdesk.desktop.theme import GRID_PX

TOOLS: dict[Step, tuple[str, ...]] = {
    Step.SCAN: ("tool_pan",),
    Step.TRACKS: ("tool_pan", "tool_border"),
    Step.DEPTH: ("tool_pan", "tool_anchor"),
    Step.REVIEW: ("tool_pan", "tool_pick", "tool_brush", "tool_eraser", "tool_forget"),
    Step.EXPORT: ("tool_pan",),
}
#: The tool a step begins with.
FIRST_TOOL: dict[Step, str] = {
    Step.SCAN: "tool_pan",
    Step.TRACKS: "tool_border",
    Step.DEPTH: "tool_anchor",
    Step.REVIEW: "tool_brush",
    Step.EXPORT: "tool_pan",
}
_WIDTH_PX = 80
LOOKS = ("contour", "invert", "zoom_fit", "curves")


class Rail(QWidget):
    """Shows the tools of one step; they exclude each other."""

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._buttons: dict[str, QToolButton] = {}
        self.group = QActionGroup(self)
        self.group.setExclusive(True)
        self.setFixedWidth(_WIDTH_PX)  # the canvas beside it must not move from step to step
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID_PX // 2, GRID_PX, GRID_PX // 2, GRID_PX)
        column.setSpacing(2)
        names = dict.fromkeys(name for tools in TOOLS.values() for name in tools)
        # A tool button shows its action's icon text, also after the action changes.
        actions["contour"].setIconText(self.tr("Outlines"))
        actions["invert"].setIconText(self.tr("Invert"))
        actions["zoom_fit"].setIconText(self.tr("Fit"))
        actions["curves"].setIconText(self.tr("Curves"))
        for name in names:
            self.group.addAction(actions[name])
            self._buttons[name] = tool_button(actions[name], under=True)
            column.addWidget(self._buttons[name], 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        line: QFrame = rule()
        column.addWidget(line)
        for name in LOOKS:
            column.addWidget(tool_button(actions[name], under=True), 0, Qt.AlignmentFlag.AlignHCenter)

    @Slot(str)
    def show_tool(self, name: str) -> None:
        """Show which tool is in hand, whoever took it."""
        button = self._buttons.get(f"tool_{name}")
        if button is not None:
            button.defaultAction().setChecked(True)

    def show_step(self, step: Step) -> None:
        """Show the tools of a step."""
        for name, button in self._buttons.items():
            button.setVisible(name in TOOLS[step])
