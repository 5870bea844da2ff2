"""Where a well is made, how it is opened again, and how a copy of it is made.

Separate because finding files is none of a session's work once it is open.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain
from pathlib import Path

from veerdesk import __version__
from veerdesk.calibration.description import ScanSpec, WellDescription
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.scan import page_count
from veerdesk.labels.tile_plane import TILE
from veerdesk.session.open_scans import BeginScan, OpenScans, begin_real_scan, open_well_scans, relative
from veerdesk.session.stored_description import stored_description
from veerdesk.well.description_json import to_json
from veerdesk.well.job import read_unfinished_job, write_job
from veerdesk.well.lock import WriterLock
from veerdesk.well.store import WellStore

SUFFIX = ".veer"
Opened = tuple[WellStore, WellDescription, OpenScans]


def create_well(
    scan_paths: tuple[Path, ...], well_path: Path | None = None, *, begin: BeginScan = begin_real_scan
) -> Opened:
    """Make a new well of one or more scans; several pages of a file become several scans.

    Raises
    ------
    UnusableInputError
        A scan cannot be used or the well cannot be made; nothing is left behind.
    """
    if not scan_paths:
        raise UnusableInputError("A well needs a scan, and none was given.", "Give one or more scan files.")
    specs: list[ScanSpec] = []
    for path in scan_paths:
        pages = page_count(path)
        for page in range(pages):
            name = path.stem if pages == 1 else f"{path.stem}-{page + 1}"
            taken = {s.id for s in specs}
            scan_id = next(n for n in (name, *(f"{name}-{k}" for k in range(2, 9999))) if n not in taken)
            specs.append(ScanSpec(scan_id, str(path.absolute()), page))
    description = WellDescription(items=(("WELL", scan_paths[0].stem),), scans=tuple(specs))
    return _made(description, scan_paths[0], well_path, begin)


def create_well_from_job(job: Path, well_path: Path | None = None, *, begin: BeginScan = begin_real_scan) -> Opened:
    """Make a new well of a job file, beside the job.

    Raises
    ------
    UnusableInputError
        The job or a scan cannot be used, or the well cannot be made; nothing is left behind.
    """
    description = read_unfinished_job(job)
    for scan in description.scans:
        path = job.parent / scan.file
        if not path.is_file():
            raise UnusableInputError(
                f"{job}: the scan {scan.file} of [[scan]] {scan.id!r} is not in {job.parent}.",
                "Mend `file`; it is relative to the job file.",
            )
        description = description.with_scan(replace(scan, file=str(path.absolute())))
    return _made(description, job, well_path, begin)


def may_write(path: Path) -> bool:
    """Return True where a well that was opened for reading could now be opened for writing."""
    return WriterLock.is_free(path)


def open_well(
    path: Path,
    *,
    shown: Mapping[str, Path],
    accepted: frozenset[str] = frozenset(),
    begin: BeginScan = begin_real_scan,
) -> Opened:
    """Open a well file with its scans, for reading only where another window writes it.

    Raises
    ------
    UnusableInputError
        The well or a scan cannot be used; nothing is left open, and no file was touched.
    """
    store = WellStore.open(path)
    return _opened(store, shown=shown, accepted=accepted, begin=begin, notes=store.meta)


def open_well_reading(path: Path, *, begin: BeginScan = begin_real_scan) -> Opened:
    """Open the last committed state of a well, as commands that only read do; raises as `open_well`."""
    return _opened(WellStore.open_reading(path), shown={}, accepted=frozenset(), begin=begin, notes=dict)


def copy_well(store: WellStore, description: WellDescription, scans: Mapping[str, Path], path: Path) -> None:
    """Write a well as another file, with its scans named as seen from there.

    Raises
    ------
    UnusableInputError
        It cannot be written, or it is the very same file.
    """
    if path.exists() and path.samefile(store.path):
        raise UnusableInputError(f"{path} is the well that is open.", "Give the copy another name.")
    store.copy_to(path, {"description": to_json(_seen_from(path.parent, description, scans))})


def export_job(path: Path, description: WellDescription, scans: Mapping[str, Path]) -> None:
    """Write a well's description as a job file, with its scans named as seen from there.

    Raises
    ------
    UnusableInputError
        It cannot be written.
    """
    write_job(path, _seen_from(path.parent, description, scans))


def well_beside(scan: Path) -> Path:
    """Return where the well of a scan is, or will be made: beside it, or in Documents/Veerdesk."""
    name = scan.with_suffix(SUFFIX).name
    if _can_write(scan.absolute().parent) and not _is_remote(scan.absolute().parent):
        return scan.with_suffix(SUFFIX)
    return documents_folder() / name


def documents_folder() -> Path:
    """Return the folder for wells that cannot lie beside their scan (``VEERDESK_DOCUMENTS`` outranks the usual)."""
    named = os.environ.get("VEERDESK_DOCUMENTS")
    return Path(named) if named else Path.home() / "Documents" / "Veerdesk"


def _made(description: WellDescription, source: Path, well_path: Path | None, begin: BeginScan) -> Opened:
    scans = OpenScans()
    with ExitStack() as undoing:
        undoing.callback(scans.close)
        for spec in description.scans:
            scans.add(spec.id, Path(spec.file), spec.page, begin)
        path = well_path or _free(well_beside(source))
        folder = path.absolute().parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnusableInputError(
                f"The folder {folder} cannot be made: {error.strerror}.", "Choose a folder that can be written."
            ) from error
        paths = {i: s.path for i, s in scans.by_id.items()}
        description = _seen_from(folder, description, paths)
        meta = {"description": to_json(description), "tile": str(TILE), "program": __version__}
        store = WellStore.create(path, meta)
        undoing.pop_all()
    return store, description, scans


def _opened(
    store: WellStore,
    *,
    shown: Mapping[str, Path],
    accepted: frozenset[str],
    begin: BeginScan,
    notes: Callable[[], Mapping[str, str]],
) -> Opened:
    with ExitStack() as undoing:
        undoing.callback(store.close)
        description = stored_description(store)
        description, scans = open_well_scans(
            description, store.path, shown=shown, accepted=accepted, begin=begin, notes=notes()
        )
        undoing.pop_all()
    return store, description, scans


def _seen_from(folder: Path, description: WellDescription, scans: Mapping[str, Path]) -> WellDescription:
    for scan in description.scans:
        description = description.with_scan(replace(scan, file=relative(scans[scan.id], folder)))
    return description


def _free(path: Path) -> Path:
    """Return a path where there is no well yet: nothing that exists is ever written over."""
    others = (path.with_name(f"{path.stem} {n}{path.suffix}") for n in range(2, 9999))
    return next(p for p in chain((path,), others) if not p.exists())


def _can_write(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK)


# A write-ahead log needs memory shared between processes, which these do not give (SQLite, WAL, section 1).
_REMOTE_KINDS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ncpfs", "davfs", "fuse.rclone"}


def _is_remote(folder: Path) -> bool:
    """Return True where a folder lies on another machine, as far as the system says so."""
    if sys.platform == "win32":
        return str(folder).startswith("\\\\")
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    kinds = {f[1].replace("\\040", " "): f[2] for line in mounts if len(f := line.split()) > 2}
    at = next((p for p in (folder, *folder.parents) if str(p) in kinds), None)
    return at is not None and kinds[str(at)] in _REMOTE_KINDS
