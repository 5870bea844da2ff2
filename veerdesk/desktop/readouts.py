"""The status bar: depth, row, column, what each curve reads there, who owns the pixel, and when it was saved.

Separate because it only formats; the numbers come from ``readings.py`` and are those of the export.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from veerdesk.desktop.numbers import format_fixed, format_number
from veerdesk.desktop.parts import ElidedLabel, label, restyle
from veerdesk.desktop.readings import Reading


class Readouts(QStatusBar):
    """Shows what is under the cursor, and at the right the last thing done and when the well was saved."""

    def __init__(self, sign: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = sign
        self.setSizeGripEnabled(False)
        self.place = self._part(self.tr("Place of the cursor"), self.tr("88,888.8 ft · row 888,888 · column 8,888"))
        self.values = self._part(self.tr("Values at the cursor"), "RESD 88.888 OHMM · RESS 88.888 OHMM")
        self.owner = self._part(self.tr("Owner of the pixel"), self.tr("{0}, said by a person").format("curve 1"))
        self.done = ElidedLabel()
        self.done.setAccessibleName(self.tr("Last thing done"))
        self.done.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addPermanentWidget(self.done, 1)
        self.saved = label("", "small")
        self.saved.setAccessibleName(self.tr("When the well was saved"))
        self.saved.setMinimumWidth(110)
        self.saved.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addPermanentWidget(self.saved)

    def _part(self, name: str, widest: str) -> QLabel:
        out = label("")
        out.setAccessibleName(name)
        out.ensurePolished()
        out.setMinimumWidth(out.fontMetrics().horizontalAdvance(widest) * 11 // 12)  # small type, and its edges
        self.addWidget(out)
        return out

    def show_place(self, row: int, col: int, depth: float | None, unit: str) -> None:
        """Show the place under the cursor; ``depth`` None before there are depths."""
        where = self.tr("row {0} · column {1}").format(f"{row:,}", f"{col:,}")
        head = self.tr("no depth yet") if depth is None else f"{format_fixed(depth, 1, sign=self._sign)} {unit}"
        self.place.setText(f"{head} · {where}")

    def show_values(self, readings: Sequence[Reading]) -> None:
        """Show what each curve reads: a number with its unit, or that there is no ink."""
        parts = []
        for reading in readings:
            name = reading.mnemonic or self.tr("curve {0}").format(reading.slot)
            if reading.value is None:
                parts.append(self.tr("{0} no ink").format(name))
            else:
                parts.append(f"{name} {format_number(reading.value, digits=5, sign=self._sign)} {reading.unit}".strip())
        self.values.setText(" · ".join(parts))

    def show_untraced(self, names: Sequence[str]) -> None:
        """Show that curves are not there yet, which is not the same as no ink."""
        self.values.setText(self.tr("{0} not traced yet").format(" · ".join(names)))

    def show_owner(self, words: str) -> None:
        """Show who owns the pixel, such as ``curve 1, said by a person``."""
        self.owner.setText(words)

    def show_done(self, words: str) -> None:
        """Show the last thing done."""
        self.done.show_text(words)

    def show_saved(self, words: str, trouble: str) -> None:
        """Show when the last change reached the disk, or that it did not, with the reason behind it."""
        role = "warning" if trouble else "small"
        if self.saved.property("role") != role:
            self.saved.setProperty("role", role)
            restyle(self.saved)
        self.saved.setText(words)
        self.saved.setToolTip(trouble)

    def clear_place(self) -> None:
        """Show nothing: the cursor is not on the scan."""
        for part in (self.place, self.values, self.owner):
            part.setText("")
