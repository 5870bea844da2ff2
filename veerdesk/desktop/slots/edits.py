"""What the Edit menu does: undo and redo, tracks added, removed and copied.

Separate because each group of actions has one small owner. Every change is one description, undoable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog

from veerdesk.calibration.description import TrackSpec, WellDescription
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.other_wells import copied_tracks, description_of
from veerdesk.desktop.tools.border import click_words
from veerdesk.desktop.well_opener import JOB_SUFFIX
from veerdesk.imaging.geometry import Polyline
from veerdesk.imaging.printed_borders import follow_borders, follow_borders_from
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.rows import RowSpan
from veerdesk.session.change import Change
from veerdesk.session.decisions import reviewed_otherwise
from veerdesk.session.jobs import Job
from veerdesk.session.opening import SUFFIX

if TYPE_CHECKING:
    from veerdesk.desktop.main_window import MainWindow


class EditActions(QObject):
    """Does the actions of the group Edit."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def undo(self) -> None:
        """Take the last edit back."""
        if self._window.bridge is not None:
            words = self._window.bridge.session.undo_label
            before = self._track()
            self._show(self._window.bridge.undo(), before)
            self._window.say(self.tr("Taken back: {0}").format(words))

    @Slot()
    def redo(self) -> None:
        """Make the edit that was taken back again."""
        if self._window.bridge is not None:
            words = self._window.bridge.session.redo_label
            before = self._track()
            self._show(self._window.bridge.redo(), before)
            self._window.say(self.tr("Made again: {0}").format(words))

    def _track(self) -> TrackSpec | None:
        follower = self._window.follower
        return follower.track if follower is not None else None

    def _show(self, change: Change | None, before: TrackSpec | None) -> None:
        """Go to the rows that a change is about where none of them is in view: nobody undoes what they cannot see.

        In the review the place that was decided there is in hand again. ``before`` is the track in hand as it was.
        """
        canvas, follower, after = self._window.view.canvas, self._window.follower, self._track()
        spans: tuple[RowSpan, ...] = ()
        if before is not after and before is not None and after is not None and before.id == after.id:
            spans = reviewed_otherwise(before, after)
        is_stroke = not spans
        if not spans and change is not None and change.rows is not None and not change.rows.is_empty:
            spans = (change.rows,)
        if not spans:
            return
        seen = canvas.visible_rows()
        is_seen = any(rows.overlaps(seen) for rows in spans)
        if not is_seen:
            canvas.go_to_row(spans[0].start)
        if follower is None or follower.step is not Step.REVIEW:
            return
        if is_stroke and is_seen:  # the hand waits for its paint; the queue is read anew with the curve
            follower.review.take_back_later(spans)
        else:
            follower.review.take_back(spans)

    @Slot()
    def add_track(self) -> None:
        """Go to the Tracks step with the tool that places borders in hand."""
        self._window.show_step(Step.TRACKS)
        self._window.actions_table["tool_border"].trigger()
        self._window.view.guide.show_asked(click_words(()))
        self._window.view.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def follow_borders(self) -> None:
        """Let the borders of the track in hand run as they are printed; one undo makes them straight again."""
        follower, bridge = self._window.follower, self._window.bridge
        if follower is None or bridge is None or follower.track is None:
            return
        track, scan = follower.track, bridge.session.scans[follower.track.scan]

        def follow(cancel: Cancel, progress: Progress) -> tuple[Polyline, Polyline]:
            return follow_borders(scan.read, track.geometry, scan.width, cancel=cancel, progress=progress)

        words = self.tr("let the borders of {0} follow the print").format(track.name)
        self._follow(track, follow, words, self.tr("{0} follows its print: {1} knots.").format(track.name, "{0}"))

    @Slot()
    def follow_borders_from_here(self) -> None:
        """Follow the print again below the row that is pointed at, or the middle of the view; above it nothing changes."""
        follower, bridge, canvas = self._window.follower, self._window.bridge, self._window.view.canvas
        if follower is None or bridge is None or follower.track is None:
            return
        track, scan = follower.track, bridge.session.scans[follower.track.scan]
        seen = canvas.visible_rows()
        here = canvas.pointed_at[0] if canvas.pointed_at is not None else (seen.start + seen.stop) // 2

        def follow(cancel: Cancel, progress: Progress) -> tuple[Polyline, Polyline]:
            return follow_borders_from(scan.read, track.geometry, scan.width, here, cancel=cancel, progress=progress)

        words = self.tr("let the borders of {0} follow the print from row {1}").format(track.name, f"{here:,}")
        told = self.tr("{0} follows its print from row {1} down: {2} knots.")
        self._follow(track, follow, words, told.format(track.name, f"{here:,}", "{0}"))

    def _follow(
        self, track: TrackSpec, follow: Callable[[Cancel, Progress], tuple[Polyline, Polyline]], words: str, told: str
    ) -> None:
        """Run what follows the borders; describe the outcome under ``words``, and tell how many knots it has."""
        bridge = self._window.bridge
        assert bridge is not None

        def done(borders: tuple[Polyline, Polyline]) -> None:
            known = {t.id: t for t in bridge.session.description.tracks}
            if track.id in known and known[track.id].geometry == track.geometry:
                after = replace(known[track.id], left=borders[0], right=borders[1])
                self.describe(bridge.session.description.with_track(after), words)
                self._window.say(told.format(len(borders[0]) + len(borders[1])))

        self._window.run_job(Job(self.tr("Follow the borders of {0}").format(track.name), follow), done)

    @Slot()
    def remove_track(self) -> None:
        """Remove the track in hand; undo brings it back with its labels."""
        follower, bridge = self._window.follower, self._window.bridge
        if follower is None or bridge is None or follower.track is None:
            return
        track, before = follower.track, bridge.session.description
        after = replace(before, tracks=tuple(t for t in before.tracks if t.id != track.id))
        self.describe(after, self.tr("remove track {0}").format(track.name))
        if track.id not in {t.id for t in bridge.session.description.tracks}:
            self._window.say(self.tr("{0} is removed. Ctrl+Z brings it back with all its labels.").format(track.name))

    @Slot()
    def copy_tracks(self) -> None:
        """Copy tracks, with their curves and scales, from another well or job file."""
        bridge = self._window.bridge
        if bridge is None:
            return
        chosen, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Copy tracks from"),
            str(bridge.session.path.parent),
            f"{self.tr('Wells and job files')} (*{SUFFIX} *{JOB_SUFFIX})",
        )
        if chosen:
            self.copy_tracks_from(Path(chosen))

    def copy_tracks_from(self, path: Path) -> None:
        """Copy the tracks of one file as one undoable entry."""
        bridge, follower = self._window.bridge, self._window.follower
        if bridge is None or follower is None:
            return
        source = self._window.guarded(description_of, path)
        scan_id = self._window.view.canvas.scan_id
        scan = bridge.session.scans.get(scan_id)
        if isinstance(source, WellDescription) and scan is not None:
            after = copied_tracks(bridge.session, source, scan_id)
            count = len(after.tracks) - len(bridge.session.description.tracks)
            self.describe(after, self.tr("copy {0} tracks from {1}").format(count, path.stem))

    @Slot(object, str)
    def describe(self, after: WellDescription, words: str) -> None:
        """Make one change of the description, undoable under these words."""
        if self._window.bridge is not None:
            self._window.bridge.describe(after, words)
