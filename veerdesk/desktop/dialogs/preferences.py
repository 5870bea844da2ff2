"""Preferences: theme, colours of the curves, device of the model, and how numbers are written.

Separate because each is shown as it is chosen, and Cancel takes all of it back.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from veerdesk.desktop.parts import caption_row, label
from veerdesk.desktop.settings import Settings
from veerdesk.desktop.theme import GRID_PX


class PreferencesDialog(QDialog):
    """Edits settings. ``changed`` carries them at every choice, so that a theme is seen before it is kept."""

    changed = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self._before = self.settings = settings
        self.theme = _box(
            self.tr("Theme"),
            (
                (self.tr("as the system"), "system"),
                (self.tr("light"), "light"),
                (self.tr("dark"), "dark"),
                (self.tr("high contrast"), "contrast"),
            ),
            settings.theme,
        )
        self.palette_box = _box(
            self.tr("Colours of the curves"),
            (
                (self.tr("orange and blue, for most eyes"), "orange-blue"),
                (self.tr("red and teal, for blue-yellow blindness"), "red-teal"),
                (self.tr("yellow and violet, light and dark"), "yellow-violet"),
            ),
            settings.palette,
        )
        self.decimal = _box(
            self.tr("Decimal sign"),
            ((self.tr("as the system"), "system"), (self.tr("point, 0.5"), "point"), (self.tr("comma, 0,5"), "comma")),
            settings.decimal,
        )
        self.device = _box(
            self.tr("Model runs on"),
            (
                (self.tr("the fastest there is"), "auto"),
                (self.tr("the processor"), "cpu"),
                (self.tr("the graphics card (CUDA)"), "cuda"),
                (self.tr("the graphics card (Apple)"), "mps"),
            ),
            settings.device,
        )
        self._lay_out()
        for box in self._boxes():
            box.currentIndexChanged.connect(self._on_box_changed)

    def _boxes(self) -> tuple[QComboBox, ...]:
        return self.theme, self.palette_box, self.decimal, self.device

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 2 * GRID_PX)
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID_PX)
        grid.setVerticalSpacing(GRID_PX)
        for row, box in enumerate(self._boxes()):
            caption_row(grid, row, box.accessibleName(), box)
        column.addLayout(grid)
        column.addWidget(
            label(self.tr("Device and decimal sign hold from the next well that is opened."), "quiet", wraps=True)
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self._on_buttons_rejected)
        column.addWidget(buttons)

    @Slot()
    def _on_box_changed(self) -> None:
        self.settings = replace(
            self.settings,
            theme=self.theme.currentData(),
            palette=self.palette_box.currentData(),
            decimal=self.decimal.currentData(),
            device=self.device.currentData(),
        )
        self.changed.emit(self.settings)

    @Slot()
    def _on_buttons_rejected(self) -> None:
        self.settings = self._before
        self.changed.emit(self.settings)
        self.reject()


def _box(name: str, choices: tuple[tuple[str, str], ...], chosen: str) -> QComboBox:
    out = QComboBox()
    out.setAccessibleName(name)
    for text, value in choices:
        out.addItem(text, value)
    out.setCurrentIndex(max(0, out.findData(chosen)))
    return out
