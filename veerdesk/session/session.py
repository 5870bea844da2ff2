"""Session: one open well, without a window. Every operation journals first, writes, and returns a Change.

Separate because it is the application: the window and the command line are two ways to call it.
It belongs to one thread; jobs are given copies and bring back values.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from veerdesk.calibration.description import TrackSpec, WellDescription
from veerdesk.imaging.geometry import Polyline, TrackGeometry
from veerdesk.labels.edits import PaintEdit, apply_edit, inverse
from veerdesk.rows import RowSpan, joined
from veerdesk.segmentation.segment import BandEvidence
from veerdesk.session.accepted_tracks import AcceptedTracks
from veerdesk.session.catching_up import take_newer_tiles
from veerdesk.session.change import NO_CHANGE, PAINTED, Change, ChangeKind, together
from veerdesk.session.history import History
from veerdesk.session.jobs import Job
from veerdesk.session.known_scans import chosen_words, known_scan, scan_notes
from veerdesk.session.open_scans import OpenScan, OpenScans
from veerdesk.session.opening import copy_well, create_well, create_well_from_job, open_well
from veerdesk.session.payloads import carried_over, describe_payload, described, paint_payload, painted
from veerdesk.session.pipeline import with_strokes_to_measure
from veerdesk.session.saving import RecentPayloads, Saving
from veerdesk.session.stored_description import stored_description
from veerdesk.session.stored_tracks import load_state
from veerdesk.session.track_state import PredictionKey, TrackState
from veerdesk.session.unpacking import is_unpacked
from veerdesk.session.view_state import ViewState
from veerdesk.session.who import actor
from veerdesk.well.description_json import from_json, to_json
from veerdesk.well.job import first_column
from veerdesk.well.records import Act, Batch, EntryKind, JournalRow, TileRow
from veerdesk.well.store import WellStore


class Session(AcceptedTracks, Saving):
    """One open well; owns its store, its scans and its tracks. Made by `create`, `open` or `create_from_job`."""

    def __init__(self, store: WellStore, description: WellDescription, scans: OpenScans) -> None:
        super().__init__(description, scans.by_id)
        self._store, self._open_scans = store, scans
        self._recent = RecentPayloads()
        with store.one_state():
            self._history = History(store.journal())
            meta = store.meta()
            self._states.update({t.id: load_state(store, t, meta) for t in description.tracks})
            self._tile_sums = {t.id: store.tile_sums(t.id) for t in description.tracks if store.is_read_only}
        self._view = ViewState.from_json(meta.get("view", "{}"))
        self._stored_view = self._view
        self._last_track_id = max(int(meta.get("last_track", 0)), 0, *(t.id for t in description.tracks))

    @classmethod
    def create(cls, scan_paths: list[Path] | tuple[Path, ...], well_path: Path | None = None) -> Session:
        """Make a new well of one or more scans: beside the first, or in Documents/Veerdesk where that cannot be.

        Raises
        ------
        UnusableInputError
            A scan cannot be used or the well cannot be made; nothing is left behind.
        """
        return cls(*create_well(tuple(scan_paths), well_path))

    @classmethod
    def open(
        cls, path: Path, *, scans: Mapping[str, Path] | None = None, accept_changed: frozenset[str] = frozenset()
    ) -> Session:
        """Open a well file, for reading only where another window writes it.

        ``scans`` says where scans are that have moved, by id; ``accept_changed`` which changed ones are accepted.

        Raises
        ------
        UnusableInputError
            The well or a scan cannot be used (`MissingScanError`, `ChangedScanError`, `ReturnedScanError` name the scan).
        """
        session = cls(*open_well(path, shown=scans or {}, accepted=accept_changed))
        session._keep_places(accept_changed)
        return session

    @classmethod
    def create_from_job(cls, job: Path, well_path: Path | None = None) -> Session:
        """Make a new well of a job file, which may still be unfinished; raises as `create`."""
        return cls(*create_well_from_job(job, well_path))

    @property
    def path(self) -> Path:
        """The well file."""
        return self._store.path

    @property
    def is_read_only(self) -> bool:
        """True where somebody else writes this well, or it lies where nothing can be written."""
        return self._store.is_read_only

    @property
    def scans(self) -> Mapping[str, OpenScan]:
        """The open scans by id."""
        return self._open_scans.by_id

    @property
    def changed_scans(self) -> tuple[str, ...]:
        """The scans whose file has changed on disk since it was opened; what is shown are the pixels of before."""
        return self._open_scans.changed()

    @property
    def can_undo(self) -> bool:
        """True where there is an edit to take back."""
        return self._history.to_undo is not None and not self.is_read_only

    @property
    def can_redo(self) -> bool:
        """True where there is an edit to make again."""
        return self._history.to_redo is not None and not self.is_read_only

    @property
    def undo_label(self) -> str:
        """What undo would take back; empty where nothing."""
        return self._history.to_undo.label if self._history.to_undo else ""

    @property
    def redo_label(self) -> str:
        """What redo would make again; empty where nothing."""
        return self._history.to_redo.label if self._history.to_redo else ""

    @property
    def history(self) -> tuple[JournalRow, ...]:
        """Every journal entry, oldest first: the reviewer's trail."""
        return self._history.rows

    @property
    def view(self) -> ViewState:
        """How the well was last looked at."""
        return self._view

    def catch_up(self) -> Change | None:
        """Take over what the window that writes this well has committed since; None where that is nothing.

        Raises
        ------
        UnusableInputError
            The well can no longer be read, as when its folder is gone; what is shown stays.
        """
        if not self.is_read_only or not self._store.has_changed():
            return None
        with self._store.one_state():
            entries, meta = self._store.journal(after=self._history.next_id - 1), self._store.meta()
            after = carried_over(from_json(meta["description"], where=str(self.path)), self._description)
            self._forget_records()
            changes = [self._described(self._description, after)] if after != self._description else []
            for track in after.tracks:
                known = self._tile_sums.setdefault(track.id, {})
                changes += take_newer_tiles(self._store, track.id, self._state(track.id), known, meta)
        for entry in entries:
            self._history.append(entry)
        changes += [Change(ChangeKind.HISTORY, RowSpan(0, 0))] if entries else []
        for change in changes:
            if change.track_id is not None and change.rows is not None:
                self._retrace_around(change.track_id, change.rows)
        return together(changes)

    def ingests(self) -> tuple[Job[str], ...]:
        """Return the jobs that decode scans which are not in the cache; each brings back its scan's id."""
        jobs = tuple(
            Job(f"Read {self.scans[scan_id].path.name}", lambda c, p, i=scan_id, run=run: (run(c, p), i)[1])  # type: ignore[misc]
            for scan_id, run in self._open_scans.ingests.items()
        )
        self._open_scans.ingests.clear()
        return jobs

    def new_track(self, *, scan: str, top: int, bottom: int, left: Polyline, right: Polyline) -> TrackSpec:
        """Return a track with an id of its own, to be put into a description for `describe`; rows are inclusive."""
        self._last_track_id = number = self._last_track_id + 1
        origin_col = first_column(TrackGeometry(RowSpan(top, bottom + 1), left, right))
        names = {t.name for t in self._description.tracks}
        name = next(n for k in range(len(names) + 1, 9999) if (n := f"T{k}") not in names)
        return TrackSpec(number, name, scan, top, bottom, left, right, origin_col=origin_col)

    def apply(self, edit: PaintEdit) -> Change:
        """Journal a paint edit, write it, and decode the rows it touched.

        Raises
        ------
        UnusableInputError
            The well is open for reading only, or cannot be written at present; nothing is changed.
        """
        self._check_writable()
        if not self._description.has_track(edit.track_id):
            raise ValueError(f"the well has no track {edit.track_id} to paint on")
        return self._paint("do", edit, edit.label, None)

    def describe(self, after: WellDescription, label: str, edit: PaintEdit | None = None) -> Change:
        """Replace the description as one undoable entry: borders, anchors, scales, names, pins, what was reviewed.

        ``edit`` is paint that is one gesture with it, as when a crossing is exchanged and so decided.

        Raises
        ------
        UnusableInputError
            The well is open for reading only, or cannot be written at present; nothing is changed.
        """
        self._check_writable()
        if after == self._description and edit is None:
            return NO_CHANGE
        self._last_track_id = max(self._last_track_id, 0, *(t.id for t in after.tracks))
        return self._describe("do", with_strokes_to_measure(self._description, after), label, None, edit)

    def undo(self) -> Change | None:
        """Take the last edit back, as an entry of its own; None where there is none."""
        row = self._history.to_undo
        if row is None:
            return None
        self._check_writable()
        if row.kind == "paint":
            return self._paint("undo", inverse(self._recent.edit(row, self._payload)), row.label, row.id)
        payload = self._payload(row.id)
        before, _ = described(payload, where=f"{self.path}, journal entry {row.id}")
        edit = painted(row.kind, payload, row.label)
        before = carried_over(before, self._description)
        return self._describe("undo", before, row.label, row.id, inverse(edit) if edit else None)

    def redo(self) -> Change | None:
        """Make the edit that was taken back last again; None where there is none."""
        row = self._history.to_redo
        if row is None:
            return None
        self._check_writable()
        if row.kind == "paint":
            return self._paint("redo", self._recent.edit(row, self._payload), row.label, row.id)
        payload = self._payload(row.id)
        _, after = described(payload, where=f"{self.path}, journal entry {row.id}")
        edit = painted(row.kind, payload, row.label)
        return self._describe("redo", carried_over(after, self._description), row.label, row.id, edit)

    def take_band(self, track_id: int, band: BandEvidence, key: PredictionKey) -> Change:
        """Take a prediction: it replaces the model plane in its rows and touches nothing a person said.

        Dropped where the track has changed since it was asked for. The first band of another model or shape clears
        the old prediction and leaves one line in the journal.
        """
        known = {t.id for t in self._description.tracks}
        if track_id not in known or key != self.prediction_key(track_id, key.model_digest):
            return NO_CHANGE
        state, entry = self._state(track_id), None
        if state.prediction_key != key.text():
            state.forget_prediction()
            state.prediction_key, state.evidence.digest = key.text(), key.model_digest
            track = self._description.track(track_id)
            state.retrace((track.geometry.rows,))
            entry = self._row("note", "model", f"Predict {track.name}", None)
        state.labels.set_model(band.rows, band.col0, band.classes)
        state.evidence.write(band)
        state.predicted = joined((*state.predicted, band.rows))
        whole = self._description.track(track_id).geometry.rows
        if state.evidence.likeness is None and state.is_predicted(whole):
            state.forget_decoding(whole)  # who is who is decided with the whole track at hand
        if not self.is_read_only:
            note = {f"prediction:{track_id}": state.prediction_note()}
            self._put(entry, key.text().encode() if entry else b"", state.take_tiles(track_id), note)
        rows = self._retrace_around(track_id, band.rows)
        return Change(ChangeKind.MODEL | ChangeKind.TRACE, rows, track_id)

    def note_stroke(self, track_id: int, stroke_px: float) -> Change:
        """Keep the stroke width measured from a track's ink; no edit, as it follows from scan and borders."""
        track = self._description.track(track_id)
        return self._note(self._description.with_track(replace(track, stroke_px=stroke_px)))

    def note_digest(self, scan_id: str) -> Change:
        """Keep a scan's digest once it is known; no edit."""
        scan = self._description.scan(scan_id)
        if not self.is_read_only:
            self._put(None, b"", (), scan_notes(self._store.meta(), (scan,), self.scans, frozenset()))
        return self._note(self._description.with_scan(replace(scan, digest=self.scans[scan_id].digest)))

    def keep_view(self, view: ViewState) -> None:
        """Remember how the well is looked at; it reaches the disk with the next change or on closing."""
        self._view = view

    def save_as(self, path: Path) -> None:
        """Write the well as another file, its scans named as seen from there; this session stays where it is.

        Raises
        ------
        UnusableInputError
            It cannot be written; a file that was there is kept.
        """
        self._store.wait()
        copy_well(self._store, self._description, {i: s.path for i, s in self.scans.items()}, path)

    def close(self) -> None:
        """Write what is left and let go of the well and its scans.

        Raises
        ------
        UnusableInputError
            The rest could not be written; what was on disk before is intact.
        """
        try:
            if not self.is_read_only:
                for scan in (s for s in self._description.scans if not s.digest):
                    self.note_digest(scan.id)
                self._keep_model()
            self._store.close()
        finally:
            self._open_scans.close()

    def _paint(self, act: Act, edit: PaintEdit, label: str, target: int | None) -> Change:
        state = self._state(edit.track_id)
        apply_edit(state.labels, edit)
        row = self._row(act, "paint", label, target)
        self._recent.add_edit(row.id, edit)
        self._put(row, paint_payload(edit), state.take_tiles(edit.track_id), {})
        return self._traced(edit)

    def _describe(
        self, act: Act, after: WellDescription, label: str, target: int | None, edit: PaintEdit | None
    ) -> Change:
        before, tiles = self._description, tuple[TileRow, ...]()
        if edit is not None:
            state = self._state(edit.track_id)
            apply_edit(state.labels, edit)
            tiles = state.take_tiles(edit.track_id)
        row = self._row(act, "describe", label, target)
        tiles += self._recorded(row, before, after) if edit is None else ()
        meta = {"description": to_json(after), "last_track": str(self._last_track_id)}
        self._put(row, describe_payload(before, after, edit), tiles, meta)
        change = self._described(before, after)
        if edit is None:
            return change
        traced = self._traced(edit)
        if recorded := self._recorded(row, before, after):  # as traced with the paint
            self._put(None, b"", recorded, {})
        if not change.kinds & (ChangeKind.TRACE | ChangeKind.MODEL | ChangeKind.SCAN):  # no other row changed: a review
            return replace(traced, kinds=change.kinds | traced.kinds)
        return together((change, traced)) or traced

    def _traced(self, edit: PaintEdit) -> Change:
        """Decode what an edit touched, which is written already."""
        rows = self._retrace_around(edit.track_id, edit.rows)
        return Change(PAINTED, rows, edit.track_id, edit.cols)

    def _keep_places(self, chosen: frozenset[str]) -> None:
        """Keep where the scans were found, and which changed one a person has accepted, so that nobody asks again."""
        if self.is_read_only:
            return
        before, meta = {s.id: s for s in stored_description(self._store).scans}, self._store.meta()
        kept = self._description
        for scan in kept.scans:
            if is_unpacked(self.scans[scan.id].path):  # the cache is no place to remember
                kept = kept.with_scan(replace(scan, file=before[scan.id].file))
            if before[scan.id].digest not in ("", scan.digest):
                said = chosen_words(known_scan(meta, scan.id), Path(scan.file).name, scan.digest)
                row = self._row("note", "model", said, None)
                self._put(row, scan.digest.encode(), (), {})
        notes = scan_notes(meta, before.values(), self.scans, chosen)
        if kept.scans != tuple(before.values()):
            notes["description"] = to_json(kept)
        if notes:
            self._put(None, b"", (), notes)

    def _note(self, after: WellDescription) -> Change:
        before = self._description
        if after == before:
            return NO_CHANGE
        if not self.is_read_only:
            self._put(None, b"", (), {"description": to_json(after)})
        return self._described(before, after)

    def _new_state(self, track_id: int) -> TrackState:
        """Return a track that came back, as by redo, with what the store still holds of it."""
        return load_state(self._store, self._description.track(track_id), self._store.meta())

    def _row(self, act: Act, kind: EntryKind, label: str, target: int | None) -> JournalRow:
        row = JournalRow(self._history.next_id, time.time(), actor(), act, kind, label, target)
        self._history.append(row)
        return row

    def _put(self, row: JournalRow | None, payload: bytes, tiles: tuple, meta: dict[str, str]) -> None:  # type: ignore[type-arg]
        if self._view is not self._stored_view and self._view != self._stored_view:
            meta = {**meta, "view": self._view.to_json()}
            self._stored_view = self._view
        if row is not None:
            self._recent.add(row.id, payload, acknowledged=self._store.acknowledged)
        self._store.put(Batch(row, payload, tiles, meta))

    def _keep_model(self) -> None:
        """Store what followed a trace, and the view; what a gesture moved may wait for this, as it follows again from it."""
        tiles = tuple(tile for key, state in self._states.items() for tile in state.take_tiles(key))
        if (tiles or self._view != self._stored_view) and not self.is_read_only:
            self._put(None, b"", tiles, {})

    def _payload(self, entry: int) -> bytes:
        return self._recent.get(entry) or self._store.payload(entry)
