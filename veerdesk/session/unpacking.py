"""Where a scan is that travels inside its well: taken out into the cache, from which it can always be taken again.

Separate because it is asked while the scans are being found, before there is a session.
"""

from __future__ import annotations

from pathlib import Path

from veerdesk.imaging.cache import cache_folder
from veerdesk.well.packed import packed_scan, unpack_scan


def unpacked(well: Path, digest: str) -> Path | None:
    """Return the file of a scan that a well holds, outside the well; None where it holds none.

    Raises
    ------
    UnusableInputError
        The cache has no room, or the packed file is damaged.
    """
    scan = packed_scan(well, digest) if digest else None
    return unpack_scan(well, scan, _folder()) if scan is not None else None


def is_unpacked(path: Path) -> bool:
    """Return True for a scan that was taken out of a well and may be gone tomorrow."""
    return _folder().absolute() in path.absolute().parents


def _folder() -> Path:
    return cache_folder() / "packed"
