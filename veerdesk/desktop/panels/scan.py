"""The Scan step: which files the well is made of and what they are.

Separate because it only reads: the scan itself is never changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QWidget

from veerdesk.desktop.numbers import format_fixed
from veerdesk.desktop.parts import ActionButton, ElidedLabel, PanelPage, combo, label, rule


@dataclass(frozen=True, slots=True)
class ScanFacts:
    """What is known of one scan, for showing. ``ready_rows`` grows while the file is read."""

    id: str
    path: Path
    page: int
    width: int
    height: int
    ready_rows: int
    dpi: float | None
    has_colour: bool
    is_bilevel: bool
    file_bytes: int


class ScanPanel(PanelPage):
    """Lists the scans of a well, one block each; ``scan_chosen`` is the one to be shown."""

    scan_chosen = Signal(str)

    def __init__(self, actions: tuple[QAction, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column.addWidget(label(self.tr("Scan"), "heading"))
        self.scans = combo(self.tr("Scan shown"))
        self.column.addWidget(self.scans)
        self.scans.activated.connect(self._on_scans_activated)
        self._blocks = QWidget()
        self._blocks.setObjectName("panel_page")
        self._grid = QGridLayout(self._blocks)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self.column.addWidget(self._blocks)
        self.column.addWidget(rule())
        for action in actions:
            self.column.addWidget(ActionButton(action))
        self.column.addStretch(1)
        self._shown: tuple[ScanFacts, ...] = ()

    @Slot(int)
    def _on_scans_activated(self, index: int) -> None:
        self.scan_chosen.emit(self.scans.itemData(index))

    def show_scans(self, scans: tuple[ScanFacts, ...], shown: str = "") -> None:
        """Show the facts of every scan, and which one is on the canvas."""
        with QSignalBlocker(self.scans):
            self.scans.clear()
            for scan in scans:
                self.scans.addItem(scan.id, scan.id)
            self.scans.setCurrentIndex(max(0, self.scans.findData(shown)))
        self.scans.setVisible(len(scans) > 1)
        if scans == self._shown:
            return
        self._shown = scans
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.deleteLater()
        row = 0
        for scan in scans:
            for caption, text in self._lines(scan):
                self._grid.addWidget(label(caption, "quiet"), row, 0)
                value = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)  # the path of a folder has no place to wrap
                value.show_text(text)
                value.setAccessibleName(f"{caption}: {text}")
                self._grid.addWidget(value, row, 1)
                row += 1

    def _lines(self, scan: ScanFacts) -> list[tuple[str, str]]:
        kind = (
            self.tr("black and white") if scan.is_bilevel else self.tr("colour") if scan.has_colour else self.tr("grey")
        )
        lines = [
            (self.tr("File"), scan.path.name),
            (self.tr("Folder"), str(scan.path.parent)),
            (
                self.tr("Size"),
                self.tr("{0} × {1} px, {2} MB").format(
                    format_fixed(scan.width, 0), format_fixed(scan.height, 0), format_fixed(scan.file_bytes / 1e6, 1)
                ),
            ),
            (self.tr("Kind"), kind),
            (
                self.tr("Resolution"),
                self.tr("{0} dots an inch").format(f"{scan.dpi:g}") if scan.dpi else self.tr("not stated in the file"),
            ),
        ]
        if scan.page:
            lines.append((self.tr("Page"), str(scan.page + 1)))
        if scan.ready_rows < scan.height:
            share = 100 * scan.ready_rows / max(1, scan.height)
            lines.append((self.tr("Reading"), self.tr("{0} % of the rows are here").format(f"{share:.0f}")))
        return lines
