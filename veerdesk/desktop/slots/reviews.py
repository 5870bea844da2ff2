"""What the Review menu does: go through the queue, keep, exchange or flag, keep many at once, accept rows.

Separate because each group of actions has one small owner. What a decision makes of a track is ``session.decisions``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.dialogs.flag import FlagDialog
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.review_lines import reason_words
from veerdesk.labels.extents import Reach, extent
from veerdesk.rows import RowSpan
from veerdesk.session.decisions import (
    flags_among,
    reopened,
    with_flag,
    with_kept,
    with_rest_accepted,
    with_rows_accepted,
    with_verdict,
)
from veerdesk.session.doubtful_rows import doubtful_rows_of
from veerdesk.session.review_queue import QueueItem, review_queue, surer_than

if TYPE_CHECKING:
    from veerdesk.desktop.main_window import MainWindow
    from veerdesk.desktop.review_follower import ReviewFollower


class ReviewActions(QObject):
    """Does the actions of the group Review."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: FlagDialog | None = None
        self._flagged: tuple[RowSpan, QueueItem | None] | None = None
        #: The track that N goes on with where nothing is open in the one in hand, once that was said.
        self._offered: int | None = None

    @Slot()
    def next(self) -> None:
        """Centre the crossing on which most hangs of those not visited yet, in the step that has the keys for it."""
        review = self._review()
        if review is not None:
            self._show_review()
            self._window.say("")
            if not self._goes_to_offered(review):
                self._go_on(review)

    @Slot()
    def previous(self) -> None:
        """Centre the crossing that was in hand before."""
        review = self._review()
        if review is None:
            return
        self._show_review()
        if not review.go_back():
            self._window.say(self.tr("No crossing was looked at before this one."))
        self._focus_canvas()

    @Slot()
    def keep_next(self) -> None:
        """Keep the crossing in hand and go on; with none in hand, just go."""
        review, track = self._review(), self._track()
        if review is None or track is None:
            return
        item = review.item
        if item is not None and self._comes_into_view(review, item):
            return
        if item is not None and not self._say_where_reading():
            words = self.tr("keep the crossing") if item.doubt is None else self.tr("keep the doubtful rows")
            kept = self.tr("Kept the crossing at {0} (Ctrl+Z takes it back)")
            if item.doubt is not None:
                kept = self.tr("Kept the doubtful rows at {0} (Ctrl+Z takes it back)")
            row = item.crossing.row
            done = kept.format(review.span_words(RowSpan(row, row + 1))[0])
            if not self._describe(track, with_verdict(track, item, "kept"), words, done):
                return
            review.follow()
        self._go_on(review)

    @Slot()
    def flag(self) -> None:
        """Ask why the crossing in hand, or what is in view where none is, needs work; then go on."""
        review, track = self._review(), self._track()
        if review is None or track is None or self._say_where_reading():
            return
        item = review.item
        if item is not None:
            at = self._window.view.review.place.text()  # its depth, or its row before there are depths
            place = self.tr("The crossing at {0}") if item.doubt is None else self.tr("Doubtful rows {0}")
            place = place.format(at)
            rows = RowSpan(item.crossing.rows.start, max(item.crossing.rows.stop, item.crossing.rows.start + 1))
        else:
            rows = self._rows_in_view(track)
            place = self.tr("The rows in view, {0} to {1}").format(f"{rows.start:,}", f"{rows.stop - 1:,}")
        self._flagged = (rows, item)
        self._dialog = FlagDialog(place, self._window)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.accepted.connect(self._on_dialog_accepted)
        self._dialog.open()

    @Slot()
    def _on_dialog_accepted(self) -> None:
        review, track, dialog = self._review(), self._track(), self._dialog
        if review is None or track is None or dialog is None or self._flagged is None:
            return
        (rows, item), self._flagged, self._dialog = self._flagged, None, None
        self._window.activateWindow()  # where nothing manages windows, no key would be heard any more
        margin = item.crossing.margin if item is not None else None
        is_sampled = item is not None and item.is_sampled
        after = with_flag(
            track, rows, reason=dialog.reason, comment=dialog.comment, margin=margin, is_sampled=is_sampled
        )
        named = rows if item is None else RowSpan(item.crossing.row, item.crossing.row + 1)
        place = review.span_words(named)[0]  # the one that the panel and the dialog called it by
        done = self.tr("Flagged for work at {0}: {1} (Ctrl+Z takes it back)").format(place, reason_words(dialog.reason))
        if self._describe(track, after, self.tr("flag"), done):
            review.follow()
            if item is not None:
                self._go_on(review)

    @Slot()
    def exchange_below(self) -> None:
        """Exchange the two curves from the crossing in hand down to the next one, and go on."""
        self._exchange(Reach.TO_NEXT, self.tr("below"))

    @Slot()
    def exchange_to_end(self) -> None:
        """Exchange the two curves from the crossing in hand to the end of the track, and go on."""
        self._exchange(Reach.TO_END, self.tr("to the end, from"))

    @Slot()
    def exchange_above(self) -> None:
        """Exchange the two curves from the crossing in hand up to the one before, and go on."""
        self._exchange(Reach.ABOVE, self.tr("above"))

    @Slot()
    def keep_surer(self) -> None:
        """Keep every open crossing that is surer than the panel says, as one step; the random tenth stays open."""
        review, track = self._review(), self._track()
        if review is None or track is None:
            return
        items = surer_than(review.queue, self._window.view.review.confidence)
        if not items:
            self._window.say(self.tr("No open crossing is that sure."))
            return
        words = self.tr("keep {0} crossings").format(len(items))
        if self._describe(track, with_kept(track, items), words):
            review.follow()
            self._window.say(
                self.tr("Kept {0} crossings at once; the tenth drawn at random stays for you.").format(len(items))
            )

    @Slot()
    def accept_view(self) -> None:
        """Accept the rows of the track in hand that are in view, and settle the flags on rows among them."""
        track, review = self._track(), self._review()
        if review is not None and track is not None:
            rows = self._rows_in_view(track)
            if not self._say_where_unread(track, rows):
                after = with_rows_accepted(track, rows, self._changed(track), review.row_flags)
                if not self._describe(track, after, self.tr("accept rows")):
                    self._window.say(self._flag_words(after, rows) or self.tr("These rows are accepted already."))
                elif words := self._flag_words(after, rows):
                    self._window.say(self.tr("Accepted what is not flagged (Ctrl+Z). {0}").format(words))
                else:
                    self._say_rows(self.tr("Accepted {1} from {0} on. Ctrl+Z takes it back."), rows)

    @Slot()
    def reopen_view(self) -> None:
        """Take acceptance and decisions in the rows in view back."""
        track = self._track()
        if track is not None:
            rows = self._rows_in_view(track)
            if self._describe(track, reopened(track, rows), self.tr("take acceptance back")):
                self._say_rows(self.tr("{1} from {0} on are open again."), rows)

    @Slot()
    def accept_track(self) -> None:
        """Accept every row of the track in hand that is not flagged."""
        track = self._track()
        if track is not None and not self._say_where_unread(track, track.geometry.rows):
            after = with_rest_accepted(track, self._changed(track))
            if self._describe(track, after, self.tr("accept the track")):
                more = sum(r.rows for r in after.accepted) - sum(r.rows for r in track.accepted)
                said = self.tr("Accepted {0} more rows of {1}, all but flagged ones. Ctrl+Z undoes.")
                if more <= 0:  # what changed since is accepted anew
                    said = self.tr("Accepted all of {1} that is not flagged. Ctrl+Z takes it back.")
                self._window.say(said.format(f"{more:,}", track.name))
            else:
                words = self._flag_words(after, track.geometry.rows)
                self._window.say(words or self.tr("All of {0} is accepted already.").format(track.name))

    def choose_row(self, row: int) -> None:
        """Take the crossing at a row in hand and centre it."""
        review = self._review()
        if review is not None:
            review.take(row)

    def _exchange(self, reach: Reach, where: str) -> None:
        review, track, bridge = self._review(), self._track(), self._window.bridge
        if review is None or track is None or bridge is None:
            return
        item = review.item
        if item is None:
            self._window.say(self.tr("Choose a crossing first: N goes to the next one."))
            return
        if not item.is_exchangeable:
            if item.doubt is not None and item.doubt.cause == "loose ink":
                words = self.tr("Nothing crosses here: V and a click give the ink away, Space keeps it.")
            else:
                words = self.tr("Nothing crosses here: brush (B), erase (E) or pin (P) it, or keep it (Space).")
            self._window.say(words)
            return
        if self._comes_into_view(review, item):
            return
        row = item.crossing.row
        rows = extent(row, [c.row for c in review.crossings], track.geometry.rows, reach)
        if bridge.exchange_at(track.id, row, rows, self.tr("exchange the curves")) is None:
            self._window.say(self.tr("There is no ink of either curve to exchange here."))
            return
        review.follow()
        place = review.span_words(RowSpan(row, row + 1))[0]
        said = self.tr("Exchanged {0} {1} {2}. Shift+N goes back, Ctrl+Z takes it back.")
        self._window.say(said.format(review.span_words(rows)[1], where, place))
        self._go_on(review)

    def _comes_into_view(self, review: ReviewFollower, item: QueueItem) -> bool:
        """Bring the place in hand back where it was scrolled away, and say so; False where it is in view."""
        if item.crossing.rows.overlaps(self._window.view.canvas.visible_rows()):
            return False
        review.take(item.crossing.row)
        place = review.span_words(RowSpan(item.crossing.row, item.crossing.row + 1))[0]
        self._window.say(self.tr("Back at {0}, which was not in view: now decide.").format(place))
        return True

    def _go_on(self, review: ReviewFollower) -> None:
        self._offered = None
        if not review.go_on():
            if not review.queue:
                self._window.say(self.tr("No crossing found so far."))
            elif review.wanted == "open" and not any(i.state == "open" for i in review.queue):
                self._say_nothing_open(review)
            else:
                self._window.say(self.tr("That was the last one. N begins at the top again."))
        self._focus_canvas()

    def _say_nothing_open(self, review: ReviewFollower) -> None:
        """Say that the track in hand is done, how many are flagged in it, and which track N goes on with."""
        more = self.tr(" Flagged: {0}.").format(review.flagged) if review.flagged else ""
        other = self._next_open_track()
        if other is not None:
            self._offered = other.id
            more += self.tr(" N goes on with {0}.").format(other.name)
        self._window.say(self.tr("No crossing is open any more.") + more)

    def _goes_to_offered(self, review: ReviewFollower) -> bool:
        """Take the track that was offered in hand, and its first place; False where none was, or it is done meanwhile."""
        follower, offered = self._window.follower, self._offered
        track = self._next_open_track() if offered is not None else None
        is_open = review.wanted == "open" and any(i.state == "open" for i in review.queue)
        if follower is None or track is None or track.id != offered or is_open:
            return False
        follower.choose_track(track.id)
        review.follow()
        self._go_on(review)
        return True

    def _next_open_track(self) -> TrackSpec | None:
        """Return the next track after the one in hand in which places are open, or None."""
        bridge, here = self._window.bridge, self._track()
        if bridge is None or here is None:
            return None
        session, tracks = bridge.session, bridge.session.description.tracks
        at = next(k for k, track in enumerate(tracks) if track.id == here.id)
        for track in (*tracks[at + 1 :], *tracks[:at]):
            if session.trace(track.id) is not None:
                queue = review_queue(track, session.crossings(track.id), doubtful_rows_of(session, track.id))
                if any(i.state == "open" for i in queue):
                    return track
        return None

    def _show_review(self) -> None:
        """Show the step Review where another one is shown: the places are named, and their keys told, there alone."""
        follower = self._window.follower
        if follower is not None and follower.step is not Step.REVIEW:
            self._window.show_step(Step.REVIEW)

    def _focus_canvas(self) -> None:
        self._window.view.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _review(self) -> ReviewFollower | None:
        follower = self._window.follower
        return follower.review if follower is not None else None

    def _track(self) -> TrackSpec | None:
        follower = self._window.follower
        return follower.track if follower is not None else None

    def _changed(self, track: TrackSpec) -> tuple[RowSpan, ...]:
        bridge = self._window.bridge
        return bridge.session.changed_since_accepted(track.id) if bridge is not None else ()

    def _say_rows(self, said: str, rows: RowSpan) -> None:
        review = self._review()
        if review is not None:
            self._window.say(said.format(*review.span_words(rows)))

    def _flag_words(self, track: TrackSpec, rows: RowSpan) -> str:
        """Return which flag keeps rows from being accepted, where its line is and what settles it; empty for none."""
        review, flags = self._review(), flags_among(track, rows)
        if review is None or not flags:
            return ""
        first = flags[0]
        place = review.span_words(first.rows)[0]
        if first in (review.row_flags or ()):
            said = self.tr("Flagged from {0} on ({1}), also out of view: zoom out, then accept again.")
        else:
            said = self.tr("Flagged at {0} ({1}): in the list under Flagged; Space keeps it.")
        more = self.tr(" {0} more flagged.").format(len(flags) - 1) if len(flags) > 1 else ""
        return said.format(place, reason_words(first.reason) or self.tr("no reason given")) + more

    def _rows_in_view(self, track: TrackSpec) -> RowSpan:
        return self._window.view.canvas.visible_rows().clipped(track.geometry.rows)

    def _describe(self, before: TrackSpec, after: TrackSpec, words: str, done: str = "") -> bool:
        """Make one change of the track, undoable under these words and told in these; True where it was made."""
        bridge = self._window.bridge
        if bridge is None or after == before:
            return False
        description = bridge.session.description.with_track(after)
        return bridge.describe(description, f"{words}, {after.name}", done=done) is not None

    def _say_where_unread(self, track: TrackSpec, rows: RowSpan) -> bool:
        """Return True, and say so, where the model is still to read some of the rows: nobody accepts what is not there.

        A track that no model reads at all is a person's own.
        """
        bridge = self._window.bridge
        read = bridge.session.predicted(track.id) if bridge is not None else ()
        there = sum(span.clipped(rows).rows for span in read)
        if there >= rows.rows or bridge is None or not (read or bridge.is_predicting):
            return False
        share = 100 * there // rows.rows
        self._window.say(self.tr("The model has read {0} % of these rows: accept them once it is done.").format(share))
        return True

    def _say_where_reading(self) -> bool:
        """Return True, and say so, where this window only reads."""
        if self._window.bridge is not None and self._window.bridge.can_edit:
            return False
        self._window.say(self.tr("This window only reads: nothing can be decided here."))
        return True
