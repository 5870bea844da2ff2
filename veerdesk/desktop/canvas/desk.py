"""What the canvas offers to its tools, and nothing more.

Separate so that a tool cannot reach for a widget: it gets positions, colours, the bridge, and ways to ask.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.coordinates import ViewTransform
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
        #: What the person holds.
        self.hand = canvas.hand
        #: Left, top, right and bottom of what is to be painted in the frame to come anyway; every frame takes it away.
        self.asked: tuple[int, int, int, int] | None = None

    @property
    def bridge(self) -> SessionBridge | None:
        """The bridge of the well that is shown."""
        return self._canvas.bridge

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
        canvas = self._canvas
        view = canvas.view
        s, dpr = view.scale * view.dpr, view.dpr
        x0, y0, x1, y1 = (
            col0 * s - view.left,
            row0 * s - view.top,
            (col1 + 1) * s - view.left,
            (row1 + 1) * s - view.top,
        )
        if dpr != 1.0:
            x0, y0, x1, y1 = x0 / dpr, y0 / dpr, x1 / dpr, y1 / dpr
        if x0 < -_FAR_PX or y0 < -_FAR_PX or x1 > _FAR_PX or y1 > _FAR_PX:
            x0, y0, x1, y1 = max(x0, -_FAR_PX), max(y0, -_FAR_PX), min(x1, _FAR_PX), min(y1, _FAR_PX)
        left, top = floor(x0 - _RIM_PX), floor(y0 - _RIM_PX)
        right, bottom = ceil(x1 + _RIM_PX), ceil(y1 + _RIM_PX)
        if right > left and bottom > top:
            asked = self.asked
            if asked and asked[0] <= left and asked[1] <= top and right <= asked[2] and bottom <= asked[3]:
                return  # as where a dab ends that began in this frame
            self.asked = left, top, right, bottom
            canvas.port.update(left, top, right - left, bottom - top)  # Qt leaves out what is not in view

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
