"""From a well's description to everything that leaves: scan to LAS with no window.

Separate because it is the whole road in one place, for the command line, the demo and the archive.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from veerdesk.calibration.checks import Missing, ready_tracks
from veerdesk.calibration.description import WellDescription
from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.imaging.scan import Scan, open_scan
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.labels.label_map import LabelMap
from veerdesk.las.header import Provenance, Rewritten
from veerdesk.las.reader import read_las
from veerdesk.las.writer import require_version, write_las
from veerdesk.proof.plotback import write_plotback
from veerdesk.segmentation.evidence import EvidencePlanes
from veerdesk.segmentation.predictor import Predictor
from veerdesk.session.file_names import file_stem, file_stems
from veerdesk.session.overlap import claimed_twice, settle_overlaps
from veerdesk.session.reading import TrackReading, TrackWork, decode_track, segment_track
from veerdesk.session.report import PROGRAM, peak_memory_mb, track_report, write_report
from veerdesk.session.staging import REPORT, Staging, staging
from veerdesk.session.tables import write_labels, write_trace
from veerdesk.session.well_curves import TrackTrace, WellCurves, track_frame, well_curves
from veerdesk.well.job_checks import check_track_on_scan

#: Shares of the whole at which each stage ends.
_OPENED, _SEGMENTED, _DECODED = 0.1, 0.75, 0.85


@dataclass(frozen=True, slots=True)
class StoredTrack:
    """What a well file keeps of one track: a person's word, and the model's answer where it is still of use."""

    labels: LabelMap
    evidence: EvidencePlanes
    is_segmented: bool


@dataclass(frozen=True, slots=True)
class DigitiseResult:
    """What a run has left.

    ``files`` are the names in ``out``, ``report`` what report.json says, ``refused`` the sentences of what was kept
    out (exit 1 where there is one).
    """

    out: Path
    files: tuple[str, ...]
    report: Mapping[str, Any]
    refused: tuple[str, ...]


@dataclass(slots=True)
class _Run:
    """One run while it lasts; owns its open scans."""

    description: WellDescription
    scans: dict[str, Scan]
    work: list[TrackWork]
    seconds: dict[str, float] = field(default_factory=dict)


def digitise(
    description: WellDescription,
    base_folder: Path,
    *,
    predictor: Callable[[], Predictor],
    out: Path,
    cancel: Cancel,
    progress: Progress,
    stored: Mapping[int, StoredTrack] | None = None,
    where: str = "The job",
) -> DigitiseResult:
    """Read every track that is ready and leave the files of CONTRACT (What `digitise` leaves in DIR).

    Parameters
    ----------
    base_folder
        Folder that the scans' paths are relative to.
    predictor
        Gives the model; asked once, and only where a track has no answer of a model yet.
    out
        Folder for the results; nothing in it is touched before all of them are complete.
    stored
        What a well file keeps of its tracks, by track id. The planes are changed: give snapshots.
    where
        What the description was read from, for the sentences of errors.

    Raises
    ------
    UnusableInputError
        A scan or the description cannot be used, or the folder cannot be written; nothing was written then.
    InterruptedWorkError
        It was cancelled; nothing was written.
    UsageError
        The LAS version is not built yet.
    """
    require_version(description.las.version)
    ready_tracks(description)
    with staging(out) as stage, ExitStack() as held:
        begin = time.monotonic()
        run = _opened(description, base_folder, held, progress, where)
        _take_stored(run, stored or {})
        run.seconds["open"] = time.monotonic() - begin
        model = _segmented(run, predictor, cancel, progress)
        readings = _decoded(run, cancel, progress)
        settle_overlaps([w.pixels for w in run.work])
        result = _written(run, readings, model, stage, cancel, progress, begin)
        progress(1.0)
        return result


def _opened(description: WellDescription, base_folder: Path, held: ExitStack, progress: Progress, where: str) -> _Run:
    used = [s for s in description.scans if any(t.scan == s.id for t in description.tracks)]
    scans: dict[str, Scan] = {}
    for k, spec in enumerate(used):

        def opening(share: float, done: int = k) -> None:
            progress(_OPENED * (done + share) / len(used))

        scans[spec.id] = held.enter_context(open_scan(base_folder / spec.file, page=spec.page, progress=opening))
    run = _Run(description, scans, [])
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


def _take_stored(run: _Run, stored: Mapping[int, StoredTrack]) -> None:
    for work in run.work:
        kept = stored.get(work.track.id)
        if kept is not None:
            work.labels, work.evidence, work.is_segmented = kept.labels, kept.evidence, kept.is_segmented


def _segmented(run: _Run, predictor: Callable[[], Predictor], cancel: Cancel, progress: Progress) -> dict[str, str]:
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


def _decoded(run: _Run, cancel: Cancel, progress: Progress) -> dict[int, TrackReading]:
    begin = time.monotonic()
    pixels = [w.pixels for w in run.work]
    readings: dict[int, TrackReading] = {}
    for k, work in enumerate(run.work):

        def moving(share: float, done: int = k) -> None:
            progress(_SEGMENTED + (_DECODED - _SEGMENTED) * (done + share) / len(run.work))

        if cancel.is_cancelled():
            raise InterruptedWorkError(f"Track {work.track.name} was not traced.", "Start again.")
        readings[work.track.id] = decode_track(work, pixels, cancel, moving)
    run.seconds["trace"] = time.monotonic() - begin
    return readings


def _written(
    run: _Run,
    readings: Mapping[int, TrackReading],
    model: Mapping[str, str],
    stage: Staging,
    cancel: Cancel,
    progress: Progress,
    begin: float,
) -> DigitiseResult:
    description = run.description
    began_writing = time.monotonic()
    curves = well_curves(description, [TrackTrace(w.track, readings[w.track.id].trace, w.stroke_px) for w in run.work])
    las_name = f"{file_stem(description.name)}.las"
    rewritten = write_las(stage.path(las_name), curves.table, description, _provenance(run, model, curves))
    stems = file_stems(w.track.name for w in run.work)
    for k, (work, stem) in enumerate(zip(run.work, stems, strict=True)):
        if cancel.is_cancelled():
            raise InterruptedWorkError("The results were not written to their end.", "Start again.")
        _write_track(run, work, stage, stem, curves, las_name)
        progress(_DECODED + (1 - _DECODED) * (k + 1) / (len(run.work) + 1))
    run.seconds["write"] = time.monotonic() - began_writing
    run.seconds["total"] = time.monotonic() - begin
    report = _report(run, readings, model, curves, rewritten)
    report["files"] = [*stage.names, REPORT]
    write_report(stage.path(REPORT), report)
    files = stage.names
    stage.put_in_place()
    return DigitiseResult(stage.out, files, report, tuple(report["refused"]))


def _write_track(run: _Run, work: TrackWork, stage: Staging, stem: str, curves: WellCurves, las_name: str) -> None:
    scan, track = work.scan, work.track
    write_labels(stage.path(f"{stem}.labels.png"), track, work.labels, width=scan.width, height=scan.height)
    write_trace(stage.path(f"{stem}.trace.csv"), curves.traces[track.id])
    write_plotback(
        stage.path(f"{stem}.plotback.png"),
        read_las(stage.path(las_name)),
        track=track,
        frame=track_frame(run.description, track, work.stroke_px),
        read=scan.read,
        scan_width=scan.width,
    )


def _provenance(run: _Run, model: Mapping[str, str], curves: WellCurves) -> Provenance:
    files = {s.id: s.file for s in run.description.scans}
    return Provenance(
        PROGRAM,
        tuple((Path(files[key]).name, scan.digest) for key, scan in run.scans.items()),
        (model.get("name", "stored in the well"), model["digest"]) if model.get("digest") else None,
        curves.notes(run.description),
    )


def _report(
    run: _Run,
    readings: Mapping[int, TrackReading],
    model: Mapping[str, str],
    curves: WellCurves,
    rewritten: Sequence[Rewritten],
) -> dict[str, Any]:
    twice = claimed_twice([w.pixels for w in run.work])
    refused = [_refusal(m) for m in curves.refused]
    if twice:
        refused.append(
            f"{twice} pixels are claimed by two tracks. Let one of the tracks give them up: erase them there."
        )
    grid, unit = curves.table.grid, curves.unit
    return {
        "program": PROGRAM,
        "well": run.description.name,
        "model": dict(model),
        "scans": [
            {"id": key, "file": scan.path.name, "digest": scan.digest, "width": scan.width, "height": scan.height}
            for key, scan in run.scans.items()
        ],
        "depth": {"unit": unit, "top": grid.text(grid.first), "base": grid.text(grid.last), "step": str(grid.step)},
        "tracks": [track_report(w, readings[w.track.id], curves) for w in run.work],
        "splices": [s.sentence(unit) for s in curves.splices],
        "claimed_twice": twice,
        "refused": refused,
        "rewritten": [r.sentence() for r in rewritten],
        "seconds": {key: round(value, 2) for key, value in run.seconds.items()},
        "peak_memory_mb": peak_memory_mb(),
    }


def _refusal(missing: Missing) -> str:
    return f"{missing.message} {missing.remedy}"
