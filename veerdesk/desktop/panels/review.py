"""The Review step: the queue of crossings of a track, and which rows a person has accepted.

Separate because it shows what the session found and forwards a decision; ranking is ``tracing.crossings``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QListView, QProgressBar, QWidget

from veerdesk.calibration.description import WellDescription
from veerdesk.desktop.parts import ActionButton, PanelPage, combo, label, rule

#: Nats below which a crossing is called doubtful: one such decision in about seventeen would be wrong, were the
#: decode's costs true probabilities. Not calibrated on real logs yet.
DOUBTFUL_MARGIN = 2.8
# Nats at which the bar is about two thirds full.
_BAR_NATS = 4.0


@dataclass(frozen=True, slots=True)
class CrossingLine:
    """One crossing for the list: its row, the place in words, how sure the decode is (nats), and if it is accepted."""

    row: int
    place: str
    margin: float
    is_accepted: bool


class CrossingModel(QAbstractListModel):
    """Owns the lines of the list; handles any number, only what is seen is asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[CrossingLine, ...] = ()

    def replace(self, lines: Sequence[CrossingLine]) -> None:
        """Show other crossings."""
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of crossings."""
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Return the words of a line."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        line = self.lines[index.row()]
        state = (
            self.tr("accepted")
            if line.is_accepted
            else self.tr("doubtful")
            if line.margin < DOUBTFUL_MARGIN
            else self.tr("clear")
        )
        return f"{line.place}    {margin_bar(line.margin)} {line.margin:.1f}   {state}"


class ReviewPanel(PanelPage):
    """Shows crossings and acceptance of the track in hand."""

    row_chosen = Signal(int)
    track_chosen = Signal(int)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tracks = combo(self.tr("Track under review"))
        self.model = CrossingModel(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Crossings, most doubtful place by place"))
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(180)
        self.place = label("", "title")
        self.margin = label("", "quiet", wraps=True)
        self.accepted = label("", "quiet", wraps=True)
        self.share = QProgressBar()
        self.share.setTextVisible(False)
        self.share.setAccessibleName(self.tr("Share of the track that is accepted"))
        self._lay_out(actions)
        self.list.selectionModel().currentChanged.connect(self._on_list_current_changed)
        self.list.clicked.connect(self._on_list_clicked)
        self.tracks.activated.connect(self._on_tracks_activated)

    def _lay_out(self, actions: dict[str, QAction]) -> None:
        self.column.addWidget(self.tracks)
        self.column.addWidget(label(self.tr("Crossings"), "heading"))
        self.column.addWidget(self.place)
        self.column.addWidget(self.margin)
        pair = QHBoxLayout()
        pair.addWidget(ActionButton(actions["previous_crossing"], text=self.tr("Before")))
        pair.addWidget(ActionButton(actions["next_crossing"], text=self.tr("Next"), role="primary"))
        self.column.addLayout(pair)
        self.column.addWidget(ActionButton(actions["exchange_below"]))
        self.column.addWidget(self.list, 1)
        self.column.addWidget(rule())
        self.column.addWidget(label(self.tr("Accepted rows"), "heading"))
        self.column.addWidget(self.share)
        self.column.addWidget(self.accepted)
        for name in ("accept_view", "reopen_view", "accept_track"):
            self.column.addWidget(ActionButton(actions[name]))

    def show_tracks(self, description: WellDescription, track_id: int | None) -> None:
        """Show which tracks there are and which one is in hand; nothing is emitted."""
        with QSignalBlocker(self.tracks):
            self.tracks.clear()
            for track in description.tracks:
                names = " · ".join(c.mnemonic or "–" for c in track.curves)
                self.tracks.addItem(f"{track.name}   {names}", track.id)
            self.tracks.setCurrentIndex(self.tracks.findData(track_id))
        self.tracks.setEnabled(bool(description.tracks))

    def show_crossings(self, lines: Sequence[CrossingLine], current: int | None) -> None:
        """Show the crossings and the one in hand (its number from zero, or None)."""
        if tuple(lines) != self.model.lines:
            self.model.replace(lines)
        if current is None or not 0 <= current < len(lines):
            left = sum(not line.is_accepted for line in lines)
            self.place.setText(self.tr("{0} crossings").format(len(lines)))
            self.margin.setText(
                self.tr("{0} of them not accepted yet.").format(left) if lines else self.tr("No crossing found so far.")
            )
            return
        line = lines[current]
        self.place.setText(line.place)
        self.margin.setText(
            self.tr("Crossing {0} of {1}, margin {2} {3}. Space keeps it, X exchanges the curves below it.").format(
                current + 1, len(lines), f"{line.margin:.1f}", margin_bar(line.margin)
            )
        )
        index = self.model.index(current)
        with QSignalBlocker(self.list.selectionModel()):
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.list.scrollTo(index)
        self.list.viewport().update()

    def show_acceptance(self, share: float, rows: int) -> None:
        """Show what share of the track's rows (0..1) is accepted."""
        self.share.setValue(round(100 * share))
        self.accepted.setText(
            self.tr("{0} % of {1} rows. Only accepted rows become training labels.").format(
                f"{100 * share:.0f}", f"{rows:,}"
            )
        )

    @Slot(QModelIndex, QModelIndex)
    def _on_list_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self._on_list_clicked(current)

    @Slot(QModelIndex)
    def _on_list_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.row_chosen.emit(self.model.lines[index.row()].row)

    @Slot(int)
    def _on_tracks_activated(self, index: int) -> None:
        self.track_chosen.emit(self.tracks.itemData(index))


def margin_bar(margin: float) -> str:
    """Return a margin in nats as four blocks, fuller where the decode is surer.

    >>> margin_bar(3.0)
    '▮▮▯▯'
    """
    full = max(0, min(4, round(4 * (1 - math.exp(-margin / _BAR_NATS)))))
    return "▮" * full + "▯" * (4 - full)
