"""Exports as jobs: copies of what the session holds, and the writing of them on another thread.

Separate because a file of 200,000 depths is written while the person goes on, and a job may touch nothing live.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from veerdesk.calibration.description import WellDescription
from veerdesk.dataset.manifest import LabelledWell
from veerdesk.dataset.sample import LabelledTrack
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.session.accepted_line import changed_rows
from veerdesk.session.export import Exported, export_csv, export_labels, export_las
from veerdesk.session.jobs import Job
from veerdesk.session.open_tracks import USUAL_STROKE_PX
from veerdesk.session.ownership import TrackPixels, exchanged_slots
from veerdesk.session.reading import decode_pixels
from veerdesk.session.session import Session
from veerdesk.session.well_curves import TrackTrace
from veerdesk.tracing.trace import Trace


def curves_job(
    session: Session, kind: Literal["las", "csv"], description: WellDescription, path: Path, model_name: str
) -> Job[Exported]:
    """Return the job that writes every ready curve as LAS or CSV."""
    traces = _traces(session)
    digests = sorted({session.prediction_digest(t.track.id) for t in traces} - {""})
    scans = _scan_names(session)
    model = {"name": model_name, "digest": digests[0]} if digests else {}
    accepted = {t.id: session.accepted_line(t.id) for t in session.description.tracks if t.accepted or t.signed}

    def write(cancel: Cancel, progress: Progress) -> Exported:
        progress(0.0)
        if kind == "las":
            return export_las(description, traces, path, scans=scans(), model=model, accepted=accepted)
        return export_csv(description, traces, path)

    return Job(f"Export {path.name}", write)


def labels_job(session: Session, out: Path) -> Job[dict[str, Any]]:
    """Return the job that writes the accepted rows of every track, as far as they are as accepted, as a label release."""
    description = session.description
    copies = [(t, session.label_map(t.id).snapshot(), session.prediction_digest(t.id)) for t in description.tracks]
    evidence = {t.id: session.evidence(t.id).snapshot() for t in description.tracks}
    unsettled = {t.id for t in description.tracks if t.accepted and session.is_provisional(t.id)}
    changed = {t.id: session.changed_since_accepted(t.id) for t in description.tracks if t.id not in unsettled}
    lines = {key: session.accepted_line(key) for key in unsettled}
    files, scans = dict(session.scans), _scan_names(session)

    def write(cancel: Cancel, progress: Progress) -> dict[str, Any]:
        pixels = [TrackPixels(t, held, evidence[t.id], files[t.scan].width) for t, held, _ in copies]
        for each in pixels:  # what is shown is settled already, but for rows that are still to be traced
            if each.track.id in unsettled:
                read = decode_pixels(each, pixels, each.track.stroke_px or USUAL_STROKE_PX, cancel, progress)
                changed[each.track.id] = changed_rows(lines[each.track.id], each.track.accepted, read.trace, ())
        tracks = tuple(
            LabelledTrack(
                track=track,
                labels=labels,
                scan=files[track.scan],
                stroke_px=track.stroke_px or USUAL_STROKE_PX,
                exchanged=exchanged_slots(track),
                model=digest,
                changed=changed[track.id],
            )
            for track, labels, digest in copies
        )
        return export_labels([LabelledWell(description.name, scans(), tracks)], out, progress=progress)

    return Job(f"Export {out.name}", write)


def _traces(session: Session) -> list[TrackTrace]:
    out = []
    for track in session.description.tracks:
        trace = session.trace(track.id)
        if trace is not None:
            out.append(TrackTrace(track, _copied(trace), track.stroke_px or USUAL_STROKE_PX))
    return out


def _copied(trace: Trace) -> Trace:
    """Copies: the session goes on changing its trace in place while the file is written."""
    return replace(
        trace,
        x=trace.x.copy(),
        low=trace.low.copy(),
        high=trace.high.copy(),
        confidence=trace.confidence.copy(),
        kind=trace.kind.copy(),
    )


class _ScanNames:
    """File name and digest of each scan; the digest may still be being computed, so it is asked for on the thread."""

    def __init__(self, scans: Sequence[Any]) -> None:
        self._scans = scans

    def __call__(self) -> tuple[tuple[str, str], ...]:
        return tuple((scan.path.name, scan.digest) for scan in self._scans)


def _scan_names(session: Session) -> _ScanNames:
    return _ScanNames(list(session.scans.values()))
