"""The well file: what is acknowledged is there, and what cannot be opened is left as it is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from veerdesk.errors import ExitCode, UnusableInputError
from veerdesk.labels.tile_plane import pack
from veerdesk.well.migrate import migrate
from veerdesk.well.records import Batch, JournalRow, Plane, TileRow
from veerdesk.well.schema import APPLICATION_ID, SCHEMA_VERSION
from veerdesk.well.store import WellStore

BLOB = pack(np.ones((256, 256), np.uint8))


def entry(number: int) -> JournalRow:
    return JournalRow(number, 1000.0 + number, "tester", "do", "paint", f"Brush {number}")


def batch(number: int, blob: bytes | None = BLOB) -> Batch:
    tile = TileRow(1, Plane.PERSON, number, -1, blob)
    return Batch(entry(number), b"payload %d" % number, (tile,), {"last": str(number)})


def filled(folder: Path, entries: int = 3) -> Path:
    store = WellStore.create(folder / "a.veer", {"description": "{}"})
    for number in range(1, entries + 1):
        store.put(batch(number))
    store.close()
    return folder / "a.veer"


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    store = WellStore.open(filled(tmp_path))

    assert store.journal() == [entry(1), entry(2), entry(3)]
    assert store.payload(2) == b"payload 2"
    assert list(store.tiles(1, Plane.PERSON)) == [(n, -1, BLOB) for n in (1, 2, 3)]
    assert list(store.tiles(1, Plane.MODEL)) == []
    assert store.meta()["last"] == "3"
    store.close()


def test_an_entry_is_acknowledged_once_it_is_on_disk(tmp_path: Path) -> None:
    store = WellStore.open(filled(tmp_path))
    called: list[int] = []
    store.when_saved(lambda: called.append(store.acknowledged))
    assert (store.acknowledged, store.saved_at) == (3, None)

    store.put(batch(4))
    assert store.wait()

    assert (store.acknowledged, store.pending, called[-1]) == (4, 0, 4)
    assert store.saved_at is not None
    other = WellStore.open_reading(store.path)
    assert other.journal()[-1] == entry(4)
    other.close()
    store.close()


def test_a_tile_that_is_all_fill_again_is_removed(tmp_path: Path) -> None:
    store = WellStore.open(filled(tmp_path))

    store.put(Batch(tiles=(TileRow(1, Plane.PERSON, 2, -1, None),)))
    store.wait()

    assert [t[0] for t in store.tiles(1, Plane.PERSON)] == [1, 3]
    store.close()


def test_one_file_is_left_after_closing(tmp_path: Path) -> None:
    filled(tmp_path)

    assert [p.name for p in tmp_path.iterdir()] == ["a.veer"]


def test_one_writer_and_any_number_of_readers(tmp_path: Path) -> None:
    first = WellStore.open(filled(tmp_path))

    second, third = WellStore.open(first.path), WellStore.open_reading(first.path)

    assert (first.is_read_only, second.is_read_only, third.is_read_only) == (False, True, True)
    with pytest.raises(UnusableInputError, match="reading only") as caught:
        second.put(batch(9))
    assert caught.value.exit_code == ExitCode.UNUSABLE
    assert len(second.journal()) == 3
    third.close()
    second.close()
    first.close()
    again = WellStore.open(first.path)
    assert not again.is_read_only
    again.close()


def test_a_damaged_tile_is_told_from_a_good_one(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE tile SET data = x'00' WHERE ty = 2")
    connection.close()

    store = WellStore.open(path)

    assert [(ty, blob is None) for ty, _, blob in store.tiles(1, Plane.PERSON)] == [(1, False), (2, True), (3, False)]
    store.close()


def test_a_well_of_a_newer_version_is_refused_and_left_untouched(tmp_path: Path) -> None:
    path = filled(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    content, names = path.read_bytes(), sorted(p.name for p in tmp_path.iterdir())

    with pytest.raises(UnusableInputError, match="newer Veerdesk") as caught:
        WellStore.open(path)

    assert caught.value.exit_code == ExitCode.UNUSABLE
    assert str(path) in caught.value.message
    assert path.read_bytes() == content
    assert sorted(p.name for p in tmp_path.iterdir()) == names


def _truncated(path: Path) -> bytes:
    return path.read_bytes()[: path.stat().st_size // 2]


def _scribbled(path: Path) -> bytes:
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xa5" * 8192
    return bytes(content)


@pytest.mark.parametrize(
    "damage", [_truncated, _scribbled, lambda p: b"", lambda p: b"II*\0 not a well at all", lambda p: b"\0" * 9000]
)
def test_a_file_that_is_no_sound_well_is_refused_and_left_untouched(tmp_path: Path, damage: object) -> None:
    path = filled(tmp_path, 40)
    content = damage(path)  # type: ignore[operator]
    path.write_bytes(content)

    with pytest.raises(UnusableInputError) as caught:
        WellStore.open(path)

    assert str(path) in caught.value.message
    assert path.read_bytes() == content
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith(".")] == ["a.veer"]


def test_another_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.veer"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE a (b)")
    connection.close()

    with pytest.raises(UnusableInputError, match="not a Veerdesk well"):
        WellStore.open(path)


def test_a_missing_well_is_refused_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="There is no well file"):
        WellStore.open(tmp_path / "nothing.veer")

    assert list(tmp_path.iterdir()) == []


def test_making_a_well_where_one_is_or_nothing_can_be_leaves_all_as_it_was(tmp_path: Path) -> None:
    path = filled(tmp_path)
    content = path.read_bytes()
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(UnusableInputError, match="there already"):
        WellStore.create(path, {})
    with pytest.raises(UnusableInputError, match="cannot be made"):
        WellStore.create(tmp_path / "file" / "b.veer", {})
    with pytest.raises(UnusableInputError, match="cannot be made"):
        WellStore.create(tmp_path / "nowhere" / "b.veer", {})

    assert path.read_bytes() == content
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.veer", "file"]


def _fill_disk(store: WellStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the writer's connection run out of pages: SQLite then answers as on a full disk."""
    writer = store._writer
    assert writer is not None
    connect = writer._connect

    def limited() -> sqlite3.Connection:
        connection = connect()
        connection.execute("PRAGMA max_page_count = 1")  # SQLite raises it to the present size
        return connection

    monkeypatch.setattr(writer, "_connect", limited)


def test_a_full_disk_is_said_and_the_last_good_state_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = WellStore.open(filled(tmp_path))
    _fill_disk(store, monkeypatch)
    told: list[object] = []
    store.when_saved(lambda: told.append(store.trouble))

    store.put(Batch(entry(4), b"x" * 100_000))

    assert not store.wait()
    assert store.trouble is not None
    assert "full" in store.trouble.message
    assert "1 change is not on disk yet" in store.trouble.message
    assert (store.acknowledged, store.pending, told) == (3, 1, [store.trouble])
    with pytest.raises(UnusableInputError, match="full"):
        store.close()
    again = WellStore.open(store.path)
    assert [r.id for r in again.journal()] == [1, 2, 3]
    assert not again.is_read_only
    again.close()


def test_writing_goes_on_once_there_is_room_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = WellStore.open(filled(tmp_path))
    monkeypatch.setattr("veerdesk.well.writer.RETRY_S", 0.02)
    import veerdesk.well.writer as writer

    write, full = writer.write_batches, [True]

    def maybe_full(connection: sqlite3.Connection, batches: list[Batch], *, after: int) -> None:
        if full[0]:
            raise sqlite3.OperationalError("database or disk is full")
        write(connection, batches, after=after)

    monkeypatch.setattr(writer, "write_batches", maybe_full)
    store.put(batch(4))
    assert not store.wait()

    full[0] = False
    store.put(batch(5))
    store.close()

    again = WellStore.open(store.path)
    assert [r.id for r in again.journal()] == [1, 2, 3, 4, 5]
    again.close()


def test_a_copy_is_whole_and_can_be_renamed_inside(tmp_path: Path) -> None:
    store = WellStore.open(filled(tmp_path))

    store.copy_to(tmp_path / "b.veer", {"description": "other"})

    copy = WellStore.open(tmp_path / "b.veer")
    assert copy.journal() == store.journal()
    assert copy.meta()["description"] == "other"
    copy.close()
    with pytest.raises(UnusableInputError, match="cannot be written"):
        store.copy_to(tmp_path / "nowhere" / "c.veer")
    store.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.veer", "b.veer"]


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    connection = sqlite3.connect(filled(tmp_path))

    assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    connection.close()


def test_steps_are_taken_in_order_and_all_or_none(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.db", isolation_level=None)

    def first(c: sqlite3.Connection) -> None:
        c.execute("CREATE TABLE one (a)")

    def second(c: sqlite3.Connection) -> None:
        c.execute("INSERT INTO one VALUES (1)")

    def broken(c: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("no")

    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, 0, steps={0: first, 1: broken}, to=2)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0

    migrate(connection, 0, steps={0: first, 1: second}, to=2)

    assert connection.execute("SELECT a FROM one").fetchall() == [(1,)]
    assert connection.execute("PRAGMA user_version").fetchone()[0] == 2
    connection.close()
