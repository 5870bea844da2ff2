"""What a button means with what is in hand: which class, on which pixels, and the pointer that says so.

Separate because brush and lasso must mean the same by the same button.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor

from veerdesk.desktop.canvas.hand import Hand
from veerdesk.desktop.canvas.look import CanvasPalette
from veerdesk.desktop.tools.cursors import worded_cursor
from veerdesk.desktop.tools.preview import class_words, rule_words
from veerdesk.labels.classes import EXCHANGED, PixelClass
from veerdesk.labels.edits import Rule


def class_for(hand: Hand, button: Qt.MouseButton) -> int:
    """Return what a button paints: the left one the class in hand, the right one the other curve."""
    if button == Qt.MouseButton.RightButton:
        return int(PixelClass.CURVE_1) if hand.class_in_hand == PixelClass.CURVE_2 else int(PixelClass.CURVE_2)
    return hand.class_in_hand


def rule_for(hand: Hand, cls: int) -> Rule:
    """Return which pixels a gesture may change: an exchange is of ink, whatever rule is in hand."""
    return Rule.INK_ONLY if cls == EXCHANGED else hand.rule_in_use


def painting_cursor(cls: int, hand: Hand, palette: CanvasPalette) -> QCursor:
    """Return the pointer that says what is painted, and where."""
    return worded_cursor(f"{class_words(cls)} · {rule_words(rule_for(hand, cls))}", palette)
