"""Learned: what a track's model has taken from the corrections of a person, and how it was judged.

Separate because it is part of what a well says of a track, while the weights it names are kept beside the description.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned for one track, kept because rows that were held back became better by it.

    Parameters
    ----------
    digest
        SHA-256 of the delta that the well keeps; empty where nothing but the order of the curves was found.
    base
        SHA-256 of the model that it goes on top of; with another model it is not used.
    exchanged
        True where the network's two curves are called the other way round on this track.
    rows
        Rows learned from and judged by.
    before, after
        Score of the rows that were held back, 0 to 1.
    by, at
        Who asked for it, and when in seconds since 1970.
    """

    digest: str
    base: str
    exchanged: bool
    rows: int
    before: float
    after: float
    by: str = ""
    at: float = 0.0
