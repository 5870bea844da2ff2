"""One curve of a track as a form: name, unit, words, look of the stroke, and the values at the two borders.

Separate from the tracks panel because it is used twice in it and knows nothing of tracks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from veerdesk.calibration.description import CurveSpec, Style
from veerdesk.calibration.description import Slot as CurveSlot
from veerdesk.desktop.fields import NumberField, TextField
from veerdesk.desktop.panels.swatch import Swatch
from veerdesk.desktop.parts import caption_row, combo, label
from veerdesk.desktop.settings import DecimalChoice
from veerdesk.desktop.theme import GRID_PX, Tokens


class CurveForm(QWidget):
    """Shows and edits one CurveSpec. ``changed`` carries (CurveSpec after, what changed in words)."""

    changed = Signal(object, str)

    def __init__(
        self, slot: CurveSlot, tokens: Tokens, *, decimal: DecimalChoice = "system", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.slot = slot
        self._curve = CurveSpec(slot)
        who = self.tr("Curve {0}").format(slot)
        self.swatch = Swatch(slot, tokens)
        self.mnemonic = TextField(self.tr("{0}, name").format(who), hint=("GR", "CALI")[slot - 1])
        self.unit = TextField(self.tr("{0}, unit").format(who), hint=("GAPI", "IN")[slot - 1])
        self.words = TextField(
            self.tr("{0}, description").format(who), hint=(self.tr("Gamma ray"), self.tr("Caliper"))[slot - 1]
        )
        self.left = NumberField(self.tr("{0}, value at the left border").format(who), decimal=decimal)
        self.right = NumberField(self.tr("{0}, value at the right border").format(who), decimal=decimal)
        self.style_box = combo(self.tr("{0}, look of the stroke").format(who))
        self.scale_box = combo(self.tr("{0}, kind of scale").format(who))
        self._fill_boxes()
        self.style_box.setMinimumContentsLength(
            max(len(self.style_box.itemText(k)) for k in range(self.style_box.count()))
        )
        self._problem = label("", "warning", wraps=True)
        self._lay_out(who)
        self._connect()
        self.show_curve(self._curve)

    def _fill_boxes(self) -> None:
        self.style_box.addItem(self.tr("not stated"), None)
        names = {
            "solid": self.tr("solid"),
            "dashed": self.tr("dashed"),
            "dotted": self.tr("dotted"),
            "dashdot": self.tr("dash-dot"),
            "heavy": self.tr("heavy"),
            "thin": self.tr("thin"),
        }
        for style in get_args(Style):
            self.style_box.addItem(names[style], style)
        self.scale_box.addItem(self.tr("linear"), "linear")
        self.scale_box.addItem(self.tr("logarithmic"), "log")

    def _lay_out(self, who: str) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID_PX)
        grid.setVerticalSpacing(GRID_PX // 2)
        head = QHBoxLayout()
        head.setSpacing(GRID_PX)
        head.addWidget(self.swatch)
        head.addWidget(label(who, "heading"))
        head.addStretch(1)
        head.addWidget(self.style_box)
        grid.addLayout(head, 0, 0, 1, 4)
        caption_row(grid, 1, self.tr("Name"), self.mnemonic)
        caption_row(grid, 1, self.tr("Unit"), self.unit, column=2)
        caption_row(grid, 2, self.tr("In words"), self.words, span=3)
        caption_row(grid, 3, self.tr("Left"), self.left)
        caption_row(grid, 3, self.tr("Right"), self.right, column=2)
        caption_row(grid, 4, self.tr("Scale"), self.scale_box, span=3)
        grid.addWidget(self._problem, 5, 0, 1, 4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def _connect(self) -> None:
        self.mnemonic.committed.connect(self._on_mnemonic_committed)
        self.unit.committed.connect(self._on_unit_committed)
        self.words.committed.connect(self._on_words_committed)
        self.left.committed.connect(self._on_left_committed)
        self.right.committed.connect(self._on_right_committed)
        self.style_box.activated.connect(self._on_style_box_activated)
        self.scale_box.activated.connect(self._on_scale_box_activated)

    def show_curve(self, curve: CurveSpec) -> None:
        """Show a curve; nothing is emitted."""
        self._curve = curve
        self.mnemonic.show_value(curve.mnemonic)
        self.unit.show_value(curve.unit)
        self.words.show_value(curve.description)
        self.left.show_value(curve.left)
        self.right.show_value(curve.right)
        for box, value in ((self.style_box, curve.style), (self.scale_box, curve.scale)):
            with QSignalBlocker(box):
                box.setCurrentIndex(max(0, box.findData(value)))
        self._say(scale_problem(curve, self))

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def _offer(self, curve: CurveSpec, what: str) -> None:
        if curve == self._curve:
            return
        self._curve = curve
        self._say(scale_problem(curve, self))
        self.changed.emit(curve, what)

    @Slot(str)
    def _on_mnemonic_committed(self, text: str) -> None:
        self._offer(replace(self._curve, mnemonic=text.upper()), self.tr("name the curve"))

    @Slot(str)
    def _on_unit_committed(self, text: str) -> None:
        self._offer(replace(self._curve, unit=text), self.tr("set the unit"))

    @Slot(str)
    def _on_words_committed(self, text: str) -> None:
        self._offer(replace(self._curve, description=text), self.tr("describe the curve"))

    @Slot(object)
    def _on_left_committed(self, value: float | None) -> None:
        self._offer(replace(self._curve, left=value), self.tr("set the left value"))

    @Slot(object)
    def _on_right_committed(self, value: float | None) -> None:
        self._offer(replace(self._curve, right=value), self.tr("set the right value"))

    @Slot(int)
    def _on_style_box_activated(self, index: int) -> None:
        self._offer(replace(self._curve, style=self.style_box.itemData(index)), self.tr("state the stroke"))

    @Slot(int)
    def _on_scale_box_activated(self, index: int) -> None:
        self._offer(replace(self._curve, scale=self.scale_box.itemData(index)), self.tr("set the scale"))


def scale_problem(curve: CurveSpec, words: QWidget) -> str:
    """Return what is wrong with a curve's scale as a sentence, or nothing."""
    if curve.left is None or curve.right is None:
        return ""
    if curve.left == curve.right:
        return words.tr("Both borders have one value. Give the two values printed at the track's head.")
    if curve.scale == "log" and min(curve.left, curve.right) <= 0:
        return words.tr("A logarithmic scale needs values above zero at both borders.")
    return ""
