"""Wells as a label release takes them: from a well file, or from a session that is open.

Separate because a release is made of label maps, scans and accepted rows, wherever they come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from veerdesk.calibration.description import ScanSpec, TrackSpec, WellDescription
from veerdesk.dataset.manifest import LabelledWell
from veerdesk.dataset.sample import LabelledTrack
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.imaging.scan import Scan, file_digest, open_scan
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.labels.label_map import LabelMap
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import changed_rows
from veerdesk.session.ownership import TrackPixels, exchanged_slots
from veerdesk.session.reading import decode_pixels
from veerdesk.session.well_run import StoredTrack, WellSource


def labelled_well(well: WellSource, held: ExitStack) -> LabelledWell:
    """Return a stored well with its scans open until the stack is closed; tracks with accepted rows are decoded.

    So their pixels follow their traces, as the window shows them and as `digitise` leaves them.

    Raises
    ------
    UnusableInputError
        It has accepted rows that no model has read and no person has painted, or a scan cannot be opened.
    """
    description = well.description
    tracks = [t for t in description.tracks if t.accepted]
    scans = {
        spec.id: held.enter_context(open_scan(well.folder / spec.file, page=spec.page))
        for spec in description.scans
        if any(t.scan == spec.id for t in tracks)
    }
    pixels = {
        t.id: TrackPixels(t, well.tracks[t.id].labels, well.tracks[t.id].evidence, scans[t.scan].width)
        for t in description.tracks
        if t.id in well.tracks and t.scan in scans
    }
    for track in tracks:
        _refuse_unread(track, well.tracks.get(track.id), well.where)
    changed: dict[int, tuple[RowSpan, ...]] = {}
    for k, track in enumerate(tracks):
        stroke_px = track.stroke_px or measure_stroke_px(scans[track.scan].read, track.geometry)
        reading = decode_pixels(pixels[track.id], list(pixels.values()), stroke_px, Unstoppable(), unwatched)
        line = well.tracks[track.id].accepted
        changed[track.id] = changed_rows(line, track.accepted, reading.trace, ()) if line is not None else ()
        tracks[k] = replace(track, stroke_px=stroke_px)
    names = [(Path(s.file).name, _digest(s, scans.get(s.id), well.folder)) for s in description.scans]
    read = [(t, pixels[t.id].labels, pixels[t.id].evidence.digest) for t in tracks]
    return assembled(description, read, scans, names, changed)


def assembled(
    description: WellDescription,
    tracks: Sequence[tuple[TrackSpec, LabelMap, str]],
    scans: dict[str, Scan],
    names: Sequence[tuple[str, str]],
    changed: Mapping[int, tuple[RowSpan, ...]],
) -> LabelledWell:
    """Return a well from tracks with their label maps and the digest of the model that read them.

    ``names`` are file name and digest of every scan of the well, used or not: they decide its side of the split.
    ``changed`` are the rows of each track, by its id, that changed since they were accepted.
    """
    return LabelledWell(
        description.name,
        tuple(names),
        tuple(
            LabelledTrack(
                track,
                labels,
                scans[track.scan],
                track.stroke_px or measure_stroke_px(scans[track.scan].read, track.geometry),
                exchanged_slots(track),
                model,
                changed.get(track.id, ()),
            )
            for track, labels, model in tracks
        ),
    )


def _digest(spec: ScanSpec, scan: Scan | None, folder: Path) -> str:
    if scan is not None:
        return scan.digest
    return spec.digest or file_digest(folder / spec.file)


def _refuse_unread(track: TrackSpec, stored: StoredTrack | None, where: str) -> None:
    """A track that nobody and nothing has read holds no labels, whatever was accepted."""
    rows = track.geometry.rows
    has_word = stored is not None and any(s.overlaps(rows) for s in stored.labels.person.row_spans())
    if stored is None or not (stored.is_segmented or has_word):
        span = track.accepted[0] if track.accepted else RowSpan(0, 0)
        raise UnusableInputError(
            f"{where}: rows {span.start} to {span.stop - 1} of track {track.name} were accepted, "
            "but the track has not been read under its present borders.",
            "Open the well and let the model read the track, then export again.",
        )
