"""One scan, open: windows of any size at any level, while it is still being decoded.

Separate because everybody who needs pixels asks here and nobody loads a whole log.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.imaging.cache import (
    CacheEntry,
    find_entry,
    make_room,
    new_entry,
    note_digest,
    publish,
    seen_digest,
    unusable_cache,
)
from veerdesk.imaging.formats import open_pages, page_count
from veerdesk.imaging.ingest import Readiness, stacked_header, write_pyramid
from veerdesk.imaging.page import Page, PageHeader
from veerdesk.imaging.progress import Cancel, Progress, Unstoppable, unwatched
from veerdesk.imaging.pyramid import PyramidView, lay_out, pyramid_bytes
from veerdesk.rows import RowSpan

__all__ = ["Scan", "begin_scan", "file_digest", "open_scan", "page_count"]

# Raised when the decoded pixels of an unchanged file would differ: older entries are then not found and age out.
_CACHE_VERSION = 2
_HASH_BLOCK_BYTES = 1 << 20
# Hashing runs at about 0.2 GB/s beside other work: a file of this size costs 0.05 s before its first rows.
_HASHED_AT_ONCE_BYTES = 10_000_000

Ingest = Callable[[Cancel, Progress], None]


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, 64 hexadecimal digits.

    Raises
    ------
    UnusableInputError
        The file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_HASH_BLOCK_BYTES):
                digest.update(block)
    except OSError as trouble:
        raise UnusableInputError(
            f"{path} cannot be read: {trouble.strerror or trouble}.", "Check that it is there and that you may read it."
        ) from trouble
    return digest.hexdigest()


class _Digest:
    """A file's digest; where the file is large it is worked out on a thread of its own, once somebody says so.

    That is the ingest, behind its first strip: reading the whole file at once would hold up the rows that are waited for.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._value, self._trouble = path, "", None
        self._stamp = _stamp(path)
        self._thread = threading.Thread(target=self._work, name="veerdesk-digest", daemon=True)
        self._beginning = threading.Lock()
        if path.stat().st_size <= _HASHED_AT_ONCE_BYTES:
            self._work()
        elif known := seen_digest(self._stamp):
            self._value = known

    _trouble: UnusableInputError | None

    def _work(self) -> None:
        try:
            self._value = file_digest(self._path)
            note_digest(self._stamp, self._value)
        except UnusableInputError as trouble:
            self._trouble = trouble

    @property
    def known(self) -> str | None:
        """The digest where it is known already."""
        return self._value or None

    def begin(self) -> None:
        """Begin to read the file, where nobody has; costs nothing where its digest is known."""
        with self._beginning:
            if not self._value and self._trouble is None and self._thread.ident is None:
                self._thread.start()

    def wait(self) -> str:
        """Return the digest, once it is known."""
        self.begin()
        if self._thread.ident is not None:
            self._thread.join()
        if self._trouble:
            raise self._trouble
        return self._value


def _stamp(path: Path) -> str:
    """Return a name for a file in its present state: place, size, times."""
    at = path.stat()
    text = f"{path.resolve()}|{at.st_size}|{at.st_mtime_ns}|{at.st_ctime_ns}|{at.st_ino}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:40]


class Scan:
    """A scan that is open; owns its cache entry until it is closed. Reading is safe from any thread."""

    def __init__(self, path: Path, page: int | None, header: PageHeader, entry: CacheEntry, digest: _Digest) -> None:
        self.path, self.page = path, page
        self.width, self.height = header.width, header.height
        self.has_colour, self.is_bilevel, self.dpi = header.has_colour, header.is_bilevel, header.dpi
        self._digest, self._entry = digest, entry
        self._ready = Readiness(header.height if entry.is_published else 0)
        self._view = PyramidView(entry.folder, width=self.width, height=self.height, has_colour=self.has_colour)
        self._is_complete = entry.is_published
        self._is_closed = self._is_ingesting = False
        self._lock = threading.Lock()

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes, hexadecimal; waits for it where a large file is still being read."""
        return self._digest.wait()

    @property
    def ready_rows(self) -> int:
        """Rows decoded so far; grows while the ingest runs."""
        return self._ready.rows

    @property
    def is_complete(self) -> bool:
        """True once every row was decoded and the file was found whole."""
        return self._is_complete

    @property
    def levels(self) -> int:
        """Number of levels; level k is reduced 2**k, darkest wins."""
        return len(self._view.shapes)

    def level_shape(self, level: int) -> tuple[int, int]:
        """Return rows and columns of a level."""
        return self._view.shapes[level]

    def read(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return (h, w) uint8 grey, 255 is paper; what lies outside or is not yet decoded is paper.

        Read-only and mapped from the cache where the window lies inside: copy before changing it.
        """
        return self._open_view().grey(0, rows, cols, ready=self._ready.rows)

    def read_colour(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return (h, w, 3) uint8 RGB, like ``read``; a grey scan gives three equal values."""
        return self.read_level_colour(0, rows, cols)

    def read_level(self, level: int, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return (h, w) uint8 grey of a level, like ``read``; rows and columns are that level's."""
        return self._open_view().grey(level, rows, cols, ready=self._ready.rows)

    def read_level_colour(self, level: int, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return (h, w, 3) uint8 RGB of a level, like ``read_level``."""
        return self._open_view().rgb(level, rows, cols, ready=self._ready.rows)

    def _open_view(self) -> PyramidView:
        if self._is_closed:
            raise ValueError(f"{self.path} was closed and is read")
        return self._view

    def close(self) -> None:
        """Let go of the cache entry; a running ingest stops at its next strip. Windows handed out stay valid."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            if not self._is_ingesting:
                self._let_go()

    def _let_go(self) -> None:
        self._view.close()
        self._entry.close()

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ingest(self, pages: Sequence[Page], cancel: Cancel, progress: Progress) -> None:
        """Decode into the entry and publish it; on any trouble the cache is left as if nothing had been begun."""
        with self._lock:
            if self._is_closed:
                raise InterruptedWorkError(f"{self.path} was closed before it was read.", "Open it again.")
            self._is_ingesting = True

        def told(share: float) -> None:
            progress(share)
            self._digest.begin()

        try:
            before = _stamp(self.path)
            write_pyramid(self._entry, pages, self._ready, _Either(cancel, self), told, path=self.path)
            if _stamp(self.path) != before:
                raise UnusableInputError(f"{self.path} changed while it was being read.", "Open it again.")
            publish(self._entry, _key(self.digest, self.page), {})
            self._is_complete = True
            make_room(0)
        except FileNotFoundError as trouble:
            raise UnusableInputError(f"{self.path} vanished while it was being read.", "Open it again.") from trouble
        finally:
            with self._lock:
                self._is_ingesting = False
                if self._is_closed:
                    self._let_go()


class _Either:
    """Cancelled where the caller cancels or the scan was closed."""

    def __init__(self, cancel: Cancel, scan: Scan) -> None:
        self._cancel, self._scan = cancel, scan

    def is_cancelled(self) -> bool:
        return self._scan._is_closed or self._cancel.is_cancelled()


def _key(digest: str, page: int | None) -> str:
    return f"v{_CACHE_VERSION}-{digest}-{'all' if page is None else page}"


def begin_scan(path: Path, *, page: int | None = None) -> tuple[Scan, Ingest | None]:
    """Return a scan that can be read at once, and the ingest to run on a thread; None where the cache has it.

    ``page`` None stacks all pages below each other. Call the ingest once; it raises UnusableInputError where the file
    turns out cut short or the disk is full, and InterruptedWorkError where it was cancelled or the scan closed.

    Raises
    ------
    UnusableInputError
        The file is missing, of no known kind, damaged in its header or too large, or the cache cannot be written.
    """
    path = Path(os.path.abspath(path))
    pages = open_pages(path, page=page)
    header = stacked_header(pages)
    digest = _Digest(path)
    if digest.known and (entry := find_entry(_key(digest.known, page))):
        return Scan(path, page, header, entry, digest), None
    samples = 4 if header.has_colour else 1
    entry = new_entry(pyramid_bytes(header.width, header.height, bytes_per_pixel=samples))
    try:
        lay_out(entry.folder, width=header.width, height=header.height, has_colour=header.has_colour)
        scan = Scan(path, page, header, entry, digest)
    except OSError as trouble:
        entry.close()
        raise unusable_cache(trouble) from trouble

    def ingest(cancel: Cancel, progress: Progress) -> None:
        scan._ingest(pages, cancel, progress)

    return scan, ingest


def open_scan(path: Path, *, page: int | None = None, progress: Progress | None = None) -> Scan:
    """Return a scan that is decoded to its last row.

    Raises
    ------
    UnusableInputError
        As ``begin_scan`` and its ingest.
    """
    scan, ingest = begin_scan(path, page=page)
    with ExitStack() as until_whole:
        until_whole.callback(scan.close)
        if ingest is not None:
            ingest(Unstoppable(), progress or unwatched)
        until_whole.pop_all()
    return scan
