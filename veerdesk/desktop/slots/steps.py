"""What the Steps menu does.

Separate because each group of actions has one small owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from veerdesk.desktop.guidance import Step

if TYPE_CHECKING:
    from veerdesk.desktop.main_window import MainWindow


class StepActions(QObject):
    """Does the actions of the group Steps."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def step_scan(self) -> None:
        """Show the step Scan."""
        self._window.show_step(Step.SCAN)

    @Slot()
    def step_tracks(self) -> None:
        """Show the step Tracks."""
        self._window.show_step(Step.TRACKS)

    @Slot()
    def step_depth(self) -> None:
        """Show the step Depth."""
        self._window.show_step(Step.DEPTH)

    @Slot()
    def step_review(self) -> None:
        """Show the step Review."""
        self._window.show_step(Step.REVIEW)

    @Slot()
    def step_export(self) -> None:
        """Show the step Export."""
        self._window.show_step(Step.EXPORT)
