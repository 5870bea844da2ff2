"""The tools at the left: those of the step in hand, then what changes only how things look.

Separate because the steps decide which tools there are, and nothing else does.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QToolButton, QVBoxLayout, QWidget

from veerdesk.desktop.actions import ActionTable
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.parts import restyle, rule, tool_button
from veerdesk.desktop.theme import GRID_PX

TOOLS: dict[Step, tuple[str, ...]] = {
    Step.SCAN: ("tool_pan",),
    Step.TRACKS: ("tool_pan", "tool_border"),
    Step.DEPTH: ("tool_pan", "tool_anchor"),
    Step.REVIEW: (
        "tool_pan",
        "tool_pick",
        "tool_brush",
        "tool_exchange_brush",
        "tool_lasso",
        "tool_exchange_lasso",
        "tool_fill",
        "tool_livewire",
        "tool_pin",
        "tool_eraser",
        "tool_forget",
    ),
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
RAIL_PX = 64
#: Height of a look without its words, with the gap to the next.
_LOOK_PX = 32
#: Round icon and word of a tool, with the gap to the next.
_TOOL_GAPS_PX = 4
LOOKS = ("contour", "invert", "zoom_fit", "curves")


class Rail(QWidget):
    """Shows the tools of one step, and the tool in hand whatever its step; they exclude each other."""

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._buttons: dict[str, QToolButton] = {}
        self._step, self._tool = Step.SCAN, FIRST_TOOL[Step.SCAN]
        self.group = QActionGroup(self)
        self.group.setExclusive(True)
        self.setFixedWidth(RAIL_PX)  # the canvas beside it must not move from step to step
        column = QVBoxLayout(self)
        column.setContentsMargins(2, GRID_PX, 2, GRID_PX)
        column.setSpacing(2)
        names = dict.fromkeys(name for tools in TOOLS.values() for name in tools)
        # A tool button shows its action's icon text, also after the action changes.
        actions["contour"].setIconText(self.tr("Outlines"))
        actions["invert"].setIconText(self.tr("Invert"))
        actions["zoom_fit"].setIconText(self.tr("Fit"))
        actions["curves"].setIconText(self.tr("Curves"))
        for name in names:
            self.group.addAction(actions[name])
            actions[name].setIconText(actions[name].text().replace(" ", "\n", 1))  # two short lines, not one long one
            self._buttons[name] = tool_button(actions[name], under=True)
            column.addWidget(self._buttons[name], 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self._line: QFrame = rule()
        column.addWidget(self._line)
        self._looks = [tool_button(actions[name], under=True) for name in LOOKS]
        self._grid = QGridLayout()
        self._grid.setSpacing(2)
        column.addLayout(self._grid)
        self.setMinimumHeight(0)  # a low window does without the looks, which the View menu has too

    @Slot(str)
    def show_tool(self, name: str) -> None:
        """Show which tool is in hand, whoever took it: also one of another step, which a key takes."""
        self._tool = f"tool_{name}"
        self._buttons[self._tool].defaultAction().setChecked(True)
        self._show_buttons()

    def buttons_of(self, action: QAction) -> list[QToolButton]:
        """Return the buttons that stand for an action."""
        return [button for button in self._buttons.values() if button.defaultAction() is action]

    def show_step(self, step: Step) -> None:
        """Show the tools of a step."""
        self._step = step
        self._show_buttons()

    def _show_buttons(self) -> None:
        for name, button in self._buttons.items():
            button.setVisible(name == self._tool or name in TOOLS[self._step])
        self._fit_tools()
        self._fit_looks()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the looks where there is room for them under the tools: with words, else two by two without."""
        super().resizeEvent(event)
        self._fit_tools()
        self._fit_looks()

    def _fit_tools(self) -> None:
        """Leave the tools' words out where not one line of them has room: half a word tells less than none."""
        tools = [b for b in self._buttons.values() if not b.isHidden()]
        one_line = tools[0].iconSize().height() + tools[0].fontMetrics().height() + _TOOL_GAPS_PX
        has_words = self.height() >= len(tools) * one_line + 2 * GRID_PX
        style = Qt.ToolButtonStyle
        for each in self._buttons.values():
            each.setToolButtonStyle(style.ToolButtonTextUnderIcon if has_words else style.ToolButtonIconOnly)

    def _fit_looks(self) -> None:
        tools = [b for b in self._buttons.values() if not b.isHidden()]
        room = self.height() - sum(each.sizeHint().height() + 2 for each in tools) - 3 * GRID_PX
        with_words = self._looks[0].fontMetrics().height() + _LOOK_PX
        columns = 1 if room >= len(LOOKS) * with_words else 2
        fits = room >= len(LOOKS) / columns * (with_words if columns == 1 else _LOOK_PX)
        for k, look in enumerate(self._looks):
            style = Qt.ToolButtonStyle
            look.setToolButtonStyle(style.ToolButtonTextUnderIcon if columns == 1 else style.ToolButtonIconOnly)
            look.setProperty("role", "" if columns == 1 else "small")
            restyle(look)
            self._grid.addWidget(look, k // columns, k % columns, Qt.AlignmentFlag.AlignHCenter)
        for each in (self._line, *self._looks):
            each.setVisible(fits)
