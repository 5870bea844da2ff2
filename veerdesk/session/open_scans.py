"""The scans of a well: found, opened, and checked against the digest the well names.

Separate because a scan may have moved, may have changed, and may still be decoding while the session goes on.
"""

from __future__ import annotations

import os.path
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import ScanSpec, WellDescription
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.imaging.scan import begin_scan, file_digest
from veerdesk.rows import RowSpan
from veerdesk.session.known_scans import KnownScan, known_scan, size_words
from veerdesk.session.unpacking import unpacked

Ingest = Callable[[Cancel, Progress], None]


class OpenScan(Protocol):
    """What the session needs of a scan that is open (`imaging.scan.Scan` is one)."""

    path: Path
    width: int
    height: int
    has_colour: bool

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes."""
        ...

    @property
    def is_complete(self) -> bool:
        """True once every row was decoded."""
        ...

    def read(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return a window ``(h, w)`` uint8 grey."""
        ...

    def read_colour(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return a window ``(h, w, 3)`` uint8 RGB."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class BeginScan(Protocol):
    """How a scan is opened (`imaging.scan.begin_scan` is one)."""

    def __call__(self, path: Path, *, page: int | None = None) -> tuple[OpenScan, Ingest | None]:
        """Return the scan, and its ingest where it is not in the cache."""
        ...


class MissingScanError(UnusableInputError):
    """A well's scan is not where the well says, or no use there, and not beside it: the person is asked for ``scan_id``."""

    def __init__(self, well: Path, scan: ScanSpec, trouble: UnusableInputError | None = None) -> None:
        said = f"The scan {scan.file} of the well {well} is not in its place any more, and not beside the well either."
        if trouble is not None:
            said = f"{trouble.message} No other copy of it lies beside the well {well}."
        super().__init__(said, "Put the scan beside the well, or show where it is.")
        self.scan_id = scan.id


class ChangedScanError(UnusableInputError):
    """The file found for ``scan_id`` is another one than the well was made on: the person chooses.

    ``is_other_size`` is True where it has other rows or columns, so that nothing will lie where it was.
    """

    def __init__(self, well: Path, scan: ScanSpec, found: Path, sizes: tuple[KnownScan, OpenScan]) -> None:
        known, now = sizes
        is_now = size_words(now.width, now.height)
        self.is_other_size = bool(known.width) and (known.width, known.height) != (now.width, now.height)
        if self.is_other_size:
            said = f"it is {is_now}, and that one was {size_words(known.width, known.height)}"
        else:
            said = f"both are {is_now}" if known.width else f"it is {is_now}"
        super().__init__(
            f"{found} is not the scan that {well} was made on: its content has changed ({said}).",
            "Show where the unchanged scan is, or say that this one is to be used.",
        )
        self.scan_id, self.found = scan.id, found


class ReturnedScanError(UnusableInputError):
    """The scan that a well was made on is there again, and another is in use for ``scan_id``: the person chooses."""

    def __init__(self, well: Path, scan: ScanSpec, found: Path, sizes: tuple[KnownScan, OpenScan]) -> None:
        known, now = sizes
        size = f" ({size_words(known.made_on_width, known.made_on_height)})" if known.made_on_width else ""
        super().__init__(
            f"{well} uses {Path(scan.file).name} ({size_words(now.width, now.height)}), which somebody took in place of the "
            f"scan it was made on. That one is there again: {found}{size}.",
            "Say which of the two belongs to the well.",
        )
        self.scan_id, self.found = scan.id, found


class OpenScans:
    """The open scans of one well by id; owns them until it is closed."""

    def __init__(self) -> None:
        self.by_id: dict[str, OpenScan] = {}
        self.ingests: dict[str, Ingest] = {}
        self._stamps: dict[str, tuple[int, int] | None] = {}

    def add(self, scan_id: str, path: Path, page: int, begin: BeginScan) -> OpenScan:
        """Open a scan. Raises UnusableInputError where the file cannot be used."""
        scan, ingest = begin(path, page=page)
        self.by_id[scan_id] = scan
        self._stamps[scan_id] = _stamp(path)
        if ingest is not None:
            self.ingests[scan_id] = ingest
        return scan

    def changed(self) -> tuple[str, ...]:
        """Return the ids of scans whose file is another one than when it was opened; one that is gone is not."""
        now = {i: _stamp(scan.path) for i, scan in self.by_id.items()}
        return tuple(i for i, stamp in now.items() if stamp is not None and stamp != self._stamps[i])

    def drop(self, scan_id: str) -> None:
        """Close one scan and forget it."""
        self.by_id.pop(scan_id).close()
        self.ingests.pop(scan_id, None)

    def close(self) -> None:
        """Close every scan."""
        for scan in self.by_id.values():
            scan.close()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        at = path.stat()
    except OSError:
        return None
    return at.st_size, at.st_mtime_ns


def begin_real_scan(path: Path, *, page: int | None = None) -> tuple[OpenScan, Ingest | None]:
    """Open a scan file through `veerdesk.imaging`."""
    return begin_scan(path, page=page)


def open_well_scans(
    description: WellDescription,
    well: Path,
    *,
    shown: Mapping[str, Path],
    accepted: frozenset[str],
    begin: BeginScan,
    notes: Mapping[str, str],
) -> tuple[WellDescription, OpenScans]:
    """Return the description with every scan where it was found, and the scans, open.

    Parameters
    ----------
    shown
        Where the person says that a scan is, by scan id.
    accepted
        Scans that the person says are to be used although they are not what the well was made on.
    notes
        The well's notes (`known_scans`); without them nobody is asked whether the scan of before is to be used again.

    Raises
    ------
    MissingScanError, ChangedScanError, ReturnedScanError
        Nothing is left open then.
    """
    scans = OpenScans()
    with ExitStack() as undoing:
        undoing.callback(scans.close)
        for spec in description.scans:
            known = known_scan(notes, spec.id)
            path = _found(spec, well, shown.get(spec.id))
            try:
                scan = scans.add(spec.id, path, spec.page, begin)
            except UnusableInputError as trouble:
                if (other := _other_copy(spec, well)) is None:
                    raise MissingScanError(well, spec, trouble) from trouble
                path, scan = other, scans.add(spec.id, other, spec.page, begin)
            if spec.digest and scan.digest not in (spec.digest, known.made_on) and spec.id not in accepted:
                if (other := _other_copy(spec, well)) is None:
                    raise ChangedScanError(well, spec, path, (known, scan))
                scans.drop(spec.id)
                path, scan = other, scans.add(spec.id, other, spec.page, begin)
            if known.made_on and scan.digest != known.made_on and spec.id not in accepted:
                before = replace(spec, digest=known.made_on, file=known.made_on_file or spec.file)
                if (right := _other_copy(before, well)) is not None:
                    raise ReturnedScanError(well, spec, right, (known, scan))
            digest = scan.digest if spec.digest else ""
            description = description.with_scan(replace(spec, file=relative(path, well.parent), digest=digest))
        undoing.pop_all()
    return description, scans


def relative(path: Path, folder: Path) -> str:
    """Return a path as seen from a folder, with forward slashes; absolute where there is no way between them."""
    try:
        return Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    except ValueError:  # another drive
        return path.absolute().as_posix()


def _found(spec: ScanSpec, well: Path, shown: Path | None) -> Path:
    """Return where a scan is: where the person shows it, where the well says, beside the well, or inside it."""
    if shown is not None:
        return shown
    named = well.parent / spec.file
    if named.is_file():
        return named
    beside = well.parent / Path(spec.file).name
    if beside.is_file():
        return beside
    if (other := _other_copy(spec, well)) is not None:
        return other
    raise MissingScanError(well, spec)


def _other_copy(spec: ScanSpec, well: Path) -> Path | None:
    """Return an unchanged copy of a scan under any name beside the well, or the one inside it; None where there is none."""
    if not spec.digest:
        return None
    for other in sorted(well.parent.iterdir()):
        has_kind = other.suffix.lower() == Path(spec.file).suffix.lower()
        if has_kind and other.is_file() and file_digest(other) == spec.digest:
            return other
    return unpacked(well, spec.digest)
