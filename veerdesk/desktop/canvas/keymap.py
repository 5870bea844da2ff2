"""Keys that the canvas hears itself, as the person has them: held ones, and those the mouse gives a meaning.

Separate because the table of actions knows every key and no canvas, and the canvas knows five keys and no table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

_SHIFT, _KEYPAD = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier


@dataclass(frozen=True, slots=True)
class CanvasKeymap:
    """The key of each action that the canvas hears, by the action's name; ``tool_eraser`` means background over a piece.

    The first four are as in the table of actions before a person changes any, which a test holds.
    """

    keep_next: str = "Space"
    swap_class: str = "Tab"
    hide_overlay: str = "S"
    bypass_ink: str = "A"
    tool_eraser: str = "E"

    @classmethod
    def of(cls, keys: Mapping[str, str]) -> CanvasKeymap:
        """Return the canvas' part of the keys of all actions, by action."""
        return cls(**{name: keys[name] for name in cls.__slots__ if name in keys})


def is_pressed(event: QKeyEvent, key: str) -> bool:
    """Return True where an event is this key with its modifiers. A sign that takes Shift to type, as ?, has it or not."""
    wanted, modifiers = _first(key)
    if event.key() != wanted:
        return False
    keys = event.modifiers() & ~_KEYPAD
    text = event.text()
    if text.isprintable() and text.strip() and not text.isalnum():
        return keys & ~_SHIFT == modifiers & ~_SHIFT
    return keys == modifiers


def is_released(event: QKeyEvent, key: str) -> bool:
    """Return True where an event is this key, whatever else is still down: modifiers may be let go before it."""
    return event.key() == _first(key)[0]


@cache
def _first(key: str) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    """Return key and modifiers of a name as the table of actions has it; read once, as every key asks five times."""
    sequence = QKeySequence(key)
    if not sequence.count():
        return Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier
    combined = sequence[0]  # type: ignore[index] # PySide's stubs do not know it
    return combined.key(), combined.keyboardModifiers()
