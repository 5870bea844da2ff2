"""The review queue: crossings and doubtful rows of a track, those first on which most wrong rows hang, a random tenth among them.

Separate because the order of work, what is left of it and the honest estimate all follow from crossings and decisions
alone; no pixel and no window is needed.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

import numpy as np

from veerdesk.calibration.chance import shipped_reliability
from veerdesk.calibration.decision import Decision
from veerdesk.calibration.description import TrackSpec
from veerdesk.rows import RowSpan, joined
from veerdesk.session.doubtful_rows import DoubtfulRows
from veerdesk.tracing.crossings import Crossing

#: Chance of being wrong from which a crossing is called doubtful.
DOUBTFUL_RISK = 0.1
#: Every tenth place of the queue belongs to a crossing drawn at random, whatever its rank.
SAMPLE_EVERY = 10
# A crossing whose curves were exchanged is traced again, and found a few rows higher or lower.
_NEAR_ROWS = 8
_SEED = b"veerdesk review 1"

_Place = tuple[Crossing, RowSpan, bool, DoubtfulRows | None]
ReviewState = Literal["open", "flagged", "accepted"]
ReviewFilter = Literal["open", "flagged", "accepted", "all"]


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One place of the queue: a crossing, or ``doubt`` between crossings.

    ``below`` are the rows that hang on its decision, down to the next crossing or the end of the track, or the doubtful
    rows; ``is_sampled`` says that it is one of the random tenth, ``state`` how far its review is. For doubtful rows
    ``crossing`` stands where they begin, and an exchange there goes down to the next crossing; at a jerk or at loose ink there is none.
    """

    crossing: Crossing
    below: RowSpan
    decision: Decision | None
    is_sampled: bool
    state: ReviewState
    doubt: DoubtfulRows | None = None

    @property
    def risk(self) -> float:
        """Chance (0..1) that what is shown is, or was when it was decided, wrong."""
        if self.doubt is not None:
            return 1.0 - self.doubt.chance
        margin = self.crossing.margin
        if self.decision is not None and self.decision.margin is not None:
            margin = self.decision.margin
        return risk_of(margin)

    @property
    def weight(self) -> float:
        """Rows expected to be wrong if nobody looks: risk times the rows that hang on the decision."""
        return self.risk * self.below.rows

    @property
    def is_exchangeable(self) -> bool:
        """True where the curves may have changed places: everywhere but at a jerk or at loose ink."""
        return self.doubt is None or self.doubt.cause == "unsure"

    @property
    def is_doubtful(self) -> bool:
        """True where the decode is not sure and nobody has settled it."""
        return self.state != "accepted" and (self.doubt is not None or is_doubtful_margin(self.crossing.margin))


def risk_of(margin: float) -> float:
    """Return the chance that a pairing is wrong whose margin is given in nats, as it was counted on rendered logs.

    >>> 0.0 < risk_of(8.0) < risk_of(1.0) <= 0.5
    True
    """
    return 1.0 - shipped_reliability().crossing.of(margin)


def margin_of(confidence: float) -> float:
    """Return the least margin in nats of a pairing that is right with a given chance, 0.5..1; infinity where none is."""
    return shipped_reliability().crossing.least(confidence)


def is_doubtful_margin(margin: float) -> bool:
    """Return True where a pairing of that margin (nats) is called doubtful."""
    return risk_of(margin) > DOUBTFUL_RISK


def review_queue(
    track: TrackSpec, crossings: Sequence[Crossing], doubts: Sequence[DoubtfulRows] = ()
) -> tuple[QueueItem, ...]:
    """Return every crossing of a track (given by row) in the order of the review, the decided ones where they stood.

    ``doubts`` are doubtful rows between them, from the top, which are ranked among them.
    """
    ids = [_draw(track.id, c.row) for c in crossings]
    tenth = set(sorted(range(len(crossings)), key=ids.__getitem__)[: math.ceil(len(crossings) / SAMPLE_EVERY)])
    stops = [*(c.row for c in crossings[1:]), track.bottom + 1]
    places: list[_Place] = [
        (c, RowSpan(c.row, max(c.row, stops[k])), k in tenth, None) for k, c in enumerate(crossings)
    ]
    doubtful: list[_Place] = [(Crossing(d.rows.start, d.rows, d.column, 0.0, False), d.rows, False, d) for d in doubts]
    every = sorted([*places, *doubtful], key=_row_of) if doubtful else places
    decided, accepted = _decisions_of(track.decisions, [p[0] for p in every]), joined(track.accepted)
    items: list[QueueItem] = []
    for number, (crossing, below, is_drawn, doubt) in enumerate(every):
        decision = decided.get(number)
        is_sampled = decision.choice == "sampled" if decision is not None and decision.was_looked_at else is_drawn
        items.append(QueueItem(crossing, below, decision, is_sampled, _state(accepted, crossing, decision), doubt))
    return _mixed(sorted(items, key=lambda i: (-i.weight, i.crossing.row)), track.id)


def filtered(queue: Sequence[QueueItem], wanted: ReviewFilter) -> tuple[QueueItem, ...]:
    """Return the items of a state, in their order."""
    return tuple(i for i in queue if wanted in ("all", i.state))


def surer_than(queue: Sequence[QueueItem], confidence: float) -> tuple[QueueItem, ...]:
    """Return the open crossings that are right with at least a given chance (0.5..1), without the random tenth.

    The tenth stays for a person's eyes: what is kept unseen is judged by it.
    """
    least = margin_of(confidence)
    return tuple(
        i for i in queue if i.state == "open" and not i.is_sampled and i.doubt is None and i.crossing.margin >= least
    )


def at_row(queue: Sequence[QueueItem], row: int) -> int | None:
    """Return the place in the queue of the crossing at a row, or a few rows beside it; None where there is none."""
    best = min(range(len(queue)), key=lambda k: abs(queue[k].crossing.row - row), default=None)
    if best is None:
        return None
    span = queue[best].crossing.rows
    return best if row in RowSpan(span.start - _NEAR_ROWS, max(span.stop, span.start + 1) + _NEAR_ROWS) else None


def _mixed(ranked: list[QueueItem], track_id: int) -> tuple[QueueItem, ...]:
    """Put a sampled crossing at every tenth place; one that comes earlier by its rank stays there."""
    waiting = iter(sorted((i for i in ranked if i.is_sampled), key=lambda i: _draw(track_id, i.crossing.row)))
    out: list[QueueItem] = []
    placed: set[int] = set()
    for item in ranked:
        if len(out) % SAMPLE_EVERY == SAMPLE_EVERY - 1:
            drawn = next((i for i in waiting if i.crossing.row not in placed), None)
            if drawn is not None:
                out.append(drawn)
                placed.add(drawn.crossing.row)
        if item.crossing.row not in placed:
            out.append(item)
            placed.add(item.crossing.row)
    return tuple(out)


def _draw(track_id: int, row: int) -> bytes:
    """Return a number as bytes that is drawn alike in every run for one crossing."""
    return blake2b(f"{track_id} {row}".encode(), digest_size=8, key=_SEED).digest()


def _decisions_of(decisions: Sequence[Decision], crossings: Sequence[Crossing]) -> dict[int, Decision]:
    """Return the decision on each crossing by its number; the last word counts."""
    if not crossings:
        return {}
    middles = np.array([(c.rows.start + c.rows.stop - 1) / 2 for c in crossings])
    out: dict[int, Decision] = {}
    for decision in sorted(decisions, key=lambda d: d.at):
        middle = (decision.rows.start + decision.rows.stop - 1) / 2
        number = int(np.abs(middles - middle).argmin())
        found = crossings[number].rows
        reach = RowSpan(found.start - _NEAR_ROWS, max(found.stop, found.start + 1) + _NEAR_ROWS)
        if decision.margin is not None and reach.overlaps(decision.rows):
            out[number] = decision
    return out


def _state(accepted: tuple[RowSpan, ...], crossing: Crossing, decision: Decision | None) -> ReviewState:
    if decision is not None and not decision.is_settled:
        return "flagged"
    if decision is not None:
        return "accepted"
    before = bisect_right(accepted, crossing.row, key=_start_of) - 1
    return "accepted" if before >= 0 and crossing.row in accepted[before] else "open"


def _row_of(place: _Place) -> int:
    return place[0].row


def _start_of(span: RowSpan) -> int:
    return span.start
