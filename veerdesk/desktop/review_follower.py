"""Keeps the review in line with its session: the queue of the track in hand, the crossing in hand, and the way taken.

Separate because the review has a memory of its own (where a person was, what they look for), and because a decision is
shown at once where everything else on the page may wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Slot

from veerdesk.calibration.decision import Decision
from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.panels.review import FILTERS, ReviewShown
from veerdesk.desktop.readings import depth_map
from veerdesk.desktop.review_lines import (
    decision_words,
    lines_of_flags,
    lines_of_queue,
    risk_words,
    span_words,
    still_wrong_words,
)
from veerdesk.desktop.well_view import WellView
from veerdesk.rows import RowSpan
from veerdesk.session.decisions import RowStates, flags_on_rows, row_states
from veerdesk.session.doubtful_rows import doubtful_rows_of
from veerdesk.session.open_tracks import USUAL_STROKE_PX
from veerdesk.session.review_queue import QueueItem, ReviewFilter, at_row, filtered, review_queue, surer_than
from veerdesk.session.still_wrong import still_wrong
from veerdesk.tracing.crossings import Crossing

#: So many of the crossings visited last are found again when a well is reopened.
_TRAIL_KEPT = 2000
#: A stroke is at least so many px wide on the screen where a crossing is to be judged: on a scan fitted to the window's
#: width two curves are one line, and doubtful rows are three px high.
_LEAST_STROKE_PX = 2.0
#: Doubtful rows are at least so high, as far as actual size goes: a jerk of eleven rows was four px high on the sample.
_LEAST_DOUBT_PX = 8.0


class ReviewFollower(QObject):
    """Owns the queue, the filter, the row of the crossing in hand, and the rows of the crossings that were visited."""

    def __init__(
        self, view: WellView, bridge: SessionBridge, track: Callable[[], TrackSpec | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view, self._bridge, self._track = view, bridge, track
        self.crossings: tuple[Crossing, ...] = ()
        self.queue: tuple[QueueItem, ...] = ()
        self.wanted: ReviewFilter = "open"
        self.row: int | None = None
        self._flag: Decision | None = None
        self._trail: list[int] = []
        self._step = -1
        #: Rows that an undo was about and that the queue has not heard of; whoever takes a place in hand first outranks it.
        self._to_take_back: tuple[RowSpan, ...] = ()
        self._known: tuple[TrackSpec, tuple[Crossing, ...]] | None = None

    @property
    def item(self) -> QueueItem | None:
        """The crossing in hand, or None."""
        place = at_row(self.queue, self.row) if self.row is not None else None
        return self.queue[place] if place is not None else None

    @property
    def left(self) -> int:
        """Number of crossings that nobody has settled."""
        return sum(i.state != "accepted" for i in self.queue)

    @property
    def row_flags(self) -> tuple[Decision, ...] | None:
        """The flags on rows of the track in hand; None before its places are known."""
        track = self._track()
        if track is None or self._bridge.session.trace(track.id) is None:
            return None
        return flags_on_rows(track, self.queue)

    @property
    def flagged(self) -> int:
        """Number of crossings that somebody flagged."""
        return sum(i.state == "flagged" for i in self.queue)

    def states(self) -> RowStates:
        """Return how far the review of each row of the track in hand is, apart from what the model has read."""
        track = self._track()
        return row_states(track, self.queue, ()) if track is not None else RowStates()

    def forget(self) -> None:
        """Take no crossing in hand and forget the way: another track is in hand."""
        self.row, self._flag, self._trail, self._step, self._known = None, None, [], -1, None
        self.wanted, self._to_take_back = "open", ()

    @property
    def place_left(self) -> dict[str, Any]:
        """Where the person is in the queue, as values that JSON holds: what is in hand, the filter, and the way taken."""
        cut = max(0, len(self._trail) - _TRAIL_KEPT)
        flag = [self._flag.rows.start, self._flag.rows.stop] if self._flag is not None else None
        trail = {"trail": self._trail[cut:], "step": max(-1, self._step - cut)}
        return {"row": self.row, "filter": self.wanted, "flag": flag, **trail}

    def take_up(self, left: object) -> None:
        """Be where a person was in the queue of this track; what is missing or of the wrong kind is left as it is."""
        if not isinstance(left, dict):
            return
        if left.get("filter") in FILTERS:
            self.wanted = left["filter"]
        row, trail, step, track = left.get("row"), left.get("trail"), left.get("step"), self._track()
        if isinstance(row, int):
            self.row = row
        if isinstance(trail, list) and all(isinstance(r, int) for r in trail) and isinstance(step, int):
            self._trail, self._step = list(trail), min(max(step, -1), len(trail) - 1)
        flags = flags_on_rows(track, self.queue) if track is not None else ()
        self._flag = next((f for f in flags if [f.rows.start, f.rows.stop] == left.get("flag")), None)

    def follow(self) -> None:
        """Read the crossings of the track in hand again, and show what is in hand and what is left."""
        track = self._track()
        crossings = self._bridge.session.crossings(track.id) if track is not None else ()
        if track is None:
            self.crossings, self.queue, self._known = (), (), None
        elif self._known is None or self._known[0] is not track or self._known[1] is not crossings:
            self._known = track, crossings
            doubts = doubtful_rows_of(self._bridge.session, track.id)
            self.crossings, self.queue = crossings, review_queue(track, crossings, doubts)
        self.show()
        if spans := self._to_take_back:
            self._to_take_back = ()
            self._take_in_hand(spans)

    def show(self) -> None:
        """Show the queue, the crossing in hand and the marks of the others."""
        track, item = self._track(), self.item
        shown = filtered(self.queue, self.wanted)
        flags = flags_on_rows(track, self.queue) if track is not None else ()
        flag = self._flag if self._flag in flags and item is None else None
        depths, unit = None, ""
        if track is not None:
            description = self._bridge.session.description
            depths, unit = depth_map(description, track.scan), description.depth.unit
        lines, mine = lines_of_queue(shown, depths, unit), lines_of_flags((flag,) if flag else (), depths, unit)
        if item is not None:
            mine = lines_of_queue((item,), depths, unit)
        if self.wanted == "flagged":
            lines += lines_of_flags(flags, depths, unit)
        counts = {name: len(filtered(self.queue, name)) for name in FILTERS}
        counts["flagged"] += len(flags)
        self._view.review.show_queue(
            ReviewShown(
                lines=lines,
                current=shown.index(item) if item in shown else None,
                number=self.queue.index(item) + 1 if item is not None else None,
                is_crossing=item is None or item.doubt is None,
                place=mine[0].place if mine else "",
                risk=risk_words(item, mine[0]) if item is not None else "",
                decision=decision_words(
                    item.decision if item is not None else flag, state=item.state if item else "open"
                ),
                counts=counts,
                estimate=still_wrong_words(still_wrong(self.queue), len(self.queue)),
            ),
            self.wanted,
        )
        self.show_many()
        number = self.crossings.index(item.crossing) if item is not None and item.doubt is None else None
        doubtful, doubt = tuple(i for i in self.queue if i.is_doubtful), item if number is None else None
        self._view.canvas.show_crossings(self.crossings, number, doubtful, doubt)

    @Slot()
    def show_many(self) -> None:
        """Show how many crossings are surer than the person asks for."""
        self._view.review.show_many(len(surer_than(self.queue, self._view.review.confidence)))

    @Slot(str)
    def choose_filter(self, wanted: ReviewFilter) -> None:
        """Show other crossings than before, and go through them from the top."""
        self.wanted, self._trail, self._step = wanted, [], -1
        self.show()

    def take(self, row: int) -> None:
        """Take the crossing, or else the flag on rows, at a row in hand and centre it, as when its line is chosen."""
        track = self._track()
        flags = flags_on_rows(track, self.queue) if track is not None else ()
        chosen = next((f for f in flags if (f.rows.start + f.rows.stop) // 2 == row), None)
        if chosen is not None and all(i.crossing.row != row for i in self.queue):
            self.take_flag(chosen)
            return
        if at_row(self.queue, row) is not None and row != self.row:
            del self._trail[self._step + 1 :]
            self._trail.append(row)
            self._step = len(self._trail) - 1
        self._centre(row)

    def take_flag(self, flag: Decision) -> None:
        """Show a flag on rows, with no crossing in hand."""
        self.row, self._flag, self._to_take_back = None, flag, ()
        self._view.canvas.go_to_row((flag.rows.start + flag.rows.stop - 1) / 2)
        self.show()

    def go_on(self) -> bool:
        """Centre the next crossing of the filter that was not visited; False where there is none any more."""
        shown = filtered(self.queue, self.wanted)
        while self._step + 1 < len(self._trail):  # forward again after going back
            self._step += 1
            place = at_row(shown, self._trail[self._step])
            if place is not None and shown[place].crossing.row != self.row:
                self._centre(shown[place].crossing.row)
                return True
        visited = {at_row(shown, row) for row in self._trail}
        fresh = next((i for k, i in enumerate(shown) if k not in visited), None)
        if fresh is None:
            self._trail, self._step = [], -1
            return False
        self._trail.append(fresh.crossing.row)
        self._step = len(self._trail) - 1
        self._centre(fresh.crossing.row)
        return True

    def go_back(self) -> bool:
        """Centre the crossing that was in hand before, whatever was decided there; False where there is none."""
        while self._step > 0:
            self._step -= 1
            if at_row(self.queue, self._trail[self._step]) is not None:
                self._centre(self._trail[self._step])
                return True
        return False

    def take_back_later(self, spans: Sequence[RowSpan]) -> None:
        """Do as `take_back` when the crossings are read again, as they are a moment after every change."""
        self._to_take_back = tuple(spans)

    def take_back(self, spans: Sequence[RowSpan]) -> None:
        """Take the place that was decided last on some rows in hand again: an undo was about them.

        None is in hand afterwards that is out of view: nobody decides on what they do not see.
        """
        self._to_take_back = ()
        self.follow()
        self._take_in_hand(spans)

    def _take_in_hand(self, spans: Sequence[RowSpan]) -> None:
        item, seen = self.item, self._view.canvas.visible_rows()
        if item is not None and item.crossing.row in seen and _is_about(item, spans):
            return
        for step in range(len(self._trail) - 1, -1, -1):
            place = at_row(self.queue, self._trail[step])
            if place is not None and _is_about(self.queue[place], spans):
                self._step, self.row, self._flag = step, self.queue[place].crossing.row, None
                if self.row not in seen:
                    self._centre(self.row)
                self.show()
                return
        if item is not None and item.crossing.row not in seen:
            self.row = None
            self.show()

    def span_words(self, rows: RowSpan) -> tuple[str, str]:
        """Return where rows of the track in hand begin and how long they are, as a person reads them."""
        track, description = self._track(), self._bridge.session.description
        return span_words(rows, depth_map(description, track.scan) if track else None, description.depth.unit)

    def _centre(self, row: int) -> None:
        self.row, self._flag, self._to_take_back = row, None, ()
        item = self.item
        if item is not None:
            self.row = item.crossing.row
            canvas, middle = self._view.canvas, self._view.canvas.viewport().width() / 2
            is_legible = self._make_legible(item)
            canvas.go_to_row(self.row)
            beside = canvas.view.to_widget(self.row, item.crossing.column)[0] - middle
            if not is_legible or abs(beside) > 0.8 * middle:  # zoomed in so far that the crossing is out of view
                canvas.scroll_px(beside, 0.0)
        self.show()

    def _make_legible(self, item: QueueItem) -> bool:
        """Zoom in where strokes are too thin, or doubtful rows too low, on the screen to be judged; True where not."""
        track, canvas = self._track(), self._view.canvas
        least = _LEAST_STROKE_PX / ((track.stroke_px if track else None) or USUAL_STROKE_PX)
        if item.doubt is not None:
            least = max(least, min(1.0, _LEAST_DOUBT_PX / max(1, item.below.rows)))
        if canvas.view.scale >= least:
            return True
        canvas.zoom_to(least)
        return False


def _is_about(item: QueueItem, spans: Sequence[RowSpan]) -> bool:
    return any(item.crossing.rows.grown(1).overlaps(rows) for rows in spans)
