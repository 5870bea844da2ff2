"""Small parts every page is made of: headings, quiet lines, rules, buttons that stand for an action.

Separate so that a role is given in one place and the style sheet finds it.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from veerdesk.desktop.theme import GRID_PX

#: A frame's title and edges: a window that leaves less of the screen hides its last lines behind the edge.
FRAME_PX = (4, 40)
_LEAST_FORM_PX = 120


def label(text: str, role: str = "", *, wraps: bool = False) -> QLabel:
    """Return a label in one of the roles of the style sheet: title, heading, quiet, small, warning."""
    out = QLabel(text)
    out.setProperty("role", role)
    out.setWordWrap(wraps)
    out.setTextFormat(Qt.TextFormat.PlainText)
    return out


#: A line is this much longer on a screen of twice the pixels than its metrics say: its first letter was cut there.
_ROUNDED_PX = 4


class ElidedLabel(QLabel):
    """A line that gives way where there is no room for it: it ends in dots, and its tip says all of it."""

    def __init__(self, role: str = "", *, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__("")
        self._whole, self._mode = "", mode
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> bool:
        """Show a line, as much of it as there is room for; False where it is shown already."""
        if text == self._whole:  # an undo after another says the same
            return False
        self._whole = text
        self.setAccessibleDescription(text)
        self._fit()
        return True

    @property
    def whole_px(self) -> int:
        """Width in which all of the line is seen, the edges that its style gives it among them."""
        edges = self.width() - self.contentsRect().width()
        return self.fontMetrics().horizontalAdvance(self._whole) + edges + 2 * _ROUNDED_PX

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much as there is room for now."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width() - _ROUNDED_PX
        shown = self.fontMetrics().elidedText(self._whole, self._mode, room)
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


def restyle(widget: QWidget) -> None:
    """Let the style sheet look at a widget's properties again.

    A style sheet of its own, with nothing in it, makes Qt polish the widget again; no Python object for the shared
    style is made on the way.
    """
    widget.setStyleSheet("/* look again */")


def combo(name: str) -> QComboBox:
    """Return a box of choices that gives way in a narrow panel instead of widening it."""
    out = QComboBox()
    out.setAccessibleName(name)
    out.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    out.setMinimumContentsLength(6)
    return out


def rule() -> QFrame:
    """Return a thin line across."""
    out = QFrame()
    out.setObjectName("rule")
    return out


def caption_row(grid: QGridLayout, row: int, caption: str, field: QWidget, *, column: int = 0, span: int = 1) -> None:
    """Put a field with its caption at the left into a grid, and tell assistive software that they belong together."""
    text = label(caption, "quiet")
    text.setBuddy(field)
    grid.addWidget(text, row, column)
    grid.addWidget(field, row, column + 1, 1, span)


class ActionButton(QPushButton):
    """A push button that stands for an action: same text, same icon, enabled together."""

    def __init__(self, action: QAction, *, role: str = "", text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self._text = text
        self.setProperty("role", role)
        self.setIconSize(QSize(18, 18))
        self.clicked.connect(self._on_self_clicked)
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    @Slot()
    def _on_self_clicked(self) -> None:
        self._action.trigger()

    @Slot()
    def _on_action_changed(self) -> None:
        self.setText(self._text or self._action.text())
        self.setToolTip(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
        if self.property("role") != "primary":
            self.setIcon(self._action.icon())


def tool_button(action: QAction, *, role: str = "", under: bool = False) -> QToolButton:
    """Return a tool button for an action, its text beside the icon or under it."""
    out = QToolButton()
    out.setDefaultAction(action)
    out.setProperty("role", role)
    out.setIconSize(QSize(20, 20))
    style = Qt.ToolButtonStyle
    out.setToolButtonStyle(style.ToolButtonTextUnderIcon if under else style.ToolButtonTextBesideIcon)
    out.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return out


class LowForm(QScrollArea):
    """A form that is as tall as its fields where there is room, and scrolls where the screen is low."""

    def __init__(self, form: QLayout) -> None:
        super().__init__()
        self._form = QWidget()
        self._form.setLayout(form)
        form.setContentsMargins(0, 0, 0, 0)
        self.setWidget(self._form)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:
        """Return the size at which nothing scrolls: Qt's own is cut at some lines of text."""
        return self._form.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the form's own width, and the height of a few fields."""
        form = self._form.minimumSizeHint()
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(form.width() + bar, min(form.height(), _LEAST_FORM_PX))


def fit_on_screen(dialog: QWidget, width: int, height: int) -> None:
    """Give a dialog a size, or as much of it as its screen has room for beside a frame."""
    room = dialog.screen().availableSize()
    dialog.resize(min(width, room.width() - FRAME_PX[0]), min(height, room.height() - FRAME_PX[1]))


class PanelPage(QWidget):
    """A page of the right panel: a column that scrolls when it is longer than the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = QWidget()
        inner.setObjectName("panel_page")
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(3 * GRID_PX // 2, 2 * GRID_PX, 3 * GRID_PX // 2, 2 * GRID_PX)
        self.column.setSpacing(GRID_PX)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        inner.setMinimumWidth(0)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
