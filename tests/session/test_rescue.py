"""A damaged well is opened from its last good state, and the damaged file is kept."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.session.drawn import COLS, WHOLE, predict, session_with_track, stroke
from veerdesk.errors import UnusableInputError
from veerdesk.session.accepted_line import meaning_of
from veerdesk.session.decisions import with_rest_accepted, with_sign_off
from veerdesk.session.rescue import rescue_well
from veerdesk.session.session import Session
from veerdesk.session.stored_tracks import replayed
from veerdesk.well.database import DamagedWellError
from veerdesk.well.description_json import from_json
from veerdesk.well.records import Plane
from veerdesk.well.store import WellStore

PAGE = 4096
STROKES = 60


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a well of sixty strokes, a renamed track, an undo and a prediction."""
    folder = tmp_path_factory.mktemp("sound")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VEERDESK_CACHE", str(folder / "cache"))
        _fill(folder)
    return folder


def _fill(folder: Path) -> None:
    session, track = session_with_track(folder)
    predict(session, track.id)
    rng = random.Random(5)
    for _ in range(STROKES):
        edit = stroke(session, track.id, rng.uniform(20, 860), rng.uniform(60, 220), rng.choice([0, 1, 2]))
        assert edit is not None
        session.apply(edit)
    session.describe(session.description.with_track(replace(track, name="renamed")), "Rename")
    session.undo()
    session.redo()
    session.close()


def _damaged(sound: Path, folder: Path, damage: Callable[[bytearray], bytearray]) -> Path:
    (folder / "log.png").write_bytes((sound / "log.png").read_bytes())
    path = folder / "log.veer"
    path.write_bytes(bytes(damage(bytearray((sound / "log.veer").read_bytes()))))
    return path


def _said(path: Path) -> NDArray[np.uint8]:
    session = Session.open(path)
    out = session.label_map(1).said(WHOLE, (0, COLS))
    session.close()
    return out


def _replayed(store: WellStore) -> NDArray[np.uint8]:
    track = from_json(store.meta()["description"], where="").tracks[0]
    return replayed(store, track.id, track.origin_col).said(WHOLE, (0, COLS))


def _cut_in_half(raw: bytearray) -> bytearray:
    return raw[: len(raw) // 2]


def _without_first_page(raw: bytearray) -> bytearray:
    raw[:PAGE] = bytes(PAGE)
    return raw


def _with_page_of_zeros(number: int) -> Callable[[bytearray], bytearray]:
    def damage(raw: bytearray) -> bytearray:
        raw[(number - 1) * PAGE : number * PAGE] = bytes(PAGE)
        return raw

    return damage


def test_a_well_whose_header_is_gone_comes_back_whole(sound: Path, tmp_path: Path) -> None:
    path = _damaged(sound, tmp_path, _without_first_page)
    with pytest.raises(DamagedWellError):
        WellStore.open(path)
    content = path.read_bytes()

    rescue = rescue_well(path)

    assert np.array_equal(_said(path), _said(sound / "log.veer"))
    session = Session.open(path)
    assert session.description.tracks[0].name == "renamed"
    assert session.undo_label == "Rename"
    session.undo()
    session.undo()
    assert len(session.history) == STROKES + 8
    session.close()
    assert rescue.damaged.read_bytes() == content
    assert "All" in rescue.lines[0]
    assert "log.veer.damaged" in (tmp_path / "log.veer.damaged.txt").read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "log.png",
        "log.veer",
        "log.veer.damaged",
        "log.veer.damaged.txt",
    ]


@pytest.mark.parametrize("page", range(1, 30, 3))
def test_a_page_of_zeros_costs_at_most_itself(sound: Path, tmp_path: Path, page: int) -> None:
    pages = (sound / "log.veer").stat().st_size // PAGE
    path = _damaged(sound, tmp_path, _with_page_of_zeros(page % pages + 1))
    try:
        WellStore.open(path).close()
        return  # the page was free, or only a tile's: check sums see to that
    except DamagedWellError:
        rescue_well(path)

    store = WellStore.open(path)
    said = _replayed(store)
    store.close()
    assert np.array_equal(_said(path), said)
    differing = (_said(path) != _said(sound / "log.veer")).sum()
    assert differing <= (STROKES // 4) * 200


def test_half_a_file_gives_what_its_pages_hold(sound: Path, tmp_path: Path) -> None:
    path = _damaged(sound, tmp_path, _cut_in_half)

    rescue = rescue_well(path)

    session = Session.open(path)
    assert session.description.tracks
    assert any("journal" in line for line in rescue.lines)
    session.close()


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), flips=st.integers(1, 60))
def test_flipped_bytes_never_end_in_another_answer_than_the_journal(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, flips: int
) -> None:
    def flipped(raw: bytearray) -> bytearray:
        rng = random.Random(seed)
        for _ in range(flips):
            raw[rng.randrange(len(raw))] ^= rng.randrange(1, 256)
        return raw

    path = _damaged(sound, tmp_path_factory.mktemp("flipped"), flipped)
    try:
        WellStore.open(path).close()
    except UnusableInputError:
        try:
            rescue_well(path)
        except DamagedWellError:
            return  # nothing could be read, and it was said
    store = WellStore.open(path)
    try:
        rows, said = store.journal(), _replayed(store)
    except UnusableInputError:
        return  # a damaged payload is named, and never applied
    finally:
        store.close()
    assert [r.id for r in rows] == list(range(1, len(rows) + 1))
    assert np.array_equal(said, _said(path))


def test_no_record_of_an_acceptance_outlives_its_entry_in_a_rescue(tmp_path: Path) -> None:
    session, _ = session_with_track(tmp_path)
    predict(session, 1)
    session.describe(session.description.with_track(with_rest_accepted(session.description.tracks[0])), "accept")
    track = session.description.tracks[0]
    signed = with_sign_off(track, WHOLE, by="Ada", meaning=meaning_of(session.description, track))
    session.describe(session.description.with_track(signed), "sign off")
    path = session.path
    session.close()
    with closing(sqlite3.connect(path)) as connection, connection:  # one line of the journal that cannot be
        connection.execute("UPDATE journal SET crc = crc + 1 WHERE id = (SELECT max(id) FROM journal)")

    rescue_well(path)

    again = Session.open(path)
    kept = {row.id for row in again.history if row.label in ("accept", "sign off")}
    with closing(sqlite3.connect(path)) as connection:
        entries = {ty for (ty,) in connection.execute("SELECT ty FROM tile WHERE plane = ?", (int(Plane.ACCEPTED),))}
    assert len(kept) == 1, "the entry whose payload does not fit its check sum is lost"
    assert entries == kept
    again.close()


def test_a_file_with_nothing_in_it_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "log.veer"
    path.write_bytes(b"\0" * 9000)

    with pytest.raises(DamagedWellError, match="no description and no journal"):
        rescue_well(path)

    assert path.read_bytes() == b"\0" * 9000
    assert [p.name for p in tmp_path.iterdir()] == ["log.veer"]


def test_a_well_that_somebody_writes_is_not_rescued_under_their_hands(tmp_path: Path) -> None:
    session, _ = session_with_track(tmp_path)

    with pytest.raises(UnusableInputError, match="another window"):
        rescue_well(session.path)

    session.close()


def test_strokes_that_only_stand_in_the_log_are_rescued_with_it(sound: Path, tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    edit = stroke(session, track.id, 300.0, 130.0, 2)
    assert edit is not None
    session.apply(edit)
    session.wait_saved()
    (tmp_path / "crashed").mkdir()
    for name in ("log.png", "log.veer", "log.veer-wal"):
        (tmp_path / "crashed" / name).write_bytes((tmp_path / name).read_bytes())
    session.close()
    path = tmp_path / "crashed" / "log.veer"
    path.write_bytes(bytes(PAGE) + path.read_bytes()[PAGE:])
    raw = bytearray((tmp_path / "crashed" / "log.veer-wal").read_bytes())
    raw[32 + 24 : 32 + 24 + 16] = bytes(16)  # the first page in the log is the header again
    (tmp_path / "crashed" / "log.veer-wal").write_bytes(raw)

    rescue_well(path)

    assert (_said(path) == 2).any()
    assert not Path(f"{path}-wal").exists()


def test_a_flipped_digit_of_a_scale_is_not_believed(sound: Path, tmp_path: Path) -> None:
    def flip(raw: bytearray) -> bytearray:
        assert raw.count(b"150.0") > 0
        return bytearray(bytes(raw).replace(b"150.0", b"950.0"))

    path = _damaged(sound, tmp_path, flip)
    assert b"950.0" in path.read_bytes()

    session = Session.open(path)

    assert session.description.tracks[0].curves[0].right == 150.0
    session.close()
