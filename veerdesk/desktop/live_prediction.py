"""Which tile the model looks at next: what is on screen first, then the rest by distance.

Separate because it only chooses; the bridge runs the tiles and takes their answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from veerdesk.calibration.description import TrackSpec
from veerdesk.rows import RowSpan
from veerdesk.segmentation.predictor import Predictor
from veerdesk.segmentation.segment import BandEvidence
from veerdesk.session.jobs import Job
from veerdesk.session.prediction import TrackPrediction, nearest_first, prediction_of, predictor_for
from veerdesk.session.session import Session
from veerdesk.session.track_state import PredictionKey


@dataclass(frozen=True, slots=True)
class TileTask:
    """One tile of one track, ready to run."""

    key: PredictionKey
    number: int
    job: Job[BandEvidence]


@dataclass(slots=True)
class _Plan:
    prediction: TrackPrediction
    missing: set[int]


class LivePrediction:
    """Owns the tiles that are still to be predicted, by track, for one model."""

    def __init__(self, session: Session, predictor: Predictor) -> None:
        self._session, self.predictor = session, predictor
        self._plans: dict[int, _Plan] = {}
        self._learned: dict[str, Predictor] = {}

    def refresh(self) -> None:
        """Follow the tracks: one whose borders, strokes or slots changed is planned anew, one that is gone forgotten."""
        tracks = self._session.description.tracks
        for gone in set(self._plans) - {t.id for t in tracks}:
            del self._plans[gone]
        for track in tracks:
            if not self._is_readable(track.scan) or track.stroke_px is None:
                self._plans.pop(track.id, None)
                continue
            plan = self._plans.get(track.id)
            predictor = self._predictor_for(track)
            if plan and plan.prediction.key == self._session.prediction_key(track.id, predictor.digest):
                continue
            fresh = prediction_of(self._session, track.id, predictor)
            if fresh is not None:
                self._plans[track.id] = _Plan(fresh, set(fresh.missing(self._session)))

    def predict_again(self, track_id: int) -> None:
        """Ask for every tile of a track once more."""
        plan = self._plans.get(track_id)
        if plan is not None:
            plan.missing = set(range(len(plan.prediction.segmenter.tiles)))

    def next_tile(self, scan_id: str, visible: RowSpan) -> TileTask | None:
        """Return the tile to run next, or None where everything is predicted."""
        best: tuple[tuple[bool, bool, float], int, int] | None = None
        for track in self._session.description.tracks:
            plan = self._plans.get(track.id)
            if plan is None or not plan.missing:
                continue
            tiles = plan.prediction.segmenter.tiles
            number = nearest_first(tiles, tuple(plan.missing), visible)[0]
            rows = tiles[number]
            middle = abs((rows.start + rows.stop) / 2 - (visible.start + visible.stop) / 2)
            rank = (track.scan != scan_id, not rows.overlaps(visible), middle)
            if best is None or rank < best[0]:
                best = (rank, track.id, number)
        if best is None:
            return None
        _, track_id, number = best
        plan = self._plans[track_id]
        plan.missing.discard(number)
        segmenter = plan.prediction.segmenter
        name = f"Read {self._session.description.track(track_id).name}"
        return TileTask(plan.prediction.key, number, Job(name, lambda cancel, progress: segmenter.run(number)))

    def put_back(self, task: TileTask) -> None:
        """Take a tile that was not run, or whose answer was lost, for missing again."""
        plan = self._plans.get(task.key.track_id)
        if plan is not None and plan.prediction.key == task.key:
            plan.missing.add(task.number)

    def shares(self) -> Iterator[tuple[int, float]]:
        """Yield each planned track with the share of it that is predicted, 0..1."""
        for track_id, plan in self._plans.items():
            count = len(plan.prediction.segmenter.tiles)
            yield track_id, 1.0 - len(plan.missing) / max(1, count)

    def _predictor_for(self, track: TrackSpec) -> Predictor:
        """Return the model of a track; one that has learned is put together once."""
        digest = track.learned.digest if track.learned else ""
        if digest and digest not in self._learned:
            self._learned[digest] = predictor_for(self._session, track.id, self.predictor)
        return self._learned[digest] if digest else self.predictor

    def _is_readable(self, scan_id: str) -> bool:
        return self._session.scans[scan_id].is_complete
