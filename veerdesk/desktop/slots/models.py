"""What the Model menu does: predict a track again, learn from corrections and take that back, stop what is running.

Separate because each group of actions has one small owner.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox

from veerdesk.calibration.description import TrackSpec
from veerdesk.dataset.outcome import Outcome
from veerdesk.errors import InterruptedWorkError, VeerdeskError
from veerdesk.rows import joined
from veerdesk.session.jobs import CancelToken
from veerdesk.session.learning import Carried, TrackOutcome, carried_from, kept, learning_job, taken_over
from veerdesk.session.opening import SUFFIX

if TYPE_CHECKING:
    from veerdesk.desktop.main_window import MainWindow


class ModelActions(QObject):
    """Does the actions of the group Model."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._learning: CancelToken | None = None

    @Slot()
    def predict(self) -> None:
        """Take up the prediction of the well again, what is on screen first."""
        follower = self._window.follower
        if self._window.bridge is not None and follower is not None and follower.track_id is not None:
            self._window.bridge.predict(follower.track_id)

    @Slot()
    def cancel(self) -> None:
        """Stop what is running; what is done stays."""
        bridge = self._window.bridge
        if bridge is not None and bridge.is_learning and self._learning is not None:
            self._learning.cancel()  # one thing at a time: the model goes on reading
        elif bridge is not None:
            bridge.cancel()
            self._window.say(self.tr("Stopped. What is done stays; Ctrl+R goes on."))

    @Slot()
    def learn(self) -> None:
        """Learn from what a person has corrected or accepted in the track in hand, beside everything else."""
        bridge, track = self._window.bridge, self._track()
        if bridge is None or track is None:
            return
        if bridge.is_learning:
            self._window.say(self.tr("Learning already; Ctrl+. stops it."))
            return
        if not self._may_change(track):
            return
        said = self.tr("Learning from what is corrected and accepted in {0}…").format(track.name)
        if rows := accepted_count(track):
            said += self.tr(" {0} accepted rows may change.").format(f"{rows:,}")
        self._window.say(said)
        self._window.top.show_outcome("", "")
        bridge.is_learning = True
        self._learning = bridge.run(learning_job(bridge.session, track.id), self._on_learned, self._on_not_learned)
        self._window.refresh_actions()

    @Slot()
    def unlearn(self) -> None:
        """Read the track in hand with the model as it ships again."""
        track = self._track()
        if track is None or track.learned is None:
            self._window.say(self.tr("Nothing was learned for this track."))
        elif self._may_change(track) and self._describe(
            replace(track, learned=None), self.tr("forget what was learned")
        ):
            self._window.say(self.tr("{0} is read by the model as it ships again.").format(track.name))

    @Slot()
    def carry(self) -> None:
        """Use for the track in hand what another well of the same look has learned."""
        bridge, track = self._window.bridge, self._track()
        if bridge is None or track is None:
            return
        chosen, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Learn from another well"),
            self._window.last_folder,
            self.tr("Wells (*{0})").format(SUFFIX),
        )
        found = self._window.guarded(carried_from, Path(chosen)) if chosen else None
        if found is None:
            return
        carried = self._chosen(found, track)
        if carried is None:
            if not found:
                self._window.say(self.tr("Nothing was learned in {0}.").format(Path(chosen).name))
            return
        if not self._may_change(track):
            return
        if self._describe(taken_over(bridge.session, track.id, carried), self.tr("learn from another well")):
            done = self.tr("{0} is read with what was learned for {1} of {2}; Ctrl+Z takes it back.")
            self._window.say(done.format(track.name, carried.track, Path(chosen).name))

    def _chosen(self, found: tuple[Carried, ...], track: TrackSpec) -> Carried | None:
        """Return the one there is, else the one a person chooses; None where there is none."""
        if len(found) < 2:
            return found[0] if found else None
        line = self.tr("{0}: {1} rows, {2} became {3}")
        lines = [line.format(c.track, c.learned.rows, c.learned.before, c.learned.after) for c in found]
        first = next((k for k, c in enumerate(found) if c.track == track.name), 0)
        title, asked = self.tr("Learn from another well"), self.tr("What was learned for its track")
        said, is_said = QInputDialog.getItem(self._window, title, asked, lines, first, False)
        return found[lines.index(said)] if is_said else None

    def _on_learned(self, found: TrackOutcome) -> None:
        self._end()
        bridge = self._window.bridge
        if bridge is None:
            return
        after = self._window.guarded(kept, bridge.session, found) if found.outcome.is_kept else None
        if isinstance(after, TrackSpec) and not self._describe(after, self.tr("learn from corrections")):
            return
        undo = self.tr(" Ctrl+Z takes it back.") if isinstance(after, TrackSpec) else ""
        self._window.say(found.outcome.sentence + undo)
        known = {t.id: t.name for t in bridge.session.description.tracks}
        if found.track_id in known:
            said = self._verdict(found.outcome).format(known[found.track_id])
            self._window.top.show_outcome(said, found.outcome.sentence + undo)

    def _verdict(self, outcome: Outcome) -> str:
        """Return what came of learning in a few words, with a place for the track's name."""
        if outcome.is_kept:
            return self.tr("{0}: learned")
        return self.tr("{0}: nothing to learn") if outcome.verdict == "nothing wrong" else self.tr("{0}: not kept")

    def _on_not_learned(self, trouble: VeerdeskError) -> None:
        self._end()
        if isinstance(trouble, InterruptedWorkError):
            self._window.say(trouble.message)
        else:
            self._window.say(self.tr("Nothing was learned."))  # no more of what was begun
            self._window.fail(trouble.message, trouble.remedy)

    def _end(self) -> None:
        self._learning, bridge = None, self._window.bridge
        if bridge is not None:
            bridge.is_learning = False
            if not bridge.is_predicting:
                self._window.top.show_work("", None)
        self._window.refresh_actions()

    def _may_change(self, track: TrackSpec) -> bool:
        """Return True where reading a track again takes no name and no finished work, or the person lets it."""
        bridge, rows = self._window.bridge, accepted_count(track)
        signed = bridge.session.sign_offs(track.id) if bridge is not None else ()
        names = sorted({s.sign.by for s in signed if s.holds})
        if not names and rows < track.geometry.rows.rows:
            return True
        said = self.tr("{0} accepted rows of {1} may change when it is read again").format(f"{rows:,}", track.name)
        if names:
            said += self.tr(", and the name of {0} falls where one does").format(self.tr(" and of ").join(names))
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("Read {0} again").format(track.name))
        box.setText(said + ".")
        box.setInformativeText(
            self.tr("Rows that change are barred on the ruler; Ctrl+Z brings the curves and the name back.")
        )
        again = box.addButton(self.tr("Read it again"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is again

    def _track(self) -> TrackSpec | None:
        return self._window.follower.track if self._window.follower is not None else None

    def _describe(self, after: TrackSpec, words: str) -> bool:
        bridge = self._window.bridge
        if bridge is None:
            return False
        description = bridge.session.description.with_track(after)
        return bridge.describe(description, f"{words}, {after.name}") is not None


def accepted_count(track: TrackSpec) -> int:
    """Return how many rows of a track are accepted."""
    return sum(span.rows for span in joined(track.accepted))
