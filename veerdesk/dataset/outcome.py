"""What came of learning from a person's corrections: kept or refused, with the figures that decided it.

Separate because it is found in one process, shown in another, and written on the card of a model by a third.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from veerdesk.errors import UnusableInputError

Verdict = Literal["learned", "exchanged", "no gain", "one curve worse", "forgets", "nothing wrong"]
#: Names of the two files that a finished process leaves.
OUTCOME, DELTA = "outcome.json", "learned.delta"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict on what was learned, and its figures.

    Parameters
    ----------
    verdict
        ``learned`` and ``exchanged`` are kept, all others refused.
    exchanged
        True where the two curves are called the other way round than so far.
    base
        SHA-256 of the model that was started from.
    rows, held_rows
        Rows with a person's word, and those of them that were held back.
    before, after
        Score of the held-back rows, 0 to 1, as they are read now and with what was learned.
    frozen_before, frozen_after
        Score of the frozen tracks, likewise.
    seconds, cpu_s
        What it took.
    """

    verdict: Verdict
    exchanged: bool
    base: str
    rows: int
    held_rows: int
    before: float
    after: float
    frozen_before: float
    frozen_after: float
    seconds: float
    cpu_s: float

    @property
    def is_kept(self) -> bool:
        """True where what was learned is to be used."""
        return self.verdict in ("learned", "exchanged")

    @property
    def sentence(self) -> str:
        """What happened, in one sentence with the figures."""
        held = f"{self.held_rows} rows held back score {self.after:.2f} instead of {self.before:.2f}"
        others = f"other logs score {self.frozen_after:.2f} instead of {self.frozen_before:.2f}"
        if self.verdict == "exchanged":
            return f"The curves were only called the other way round, and are exchanged now: {held} (1 is perfect)."
        if self.verdict == "learned":
            also = " and the curves are exchanged" if self.exchanged else ""
            return f"Learned from {self.rows} rows{also}: {held}, {others} (1 is perfect)."
        if self.verdict == "nothing wrong":
            right = f"{self.before:.2f}, where 1 is perfect"
            return f"Nothing to learn: the {self.held_rows} rows held back are read right already ({right})."
        if self.verdict == "forgets":
            return f"Not kept, as {others}, although {held} (1 is perfect)."
        if self.verdict == "one curve worse":
            return f"Not kept, as one of the curves became worse, although {held} (1 is perfect)."
        return f"Not kept, as it is no better: {held} (1 is perfect)."


def write_outcome(folder: Path, outcome: Outcome, delta: bytes) -> None:
    """Leave an outcome and what was learned in a folder."""
    (folder / DELTA).write_bytes(delta)
    (folder / OUTCOME).write_text(json.dumps(asdict(outcome)), encoding="utf-8")


def read_outcome(folder: Path) -> tuple[Outcome, bytes]:
    """Return the outcome in a folder and what was learned, empty where nothing was.

    Raises
    ------
    UnusableInputError
        The files are missing or damaged.
    """
    try:
        values = json.loads((folder / OUTCOME).read_text(encoding="utf-8"))
        return Outcome(**values), (folder / DELTA).read_bytes()
    except (OSError, ValueError, TypeError) as error:
        raise UnusableInputError(
            f"What came of the learning cannot be read: {error}.", "Learn from the corrections again."
        ) from error
