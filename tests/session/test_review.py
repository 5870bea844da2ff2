"""The review: the queue's order, decisions in the well, and the honest estimate of what is still wrong."""

from __future__ import annotations

import math
import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.drawn import COLS, ROWS, predict, session_with_track
from veerdesk.calibration.decision import Decision
from veerdesk.calibration.description import TrackSpec
from veerdesk.labels.edits import exchange_rows
from veerdesk.rows import RowSpan
from veerdesk.session.change import ChangeKind
from veerdesk.session.decisions import (
    reopened,
    row_states,
    with_flag,
    with_kept,
    with_rest_accepted,
    with_rows_accepted,
    with_verdict,
)
from veerdesk.session.doubtful_rows import DoubtfulRows
from veerdesk.session.review_queue import (
    QueueItem,
    at_row,
    filtered,
    margin_of,
    review_queue,
    risk_of,
    surer_than,
)
from veerdesk.session.session import Session
from veerdesk.session.still_wrong import still_wrong, wilson
from veerdesk.session.stored_tracks import replayed
from veerdesk.tracing.crossings import Crossing
from veerdesk.well.description_json import from_json, to_json
from veerdesk.well.store import WellStore

TRACK = TrackSpec(1, "T1", "log", 0, 49_999, ((0.0, 40.0),), ((0.0, 240.0),))


def crossing(row: int, margin: float) -> Crossing:
    return Crossing(row, RowSpan(row - 3, row + 4), 100.0, margin, True)


def many(count: int = 104, seed: int = 7) -> tuple[Crossing, ...]:
    draw = random.Random(seed)
    rows = sorted(draw.sample(range(100, 49_000, 40), count))
    return tuple(crossing(row, draw.uniform(0.0, 9.0)) for row in rows)


def test_risk_times_length_comes_first() -> None:
    found = (crossing(100, 1.0), crossing(200, 0.5), crossing(40_000, 3.0))

    queue = review_queue(TRACK, found)

    assert [i.crossing.row for i in queue] == [200, 40_000, 100]
    assert queue[0].below == RowSpan(200, 40_000)
    assert queue[1].below.stop == TRACK.bottom + 1


def test_every_crossing_is_in_the_queue_once_and_a_tenth_is_drawn() -> None:
    found = many()

    queue = review_queue(TRACK, found)

    assert sorted(i.crossing.row for i in queue) == [c.row for c in found]
    assert sum(i.is_sampled for i in queue) == math.ceil(len(found) / 10)
    assert [i.crossing.row for i in queue] == [i.crossing.row for i in review_queue(TRACK, found)]
    assert {i.is_sampled for i in queue[:20]} == {True, False}, "the tenth is mixed in, not put last"


def test_the_tenth_is_drawn_whatever_the_margin() -> None:
    found = many(600)
    shuffled = tuple(replace(c, margin=9.0 - c.margin) for c in found)

    drawn = [{i.crossing.row for i in review_queue(TRACK, each) if i.is_sampled} for each in (found, shuffled)]

    assert drawn[0] == drawn[1]


def test_a_decision_keeps_its_place_and_leaves_the_open_ones() -> None:
    found = many()
    queue = review_queue(TRACK, found)
    places = [i.crossing.row for i in queue]

    track = with_verdict(TRACK, queue[0], "kept")
    again = review_queue(track, tuple(replace(c, margin=c.margin + 30) if c.row == places[0] else c for c in found))

    assert [i.crossing.row for i in again] == places
    assert [i.state for i in again[:2]] == ["accepted", "open"]
    assert len(filtered(again, "open")) == 103
    assert again[0].crossing.rows.start in track.accepted[0]


def test_a_decision_is_found_again_a_few_rows_beside_its_crossing() -> None:
    track = with_verdict(TRACK, review_queue(TRACK, (crossing(500, 1.0),))[0], "exchanged")

    moved = review_queue(track, (crossing(505, 8.0), crossing(560, 1.0)))

    assert {i.crossing.row: i.state for i in moved} == {505: "accepted", 560: "open"}
    assert at_row(moved, 507) == [i.crossing.row for i in moved].index(505)
    assert at_row(moved, 530) is None


def test_many_are_kept_at_once_without_the_random_tenth() -> None:
    queue = review_queue(TRACK, many())
    usual = float(np.median([i.risk for i in queue]))

    sure = surer_than(queue, 1.0 - usual)
    track = with_kept(TRACK, sure)
    left = filtered(review_queue(track, many()), "open")

    assert sure
    assert all(i.risk <= usual + 1e-9 and not i.is_sampled for i in sure)
    assert {d.choice for d in track.decisions} == {"bulk"}
    assert len(left) == 104 - len(sure)
    assert sum(i.is_sampled for i in left) == 11


def test_a_flag_takes_its_rows_out_until_it_is_settled() -> None:
    item = review_queue(TRACK, (crossing(500, 1.0),))[0]
    track = with_rest_accepted(
        with_flag(TRACK, item.crossing.rows, reason="faint", comment=" no ink \n", margin=item.crossing.margin)
    )

    flagged = review_queue(track, (crossing(500, 1.0),))[0]
    settled = with_rest_accepted(with_verdict(track, flagged, "exchanged"))

    assert (flagged.state, flagged.decision and flagged.decision.comment) == ("flagged", "no ink")
    assert not any(500 in span for span in track.accepted)
    assert [d.verdict for d in settled.decisions] == ["exchanged"]
    assert settled.accepted == (TRACK.geometry.rows,)


def test_a_flag_on_rows_is_settled_by_accepting_them() -> None:
    track = with_flag(TRACK, RowSpan(900, 1_000), reason="damaged", comment="")

    part = with_rows_accepted(track, RowSpan(950, 1_200))
    whole = with_rows_accepted(track, RowSpan(800, 1_200))

    assert part.accepted == (RowSpan(1_000, 1_200),)
    assert (whole.decisions, whole.accepted) == ((), (RowSpan(800, 1_200),))


def test_taking_acceptance_back_opens_the_crossings_in_those_rows() -> None:
    found = (crossing(500, 1.0), crossing(2_000, 1.0))
    track = TRACK
    for _ in found:
        track = with_verdict(track, filtered(review_queue(track, found), "open")[0], "kept")

    back = reopened(track, RowSpan(0, 1_000))

    assert {i.crossing.row: i.state for i in review_queue(back, found)} == {500: "open", 2_000: "accepted"}


def test_the_states_of_rows_follow_the_decisions() -> None:
    found = (crossing(500, 1.0), crossing(2_000, 1.0), crossing(3_000, 1.0))
    by_row = {i.crossing.row: i for i in review_queue(TRACK, found)}
    track = with_flag(
        with_verdict(TRACK, by_row[500], "kept"), by_row[2_000].crossing.rows, reason="unclear", comment="", margin=1.0
    )

    states = row_states(track, review_queue(track, found), (RowSpan(0, 4_000),))

    assert states.in_progress == (RowSpan(500, 2_000),)
    assert states.needs_work == (RowSpan(2_000, 3_000),)
    assert states.accepted == (RowSpan(497, 504),)


def test_wilsons_interval_is_that_of_the_books() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


def _reviewed(found: tuple[Crossing, ...], truth: set[int], looks: int) -> tuple[QueueItem, ...]:
    """Go through the first places of the queue as a person who knows the truth; returns the queue after that."""
    items = review_queue(TRACK, found)[:looks]
    wrong = [i for i in items if i.crossing.row in truth]
    said = [with_verdict(TRACK, i, "exchanged" if i in wrong else "kept").decisions[0] for i in items]
    return review_queue(replace(TRACK, decisions=tuple(said)), found)


def test_nothing_is_said_before_a_drawn_crossing_was_looked_at() -> None:
    queue = review_queue(TRACK, many())

    assert still_wrong(queue) is None


def test_nothing_is_left_when_every_crossing_was_looked_at() -> None:
    said = still_wrong(_reviewed(many(), set(), 104))

    assert said is not None
    assert (said.left, said.high) == (0, 0.0)


def test_the_interval_holds_the_truth_in_most_logs() -> None:
    inside, told = 0, 0
    for seed in range(100):
        draw = random.Random(seed)
        found = many(300, seed)
        truth = {c.row for c in found if draw.random() < risk_of(c.margin)}
        queue = _reviewed(found, truth, 150)
        said = still_wrong(queue)
        if said is None:
            continue
        told += 1
        wrong = len(truth & {i.crossing.row for i in queue if i.state == "open"})
        inside += said.low <= wrong <= said.high

    assert told >= 95
    assert inside / told >= 0.9  # of a hundred logs at 95 %, one in fifty such hundreds has fewer than 91


@given(st.floats(0.5, 1.0))
def test_a_crossing_of_the_least_margin_is_as_sure_as_was_asked(confidence: float) -> None:
    margin = margin_of(confidence)

    assert margin == math.inf or 1.0 - risk_of(margin) >= confidence - 1e-9
    assert margin in (0.0, math.inf) or 1.0 - risk_of(margin - 1e-3) < confidence


def doubt(row: int, rows: int = 40, chance: float = 0.3) -> DoubtfulRows:
    return DoubtfulRows(RowSpan(row, row + rows), 90.0, chance)


def test_doubtful_rows_are_ranked_among_the_crossings_by_the_rows_likely_wrong() -> None:
    found = (crossing(100, 1.0), crossing(49_900, 60.0))

    queue = review_queue(TRACK, found, (doubt(5_000), doubt(6_000, rows=400, chance=0.1)))

    assert [i.crossing.row for i in queue] == [100, 6_000, 5_000, 49_900]
    assert queue[1].weight == pytest.approx(360)
    assert queue[1].below == RowSpan(6_000, 6_400)
    assert [i.is_doubtful for i in queue] == [True, True, True, False]


def test_doubtful_rows_can_be_kept_and_flagged_and_stay_where_they_stood() -> None:
    found, doubts = (crossing(100, 1.0),), (doubt(300), doubt(600))
    queue = review_queue(TRACK, found, doubts)

    track = with_verdict(TRACK, queue[1], "kept")
    track = with_flag(track, queue[2].crossing.rows, reason="faint", comment="", margin=0.0)
    again = review_queue(track, found, doubts)

    assert [i.crossing.row for i in again] == [i.crossing.row for i in queue]
    assert [i.state for i in again] == ["open", "accepted", "flagged"]
    assert queue[1].doubt is not None
    assert track.accepted == (queue[1].doubt.rows,)


def test_doubtful_rows_are_neither_drawn_nor_kept_unseen_nor_counted_as_crossings() -> None:
    found, doubts = many(40), tuple(doubt(row) for row in range(49_100, 49_900, 100))
    queue = review_queue(TRACK, found, doubts)

    assert not any(i.is_sampled for i in queue if i.doubt is not None)
    assert all(i.doubt is None for i in surer_than(queue, 0.5))
    looked = replace(TRACK, decisions=_reviewed_decisions(queue))
    said = still_wrong(review_queue(looked, found, doubts))
    assert said is not None
    assert said.left == 0


def _reviewed_decisions(queue: tuple[QueueItem, ...]) -> tuple[Decision, ...]:
    out = TRACK
    for item in queue:
        if item.doubt is None:
            out = with_verdict(out, item, "kept")
    return out.decisions


def test_decisions_come_back_from_json_and_a_well_of_before_has_none(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    said = with_flag(track, RowSpan(10, 20), reason="scale", comment="backup begins", margin=None)
    well = session.description.with_track(said)
    session.close()

    text = to_json(well)

    assert from_json(text, where="here") == well
    older = text.replace(text[text.index(',"decisions"') : text.index("}", text.index(',"decisions"'))], "")
    assert from_json(older, where="here").tracks[0].decisions == ()


def _exchanged(session: Session, track: TrackSpec) -> TrackSpec:
    """Exchange the curves of 200 rows and say so, as one gesture; returns the track with the decision."""
    said = replace(track, decisions=(Decision(RowSpan(300, 304), "exchanged", "me", 1.0, 0.5),))
    edit = exchange_rows(session.label_map(track.id), track.id, RowSpan(300, 500), (0, COLS), "exchange")
    change = session.describe(session.description.with_track(said), "exchange the curves", edit)
    assert change.kinds & ChangeKind.REVIEW
    assert change.kinds & ChangeKind.LABELS
    assert change.rows is not None
    return said


def test_an_exchange_and_its_decision_are_one_step_back_and_forth(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    labels, window = session.label_map(track.id), (RowSpan(0, ROWS), (0, COLS))
    before, entries = labels.classes(*window), len(session.history)
    said = _exchanged(session, track)
    after = labels.classes(*window)

    assert len(session.history) == entries + 1
    session.undo()
    assert session.description.track(track.id).decisions == ()
    assert np.array_equal(labels.classes(*window), before)
    session.redo()
    assert session.description.track(track.id).decisions == said.decisions
    assert np.array_equal(labels.classes(*window), after)
    assert not np.array_equal(before, after)
    session.close()


def test_the_journal_alone_brings_an_exchange_with_its_decision_back(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    said = _exchanged(session, track)
    person = session.label_map(track.id).person.read(RowSpan(0, ROWS), (0, COLS))
    session.close()

    store = WellStore.open(session.path)
    again = replayed(store, track.id, session.label_map(track.id).origin_col).person.read(RowSpan(0, ROWS), (0, COLS))
    store.close()
    stored = sqlite3.connect(session.path)
    actors = stored.execute("SELECT DISTINCT actor FROM journal").fetchall()
    stored.close()
    opened = Session.open(session.path)

    assert np.array_equal(again, person)
    assert opened.description.track(track.id).decisions == said.decisions
    assert actors == [(opened.history[-1].actor,)]
    opened.undo()
    assert opened.description.track(track.id).decisions == ()
    opened.close()
