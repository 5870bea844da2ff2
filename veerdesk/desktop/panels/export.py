"""The Export step: what will be written, what is missing and where, and the ways out.

Separate because the rules are ``calibration.checks``; here they are listed and lead back to the step that mends them.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QListWidget, QListWidgetItem, QTableWidget, QTableWidgetItem, QWidget

from veerdesk.calibration.checks import Missing, missing_for_export
from veerdesk.calibration.description import CurveSpec, WellDescription
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.numbers import format_number
from veerdesk.desktop.parts import ActionButton, PanelPage, label, rule

_SCALE = 2
#: More curves than this scroll in their table: the ways out stay in view.
_LINE_PX, _MOST_LINES = 30, 10


class ExportPanel(PanelPage):
    """Lists curves and what is missing. ``step_chosen`` leads to the step (and track) that mends a line."""

    step_chosen = Signal(int, int)

    def __init__(self, actions: tuple[QAction, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.missing = QListWidget()
        self.missing.setAccessibleName(self.tr("What is still missing"))
        self.missing.setWordWrap(True)
        self.missing.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.curves = QTableWidget(0, 4)
        self.curves.setAccessibleName(self.tr("Curves of the export"))
        self._missing_head = label("", "heading")
        self._hint = label(self.tr("Choose a line to go where it is mended."), "quiet", wraps=True)
        self.column.addWidget(self._missing_head)
        self.column.addWidget(self._hint)
        self.column.addWidget(self.missing)
        self.column.addWidget(label(self.tr("Curves"), "heading"))
        self._lay_out_table()
        self.column.addWidget(rule())
        for k, action in enumerate(actions):
            self.column.addWidget(ActionButton(action, role="primary" if k == 0 else ""))
        self.column.addStretch(1)
        self.missing.itemClicked.connect(self._on_missing_item)
        self.missing.itemActivated.connect(self._on_missing_item)

    def _lay_out_table(self) -> None:
        self.curves.setHorizontalHeaderLabels([self.tr("Curve"), self.tr("Unit"), self.tr("Scale"), self.tr("Track")])
        head = self.curves.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(_SCALE, QHeaderView.ResizeMode.Stretch)
        self.curves.verticalHeader().hide()
        self.curves.verticalHeader().setDefaultSectionSize(_LINE_PX)
        self.curves.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.curves.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.curves.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.column.addWidget(self.curves)

    def show_well(self, description: WellDescription) -> None:
        """Show a description's curves and what keeps them from an export."""
        missing = missing_for_export(description)
        self._missing_head.setText(
            self.tr("Still missing: {0}").format(len(missing)) if missing else self.tr("Nothing is missing")
        )
        self._hint.setVisible(bool(missing))
        self.missing.setVisible(bool(missing))
        self.missing.clear()
        for line in missing:
            item = QListWidgetItem(f"{line.message}\n{line.remedy}")
            item.setData(Qt.ItemDataRole.UserRole, line)
            self.missing.addItem(item)
        self.missing.setFixedHeight(min(240, 16 + 44 * len(missing)))
        rows = [(curve, track.name) for track in description.tracks for curve in track.curves]
        self.curves.setRowCount(len(rows))
        lines = min(max(len(rows), 3), _MOST_LINES)
        self.curves.setFixedHeight(self.curves.horizontalHeader().sizeHint().height() + lines * _LINE_PX + 4)
        for k, (curve, track_name) in enumerate(rows):
            for column, text in enumerate(
                (curve.mnemonic or "–", curve.unit if curve.has_scale else "%", scale_words(curve), track_name)
            ):
                self.curves.setItem(k, column, QTableWidgetItem(text))

    @Slot(QListWidgetItem)
    def _on_missing_item(self, item: QListWidgetItem) -> None:
        line = item.data(Qt.ItemDataRole.UserRole)
        self.step_chosen.emit(int(step_for(line)), -1 if line.track is None else line.track)


def step_for(line: Missing) -> Step:
    """Return the step at which something missing is mended."""
    if "depth" in line.message and "curve" not in line.message:
        return Step.DEPTH
    if line.track is None and "WELL" in line.remedy:
        return Step.EXPORT
    return Step.TRACKS


def scale_words(curve: CurveSpec) -> str:
    """Return a curve's scale in a few words."""
    if not curve.has_scale:
        return "0 to 100 %"
    kind = " log" if curve.scale == "log" else ""
    return f"{format_number(curve.left, digits=6)} to {format_number(curve.right, digits=6)}{kind}"
