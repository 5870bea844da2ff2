"""What is done about what was accepted: go through what changed since, and put a name under rows.

Separate from the review of crossings because it looks back at work that was done, often by somebody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.dialogs.sign_off import SignOffDialog
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import meaning_of, not_ready_to_sign
from veerdesk.session.decisions import with_sign_off, without_sign_off
from veerdesk.session.who import actor

if TYPE_CHECKING:
    from veerdesk.desktop.change_follower import ChangeFollower
    from veerdesk.desktop.main_window import MainWindow


class SignActions(QObject):
    """Does what the group Review has on changes and sign-offs."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: SignOffDialog | None = None

    @Slot(bool)
    def show_changes(self, is_on: bool) -> None:
        """Mark the rows that changed since they were accepted, with the curves as they were then."""
        changes = self._changes()
        if changes is None:
            return
        changes.follow()
        changes.show_changes(is_on)
        if is_on and not changes.changed:
            self._window.say(self.tr("Nothing has changed since it was accepted."))

    @Slot()
    def next_change(self) -> None:
        """Centre the next place below that changed since it was accepted."""
        self._go(is_down=True)

    @Slot()
    def previous_change(self) -> None:
        """Centre the place above that changed since it was accepted."""
        self._go(is_down=False)

    @Slot()
    def sign_off(self) -> None:
        """Ask whose name is to stand under which rows of the track in hand."""
        changes, track, window = self._changes(), self._track(), self._window
        if changes is None or track is None:
            return
        changes.follow()
        view = window.view.canvas.visible_rows().clipped(track.geometry.rows)
        choices = [
            (self.tr("All rows of {0}").format(track.name), track.geometry.rows),
            (self.tr("The rows in view, {0} to {1}").format(*self._edges(view)), view),
        ]
        if view.is_empty:
            del choices[1]
        elif not_ready_to_sign(track, track.geometry.rows, changes.changed):
            choices.reverse()  # all of it could not be signed now: what is before the eyes comes first
        self._dialog = SignOffDialog(window.settings.reviewer or actor(), choices, changes.signed, window)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.accepted.connect(self._on_dialog_accepted)
        self._dialog.open()

    @Slot()
    def _on_dialog_accepted(self) -> None:
        changes, track, dialog, window = self._changes(), self._track(), self._dialog, self._window
        if changes is None or track is None or dialog is None or window.bridge is None:
            return
        self._dialog = None
        window.activateWindow()  # where nothing manages windows, no key would be heard any more
        changes.follow()
        if dialog.taken_back is not None:
            if self._describe(without_sign_off(track, dialog.taken_back), self.tr("take a name back")):
                window.say(self.tr("{0} no longer stands under {1}.").format(dialog.taken_back.by, track.name))
            changes.follow()
            return
        window.keep_settings(reviewer=dialog.by)  # also where nothing can be signed yet: it is the name of the next one
        if not self._say_where_not_ready(track, dialog.rows):
            meaning = meaning_of(window.bridge.session.description, track)
            signed = with_sign_off(track, dialog.rows, by=dialog.by, meaning=meaning)
            if self._describe(signed, self.tr("sign off")):
                window.say(self.tr("Signed by {0}.").format(dialog.by))
        changes.follow()

    def _edges(self, rows: RowSpan) -> tuple[str, str]:
        """Return where rows of the track in hand begin and end, in depths where there are some."""
        follower = self._window.follower
        assert follower is not None
        first, last = RowSpan(rows.start, rows.start + 1), RowSpan(rows.stop - 1, rows.stop)
        return follower.review.span_words(first)[0], follower.review.span_words(last)[0]

    def _say_where_not_ready(self, track: TrackSpec, rows: RowSpan) -> bool:
        """Return True, say why and go there, where rows cannot be signed as they are."""
        changes, bridge, window = self._changes(), self._window.bridge, self._window
        assert bridge is not None
        assert changes is not None
        if bridge.session.trace(track.id) is None or bridge.session.stale(track.id):
            window.say(self.tr("Not signed: the curves of {0} are not traced to the end yet.").format(track.name))
            return True
        open_rows = not_ready_to_sign(track, rows, changes.changed)
        if not open_rows:
            return False
        said = self.tr("Not signed: {0} rows are not accepted, or changed since. Here is the first.")
        window.say(said.format(f"{sum(s.rows for s in open_rows):,}"))
        window.view.canvas.go_to_row(open_rows[0].start)
        return True

    def _go(self, *, is_down: bool) -> None:
        changes, canvas = self._changes(), self._window.view.canvas
        if changes is None:
            return
        changes.follow()
        place = changes.go_on(is_down=is_down)
        if place is None:
            self._window.say(self.tr("Nothing has changed since it was accepted."))
            return
        if not self._window.actions_table["show_changes"].isChecked():
            self._window.actions_table["show_changes"].trigger()
        canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)
        number = changes.places.index(place) + 1
        said = self.tr("Change {0} of {1}: {2} rows from row {3}.")
        self._window.say(said.format(number, len(changes.places), f"{place.rows:,}", f"{place.start:,}"))

    def _changes(self) -> ChangeFollower | None:
        follower = self._window.follower
        return follower.changes if follower is not None else None

    def _track(self) -> TrackSpec | None:
        follower = self._window.follower
        return follower.track if follower is not None else None

    def _describe(self, after: TrackSpec, words: str) -> bool:
        bridge = self._window.bridge
        if bridge is None:
            return False
        return bridge.describe(bridge.session.description.with_track(after), f"{words}, {after.name}") is not None
