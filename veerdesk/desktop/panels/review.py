"""The Review step: the crossing in hand, the queue of the others, what is still wrong, and which rows are accepted.

Separate because it shows what the session found and forwards a decision; order and estimate are ``session``'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QPushButton, QSpinBox, QWidget

from veerdesk.calibration.description import WellDescription
from veerdesk.desktop.panels.review_list import CrossingLine, CrossingList
from veerdesk.desktop.parts import ActionButton, PanelPage, combo, label, rule
from veerdesk.session.review_queue import ReviewFilter

FILTERS: tuple[ReviewFilter, ...] = ("open", "flagged", "accepted", "all")


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """What the panel shows of the queue.

    ``lines`` are those of the filter and ``current`` the place of the one in hand among them, None where it is not;
    ``number`` is its place in the whole queue, from 1, and ``is_crossing`` says that it is no doubtful rows.
    """

    lines: Sequence[CrossingLine] = ()
    current: int | None = None
    number: int | None = None
    is_crossing: bool = True
    place: str = ""
    risk: str = ""
    decision: str = ""
    counts: Mapping[ReviewFilter, int] = field(default_factory=dict)
    estimate: str = ""


class ReviewPanel(PanelPage):
    """Shows crossings and acceptance of the track in hand."""

    row_chosen = Signal(int)
    track_chosen = Signal(int)
    filter_chosen = Signal(str)
    keep_asked = Signal()
    threshold_changed = Signal(int)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tracks = combo(self.tr("Track under review"))
        self.filters = combo(self.tr("Crossings to show"))
        self.list = CrossingList()
        self.number = label("", "heading")
        self.place = label("", "title")
        self.risk = label("", "quiet", wraps=True)
        self.decision = label("", "quiet", wraps=True)
        self.estimate = label("", "quiet", wraps=True)
        self.keep = QPushButton(self.tr("Keep"))
        self.keep.setProperty("role", "primary")
        self.threshold = QSpinBox()
        self.threshold.setRange(50, 99)
        self.threshold.setValue(95)
        self.threshold.setSuffix(" %")
        self.threshold.setMinimumWidth(64)
        self.threshold.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.threshold.setAccessibleName(self.tr("Keep crossings surer than"))
        self.many = ActionButton(actions["keep_surer"], text=self.tr("Keep them"))
        self.accepted = label("", "quiet", wraps=True)
        self.signed = label("", "quiet", wraps=True)
        self.change = ActionButton(actions["next_change"], text=self.tr("Next change"))
        self.show_signed("", has_changed=False)
        self.share = QProgressBar()
        self.share.setTextVisible(False)
        self.share.setAccessibleName(self.tr("Share of the track that is accepted"))
        self._lay_out(actions)
        self.list.selectionModel().currentChanged.connect(self._on_list_current_changed)
        self.list.clicked.connect(self._on_list_clicked)
        self.list.keep_asked.connect(self.keep_asked)
        self.keep.clicked.connect(self.keep_asked)
        self.tracks.activated.connect(self._on_tracks_activated)
        self.filters.activated.connect(self._on_filters_activated)
        self.threshold.valueChanged.connect(self.threshold_changed)

    @property
    def confidence(self) -> float:
        """The chance of being right, 0.5..1, above which crossings are kept together."""
        return self.threshold.value() / 100

    def _lay_out(self, actions: dict[str, QAction]) -> None:
        self.column.addWidget(self.tracks)
        for part in (self.number, self.place, self.risk, self.decision):
            self.column.addWidget(part)
        keys = QGridLayout()
        keys.setSpacing(8)
        keys.addWidget(self.keep, 0, 0)
        keys.addWidget(ActionButton(actions["exchange_below"], text=self.tr("Exchange below")), 0, 1)
        keys.addWidget(ActionButton(actions["flag"], text=self.tr("Flag…")), 1, 0)
        keys.addWidget(ActionButton(actions["exchange_above"], text=self.tr("Exchange above")), 1, 1)
        keys.addWidget(ActionButton(actions["previous_crossing"], text=self.tr("Before")), 2, 0)
        keys.addWidget(ActionButton(actions["next_crossing"], text=self.tr("Next")), 2, 1)
        self.column.addLayout(keys)
        self.column.addWidget(self.filters)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.estimate)
        many = QHBoxLayout()
        many.addWidget(label(self.tr("Surer than"), "quiet"))
        many.addWidget(self.threshold)
        many.addWidget(self.many, 1)
        self.column.addLayout(many)
        self.column.addWidget(rule())
        self.column.addWidget(self.share)
        self.column.addWidget(self.accepted)
        view = QHBoxLayout()
        view.addWidget(ActionButton(actions["accept_view"], text=self.tr("Accept view")))
        view.addWidget(ActionButton(actions["reopen_view"], text=self.tr("Take it back")))
        self.column.addLayout(view)
        last = QHBoxLayout()
        last.addWidget(ActionButton(actions["accept_track"], text=self.tr("Accept the rest")))
        last.addWidget(ActionButton(actions["sign_off"], text=self.tr("Sign off…")))
        self.column.addLayout(last)
        self.column.addWidget(self.signed)
        self.column.addWidget(self.change)

    def show_tracks(self, description: WellDescription, track_id: int | None) -> None:
        """Show which tracks there are and which one is in hand; nothing is emitted."""
        with QSignalBlocker(self.tracks):
            self.tracks.clear()
            for track in description.tracks:
                names = " · ".join(c.mnemonic or "–" for c in track.curves)
                self.tracks.addItem(f"{track.name}   {names}", track.id)
            self.tracks.setCurrentIndex(self.tracks.findData(track_id))
        self.tracks.setEnabled(bool(description.tracks))

    def show_queue(self, shown: ReviewShown, wanted: ReviewFilter) -> None:
        """Show the queue through a filter, and the crossing in hand; nothing is emitted."""
        with QSignalBlocker(self.list.selectionModel()):
            if tuple(shown.lines) != self.list.lines.lines:
                self.list.lines.replace(shown.lines)
            if shown.current is None:
                self.list.setCurrentIndex(QModelIndex())
            else:
                index = self.list.lines.index(shown.current)
                self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
                self.list.scrollTo(index)
        self.list.viewport().update()
        self._show_filters(shown.counts, wanted)
        self._show_in_hand(shown)
        self.estimate.setText(shown.estimate)
        self.estimate.setVisible(bool(shown.estimate))

    def show_many(self, count: int) -> None:
        """Show how many crossings would be kept together."""
        self.many.setText(self.tr("Keep {0}").format(count))

    def show_acceptance(self, share: float, rows: int) -> None:
        """Show what share of the track's rows (0..1) is accepted."""
        percent = 100 if share >= 1.0 else min(99, round(100 * share))  # 43 rows left of 18,540 are not none
        self.share.setValue(percent)
        self.accepted.setText(
            self.tr("{0} % of {1} rows accepted; only these become training labels.").format(percent, f"{rows:,}")
        )

    def show_keep_key(self, key: str) -> None:
        """Say which key keeps and goes on, and hear it in the list too."""
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        self.keep.setToolTip(self.tr("The curves are right here: keep them and go on  ({0})").format(shown))
        self.list.keep_key = key

    def show_signed(self, text: str, *, has_changed: bool) -> None:
        """Show what changed since it was accepted and whose names stand, in words; nothing takes no room."""
        self.signed.setText(text)
        self.signed.setVisible(bool(text))
        self.change.setVisible(has_changed)

    def _show_filters(self, counts: Mapping[ReviewFilter, int], wanted: ReviewFilter) -> None:
        words = {
            "open": self.tr("Open"),
            "flagged": self.tr("Flagged"),
            "accepted": self.tr("Accepted"),
            "all": self.tr("All crossings"),
        }
        texts = [f"{words[name]}   {counts.get(name, 0):,}" for name in FILTERS]
        with QSignalBlocker(self.filters):
            if self.filters.count() != len(FILTERS):
                self.filters.clear()
                self.filters.addItems(texts)
            for k, text in enumerate(texts):
                self.filters.setItemText(k, text)
            self.filters.setCurrentIndex(FILTERS.index(wanted))

    def _show_in_hand(self, shown: ReviewShown) -> None:
        total, left = shown.counts.get("all", 0), shown.counts.get("open", 0)
        if shown.number is not None:
            words = self.tr("Crossing {0} of {1}") if shown.is_crossing else self.tr("Doubtful rows, {0} of {1}")
            self.number.setText(words.format(f"{shown.number:,}", f"{total:,}"))
            self.place.setText(shown.place)
            self.risk.setText(shown.risk)
        elif shown.place:
            self.number.setText(self.tr("Flagged rows"))
            self.place.setText(shown.place)
            self.risk.setText(self.tr("Accepting the view settles it."))
        elif not total:
            self.number.setText(self.tr("Crossings"))
            self.place.setText("")
            self.risk.setText(self.tr("No crossing found so far."))
        elif left:
            self.number.setText(self.tr("{0} of {1} places are open").format(f"{left:,}", f"{total:,}"))
            self.place.setText("")
            self.risk.setText(self.tr("N goes to the one on which most hangs."))
        else:
            self.number.setText(self.tr("No crossing is open"))
            self.place.setText("")
            is_whole = self.share.value() >= self.share.maximum()
            rest, whole = self.tr("Accept the rest of the track, then export."), self.tr("Every row is accepted.")
            self.risk.setText(whole if is_whole else rest)
        self.place.setVisible(bool(self.place.text()))
        self.decision.setText(shown.decision or self.tr("Nobody has decided it yet."))
        self.decision.setVisible(bool(shown.place))
        self.keep.setEnabled(shown.number is not None)

    @Slot(QModelIndex, QModelIndex)
    def _on_list_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self._on_list_clicked(current)

    @Slot(QModelIndex)
    def _on_list_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.row_chosen.emit(self.list.lines.lines[index.row()].row)

    @Slot(int)
    def _on_tracks_activated(self, index: int) -> None:
        self.track_chosen.emit(self.tracks.itemData(index))

    @Slot(int)
    def _on_filters_activated(self, index: int) -> None:
        self.filter_chosen.emit(FILTERS[index])
