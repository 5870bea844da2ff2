"""The Depth step: unit, reference, and the anchors that tie rows to depths.

Separate from the arithmetic, which is ``calibration.depth``; here anchors are typed, listed and judged.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from veerdesk.calibration.description import ScanSpec, WellDescription
from veerdesk.desktop.anchors import anchor_problem, disagreements, with_anchor, without_anchor
from veerdesk.desktop.fields import NumberField, TextField
from veerdesk.desktop.numbers import decimal_sign, format_number, parse_number
from veerdesk.desktop.parts import ActionButton, PanelPage, caption_row, combo, label, restyle, rule
from veerdesk.desktop.settings import DecimalChoice
from veerdesk.desktop.theme import GRID_PX

_ROW, _DEPTH, _OFF = range(3)


class DepthPanel(PanelPage):
    """Shows and edits depth. ``described`` carries (WellDescription after, words for undo); ``placed`` follows a mark.

    ``called_off`` says that no depth is asked for any more.
    """

    described = Signal(object, str)
    row_chosen = Signal(int)
    placed = Signal()
    called_off = Signal()

    def __init__(
        self, actions: tuple[QAction, ...], *, decimal: DecimalChoice = "system", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._description = WellDescription()
        self._sign = decimal_sign(decimal)
        self.scans = combo(self.tr("Scan"))
        self.unit = combo(self.tr("Depth unit"))
        self.unit.addItem(self.tr("feet"), "ft")
        self.unit.addItem(self.tr("metres"), "m")
        self.reference = TextField(self.tr("Depth reference"), hint="KB")
        self.top = NumberField(self.tr("Top of the output"), decimal=decimal)
        self.base = NumberField(self.tr("Base of the output"), decimal=decimal)
        self.new_row = NumberField(self.tr("Row of the new anchor"), decimal=decimal)
        self.new_depth = NumberField(self.tr("Depth of the new anchor"), decimal=decimal)
        self.add = QPushButton(self.tr("Add"))
        self.table = QTableWidget(0, 3)
        self._judgement = label("", "quiet", wraps=True)
        self._lay_out(actions)
        self._connect()

    def _lay_out(self, actions: tuple[QAction, ...]) -> None:
        self.column.addWidget(label(self.tr("Depth"), "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID_PX)
        caption_row(grid, 0, self.tr("Scan"), self.scans, span=3)
        caption_row(grid, 1, self.tr("Unit"), self.unit)
        caption_row(grid, 1, self.tr("From"), self.reference, column=2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self.column.addLayout(grid)
        self.column.addWidget(rule())
        self.column.addWidget(label(self.tr("Depth marks"), "heading"))
        self.column.addWidget(
            label(
                self.tr(
                    "Click a printed depth line on the scan, then type the depth beside it. Two are needed; more are better."
                ),
                "quiet",
                wraps=True,
            )
        )
        for action in actions:
            self.column.addWidget(ActionButton(action))
        entry = QHBoxLayout()
        for caption, field in ((self.tr("Row"), self.new_row), (self.tr("Depth"), self.new_depth)):
            entry.addWidget(label(caption, "quiet"))
            entry.addWidget(field, 1)
        entry.addWidget(self.add)
        self.column.addLayout(entry)
        self._lay_out_table()
        self.column.addWidget(self._judgement)
        self.column.addWidget(rule())
        self.column.addWidget(label(self.tr("Limits of the output, where wanted"), "heading"))
        limits = QGridLayout()
        caption_row(limits, 0, self.tr("Top"), self.top)
        caption_row(limits, 0, self.tr("Base"), self.base, column=2)
        self.column.addLayout(limits)
        self.column.addStretch(1)

    def _lay_out_table(self) -> None:
        self.table.setAccessibleName(self.tr("Depth marks"))
        self.table.setHorizontalHeaderLabels([self.tr("Row"), self.tr("Depth"), self.tr("Off by")])
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().hide()
        self.table.setMinimumHeight(160)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        edits = QTableWidget.EditTrigger
        self.table.setEditTriggers(edits.DoubleClicked | edits.EditKeyPressed)
        self.table.setToolTip(self.tr("Off by: how far the other marks would put this one from what you typed."))
        self.column.addWidget(self.table)
        self._remove = QPushButton(self.tr("Remove the chosen mark"))
        self.column.addWidget(self._remove)

    def _connect(self) -> None:
        self.scans.activated.connect(self._on_scans_activated)
        self.unit.activated.connect(self._on_unit_activated)
        self.reference.committed.connect(self._on_reference_committed)
        self.top.committed.connect(self._on_limits_committed)
        self.base.committed.connect(self._on_limits_committed)
        self.add.clicked.connect(self._on_add_clicked)
        self.new_depth.returnPressed.connect(self._on_add_clicked)
        self._remove.clicked.connect(self._on_remove_clicked)
        self.table.cellChanged.connect(self._on_table_cell_changed)
        self.table.itemSelectionChanged.connect(self._on_table_item_selection_changed)

    def show_well(self, description: WellDescription) -> None:
        """Show the depth part of a description; nothing is emitted."""
        self._description = description
        chosen = self.scans.currentData()
        with QSignalBlocker(self.scans):
            self.scans.clear()
            for scan in description.scans:
                self.scans.addItem(PurePath(scan.file).name or scan.id, scan.id)
            self.scans.setCurrentIndex(max(0, self.scans.findData(chosen)))
        with QSignalBlocker(self.unit):
            self.unit.setCurrentIndex(self.unit.findData(description.depth.unit))
        self.reference.show_value(description.depth.reference)
        self.top.show_value(description.depth.top)
        self.base.show_value(description.depth.base)
        self._show_anchors()

    def ask_depth(self, scan_id: str, row: float) -> None:
        """Take a row that was clicked on a scan and ask for its depth."""
        self.scans.setCurrentIndex(max(0, self.scans.findData(scan_id)))
        self._show_anchors()
        self.new_row.show_value(float(round(row, 2)))
        self.new_depth.show_value(None)
        self.new_depth.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape, where it takes no typing back, calls the question for a depth off."""
        if not event.matches(QKeySequence.StandardKey.Cancel):
            super().keyPressEvent(event)
            return
        for field in (self.new_row, self.new_depth):
            field.clear()
            field.show_value(None)
        self._show_anchors()
        self.called_off.emit()

    def _scan(self) -> ScanSpec | None:
        chosen = self.scans.currentData()
        return next((s for s in self._description.scans if s.id == chosen), None)

    def _show_anchors(self) -> None:
        scan = self._scan()
        anchors = scan.depth if scan else ()
        off = disagreements(anchors)
        unit = self._description.depth.unit
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(anchors))
            for k, (row, depth) in enumerate(anchors):
                texts = (
                    format_number(row, sign=self._sign),
                    format_number(depth, sign=self._sign),
                    format_number(off[k], digits=3, sign=self._sign),
                )
                for column, text in enumerate(texts):
                    self.table.setItem(k, column, _cell(text, editable=column != _OFF))
        if len(anchors) < 2:
            words = self.tr("One mark more makes depths.") if anchors else self.tr("No depth mark yet.")
        elif len(anchors) == 2:
            words = self.tr("Two marks agree with anything. A third one checks them.")
        else:
            worst = max(range(len(anchors)), key=lambda k: abs(off[k] or 0.0))
            words = self.tr("The mark at row {0} disagrees most: {1} {2}.").format(
                format_number(anchors[worst][0], sign=self._sign),
                format_number(off[worst], digits=3, sign=self._sign),
                unit,
            )
        self._judge(words, is_warning=False)
        self.new_depth.setPlaceholderText(unit)

    def _judge(self, words: str, *, is_warning: bool) -> None:
        self._judgement.setText(words)
        role = "warning" if is_warning else "quiet"
        if self._judgement.property("role") != role:
            self._judgement.setProperty("role", role)
            restyle(self._judgement)

    def _offer(self, anchors: tuple[tuple[float, float], ...], words: str) -> bool:
        scan = self._scan()
        problem = anchor_problem(anchors)
        if scan is None or problem:
            self._judge(problem, is_warning=True)
            return False
        self.described.emit(self._description.with_scan(replace(scan, depth=anchors)), words)
        return True

    @Slot(int)
    def _on_scans_activated(self, _index: int) -> None:
        self._show_anchors()

    @Slot(int)
    def _on_unit_activated(self, index: int) -> None:
        depth = replace(self._description.depth, unit=self.unit.itemData(index))
        if depth != self._description.depth:
            self.described.emit(replace(self._description, depth=depth), self.tr("set the depth unit"))

    @Slot(str)
    def _on_reference_committed(self, text: str) -> None:
        depth = replace(self._description.depth, reference=text)
        self.described.emit(replace(self._description, depth=depth), self.tr("set the depth reference"))

    @Slot(object)
    def _on_limits_committed(self, _value: float | None) -> None:
        depth = replace(self._description.depth, top=self.top.value, base=self.base.value)
        self.described.emit(replace(self._description, depth=depth), self.tr("set the output's limits"))

    @Slot()
    def _on_add_clicked(self) -> None:
        row = parse_number(self.new_row.text(), sign=self._sign)
        depth = parse_number(self.new_depth.text(), sign=self._sign)
        scan = self._scan()
        if row is None or depth is None or scan is None:
            said = self.tr("Type a row and its depth, such as 2112 and 8700.")
            if any("," in field.text() for field in (self.new_row, self.new_depth)):
                said = self.tr("A comma before three digits can be read two ways. Type 10300 for 10,300.")
            self._judge(said, is_warning=True)
            return
        if self._offer(with_anchor(scan.depth, row, depth), self.tr("place a depth mark")):
            self.placed.emit()
            for field in (self.new_row, self.new_depth):
                field.clear()
                field.show_value(None)

    @Slot()
    def _on_remove_clicked(self) -> None:
        scan, row = self._scan(), self.table.currentRow()
        if scan is not None and 0 <= row < len(scan.depth):
            self._offer(without_anchor(scan.depth, row), self.tr("remove a depth mark"))

    @Slot(int, int)
    def _on_table_cell_changed(self, k: int, column: int) -> None:
        scan, item = self._scan(), self.table.item(k, column)
        value = parse_number(item.text(), sign=self._sign) if item else None
        if scan is None or value is None:
            self._show_anchors()
            self._judge(self.tr("Type one number, such as 8700 or 8700.5."), is_warning=True)
            return
        row, depth = scan.depth[k]
        pair = (value, depth) if column == _ROW else (row, value)
        anchors = with_anchor(without_anchor(scan.depth, k), *pair)
        if not self._offer(anchors, self.tr("move a depth mark")):
            problem = self._judgement.text()
            self._show_anchors()
            self._judge(problem, is_warning=True)

    @Slot()
    def _on_table_item_selection_changed(self) -> None:
        scan, k = self._scan(), self.table.currentRow()
        if scan is not None and 0 <= k < len(scan.depth):
            self.row_chosen.emit(round(scan.depth[k][0]))


def _cell(text: str, *, editable: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if not editable:
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
    return item
