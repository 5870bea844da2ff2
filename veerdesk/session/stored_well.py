"""A job file or a well file as the command line reads it: the description, and what a well keeps of its tracks.

Separate because commands that only read take the last committed state of a well, whoever has it open for writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from veerdesk.calibration.description import WellDescription
from veerdesk.session.accepted_tracks import AcceptedTracks
from veerdesk.session.history import History
from veerdesk.session.open_scans import OpenScan
from veerdesk.session.opening import open_well_reading
from veerdesk.session.stored_tracks import load_state
from veerdesk.session.track_state import TrackState
from veerdesk.session.well_run import StoredTrack, WellSource
from veerdesk.well.job import read_job
from veerdesk.well.store import WellStore


def read_well(path: Path) -> WellSource:
    """Read a job file (``.toml``) or the last committed state of a well (``.veer``).

    Raises
    ------
    UnusableInputError
        It cannot be read or used, or a scan is missing or has changed.
    """
    if path.suffix.lower() == ".toml":
        return WellSource(read_job(path), path.parent, str(path))
    store, description, scans = open_well_reading(path)
    try:
        tracks = _StoredTracks(store, description, scans.by_id).stored()
    finally:
        scans.close()
        store.close()
    return WellSource(description, path.parent, str(path), tracks)


def without_predictions(well: WellSource) -> WellSource:
    """Return the well with every prediction forgotten and every word of a person kept, for another model."""
    tracks = {key: replace(track, is_segmented=False) for key, track in well.tracks.items()}
    return replace(well, tracks=tracks)


class _StoredTracks(AcceptedTracks):
    """The tracks of a well that is only read; asks the same questions as a session."""

    def __init__(self, store: WellStore, description: WellDescription, scans: Mapping[str, OpenScan]) -> None:
        super().__init__(description, scans)
        self._store, self._meta = store, store.meta()
        self._history = History(store.journal() if any(t.accepted or t.signed for t in description.tracks) else ())

    def _new_state(self, track_id: int) -> TrackState:
        return load_state(self._store, self.description.track(track_id), self._meta)

    def stored(self) -> dict[int, StoredTrack]:
        return {
            t.id: StoredTrack(
                self.label_map(t.id),
                self.evidence(t.id),
                self.is_segmented(t.id, t.geometry.rows),
                self.delta(t.learned.digest) if t.learned else None,
                self.accepted_line(t.id) if t.accepted or t.signed else None,
            )
            for t in self.description.tracks
        }
