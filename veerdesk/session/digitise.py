"""From a well's description to everything that leaves: scan to LAS with no window.

Separate because it is the whole road in one place, for the command line, the demo and the archive.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from veerdesk.calibration.checks import ready_tracks
from veerdesk.calibration.description import Slot
from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.imaging.scan import file_digest
from veerdesk.las.header import Provenance, Rewritten
from veerdesk.las.reader import LasFile, read_las
from veerdesk.las.writer import require_version, write_las
from veerdesk.proof.plotback import write_plotback
from veerdesk.segmentation.predictor import Predictor
from veerdesk.session.accepted_depths import AcceptedDepths, accepted_depths
from veerdesk.session.export import provenance, refusal
from veerdesk.session.file_names import file_stem, file_stems
from veerdesk.session.overlap import claimed_twice
from veerdesk.session.reading import TrackWork
from veerdesk.session.report import PROGRAM, peak_memory_mb, track_report, write_report
from veerdesk.session.signatures import Signature, signatures
from veerdesk.session.staging import REPORT, Staging, earlier_report, refuse_another_well, staging
from veerdesk.session.tables import write_labels, write_trace
from veerdesk.session.well_curves import WellCurves, track_frame, well_curves
from veerdesk.session.well_run import WellRun, WellSource, read_tracks

#: Share of the whole at which everything is read and writing begins.
_READ = 0.85


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


def digitise(
    well: WellSource,
    *,
    predictor: Callable[[], Predictor],
    out: Path,
    cancel: Cancel,
    progress: Progress,
) -> DigitiseResult:
    """Read every track that is ready and leave the files of CONTRACT (What `digitise` leaves in DIR).

    Parameters
    ----------
    well
        A job file or a well file as it was read (`stored_well.read_well`).
    predictor
        Gives the model; asked once, and only where a track has no answer of a model yet.
    out
        Folder for the results; nothing in it is touched before all of them are complete.

    Raises
    ------
    UnusableInputError
        A scan or the description cannot be used, or the folder cannot be written or holds another well's results;
        nothing was written then.
    InterruptedWorkError
        It was cancelled; nothing was written.
    UsageError
        The LAS version is not built yet.
    """
    require_version(well.description.las.version)
    ready_tracks(well.description)
    _refuse_another_well(well, out)
    begin = time.monotonic()
    with staging(out) as stage, ExitStack() as held:
        run = read_tracks(
            well, held, predictor=predictor, cancel=cancel, progress=lambda share: progress(_READ * share)
        )
        result = _written(run, stage, cancel, progress, begin)
        progress(1.0)
        return result


def _refuse_another_well(well: WellSource, out: Path) -> None:
    """Ask before minutes of reading what `Staging.put_in_place` asks again after them."""
    if not earlier_report(out):
        return
    try:
        scans = {(file_digest(well.folder / s.file), s.page) for s in well.description.scans}
    except UnusableInputError:  # the run itself says more of a scan that cannot be read
        return
    refuse_another_well(out, scans)


def _written(
    run: WellRun,
    stage: Staging,
    cancel: Cancel,
    progress: Progress,
    begin: float,
) -> DigitiseResult:
    description = run.description
    began_writing = time.monotonic()
    curves = well_curves(description, run.traces())
    signed = signatures(description, run.traces(), run.accepted)
    accepted = accepted_depths(description, run.traces(), run.accepted)
    las_name = f"{file_stem(description.name)}.las"
    rewritten = write_las(stage.path(las_name), curves.table, description, _provenance(run, curves, signed, accepted))
    las = read_las(stage.path(las_name))
    on_ink: dict[int, dict[Slot, float | None]] = {}
    stems = file_stems(w.track.name for w in run.work)
    for k, (work, stem) in enumerate(zip(run.work, stems, strict=True)):
        if cancel.is_cancelled():
            raise InterruptedWorkError("The results were not written to their end.", "Start again.")
        on_ink[work.track.id] = _write_track(run, work, stage, stem, curves, las)
        progress(_READ + (1 - _READ) * (k + 1) / (len(run.work) + 1))
    run.seconds["write"] = time.monotonic() - began_writing
    run.seconds["total"] = time.monotonic() - begin
    report = _report(run, curves, rewritten, signed, accepted)
    for about, work in zip(report["tracks"], run.work, strict=True):
        for curve in about["curves"]:
            share = on_ink[work.track.id].get(curve["slot"])
            curve["on_ink"] = None if share is None else round(share, 4)
    report["files"] = [*stage.names, REPORT]
    write_report(stage.path(REPORT), report)
    files = stage.names
    stage.put_in_place()
    return DigitiseResult(stage.out, files, report, tuple(report["refused"]))


def _write_track(
    run: WellRun, work: TrackWork, stage: Staging, stem: str, curves: WellCurves, las: LasFile
) -> dict[Slot, float | None]:
    scan, track = work.scan, work.track
    write_labels(stage.path(f"{stem}.labels.png"), track, work.labels, width=scan.width, height=scan.height)
    write_trace(stage.path(f"{stem}.trace.csv"), curves.traces[track.id])
    return write_plotback(
        stage.path(f"{stem}.plotback.png"),
        las,
        track=track,
        frame=track_frame(run.description, track, work.stroke_px),
        read=scan.read,
        scan_width=scan.width,
    )


def _report(
    run: WellRun,
    curves: WellCurves,
    rewritten: Sequence[Rewritten],
    signed: Sequence[Signature],
    accepted: Sequence[AcceptedDepths],
) -> dict[str, Any]:
    twice = claimed_twice([w.pixels for w in run.work])
    refused = [refusal(m) for m in curves.refused]
    if twice:
        refused.append(
            f"{twice} pixels are claimed by two tracks. Let one of the tracks give them up: erase them there."
        )
    grid, unit = curves.table.grid, curves.unit
    return {
        "program": PROGRAM,
        "well": run.description.name,
        "model": dict(run.model),
        "scans": [
            {
                "id": key,
                "file": scan.path.name,
                "page": run.description.scan(key).page,
                "digest": scan.digest,
                "width": scan.width,
                "height": scan.height,
            }
            for key, scan in run.scans.items()
        ],
        "depth": {"unit": unit, "top": grid.text(grid.first), "base": grid.text(grid.last), "step": str(grid.step)},
        "tracks": [track_report(w, run.readings[w.track.id], curves, signed, accepted) for w in run.work],
        "splices": [s.sentence(unit) for s in curves.splices],
        "claimed_twice": twice,
        "refused": refused,
        "rewritten": [r.sentence() for r in rewritten],
        "seconds": {key: round(value, 2) for key, value in run.seconds.items()},
        "peak_memory_mb": peak_memory_mb(),
    }


def _provenance(
    run: WellRun, curves: WellCurves, signed: Sequence[Signature], accepted: Sequence[AcceptedDepths]
) -> Provenance:
    files = {s.id: Path(s.file).name for s in run.description.scans}
    scans = [(files[key], scan.digest) for key, scan in run.scans.items()]
    return provenance(run.description, curves, scans=scans, model=run.model, signed=signed, accepted=accepted)
