"""Keeps every part of a well's page in line with its session: what changed is noted, and shown a moment later.

Separate because no widget asks the session anything, and because a hundred changes a second (a brush stroke over
three tracks) must cost one refresh.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtCore import Slot as QtSlot

from veerdesk.calibration.description import Slot, TrackSpec
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.change_follower import ChangeFollower
from veerdesk.desktop.guidance import Progress, Step, guide
from veerdesk.desktop.overview import Overview, overview_job
from veerdesk.desktop.panels.ruler import RulerState
from veerdesk.desktop.panels.scan import ScanFacts
from veerdesk.desktop.readings import depth_map, exported_part, lines_of, longest_gaps, readings_at
from veerdesk.desktop.review_follower import ReviewFollower
from veerdesk.desktop.well_view import WellView
from veerdesk.labels.classes import Origin
from veerdesk.rows import RowSpan, joined
from veerdesk.session.change import Change, ChangeKind
from veerdesk.tracing.trace import Trace

_SOON_MS, _PAUSE_MS, _LATER_MS = 30, 90, 300
#: Paper that was pulled through a scanner wanders by pixels over this many rows.
_TALL_ROWS = 8000
_EVERYTHING = ~ChangeKind.NONE
_NOT_PAINT = ~(ChangeKind.LABELS | ChangeKind.TRACE | ChangeKind.HISTORY)


class WellFollower(QObject):
    """Owns what is stale on the page of one well; ``refreshed`` follows every refresh."""

    refreshed = Signal()
    track_changed = Signal(int)

    def __init__(self, view: WellView, bridge: SessionBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view, self.bridge = view, bridge
        self.step = Step.SCAN
        self.track_id: int | None = None
        self.review = ReviewFollower(view, bridge, lambda: self.track, self)
        self.changes = ChangeFollower(view, bridge, lambda: self.track, self)
        self._stale = _EVERYTHING
        self._is_refused = self._may_write = False
        self._predicted: dict[int, tuple[RowSpan, ...]] = {}
        self._gaps: dict[int, dict[Slot, int]] = {}
        self._mapped: tuple[Path, int] | None = None
        self._soon = _timer(self, _SOON_MS, self._on_soon_timeout)
        self._later = _timer(self, _LATER_MS, self._on_later_timeout)
        view.minimap.forget()
        self.changes.followed.connect(self._on_changes_followed)
        bridge.changed.connect(self._on_bridge_changed)
        view.canvas.view_changed.connect(self._on_canvas_view_changed)
        view.canvas.cursor_moved.connect(self._on_canvas_cursor_moved)
        view.canvas.hand.changed.connect(self._on_hand_changed)

    @property
    def track(self) -> TrackSpec | None:
        """The track in hand, or None."""
        for track in self.bridge.session.description.tracks:
            if track.id == self.track_id:
                return track
        return None

    def take_track(self, track_id: int | None) -> None:
        """Take a track in hand."""
        if track_id != self.track_id:
            self.track_id = track_id
            self.view.canvas.hand.take_track(track_id)
            self.review.forget()
            self.touch(_EVERYTHING)
            if track_id is not None:
                self.track_changed.emit(track_id)

    def choose_track(self, track_id: int) -> None:
        """Take a track in hand that was chosen beside the scan, and bring it into view: it may lie beside it."""
        self.take_track(track_id)
        track, seen = self.track, self.view.canvas.visible_rows()
        if track is not None and track.scan == self.view.canvas.scan_id:
            rows = seen.clipped(track.geometry.rows)
            at = np.array([(rows.start + rows.stop) / 2], np.float64)
            left, right = track.geometry.left_at(at), track.geometry.right_at(at)
            self.view.canvas.show_columns(float(left[0]), float(right[0]))

    def touch(self, kinds: ChangeKind) -> None:
        """Note that something is no longer as it is shown."""
        if kinds.value & ~self._stale.value:
            self._stale |= kinds
        # A hand that paints on is not waited for by anything: what it changes is shown when it pauses.
        is_paint = not kinds.touches(_NOT_PAINT)
        if is_paint or not self._soon.isActive():
            self._soon.start(_PAUSE_MS if is_paint else _SOON_MS)
        self._later.start()

    def touch_all(self) -> None:
        """Note that everything is to be shown again."""
        self.touch(_EVERYTHING)

    def stop(self) -> None:
        """Show nothing more: the session is closing."""
        for timer in (self._soon, self._later):
            timer.stop()
        self.view.canvas.view_changed.disconnect(self._on_canvas_view_changed)
        self.view.canvas.cursor_moved.disconnect(self._on_canvas_cursor_moved)
        self.view.canvas.hand.changed.disconnect(self._on_hand_changed)

    @QtSlot()
    def _on_hand_changed(self) -> None:
        if self.view.canvas.hand.active_track is not None:
            self.take_track(self.view.canvas.hand.active_track)

    @QtSlot(object)
    def _on_bridge_changed(self, change: Change) -> None:
        self.touch(change.kinds)

    @QtSlot()
    def _on_soon_timeout(self) -> None:
        if self.view.is_complete:  # all is shown once it is
            self._show_stale()

    def show_all(self) -> None:
        """Show everything at once: panels have come that show nothing yet."""
        self._stale = _EVERYTHING
        self._show_stale()
        self._later.start()

    def _show_stale(self) -> None:
        stale, self._stale = self._stale, ChangeKind.NONE
        description = self.bridge.session.description
        ids = [t.id for t in description.tracks]
        if self.track_id not in ids:
            self.take_track(ids[0] if ids else None)
        if stale & (ChangeKind.DESCRIPTION | ChangeKind.REVIEW):
            self.view.tracks.show_well(description, self.track_id)
            self.view.depths.show_well(description)
            self.view.export.show_well(description)
            self.view.review.show_tracks(description, self.track_id)
        if stale & (ChangeKind.SCAN | ChangeKind.DESCRIPTION):
            self.view.scan.show_scans(self._scan_facts(), self.view.canvas.scan_id)
        self.show_lines()
        if (at := self.view.canvas.pointed_at) is not None:  # what lies under a pointer that rests may have changed
            self._on_canvas_cursor_moved(*at)
        elif self.view.curves is None or not self.view.curves.underMouse():  # nor is anything true of where it was
            self.view.readouts.clear_place()
        self._show_acceptance()
        self.show_guidance()
        self.refreshed.emit()

    @QtSlot()
    def _on_later_timeout(self) -> None:
        if not self.view.is_complete:
            return
        track, session = self.track, self.bridge.session
        self._gaps.clear()
        self._predicted = {t.id: session.predicted(t.id) for t in session.description.tracks}
        self.review.follow()
        self.changes.follow()
        doubts = tuple(i.crossing.row for i in self.review.queue if i.is_doubtful)
        self.view.minimap.show_marks(doubts, track.accepted if track is not None else ())
        self._show_minimap()
        self.show_guidance()
        self.refreshed.emit()

    @QtSlot()
    def note_trouble(self) -> None:
        """Say at once that the disk refuses, and that it takes changes again; asked after everything that is written."""
        if (self.bridge.session.trouble is not None) != self._is_refused:
            self.show_guidance()

    @QtSlot(bool)
    def note_writing(self, may_write: bool) -> None:
        """Offer to change here a well that is only read, or offer it no more."""
        self._may_write = may_write
        self.show_guidance()

    def show_guidance(self) -> None:
        """Say what is missing at the step in hand."""
        self._is_refused = self.bridge.session.trouble is not None
        self.view.guide.show_guidance(guide(self.step, self.bridge.session.description, self._progress()))

    def show_lines(self) -> None:
        """Draw the curves of the track in hand over the rows in view."""
        panel, track, rows = self.view.curves, self.track, self._rows_of_lines()
        if panel is None or not panel.isVisible():
            return
        trace = self._exported(track, rows) if track is not None else None
        if track is not None and self._is_tracing(track):
            panel.show_waiting()
        elif track is None or trace is None:
            panel.show_lines(())
        else:
            panel.show_lines(lines_of(track, trace, rows))
        panel.show_accepted(self.changes.accepted_lines(rows))
        self.lock_rows()

    def _rows_of_lines(self) -> RowSpan:
        """Return the rows whose curves are drawn: those in view and some more, so that a scroll step has them."""
        rows = self.view.canvas.visible_rows()
        return rows.grown(rows.rows // 4)

    @QtSlot()
    def lock_rows(self) -> None:
        """Give the curve panel exactly the rows that lie beside it on the canvas."""
        panel, canvas = self.view.curves, self.view.canvas
        if panel is not None:
            offset = panel.mapToGlobal(panel.rect().topLeft()).y() - canvas.mapToGlobal(canvas.rect().topLeft()).y()
            top, bottom = panel.plot_edges()
            panel.show_rows(canvas.row_at(top + offset), canvas.row_at(bottom + offset))

    @QtSlot()
    def _on_canvas_view_changed(self) -> None:
        canvas = self.view.canvas
        self.view.ruler.show_view(canvas.row_at(0.0), canvas.scale)
        self.view.minimap.show_view(canvas.visible_rows())
        self.lock_rows()
        if not self._soon.isActive():
            self._soon.start()

    @QtSlot(int, int)
    def _on_canvas_cursor_moved(self, row: int, col: int) -> None:
        session, readouts = self.bridge.session, self.view.readouts
        scan_id = self.view.canvas.scan_id
        depths = depth_map(session.description, scan_id)
        depth = float(depths.depth_at(np.array([float(row)]))[0]) if depths is not None else None
        readouts.show_place(row, col, depth, session.description.depth.unit)
        track = self._track_at(scan_id, row, col) or self.track
        if track is None or session.trace(track.id) is None:
            names = [c.mnemonic or self.tr("curve {0}").format(c.slot) for c in track.curves] if track else []
            readouts.show_untraced(names) if names else readouts.show_values(())
        else:
            readouts.show_values(readings_at(track, self._exported(track, RowSpan(row, row + 1)), row))
        readouts.show_owner(*(self._owner(track, row, col) if track is not None else ("",)))
        if self.view.curves is not None:
            self.view.curves.show_cursor(row)

    @QtSlot(int)
    def show_row(self, row: int) -> None:
        """Read the curves of the track in hand at a row that is pointed at beside the scan."""
        track = self.track
        if track is not None and row in track.geometry.rows:
            self.view.readouts.show_values(readings_at(track, self._exported(track, RowSpan(row, row + 1)), row))
            if self.view.curves is not None:
                self.view.curves.show_cursor(row)

    def _is_tracing(self, track: TrackSpec) -> bool:
        """Return True where a model has read rows of a track and no curve of it is there yet."""
        session = self.bridge.session
        return session.trace(track.id) is None and bool(session.prediction_digest(track.id))

    def _exported(self, track: TrackSpec, rows: RowSpan) -> Trace | None:
        """Some rows of a trace as an export would write them."""
        session = self.bridge.session
        trace = session.trace(track.id)
        if trace is None:
            return None
        if track.id not in self._gaps:
            self._gaps[track.id] = longest_gaps(session.description, track, trace)
        return exported_part(trace, rows, self._gaps[track.id])

    def _track_at(self, scan_id: str, row: int, col: int) -> TrackSpec | None:
        at = np.array([float(row)])
        for track in self.bridge.session.description.tracks:
            shape = track.geometry
            if track.scan == scan_id and row in shape.rows and shape.left_at(at)[0] <= col <= shape.right_at(at)[0]:
                return track
        return None

    def _owner(self, track: TrackSpec, row: int, col: int) -> tuple[str, str]:
        """Return who owns a pixel, in words and in fewer words."""
        labels = self.bridge.session.label_map(track.id)
        span, cols = RowSpan(row, row + 1), (col, col + 1)
        owner = int(labels.classes(span, cols)[0, 0])
        who = (self.tr("background"), self.tr("curve 1"), self.tr("curve 2"))[owner]
        if int(labels.origin(span, cols)[0, 0]) == Origin.PERSON:
            return self.tr("{0}, said by a person").format(who), self.tr("{0}, person").format(who)
        if not self.bridge.session.is_segmented(track.id, span):
            return self.tr("not predicted yet"), self.tr("not predicted yet")
        return self.tr("{0}, by the model").format(who), self.tr("{0}, model").format(who)

    @QtSlot()
    def _on_changes_followed(self) -> None:
        self._show_acceptance()
        if self.view.curves is not None:
            self.view.curves.show_accepted(self.changes.accepted_lines(self._rows_of_lines()))

    def _show_acceptance(self) -> None:
        track, session = self.track, self.bridge.session
        scan_id = self.view.canvas.scan_id
        predicted = self._predicted.get(track.id, ()) if track is not None else ()
        accepted = track.accepted if track is not None else ()
        depths = depth_map(session.description, scan_id)
        states = replace(self.review.states(), predicted=predicted, changed=self.changes.changed)
        unit = session.description.depth.unit
        self.view.ruler.show_state(RulerState(depths, unit, states, self.changes.signed))
        if track is not None:
            rows = track.geometry.rows.rows
            self.view.review.show_acceptance(_rows(accepted) / max(1, rows), rows)

    @property
    def predicted_share(self) -> float:
        """Share of all tracks' rows that the model has read, 0..1."""
        tracks = self.bridge.session.description.tracks
        total = sum(t.geometry.rows.rows for t in tracks)
        return sum(_rows(self._predicted.get(t.id, ())) for t in tracks) / max(1, total)

    def _progress(self) -> Progress:
        session, track = self.bridge.session, self.track
        tracks = session.description.tracks
        total = max(1, sum(t.geometry.rows.rows for t in tracks))
        height = max(1, sum(s.height for s in session.scans.values()))
        ready = sum(min(s.height, getattr(s, "ready_rows", s.height)) for s in session.scans.values())
        return Progress(
            read_share=ready / height,
            predicted_share=self.predicted_share,
            crossings_left=self.review.left,
            crossings_flagged=self.review.flagged,
            accepted_share=sum(_rows(t.accepted) for t in tracks) / total if tracks else 0.0,
            is_read_only=session.is_read_only,
            is_predicting=self.bridge.is_predicting,
            is_tracing=track is not None and self._is_tracing(track),
            may_write=self._may_write,
            is_shut=session.is_read_only and session.is_shut,
            is_refused=session.trouble is not None,
            borders_are_straight=track is not None and _is_as_placed(track),
            changed_rows=_rows(self.changes.changed),
            is_track_accepted=track is not None and _rows(track.accepted) >= track.geometry.rows.rows,
        )

    def _scan_facts(self) -> tuple[ScanFacts, ...]:
        session = self.bridge.session
        facts = []
        for spec in session.description.scans:
            scan = session.scans[spec.id]
            facts.append(
                ScanFacts(
                    id=spec.id,
                    path=Path(scan.path),
                    page=spec.page,
                    width=scan.width,
                    height=scan.height,
                    ready_rows=getattr(scan, "ready_rows", scan.height),
                    dpi=getattr(scan, "dpi", None),
                    has_colour=getattr(scan, "has_colour", False),
                    is_bilevel=getattr(scan, "is_bilevel", False),
                    file_bytes=_size(Path(scan.path)),
                )
            )
        return tuple(facts)

    def _show_minimap(self) -> None:
        scan = self.bridge.session.scans.get(self.view.canvas.scan_id)
        if scan is None or not self.view.minimap.isVisible():
            return
        ready = min(scan.height, getattr(scan, "ready_rows", scan.height))
        if (scan.path, ready) == self._mapped:
            return
        self._mapped = (scan.path, ready)
        self.bridge.run(overview_job(scan), self._on_overview_done)

    @QtSlot(object)
    def _on_overview_done(self, overview: Overview) -> None:
        self.view.minimap.show_picture(overview.picture, overview.rows)


def _is_as_placed(track: TrackSpec) -> bool:
    """Return True for a tall track whose borders are straight lines between the clicks that placed it."""
    return track.geometry.rows.rows >= _TALL_ROWS and len(track.left) <= 2 and len(track.right) <= 2


def _timer(parent: QObject, ms: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(slot)
    return timer


def _rows(spans: tuple[RowSpan, ...]) -> int:
    return sum(span.rows for span in joined(spans))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
