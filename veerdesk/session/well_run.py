"""Every ready track of a well read: scans opened, strokes measured, segmented, traced.

Separate because digitise, export and demo read a well the same way and differ in what they leave.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from veerdesk.calibration.checks import ready_tracks
from veerdesk.calibration.description import WellDescription
from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.imaging.scan import Scan, open_scan
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.labels.label_map import LabelMap
from veerdesk.segmentation.evidence import EvidencePlanes
from veerdesk.segmentation.predictor import Predictor
from veerdesk.session.accepted_line import AcceptedLine
from veerdesk.session.reading import TrackReading, TrackWork, decode_track, segment_track
from veerdesk.session.well_curves import TrackTrace
from veerdesk.well.job_checks import check_track_on_scan

#: Shares of the whole at which each stage ends.
_OPENED, _SEGMENTED = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class StoredTrack:
    """What a well file keeps of one track: a person's word, the model's answer where it is still of use, what was learned.

    ``accepted`` are the curves as a person accepted them, where somebody accepted or signed rows.
    """

    labels: LabelMap
    evidence: EvidencePlanes
    is_segmented: bool
    delta: bytes | None = None
    accepted: AcceptedLine | None = None


@dataclass(frozen=True, slots=True)
class WellSource:
    """A well as it was read from disk.

    ``folder`` is what the scans' paths are relative to, ``where`` what errors name, ``tracks`` what a well file keeps,
    by track id (nothing for a job file). The planes are changed by a run.
    """

    description: WellDescription
    folder: Path
    where: str
    tracks: Mapping[int, StoredTrack] = field(default_factory=dict)


@dataclass(slots=True)
class WellRun:
    """A well while it is read; its open scans belong to the caller's stack."""

    description: WellDescription
    scans: dict[str, Scan]
    work: list[TrackWork]
    model: dict[str, str] = field(default_factory=dict)
    readings: dict[int, TrackReading] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    accepted: dict[int, AcceptedLine] = field(default_factory=dict)

    def traces(self) -> list[TrackTrace]:
        """Return the trace of every track that was read."""
        return [TrackTrace(w.track, self.readings[w.track.id].trace, w.stroke_px) for w in self.work]


def read_tracks(
    well: WellSource,
    held: ExitStack,
    *,
    predictor: Callable[[], Predictor],
    cancel: Cancel,
    progress: Progress,
) -> WellRun:
    """Return every ready track of a well, read.

    Parameters
    ----------
    held
        Closes the scans when the caller is done.
    predictor
        Gives the model; asked once, and only where a track has no answer of a model yet.

    Raises
    ------
    UnusableInputError
        A scan or the description cannot be used.
    InterruptedWorkError
        It was cancelled.
    """
    begin = time.monotonic()
    run = _opened(well.description, well.folder, held, progress, well.where)
    _take_stored(run, well.tracks)
    run.seconds["open"] = time.monotonic() - begin
    run.model = _segmented(run, predictor, cancel, progress)
    run.readings = _decoded(run, cancel, progress)
    return run


def _opened(
    description: WellDescription, base_folder: Path, held: ExitStack, progress: Progress, where: str
) -> WellRun:
    used = [s for s in description.scans if any(t.scan == s.id for t in description.tracks)]
    scans: dict[str, Scan] = {}
    for k, spec in enumerate(used):

        def opening(share: float, done: int = k) -> None:
            progress(_OPENED * (done + share) / len(used))

        scans[spec.id] = held.enter_context(open_scan(base_folder / spec.file, page=spec.page, progress=opening))
    run = WellRun(description, scans, [])
    tracks = ready_tracks(description)
    for track in tracks:
        scan = scans[track.scan]
        check_track_on_scan(track, width=scan.width, height=scan.height, where=where)
    for track in tracks:
        scan = scans[track.scan]
        stroke = track.stroke_px or measure_stroke_px(scan.read, track.geometry)
        origin = track.origin_col
        run.work.append(TrackWork(track, scan, stroke, LabelMap(origin), EvidencePlanes(origin)))
    return run


def _take_stored(run: WellRun, stored: Mapping[int, StoredTrack]) -> None:
    for work in run.work:
        kept = stored.get(work.track.id)
        if kept is not None:
            work.labels, work.evidence, work.is_segmented = kept.labels, kept.evidence, kept.is_segmented
            work.delta = kept.delta
            if kept.accepted is not None:
                run.accepted[work.track.id] = kept.accepted


def _segmented(run: WellRun, predictor: Callable[[], Predictor], cancel: Cancel, progress: Progress) -> dict[str, str]:
    begin = time.monotonic()
    todo = [w for w in run.work if not w.is_segmented]
    model = {"digest": ", ".join(sorted({w.evidence.digest for w in run.work if w.is_segmented}))}
    if todo:
        chosen = predictor()
        model = {"name": chosen.name, "digest": chosen.digest, "device": chosen.device}
    whole = sum(w.track.geometry.rows.rows for w in todo)
    done = 0
    for work in todo:
        rows = work.track.geometry.rows.rows

        def moving(share: float, before: int = done, here: int = rows) -> None:
            progress(_OPENED + (_SEGMENTED - _OPENED) * (before + share * here) / whole)

        segment_track(work, chosen, cancel, moving)
        done += rows
    run.seconds["segment"] = time.monotonic() - begin
    return model


def _decoded(run: WellRun, cancel: Cancel, progress: Progress) -> dict[int, TrackReading]:
    begin = time.monotonic()
    pixels = [w.pixels for w in run.work]
    readings: dict[int, TrackReading] = {}
    for k, work in enumerate(run.work):

        def moving(share: float, done: int = k) -> None:
            progress(_SEGMENTED + (1 - _SEGMENTED) * (done + share) / len(run.work))

        if cancel.is_cancelled():
            raise InterruptedWorkError(f"Track {work.track.name} was not traced.", "Start again.")
        readings[work.track.id] = decode_track(work, pixels, cancel, moving)
    run.seconds["trace"] = time.monotonic() - begin
    return readings
