"""The one style sheet: what a button, a field, a table and a tab look like, in tokens and grid steps.

Separate from the theme because it is a page of declarations with no logic.
"""

from __future__ import annotations

from dataclasses import asdict
from string import Template
from typing import TYPE_CHECKING

from veerdesk.resources import resource

if TYPE_CHECKING:
    from veerdesk.desktop.theme import Tokens, TypeScale

_SHEET = Template("""
QWidget { font-size: ${body}pt; color: $text; }
QMainWindow, QDialog, QWidget#page { background: $paper; }
QLabel[role="quiet"] { color: $quiet; }
QLabel[role="small"] { color: $quiet; font-size: ${small}pt; }
QLabel[role="title"] { font-size: ${large}pt; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="warning"] { color: $flagged; }

QWidget#bar, QWidget#rail, QWidget#panel, QStatusBar { background: $surface; }
QWidget#bar { border-bottom: 1px solid $line; }
QWidget#rail { border-right: 1px solid $line; }
QWidget#panel { border-left: 1px solid $line; }
QWidget#guide { background: $raised; border-bottom: 1px solid $line; }
QStatusBar { border-top: 1px solid $line; font-size: ${small}pt; }
QStatusBar::item { border: none; }
QStatusBar QLabel { font-size: ${small}pt; padding: 0 8px; }
QFrame#rule { background: $line; max-height: 1px; min-height: 1px; border: none; }

QPushButton {
  background: $surface; border: 1px solid $line; border-radius: 4px; padding: 6px 10px; min-height: 18px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 1px solid $text; }
QPushButton:disabled { color: $quiet; background: transparent; }
QPushButton[role="primary"] { background: $text; color: $paper; border-color: $text; font-weight: 600; }
QPushButton[role="primary"]:hover { background: $quiet; border-color: $quiet; }
QPushButton[role="primary"]:focus { border: 2px solid $curve_2; padding: 5px 9px; }
QPushButton[role="primary"]:disabled { background: $line; color: $quiet; border-color: $line; }
QPushButton[role="narrow"] { padding: 6px 4px; }
QPushButton[role="link"] { border: none; background: transparent; text-align: left; padding: 6px 8px; }
QPushButton[role="link"]:hover { background: $hover; }
QPushButton[role="link"]:focus { border: 1px solid $quiet; padding: 5px 7px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 4px 6px; }
QToolButton:hover { background: $hover; }
QToolButton:checked { background: $hover; border: 1px solid $quiet; }
QToolButton:focus { border: 1px solid $text; }
QToolButton:disabled { color: $quiet; }
QWidget#rail QToolButton { font-size: ${small}pt; padding: 2px 0; min-width: 58px; }
QWidget#rail QToolButton[role="small"] { min-width: 26px; }
QToolButton[role="step"] { padding: 8px 14px; border: none; border-radius: 0; border-bottom: 2px solid transparent; }
QToolButton[role="step"]:checked {
  background: transparent; font-weight: 600; border: none; border-bottom: 2px solid $text;
}
QToolButton[role="step"]:hover { background: $hover; }
QToolButton[role="step"]:focus { border-bottom: 2px solid $quiet; }

QLineEdit, QComboBox, QPlainTextEdit, QSpinBox {
  background: $surface; border: 1px solid $line; border-radius: 4px; padding: 4px 6px; min-height: 18px;
  selection-background-color: $text; selection-color: $paper;
}
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QSpinBox:focus { border: 1px solid $text; }
QLineEdit[state="doubtful"] { border: 1px solid $flagged; }
QLineEdit:disabled, QComboBox:disabled { color: $quiet; background: $paper; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url("$chevron"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $line; selection-background-color: $hover;
  selection-color: $text; outline: none; }

QTableView, QListView, QListWidget, QTreeView {
  background: $surface; border: 1px solid $line; border-radius: 4px; gridline-color: $line; outline: none;
  selection-background-color: $hover; selection-color: $text; alternate-background-color: $raised;
}
QListView::item { padding: 4px 6px; }
QTableView::item { padding: 4px 0; }
QTableView::item:selected, QListView::item:selected { background: $hover; color: $text; }
QTableView:focus, QListView:focus { border: 1px solid $quiet; }
QTableView QLineEdit { border-radius: 0; padding: 0 4px; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }
QHeaderView::section { background: $surface; color: $quiet; border: none; border-bottom: 1px solid $line;
  padding: 4px 3px; font-size: ${small}pt; }
QTableCornerButton::section { background: $surface; border: none; }

QProgressBar { border: none; border-radius: 3px; background: $line; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $text; border-radius: 3px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget#panel_page { background: $surface; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; margin: 2px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $text; color: $paper; border: none; padding: 4px 6px; font-size: ${small}pt; }
QMenuBar { background: $surface; border-bottom: 1px solid $line; }
QMenuBar::item { padding: 4px 10px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $surface; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 3px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $quiet; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QWidget#card { background: $surface; border: 1px solid $line; border-radius: 6px; }
QWidget#drop { border: 1px dashed $quiet; border-radius: 6px; background: $surface; }
QWidget#drop[state="over"] { border: 2px solid $text; background: $hover; }
""")


def style_sheet(tokens: Tokens, sizes: TypeScale) -> str:
    """Return the Qt style sheet of a theme."""
    names = {k: v for k, v in asdict(tokens).items() if isinstance(v, str)}
    return _SHEET.substitute(
        names,
        chevron=resource("icons", "chevron.svg").as_posix(),
        small=f"{sizes.small:.1f}",
        body=f"{sizes.body:.1f}",
        large=f"{sizes.large:.1f}",
    )
