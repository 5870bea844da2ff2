"""The cache of decoded scans: bounded, shared between processes, never half an entry."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.cache import cache_folder, cache_limit_bytes, find_entry, make_room, new_entry, publish
from veerdesk.imaging.scan import begin_scan, open_scan

Save = Callable[[str, int], Path]


@pytest.fixture
def save(tmp_path: Path, drawn: Callable[..., np.ndarray]) -> Save:
    def write(name: str, height: int) -> Path:
        path = tmp_path / name
        Image.fromarray(drawn(height, 200)).save(path)
        return path

    return write


class Never:
    def is_cancelled(self) -> bool:
        return False


def is_cached(path: Path) -> bool:
    scan, ingest = begin_scan(path)
    scan.close()
    return ingest is None


def entries() -> list[Path]:
    return sorted(cache_folder().glob("entry-*"))


def test_the_entry_unused_for_longest_goes_first(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = (save(f"{n}.png", 1_000 + n) for n in range(3))
    open_scan(first).close()
    open_scan(second).close()
    for card in cache_folder().glob("*.json"):
        os.utime(card, (1, 1))
    open_scan(first).close()  # used again, so that the second is the older one
    monkeypatch.setenv("VEERDESK_CACHE_GB", "0.00045")  # room for two

    open_scan(third).close()

    assert len(entries()) == 2
    assert is_cached(first)
    assert not is_cached(second)


def test_an_open_scan_is_never_evicted(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = save("a.png", 1_000), save("b.png", 1_001)
    monkeypatch.setenv("VEERDESK_CACHE_GB", "0.0001")  # room for none

    with open_scan(first) as held:
        open_scan(second).close()

        assert held.is_complete
        assert is_cached(first)


def test_what_a_killed_process_left_is_swept_away_and_never_read(save: Save) -> None:
    path = save("scan.png", 3_000)
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from veerdesk.imaging.scan import begin_scan\n"
        "from veerdesk.imaging.progress import Unstoppable\n"
        "scan, ingest = begin_scan(Path(sys.argv[1]))\n"
        "ingest(Unstoppable(), lambda share: os._exit(9))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert done.returncode == 9
    assert len(entries()) == 1

    scan, ingest = begin_scan(path)

    assert ingest is not None
    assert len(entries()) == 1  # ours; the dead process's is gone
    scan.close()
    assert not entries()


def test_two_that_decode_the_same_scan_keep_one_entry(save: Save) -> None:
    path = save("scan.png", 2_000)
    (one, ingest_one), (two, ingest_two) = begin_scan(path), begin_scan(path)

    assert ingest_one
    assert ingest_two
    for ingest in (ingest_one, ingest_two):
        ingest(Never(), lambda share: None)
    assert one.is_complete
    assert two.is_complete
    one.close()
    two.close()

    assert len(entries()) == 1
    assert is_cached(path)


def test_an_entry_with_a_missing_or_short_file_is_not_used(save: Save) -> None:
    path = save("scan.png", 2_500)
    open_scan(path).close()
    with next(entries()[0].glob("level0.*")).open("r+b") as level:
        level.truncate(100)

    scan, ingest = begin_scan(path)

    assert ingest is not None
    ingest(Never(), lambda share: None)
    assert scan.is_complete
    scan.close()
    assert is_cached(path)


def test_a_card_of_nonsense_is_no_entry() -> None:
    cache_folder().mkdir(parents=True)
    (cache_folder() / "key.json").write_text("[not a card")

    assert find_entry("key") is None
    make_room(0)


def test_an_unpublished_entry_goes_when_it_is_closed() -> None:
    entry = new_entry(10)
    assert entry.folder.exists()

    entry.close()

    assert not entry.folder.exists()


def test_a_published_entry_stays_when_it_is_closed() -> None:
    entry = new_entry(10)
    (entry.folder / "level0.grey").write_bytes(b"1234")
    publish(entry, "key", {})

    entry.close()

    found = find_entry("key")
    assert found is not None
    assert (found.folder / "level0.grey").read_bytes() == b"1234"
    found.close()


def test_a_limit_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEERDESK_CACHE_GB", "plenty")

    with pytest.raises(UnusableInputError, match="plenty"):
        cache_limit_bytes()


def test_the_person_s_own_folder_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VEERDESK_CACHE")

    assert "veerdesk" in str(cache_folder()).lower()
