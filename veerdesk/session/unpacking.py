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
    return unpack_scan(well, scan, cache_folder() / "packed") if scan is not None else None
