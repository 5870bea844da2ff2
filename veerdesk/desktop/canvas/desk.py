"""What the canvas offers to its tools, and nothing more.

Separate so that a tool cannot reach for a widget: it gets positions, colours, the bridge, and ways to ask.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.hand import Hand
from veerdesk.desktop.canvas.look import CanvasPalette

if TYPE_CHECKING:
    from veerdesk.desktop.canvas.view import ScanCanvas

# A pen's half width and a pixel for rounding.
_RIM_PX = 3.0
# Further than any screen, and nearer than the end of Qt's whole numbers: a log zoomed in is taller than those.
_FAR_PX = 100_000.0


class CanvasDesk:
    """The ToolDesk of one canvas."""

    def __init__(self, canvas: ScanCanvas) -> None:
        self._canvas = canvas

    @property
    def bridge(self) -> SessionBridge | None:
        """The bridge of the well that is shown."""
        return self._canvas.bridge

    @property
    def hand(self) -> Hand:
        """What the person holds."""
        return self._canvas.hand

    @property
    def view(self) -> ViewTransform:
        """Where the scan lies under the viewport."""
        return self._canvas.view

    @property
    def palette_in_use(self) -> CanvasPalette:
        """The colours in use."""
        return self._canvas.look.palette

    @property
    def scan_id(self) -> str:
        """The scan that is shown."""
        return self._canvas.scan_id

    def touch(self, row0: float, col0: float, row1: float, col1: float) -> None:
        """Paint a window of the scan again, edges in scan px."""
        port, view = self._canvas.viewport(), self._canvas.view
        x0, y0 = view.to_widget(row0 - 0.5, col0 - 0.5)
        x1, y1 = view.to_widget(row1 + 0.5, col1 + 0.5)
        left, top = floor(max(x0 - _RIM_PX, -_FAR_PX)), floor(max(y0 - _RIM_PX, -_FAR_PX))
        right, bottom = ceil(min(x1 + _RIM_PX, _FAR_PX)), ceil(min(y1 + _RIM_PX, _FAR_PX))
        if right > left and bottom > top:
            port.update(left, top, right - left, bottom - top)  # Qt leaves out what is not in view

    def touch_all(self) -> None:
        """Paint everything again."""
        self._canvas.repaint_all()

    def track_at(self, row: float, col: float) -> TrackSpec | None:
        """Return the track under a position: the one in hand where it lies there, else one whose borders hold it."""
        return self._canvas.stack.track_at(row, col, self._canvas.hand.active_track)

    def say(self, text: str) -> None:
        """Show a sentence to the person."""
        self._canvas.said.emit(text)

    def ask(self, text: str) -> None:
        """Show what the next click is to be; nothing takes it away."""
        self._canvas.asked.emit(text)

    def ask_anchor(self, row: float) -> None:
        """Ask the person for the depth of a row."""
        self._canvas.anchor_asked.emit(self._canvas.scan_id, row)
