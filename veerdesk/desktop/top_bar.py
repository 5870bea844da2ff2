"""The bar above everything: home, open, the five steps, and what the model is doing.

Separate because it is the one thing that never changes place, whatever the step.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from veerdesk.desktop.actions import ActionTable
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.parts import label, tool_button
from veerdesk.desktop.theme import GRID_PX

STEP_ACTIONS: dict[Step, str] = {
    Step.SCAN: "step_scan",
    Step.TRACKS: "step_tracks",
    Step.DEPTH: "step_depth",
    Step.REVIEW: "step_review",
    Step.EXPORT: "step_export",
}


class TopBar(QWidget):
    """Shows the steps as tabs and the running work with its share and a way to stop it."""

    def __init__(self, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._steps: dict[Step, QToolButton] = {}
        self._group = QActionGroup(self)
        self._group.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID_PX, 0, GRID_PX, 0)
        row.setSpacing(GRID_PX // 2)
        for name, text in (("home", self.tr("Start")), ("open", self.tr("Open"))):
            actions[name].setIconText(text)
            row.addWidget(tool_button(actions[name]))
        self._wells = QWidget()
        inner = QHBoxLayout(self._wells)
        inner.setContentsMargins(2 * GRID_PX, 0, 0, 0)
        inner.setSpacing(0)
        for step, name in STEP_ACTIONS.items():
            actions[name].setCheckable(True)
            self._group.addAction(actions[name])
            button = tool_button(actions[name], role="step")
            button.setAccessibleName(self.tr("Step {0} of 5: {1}").format(step + 1, actions[name].text()))
            self._steps[step] = button
            inner.addWidget(button)
        inner.addStretch(1)
        for name in ("undo", "redo"):
            button = tool_button(actions[name])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(actions[name].text())
            inner.addWidget(button)
        inner.addSpacing(GRID_PX)
        self.model = label("", "small")
        self.work = label("", "small")
        self.share = label("", "small")
        self.outcome = label("", "small")
        self.outcome.setAccessibleName(self.tr("What came of it"))
        self.bar = QProgressBar()
        self.bar.setFixedWidth(96)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.stop = tool_button(actions["cancel"])
        self.stop.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.stop.setIconSize(QSize(16, 16))
        self.stop.setAccessibleName(self.tr("Stop what is running"))
        inner.setSpacing(GRID_PX)
        for widget in (self.model, self.outcome, self.bar, self.share, self.work, self.stop):
            inner.addWidget(widget)
        row.addWidget(self._wells, 1)
        row.addStretch(0)
        self.show_work("", None)
        self.show_well(False)

    def show_well(self, is_open: bool) -> None:
        """Show the steps while a well is open."""
        self._wells.setVisible(is_open)

    def show_step(self, step: Step) -> None:
        """Mark the step that is shown."""
        self._steps[step].defaultAction().setChecked(True)

    def show_model(self, words: str) -> None:
        """Show which model runs, and on what."""
        self.model.setText(words)

    def show_outcome(self, words: str, sentence: str) -> None:
        """Show what came of work that took long, where that work was shown, until there is other news of it.

        A few words stay there, with all of the sentence behind them: the line of the last thing done is gone with the
        next gesture, and after minutes nobody waits for it.
        """
        self.outcome.setText(words)
        self.outcome.setToolTip(sentence)
        self.outcome.setAccessibleDescription(sentence)
        self.outcome.setVisible(bool(words) and self.bar.isHidden())

    @Slot(str, object)
    def show_work(self, name: str, share: float | None) -> None:
        """Show running work by name and share done (0..1); None where nothing runs."""
        is_running = share is not None
        for widget in (self.bar, self.share, self.work, self.stop):
            widget.setVisible(is_running)
        self.outcome.setVisible(not is_running and bool(self.outcome.text()))
        if share is not None:
            self.bar.setValue(round(100 * share))
            self.share.setText(self.tr("{0} %").format(f"{100 * share:.0f}"))
            metrics = self.work.fontMetrics()
            self.work.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, 18 * metrics.averageCharWidth()))
            self.bar.setToolTip(name)
