"""A whole well read through a session: a new well of a job, every track predicted into it, all rows accepted.

Separate because the demo shows with it that window and command line keep the very same well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from veerdesk.calibration.description import WellDescription
from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.segmentation.predictor import Predictor
from veerdesk.segmentation.segment import TrackSegmenter
from veerdesk.session.prediction import predictor_for
from veerdesk.session.session import Session
from veerdesk.tracing.owners import traced_owners


def make_read_well(
    job: Path, well: Path, *, predictor: Callable[[], Predictor], cancel: Cancel, progress: Progress
) -> None:
    """Make ``well`` of a job file, let the model read every track into it, and accept every row.

    Raises
    ------
    UnusableInputError
        The job or a scan cannot be used, or the well is there already.
    InterruptedWorkError
        It was cancelled; the well holds what was read so far.
    """
    session = Session.create_from_job(job, well)
    try:
        for ingest in session.ingests():
            ingest.run(cancel, lambda share: None)
        model = predictor()
        tracks = session.description.tracks
        for k, track in enumerate(tracks):

            def moving(share: float, done: int = k) -> None:
                progress((done + share) / len(tracks))

            predict_track(session, track.id, model, cancel, moving)
        session.describe(_all_accepted(session.description), "Accept every row (demo)")
        session.wait_saved()
    finally:
        session.close()


def predict_track(session: Session, track_id: int, model: Predictor, cancel: Cancel, progress: Progress) -> None:
    """Let the model read one track of an open session to its end; its curves are traced by `Session.retrace` after that.

    Raises
    ------
    InterruptedWorkError
        It was cancelled; what was read so far is kept.
    """
    track = session.description.track(track_id)
    scan = session.scans[track.scan]
    if track.stroke_px is None:
        session.note_stroke(track_id, measure_stroke_px(scan.read, track.geometry))
    model = predictor_for(session, track_id, model)
    key = session.prediction_key(track_id, model.digest)
    if key is None:
        return
    segmenter = TrackSegmenter(
        read=scan.read,
        scan_width=scan.width,
        geometry=key.geometry,
        stroke_px=key.stroke_px,
        predictor=model,
        exchanged=key.slots_exchanged,
        owners=traced_owners,
        read_colour=scan.read_colour if scan.has_colour else None,
        colours=key.colours,
    )
    for index in range(len(segmenter.tiles)):
        if cancel.is_cancelled():
            raise InterruptedWorkError(f"Track {track.name} was not read to its end.", "Start again.")
        session.take_band(track_id, segmenter.run(index), key)
        progress((index + 1) / len(segmenter.tiles))


def _all_accepted(description: WellDescription) -> WellDescription:
    for track in description.tracks:
        description = description.with_track(replace(track, accepted=(track.geometry.rows,)))
    return description
