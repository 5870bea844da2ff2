"""Fields that take a number or a short text, and say politely when they cannot.

Separate because every panel and dialog types numbers, and the rule for a comma must be one rule.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from veerdesk.desktop.numbers import decimal_sign, format_number, parse_number
from veerdesk.desktop.parts import restyle
from veerdesk.desktop.settings import DecimalChoice

# So that four of them fit beside each other in the panel.
_LEAST_WIDTH_PX = 48


class _Field(QLineEdit):
    """A line that leaves the window its keys: Qt would take Ctrl+E, which exports, for the end of the line."""

    def event(self, event: QEvent) -> bool:
        """Pass such a key on to the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_end = event.matches(QKeySequence.StandardKey.MoveToEndOfLine)
            if is_end and event.key() != Qt.Key.Key_End:
                event.ignore()
                return False
        return super().event(event)


class NumberField(_Field):
    """A field for one number; ``committed`` carries it (None where the field was emptied) once it is finished."""

    committed = Signal(object)

    def __init__(self, name: str, *, decimal: DecimalChoice = "system", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.sign = decimal_sign(decimal)
        self._value: float | None = None
        self.setMinimumWidth(_LEAST_WIDTH_PX)
        self.editingFinished.connect(self._on_self_editing_finished)
        self.textEdited.connect(self._on_self_text_edited)

    @property
    def value(self) -> float | None:
        """The last number that was understood, or None where there is none."""
        return self._value

    @property
    def is_doubtful(self) -> bool:
        """True where the text is neither empty nor a number."""
        text = self.text().strip()
        return bool(text) and parse_number(text, sign=self.sign) is None

    def show_value(self, value: float | None) -> None:
        """Show a number without saying that a person typed it; a field in use is left alone."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self.setText(format_number(value, sign=self.sign))
            self._mark()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes the typing back; everything else is a field's own business."""
        if event.matches(QKeySequence.StandardKey.Cancel) and self.isModified():
            self._show_again()
            event.accept()
            return
        super().keyPressEvent(event)

    def _show_again(self) -> None:
        self.setText(format_number(self._value, sign=self.sign))
        self.setModified(False)
        self._mark()

    @Slot(str)
    def _on_self_text_edited(self, _text: str) -> None:
        self._mark()

    @Slot()
    def _on_self_editing_finished(self) -> None:
        if not self.isModified() or self.is_doubtful:
            return
        text = self.text().strip()
        value = parse_number(text, sign=self.sign) if text else None
        changed = value != self._value
        self._value = value
        self._show_again()
        if changed:
            self.committed.emit(value)

    def _mark(self) -> None:
        doubtful = self.is_doubtful
        if (self.property("state") == "doubtful") != doubtful:
            self.setProperty("state", "doubtful" if doubtful else "")
            restyle(self)
        self.setToolTip(
            self.tr("Type one number, such as 7000 or 0.2. A comma before three digits can be read two ways.")
            if doubtful
            else ""
        )


class TextField(_Field):
    """A field for a short text; ``committed`` carries it once it is finished and has changed."""

    committed = Signal(str)

    def __init__(self, name: str, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self._value = ""
        self.setMinimumWidth(_LEAST_WIDTH_PX)
        self.editingFinished.connect(self._on_self_editing_finished)

    def show_value(self, value: str) -> None:
        """Show a text without saying that a person typed it; a field in use is left alone."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self.setText(value)
            self.setCursorPosition(0)  # a text that is too long shows how it begins

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Let what is typed go on behind the text, where no mouse and no Tab said otherwise."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.OtherFocusReason, Qt.FocusReason.ShortcutFocusReason):
            self.end(False)

    @Slot()
    def _on_self_editing_finished(self) -> None:
        text = self.text().strip()
        if text != self._value:
            self._value = text
            self.committed.emit(text)
