"""Puts a session onto a window's page and takes it off again: the connections of one well, and its view as it was left.

Separate from the window because all of this exists only while a well is open.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, SignalInstance, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.look import CanvasPalette
from veerdesk.desktop.compiled_tools import tools_job
from veerdesk.desktop.first_rows import FirstRows
from veerdesk.desktop.follower import WellFollower
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.page_left import (
    beside_left,
    page_left,
    restore_beside,
    restore_hand,
    restore_over,
    restore_threshold,
)
from veerdesk.desktop.rail import FIRST_TOOL, TOOLS
from veerdesk.desktop.rows_ahead import RowsAhead
from veerdesk.desktop.scan_watch import ScanWatch
from veerdesk.desktop.sides import Side
from veerdesk.desktop.theme import Tokens
from veerdesk.desktop.writer_watch import WriterWatch
from veerdesk.session.change import Change, ChangeKind
from veerdesk.session.view_state import ViewState

if TYPE_CHECKING:
    from veerdesk.desktop.gesture_outcome import Outcome
    from veerdesk.desktop.main_window import MainWindow
    from veerdesk.labels.edits import Rule
    from veerdesk.labels.shapes import Region


_NOT_TRACE = ~ChangeKind.TRACE
#: Objects made before the young, the middle and the old of them are looked through: a stroke makes a hundred.
_COLLECT_AFTER = (20_000, 20, 20)


class WellPage(QObject):
    """Owns the connections between one window and one open well."""

    def __init__(self, window: MainWindow, bridge: SessionBridge) -> None:
        super().__init__(window)
        self._window, self.bridge = window, bridge
        bridge.setParent(self)
        self.follower = WellFollower(window.view, bridge, self)
        self._ahead = RowsAhead(window.view.canvas, bridge, self)
        self._watch = ScanWatch(bridge.session, self)
        self._watch.changed.connect(window.fail)
        self._writer = WriterWatch(bridge.session, self)
        self._writer.changed.connect(self.follower.note_writing)
        self._work: dict[str, float] = {}
        self._tool_in = dict(FIRST_TOOL)
        self._told = ""  # why nothing can be written at present, once that has been shown
        self._has_drawn_rows = self._is_shown_as_before = self._is_closed = False
        self._connect()

    def _connect(self) -> None:
        window, view, bridge, follower = self._window, self._window.view, self.bridge, self.follower
        bridge.failed.connect(self._on_bridge_failed)
        bridge.changed.connect(self._on_bridge_changed)
        bridge.painted.connect(self._on_bridge_painted)
        bridge.unchanged.connect(self._on_bridge_unchanged)
        bridge.done.connect(window.say)
        bridge.saved.connect(self._on_bridge_saved)
        bridge.model_ready.connect(self._on_bridge_model_ready)
        bridge.segmentation_progress.connect(self._on_bridge_segmentation_progress)
        bridge.job_progress.connect(self._on_bridge_job_progress)
        bridge.job_finished.connect(self._on_bridge_job_finished)
        follower.refreshed.connect(window.refresh_state)
        self._held: list[tuple[SignalInstance, Callable[..., object]]] = []
        self._hold(
            (view.completed, self._on_view_completed),
            (view.minimap.row_chosen, self._on_row_chosen),
            (view.scan.scan_chosen, view.canvas.show_scan),
            (view.canvas.anchor_asked, self._on_canvas_anchor_asked),
            (view.canvas.keep_asked, self._on_canvas_keep_asked),
            (view.canvas.said, window.say),
            (window.theme.changed, self._on_theme_changed),
        )
        if view.is_complete:
            self._hear_panels()
        self._on_theme_changed(window.theme.tokens)

    @Slot()
    def _on_view_completed(self) -> None:
        self._hear_panels()
        self.follower.show_all()

    def _hear_panels(self) -> None:
        view, follower = self._window.view, self.follower
        self._hold(
            (view.tracks.described, self._on_panel_described),
            (view.depths.described, self._on_panel_described),
            (view.tracks.track_chosen, follower.choose_track),
            (view.review.track_chosen, follower.choose_track),
            (view.depths.row_chosen, self._on_row_chosen),
            (view.depths.placed, view.canvas.setFocus),
            (view.depths.called_off, self._on_depth_called_off),
            (view.review.row_chosen, self._on_review_row_chosen),
            (view.review.keep_asked, self._on_canvas_keep_asked),
            (view.review.filter_chosen, follower.review.choose_filter),
            (view.review.threshold_changed, follower.review.show_many),
            (view.export.step_chosen, self._on_export_step_chosen),
        )

    def _hold(self, *pairs: tuple[SignalInstance, Callable[..., object]]) -> None:
        """Connect signals of widgets that outlive the well; they are let go when it closes."""
        for signal, slot in pairs:
            signal.connect(slot)
        self._held += pairs

    def open(self) -> None:
        """Show the well as it was left, then begin what runs behind, after its first rows."""
        state = self.bridge.session.view
        view = self._window.view
        restore_beside(view, self._window.actions_table, self._window.settings)
        view.canvas.set_session(self.bridge)
        self.follower.take_track(state.active_track)
        self._restore(state)
        for name, is_on in (("contour", state.is_contour), ("invert", state.is_inverted)):
            self._window.actions_table[name].setChecked(is_on)
        steps = {step.name.lower(): step for step in Step}
        self.show_step(steps.get(state.step, Step.SCAN))
        if f"tool_{state.tool}" in TOOLS[self.follower.step]:
            self._window.actions_table[f"tool_{state.tool}"].trigger()
        view.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        if not state.scan:  # nobody looked at it yet: its whole width, once the page has its size
            QTimer.singleShot(0, self, self._on_first_layout)
        FirstRows(view.canvas, self.bridge, self).drawn.connect(self._on_first_rows_drawn)

    @Slot()
    def _on_first_layout(self) -> None:
        if not self._is_shown_as_before:
            self._window.view.canvas.fit_width()

    @Slot()
    def _on_first_rows_drawn(self) -> None:
        """Load what is not the scan: plotting takes 0.2 s, the model longer."""
        if self._is_closed:  # rows may be drawn when the well is on its way out, and the page then shows another one
            return
        self._has_drawn_rows = True
        window = self._window
        window.view.complete()
        curves = window.view.add_curves()
        self._hold(
            (curves.laid_out, self.follower.lock_rows),
            (curves.wheel_turned, self._on_curves_wheel_turned),
            (curves.row_hovered, self.follower.show_row),
        )
        restore_threshold(window.view, self.bridge.session.view.extra)
        self.bridge.run(tools_job(self.tr("Make the tools ready")), self._on_tools_ready)
        self.bridge.start()
        self._window.top.show_model(self.tr("loading the model…"))
        self.follower.touch_all()

    def _on_tools_ready(self, _nothing: None) -> None:
        # What is there by now stays for as long as the well is open: it is not looked through again between two strokes.
        gc.collect(1)
        gc.freeze()
        gc.set_threshold(*_COLLECT_AFTER)

    def show_step(self, step: Step) -> None:
        """Show the tools and the panel of a step; the tool in hand becomes the one that was left in that step."""
        window, left = self._window, f"tool_{self._window.view.canvas.hand.tool}"
        if left in TOOLS[self.follower.step] and left != "tool_pan":
            self._tool_in[self.follower.step] = left
        self.follower.step = step
        window.view.show_step(step)
        window.top.show_step(step)
        window.actions_table[self._tool_in[step]].trigger()
        self.follower.show_guidance()

    @property
    def seen(self) -> ViewState:
        """How the well is looked at now."""
        state: ViewState = self._window.view.canvas.view_state(self.bridge.session.view)
        extra = {**state.extra, **page_left(self._window.view, self._window.actions_table)}
        extra["review"] = self.follower.review.place_left
        step = self.follower.step.name.lower()
        return replace(state, active_track=self.follower.track_id, step=step, extra=extra)

    def show_as(self, state: ViewState) -> None:
        """Look at the well as it was looked at in another session."""
        self._is_shown_as_before = True
        self.follower.take_track(state.active_track)
        self._restore(state)
        self.show_step({step.name.lower(): step for step in Step}.get(state.step, self.follower.step))

    def _restore(self, state: ViewState) -> None:
        """Show the scan, what lies over it, what is in hand and where the review was, once the track is in hand."""
        view, follower = self._window.view, self.follower
        view.canvas.restore(state)
        restore_hand(view, state.extra)
        restore_over(view, self._window.actions_table, state.extra, follower.changes)
        follower.review.take_up(state.extra.get("review"))

    def close(self) -> None:
        """Keep the view, stop what runs, close the session."""
        gc.unfreeze()
        self._is_closed = True
        canvas = self._window.view.canvas
        self.bridge.keep_view(self.seen)
        self._window.keep_settings(**beside_left(self._window.view, self._window.actions_table))
        self._ahead.stop()
        self._watch.stop()
        self._writer.stop()
        canvas.set_session(None)
        for signal, slot in self._held:
            signal.disconnect(slot)
        self.follower.stop()
        self._window.guarded(self.bridge.close)

    @Slot(object)
    def _on_theme_changed(self, tokens: Tokens) -> None:
        canvas = self._window.view.canvas
        canvas.set_look(replace(canvas.look, palette=CanvasPalette.of(tokens)))

    @Slot(str, float)
    def _on_canvas_anchor_asked(self, scan_id: str, row: float) -> None:
        if self.follower.step is not Step.DEPTH:  # else the tool is taken anew, and forgets the line that was clicked
            self.show_step(Step.DEPTH)
        if self._window.view.splitter.is_folded(Side.PANEL):  # the depth is asked for there
            self._window.actions_table["panel"].trigger()
        self._window.view.depths.ask_depth(scan_id, row)

    @Slot()
    def _on_depth_called_off(self) -> None:
        self._window.view.canvas.tool.cancel()
        self._window.view.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_canvas_keep_asked(self) -> None:
        if self.follower.step is Step.REVIEW:
            self._window.actions_table.owner("reviews").keep_next()

    @Slot(str, str)
    def _on_bridge_failed(self, message: str, remedy: str) -> None:
        if not self.bridge.model_name and not self.bridge.is_predicting:
            self._window.top.show_model(self.tr("no model"))
        self.follower.note_trouble()
        self._window.refresh_state()
        if message == self._told:  # a box for each refused gesture would have to be put away each time
            self._window.say(self.tr("Not done: nothing can be written at present."))
            return
        self._told = "" if self.bridge.can_edit and self.bridge.session.trouble is None else message
        self._window.fail(message, remedy)

    @Slot(object)
    def _on_bridge_changed(self, change: Change) -> None:
        # Every stroke comes by here: when it was saved is said when it is, and when the follower refreshes the page.
        if change.kinds.touches(_NOT_TRACE):
            self._window.refresh_actions()

    @Slot(object)
    def _on_bridge_painted(self, outcome: Outcome) -> None:
        from veerdesk.desktop.tools.done import painted_words

        self._window.say(painted_words(self.bridge.session, outcome))

    @Slot(str, int, object)
    def _on_bridge_unchanged(self, tool: str, track_id: int, meant: tuple[Region, int, Rule]) -> None:
        from veerdesk.desktop.tools.done import unchanged_words

        self._window.say(unchanged_words(self.bridge.session, tool, track_id, meant))

    @Slot(float)
    def _on_bridge_saved(self, _at: float) -> None:
        self._told = ""
        self.follower.note_trouble()
        self._window.refresh_state()

    @Slot(str, str)
    def _on_bridge_model_ready(self, name: str, device: str) -> None:
        self._window.top.show_model(self.tr("model: {0} · {1}").format(name, device.upper()))
        self._show_rest()

    @Slot(int, float)
    def _on_bridge_segmentation_progress(self, _track_id: int, _share: float) -> None:
        whole = self.follower.predicted_share
        self._show_work(self.tr("predicting"), whole if whole < 1.0 else None)

    @Slot(str, float)
    def _on_bridge_job_progress(self, name: str, share: float) -> None:
        self._work[name] = share
        if self._has_drawn_rows:  # a bar paints itself at once, before the scan it tells of
            self._show_work(name, share)

    @Slot(str)
    def _on_bridge_job_finished(self, name: str) -> None:
        self._work.pop(name, None)
        self._show_rest()

    def _show_rest(self) -> None:
        """Show no work any more where none is left; that the model is being loaded stands beside it in words."""
        if not self._work and not (self.bridge.is_predicting and self.bridge.model_name):
            self._show_work("", None)

    def _show_work(self, name: str, share: float | None) -> None:
        self._window.top.show_work(name, share)

    @Slot(object, str)
    def _on_panel_described(self, after: object, words: str) -> None:
        self.bridge.describe(after, words)  # type: ignore[arg-type] # a WellDescription, as the signal's panel says

    @Slot(int)
    def _on_row_chosen(self, row: int) -> None:
        self._window.view.canvas.go_to_row(row)

    @Slot(int)
    def _on_review_row_chosen(self, row: int) -> None:
        self._window.actions_table.owner("reviews").choose_row(row)

    @Slot(int, int)
    def _on_export_step_chosen(self, step: int, track_id: int) -> None:
        if track_id >= 0:
            self.follower.choose_track(track_id)
        if Step(step) is Step.EXPORT:
            self._window.actions_table["export_las"].trigger()
        else:
            self.show_step(Step(step))

    @Slot(QWheelEvent)
    def _on_curves_wheel_turned(self, event: QWheelEvent) -> None:
        QApplication.sendEvent(self._window.view.canvas.viewport(), event)
