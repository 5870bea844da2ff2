"""Where a scan is that travels inside its well: taken out into the cache, from which it can always be taken again.

Separate because it is asked while the scans are being found, before there is a session.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

from veerdesk.imaging.cache import cache_folder
from veerdesk.well.packed import packed_scan, unpack_scan

#: A scan that was taken out of its well stays this long after its well was last opened.
KEPT_DAYS = 14


def unpacked(well: Path, digest: str) -> Path | None:
    """Return the file of a scan that a well holds, outside the well; None where it holds none.

    Raises
    ------
    UnusableInputError
        The cache has no room, or the packed file is damaged.
    """
    scan = packed_scan(well, digest) if digest else None
    if scan is None:
        return None
    file = unpack_scan(well, scan, _folder())
    with suppress(OSError):
        os.utime(file)
    _sweep(keep=file.parent)
    return file


def is_unpacked(path: Path) -> bool:
    """Return True for a scan that was taken out of a well and may be gone tomorrow."""
    return _folder().absolute() in path.absolute().parents


def _sweep(keep: Path) -> None:
    """Remove the scans that no well asked for in a long time; each is taken out again when its well is opened."""
    oldest = time.time() - KEPT_DAYS * 86400
    for folder in _folder().glob("*"):
        with suppress(OSError):
            if folder != keep and max((f.stat().st_mtime for f in folder.iterdir()), default=0.0) < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    return cache_folder() / "packed"
