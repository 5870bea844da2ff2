"""The list of crossings in the order of the review: a line each, of which only what is seen is asked for.

Separate because it is Qt's model and view of many lines; what stands around it is the panel's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from veerdesk.desktop.canvas.keymap import is_pressed
from veerdesk.session.review_queue import ReviewState

_LEAST_PX = 110


@dataclass(frozen=True, slots=True)
class CrossingLine:
    """One crossing for the list: its row, place and the length that hangs on it in words, risk 0..1, and its state.

    Where ``is_crossing`` is False it is a flag on rows, and ``length`` holds its reason.
    """

    row: int
    place: str
    length: str
    risk: float
    state: ReviewState
    is_crossing: bool = True


class CrossingModel(QAbstractListModel):
    """Owns the lines of the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[CrossingLine, ...] = ()

    def replace(self, lines: Sequence[CrossingLine]) -> None:
        """Show other crossings."""
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of crossings."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Return the words of a line, the state spelled out for a screen reader."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        line = self.lines[index.row()]
        states = {"open": self.tr("open"), "flagged": self.tr("flagged"), "accepted": self.tr("accepted")}
        if not line.is_crossing:
            return f"⚑  {line.place}   {line.length}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            risk = self.tr("{0} % risk over {1}").format(round(100 * line.risk), line.length)
            return f"{line.place}, {risk}, {states[line.state]}"
        sign = {"open": "○", "flagged": "⚑", "accepted": "✓"}[line.state]
        return f"{sign}  {line.place}   {risk_bar(line.risk)}  {line.length}"


class CrossingList(QListView):
    """Shows the lines; ``keep_asked`` is the key that keeps, here as on the canvas."""

    keep_asked = Signal()
    keep_key = "Space"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = CrossingModel(self)
        self.setModel(self.lines)
        self.setUniformItemSizes(True)
        self.setMinimumHeight(_LEAST_PX)
        self.setAccessibleName(self.tr("Crossings, those first on which most hangs"))

    def sizeHint(self) -> QSize:
        """Return a few lines: the list takes what the panel has left, and never makes it scroll."""
        return QSize(200, _LEAST_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the place in hand in view: a well is reopened before its list has its height."""
        super().resizeEvent(event)
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hear the key that keeps."""
        if is_pressed(event, self.keep_key):
            self.keep_asked.emit()
            return
        super().keyPressEvent(event)


def risk_bar(risk: float) -> str:
    """Return a chance of being wrong as five blocks, fuller where it is likelier; 0.5 fills it.

    >>> risk_bar(0.5), risk_bar(0.0)
    ('▮▮▮▮▮', '▯▯▯▯▯')
    """
    full = max(0, min(5, round(10 * risk)))
    return "▮" * full + "▯" * (5 - full)
