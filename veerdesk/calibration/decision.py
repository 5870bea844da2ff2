"""Decision: a person's word on a crossing or on rows, with who said it and when.

Separate because the review, the well file and the window all read decisions, and none of them needs a track for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from veerdesk.rows import RowSpan

Verdict = Literal["kept", "exchanged", "flagged"]
#: How a crossing came before the person: by its rank, drawn at random, or among many at once.
Choice = Literal["ranked", "sampled", "bulk"]
#: Why rows need work; the window has a sentence for each.
Reason = Literal["", "unclear", "wrong", "faint", "damaged", "scale", "other"]
REASONS: tuple[Reason, ...] = ("unclear", "wrong", "faint", "damaged", "scale", "other")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about some rows of a track.

    ``rows`` are the crossing's, or those that were flagged; ``margin`` (nats) is how sure the decode was when it was
    decided, None where the rows are no crossing. ``at`` is in seconds since 1970.
    """

    rows: RowSpan
    verdict: Verdict
    by: str
    at: float
    margin: float | None = None
    choice: Choice = "ranked"
    reason: Reason = ""
    comment: str = ""

    @property
    def is_settled(self) -> bool:
        """True where nothing is left to do: the pairing was kept or exchanged."""
        return self.verdict != "flagged"

    @property
    def was_looked_at(self) -> bool:
        """True where a person settled this crossing on its own, and not with many others at once."""
        return self.is_settled and self.choice != "bulk"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The last time rows of a track were accepted: which, by whom, and when (seconds since 1970)."""

    rows: tuple[RowSpan, ...]
    by: str
    at: float


@dataclass(frozen=True, slots=True)
class SignOff:
    """A person's name under the curves of some rows, ``at`` in seconds since 1970.

    ``meaning`` is a digest of what turns columns into values there: borders, scales and depths. Whether the name still
    holds is not written down: it follows from what the rows hold now.
    """

    rows: RowSpan
    by: str
    at: float
    meaning: str = ""
