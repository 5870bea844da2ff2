"""The sheet of shortcuts (F1): every action and its key, by group, editable, with conflicts refused.

Separate because it is the table of ``actions.py`` shown to a person.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from veerdesk.desktop.actions import ACTIONS, GROUPS, conflict_in, words
from veerdesk.desktop.parts import label
from veerdesk.desktop.theme import GRID_PX

_NATIVE = QKeySequence.SequenceFormat.NativeText
#: Done with the mouse, said here so that one sheet says everything.
_MOUSE = (
    ("Left button", "Curve 1, or the class in hand"),
    ("Right button", "Curve 2"),
    ("Middle button", "Move the scan"),
    ("Wheel", "Scroll"),
    ("Ctrl + wheel", "Zoom at the cursor"),
    ("Alt + drag", "Brush size"),
    ("Pen, barrel button held", "Curve 2"),
    ("Pen, other end", "Background"),
)


class ShortcutsDialog(QDialog):
    """Shows the keys; ``overrides`` after it was accepted holds what the person changed."""

    def __init__(self, overrides: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(560, 640)
        self.overrides = dict(overrides)
        self._find = QLineEdit()
        self._find.setPlaceholderText(self.tr("Find an action or a key"))
        self._find.setAccessibleName(self.tr("Find"))
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Key")])
        self.tree.setRootIsDecorated(False)
        self.tree.setAccessibleName(self.tr("Actions and their keys"))
        self.key = QKeySequenceEdit()
        self.key.setAccessibleName(self.tr("New key"))
        self.give = QPushButton(self.tr("Give this key"))
        self._said = label(self.tr("Choose an action, press a key in the field, and give it."), "quiet", wraps=True)
        self._fill()
        self._lay_out()
        self._find.textChanged.connect(self._on_find_text_changed)
        self.give.clicked.connect(self._on_give_clicked)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.addWidget(self._find)
        column.addWidget(self.tree, 1)
        row = QHBoxLayout()
        row.addWidget(self.key, 1)
        row.addWidget(self.give)
        column.addLayout(row)
        column.addWidget(self._said)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        reset = buttons.addButton(self.tr("Give every key back"), QDialogButtonBox.ButtonRole.ResetRole)
        reset.clicked.connect(self._on_reset_clicked)
        buttons.rejected.connect(self.accept)
        column.addWidget(buttons)

    def _fill(self) -> None:
        self.tree.clear()
        for group, title in GROUPS.items():
            head = QTreeWidgetItem([words(title)])
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(head)
            for spec in ACTIONS:
                if spec.group == group:
                    key = QKeySequence(self.overrides.get(spec.name, spec.shortcut)).toString(_NATIVE)
                    item = QTreeWidgetItem([words(spec.text), key])
                    item.setData(0, Qt.ItemDataRole.UserRole, "" if spec.is_on_canvas else spec.name)
                    head.addChild(item)
            if group == "On the canvas":
                for key, text in _MOUSE:
                    head.addChild(QTreeWidgetItem([words(text), words(key)]))
        self.tree.expandAll()
        self.tree.resizeColumnToContents(0)

    @Slot(str)
    def _on_find_text_changed(self, text: str) -> None:
        wanted = text.casefold()
        for k in range(self.tree.topLevelItemCount()):
            head = self.tree.topLevelItem(k)
            if head is None:
                continue
            shown = 0
            for j in range(head.childCount()):
                item = head.child(j)
                if item is None:
                    continue
                fits = wanted in item.text(0).casefold() or wanted in item.text(1).casefold()
                item.setHidden(not fits)
                shown += int(fits)
            head.setHidden(not shown)

    @Slot()
    def _on_give_clicked(self) -> None:
        item = self.tree.currentItem()
        name = item.data(0, Qt.ItemDataRole.UserRole) if item else ""
        if item is None or not name:
            self._said.setText(self.tr("Choose an action first. Keys that the canvas hears itself stay as they are."))
            return
        key = self.key.keySequence().toString()
        keys = {spec.name: self.overrides.get(spec.name, spec.shortcut) for spec in ACTIONS} | {name: key}
        conflict = conflict_in(keys)
        if conflict:
            texts = {spec.name: words(spec.text) for spec in ACTIONS}
            for spec_name in sorted(texts, key=len, reverse=True):
                conflict = (
                    conflict.replace(spec_name, f"“{texts[spec_name]}”") if spec_name in conflict.split() else conflict
                )
            self._said.setText(self.tr("Not given: {0}").format(conflict))
            return
        self.overrides[name] = key
        self._said.setText(self.tr("Given."))
        item.setText(1, self.key.keySequence().toString(_NATIVE))

    @Slot()
    def _on_reset_clicked(self) -> None:
        self.overrides.clear()
        self._fill()
        self._said.setText(self.tr("Every action has its first key again."))
