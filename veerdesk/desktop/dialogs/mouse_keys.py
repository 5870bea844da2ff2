"""What mouse and pen do, tool by tool, with the keys that give a click another meaning: a part of the shortcut sheet.

Separate because no action of the table stands behind these, so there is nothing to give them; they are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from veerdesk.desktop.actions import SPECS, words
from veerdesk.desktop.parts import label
from veerdesk.desktop.theme import GRID_PX

Lines = tuple[tuple[str, str], ...]

#: Column of the sheet, tools by their actions (none: every tool), and for each gesture what it does. A name in braces
#: stands for the key of that action, as the person has it.
GESTURES: tuple[tuple[Literal[0, 1], tuple[str, ...], Lines], ...] = (
    (
        0,
        (),
        (
            ("Wheel", "scroll; with Shift sideways"),
            ("Ctrl + wheel", "zoom at the pointer"),
            ("Middle, {keep_next} held + drag", "move the scan"),
            ("{bypass_ink} held", "paint past the rule, paper too"),
            ("{next_rule}", "the next rule for painting"),
            ("Esc", "give up what is begun"),
            ("Pen, barrel button held", "the right button"),
            ("Pen, other end", "background"),
        ),
    ),
    (
        0,
        ("tool_pick",),
        (
            ("Click a crossing", "exchange below, to the next one"),
            ("Shift + click", "exchange below, to the end"),
            ("Alt + click", "exchange above, to the one before"),
            ("Shift + Alt + click", "exchange above, to the top"),
            ("Click a piece of stroke", "give it to curve 1"),
            ("Right button on a piece", "give it to curve 2"),
            ("{tool_eraser} held + click", "make the piece background"),
        ),
    ),
    (
        0,
        ("tool_brush", "tool_eraser", "tool_forget", "tool_exchange_brush"),
        (
            ("Left button", "brush: the class in hand"),
            ("Right button", "brush: the other curve"),
            ("Either button", "the others: as they are called"),
            ("Alt + drag, {smaller_brush} {larger_brush}", "size"),
        ),
    ),
    (
        1,
        ("tool_lasso", "tool_exchange_lasso"),
        (
            ("Drag round ink", "done where you let go"),
            ("Click, click, click", "corners of a polygon"),
            ("Backspace", "a corner back"),
            ("Enter, or double click", "close; the first corner too"),
            ("Right button first", "lasso: the other curve"),
        ),
    ),
    (
        1,
        ("tool_livewire",),
        (
            ("Click along a stroke", "the ink between is followed"),
            ("Backspace", "a click back"),
            ("Enter, or double click", "done"),
        ),
    ),
    (
        1,
        ("tool_fill",),
        (
            ("Click", "what is connected: class in hand"),
            ("Right button", "the other curve"),
        ),
    ),
    (
        1,
        ("tool_pin",),
        (
            ("Drag a curve, or its pin", "pin it there"),
            ("Right button on a pin", "take it away"),
            ("Off the curves", "left curve 1, right curve 2"),
        ),
    ),
    (
        1,
        ("tool_border",),
        (
            ("Four clicks", "a new track; Esc takes one back"),
            ("Drag a border, or a handle", "move it"),
            ("Shift + click a border", "put a knot in"),
            ("Right button on a knot", "take it out"),
        ),
    ),
    (
        1,
        ("tool_anchor",),
        (
            ("Click a printed line", "say its depth"),
            ("Drag a mark", "move it"),
            ("Alt held", "the row itself, not the line"),
        ),
    ),
)


class MouseSheet(QWidget):
    """Shows the gestures in two columns."""

    def __init__(self, keys: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What the mouse does, by tool"))
        #: Heading, and for each gesture its label and what it does, as text with the keys' names in braces.
        self._groups: list[tuple[QLabel, list[tuple[QLabel, QLabel, str]]]] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID_PX)
        columns = [QGridLayout(), QGridLayout()]
        for grid in columns:
            grid.setHorizontalSpacing(2 * GRID_PX)
            grid.setVerticalSpacing(2)
            grid.setColumnStretch(1, 1)
            row.addLayout(grid, 1)
        for column, tools, lines in GESTURES:
            self._add(columns[column], tools, lines)
        for grid in columns:
            grid.setRowStretch(grid.rowCount(), 1)
        self.show_keys(keys)

    def _add(self, grid: QGridLayout, tools: tuple[str, ...], lines: Lines) -> None:
        title = ", ".join(words(SPECS[tool].text) for tool in tools) if tools else self.tr("Every tool")
        head = label(title, "heading")
        head.setContentsMargins(0, GRID_PX if grid.count() else 0, 0, 2)
        at = grid.rowCount()
        grid.addWidget(head, at, 0, 1, 2)
        shown = []
        for k, (gesture, does) in enumerate(lines, start=at + 1):
            left, right = label(""), label(_said(does), "quiet")
            left.setBuddy(right)
            grid.addWidget(left, k, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(right, k, 1, Qt.AlignmentFlag.AlignTop)
            shown.append((left, right, gesture))
        self._groups.append((head, shown))

    def show_keys(self, keys: Mapping[str, str]) -> None:
        """Name the keys as the person has them."""
        native = QKeySequence.SequenceFormat.NativeText
        names = {name: QKeySequence(key).toString(native) for name, key in keys.items()}
        for _, lines in self._groups:
            for left, _, gesture in lines:
                left.setText(_said(gesture).format_map(names))

    def show_found(self, wanted: str) -> None:
        """Show the gestures that have some words in them, or whose tool has, and no others."""
        for head, lines in self._groups:
            is_meant, shown = wanted in head.text().casefold(), 0
            for left, right, _ in lines:
                fits = is_meant or wanted in left.text().casefold() or wanted in right.text().casefold()
                left.setVisible(fits)
                right.setVisible(fits)
                shown += int(fits)
            head.setVisible(shown > 0)


def _said(text: str) -> str:
    return QCoreApplication.translate("Mouse", text)
