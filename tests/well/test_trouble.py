"""A disk that is full, a folder that goes away, a commit nobody heard of: what is acknowledged is there, and the rest is kept."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.well.test_store import batch, entry, filled
from veerdesk.errors import UnusableInputError
from veerdesk.well import writer as writer_module
from veerdesk.well.records import Batch, Plane
from veerdesk.well.store import WellStore


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WellStore]:
    """A well with three entries in a folder of its own, open for writing; failed writes are tried again quickly."""
    monkeypatch.setattr(writer_module, "RETRY_S", 0.02)
    (tmp_path / "wells").mkdir()
    store = WellStore.open(filled(tmp_path / "wells"))
    yield store
    if not store.is_read_only:
        store.close()


def _entries(path: Path) -> list[int]:
    other = WellStore.open_reading(path)
    numbers = [row.id for row in other.journal()]
    other.close()
    return numbers


def _settled(store: WellStore) -> None:
    """Have a write that failed tried again, with success."""
    assert store.retry(20), store.trouble
    assert store.trouble is None


def test_nothing_is_acknowledged_that_went_into_a_deleted_file(store: WellStore) -> None:
    store.put(batch(4))
    assert store.wait()
    shutil.rmtree(store.path.parent)

    store.put(batch(5))

    assert not store.wait()
    assert store.acknowledged == 4
    assert store.trouble is not None
    assert "no longer there" in store.trouble.message
    assert "save a copy" in store.trouble.remedy
    with pytest.raises(UnusableInputError, match="no longer there"):
        store.close()


def test_everything_can_be_copied_out_after_the_folder_is_gone(store: WellStore, tmp_path: Path) -> None:
    store.put(batch(4))
    store.wait()
    store.put(batch(5))
    store.wait()
    shutil.rmtree(store.path.parent)
    store.put(batch(6))
    assert not store.wait()

    store.copy_to(tmp_path / "rescued.veer")

    assert _entries(tmp_path / "rescued.veer") == [1, 2, 3, 4, 5, 6]
    copy = WellStore.open_reading(tmp_path / "rescued.veer")
    assert [ty for ty, _, _ in copy.tiles(1, Plane.PERSON)] == [1, 2, 3, 4, 5, 6]
    copy.close()
    assert [p.name for p in tmp_path.iterdir()] == ["rescued.veer"]
    with pytest.raises(UnusableInputError):
        store.close()


def test_a_folder_that_comes_back_takes_what_was_waiting(store: WellStore, tmp_path: Path) -> None:
    store.put(batch(4))
    store.wait()
    store.path.parent.rename(tmp_path / "away")
    store.put(batch(5))
    assert not store.wait()

    (tmp_path / "away").rename(store.path.parent)
    _settled(store)

    assert store.acknowledged == 5
    assert _entries(store.path) == [1, 2, 3, 4, 5]


def test_another_file_under_the_name_is_not_written(store: WellStore, tmp_path: Path) -> None:
    store.put(batch(4))
    store.wait()
    shutil.rmtree(store.path.parent)
    store.path.parent.mkdir()
    filled(store.path.parent, 2)

    store.put(batch(5))

    assert not store.wait()
    assert store.trouble is not None
    assert "another file" in store.trouble.message
    assert _entries(store.path) == [1, 2]
    with pytest.raises(UnusableInputError):
        store.close()


def test_a_log_that_was_tidied_away_costs_nothing(store: WellStore, tmp_path: Path) -> None:
    store.put(batch(4))
    store.wait()
    Path(f"{store.path}-wal").unlink()

    store.put(batch(5))
    assert store.wait()

    shutil.copy(store.path, tmp_path / "as-it-lies.veer")
    assert _entries(tmp_path / "as-it-lies.veer") == [1, 2, 3, 4, 5]


def test_a_commit_that_was_reported_as_failed_is_not_written_twice(
    store: WellStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, left = writer_module.write_batches, [1]

    def unheard(connection: sqlite3.Connection, batches: list[Batch], *, after: int) -> None:
        write(connection, batches, after=after)
        if left and left.pop():
            raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(writer_module, "write_batches", unheard)
    store.put(batch(4))
    store.wait()
    _settled(store)
    store.put(batch(5))
    assert store.wait()

    assert _entries(store.path) == [1, 2, 3, 4, 5]
    assert store.acknowledged == 5


def test_a_disk_that_turns_read_only_is_said_and_forgiven(store: WellStore, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = store._writer
    assert writer is not None
    is_closed, connect = [True], writer._connect

    def closed_to_writing() -> sqlite3.Connection:
        connection = connect()
        connection.execute(f"PRAGMA query_only = {int(is_closed[0])}")
        return connection

    monkeypatch.setattr(writer, "_connect", closed_to_writing)
    store.put(batch(4))
    assert not store.wait()
    assert store.trouble is not None
    assert str(store.path) in store.trouble.message
    assert "allow writing" in store.trouble.remedy

    is_closed[0] = False
    _settled(store)

    assert _entries(store.path) == [1, 2, 3, 4]


def test_a_damaged_payload_is_named_and_never_applied(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE journal SET payload = x'00ff' WHERE id = 2")
    connection.close()
    store = WellStore.open(path)

    with pytest.raises(UnusableInputError, match=r"entry 2 \(Brush 2\) is damaged"):
        store.payload(2)

    assert store.payload(3) == b"payload 3"
    store.close()


def test_a_well_of_version_1_is_read_as_it_is_and_brought_up_by_its_writer(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE journal DROP COLUMN crc")
        connection.execute("DROP TABLE packed")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    content = path.read_bytes()

    reader = WellStore.open_reading(path)
    assert reader.payload(2) == b"payload 2"
    reader.close()
    assert path.read_bytes() == content

    store = WellStore.open(path)
    store.put(batch(4))
    store.wait()
    assert [store.payload(n) for n in (2, 4)] == [b"payload 2", b"payload 4"]
    assert store.journal()[-1] == entry(4)
    store.close()


def test_a_reader_hears_of_every_commit_once(store: WellStore) -> None:
    reader = WellStore.open(store.path)
    assert reader.is_read_only
    assert not reader.has_changed()

    store.put(batch(4))
    store.wait()

    assert (reader.has_changed(), reader.has_changed()) == (True, False)
    with reader.one_state():
        assert reader.journal(after=3) == [entry(4)]
        assert reader.tile_sums(1).keys() == {(Plane.PERSON, n, -1) for n in (1, 2, 3, 4)}
    reader.close()
