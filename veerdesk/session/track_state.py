"""One track that is open: its pixels, what was predicted under which key, and its trace with what is stale of it.

Separate because the session holds several and every one of them keeps the same promise: what the trace shows outside
the stale rows is what a full decode would give.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from veerdesk.calibration.description import TrackSpec
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.labels.label_map import LabelMap
from veerdesk.rows import RowSpan, joined, without
from veerdesk.segmentation.evidence import EvidencePlanes, Likeness, Parted
from veerdesk.segmentation.sight import Seen
from veerdesk.session.following import Settle
from veerdesk.session.ownership import TrackPixels, Window
from veerdesk.tracing.trace import Trace, TracePin
from veerdesk.well.records import Plane, TileRow

if TYPE_CHECKING:
    from veerdesk.tracing.decode import Decoder

#: In the order in which `TrackState.take_tiles` asks them.
_PLANES = (Plane.MODEL, Plane.PROVISIONAL, Plane.PERSON, Plane.EVIDENCE_1, Plane.EVIDENCE_2, Plane.SIGHT)
#: Rows decoded again at once after a gesture; more becomes stale and is left to a job.
AT_ONCE_ROWS = 4096


@dataclass(frozen=True, slots=True)
class PredictionKey:
    """What a tile's answer depends on; an answer under another key than the track's present one is dropped.

    ``slots_exchanged``: the person's slots stand in the other order than the network's. ``learned``: digest of the delta
    that the track has on the model, empty where none. ``colours``: what is said of the colours of both slots.
    """

    track_id: int
    scan_digest: str
    geometry: TrackGeometry
    stroke_px: float
    slots_exchanged: bool
    model_digest: str
    learned: str = ""
    colours: tuple[str, str] | None = None

    def text(self) -> str:
        """Return the key as text that is equal for equal keys only."""
        values = asdict(self)
        for name in ("learned", "colours"):
            if not values[name]:  # as wells of before have it
                del values[name]
        return json.dumps(values, sort_keys=True)


class EvidenceSource:
    """What a decoder reads; can be turned from a copy to the live planes when a job comes back, as `Decoding.settle` is."""

    def __init__(self, read: Callable[[RowSpan], Window], look: Callable[[RowSpan], Seen]) -> None:
        self.read, self.look = read, look

    def __call__(self, rows: RowSpan) -> Window:
        """Return the evidence of some rows."""
        return self.read(rows)

    def seen(self, rows: RowSpan) -> Seen:
        """Return what else is known of some rows."""
        return self.look(rows)


@dataclass(slots=True)
class Decoding:
    """A decoder with its source, the trace it gave last, and what brings the model plane into line with that."""

    decoder: Decoder
    source: EvidenceSource
    trace: Trace
    settle: Settle


class TrackState:
    """Pixels, prediction and trace of one open track; owns which rows of the trace are stale."""

    def __init__(self, origin_col: int) -> None:
        self.labels = LabelMap(origin_col)
        self.evidence = EvidencePlanes(origin_col)
        self.prediction_key = ""
        self.predicted: tuple[RowSpan, ...] = ()
        self.decoding: Decoding | None = None
        self.trace: Trace | None = None
        self.stale: tuple[RowSpan, ...] = ()
        #: Raised whenever a decode under way can no longer be used.
        self.generation = 0
        self.is_decoding = False
        #: Rows in which pixels of the model plane followed the trace since `take_moved`.
        self.moved: tuple[RowSpan, ...] = ()
        #: Raised whenever the trace, which is changed in place, is another one.
        self.trace_version = 0

    def pixels(self, track: TrackSpec, scan_width: int) -> TrackPixels:
        """Return the live pixels with the track's present description."""
        return TrackPixels(track, self.labels, self.evidence, scan_width)

    def take_tiles(self, track_id: int) -> tuple[TileRow, ...]:
        """Return every tile that changed since the last call, for the store."""
        labels, evidence = self.labels, self.evidence
        planes = (labels.model, labels.provisional, labels.person, evidence.p1, evidence.p2, evidence.sight)
        rows: list[TileRow] = []
        for k in range(len(planes)):  # no comprehension: every stroke asks, and each is a call of its own
            if planes[k].news:
                for tile in planes[k].take_copies():
                    rows.append(TileRow(track_id, _PLANES[k], *tile))
        return tuple(rows)

    def forget_prediction(self) -> None:
        """Clear model plane and evidence, before the first band under a new key."""
        self.labels.clear_model()
        self.evidence.clear()
        self.predicted = ()

    def forget_decoding(self, rows: RowSpan) -> None:
        """Make the whole trace stale: borders, stroke width or the number of curves changed."""
        self.generation += 1
        self.decoding, self.is_decoding = None, False
        self.stale = (rows,)

    def retrace(self, spans: tuple[RowSpan, ...], pins: tuple[TracePin, ...] | None = None) -> RowSpan | None:
        """Decode changed rows again at once where that is quick, else make them stale.

        Returns the rows whose trace changed, or None where they are stale now.
        """
        spans = joined((*self.stale, *spans))
        if self.decoding is None or self.is_decoding or sum(s.rows for s in spans) > AT_ONCE_ROWS:
            self.stale = spans
            return None
        self.stale = ()
        self.trace, changed = self.decoding.decoder.resolve(spans, pins)
        self.decoding.trace = self.trace
        self.trace_version += 1
        self.moved = joined((*self.moved, self.decoding.settle(self.trace, (*spans, changed))))
        return changed

    def take_moved(self) -> tuple[RowSpan, ...]:
        """Return the rows in which pixels of the model plane followed the trace since the last call."""
        moved, self.moved = self.moved, ()
        return moved

    def take(self, decoding: Decoding) -> None:
        """Show what a decode on another thread gave."""
        self.decoding, self.trace, self.is_decoding = decoding, decoding.trace, False
        self.trace_version += 1

    def is_predicted(self, rows: RowSpan) -> bool:
        """Return True where every row was predicted under the present key."""
        return not rows.is_empty and not _minus(rows, self.predicted)

    def prediction_note(self) -> str:
        """Return key, model and predicted rows as the well keeps them."""
        spans = [[s.start, s.stop] for s in self.predicted]
        likeness = self.evidence.likeness
        return json.dumps(
            {
                "key": self.prediction_key,
                "model": self.evidence.digest,
                "rows": spans,
                "likeness": None if likeness is None else asdict(likeness),
            }
        )

    def read_note(self, text: str) -> None:
        """Take over what `prediction_note` wrote."""
        values = json.loads(text)
        self.prediction_key, self.evidence.digest = str(values["key"]), str(values["model"])
        self.predicted = joined(RowSpan(int(a), int(b)) for a, b in values["rows"])
        likeness = values.get("likeness")
        self.evidence.likeness = None if likeness is None else _likeness(likeness)


def _likeness(values: dict[str, Any]) -> Likeness:
    if "parted" not in values:  # as wells of before have it: one column at the top
        values = {**values, "parted": [{**values, "left": 1}]}
    parted = (Parted(_span(p["rows"]), float(p["column"]), int(p["left"])) for p in values["parted"])
    turned = tuple(_span(span) for span in values.get("turned", ()))
    return Likeness(bool(values["are_alike"]), tuple(parted), turned, float(values.get("bends", 0.0)))


def _span(values: dict[str, Any]) -> RowSpan:
    return RowSpan(int(values["start"]), int(values["stop"]))


def _minus(rows: RowSpan, spans: tuple[RowSpan, ...]) -> tuple[RowSpan, ...]:
    left: tuple[RowSpan, ...] = (rows,)
    for span in spans:
        left = without(left, span)
    return left
