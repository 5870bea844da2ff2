"""What changed since rows were accepted, and names under rows: true after undo, a restart, and in a reading window."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.drawn import ROWS, band, columns, decode, predict, session_with_track, stroke
from veerdesk.calibration.description import TrackSpec
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import (
    AcceptedRecord,
    accepted_line,
    meaning_of,
    not_ready_to_sign,
    record_of,
    tiles_of,
)
from veerdesk.session.decisions import (
    with_flag,
    with_rest_accepted,
    with_rows_accepted,
    with_sign_off,
    without_sign_off,
)
from veerdesk.session.session import Session
from veerdesk.well.description_json import from_json, to_json
from veerdesk.well.records import Plane

WHOLE = RowSpan(0, ROWS)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    yield session
    session.close()


def track_of(session: Session) -> TrackSpec:
    return session.description.tracks[0]


def say(session: Session, track: TrackSpec, words: str = "said") -> None:
    session.describe(session.description.with_track(track), words)


def sign(session: Session, rows: RowSpan = WHOLE, by: str = "Ada") -> None:
    track = track_of(session)
    say(session, with_sign_off(track, rows, by=by, meaning=meaning_of(session.description, track)), "sign off")


def move_curve_1(session: Session, row: int) -> None:
    """Wipe curve 1 out over some rows, so that it comes to stand elsewhere or nowhere."""
    for at in range(row, row + 40, 8):
        edit = stroke(session, 1, at, float(columns()[0][at]), 0)
        if edit is not None:
            session.apply(edit)


def test_rows_count_as_changed_once_a_curve_is_no_longer_where_it_was_accepted(session: Session) -> None:
    say(session, with_rows_accepted(track_of(session), RowSpan(100, 500)))
    before = session.changed_since_accepted(1)

    move_curve_1(session, 300)

    after = session.changed_since_accepted(1)
    assert before == ()
    assert after
    assert all(RowSpan(280, 360).start <= s.start and s.stop <= 360 for s in after)


def test_a_change_outside_accepted_rows_is_none(session: Session) -> None:
    say(session, with_rows_accepted(track_of(session), RowSpan(100, 200)))

    move_curve_1(session, 500)

    assert session.changed_since_accepted(1) == ()


def test_undo_of_what_changed_leaves_nothing_changed_and_undo_of_the_acceptance_compares_with_the_one_before(
    session: Session,
) -> None:
    say(session, with_rows_accepted(track_of(session), RowSpan(100, 500)))
    move_curve_1(session, 300)
    changed = session.changed_since_accepted(1)
    say(session, with_rows_accepted(track_of(session), RowSpan(100, 500), changed), "accept again")
    assert session.changed_since_accepted(1) == ()

    session.undo()
    assert session.changed_since_accepted(1) == changed
    while session.undo_label.startswith("Brush"):
        session.undo()
    assert session.changed_since_accepted(1) == ()


def test_accepting_what_is_accepted_and_unchanged_is_nothing_new(session: Session) -> None:
    say(session, with_rest_accepted(track_of(session)))

    assert with_rest_accepted(track_of(session)) == track_of(session)
    assert with_rows_accepted(track_of(session), RowSpan(3, 9)) == track_of(session)


def test_what_changed_is_known_after_a_restart(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    say(session, with_rest_accepted(track_of(session)))
    move_curve_1(session, 300)
    changed, path = session.changed_since_accepted(1), session.path
    session.close()

    again = Session.open(path)
    unknown = again.changed_since_accepted(1)
    again.take_trace(again.retrace(1).inline())

    assert unknown == ()
    assert again.changed_since_accepted(1) == changed != ()
    again.close()


def test_a_name_stands_until_something_under_it_changes_and_stands_again_after_undo(session: Session) -> None:
    say(session, with_rest_accepted(track_of(session)))
    sign(session)
    stood = session.sign_offs(1)[0]

    move_curve_1(session, 300)
    broken = session.sign_offs(1)[0]
    while session.undo_label.startswith("Brush"):
        session.undo()

    assert stood.holds
    assert stood.sign.by == "Ada"
    assert stood.sign.at > 1e9
    assert not broken.holds
    assert 280 <= broken.changed[0].start < 360
    assert session.sign_offs(1)[0].holds


def test_a_name_does_not_come_to_stand_under_what_was_changed_and_accepted_again(session: Session) -> None:
    say(session, with_rest_accepted(track_of(session)))
    sign(session)
    move_curve_1(session, 300)

    say(session, with_rest_accepted(track_of(session), session.changed_since_accepted(1)), "accept again")

    assert session.changed_since_accepted(1) == ()
    assert not session.sign_offs(1)[0].holds
    sign(session)
    assert [s.holds for s in session.sign_offs(1)] == [True]


@pytest.mark.parametrize("what", ["scale", "border", "depth", "flag"])
def test_a_name_falls_with_the_scale_the_borders_the_depths_and_a_flag(session: Session, what: str) -> None:
    say(session, with_rest_accepted(track_of(session)))
    sign(session)
    track, description = track_of(session), session.description

    if what == "scale":
        say(session, replace(track, curves=(replace(track.curves[0], right=200.0), track.curves[1])))
    elif what == "border":
        say(session, replace(track, right=((0.0, 239.0),)))
    elif what == "depth":
        scan = replace(description.scans[0], depth=((0.0, 100.0), (800.0, 200.0)))
        session.describe(description.with_scan(scan), "depths")
    else:
        say(session, with_flag(track, RowSpan(10, 20), reason="faint", comment=""))

    assert not session.sign_offs(1)[0].holds
    session.undo()
    assert session.sign_offs(1)[0].holds or session.sign_offs(1)[0].is_known is False


def test_another_prediction_lets_the_name_fall(session: Session) -> None:
    say(session, with_rest_accepted(track_of(session)))
    sign(session)

    key = session.prediction_key(1, "a" * 64)
    assert key is not None
    for rows in WHOLE.bands(300):
        answer = band(rows)
        if rows.start == 300:
            nothing = np.zeros_like(answer.p1)
            answer = replace(answer, p1=nothing, p2=nothing, classes=nothing)
        session.take_band(1, answer, key)
    decode(session, 1)

    assert not session.sign_offs(1)[0].holds
    assert sum(s.rows for s in session.changed_since_accepted(1)) > 200


def test_rows_not_accepted_and_rows_changed_keep_others_from_being_signed() -> None:
    track = TrackSpec(1, "T1", "log", 0, 99, ((0.0, 0.0),), ((0.0, 9.0),), accepted=(RowSpan(10, 90),))

    assert not_ready_to_sign(track, RowSpan(20, 80), ()) == ()
    assert not_ready_to_sign(track, RowSpan(0, 30), ()) == (RowSpan(0, 10),)
    assert not_ready_to_sign(track, RowSpan(20, 80), (RowSpan(40, 44),)) == (RowSpan(40, 44),)


def test_two_people_sign_and_one_takes_it_back(session: Session) -> None:
    say(session, with_rest_accepted(track_of(session)))
    sign(session, RowSpan(0, 400), "Ada")
    sign(session, WHOLE, "Max")

    first = track_of(session).signed[0]
    say(session, without_sign_off(track_of(session), first), "take back")

    assert [s.by for s in track_of(session).signed] == ["Max"]
    session.undo()
    assert [s.by for s in track_of(session).signed] == ["Ada", "Max"]
    assert from_json(to_json(session.description), where="here") == session.description


def test_a_reading_window_hears_of_it(session: Session) -> None:
    reader = Session.open(session.path)
    say(session, with_rest_accepted(track_of(session)))
    sign(session)
    assert session.wait_saved()

    reader.catch_up()
    while reader.stale(1):
        reader.take_trace(reader.retrace(1).inline())

    assert reader.is_read_only
    assert [s.holds for s in reader.sign_offs(1)] == [True]
    reader.close()


def test_a_name_does_not_stand_where_it_is_not_known_any_more_what_was_signed(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    say(session, with_rest_accepted(track_of(session)))
    sign(session)
    path = session.path
    session.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM tile WHERE plane = ?", (int(Plane.ACCEPTED),))

    again = Session.open(path)
    decode(again, 1)

    assert [(s.sign.by, s.holds) for s in again.sign_offs(1)] == [("Ada", False)]
    again.close()


def test_a_well_of_before_has_nothing_changed(session: Session) -> None:
    say(session, replace(track_of(session), accepted=(WHOLE,)))

    move_curve_1(session, 300)

    assert session.changed_since_accepted(1) == ()


_SPANS = st.lists(st.integers(0, 60_000), min_size=2, max_size=8, unique=True).map(sorted)


@given(ends=_SPANS, at=st.floats(1.0, 2e9), seed=st.integers(0, 99))
def test_a_record_comes_back_from_its_tiles(ends: list[int], at: float, seed: int) -> None:
    spans = tuple(RowSpan(a, b) for a, b in zip(ends[::2], ends[1::2], strict=False))
    x = np.random.default_rng(seed).normal(300, 90, (2, sum(s.rows for s in spans))).astype(np.float32)
    x[:, ::7] = np.nan

    again = record_of([blob for _, blob in tiles_of(AcceptedRecord(at, spans, x))])

    assert again is not None
    assert (again.at, again.spans) == (at, spans)
    assert np.array_equal(again.x, x, equal_nan=True)
    line = accepted_line(RowSpan(0, 60_001), [again])
    assert np.array_equal(np.concatenate([line.x[:, s.start : s.stop] for s in spans], axis=1), x, equal_nan=True)


def test_tiles_that_are_no_record_are_nothing() -> None:
    assert record_of([]) is None
    assert record_of([b"nonsense"]) is None
