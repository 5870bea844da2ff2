"""What was learned from corrections: kept with one undo, with the well, and never at the cost of a person's pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.session.drawn import DIGEST, ROWS, predict, session_with_track, stroke
from veerdesk.calibration.description import TrackSpec
from veerdesk.dataset.lesson import read_lessons, write_lessons
from veerdesk.dataset.outcome import Outcome, write_outcome
from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.labels.classes import IGNORE
from veerdesk.labels.edits import exchange_rows
from veerdesk.rows import RowSpan
from veerdesk.session.jobs import CancelToken
from veerdesk.session.learning import (
    TrackOutcome,
    carried_from,
    kept,
    learning_job,
    rows_to_learn_from,
    taken_over,
)
from veerdesk.session.lessons import MOST_ROWS, UNCORRECTED_SHARE, SaidRows, _chosen
from veerdesk.session.session import Session
from veerdesk.session.stored_well import read_well

DELTA_BYTES = b"learned weights"
OUTCOME = Outcome("learned", False, DIGEST, 200, 50, 0.6, 0.9, 0.9, 0.89, 1.0, 1.0)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Session, TrackSpec]]:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    yield session, track
    if session.path.exists():
        session.close()


def _accept(session: Session, track_id: int, rows: RowSpan) -> None:
    track = session.description.track(track_id)
    session.describe(session.description.with_track(replace(track, accepted=(rows,))), "Accept")


def _keep(session: Session, track_id: int, outcome: Outcome = OUTCOME, delta: bytes = DELTA_BYTES) -> TrackSpec:
    after = kept(session, TrackOutcome(track_id, outcome, delta))
    assert after is not None
    session.describe(session.description.with_track(after), "Learn")
    return after


def test_too_few_rows_are_refused_with_their_number(opened: tuple[Session, TrackSpec]) -> None:
    session, track = opened
    _accept(session, track.id, RowSpan(10, 40))

    with pytest.raises(UnusableInputError, match="30 rows of T1"):
        learning_job(session, track.id).inline()


def test_lessons_hold_accepted_rows_whole_and_of_others_only_what_was_said(opened: tuple[Session, TrackSpec]) -> None:
    session, track = opened
    _accept(session, track.id, RowSpan(100, 300))
    edit = stroke(session, track.id, 400, 110, 2)
    assert edit is not None
    session.apply(edit)
    seen = []

    def learn(folder: Path, cancel: Cancel, progress: Progress) -> None:
        seen.extend(read_lessons(folder))
        write_outcome(folder, OUTCOME, b"")

    learning_job(session, track.id, learn).inline()

    (lesson,) = seen
    first = (
        int(np.flatnonzero((lesson.label != IGNORE).any(axis=1))[0]) - 100
    )  # the row of the box that is the scan's 0
    assert (lesson.label[first + 100 : first + 300] != IGNORE).all(axis=1).sum() == 200
    assert set(np.unique(lesson.label[first + 400])) == {2, IGNORE}
    assert np.isfinite(lesson.x[:, first + 100 : first + 300]).all()
    assert not np.isfinite(lesson.x[:, first + 300 :]).any()
    held = lesson.held[first + 100 : first + 420]
    assert 40 <= held.sum() <= 80


def test_no_more_rows_are_learned_from_than_take_seconds(opened: tuple[Session, TrackSpec]) -> None:
    session, track = opened
    _accept(session, track.id, RowSpan(0, ROWS))
    rows = []

    def learn(folder: Path, cancel: Cancel, progress: Progress) -> None:
        rows.extend(int((e.label != IGNORE).any(axis=1).sum()) for e in read_lessons(folder))
        write_outcome(folder, OUTCOME, b"")

    learning_job(session, track.id, learn).inline()

    assert rows_to_learn_from(session, track.id) == ROWS
    assert sum(rows) == MOST_ROWS


def test_what_is_kept_makes_the_prediction_stale_and_one_undo_makes_it_current(
    opened: tuple[Session, TrackSpec],
) -> None:
    session, track = opened
    before = session.label_map(track.id).classes(RowSpan(0, ROWS), (0, 300))
    _keep(session, track.id)
    is_current_then = session.is_segmented(track.id, RowSpan(0, ROWS))

    session.undo()

    assert not is_current_then
    assert session.description.track(track.id).learned is None
    assert session.is_segmented(track.id, RowSpan(0, ROWS))
    assert np.array_equal(session.label_map(track.id).classes(RowSpan(0, ROWS), (0, 300)), before)


def test_a_persons_pixels_never_change(opened: tuple[Session, TrackSpec]) -> None:
    session, track = opened
    edit = stroke(session, track.id, 400, 110, 2)
    assert edit is not None
    session.apply(edit)
    before = session.label_map(track.id).said(RowSpan(0, ROWS), (0, 300))

    _keep(session, track.id)
    predict(session, track.id, "e" * 64, swapped=True)
    during = session.label_map(track.id).said(RowSpan(0, ROWS), (0, 300))
    session.undo()

    assert np.array_equal(before, during)
    assert np.array_equal(before, session.label_map(track.id).said(RowSpan(0, ROWS), (0, 300)))


def test_exchanged_curves_are_kept_without_weights_and_asked_for_the_other_way_round(
    opened: tuple[Session, TrackSpec],
) -> None:
    session, track = opened
    turned = replace(OUTCOME, verdict="exchanged", exchanged=True)

    after = _keep(session, track.id, turned, b"")
    key = session.prediction_key(track.id, DIGEST)
    again = kept(session, TrackOutcome(track.id, turned, b""))

    assert after.learned is not None
    assert after.learned.digest == ""
    assert key is not None
    assert key.slots_exchanged
    assert again is not None
    assert again.learned is None  # exchanged twice is as the model has it


def test_refused_learning_changes_nothing(opened: tuple[Session, TrackSpec]) -> None:
    session, track = opened

    assert kept(session, TrackOutcome(track.id, replace(OUTCOME, verdict="no gain"), DELTA_BYTES)) is None
    assert session.description.track(track.id).learned is None


def test_the_well_keeps_what_was_learned(opened: tuple[Session, TrackSpec]) -> None:
    session, track = opened
    after = _keep(session, track.id)
    path = session.path
    session.close()

    again = Session.open(path)
    stored = read_well(path).tracks[track.id]
    learned = again.description.track(track.id).learned
    delta = again.delta(learned.digest) if learned else None
    again.close()

    assert learned == after.learned
    assert delta == DELTA_BYTES
    assert stored.delta == DELTA_BYTES
    assert not stored.is_segmented


def test_another_well_can_take_it_over(opened: tuple[Session, TrackSpec], tmp_path: Path) -> None:
    session, track = opened
    _keep(session, track.id)
    session.wait_saved()
    (tmp_path / "other").mkdir()
    other, its_track = session_with_track(tmp_path / "other")

    (carried,) = carried_from(session.path)
    after = taken_over(other, its_track.id, carried)
    other.describe(other.description.with_track(after), "Learn from another well")
    delta = other.delta(after.learned.digest) if after.learned else None
    other.close()

    assert carried.track == "T1"
    assert delta == DELTA_BYTES


def test_a_cancelled_job_ends_without_a_result(opened: tuple[Session, TrackSpec]) -> None:
    session, track = opened
    _accept(session, track.id, RowSpan(100, 300))
    token = CancelToken()

    def learn(folder: Path, cancel: Cancel, progress: Progress) -> None:
        token.cancel()
        if cancel.is_cancelled():
            raise InterruptedWorkError("Learning was stopped, and nothing was changed.", "Start it again.")

    with pytest.raises(InterruptedWorkError):
        learning_job(session, track.id, learn).run(token, lambda share: None)


def test_lessons_come_back_from_their_folder_as_they_were(opened: tuple[Session, TrackSpec], tmp_path: Path) -> None:
    session, track = opened
    _accept(session, track.id, RowSpan(100, 300))
    copies = tmp_path / "copies"
    copies.mkdir()
    pairs = []

    def learn(folder: Path, cancel: Cancel, progress: Progress) -> None:
        first = read_lessons(folder)
        write_lessons(copies, first)
        pairs.extend(zip(first, read_lessons(copies), strict=True))
        write_outcome(folder, OUTCOME, b"")

    learning_job(session, track.id, learn).inline()

    for one, other in pairs:
        assert np.array_equal(one.grey, other.grey)
        assert np.array_equal(one.x, other.x, equal_nan=True)
        assert (one.geometry, one.slots, one.exchanged) == (other.geometry, other.slots, other.exchanged)


def test_one_exchanged_stretch_leaves_the_order_of_an_accepted_log_alone() -> None:
    known, none = np.ones(4000, np.bool_), np.zeros(4000, np.int64)
    stretch = none.copy()
    stretch[1000:2000] = 9

    one_stretch = SaidRows(known, stretch, stretch)
    whole_log = SaidRows(known, none + 9, none + 9)
    most = np.where(np.arange(4000) < 2500, 9, 0)  # the model had the rest the other way round itself
    strokes_only = SaidRows(stretch > 0, stretch, none)

    assert not one_stretch.is_order_open
    assert whole_log.is_order_open
    assert SaidRows(known, most, most).is_order_open
    assert strokes_only.is_order_open


def test_an_exchange_at_one_crossing_is_no_word_on_the_order_of_the_log(opened: tuple[Session, TrackSpec]) -> None:
    session, track = opened
    _accept(session, track.id, RowSpan(0, ROWS))
    columns = session.pixels_of(track).cols
    edit = exchange_rows(session.label_map(track.id), track.id, RowSpan(300, 500), columns)
    assert edit is not None
    session.apply(edit)
    seen = []

    def learn(folder: Path, cancel: Cancel, progress: Progress) -> None:
        seen.extend(read_lessons(folder))
        write_outcome(folder, OUTCOME, b"")

    learning_job(session, track.id, learn).inline()

    assert seen
    assert not any(lesson.is_order_open for lesson in seen)


def test_rows_that_nobody_corrected_judge_beside_those_of_an_exchanged_stretch() -> None:
    known, corrected = np.ones(4000, np.bool_), np.zeros(4000, np.int64)
    corrected[1000:2048] = 9

    chosen = np.concatenate(_chosen(SaidRows(known, corrected, corrected)))

    assert len(chosen) == len(set(chosen.tolist())) == MOST_ROWS
    assert int((corrected[chosen] == 0).sum()) >= UNCORRECTED_SHARE * MOST_ROWS
