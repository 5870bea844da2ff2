"""The page of an open well: rail, ruler, canvas, minimap, curves and the panel of the step, laid out.

Separate because it only arranges; what each part shows is the follower's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from veerdesk.desktop.actions import ActionTable
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.guide_bar import GuideBar
from veerdesk.desktop.numbers import decimal_sign
from veerdesk.desktop.panels.depth import DepthPanel
from veerdesk.desktop.panels.export import ExportPanel
from veerdesk.desktop.panels.minimap import Minimap
from veerdesk.desktop.panels.review import ReviewPanel
from veerdesk.desktop.panels.ruler import DepthRuler
from veerdesk.desktop.panels.scan import ScanPanel
from veerdesk.desktop.panels.swatch import Swatch
from veerdesk.desktop.panels.tracks import TracksPanel
from veerdesk.desktop.rail import Rail
from veerdesk.desktop.readouts import Readouts
from veerdesk.desktop.settings import DecimalChoice
from veerdesk.desktop.theme import Theme
from veerdesk.desktop.tools.kit import make_tool

if TYPE_CHECKING:
    from veerdesk.desktop.panels.curves import CurvesPanel

PANEL_WIDTH_PX = 336
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
    """Lays out one well; its parts are its attributes."""

    def __init__(
        self, actions: ActionTable, theme: Theme, *, decimal: DecimalChoice = "system", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        tokens = theme.tokens
        self.rail = Rail(actions)
        self.ruler = DepthRuler(tokens)
        self.canvas = ScanCanvas(make_tool)
        self.canvas.hand.tool_asked.connect(self.rail.show_tool)
        self.minimap = Minimap(tokens)
        self.curves: CurvesPanel | None = None
        self._theme = theme
        self.guide = GuideBar(actions)
        self.readouts = Readouts(decimal_sign(decimal))
        self.scan = ScanPanel(tuple(actions[n] for n in ("invert", "zoom_fit", "zoom_full", "go_to_depth")))
        self.tracks = TracksPanel(
            tokens, tuple(actions[n] for n in ("add_track", "remove_track", "copy_tracks")), decimal=decimal
        )
        self.depths = DepthPanel((actions["tool_anchor"],), decimal=decimal)
        self.review = ReviewPanel({n: actions[n] for n in _REVIEW_ACTIONS})
        self.export = ExportPanel(tuple(actions[n] for n in ("export_las", "export_csv", "export_labels", "save_job")))
        self._lay_out()
        for strip in (self.ruler, self.minimap):
            strip.installEventFilter(self)
        theme.changed.connect(self.ruler.recolour)
        theme.changed.connect(self.minimap.recolour)
        for swatch in self._swatches():
            theme.changed.connect(swatch.recolour)

    def _swatches(self) -> list[Swatch]:
        return [form.swatch for form in self.tracks.forms]

    def _lay_out(self) -> None:
        self.panels = QStackedWidget()
        for panel in (self.scan, self.tracks, self.depths, self.review, self.export):
            self.panels.addWidget(panel)
        self.panels.setMinimumWidth(PANEL_WIDTH_PX - 40)
        paper = QWidget()
        row = QHBoxLayout(paper)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part, stretch in ((self.ruler, 0), (self.canvas, 1), (self.minimap, 0)):
            row.addWidget(part, stretch)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self._place_of_curves = QWidget()
        self._place_of_curves.setObjectName("panel")
        self._place_of_curves.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        for k, (side, stretch) in enumerate(((paper, 16), (self._place_of_curves, 9), (self.panels, 0))):
            self.splitter.addWidget(side)
            self.splitter.setStretchFactor(k, stretch)
        self.splitter.setSizes([16 * PANEL_WIDTH_PX, 9 * PANEL_WIDTH_PX, PANEL_WIDTH_PX])
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel over ruler and minimap scroll the scan."""
        if isinstance(event, QWheelEvent) and watched in (self.ruler, self.minimap):
            return bool(QApplication.sendEvent(self.canvas.viewport(), event))
        return super().eventFilter(watched, event)

    def show_step(self, step: Step) -> None:
        """Show the tools and the panel of a step; the canvas stays where it is."""
        self.rail.show_step(step)
        self.panels.setCurrentIndex(int(step))

    def add_curves(self) -> CurvesPanel:
        """Put the curve panel into its place beside the scan; its plotting library loads after the scan is shown."""
        if self.curves is None:
            from veerdesk.desktop.panels.curves import CurvesPanel

            self.curves = CurvesPanel(self._theme.tokens)
            self._theme.changed.connect(self.curves.recolour)
            sizes = self.splitter.sizes()
            self._place_of_curves.setParent(None)
            self.splitter.insertWidget(1, self.curves)
            self.splitter.setStretchFactor(1, 9)
            self.splitter.setSizes(sizes)  # the scan beside it does not move
        return self.curves
