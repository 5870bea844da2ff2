"""Tracks of another well or job file, fitted to this well's scan.

Separate because a technician digitises twenty logs of one format a day and places the borders of the first only.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from veerdesk.calibration.description import TrackSpec, WellDescription
from veerdesk.imaging.geometry import Polyline
from veerdesk.session.opening import SUFFIX
from veerdesk.session.session import Session
from veerdesk.well.description_json import from_json
from veerdesk.well.job import read_unfinished_job
from veerdesk.well.store import WellStore


def description_of(path: Path) -> WellDescription:
    """Return the description in a well file or job file, without opening its scans.

    Raises
    ------
    UnusableInputError
        The file cannot be read as one.
    """
    if path.suffix.lower() != SUFFIX:
        return read_unfinished_job(path)
    store = WellStore.open_reading(path)
    try:
        return from_json(store.meta().get("description", ""), where=str(path))
    finally:
        store.close()


def copied_tracks(session: Session, source: WellDescription, scan_id: str) -> WellDescription:
    """Return the session's description with the source's tracks added to one scan.

    Borders keep their columns, moved into the scan where they would lie outside; a track that ran over its whole
    scan runs over this one. Names that are taken get a number. Nobody has accepted a row of a copy.
    """
    scan = session.scans[scan_id]
    after = session.description
    taken = {t.name for t in after.tracks}
    first = session.new_track(scan=scan_id, top=0, bottom=0, left=((0.0, 0.0),), right=((0.0, 1.0),)).id
    for number, track in enumerate(source.tracks, first):
        name = next(n for n in (track.name, *(f"{track.name} {k}" for k in range(2, 9999))) if n not in taken)
        taken.add(name)
        top = min(track.top, scan.height - 1)
        bottom = scan.height - 1
        made = session.new_track(
            scan=scan_id,
            top=top,
            bottom=bottom,
            left=_inside(track.left, scan.width),
            right=_inside(track.right, scan.width),
        )
        after = after.with_track(_renamed(replace(made, id=number), name, track))
    return after


def _renamed(made: TrackSpec, name: str, source: TrackSpec) -> TrackSpec:
    return replace(made, name=name, curves=source.curves)


def _inside(line: Polyline, width: int) -> Polyline:
    return tuple((row, min(max(col, 0.0), float(width - 1))) for row, col in line)
