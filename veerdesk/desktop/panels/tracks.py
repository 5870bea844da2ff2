"""The Tracks step: the list of tracks, and for the one in hand its name, its curves and their scales.

Separate from the curve form because a list and a form are two things. It never changes a well: it emits what
the person wants as the description after, with the words for undo.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from veerdesk.calibration.description import CurveSpec, TrackSpec, WellDescription
from veerdesk.desktop.fields import NumberField, TextField
from veerdesk.desktop.numbers import format_number
from veerdesk.desktop.panels.curve_form import CurveForm
from veerdesk.desktop.parts import ActionButton, PanelPage, label, rule
from veerdesk.desktop.settings import DecimalChoice
from veerdesk.desktop.theme import GRID_PX, Tokens

#: Strokes that can be typed, px: thinner is no ink, wider is no curve.
_LEAST_STROKE_PX, _MOST_STROKE_PX = 1.0, 80.0
#: The list, and the words in its place where there is no track: as high, or *Remove* comes to lie where *Follow* was clicked.
_LIST_PX = 80


class TracksPanel(PanelPage):
    """Shows and edits the tracks of a well. ``described`` carries (WellDescription after, words for undo)."""

    described = Signal(object, str)
    track_chosen = Signal(int)

    def __init__(
        self,
        tokens: Tokens,
        actions: tuple[QAction, ...],
        *,
        decimal: DecimalChoice = "system",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._description = WellDescription()
        self._track_id: int | None = None
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Tracks"))
        self.list.setFixedHeight(_LIST_PX)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.name = TextField(self.tr("Track name"))
        self.stroke = NumberField(self.tr("Stroke width in pixels"), decimal=decimal)
        self.forms = tuple(CurveForm(slot, tokens, decimal=decimal) for slot in (1, 2))
        self.has_second = QCheckBox(self.tr("A second curve in this track"))
        self._empty = label(
            self.tr("No track yet. Click its left and its right border at the top, then both at the bottom."),
            "quiet",
            wraps=True,
        )
        self._empty.setFixedHeight(_LIST_PX)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._lay_out(actions)
        self.list.currentRowChanged.connect(self._on_list_current_row_changed)
        self.name.committed.connect(self._on_name_committed)
        self.stroke.committed.connect(self._on_stroke_committed)
        self.has_second.toggled.connect(self._on_has_second_toggled)
        for form in self.forms:
            form.changed.connect(self._on_form_changed)
        self._show_track()

    def _lay_out(self, actions: tuple[QAction, ...]) -> None:
        self.column.addWidget(label(self.tr("Tracks"), "heading"))
        self.column.addWidget(self._empty)
        self.column.addWidget(self.list)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID_PX // 2)
        for action, text in zip(actions, (self.tr("Add"), self.tr("Remove"), self.tr("Copy…")), strict=False):
            buttons.addWidget(ActionButton(action, role="narrow", text=text))
        self.column.addLayout(buttons)
        follow = (self.tr("Follow the printed borders"), self.tr("Follow again from here down"))
        for action, text in zip(actions[3:], follow, strict=False):
            self.column.addWidget(ActionButton(action, text=text))
        named = QHBoxLayout()
        named.addWidget(label(self.tr("Track name"), "quiet"))
        named.addWidget(self.name, 1)
        self.column.addLayout(named)
        width = QHBoxLayout()
        width.addWidget(label(self.tr("Stroke width, px"), "quiet"))
        width.addWidget(self.stroke, 1)
        self.column.addLayout(width)
        for form in self.forms:
            self.column.addWidget(rule())
            self.column.addWidget(form)
            if form.slot == 1:
                self.column.addWidget(self.has_second)
        self.column.addStretch(1)

    @property
    def track_id(self) -> int | None:
        """Id of the track in hand, or None."""
        return self._track_id

    def show_well(self, description: WellDescription, track_id: int | None) -> None:
        """Show a description and the track in hand; nothing is emitted."""
        self._description = description
        ids = [t.id for t in description.tracks]
        self._track_id = track_id if track_id in ids else (ids[0] if ids else None)
        with QSignalBlocker(self.list):
            while self.list.count() > len(ids):
                self.list.takeItem(self.list.count() - 1)
            for row, track in enumerate(description.tracks):
                text = f"{track.name}\n{track_summary(track)}"
                item = self.list.item(row)
                if item is None:
                    self.list.addItem(QListWidgetItem(text))
                elif item.text() != text:
                    item.setText(text)
            if self._track_id is not None:
                self.list.setCurrentRow(ids.index(self._track_id))
        self._show_track()

    def _track(self) -> TrackSpec | None:
        return None if self._track_id is None else self._description.track(self._track_id)

    def _show_track(self) -> None:
        track = self._track()
        self._empty.setVisible(track is None)
        self.list.setVisible(track is not None)
        for widget in (self.name, self.stroke, self.has_second, *self.forms):
            widget.setEnabled(track is not None)
        if track is None:  # nothing of the track, or of the well, that was shown before
            self.name.show_value("")
            self.stroke.show_value(None)
            for form in self.forms:
                form.show_curve(CurveSpec(form.slot))
            return
        self.name.show_value(track.name)
        self._show_stroke(track)
        for form in self.forms:
            curve = track.curve(form.slot)
            form.show_curve(curve or CurveSpec(form.slot))
            form.setVisible(form.slot == 1 or curve is not None)
        with QSignalBlocker(self.has_second):
            self.has_second.setChecked(track.curve(2) is not None)

    @Slot(int)
    def _on_list_current_row_changed(self, row: int) -> None:
        if 0 <= row < len(self._description.tracks):
            self._track_id = self._description.tracks[row].id
            self._show_track()
            self.track_chosen.emit(self._track_id)

    @Slot(str)
    def _on_name_committed(self, name: str) -> None:
        track = self._track()
        if track is None:
            return
        others = {t.name for t in self._description.tracks if t.id != track.id}
        if not name or name in others:
            self.name.show_value(track.name)
            return
        self._emit(replace(track, name=name), self.tr("name track {0}").format(name))

    def _show_stroke(self, track: TrackSpec) -> None:
        """Show the width; the hint says whether it was measured or typed."""
        self.stroke.show_value(None if track.stroke_px is None else round(track.stroke_px, 1))
        typed = self.tr("Typed by hand. Empty the field to have it measured.")
        measured = self.tr("Measured from the ink. Type a width where it is wrong.")
        self.stroke.setPlaceholderText(self.tr("measured from the ink"))
        self.stroke.setStatusTip(typed if track.is_stroke_stated else measured)

    @Slot(object)
    def _on_stroke_committed(self, stroke_px: float | None) -> None:
        track = self._track()
        if track is None:
            return
        if stroke_px is not None and not _LEAST_STROKE_PX <= stroke_px <= _MOST_STROKE_PX:
            self._show_stroke(track)
            return
        after = replace(track, stroke_px=stroke_px, is_stroke_stated=stroke_px is not None)
        self._emit(after, self.tr("stroke width of {0}").format(track.name))

    @Slot(bool)
    def _on_has_second_toggled(self, is_on: bool) -> None:
        track = self._track()
        if track is None:
            return
        curves = tuple(c for c in track.curves if c.slot == 1)
        if is_on:
            curves = (*curves, CurveSpec(2))
        words = self.tr("add curve 2") if is_on else self.tr("remove curve 2")
        self._emit(replace(track, curves=curves), f"{words}, {track.name}")

    @Slot(object, str)
    def _on_form_changed(self, curve: CurveSpec, what: str) -> None:
        track = self._track()
        if track is None:
            return
        others = [c for c in track.curves if c.slot != curve.slot]
        curves = tuple(sorted((*others, curve), key=lambda c: c.slot))
        self._emit(replace(track, curves=curves), f"{what}, {curve.mnemonic or track.name}")

    def _emit(self, track: TrackSpec, words: str) -> None:
        self.described.emit(self._description.with_track(track), words)


def track_summary(track: TrackSpec) -> str:
    """Return one line about a track: its curves and their scales, or what they lack."""
    if not any(curve.mnemonic or curve.has_scale for curve in track.curves):
        return QCoreApplication.translate("Tracks", "no curve named yet")
    parts = []
    for curve in track.curves:
        name = curve.mnemonic or QCoreApplication.translate("Tracks", "curve {0}").format(curve.slot)
        if curve.has_scale:
            parts.append(f"{name} {format_number(curve.left, digits=6)} to {format_number(curve.right, digits=6)}")
        else:
            parts.append(QCoreApplication.translate("Tracks", "{0} without a scale").format(name))
    return " · ".join(parts)
