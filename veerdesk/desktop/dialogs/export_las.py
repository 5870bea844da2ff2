"""The export of curves: the well form, how the LAS is written, what is left out by name, and where it goes.

Separate because it only collects: the description after and a path. Checks are ``calibration.checks``, text rules ``las.header``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from veerdesk.calibration.checks import missing_for_export
from veerdesk.calibration.description import LasSpec, TrackSpec, WellDescription
from veerdesk.desktop.fields import NumberField
from veerdesk.desktop.parts import LowForm, caption_row, fit_on_screen, label
from veerdesk.desktop.settings import DecimalChoice
from veerdesk.desktop.theme import GRID_PX
from veerdesk.las.header import Rewritten, ascii_text
from veerdesk.rows import joined
from veerdesk.session.file_names import file_stem

#: Items of the form in their order; the elevation of the depth reference is EREF.
FORM = ("WELL", "UWI", "COMP", "FLD", "LOC", "STAT", "CTRY", "SRVC", "DATE", "EREF")
REFERENCES = ("KB", "DF", "RT", "GL", "MSL")


class ExportCurvesDialog(QDialog):
    """Collects what a LAS or CSV needs; ``description`` is the one after, ``path`` where the file goes.

    ``before`` is the file that this well left earlier: it is proposed again, whatever the well is called by now, so that
    one well does not lie in a folder under two names.
    """

    def __init__(
        self,
        description: WellDescription,
        folder: Path,
        *,
        kind: Literal["las", "csv"] = "las",
        decimal: DecimalChoice = "system",
        before: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export LAS") if kind == "las" else self.tr("Export CSV"))
        fit_on_screen(self, 720, 640)
        self._kind = kind
        self._before = description
        self.items = {name: _line(name, dict(description.items).get(name, "")) for name in FORM}
        self.reference = QComboBox()
        self.reference.setEditable(True)
        self.reference.addItems(["", *REFERENCES])
        self.reference.setAccessibleName(self.tr("Depth measured from"))
        self.reference.setCurrentText(description.depth.reference)
        self.step = NumberField(self.tr("Depth step"), decimal=decimal)
        self.null = NumberField(self.tr("Null value"), decimal=decimal)
        self.bridge = NumberField(self.tr("Longest gap that gets a value"), decimal=decimal)
        self.bridge.setPlaceholderText(self.tr("from the print"))
        self.unit = QComboBox()
        self.sample = QComboBox()
        self.path_field = _line(self.tr("File"), str(before or folder / f"{file_stem(description.name)}.{kind}"))
        self.notes = QPlainTextEdit()
        self.notes.setReadOnly(True)
        self.notes.setAccessibleName(self.tr("What is missing and what is rewritten"))
        self._show_las(description.las)
        self._lay_out()
        self._connect()
        self._refresh()

    def _show_las(self, las: LasSpec) -> None:
        self.step.show_value(las.step)
        self.null.show_value(las.null)
        self.bridge.show_value(None if las.bridge == "auto" else las.bridge)
        self.unit.setAccessibleName(self.tr("Unit of depth in the file"))
        as_log = self.tr("as the log ({0})").format(self._before.depth.unit)
        for text, unit in ((as_log, None), (self.tr("feet"), "ft"), (self.tr("metres"), "m")):
            self.unit.addItem(text, unit)
        self.unit.setCurrentIndex(max(0, self.unit.findData(las.unit)))
        self.sample.setAccessibleName(self.tr("Value at a depth"))
        self.sample.addItem(self.tr("the value at the depth"), "linear")
        self.sample.addItem(self.tr("the farthest within the step"), "extreme")
        self.sample.setCurrentIndex(max(0, self.sample.findData(las.sample)))

    def _lay_out(self) -> None:
        captions = {
            "WELL": self.tr("Well"),
            "UWI": self.tr("Well id (UWI)"),
            "COMP": self.tr("Company"),
            "FLD": self.tr("Field"),
            "LOC": self.tr("Location"),
            "STAT": self.tr("State"),
            "CTRY": self.tr("Country"),
            "SRVC": self.tr("Service company"),
            "DATE": self.tr("Log date"),
            "EREF": self.tr("Elevation"),
        }
        form = QGridLayout()
        form.setHorizontalSpacing(GRID_PX)
        form.addWidget(label(self.tr("Well"), "heading"), 0, 0, 1, 4)
        for k, name in enumerate(FORM):
            caption_row(form, 1 + k // 2, captions[name], self.items[name], column=2 * (k % 2))
        caption_row(form, 6, self.tr("Depth from"), self.reference)
        las_rows = (
            (self.tr("Step"), self.step, self.tr("Null"), self.null),
            (self.tr("Unit"), self.unit, self.tr("Bridge gaps up to"), self.bridge),
            (self.tr("Take"), self.sample, "", None),
        )
        form.addWidget(label(self.tr("File"), "heading"), 7, 0, 1, 4)
        for k, (left, left_field, right, right_field) in enumerate(las_rows):
            caption_row(form, 8 + k, left, left_field)
            if right_field is not None:
                caption_row(form, 8 + k, right, right_field, column=2)
        for column in (1, 3):
            form.setColumnStretch(column, 1)
        path = QHBoxLayout()
        self._choose = QPushButton(self.tr("Choose…"))
        self._choose.setAutoDefault(False)
        path.addWidget(self.path_field, 1)
        path.addWidget(self._choose)
        self._head = label("", "heading", wraps=True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export = self._buttons.addButton(self.windowTitle(), QDialogButtonBox.ButtonRole.AcceptRole)
        self.export.setProperty("role", "primary")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(3 * GRID_PX, 2 * GRID_PX, 3 * GRID_PX, 2 * GRID_PX)
        whole.setSpacing(GRID_PX)
        whole.addWidget(LowForm(form))
        whole.addLayout(path)
        whole.addWidget(self._head)
        whole.addWidget(self.notes, 1)
        whole.addWidget(self._buttons)

    def _connect(self) -> None:
        for field in (*self.items.values(), self.path_field):
            field.textChanged.connect(self._refresh)
        self.reference.currentTextChanged.connect(self._refresh)
        for number in (self.step, self.null, self.bridge):
            number.committed.connect(self._refresh)
        for box in (self.unit, self.sample):
            box.currentIndexChanged.connect(self._refresh)
        self._choose.clicked.connect(self._on_choose_clicked)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    @property
    def path(self) -> Path:
        """Where the file goes."""
        return Path(self.path_field.text().strip())

    @property
    def description(self) -> WellDescription:
        """The description with everything the form says."""
        said = {name: field.text().strip() for name, field in self.items.items()}
        known = dict(self._before.items)
        kept = tuple((name, said.get(name, value)) for name, value in known.items() if said.get(name, value))
        new = tuple((name, value) for name, value in said.items() if value and name not in known)
        las = replace(
            self._before.las,
            step=self.step.value or 0.0,
            null=self._before.las.null if self.null.value is None else self.null.value,
            bridge="auto" if self.bridge.value is None else self.bridge.value,
            unit=self.unit.currentData(),
            sample=self.sample.currentData(),
        )
        depth = replace(self._before.depth, reference=self.reference.currentText().strip())
        return replace(self._before, items=kept + new, las=las, depth=depth)

    def _show_unit(self) -> None:
        """Say in which unit the step and the longest gap are typed: the file's."""
        unit = self.unit.currentData() or self._before.depth.unit
        for caption in self.findChildren(QLabel):
            if caption.buddy() is self.step:
                caption.setText(self.tr("Step, {0}").format(unit))
            elif caption.buddy() is self.bridge:
                caption.setText(self.tr("Bridge gaps up to, {0}").format(unit))

    @Slot()
    def _refresh(self) -> None:
        description = self.description
        self._show_unit()
        missing = missing_for_export(description)
        blocked = {m.track for m in missing if m.track is not None}
        ready = [t for t in description.tracks if t.id not in blocked and t.curves]
        for_well = [m for m in missing if m.track is None]
        can = bool(ready) and not for_well and bool(self.path_field.text().strip())
        self.export.setEnabled(can)
        if for_well or not ready:
            head = self.tr("Not yet: this is missing.")
        elif blocked:
            head = self.tr("What has something missing is left out until it is mended:")
        else:
            names = [c.mnemonic for t in ready for c in t.curves]
            head = self.tr("Ready: {0}.").format(", ".join(dict.fromkeys(names)))
        self._head.setText(head)
        lines = [f"{m.message} {m.remedy}" for m in missing]
        changed = rewritten_texts(description) if self._kind == "las" else ()
        if changed:
            lines.append(self.tr("LAS holds plain letters only; these texts are written differently:"))
            lines += [r.sentence() for r in changed]
        if self.path_field.text().strip() and self.path.is_file():
            lines.append(self.tr("{0} is there already and will be replaced.").format(self.path.name))
        lines += [line for line in (not_accepted_words(ready),) if line]
        self.notes.setPlainText("\n".join(lines))
        self.notes.setVisible(bool(lines))

    @Slot()
    def _on_choose_clicked(self) -> None:
        kinds = self.tr("LAS files (*.las)") if self._kind == "las" else self.tr("CSV files (*.csv)")
        chosen, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), self.path_field.text(), kinds)
        if chosen:
            self.path_field.setText(chosen)


def rewritten_texts(description: WellDescription) -> tuple[Rewritten, ...]:
    """Return every text of a description that LAS cannot hold as it is, with what is written instead."""
    texts = [(name, value) for name, value in description.items]
    for track in description.tracks:
        for curve in track.curves:
            who = curve.mnemonic or f"{track.name} {curve.slot}"
            texts += [(who, curve.mnemonic), (f"{who}, unit", curve.unit), (f"{who}, words", curve.description)]
    return tuple(Rewritten(place, text, ascii_text(text)) for place, text in texts if ascii_text(text) != text)


def not_accepted_words(tracks: Sequence[TrackSpec]) -> str:
    """Return how many rows of tracks nobody accepted: their values leave as the model read them. Empty where none."""
    parts = []
    for track in tracks:
        rows = track.geometry.rows
        left = rows.rows - sum(span.clipped(rows).rows for span in joined(track.accepted))
        if left:
            parts.append(
                QCoreApplication.translate("Export", "{0} {1} of {2}").format(track.name, f"{left:,}", f"{rows.rows:,}")
            )
    words = QCoreApplication.translate(
        "Export", "Rows that nobody accepted, and that leave as the model read them: {0}."
    )
    return words.format(", ".join(parts)) if parts else ""


def _line(name: str, text: str) -> QLineEdit:
    out = QLineEdit(text)
    out.setCursorPosition(0)  # a text that is too long shows how it begins
    out.setAccessibleName(name)
    return out
