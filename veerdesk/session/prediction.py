"""What the model lane needs of a session: the tiles of a track still to be predicted, as jobs.

Separate because the window and the command line must ask for the same tiles under the same key.
"""

from __future__ import annotations

from dataclasses import dataclass

from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.rows import RowSpan
from veerdesk.segmentation.predictor import Predictor, adapted
from veerdesk.segmentation.segment import TrackSegmenter
from veerdesk.session.jobs import Job
from veerdesk.session.session import Session
from veerdesk.session.track_state import PredictionKey
from veerdesk.tracing.owners import traced_owners


@dataclass(frozen=True, slots=True)
class TrackPrediction:
    """The tiles of one track and the key their answers are taken under (`Session.take_band`)."""

    key: PredictionKey
    segmenter: TrackSegmenter

    def missing(self, session: Session) -> tuple[int, ...]:
        """Return the numbers of the tiles that are not predicted yet, from the top."""
        track_id = self.key.track_id
        if session.prediction_digest(track_id) != self.key.model_digest:
            return tuple(range(len(self.segmenter.tiles)))
        return tuple(n for n, rows in enumerate(self.segmenter.tiles) if not session.is_segmented(track_id, rows))


def nearest_first(tiles: tuple[RowSpan, ...], missing: tuple[int, ...], visible: RowSpan) -> tuple[int, ...]:
    """Return tile numbers with what is on screen first and the rest by distance from it."""
    middle = (visible.start + visible.stop) / 2

    def distance(number: int) -> tuple[bool, float]:
        rows = tiles[number]
        return not rows.overlaps(visible), abs((rows.start + rows.stop) / 2 - middle)

    return tuple(sorted(missing, key=distance))


def stroke_job(session: Session, track_id: int) -> Job[float]:
    """Return the job that measures a track's stroke width; hand its value to `Session.note_stroke`."""
    track = session.description.track(track_id)
    scan = session.scans[track.scan]
    geometry = track.geometry
    return Job(f"Measure the strokes of {track.name}", lambda cancel, progress: measure_stroke_px(scan.read, geometry))


def predictor_for(session: Session, track_id: int, predictor: Predictor) -> Predictor:
    """Return the model of a track: with what was learned for it, where that was learned on this very model."""
    learned = session.description.track(track_id).learned
    return adapted(predictor, session.delta(learned.digest)) if learned and learned.digest else predictor


def prediction_of(session: Session, track_id: int, predictor: Predictor) -> TrackPrediction | None:
    """Return the tiles of a track for its model (`predictor_for`); None while its stroke width is not measured."""
    key = session.prediction_key(track_id, predictor.digest)
    if key is None:
        return None
    scan = session.scans[session.description.track(track_id).scan]
    segmenter = TrackSegmenter(
        read=scan.read,
        scan_width=scan.width,
        geometry=key.geometry,
        stroke_px=key.stroke_px,
        predictor=predictor,
        exchanged=key.slots_exchanged,
        owners=traced_owners,
        read_colour=scan.read_colour if scan.has_colour else None,
        colours=key.colours,
    )
    return TrackPrediction(key, segmenter)
