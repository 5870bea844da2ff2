"""What another window wrote into a track since it was read: the stored tiles that are no longer those in memory.

Separate because only a window that reads does this. It goes by the check sums of the tiles and not by the journal, as
predictions are in no journal and one rule for both cannot come apart.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from veerdesk.labels.tile_plane import TILE, TilePlane
from veerdesk.rows import RowSpan
from veerdesk.session.change import Change, ChangeKind
from veerdesk.session.track_state import TrackState
from veerdesk.well.records import Plane
from veerdesk.well.store import WellStore

TileSums = dict[tuple[Plane, int, int], int]


def take_newer_tiles(
    store: WellStore, track_id: int, state: TrackState, known: TileSums, meta: Mapping[str, str]
) -> list[Change]:
    """Bring a track's planes up to what the store holds; returns the change, or nothing where there is none.

    ``known`` are the check sums of the tiles as they were read last, and are brought up too. ``meta`` are the store's
    notes of the same moment. The trace is left to the caller.
    """
    sums = store.tile_sums(track_id)
    touched = sorted(k for k in {*sums, *known} if sums.get(k) != known.get(k) and k[0] is not Plane.ACCEPTED)
    known.clear()
    known.update(sums)
    note = meta.get(f"prediction:{track_id}")
    is_noted = note is not None and note != state.prediction_note()
    if note is not None and is_noted:
        state.read_note(note)
    for plane, ty, tx in touched:
        _replace(_plane(state, plane), ty, tx, store.tile(track_id, plane, ty, tx))
    kinds = ChangeKind.MODEL if is_noted else ChangeKind.NONE
    for plane in {plane for plane, _, _ in touched}:
        kinds |= ChangeKind.LABELS if plane is Plane.PERSON else ChangeKind.MODEL
    if kinds == ChangeKind.NONE:
        return []
    rows = RowSpan(0, 0)
    if touched:
        rows = RowSpan(min(ty for _, ty, _ in touched) * TILE, (max(ty for _, ty, _ in touched) + 1) * TILE)
    return [Change(kinds | ChangeKind.TRACE, rows, track_id)]


def _plane(state: TrackState, plane: Plane) -> TilePlane:
    planes = {
        Plane.MODEL: state.labels.model,
        Plane.PROVISIONAL: state.labels.provisional,
        Plane.PERSON: state.labels.person,
        Plane.EVIDENCE_1: state.evidence.p1,
        Plane.EVIDENCE_2: state.evidence.p2,
        Plane.SIGHT: state.evidence.sight,
    }
    return planes[plane]


def _replace(tiles: TilePlane, ty: int, tx: int, blob: bytes | None) -> None:
    if blob is not None:
        tiles.load(ty, tx, blob)
    else:
        tiles.write(ty * TILE, tx * TILE, np.full((TILE, TILE), tiles.fill, np.uint8))
        tiles.take_dirty()  # nobody stores it from here
