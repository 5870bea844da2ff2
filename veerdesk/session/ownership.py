"""What the decode of one track is given: the model's evidence, the person's word, and what other tracks own.

Separate because the traces in the window and those of an export rest on these few lines alike. Claims rest on what the
tiles answered and on what a person said, never on a trace: so no track's decode waits for another's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import Slot, TrackSpec
from veerdesk.imaging.progress import Cancel
from veerdesk.labels.classes import NOT_SAID
from veerdesk.labels.label_map import LabelMap
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import AS_ANSWERED, EvidencePlanes, Likeness
from veerdesk.segmentation.order import is_exchanged
from veerdesk.segmentation.sight import Seen
from veerdesk.tracing.trace import TracePin

if TYPE_CHECKING:
    from veerdesk.tracing.decode import Decoder

Window = tuple[NDArray[np.uint8], NDArray[np.uint8], int]
_SLOTS: tuple[Slot, ...] = (1, 2)
#: How strong a claim is: ink of a class that the track has no curve for, ink of its own, ink that a person gave it; one
#: more where it lies between the printed borders.
_FOREIGN, _OWN, _SAID = 1, 3, 5


@dataclass(frozen=True, slots=True)
class TrackPixels:
    """A track with its label map and evidence; ``scan_width`` in px."""

    track: TrackSpec
    labels: LabelMap
    evidence: EvidencePlanes
    scan_width: int

    @property
    def cols(self) -> tuple[int, int]:
        """Scan columns of the track and its margins."""
        return self.track.geometry.box(self.scan_width)

    def snapshot(self) -> TrackPixels:
        """Return an independent copy, for a job on another thread."""
        return TrackPixels(self.track, self.labels.snapshot(), self.evidence.snapshot(), self.scan_width)


def evidence_of(track: TrackPixels, others: Sequence[TrackPixels]) -> Callable[[RowSpan], Window]:
    """Return the function that a Decoder reads rows by: P(curve 1), P(curve 2) and the first scan column.

    ``others`` are the well's tracks in their order, this one among them or not.
    """
    outranked = outranked_by(track, others)

    def read(rows: RowSpan) -> Window:
        from veerdesk.labels.window_paint import state_word  # here, on the thread that decodes: a compiler is behind it

        cols = track.cols
        p1, p2 = track.evidence.read(rows, cols)
        state_word(p1, p2, track.labels.said(rows, cols))
        lost = outranked(rows)
        if lost is not None:
            p1[lost] = 0
            p2[lost] = 0
        return p1, p2, cols[0]

    return read


def seen_of(track: TrackPixels) -> Callable[[RowSpan], Seen]:
    """Return the function that tells a Decoder what else is known of rows: what the model sees, and where a person spoke."""

    def look(rows: RowSpan) -> Seen:
        from veerdesk.labels.window_paint import rows_said  # here, as above

        words = np.zeros((rows.rows, 3), np.uint8)
        rows_said(track.labels.said(rows, track.cols), *track.evidence.read(rows, track.cols), words)
        turned, likeness = words[:, 2] > 0, track.evidence.likeness
        if likeness is not None:
            turned = turned ^ likeness.is_turned(rows)
        return Seen(track.evidence.seen(rows), words[:, :2] > 0, turned)

    return look


def outranked_by(track: TrackPixels, others: Sequence[TrackPixels]) -> Callable[[RowSpan], NDArray[np.bool_] | None]:
    """Return the function that says which pixels of some rows of a track another one owns, ``(h, w)`` over its columns.

    A person's word comes first, then the track between whose printed borders a pixel lies, then the one that stands
    first in the well (CONTRACT, Who is who). The function gives None where nothing is lost. ``others`` as in
    `evidence_of`.
    """
    rivals = [(o, others.index(o) < _place(track, others)) for o in others if _meets(track, o)]

    def outranked(rows: RowSpan) -> NDArray[np.bool_] | None:
        lost: NDArray[np.bool_] | None = None
        for rival, is_earlier in rivals:
            to_rival = _lost(track, rival, rows, track.cols, is_earlier=is_earlier)
            lost = to_rival if lost is None else lost | to_rival
        return lost

    return outranked


def absent_slots(track: TrackSpec) -> tuple[Slot, ...]:
    """Return the slots that a track has no curve for; none while no curve was described, as both may still come."""
    return tuple(slot for slot in _SLOTS if track.curve(slot) is None) if track.curves else ()


def exchanged_slots(track: TrackSpec) -> bool:
    """Return True where the person's slots stand in the other order than the model's.

    By what is said of the curves' looks, or by what was found out from corrections (``TrackSpec.learned``).
    """
    first, second = ((c.style, c.colour) if (c := track.curve(slot)) is not None else None for slot in (1, 2))
    return is_exchanged(first, second) != bool(track.learned and track.learned.exchanged)


def stated_colours(track: TrackSpec) -> tuple[str, str] | None:
    """Return what is said of the colours of slot 1 and slot 2; None where that is not said of both."""
    first, second = (c.colour if (c := track.curve(slot)) is not None else None for slot in (1, 2))
    return (first, second) if first and second and first != second else None


def trace_pins(track: TrackSpec) -> tuple[TracePin, ...]:
    """Return what is stated of a track as the decode takes it: the person's pins, and slots without a curve as absent."""
    absent = absent_slots(track)
    stated = (TracePin(p.kind, p.slot, p.rows, p.column) for p in track.pins if p.slot not in absent)
    return (*stated, *(TracePin("absent", slot, track.geometry.rows) for slot in absent))


def new_decoder(
    track: TrackSpec,
    evidence: Callable[[RowSpan], Window],
    look: Callable[[RowSpan], Seen],
    stroke_px: float,
    likeness: Likeness | None,
) -> Decoder:
    """Return the decoder of a track whose evidence is told by a likeness, not solved yet."""
    # Here, on the thread that solves it: the compiler behind it takes 0.25 s to load, and no scan waits for that.
    from veerdesk.tracing.decode import Decoder

    geometry, pins = track.geometry, trace_pins(track)
    told, width = likeness or AS_ANSWERED, geometry.width_px
    return Decoder(geometry.rows, evidence, pins, stroke_px, width, False, geometry, told, look)


def track_likeness(track: TrackPixels, stroke_px: float, cancel: Cancel | None = None) -> Likeness:
    """Return whether the track's two pens look alike to the model (``tracing.likeness``).

    Nothing a person painted or pinned takes part. They are not where the track has one curve, or where what is said of
    the two, or their colours, tell them apart.

    Raises
    ------
    InterruptedWorkError
        Where ``cancel`` says so.
    """
    first, second = track.track.curve(1), track.track.curve(2)
    if absent_slots(track.track) or (first and second and (first.style, first.colour) != (second.style, second.colour)):
        return Likeness(False)
    if track.evidence.seen(track.track.geometry.rows).is_told_by_colour:
        return Likeness(False)
    from veerdesk.tracing.likeness import likeness_of  # here: the compiler behind it takes 0.25 s to load

    cols, geometry = track.cols, track.track.geometry

    def read(rows: RowSpan) -> Window:
        return *track.evidence.answered(rows, cols), cols[0]

    return likeness_of(geometry.rows, read, stroke_px, geometry, cancel)


def overlapping(track: TrackPixels, others: Sequence[TrackPixels]) -> tuple[TrackPixels, ...]:
    """Return the tracks that cover some of the same paper."""
    return tuple(o for o in others if _meets(track, o))


def _lost(
    track: TrackPixels, rival: TrackPixels, rows: RowSpan, cols: tuple[int, int], *, is_earlier: bool
) -> NDArray[np.bool_]:
    """Return the pixels of a window that a rival owns; ink it has no curve for outranks nothing but the like."""
    lost = np.zeros((rows.rows, cols[1] - cols[0]), np.bool_)
    left, right = max(cols[0], rival.cols[0]), min(cols[1], rival.cols[1])
    shared = rows.clipped(rival.track.geometry.rows)
    if left >= right or shared.is_empty:
        return lost
    ours, theirs = _claim(track, shared, (left, right)), _claim(rival, shared, (left, right))
    outranked = (theirs >= ours) if is_earlier else (theirs > ours)
    part = slice(shared.start - rows.start, shared.stop - rows.start)
    counts = (theirs >= _OWN) | ((theirs > 0) & (ours > 0))
    lost[part, left - cols[0] : right - cols[0]] = counts & outranked
    return lost


def _claim(pixels: TrackPixels, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
    """Return how strongly a track claims each pixel, ``(h, w)`` uint8, 0 where it does not."""
    geometry = pixels.track.geometry
    at = np.arange(rows.start, rows.stop, dtype=np.float64)[:, None]
    columns = np.arange(cols[0], cols[1])
    inside = (columns >= geometry.left_at(at)) & (columns <= geometry.right_at(at))
    answered, said = pixels.labels.answered(rows, cols), pixels.labels.said(rows, cols)
    own = np.zeros(256, np.bool_)
    own[[int(c.slot) for c in pixels.track.curves]] = True
    strength = np.where(own[answered], _OWN, np.where(answered > 0, _FOREIGN, 0))
    strength = np.where(said == NOT_SAID, strength, np.where(own[said], _SAID, 0))
    return np.asarray(np.where(strength > 0, strength + inside, 0), np.uint8)


def _meets(track: TrackPixels, other: TrackPixels) -> bool:
    return (
        other.track.id != track.track.id
        and other.track.scan == track.track.scan
        and other.track.geometry.rows.overlaps(track.track.geometry.rows)
        and max(other.cols[0], track.cols[0]) < min(other.cols[1], track.cols[1])
    )


def _place(track: TrackPixels, others: Sequence[TrackPixels]) -> int:
    return next((n for n, o in enumerate(others) if o.track.id == track.track.id), len(others))
