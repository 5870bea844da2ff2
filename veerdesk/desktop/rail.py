"""The tools at the left: those of the step in hand, then what changes only how things look.

Separate because the steps decide which tools there are, and nothing else does.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from veerdesk.desktop.actions import ActionTable
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.parts import rule, tool_button
from veerdesk.desktop.theme import GRID_PX

TOOLS: dict[Step, tuple[str, ...]] = {
    Step.SCAN: ("tool_pan",),
    Step.TRACKS: ("tool_pan", "tool_border"),
    Step.DEPTH: ("tool_pan", "tool_anchor"),
    Step.REVIEW: (
        "tool_pan",
        "tool_pick",
        "tool_brush",
        "tool_lasso",
        "tool_livewire",
        "tool_pin",
        "tool_eraser",
    ),
    Step.EXPORT: ("tool_pan",),
}
#: Tools that the menu and the keys have and the rail has no room for.
BESIDE = ("tool_fill", "tool_exchange_brush", "tool_exchange_lasso", "tool_forget")
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
        for name in BESIDE:
            self.group.addAction(actions[name])
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
        self._looks: list[QWidget] = [line]
        for name in LOOKS:
            button = tool_button(actions[name], under=True)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
            self._looks.append(button)
        self.setMinimumHeight(0)  # a low window does without the looks, which the View menu has too

    @Slot(str)
    def show_tool(self, name: str) -> None:
        """Show which tool is in hand, whoever took it."""
        for action in self.group.actions():
            if action.objectName() == f"action_tool_{name}":
                action.setChecked(True)

    def show_step(self, step: Step) -> None:
        """Show the tools of a step."""
        for name, button in self._buttons.items():
            button.setVisible(name in TOOLS[step])
        self._fit_looks()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the looks where there is room for them under the tools."""
        super().resizeEvent(event)
        self._fit_looks()

    def _fit_looks(self) -> None:
        tools = [b for b in self._buttons.values() if not b.isHidden()]
        wanted = sum(each.sizeHint().height() + 2 for each in (*tools, *self._looks)) + 2 * GRID_PX
        for look in self._looks:
            look.setVisible(wanted <= self.height())
