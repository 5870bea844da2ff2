"""SessionBridge: the one object of the window that calls a Session operation, and reads the log behind it.

Separate because the session belongs to the window's thread and to one caller: tools, panels and dialogs state an
intent here and hear a Change; the jobs that read the log behind the person's back are started and taken here too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from veerdesk.calibration.description import WellDescription
from veerdesk.desktop.job_runner import JobRunner, Lane
from veerdesk.desktop.live_prediction import LivePrediction, TileTask
from veerdesk.desktop.telling import Telling
from veerdesk.errors import InterruptedWorkError, VeerdeskError
from veerdesk.labels.edits import PaintEdit, Rule, exchange_rows, paint
from veerdesk.labels.shapes import Region, clipped
from veerdesk.rows import RowSpan
from veerdesk.segmentation.predictor import Predictor
from veerdesk.segmentation.segment import BandEvidence
from veerdesk.session.change import Change, ChangeKind
from veerdesk.session.exchanging import exchange_at
from veerdesk.session.ink_lock import lock, paintable
from veerdesk.session.jobs import CancelToken, Job
from veerdesk.session.open_tracks import RetraceResult
from veerdesk.session.opening import export_job
from veerdesk.session.prediction import stroke_job
from veerdesk.session.session import Session
from veerdesk.session.view_state import ViewState

T = TypeVar("T")

# Long enough for a hand that paints on, short enough to look live.
_RETRACE_AFTER_MS = 150
_TO_READ = ChangeKind.MODEL | ChangeKind.DESCRIPTION  # what may leave tiles for the model
# A reading window asks this often whether the writing one has committed anything: 0.01 ms where it has not.
_CATCH_UP_EVERY_MS = 400
# What a person waits for who closes a well while the disk is slow.
_RETRY_S = 5.0


class SessionBridge(Telling):
    """Owns one session for as long as its well is open in the window.

    Signals
    -------
    saved(seconds since 1970), segmentation_progress(track id, share), and those of `Telling`; unchanged(tool, track id,
    region with class and rule) after a gesture that had nothing to paint;
    job_started(name), job_progress(name, share), job_finished(name), model_ready(name, device).
    """

    saved = Signal(float)
    unchanged = Signal(str, int, object)
    segmentation_progress = Signal(int, float)
    job_started = Signal(str)
    job_progress = Signal(str, float)
    job_finished = Signal(str)
    model_ready = Signal(str, str)
    _written = Signal()

    def __init__(
        self, session: Session, predictor: Callable[[], Predictor] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(session, parent)
        self._factory = predictor
        self._runner = JobRunner(self)
        self._live: LivePrediction | None = None
        self._tile: tuple[TileTask, CancelToken] | None = None
        self._is_loading = self._is_paused = self._is_started = self.is_learning = self._is_refused = False
        self._measuring: set[int] = set()
        self._retracing: dict[int, CancelToken] = {}
        self._visible = ("", RowSpan(0, 0))
        self._ready: dict[str, int] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_RETRACE_AFTER_MS)
        self._soon.timeout.connect(self._on_soon_timeout)
        self._catching_up = QTimer(self)
        self._catching_up.setInterval(_CATCH_UP_EVERY_MS)
        self._catching_up.timeout.connect(self._on_catching_up_timeout)
        self._runner.started.connect(self.job_started)
        self._runner.progressed.connect(self.job_progress)
        self._runner.finished.connect(self.job_finished)
        self._written.connect(self._on_store_written, Qt.ConnectionType.QueuedConnection)
        session.when_saved(self._written.emit)

    @property
    def model_name(self) -> str:
        """Name of the model in use; empty until it is loaded."""
        return self._live.predictor.name if self._live else ""

    @property
    def is_predicting(self) -> bool:
        """True while the model reads, learns, or is being loaded."""
        return self._tile is not None or self._is_loading or self.is_learning

    @property
    def can_edit(self) -> bool:
        """True where this window writes the well."""
        return not self.session.is_read_only

    def read_scans(self) -> None:
        """Begin to decode the scans that are not in the cache; their first rows come while the page is laid out."""
        told = self._on_ingest_progress
        for job in self.session.ingests():
            self._runner.start(
                job, lane=Lane.FILES, done=self._on_ingest_done, failed=self._on_job_failed, progress=told
            )

    def start(self) -> None:
        """Begin what runs behind: load the model, read the tracks. Call once the scan's first rows are drawn."""
        if self._is_closed:  # the first rows may be drawn when the well is on its way out
            return
        self._is_started = True
        self.read_scans()
        if not self.can_edit:
            self._catching_up.start()
        if self._factory is not None and self._live is None and not self._is_loading:
            factory, self._is_loading = self._factory, True
            load: Job[Predictor] = Job(self.tr("Load the model"), lambda cancel, progress: factory())
            self._runner.start(load, lane=Lane.MODEL, done=self._on_model_loaded, failed=self._on_model_failed)
        self._pump()
        self._soon.start()

    def run(
        self, job: Job[T], done: Callable[[T], None], failed: Callable[[VeerdeskError], None] | None = None
    ) -> CancelToken:
        """Run a job of a dialog, such as an export, beside everything else."""
        return self._runner.start(job, lane=Lane.FILES, done=done, failed=failed or self._on_job_failed)

    def describe(
        self, after: WellDescription, label: str, edit: PaintEdit | None = None, *, done: str = ""
    ) -> Change | None:
        """Replace the description, with paint that is one gesture with it; None where it was refused.

        ``done`` is what the person is told of it; without, the label says it.
        """
        change = self._announced(lambda: self.session.describe(after, label, edit))
        if change is not None:
            self.note_done(done or self.tr("Done: {0} (Ctrl+Z takes it back)").format(label))
        return change

    def paint(self, track_id: int, region: Region, cls: int, rule: Rule, label: str, tool: str = "") -> Change | None:
        """Say who owns the pixels of a region of one track, as one gesture of a tool; None where nothing changes."""
        track = self.session.description.track(track_id)
        region = clipped(region, track.geometry)
        if region.mask.size == 0:
            return None
        ink = lock(self.session, track_id, region, cls) if rule is Rule.INK_ONLY else None
        edit = paint(self.session.label_map(track_id), track_id, region, cls, rule, ink, label)
        if edit is None:
            self.unchanged.emit(tool, track_id, (region, cls, rule))
            return None
        return self.apply(edit, cls, rule, tool)

    def paintable(self, track_id: int, region: Region, cls: int) -> NDArray[np.bool_]:
        """Return where the ink lock lets a class be painted in a region's box, ``(h, w)`` bool."""
        return paintable(self.session, track_id, region, cls)

    def exchange(self, track_id: int, rows: RowSpan, label: str) -> Change | None:
        """Make curve 1 curve 2 and the reverse in some rows, as one gesture; paint and curves change in one frame."""
        track = self.session.description.track(track_id)
        rows, cols = rows.clipped(track.geometry.rows), track.geometry.box(self.session.scans[track.scan].width)
        edit = exchange_rows(self.session.label_map(track_id), track_id, rows, cols, label)
        return self._announced(lambda: self.session.apply(edit)) if edit is not None else None

    def exchange_at(self, track_id: int, row: int, rows: RowSpan, label: str, *, done: str = "") -> Change | None:
        """Exchange the curves beside the crossing at a row, which decides it: one gesture. None where nothing changes."""
        exchanged = exchange_at(self.session, track_id, row, rows, label)
        return self.describe(exchanged.after, label, exchanged.edit, done=done) if exchanged else None

    def keep_view(self, view: ViewState) -> None:
        """Remember how the well is looked at."""
        self.session.keep_view(view)

    def show_rows(self, scan_id: str, rows: RowSpan) -> None:
        """Say what is on screen: the model reads that first."""
        self._visible = (scan_id, rows)

    def predict(self, track_id: int) -> None:
        """Go on reading after a stop; a track that is read to its end is read again."""
        self._is_paused = False
        if self._live is not None:
            share = dict(self._live.shares()).get(track_id, 0.0)
            if share >= 1.0:
                self._live.predict_again(track_id)
        self._pump()

    def cancel(self) -> None:
        """Stop reading; what is read stays, and `predict` goes on from there."""
        self._is_paused = True
        if self._tile is not None:
            self._tile[1].cancel()

    def is_all_saved(self) -> bool:
        """Try to write what waits, and return True where nothing waits any more."""
        if self.session.trouble is not None:
            return self.session.retry_saving(_RETRY_S)
        return self.session.wait_saved(_RETRY_S)

    def save_as(self, path: Path) -> None:
        """Write a copy of the well. Raises UnusableInputError where that fails."""
        self.session.save_as(path)

    def export_job(self, path: Path) -> None:
        """Write the description as a job file. Raises UnusableInputError where that fails."""
        export_job(path, self.session.description, {i: s.path for i, s in self.session.scans.items()})

    def close(self) -> None:
        """Stop every job and close the session. Raises UnusableInputError where the rest cannot be written."""
        if self._is_closed:
            return
        self._is_closed = True
        self._soon.stop()
        self._settling.stop()
        self._saying.stop()
        self._catching_up.stop()
        self.session.when_saved(None)
        self._runner.close()
        self.session.close()

    @Slot()
    def _on_catching_up_timeout(self) -> None:
        try:
            with self.session.tracing_later():
                change = self.session.catch_up()
        except VeerdeskError as trouble:
            self._catching_up.stop()
            self.failed.emit(trouble.message, trouble.remedy)
            return
        if change is not None:
            self._tell(change)
            self._settling.start()

    def _follow(self, kinds: ChangeKind) -> None:
        if kinds.touches(_TO_READ):
            self._pump()
        if self._is_started and not self._soon.isActive():
            self._soon.start()

    # -- reading the log behind the person's back ------------------------------------------------------------------

    def _pump(self) -> None:
        """Start the next tile where the model is free, and measure strokes that nobody measured yet."""
        if self._is_closed or not self._is_started:
            return
        for track in self.session.description.tracks:
            if track.stroke_px is None and self.session.scans[track.scan].is_complete:
                self._measure(track.id)
        if self._live is None or self._tile is not None or self._is_paused or not self.can_edit:
            return
        if self.session.trouble is not None:  # nothing more piles up in memory while the disk refuses
            self._is_refused = True
            return
        self._live.refresh()
        task = self._live.next_tile(*self._visible)
        if task is not None:
            token = self._runner.start(task.job, lane=Lane.MODEL, done=self._on_tile_done, failed=self._on_tile_failed)
            self._tile = (task, token)

    def _measure(self, track_id: int) -> None:
        if track_id in self._measuring or not self.can_edit:
            return
        self._measuring.add(track_id)
        geometry = self.session.description.track(track_id).geometry

        def done(stroke_px: float) -> None:
            self._measuring.discard(track_id)
            now = next((t for t in self.session.description.tracks if t.id == track_id), None)
            if now is not None and now.geometry == geometry:
                self._tell(self.session.note_stroke(track_id, stroke_px))
            self._pump()

        self._runner.start(stroke_job(self.session, track_id), lane=Lane.FILES, done=done, failed=self._on_job_failed)

    def _on_tile_done(self, band: BandEvidence) -> None:
        tile, self._tile = self._tile, None
        if tile is None or self._live is None:
            return
        task = tile[0]
        with self.session.tracing_later():  # a band is thousands of rows: a job traces them
            self._announced(lambda: self.session.take_band(task.key.track_id, band, task.key))
        for track_id, share in self._live.shares():
            if track_id == task.key.track_id:
                self.segmentation_progress.emit(track_id, share)
        self._pump()

    def _on_tile_failed(self, trouble: VeerdeskError) -> None:
        tile, self._tile = self._tile, None
        if tile is not None and self._live is not None:
            self._live.put_back(tile[0])
        if not isinstance(trouble, InterruptedWorkError):
            self._is_paused = True
            self._on_job_failed(trouble)

    def _on_model_loaded(self, predictor: Predictor) -> None:
        self._is_loading = False
        self._live = LivePrediction(self.session, predictor)
        self.model_ready.emit(predictor.name, predictor.device)
        self._pump()

    def _on_model_failed(self, trouble: VeerdeskError) -> None:
        self._is_loading = False
        self._on_job_failed(trouble)

    def _on_ingest_progress(self, share: float) -> None:
        for scan_id, scan in self.session.scans.items():
            ready = min(scan.height, int(getattr(scan, "ready_rows", scan.height)))
            known = self._ready.get(scan_id, 0)
            if ready > known:
                self._ready[scan_id] = ready
                self._emit(Change(ChangeKind.SCAN, RowSpan(known, ready)))

    def _on_ingest_done(self, scan_id: str) -> None:
        self.session.note_digest(scan_id)
        self._ready[scan_id] = self.session.scans[scan_id].height
        self._emit(Change(ChangeKind.SCAN))
        self._pump()

    @Slot()
    def _on_soon_timeout(self) -> None:
        """Decode what is stale and not being decoded."""
        if self._settling.isActive():  # the last stroke's few rows need no job and no copy of the planes
            self._soon.start()
            return
        for track in self.session.description.tracks:
            if track.id in self._retracing or not self.session.stale(track.id):
                continue
            if track.stroke_px is None or not self._has_pixels(track.id):
                continue
            self._retrace(track.id)

    def _has_pixels(self, track_id: int) -> bool:
        """Return True where a model has read the track or a person has said something about it."""
        said = self.session.label_map(track_id).person.row_spans()
        return bool(said) or bool(self.session.prediction_digest(track_id))

    def _retrace(self, track_id: int) -> None:
        def done(result: RetraceResult) -> None:
            self._retracing.pop(track_id, None)
            self._tell(self.session.take_trace(result))
            if self.session.stale(track_id) and not self._is_closed and not self._soon.isActive():
                self._soon.start()  # went stale meanwhile, and then there was a trace under way

        def failed(trouble: VeerdeskError) -> None:
            self._retracing.pop(track_id, None)
            self.session.give_up_retrace(track_id)
            self._on_job_failed(trouble)

        job: Job[Any] = self.session.retrace(track_id)
        self._retracing[track_id] = self._runner.start(job, lane=Lane.FILES, done=done, failed=failed)

    def _on_job_failed(self, trouble: VeerdeskError) -> None:
        if not isinstance(trouble, InterruptedWorkError) and not self._is_closed:
            self.failed.emit(trouble.message, trouble.remedy)

    @Slot()
    def _on_store_written(self) -> None:
        at, trouble = self.session.saved_at(), self.session.trouble
        was_refused, self._is_refused = self._is_refused, trouble is not None
        if trouble is not None:  # what was saved before is no news while the disk refuses
            self._on_job_failed(trouble)
            return
        if at is not None:
            self.saved.emit(at)
        if was_refused:  # the model waited for the disk
            self._pump()
