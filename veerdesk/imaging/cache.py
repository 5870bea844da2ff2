"""Decoded scans on disk, kept by content so that a scan is decoded once.

Separate because two windows and any number of commands share one cache folder: an entry is complete only once a card
names it, is never removed while somebody has it open, and what a killed process left behind is swept away.

Layout: ``<key>.json`` (the card, written last) points at ``entry-<random>/``, which holds the level files and a
lock file. A folder without a card is incomplete by definition.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from veerdesk.errors import UnusableInputError

_DEFAULT_GB = 20.0
_LOCK_NAME = "in-use.lock"
_SEEN_DAYS = 90
_ROOM_LEFT_BYTES = 64 << 20

if sys.platform == "win32":
    import msvcrt

    def _take_lock(file: BinaryIO, *, exclusive: bool) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return not exclusive  # another reader holds it: the entry is protected all the same
        return True
else:
    import fcntl

    def _take_lock(file: BinaryIO, *, exclusive: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def cache_folder() -> Path:
    """Return the folder of decoded scans: ``VEERDESK_CACHE``, else this system's cache folder of the person."""
    if told := os.environ.get("VEERDESK_CACHE"):
        return Path(told)
    return person_cache_folder()


def person_cache_folder() -> Path:
    """Return this system's cache folder of the person, for everything that Veerdesk can make again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Veerdesk" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "Veerdesk"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "veerdesk"


def cache_limit_bytes() -> int:
    """Return the size that complete entries may reach together, from ``VEERDESK_CACHE_GB`` (default 20)."""
    told = os.environ.get("VEERDESK_CACHE_GB", "")
    try:
        return int(float(told or _DEFAULT_GB) * 1e9)
    except ValueError as trouble:
        raise UnusableInputError(
            f"VEERDESK_CACHE_GB is {told!r}, which is no number.", "Set it to a number of gigabytes, such as 20."
        ) from trouble


@dataclass(slots=True)
class CacheEntry:
    """One folder of level files; owns the lock that says it is in use."""

    folder: Path
    card: dict[str, int] = field(default_factory=dict)
    is_published: bool = False
    _lock: BinaryIO | None = None

    def close(self) -> None:
        """Say that the entry is no longer in use; an entry that was never published is removed."""
        if self._lock is None:
            return
        self._lock.close()
        self._lock = None
        if not self.is_published:
            shutil.rmtree(self.folder, ignore_errors=True)


def unusable_cache(trouble: OSError) -> UnusableInputError:
    """Return the sentence for a cache folder that cannot be written."""
    return UnusableInputError(
        f"The cache folder {cache_folder()} cannot be written: {trouble.strerror or trouble}.",
        "Make room there, or set VEERDESK_CACHE to a folder on a disk with room that you may write to.",
    )


def new_entry(need_bytes: int) -> CacheEntry:
    """Return an empty entry that is in use by us, after making room for ``need_bytes``.

    Raises
    ------
    UnusableInputError
        The cache folder cannot be written, or its disk has no room.
    """
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        make_room(need_bytes)
        free = shutil.disk_usage(cache_folder()).free
        if free < need_bytes + _ROOM_LEFT_BYTES:
            raise UnusableInputError(
                f"The cache folder {cache_folder()} has room for {free / 1e6:.0f} MB and the decoded scan "
                f"needs {need_bytes / 1e6:.0f} MB.",
                "Make room there, or set VEERDESK_CACHE to a folder on a disk with room.",
            )
        while True:
            folder = cache_folder() / f"entry-{uuid.uuid4().hex}"
            folder.mkdir()
            if lock := _locked(folder, exclusive=False, create=True):
                return CacheEntry(folder, _lock=lock)
    except OSError as trouble:
        raise unusable_cache(trouble) from trouble


def find_entry(key: str) -> CacheEntry | None:
    """Return a complete entry, in use by us from now on, or None where the cache has none."""
    card = _card(key)
    if card is None:
        return None
    folder, sizes = card
    lock = _locked(folder, exclusive=False, create=False)
    # The card is looked at again under the lock: a sweeper removes it before it removes the folder.
    if lock is None or _card(key) is None:
        if lock:
            lock.close()
        return None
    with contextlib.suppress(OSError):
        os.utime(_card_path(key))
    return CacheEntry(folder, sizes, is_published=True, _lock=lock)


def publish(entry: CacheEntry, key: str, card: dict[str, int]) -> None:
    """Declare an entry complete: from here on others find it. An entry that was there before stays.

    Raises
    ------
    UnusableInputError
        The cache folder cannot be written.
    """
    if found := find_entry(key):
        found.close()
        return  # somebody was faster; ours goes when it is closed
    path = _card_path(key)
    part = path.with_suffix(f".{uuid.uuid4().hex}.part")
    size = sum(f.stat().st_size for f in entry.folder.iterdir())
    try:
        part.write_text(json.dumps({"folder": entry.folder.name, "bytes": size, **card}))
        os.replace(part, path)
    except OSError as trouble:
        raise unusable_cache(trouble) from trouble
    finally:
        part.unlink(missing_ok=True)
    entry.card, entry.is_published = card, True


def make_room(need_bytes: int) -> None:
    """Remove what killed processes left, then the entries unused for longest, until ``need_bytes`` more fit the limit.

    Entries that anybody has open stay.
    """
    cards = sorted(cache_folder().glob("*.json"), key=_used_at)
    entries = {p: c for p in cards if (c := _card(p.stem)) is not None}
    named = {folder for folder, _ in entries.values()}
    for folder in cache_folder().glob("entry-*"):
        if folder not in named:
            _remove(folder, None)
    total = sum(sizes["bytes"] for _, sizes in entries.values())
    limit = cache_limit_bytes()
    for card, (folder, sizes) in entries.items():
        if total + need_bytes <= limit:
            break
        if _remove(folder, card):
            total -= sizes["bytes"]
    for seen in (cache_folder() / "seen").glob("*"):
        if _used_at(seen) < time.time() - _SEEN_DAYS * 86400:
            seen.unlink(missing_ok=True)


def _remove(folder: Path, card: Path | None) -> bool:
    if not (folder / _LOCK_NAME).exists() and time.time() - _used_at(folder) < 60:
        return False  # its owner is between making the folder and locking it
    if not (lock := _locked(folder, exclusive=True, create=True)):
        return False
    try:
        if card is not None:
            card.unlink(missing_ok=True)
        elif any(c is not None and c[0] == folder for c in map(_card, (p.stem for p in cache_folder().glob("*.json")))):
            return False  # published since we looked
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock.close()
    shutil.rmtree(folder, ignore_errors=True)  # Windows removes the lock file only once it is closed
    return True


def _locked(folder: Path, *, exclusive: bool, create: bool) -> BinaryIO | None:
    try:
        file = (folder / _LOCK_NAME).open("a+b" if create else "r+b")
    except OSError:
        return None
    if _take_lock(file, exclusive=exclusive) and (folder / _LOCK_NAME).exists():
        return file
    file.close()
    return None


def _card_path(key: str) -> Path:
    return cache_folder() / f"{key}.json"


def _card(key: str) -> tuple[Path, dict[str, int]] | None:
    """Return the folder and figures of a card whose level files are all there."""
    try:
        card = json.loads(_card_path(key).read_text())
        folder = cache_folder() / str(card.pop("folder"))
        sizes = {str(name): int(value) for name, value in card.items()}
        if sum(f.stat().st_size for f in folder.iterdir()) != sizes["bytes"]:
            return None
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    return folder, sizes


def _used_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def seen_digest(stamp: str) -> str | None:
    """Return the digest noted for a file of this stamp (path, size and times), so that it need not be read again."""
    try:
        return (cache_folder() / "seen" / stamp).read_text() or None
    except OSError:
        return None


def note_digest(stamp: str, digest: str) -> None:
    """Note the digest of a file of this stamp; a cache that cannot be written only costs time later."""
    path = cache_folder() / "seen" / stamp
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{uuid.uuid4().hex}")
        part.write_text(digest)
        os.replace(part, path)
