"""One writer a well: a lock beside the file that the system takes back from a process that dies.

Separate because it is the only place that differs between systems. The well itself is never locked this way:
closing any other handle on a SQLite file would drop SQLite's own locks.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


class WriterLock:
    """The right to write one well, held from `acquire` to `release`."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path, self._handle = path, handle

    @classmethod
    def acquire(cls, well: Path) -> WriterLock | None:
        """Return the lock of a well; None where somebody else holds it or the folder cannot be written."""
        path = well.with_name(f".{well.name}.lock")
        while True:
            try:
                handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            except OSError:
                return None
            if not _lock(handle):
                os.close(handle)
                return None
            # The last holder may have removed the file between our open and our lock: then ours protects nothing.
            try:
                if os.path.samestat(os.fstat(handle), os.stat(path)):
                    return cls(path, handle)
            except FileNotFoundError:
                pass
            os.close(handle)

    @staticmethod
    def is_free(well: Path) -> bool:
        """Return True where a well could be written: nobody holds its lock, and its folder takes files."""
        path = well.with_name(f".{well.name}.lock")
        if not path.exists():  # the last writer took it away: nothing needs to be tried
            return os.access(well.parent, os.W_OK) and os.access(well, os.W_OK)
        lock = WriterLock.acquire(well)
        if lock is not None:
            lock.release()
        return lock is not None

    def release(self) -> None:
        """Let the next writer in, and leave no file behind where the folder still lets one be taken away."""
        if sys.platform == "win32":
            os.close(self._handle)
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
        else:
            with contextlib.suppress(OSError):  # the folder was closed meanwhile: the file stays, locked by nobody
                self._path.unlink(missing_ok=True)
            os.close(self._handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
