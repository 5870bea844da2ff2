"""One track read from its scan: segmented tile after tile, decoded to a trace, its pixels settled by that.

Separate because the command line reads a whole well with it and knows no window; the results live in the same planes
that a session keeps, so both give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from veerdesk.calibration.description import TrackSpec
from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.imaging.scan import Scan
from veerdesk.labels.label_map import LabelMap
from veerdesk.segmentation.evidence import EvidencePlanes
from veerdesk.segmentation.predictor import Predictor, adapted
from veerdesk.segmentation.segment import TrackSegmenter
from veerdesk.session.following import settler_of
from veerdesk.session.ownership import (
    TrackPixels,
    evidence_of,
    exchanged_slots,
    new_decoder,
    seen_of,
    stated_colours,
    track_likeness,
)
from veerdesk.tracing.crossings import Crossing, find_crossings
from veerdesk.tracing.owners import traced_owners
from veerdesk.tracing.trace import Trace


@dataclass(slots=True)
class TrackWork:
    """One track on its way from paper to trace; owns its planes while the work lasts."""

    track: TrackSpec
    scan: Scan
    stroke_px: float
    labels: LabelMap
    evidence: EvidencePlanes
    is_segmented: bool = False
    delta: bytes | None = None

    @property
    def pixels(self) -> TrackPixels:
        """The track's planes as the decode and the ownership between tracks take them."""
        return TrackPixels(self.track, self.labels, self.evidence, self.scan.width)


@dataclass(frozen=True, slots=True)
class TrackReading:
    """What was read from one track."""

    trace: Trace
    crossings: tuple[Crossing, ...]


def segment_track(work: TrackWork, predictor: Predictor, cancel: Cancel, progress: Progress) -> None:
    """Fill the work's model plane and evidence, one tile after the other; what was learned for the track is put on.

    Raises
    ------
    InterruptedWorkError
        It was cancelled.
    """
    predictor = adapted(predictor, work.delta)
    segmenter = TrackSegmenter(
        read=work.scan.read,
        scan_width=work.scan.width,
        geometry=work.track.geometry,
        stroke_px=work.stroke_px,
        predictor=predictor,
        exchanged=exchanged_slots(work.track),
        owners=traced_owners,
        read_colour=work.scan.read_colour if work.scan.has_colour else None,
        colours=stated_colours(work.track),
    )
    work.labels.clear_model()
    work.evidence.clear()
    work.evidence.digest = predictor.digest
    for index in range(len(segmenter.tiles)):
        if cancel.is_cancelled():
            raise InterruptedWorkError(f"Track {work.track.name} was not read to its end.", "Start again.")
        band = segmenter.run(index)
        work.evidence.write(band)
        work.labels.set_model(band.rows, band.col0, band.classes)
        progress((index + 1) / len(segmenter.tiles))
    work.is_segmented = True


def decode_track(work: TrackWork, others: Sequence[TrackPixels], cancel: Cancel, progress: Progress) -> TrackReading:
    """Return the trace of a segmented track, a person's word applied, ink of other tracks left to them; settle its pixels."""
    return decode_pixels(work.pixels, others, work.stroke_px, cancel, progress)


def decode_pixels(
    pixels: TrackPixels, others: Sequence[TrackPixels], stroke_px: float, cancel: Cancel, progress: Progress
) -> TrackReading:
    """Return the trace of a track whose tiles were answered, and bring its model plane into line with it."""
    pixels.evidence.likeness = track_likeness(pixels, stroke_px, cancel)
    decoder = new_decoder(
        pixels.track, evidence_of(pixels, others), seen_of(pixels), stroke_px, pixels.evidence.likeness
    )
    trace = decoder.solve(cancel, progress)
    settler_of(pixels, others, stroke_px)(trace, (trace.rows,))
    return TrackReading(trace, tuple(find_crossings(trace, decoder)))
