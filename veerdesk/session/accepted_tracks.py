"""Tracks that remember how they were accepted: recorded with each acceptance, compared with what is shown now.

Separate from the session because none of it is an edit: a record is written beside the entry that accepted the rows,
and which records count follows from the journal, so that undo and redo need no word of their own.
"""

from __future__ import annotations

from itertools import groupby

from veerdesk.calibration.description import TrackSpec, WellDescription
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import (
    AcceptedLine,
    AcceptedRecord,
    SignedRows,
    accepted_line,
    changed_rows,
    meaning_of,
    record_of,
    record_to_add,
    signed_rows,
    tiles_of,
)
from veerdesk.session.described_tracks import DescribedTracks
from veerdesk.session.history import History
from veerdesk.well.records import JournalRow, Plane, TileRow
from veerdesk.well.store import WellStore


class AcceptedTracks(DescribedTracks):
    """The tracks of an open well with the curves as they were accepted; owns the records of every acceptance."""

    _store: WellStore
    _history: History

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type] # description and scans, as `OpenTracks` says
        self._records: dict[int, dict[int, AcceptedRecord]] = {}
        self._lines: dict[int, tuple[tuple[int, ...], AcceptedLine]] = {}

    def accepted_line(self, track_id: int) -> AcceptedLine:
        """Return the curves of a track as they were accepted last."""
        track = self._description.track(track_id)
        records = self._records_of(track_id)
        done = set(self._history.done) if records else set()
        entries = tuple(entry for entry in sorted(records) if entry in done)
        said, line = self._lines.get(track_id, ((), None))
        if line is None or line.rows != track.geometry.rows or entries[: len(said)] != said:
            said, line = (), None  # an undo, or other rows
        if line is None or entries != said:
            line = accepted_line(track.geometry.rows, [records[e] for e in entries[len(said) :]], line)
            self._lines[track_id] = entries, line
        return line

    def changed_since_accepted(self, track_id: int) -> tuple[RowSpan, ...]:
        """Return the accepted rows of a track whose curves are no longer where they were accepted.

        A row counts where a curve moved by more than half a pixel, came or went; rows that wait for their trace do not.
        """
        track, state = self._description.track(track_id), self._state(track_id)
        if state.trace is None or state.is_decoding or not track.accepted:
            return ()
        return changed_rows(self.accepted_line(track_id), track.accepted, state.trace, state.stale)

    def sign_offs(self, track_id: int) -> tuple[SignedRows, ...]:
        """Return the names under a track's rows, and whether each still holds."""
        track, state = self._description.track(track_id), self._state(track_id)
        if not track.signed:
            return ()
        changed, line = self.changed_since_accepted(track_id), self.accepted_line(track_id)
        is_traced = state.trace is not None and not state.is_decoding
        meaning = meaning_of(self._description, track)
        return tuple(
            signed_rows(s, track, line, meaning=meaning, changed=changed, is_traced=is_traced) for s in track.signed
        )

    def _recorded(self, row: JournalRow, before: WellDescription, after: WellDescription) -> tuple[TileRow, ...]:
        """Record the rows that an edit of the description accepted; returns what is to be stored with it."""
        if row.act != "do":
            return ()
        old = {t.id: t for t in before.tracks}
        out: list[TileRow] = []
        for track in after.tracks:
            if track.last_accepted is None or (track.id in old and old[track.id].last_accepted == track.last_accepted):
                continue
            out += self._record(track, row.id)
        return tuple(out)

    def _record(self, track: TrackSpec, entry: int) -> list[TileRow]:
        said, state = track.last_accepted, self._state(track.id)
        assert said is not None
        trace = None if state.is_decoding else state.trace
        record = record_to_add(self.accepted_line(track.id), said.rows, trace, said.at)
        if not record.spans:
            return []
        self._records_of(track.id)[entry] = record
        return [TileRow(track.id, Plane.ACCEPTED, entry, number, blob) for number, blob in tiles_of(record)]

    def _records_of(self, track_id: int) -> dict[int, AcceptedRecord]:
        if track_id not in self._records:
            found = {}
            tiles = self._store.tiles(track_id, Plane.ACCEPTED)
            for entry, parts in groupby(tiles, key=lambda tile: tile[0]):
                blobs = [blob for _, _, blob in parts]
                whole = [b for b in blobs if b is not None]
                record = record_of(whole) if len(whole) == len(blobs) else None
                if record is not None:
                    found[entry] = record
            self._records[track_id] = found
        return self._records[track_id]

    def _forget_records(self) -> None:
        """Read the records again when they are wanted next, as when another window wrote some."""
        self._records.clear()
        self._lines.clear()
