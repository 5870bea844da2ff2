"""Decisions written into a track, and what they make of its rows: in progress, accepted, in need of work.

Separate because a decision is an edit of the description like any other: undoable, in the journal, in the well.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from veerdesk.calibration.decision import Acceptance, Choice, Decision, Reason, SignOff, Verdict
from veerdesk.calibration.description import TrackSpec
from veerdesk.rows import RowSpan, joined, without
from veerdesk.session.review_queue import QueueItem
from veerdesk.session.who import actor


@dataclass(frozen=True, slots=True)
class RowStates:
    """Rows of a track by the state of their review; what is in none of them was never seen by the model.

    ``changed`` are accepted rows whose curves are no longer where they were accepted.

    Spans of different states may overlap: the later one in this order counts.
    """

    predicted: tuple[RowSpan, ...] = ()
    in_progress: tuple[RowSpan, ...] = ()
    accepted: tuple[RowSpan, ...] = ()
    needs_work: tuple[RowSpan, ...] = ()
    changed: tuple[RowSpan, ...] = ()


def with_verdict(track: TrackSpec, item: QueueItem, verdict: Verdict) -> TrackSpec:
    """Return the track with one crossing kept or exchanged by a person who looked at it; its rows are accepted."""
    return _decided(track, (item,), verdict, "sampled" if item.is_sampled else "ranked")


def with_kept(track: TrackSpec, items: Sequence[QueueItem]) -> TrackSpec:
    """Return the track with many crossings kept at once, unseen."""
    return _decided(track, items, "kept", "bulk")


def with_flag(
    track: TrackSpec,
    rows: RowSpan,
    *,
    reason: Reason,
    comment: str,
    margin: float | None = None,
    is_sampled: bool = False,
) -> TrackSpec:
    """Return the track with rows flagged; they are no longer accepted. ``margin`` is a crossing's, else None."""
    flag = Decision(
        rows, "flagged", actor(), _now(), margin, "sampled" if is_sampled else "ranked", reason, comment.strip()
    )
    others = tuple(d for d in track.decisions if not _same_place(d, flag))
    return replace(track, decisions=(*others, flag), accepted=without(track.accepted, rows))


def with_rows_accepted(
    track: TrackSpec, rows: RowSpan, changed: Sequence[RowSpan] = (), flags: Sequence[Decision] | None = None
) -> TrackSpec:
    """Return the track with rows accepted, and the flags on rows that lie wholly among them settled.

    A flagged crossing stays flagged, and its rows open, until it is kept or exchanged itself. ``changed`` are rows that
    are no longer as they were accepted: where none of them is met and nothing else is new, nothing is said again.
    ``flags`` are the flags on rows (`flags_on_rows`) where the places of the review are known.
    """
    on_rows = [d for d in track.decisions if d.margin is None] if flags is None else flags
    kept = tuple(
        d
        for d in track.decisions
        if d.is_settled or d not in on_rows or not (rows.start <= d.rows.start and d.rows.stop <= rows.stop)
    )
    return _accepted(track, kept, rows, changed)


def with_rest_accepted(track: TrackSpec, changed: Sequence[RowSpan] = ()) -> TrackSpec:
    """Return the track with every row accepted that is not flagged; ``changed`` as in `with_rows_accepted`."""
    return _accepted(track, track.decisions, track.geometry.rows, changed)


def with_sign_off(track: TrackSpec, rows: RowSpan, *, by: str, meaning: str) -> TrackSpec:
    """Return the track with a person's name under some rows, in place of what they signed among these before.

    The rows are accepted with it, so that what was signed is what is compared from then on.
    """
    now = _now()
    others = tuple(
        s for s in track.signed if s.by != by or not (rows.start <= s.rows.start and s.rows.stop <= rows.stop)
    )
    last = Acceptance((rows,), by, now)
    return replace(track, signed=(*others, SignOff(rows, by, now, meaning)), last_accepted=last)


def without_sign_off(track: TrackSpec, sign: SignOff) -> TrackSpec:
    """Return the track with one name taken back."""
    return replace(track, signed=tuple(s for s in track.signed if s != sign))


def reopened(track: TrackSpec, rows: RowSpan) -> TrackSpec:
    """Return the track with acceptance and decisions in some rows taken back; flags stay until they are settled."""
    kept = tuple(d for d in track.decisions if not (d.is_settled and d.rows.overlaps(rows)))
    return replace(track, decisions=kept, accepted=without(track.accepted, rows))


def flags_on_rows(track: TrackSpec, queue: Sequence[QueueItem]) -> tuple[Decision, ...]:
    """Return the flags that lie on rows and on no place of the review, from the top.

    One whose place is gone since, as when the curve was put right there, is on rows: else nothing would lead to it.
    """
    placed = {i.decision for i in queue}
    found = (d for d in track.decisions if not d.is_settled and (d.margin is None or d not in placed))
    return tuple(sorted(found, key=lambda d: d.rows))


def flags_among(track: TrackSpec, rows: RowSpan) -> tuple[Decision, ...]:
    """Return every flag that keeps some of these rows from being accepted, from the top."""
    found = (d for d in track.decisions if not d.is_settled and d.rows.overlaps(rows))
    return tuple(sorted(found, key=lambda d: d.rows))


def reviewed_otherwise(before: TrackSpec, after: TrackSpec) -> tuple[RowSpan, ...]:
    """Return the rows whose review differs: those of decisions that only one of two states has, else those accepted in one."""
    said = [d.rows for d in (*before.decisions, *after.decisions) if (d in before.decisions) != (d in after.decisions)]
    if said:
        return joined(said)
    both = (joined(before.accepted), joined(after.accepted))
    differing: list[RowSpan] = []
    for mine, others in (both, both[::-1]):
        for hole in others:
            mine = without(mine, hole)
        differing += mine
    return joined(differing)


def row_states(track: TrackSpec, queue: Sequence[QueueItem], predicted: tuple[RowSpan, ...]) -> RowStates:
    """Return how far the review of each row of a track is."""
    begun = (i.below for i in queue if i.decision is not None and i.decision.is_settled)
    flagged = [i.below for i in queue if i.state == "flagged"]
    flagged += [d.rows for d in flags_on_rows(track, queue)]
    return RowStates(predicted, joined(begun), joined(track.accepted), joined(flagged))


def _decided(track: TrackSpec, items: Sequence[QueueItem], verdict: Verdict, choice: Choice) -> TrackSpec:
    now, by = _now(), actor()
    said = tuple(Decision(_rows(i), verdict, by, now, _margin(i), choice) for i in items)
    replaced = {i.decision for i in items}
    others = tuple(d for d in track.decisions if d not in replaced)
    rows = joined(d.rows for d in said)
    accepted = joined((*track.accepted, *rows))
    return replace(track, decisions=(*others, *said), accepted=accepted, last_accepted=Acceptance(rows, by, now))


def _accepted(
    track: TrackSpec, decisions: tuple[Decision, ...], rows: RowSpan, changed: Sequence[RowSpan]
) -> TrackSpec:
    spans: tuple[RowSpan, ...] = (rows,)
    for decision in decisions:
        if not decision.is_settled:
            spans = without(spans, decision.rows)
    accepted = joined((*track.accepted, *spans))
    is_news = any(c.overlaps(s) for c in changed for s in spans)
    if not is_news and (accepted, decisions) == (joined(track.accepted), track.decisions):
        return track
    last = Acceptance(spans, actor(), _now())
    return replace(track, decisions=decisions, accepted=accepted, last_accepted=last)


def _same_place(one: Decision, other: Decision) -> bool:
    return (one.margin is None) == (other.margin is None) and one.rows.overlaps(other.rows)


def _margin(item: QueueItem) -> float:
    """Return how sure the decode was before any person spoke of the crossing."""
    said = item.decision.margin if item.decision is not None else None
    return item.crossing.margin if said is None else said


def _rows(item: QueueItem) -> RowSpan:
    rows = item.crossing.rows
    return RowSpan(rows.start, max(rows.stop, rows.start + 1))


def _now() -> float:
    return round(time.time(), 3)
