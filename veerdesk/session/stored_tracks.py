"""The tracks of a well as they lie in its store, back into memory.

Separate because a damaged tile must not cost more than itself: a prediction is made again, and a person's word is
read from the journal, which has it too.
"""

from __future__ import annotations

from collections.abc import Mapping

from veerdesk.calibration.description import TrackSpec
from veerdesk.labels.edits import apply_edit
from veerdesk.labels.label_map import LabelMap
from veerdesk.labels.tile_plane import TILE, TilePlane
from veerdesk.rows import RowSpan, joined, without
from veerdesk.session.payloads import painted
from veerdesk.session.track_state import TrackState
from veerdesk.well.records import Plane
from veerdesk.well.store import WellStore


def load_state(store: WellStore, track: TrackSpec, meta: Mapping[str, str]) -> TrackState:
    """Return the state of a track, its trace still to be decoded; ``meta`` are the store's notes."""
    state = TrackState(track.origin_col)
    state.stale = (track.geometry.rows,)
    if (note := meta.get(f"prediction:{track.id}")) is not None:
        state.read_note(note)
    _load(store, track.id, state)
    return state


def replayed(store: WellStore, track_id: int, origin_col: int) -> LabelMap:
    """Return a track's label map with its person plane made again from the journal alone."""
    labels = LabelMap(origin_col)
    for row in store.journal():
        edit = painted(row.kind, store.payload(row.id), row.label)
        if edit is not None and edit.track_id == track_id:
            apply_edit(labels, edit)
    return labels


def _load(store: WellStore, track_id: int, state: TrackState) -> None:
    lost: list[RowSpan] = []
    for plane, tiles in (
        (Plane.PROVISIONAL, state.labels.provisional),
        (Plane.MODEL, state.labels.model),
        (Plane.EVIDENCE_1, state.evidence.p1),
        (Plane.EVIDENCE_2, state.evidence.p2),
        (Plane.SIGHT, state.evidence.sight),
    ):
        lost += [RowSpan(ty * TILE, (ty + 1) * TILE) for ty in _fill(store, track_id, plane, tiles)]
    if not state.labels.provisional.row_spans():  # a well of before: its model plane is what the tiles answered
        for tile in state.labels.model.tiles():
            state.labels.provisional.replace(*tile)
    for span in joined(lost):
        state.predicted = without(state.predicted, span)
    if _fill(store, track_id, Plane.PERSON, state.labels.person):
        state.labels.person = replayed(store, track_id, state.labels.origin_col).person


def _fill(store: WellStore, track_id: int, plane: Plane, tiles: TilePlane) -> list[int]:
    """Load the stored tiles of a plane; returns the tile rows of those that are damaged."""
    damaged: list[int] = []
    for ty, tx, blob in store.tiles(track_id, plane):
        if blob is None:
            damaged.append(ty)
        else:
            tiles.load(ty, tx, blob)
    return damaged
