"""What a decision makes of a track, and what two states of a track differ in."""

from __future__ import annotations

from dataclasses import replace

from veerdesk.calibration.decision import Decision
from veerdesk.calibration.description import TrackSpec
from veerdesk.rows import RowSpan
from veerdesk.session.decisions import reviewed_otherwise

TRACK = TrackSpec(1, "T1", "main", 0, 999, ((0.0, 10.0),), ((0.0, 90.0),))
KEPT = Decision(RowSpan(40, 44), "kept", at=1.0, by="me", margin=2.0)


def test_a_decision_differs_on_its_own_rows_though_more_are_accepted_with_it() -> None:
    after = replace(TRACK, decisions=(KEPT,), accepted=(RowSpan(30, 60),))

    assert reviewed_otherwise(TRACK, after) == reviewed_otherwise(after, TRACK) == (RowSpan(40, 44),)


def test_rows_that_are_accepted_in_one_state_alone_differ() -> None:
    before = replace(TRACK, decisions=(KEPT,), accepted=(RowSpan(0, 10), RowSpan(8, 20)))
    after = replace(before, accepted=(RowSpan(0, 15), RowSpan(50, 60)))

    assert reviewed_otherwise(before, after) == (RowSpan(15, 20), RowSpan(50, 60))


def test_what_is_no_review_does_not_differ() -> None:
    assert reviewed_otherwise(TRACK, replace(TRACK, name="T9")) == ()
