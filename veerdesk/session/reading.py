"""One track read from its scan: segmented tile after tile, settled with its neighbours, decoded to a trace.

Separate because the command line reads a whole well with it and knows no window; the results live in the same planes
that a session keeps, so both give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import CurveSpec, TrackSpec
from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.imaging.scan import Scan
from veerdesk.labels.label_map import LabelMap
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import EvidencePlanes
from veerdesk.segmentation.order import is_exchanged
from veerdesk.segmentation.predictor import Predictor
from veerdesk.segmentation.segment import TrackSegmenter
from veerdesk.session.overlap import Owned, owned_elsewhere
from veerdesk.tracing.crossings import Crossing, find_crossings
from veerdesk.tracing.decode import Decoder
from veerdesk.tracing.trace import Trace, TracePin


@dataclass(slots=True)
class TrackWork:
    """One track on its way from paper to trace; owns its planes while the work lasts."""

    track: TrackSpec
    scan: Scan
    stroke_px: float
    labels: LabelMap
    evidence: EvidencePlanes
    is_segmented: bool = False

    @property
    def owned(self) -> Owned:
        """The track as far as ownership between tracks goes."""
        return Owned(self.track, self.labels, self.scan.width)


@dataclass(frozen=True, slots=True)
class TrackReading:
    """What was read from one track."""

    trace: Trace
    crossings: tuple[Crossing, ...]


def exchanged_slots(track: TrackSpec) -> bool:
    """Return True where what is said of the track's curves puts the model's canonical order the other way round."""
    first, second = track.curve(1), track.curve(2)
    if first is None or second is None:
        return first is None and second is not None
    return is_exchanged(_look(first), _look(second))


def segment_track(work: TrackWork, predictor: Predictor, cancel: Cancel, progress: Progress) -> None:
    """Fill the work's model plane and evidence, one tile after the other.

    Raises
    ------
    InterruptedWorkError
        It was cancelled.
    """
    segmenter = TrackSegmenter(
        read=work.scan.read,
        scan_width=work.scan.width,
        geometry=work.track.geometry,
        stroke_px=work.stroke_px,
        predictor=predictor,
        exchanged=exchanged_slots(work.track),
    )
    work.evidence.digest = predictor.digest
    for index in range(len(segmenter.tiles)):
        if cancel.is_cancelled():
            raise InterruptedWorkError(f"Track {work.track.name} was not read to its end.", "Start again.")
        band = segmenter.run(index)
        work.evidence.write(band)
        work.labels.set_model(band.rows, band.col0, band.classes)
        progress((index + 1) / len(segmenter.tiles))
    work.is_segmented = True


def decode_track(work: TrackWork, others: Sequence[Owned], cancel: Cancel, progress: Progress) -> TrackReading:
    """Return the trace of a segmented track: a person's word applied, ink of other tracks left to them."""
    track = work.track
    cols = track.geometry.box(work.scan.width)

    def evidence(rows: RowSpan) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
        p1, p2 = with_word(work, rows, cols)
        elsewhere = owned_elsewhere(work.owned, others, rows, cols)
        p1[elsewhere] = 0
        p2[elsewhere] = 0
        return p1, p2, cols[0]

    decoder = Decoder(
        track.geometry.rows,
        evidence,
        [TracePin(p.kind, p.slot, p.rows, p.column) for p in track.pins],
        work.stroke_px,
        track.geometry.width_px,
        is_single=len(track.curves) < 2,
    )
    trace = decoder.solve(cancel, progress)
    return TrackReading(trace, tuple(find_crossings(trace, decoder)))


def with_word(work: TrackWork, rows: RowSpan, cols: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return P(curve 1) and P(curve 2), ``(h, w)`` uint8, a person's word standing as certain."""
    p1, p2 = work.evidence.read(rows, cols)
    said = work.labels.said(rows, cols)
    p1[said <= 2] = 0
    p2[said <= 2] = 0
    p1[said == 1] = 255
    p2[said == 2] = 255
    return p1, p2


def _look(curve: CurveSpec) -> tuple[str | None, str | None]:
    return curve.style, curve.colour
