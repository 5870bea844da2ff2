"""What the Review menu does: go through the crossings, keep or exchange, accept rows.

Separate because each group of actions has one small owner. Which pairing is right is the person's word; how it is
written into the labels is ``labels.edits``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Slot

from veerdesk.calibration.description import TrackSpec
from veerdesk.rows import RowSpan, joined, without

if TYPE_CHECKING:
    from veerdesk.desktop.follower import WellFollower
    from veerdesk.desktop.main_window import MainWindow


class ReviewActions(QObject):
    """Does the actions of the group Review."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def next(self) -> None:
        """Centre the next crossing below the one in hand (or below the middle of the view)."""
        self._go(1)

    @Slot()
    def previous(self) -> None:
        """Centre the crossing above."""
        self._go(-1)

    @Slot()
    def keep_next(self) -> None:
        """Accept the rows of the crossing in hand and go to the next; with none in hand, just go."""
        follower = self._window.follower
        if follower is None or follower.track is None:
            return
        rows = self._rows_in_hand(follower)
        if rows is not None and not self._read_only():
            self._accept(follower.track, rows, self.tr("keep the crossing"))
            self._go_to_open(follower)
        else:
            self._go(1)

    @Slot()
    def accept_view(self) -> None:
        """Accept the rows of the track in hand that are in view."""
        follower = self._window.follower
        if follower is not None and follower.track is not None:
            rows = follower.view.canvas.visible_rows().clipped(follower.track.geometry.rows)
            self._accept(follower.track, rows, self.tr("accept rows"))

    @Slot()
    def reopen_view(self) -> None:
        """Take the acceptance of the rows in view back."""
        follower = self._window.follower
        if follower is not None and follower.track is not None:
            rows = follower.view.canvas.visible_rows().clipped(follower.track.geometry.rows)
            accepted = without(follower.track.accepted, rows)
            self._describe(follower.track, accepted, self.tr("take acceptance back"))

    @Slot()
    def accept_track(self) -> None:
        """Accept every row of the track in hand."""
        follower = self._window.follower
        if follower is not None and follower.track is not None:
            self._accept(follower.track, follower.track.geometry.rows, self.tr("accept the track"))

    @Slot()
    def exchange_below(self) -> None:
        """Exchange the two curves from the crossing in hand down to the next one."""
        self._exchange(to_end=False)

    @Slot()
    def exchange_to_end(self) -> None:
        """Exchange the two curves from the crossing in hand to the end of the track."""
        self._exchange(to_end=True)

    def choose_row(self, row: int) -> None:
        """Take the crossing at a row in hand and show it."""
        follower = self._window.follower
        if follower is None:
            return
        rows = [c.row for c in follower.crossings]
        if row in rows:
            self._show(follower, rows.index(row))

    def _go(self, step: int) -> None:
        follower = self._window.follower
        if follower is None or not follower.crossings:
            self._window.say(self.tr("No crossing found so far."))
            return
        at = follower.crossing
        if at is None:
            view = follower.view.canvas.visible_rows()
            rows = np.array([c.row for c in follower.crossings])
            at = int(np.searchsorted(rows, (view.start + view.stop) / 2)) - (1 if step > 0 else 0)
        to = at + step
        if not 0 <= to < len(follower.crossings):
            where = self.tr("last") if step > 0 else self.tr("first")
            self._window.say(self.tr("That was the {0} crossing of this track.").format(where))
            return
        self._show(follower, to)
        follower.view.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go_to_open(self, follower: WellFollower) -> None:
        """Go to the next crossing that nobody has accepted."""
        lines = follower.crossing_lines()
        start = (follower.crossing or 0) + 1
        to = next((k for k in range(start, len(lines)) if not lines[k].is_accepted), None)
        if to is None:
            self._window.say(self.tr("Nothing is left to decide below here."))
        else:
            self._show(follower, to)

    def _show(self, follower: WellFollower, number: int) -> None:
        follower.crossing = number
        crossing = follower.crossings[number]
        follower.view.canvas.go_to_row(crossing.row)
        follower.view.review.show_crossings(follower.crossing_lines(), number)
        follower.view.canvas.show_crossings(follower.crossings, number)

    def _rows_in_hand(self, follower: WellFollower) -> RowSpan | None:
        if follower.crossing is None:
            return None
        crossings, number = follower.crossings, follower.crossing
        return RowSpan(crossings[number].rows.start, max(crossings[number].rows.stop, crossings[number].rows.start + 1))

    def _exchange(self, *, to_end: bool) -> None:
        follower, bridge = self._window.follower, self._window.bridge
        if follower is None or bridge is None or follower.track is None:
            return
        if follower.crossing is None:
            self._window.say(self.tr("Choose a crossing first: N goes to the next one."))
            return
        crossing = follower.crossings[follower.crossing]
        if bridge.exchange_below(follower.track.id, crossing.row, to_end=to_end) is not None:
            self._window.say(self.tr("Exchanged the curves below row {0}.").format(f"{crossing.row:,}"))

    def _accept(self, track: TrackSpec, rows: RowSpan, words: str) -> None:
        self._describe(track, joined((*track.accepted, rows)), words)

    def _describe(self, track: TrackSpec, accepted: tuple[RowSpan, ...], words: str) -> None:
        bridge = self._window.bridge
        if bridge is not None and accepted != track.accepted:
            after = bridge.session.description.with_track(replace(track, accepted=accepted))
            bridge.describe(after, f"{words}, {track.name}")

    def _read_only(self) -> bool:
        return self._window.bridge is None or self._window.bridge.session.is_read_only
