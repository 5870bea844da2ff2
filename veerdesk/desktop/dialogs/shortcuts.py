"""The sheet of shortcuts (F1): every action and its key, by group, editable, with conflicts refused; beside it the mouse.

Separate because it is the table of ``actions.py`` shown to a person.
"""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from veerdesk.desktop.actions import ACTIONS, GROUPS, SPECS, words
from veerdesk.desktop.dialogs.mouse_keys import MouseSheet
from veerdesk.desktop.keymap import FIXED, shortcuts_of, sound, trouble_in
from veerdesk.desktop.parts import fit_on_screen, label
from veerdesk.desktop.theme import GRID_PX

_NATIVE = QKeySequence.SequenceFormat.NativeText
#: Whole on a screen of 1280 x 800 with its bars; the actions take what the mouse leaves.
_SIZE_PX = (1240, 690)
_ACTIONS_PX = 404


class KeyField(QKeySequenceEdit):
    """Takes one key, Tab among them: an empty field takes it, a filled one lets it lead on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaximumSequenceLength(1)
        self.setClearButtonEnabled(True)
        self.setFinishingKeyCombinations([QKeyCombination(Qt.Key.Key_Backtab)])  # Tab may be the key

    def focusNextPrevChild(self, next: bool) -> bool:
        """Take Tab as the key while there is none; Shift+Tab always leads back."""
        return False if next and self.keySequence().isEmpty() else super().focusNextPrevChild(next)


class ShortcutsDialog(QDialog):
    """Shows the keys; ``overrides`` after it was accepted holds what the person changed."""

    def __init__(self, overrides: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        fit_on_screen(self, *_SIZE_PX)
        self.overrides = sound(SPECS, overrides)
        self._find = QLineEdit()
        self._find.setPlaceholderText(self.tr("Find an action or a key"))
        self._find.setAccessibleName(self.tr("Find"))
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Key")])
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(GRID_PX)
        self.tree.setAccessibleName(self.tr("Actions and their keys"))
        self.key = KeyField()
        self.key.setAccessibleName(self.tr("New key"))
        self.give = QPushButton(self.tr("Give this key"))
        self.mouse = MouseSheet(shortcuts_of(SPECS, self.overrides))
        self._said = label(self.tr("Choose an action, press a key in the field, and give it."), "quiet", wraps=True)
        self._fill()
        self._lay_out()
        self.tree.currentItemChanged.connect(self._on_tree_current_changed)
        self.tree.itemActivated.connect(self._on_tree_item_activated)
        self._find.textChanged.connect(self._on_find_text_changed)
        self.give.clicked.connect(self._on_give_clicked)

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        outer.addWidget(self._find)
        halves, column = QHBoxLayout(), QVBoxLayout()
        halves.setSpacing(2 * GRID_PX)
        outer.addLayout(halves, 1)
        halves.addLayout(column)
        scroll = QScrollArea()  # for a screen, or a font, in which it is not seen whole
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.mouse)
        halves.addWidget(scroll, 1)
        self.tree.setFixedWidth(_ACTIONS_PX)
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
        outer.addWidget(buttons)

    def _fill(self) -> None:
        self.tree.clear()
        keys = shortcuts_of(SPECS, self.overrides)
        for group, title in GROUPS.items():
            head = QTreeWidgetItem([words(title)])
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(head)
            for spec in ACTIONS:
                if spec.group == group:
                    item = QTreeWidgetItem([words(spec.text), ""])
                    item.setData(0, Qt.ItemDataRole.UserRole, spec.name)
                    head.addChild(item)
                    self._show_key(item, keys[spec.name])
            if group == "On the canvas":
                fixed = [(key, text[:1].upper() + text[1:]) for key, text in FIXED.items()]
                for key, text in fixed:
                    head.addChild(QTreeWidgetItem([words(text), words(key)]))
        self.tree.expandAll()
        self.tree.resizeColumnToContents(0)

    @Slot(str)
    def _on_find_text_changed(self, text: str) -> None:
        wanted = text.casefold()
        self.mouse.show_found(wanted)
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

    @Slot(QTreeWidgetItem, QTreeWidgetItem)
    def _on_tree_current_changed(self, item: QTreeWidgetItem | None, before: QTreeWidgetItem | None) -> None:
        self.key.clear()
        name = _name_of(item)
        if name:
            said = self.tr("Press a key in the field for {0}, and give it.").format(_called(name))
        else:
            said = self.tr("Choose an action, press a key in the field, and give it.")
        self._said.setText(said)

    @Slot(QTreeWidgetItem, int)
    def _on_tree_item_activated(self, item: QTreeWidgetItem, column: int) -> None:
        if _name_of(item):
            self.key.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _on_give_clicked(self) -> None:
        item = self.tree.currentItem()
        name = _name_of(item)
        if item is None or not name:
            self._said.setText(
                self.tr("Choose an action first. What the mouse and the keys of the system do stays so.")
            )
            return
        key = self.key.keySequence().toString()
        if not key:
            self._said.setText(self.tr("Press the key for {0} in the field first.").format(_called(name)))
            self.key.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        trouble = trouble_in(shortcuts_of(SPECS, self.overrides) | {name: key}, _called)
        if trouble:
            self._said.setText(self.tr("Not given: {0}").format(trouble))
            return
        self.overrides[name] = key
        if key == QKeySequence(SPECS[name].shortcut).toString():
            del self.overrides[name]
        self._show_key(item, key)
        self.mouse.show_keys(shortcuts_of(SPECS, self.overrides))
        self.key.clear()
        shown = QKeySequence(key).toString(_NATIVE)
        self._said.setText(self.tr("{0} is on {1} now.").format(_called(name), shown))

    def _show_key(self, item: QTreeWidgetItem, key: str) -> None:
        """Show an action's key, heavier where it is the person's own."""
        item.setText(1, QKeySequence(key).toString(_NATIVE))
        font = item.font(1)
        font.setBold(_name_of(item) in self.overrides)
        item.setFont(1, font)

    @Slot()
    def _on_reset_clicked(self) -> None:
        self.overrides.clear()
        self._fill()
        self.mouse.show_keys(shortcuts_of(SPECS, self.overrides))
        self._said.setText(self.tr("Every action has its first key again."))


def _name_of(item: QTreeWidgetItem | None) -> str:
    """Return the name of the action in a line; empty for a heading, and for what the mouse does."""
    return str(item.data(0, Qt.ItemDataRole.UserRole) or "") if item is not None else ""


def _called(name: str) -> str:
    """Return an action's words as they stand in a sentence."""
    return f"“{words(SPECS[name].text)}”"
