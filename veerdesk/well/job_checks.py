"""What must be true of a job before it is digitised; each trouble is a sentence with file, place and remedy.

Separate because a well in the window may be unfinished for days, while a job is refused at once.
"""

from __future__ import annotations

from pathlib import Path

from veerdesk.calibration.checks import missing_for_export
from veerdesk.calibration.description import TrackSpec, WellDescription
from veerdesk.errors import UnusableInputError


def check_job(description: WellDescription, path: Path) -> None:
    """Check a job read from ``path``: its scans are there and nothing keeps a curve from the LAS.

    Raises
    ------
    UnusableInputError
        With the first trouble found.
    """
    _check_names(description, path)
    for track in description.tracks:
        _check_slots(track, path)
    missing = missing_for_export(description)
    if missing:
        raise UnusableInputError(f"{path}: {missing[0].message}", missing[0].remedy)
    check_scan_files(description, path)


def check_scan_files(description: WellDescription, path: Path) -> None:
    """Check that every scan file of a job is where the job says.

    Raises
    ------
    UnusableInputError
        One is not.
    """
    for scan in description.scans:
        if not (path.parent / scan.file).is_file():
            raise UnusableInputError(
                f"{path}: the scan {scan.file} of [[scan]] {scan.id!r} is not in {path.parent}.",
                "Mend `file`; it is relative to the job file.",
            )


def check_track_on_scan(track: TrackSpec, *, width: int, height: int, where: str) -> None:
    """Check that a track lies on its scan of ``width`` x ``height`` px.

    Raises
    ------
    UnusableInputError
        Rows below the scan's end, or both borders beyond one side of it.
    """
    if track.bottom >= height:
        raise UnusableInputError(
            f"{where}: track {track.name} ends at row {track.bottom}, and the scan has rows 0 to {height - 1}.",
            f"Set bottom to {height - 1} or less.",
        )
    columns = [c for _, c in (*track.left, *track.right)]
    if min(columns) >= width or max(columns) < 0:
        raise UnusableInputError(
            f"{where}: track {track.name} lies at columns {min(columns):g} to {max(columns):g}, "
            f"and the scan has columns 0 to {width - 1}.",
            "Mend left and right: they are [row, column].",
        )


def _check_names(description: WellDescription, path: Path) -> None:
    if not description.scans:
        raise UnusableInputError(f"{path} names no scan.", "Add a [[scan]] with id and file.")
    if not description.tracks:
        raise UnusableInputError(f"{path} names no track.", "Add a [[track]] with its borders and curves.")
    for kind, names in (
        ("[[scan]] id", [s.id for s in description.scans]),
        ("[[track]] name", [t.name for t in description.tracks]),
    ):
        twice = next((n for k, n in enumerate(names) if n in names[:k]), None)
        if twice is not None:
            raise UnusableInputError(f"{path}: the {kind} {twice!r} is given twice.", "Give each a name of its own.")


def _check_slots(track: TrackSpec, path: Path) -> None:
    slots = [c.slot for c in track.curves]
    if len(slots) > 2:
        raise UnusableInputError(
            f"{path}: track {track.name} has {len(slots)} curves, and a track holds one or two.",
            "Put the third curve into a second track over the same paper.",
        )
    if len(set(slots)) < len(slots):
        raise UnusableInputError(
            f"{path}: track {track.name} gives slot {slots[0]} to both of its curves.",
            "Give them slot = 1 and slot = 2.",
        )
