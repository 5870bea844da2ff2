"""What a tool is, and what it may ask of the canvas.

Separate because tools know scan positions and intents only; the canvas knows widgets and events.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor, QPainter

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.hand import Hand
from veerdesk.desktop.canvas.look import CanvasPalette

#: Screen px around a handle or a line within which the pointer holds it (research, tools: at least 24 px across).
REACH_PX = 12.0


class Pointer(NamedTuple):
    """A mouse or pen position: scan px (float, whole at pixel centres), the button that acts, and the keys held."""

    row: float
    col: float
    button: Qt.MouseButton = Qt.MouseButton.NoButton
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier

    @property
    def at(self) -> tuple[float, float]:
        """Row and column."""
        return self[:2]


class ToolDesk(Protocol):
    """What the canvas offers to a tool."""

    @property
    def bridge(self) -> SessionBridge | None: ...
    @property
    def hand(self) -> Hand: ...
    @property
    def view(self) -> ViewTransform: ...
    @property
    def palette_in_use(self) -> CanvasPalette: ...
    @property
    def scan_id(self) -> str: ...

    def touch(self, row0: float, col0: float, row1: float, col1: float) -> None:
        """Ask for a window of the scan to be painted again."""
        ...

    def touch_all(self) -> None:
        """Ask for the whole view to be painted again."""
        ...

    def track_at(self, row: float, col: float) -> TrackSpec | None:
        """Return the track under a position: the one in hand where it lies there, else the nearest that does."""
        ...

    def ask_anchor(self, row: float) -> None:
        """Ask the person for the depth of a row."""
        ...

    def say(self, text: str) -> None:
        """Show a sentence to the person."""
        ...

    def ask(self, text: str) -> None:
        """Show what the next click is to be, where the eye is; nothing takes it away."""
        ...


class Tool(Protocol):
    """A gesture: presses, moves and releases in scan px, and what is painted while it lasts."""

    @property
    def cursor(self) -> Qt.CursorShape | QCursor:
        """The pointer; one object for as long as it looks the same."""
        ...

    #: True where the stroke has a width that Alt and a drag change.
    has_width: bool

    @property
    def is_busy(self) -> bool:
        """True while a gesture is under way: keys that leave the place wait."""
        ...

    def press(self, at: Pointer) -> None:
        """Begin a gesture."""
        ...

    def move(self, at: Pointer) -> None:
        """Follow the pointer, with a button down or without."""
        ...

    def release(self, at: Pointer) -> None:
        """End the gesture; whatever it means is one edit."""
        ...

    def leave(self) -> None:
        """Follow the pointer out of the canvas."""
        ...

    def cancel(self) -> None:
        """Give the gesture up; nothing was done."""
        ...

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draw the preview that belongs to nobody, in widget px."""
        ...


@runtime_checkable
class ClickedTool(Protocol):
    """A tool whose gesture is several clicks: the keys end it, or go back one of them."""

    @property
    def has_begun(self) -> bool:
        """True once there is a click to go on from."""
        ...

    def finish(self) -> None:
        """End the gesture as a double click does."""
        ...

    def take_back(self) -> None:
        """Forget the last click; without another one nothing has begun."""
        ...


class ToolMaker(Protocol):
    """Where the canvas gets its tools from: it knows none of them by itself."""

    def __call__(self, name: str, desk: ToolDesk) -> Tool:
        """Return a fresh tool. Raises ValueError where there is none of that name."""
        ...
