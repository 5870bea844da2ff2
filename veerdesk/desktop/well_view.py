"""The page of an open well: rail, ruler, canvas, minimap, curves and the panel of the step, laid out.

Separate because it only arranges; what each part shows is the follower's business. What is not the scan comes second:
the panels of the later steps and the curves together take longer than all the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from veerdesk.desktop.actions import ActionTable
from veerdesk.desktop.canvas.keymap import CanvasKeymap
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.guide_bar import GuideBar
from veerdesk.desktop.numbers import decimal_sign
from veerdesk.desktop.panels.minimap import Minimap
from veerdesk.desktop.panels.ruler import DepthRuler
from veerdesk.desktop.panels.scan import ScanPanel
from veerdesk.desktop.rail import RAIL_PX, Rail
from veerdesk.desktop.readouts import Readouts
from veerdesk.desktop.settings import DecimalChoice
from veerdesk.desktop.sides import Side, SidesSplitter
from veerdesk.desktop.theme import Theme
from veerdesk.desktop.tools.kit import load_tools, make_tool

if TYPE_CHECKING:
    from veerdesk.desktop.panels.curves import CurvesPanel
    from veerdesk.desktop.panels.depth import DepthPanel
    from veerdesk.desktop.panels.export import ExportPanel
    from veerdesk.desktop.panels.review import ReviewPanel
    from veerdesk.desktop.panels.tracks import TracksPanel

#: What a click on the handle of a side does.
_FOLDS = {Side.CURVES: "curves", Side.PANEL: "panel"}
#: The steps whose work is typed beside the scan; in the others the scan is what is worked on.
_IN_PANEL = (Step.TRACKS, Step.DEPTH, Step.EXPORT)
_REVIEW_ACTIONS = (
    "previous_crossing",
    "next_crossing",
    "exchange_below",
    "exchange_above",
    "flag",
    "keep_surer",
    "accept_view",
    "reopen_view",
    "accept_track",
    "sign_off",
    "next_change",
)


class WellView(QWidget):
    """Lays out one well; its parts are its attributes.

    ``completed`` says that the panels of the later steps are there: after the first rows, or when one is asked for.
    """

    completed = Signal()

    def __init__(
        self, actions: ActionTable, theme: Theme, *, decimal: DecimalChoice = "system", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        tokens = theme.tokens
        self._actions, self._decimal = actions, decimal
        self.rail = Rail(actions)
        self.ruler = DepthRuler(tokens)
        self.canvas = ScanCanvas(make_tool)
        self.canvas.hand.tool_asked.connect(self.rail.show_tool)
        self.minimap = Minimap(tokens)
        self.curves: CurvesPanel | None = None
        self._theme = theme
        self.guide = GuideBar(actions)
        self.canvas.asked.connect(self.guide.show_asked)
        self.readouts = Readouts(decimal_sign(decimal))
        self.canvas.hand.changed.connect(self._on_hand_changed)
        self.canvas.hand.tool_asked.connect(self._on_hand_changed)
        self.scan = ScanPanel(tuple(actions[n] for n in ("invert", "zoom_fit", "zoom_full", "go_to_depth")))
        self._steps: tuple[TracksPanel, DepthPanel, ReviewPanel, ExportPanel] | None = None
        self._lay_out()
        for strip in (self.ruler, self.minimap):
            strip.installEventFilter(self)
        theme.changed.connect(self.ruler.recolour)
        theme.changed.connect(self.minimap.recolour)
        actions.rekeyed.connect(self._on_actions_rekeyed)
        self._on_actions_rekeyed()

    @property
    def tracks(self) -> TracksPanel:
        """The panel of the Tracks step."""
        return self.complete()[0]

    @property
    def depths(self) -> DepthPanel:
        """The panel of the Depth step."""
        return self.complete()[1]

    @property
    def review(self) -> ReviewPanel:
        """The panel of the Review step."""
        return self.complete()[2]

    @property
    def export(self) -> ExportPanel:
        """The panel of the Export step."""
        return self.complete()[3]

    @property
    def is_complete(self) -> bool:
        """True once the panels of the later steps are there."""
        return self._steps is not None

    def complete(self) -> tuple[TracksPanel, DepthPanel, ReviewPanel, ExportPanel]:
        """Return the panels of the later steps, made when they are first asked for, with the tools of those steps."""
        if self._steps is None:
            from veerdesk.desktop.panels.depth import DepthPanel
            from veerdesk.desktop.panels.export import ExportPanel
            from veerdesk.desktop.panels.review import ReviewPanel
            from veerdesk.desktop.panels.tracks import TracksPanel

            load_tools()
            actions, decimal = self._actions, self._decimal
            of_tracks = ("add_track", "remove_track", "copy_tracks", "follow_borders", "follow_from_here")
            own = tuple(actions[n] for n in of_tracks)
            tracks = TracksPanel(self._theme.tokens, own, decimal=decimal)
            for form in tracks.forms:
                self._theme.changed.connect(form.swatch.recolour)
            ways_out = tuple(actions[n] for n in ("export_las", "export_csv", "export_labels", "save_job"))
            self._steps = (
                tracks,
                DepthPanel((actions["tool_anchor"],), decimal=decimal),
                ReviewPanel({n: actions[n] for n in _REVIEW_ACTIONS}),
                ExportPanel(ways_out),
            )
            self._on_actions_rekeyed()
            for panel in self._steps:
                self.panels.addWidget(panel)
            self.completed.emit()
        return self._steps

    def _lay_out(self) -> None:
        self.panels = QStackedWidget()
        self.panels.addWidget(self.scan)
        paper = QWidget()
        row = QHBoxLayout(paper)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part, stretch in ((self.ruler, 0), (self.canvas, 1), (self.minimap, 0)):
            row.addWidget(part, stretch)
        bar_px = self.canvas.verticalScrollBar().sizeHint().width()
        around_px = self.ruler.width() + self.minimap.width() + bar_px
        self.splitter = SidesSplitter(paper, before_px=RAIL_PX, around_px=around_px)
        self.splitter.hold(Side.PANEL, self.panels)
        self.splitter.fold_asked.connect(self._on_splitter_fold_asked)
        self.splitter.gave_way.connect(self._on_splitter_gave_way)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self.splitter, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.guide)
        column.addLayout(middle, 1)
        column.addWidget(self.readouts)

    @Slot()
    def _on_actions_rekeyed(self) -> None:
        self.canvas.keys.keymap = CanvasKeymap.of(self._actions.keys)
        if self._steps is not None:
            self._steps[2].show_keep_key(self.canvas.keys.keymap.keep_next)
        said = {Side.CURVES: self.tr("Curves"), Side.PANEL: self.tr("Panel")}
        for side, name in _FOLDS.items():
            self.splitter.handle_of(side).setToolTip(self._actions[name].toolTip())
            self.splitter.handle_of(side).setAccessibleName(said[side])

    @Slot()
    def _on_hand_changed(self) -> None:
        hand = self.canvas.hand
        self.readouts.show_hand(hand.tool, self._actions[f"tool_{hand.tool}"].text(), hand.class_in_hand)

    @Slot(int)
    def _on_splitter_fold_asked(self, side: int) -> None:
        self._actions[_FOLDS[Side(side)]].trigger()

    @Slot(int, bool)
    def _on_splitter_gave_way(self, side: int, is_away: bool) -> None:
        self._actions[_FOLDS[Side(side)]].setChecked(not is_away)  # shown as it is; nothing is triggered by that

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the scan hear of keys that no part of the page took."""
        super().keyPressEvent(event)
        self.canvas.hear_modifier(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let the scan hear of keys let go that no part of the page took."""
        super().keyReleaseEvent(event)
        self.canvas.hear_modifier(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel over ruler and minimap scroll the scan."""
        if isinstance(event, QWheelEvent) and watched in (self.ruler, self.minimap):
            return bool(QApplication.sendEvent(self.canvas.viewport(), event))
        return super().eventFilter(watched, event)

    def show_step(self, step: Step) -> None:
        """Show the tools and the panel of a step; the canvas stays where it is."""
        self.rail.show_step(step)
        if step is not Step.SCAN:
            self.complete()
        self.panels.setCurrentIndex(int(step))
        self.splitter.need_panel(step in _IN_PANEL)

    def add_curves(self) -> CurvesPanel:
        """Put the curve panel into its place beside the scan; its plotting library loads after the scan is shown."""
        if self.curves is None:
            from veerdesk.desktop.panels.curves import CurvesPanel

            self.curves = CurvesPanel(self._theme.tokens)
            self._theme.changed.connect(self.curves.recolour)
            self.splitter.hold(Side.CURVES, self.curves)
        return self.curves
