"""The tracks of an open well: pixels, predictions and traces, as far as they can be read or recomputed.

Separate because none of this is an edit: everything here follows from the journal, the scans and a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veerdesk.calibration.description import TrackSpec, WellDescription
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.labels.label_map import LabelMap
from veerdesk.rows import RowSpan, joined
from veerdesk.segmentation.evidence import EvidencePlanes, Likeness
from veerdesk.session.change import NO_CHANGE, Change, ChangeKind
from veerdesk.session.following import SettledTiles, put_settled, settler_of
from veerdesk.session.jobs import Job
from veerdesk.session.kept_deltas import KeptDeltas
from veerdesk.session.open_scans import OpenScan
from veerdesk.session.ownership import (
    TrackPixels,
    evidence_of,
    exchanged_slots,
    new_decoder,
    overlapping,
    seen_of,
    stated_colours,
    trace_pins,
    track_likeness,
)
from veerdesk.session.track_state import Decoding, EvidenceSource, PredictionKey, TrackState
from veerdesk.tracing.crossings import Crossing, find_crossings
from veerdesk.tracing.trace import Trace, TracePin

if TYPE_CHECKING:
    from veerdesk.tracing.loose_ink import LooseInk

#: A decode may be wanted before the stroke width was measured, as when everything was painted by hand.
USUAL_STROKE_PX = 4.0


@dataclass(frozen=True, slots=True)
class RetraceResult:
    """What a retrace job brings back.

    ``changed`` are the rows whose trace is another one, ``settled`` the tiles of the model plane that followed it,
    ``likeness`` whether the two pens look alike, None while the track is not predicted to its end.
    """

    track_id: int
    generation: int
    decoding: Decoding
    changed: RowSpan
    settled: SettledTiles
    likeness: Likeness | None


class OpenTracks(KeptDeltas):
    """The tracks of a well that is open; owns a `TrackState` for each track there ever was."""

    def __init__(self, description: WellDescription, scans: Mapping[str, OpenScan]) -> None:
        super().__init__()
        self._description = description
        self._scans = scans
        self._states: dict[int, TrackState] = {}
        self._found: dict[int, tuple[int, tuple[Crossing, ...], tuple[LooseInk, ...]]] = {}
        #: Whether loose ink lies on a printed line, by scan, borders and piece, as `printed_line` found: no scan changes.
        self.printed_lines: dict[tuple[str, TrackGeometry, LooseInk], bool] = {}
        #: True lets edits leave their rows stale, so that they are shown first; `settle` decodes them.
        self.is_tracing_later = False
        self._paper: tuple[WellDescription | None, dict[int, tuple[TrackSpec, ...]]] = (None, {})

    @property
    def description(self) -> WellDescription:
        """The well as it is described now."""
        return self._description

    def scan_of(self, track_id: int) -> OpenScan:
        """Return the open scan that a track lies on."""
        return self._scans[self._description.track(track_id).scan]

    def label_map(self, track_id: int) -> LabelMap:
        """Return the live label map of a track; reading is free, writing is the session's own business."""
        state = self._states.get(track_id) or self._state(track_id)
        return state.labels

    def evidence(self, track_id: int) -> EvidencePlanes:
        """Return the live evidence of a track."""
        return self._state(track_id).evidence

    def trace(self, track_id: int) -> Trace | None:
        """Return the trace as it was decoded last, None before the first decode; `stale` names what it lacks."""
        return self._state(track_id).trace

    def stale(self, track_id: int) -> tuple[RowSpan, ...]:
        """Return the rows of a track whose trace waits for `retrace`; empty while a decode is under way."""
        state = self._state(track_id)
        return () if state.is_decoding else state.stale

    def is_provisional(self, track_id: int) -> bool:
        """Return True until the whole track was predicted and decoded: identity may still change."""
        state = self._state(track_id)
        whole = self._description.track(track_id).geometry.rows
        return state.trace is None or state.is_decoding or bool(state.stale) or not state.is_predicted(whole)

    def is_segmented(self, track_id: int, rows: RowSpan) -> bool:
        """Return True where every row of the track among ``rows`` was predicted under its present key."""
        state, track = self._state(track_id), self._description.track(track_id)
        within = rows.clipped(track.geometry.rows)
        return self._is_current(state, track) and (within.is_empty or state.is_predicted(within))

    def predicted(self, track_id: int) -> tuple[RowSpan, ...]:
        """Return the rows of a track that were predicted under its present key, joined and in order."""
        state = self._state(track_id)
        return state.predicted if self._is_current(state, self._description.track(track_id)) else ()

    def prediction_digest(self, track_id: int) -> str:
        """Return the digest of the model that the track was predicted by; empty where by none."""
        return self._state(track_id).evidence.digest

    def prediction_key(self, track_id: int, model_digest: str) -> PredictionKey | None:
        """Return what an answer of a model for this track depends on; None while the stroke width is not measured."""
        track = self._description.track(track_id)
        if track.stroke_px is None:
            return None
        return PredictionKey(
            track_id=track_id,
            scan_digest=self._scans[track.scan].digest,
            geometry=track.geometry,
            stroke_px=track.stroke_px,
            slots_exchanged=exchanged_slots(track),
            model_digest=model_digest,
            learned=track.learned.digest if track.learned else "",
            colours=stated_colours(track),
        )

    def unpack_ahead(self, track_id: int, rows: RowSpan) -> None:
        """Have at hand what an edit in some rows of a track will read; nothing that can be seen changes."""
        pixels = self.pixels_of(self._description.track(track_id))
        labels, evidence, (left, right) = pixels.labels, pixels.evidence, pixels.cols
        for plane in (evidence.p1, evidence.p2, labels.provisional, labels.model, labels.person):
            plane.unpack_ahead(rows, (left - labels.origin_col, right - labels.origin_col))

    def crossings(self, track_id: int) -> tuple[Crossing, ...]:
        """Return the crossings of the present trace, by row; empty before the first decode."""
        return self._found_in(track_id)[1]

    def loose_ink(self, track_id: int) -> tuple[LooseInk, ...]:
        """Return the curves' ink on which neither stands in the present trace, by row; empty before the first decode."""
        return self._found_in(track_id)[2]

    def _found_in(self, track_id: int) -> tuple[int, tuple[Crossing, ...], tuple[LooseInk, ...]]:
        state = self._state(track_id)
        known = self._found.get(track_id, (-1, (), ()))
        if state.trace is None or state.decoding is None or state.is_decoding or known[0] == state.trace_version:
            return known
        decoder = state.decoding.decoder
        self._found[track_id] = state.trace_version, find_crossings(state.trace, decoder), decoder.loose_ink()
        return self._found[track_id]

    @contextmanager
    def tracing_later(self) -> Iterator[None]:
        """Let the edits made inside leave their rows stale, so that they are shown first; `settle` decodes them."""
        self.is_tracing_later = True
        try:
            yield
        finally:
            self.is_tracing_later = False

    def settle(self) -> Change | None:
        """Decode at once what is stale and short; None where there is nothing of the kind.

        What is too long for that stays stale, for `retrace`.
        """
        rows: RowSpan | None = None
        kinds, touched = ChangeKind.TRACE, list[int]()
        for track in self._description.tracks:
            if self._state(track.id).stale and (done := self._retraced(track.id)) is not None:
                kinds, rows = kinds | done[0], done[1] if rows is None else _around(rows, done[1])
                touched.append(track.id)
        if rows is None:
            return None
        return Change(kinds, rows, touched[0] if len(touched) == 1 else None)

    def retrace(self, track_id: int) -> Job[RetraceResult]:
        """Return the job that decodes the stale rows of a track from copies; hand its result to `take_trace`.

        A decode that is still under way is given up: its result will be dropped.
        """
        state, track = self._state(track_id), self._description.track(track_id)
        if state.is_decoding:
            state.forget_decoding(track.geometry.rows)
        pixels = self.pixels_of(track)
        rivals = overlapping(pixels, self.all_pixels())
        order = [p.snapshot() for p in self.all_pixels() if p.track.id == track_id or p in rivals]
        mine = next(p for p in order if p.track.id == track_id)
        read, stroke_px = evidence_of(mine, order), track.stroke_px or USUAL_STROKE_PX
        settle, look = settler_of(mine, order, stroke_px), seen_of(mine)
        decoding, spans, pins = state.decoding, state.stale, trace_pins(track)
        generation, whole = state.generation, track.geometry.rows
        is_to_compare = decoding is None and mine.evidence.likeness is None and state.is_predicted(whole)
        state.is_decoding, state.stale = True, ()

        def decode(cancel: Cancel, progress: Progress) -> RetraceResult:
            nonlocal decoding
            if decoding is None:
                if is_to_compare:
                    mine.evidence.likeness = track_likeness(mine, stroke_px, cancel)
                source = EvidenceSource(read, look)
                decoder = new_decoder(track, source, source.seen, stroke_px, mine.evidence.likeness)
                decoding = Decoding(decoder, source, decoder.solve(cancel, progress), settle)
                changed = track.geometry.rows
            else:
                decoding.source.read, decoding.source.look, decoding.settle = read, look, settle
                decoding.trace, changed = decoding.decoder.resolve(spans, pins)
                progress(1.0)
            settle(decoding.trace, (*spans, changed))
            settled = tuple(mine.labels.model.take_dirty())
            return RetraceResult(track_id, generation, decoding, changed, settled, mine.evidence.likeness)

        return Job(f"Trace {track.name}", decode)

    def take_trace(self, result: RetraceResult) -> Change:
        """Show what a retrace job brought; dropped where the track has changed its shape since."""
        state = self._states.get(result.track_id)
        if state is None or result.generation != state.generation:
            return NO_CHANGE
        state.take(result.decoding)
        state.evidence.likeness = result.likeness
        state.moved = joined((*state.moved, *put_settled(state.labels, result.settled, state.stale)))
        self._read_live(result.track_id)
        kinds, changed = _with_moved(state, result.changed)
        if state.stale and (more := self._retraced(result.track_id)) is not None:
            kinds, changed = kinds | more[0], _around(changed, more[1])
        self._keep_model()
        return Change(kinds, changed, result.track_id)

    def give_up_retrace(self, track_id: int) -> None:
        """Take a retrace job for lost, as when it was cancelled: its rows are stale again."""
        state = self._state(track_id)
        if state.is_decoding:
            state.forget_decoding(self._description.track(track_id).geometry.rows)

    def _state(self, track_id: int) -> TrackState:
        if track_id not in self._states:
            self._description.track(track_id)  # KeyError where there is no such track
            self._states[track_id] = self._new_state(track_id)
        return self._states[track_id]

    def _new_state(self, track_id: int) -> TrackState:
        track = self._description.track(track_id)
        state = TrackState(track.origin_col)
        state.stale = (track.geometry.rows,)
        return state

    def _keep_model(self) -> None:
        """Store what followed a trace, where this is what writes the well."""

    def _is_current(self, state: TrackState, track: TrackSpec) -> bool:
        key = self.prediction_key(track.id, state.evidence.digest)
        return key is not None and key.text() == state.prediction_key

    def pixels_of(self, track: TrackSpec) -> TrackPixels:
        """Return the live pixels of a track."""
        return self._state(track.id).pixels(track, self._scans[track.scan].width)

    def all_pixels(self) -> tuple[TrackPixels, ...]:
        """Return the live pixels of every track, in the well's order."""
        return tuple(self.pixels_of(t) for t in self._description.tracks)

    def _read_live(self, track_id: int) -> None:
        """Let the decoder of a track read the live planes, with the tracks as they are described now."""
        state = self._state(track_id)
        if state.decoding is not None and not state.is_decoding:
            track = self._description.track(track_id)
            pixels, others = self.pixels_of(track), self.all_pixels()
            state.decoding.source.read, state.decoding.source.look = evidence_of(pixels, others), seen_of(pixels)
            state.decoding.settle = settler_of(pixels, others, track.stroke_px or USUAL_STROKE_PX)

    def _sharing_paper(self, track_id: int) -> tuple[TrackSpec, ...]:
        """Return a track and those it overlaps, worked out once a description: every dab asks."""
        known, sharing = self._paper
        if known is not self._description:
            self._paper = known, sharing = self._description, {}
        if track_id not in sharing:
            pixels = self.pixels_of(self._description.track(track_id))
            others = overlapping(pixels, self.all_pixels())
            sharing[track_id] = (pixels.track, *(o.track for o in others))
        return sharing[track_id]

    def _retrace_around(self, track_id: int, rows: RowSpan) -> RowSpan:
        """Decode rows again in a track and in those it overlaps; returns the rows whose trace changed, and ``rows``."""
        out = rows
        for each in self._sharing_paper(track_id):
            own = each.geometry.rows
            within = rows if own.start <= rows.start and rows.stop <= own.stop else rows.clipped(own)
            if within.start == within.stop:
                continue
            if self.is_tracing_later:
                state = self._state(each.id)
                state.stale = joined((*state.stale, within)) if state.stale else (within,)
            elif (done := self._retraced(each.id, (within,))) is not None:
                out = _around(out, done[1])
        return out

    def _retraced(
        self, track_id: int, spans: tuple[RowSpan, ...] = (), pins: tuple[TracePin, ...] | None = None
    ) -> tuple[ChangeKind, RowSpan] | None:
        """Decode changed and stale rows at once where that is quick; returns what changed, and around which rows."""
        state = self._state(track_id)
        changed = state.retrace(spans, pins)
        return None if changed is None else _with_moved(state, changed)


def _with_moved(state: TrackState, changed: RowSpan) -> tuple[ChangeKind, RowSpan]:
    """Return the kinds and rows of a new trace with those of the pixels that followed it."""
    kinds = ChangeKind.TRACE
    for moved in state.take_moved():
        kinds, changed = kinds | ChangeKind.MODEL, _around(changed, moved)
    return kinds, changed


def _around(a: RowSpan, b: RowSpan) -> RowSpan:
    if a.is_empty or b.is_empty:
        return b if a.is_empty else a
    return RowSpan(min(a.start, b.start), max(a.stop, b.stop))
