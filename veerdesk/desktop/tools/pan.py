"""The tool that moves the scan: the canvas does the moving, so this one does nothing.

Separate so that every other place can say "the tool in hand" without asking whether there is one.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.tool import Pointer, ToolDesk


class PanTool:
    """Shows the open hand; a press takes the track under it in hand."""

    cursor = Qt.CursorShape.OpenHandCursor
    has_width = False
    is_busy = False

    def __init__(self, desk: ToolDesk) -> None:
        self._desk = desk

    def press(self, at: Pointer) -> None:
        """Take the track under the pointer in hand (right button; the left one moves the scan)."""
        track = self._desk.track_at(at.row, at.col)
        if track is not None:
            self._desk.hand.take_track(track.id)

    def move(self, at: Pointer) -> None:
        """Do nothing."""

    def release(self, at: Pointer) -> None:
        """Do nothing."""

    def leave(self) -> None:
        """Do nothing."""

    def cancel(self) -> None:
        """Do nothing."""

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draw nothing."""
