"""Curves of several tracks under one mnemonic made one curve of the well, each join named.

Separate because a well is logged in runs: one LAS curve comes from many tracks, and the reader must see where.
Source: CONTRACT, Job file (splice rule).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.curve import Curve
from veerdesk.errors import UnusableInputError


@dataclass(frozen=True, slots=True)
class TrackCurve:
    """A curve and the name of the track that it was read from."""

    track: str
    curve: Curve


@dataclass(frozen=True, slots=True)
class Splice:
    """One piece of a spliced curve: the track it comes from, and its first and last depth with a value."""

    mnemonic: str
    track: str
    top: float
    base: float

    def sentence(self, unit: str) -> str:
        """Return the piece as a line for people."""
        return f"{self.mnemonic} from {self.top:g} to {self.base:g} {unit} is read from track {self.track}"


def spliced(parts: Sequence[TrackCurve]) -> tuple[tuple[Curve, ...], tuple[Splice, ...]]:
    """Return one curve for each mnemonic, in the order they first come, and the pieces of those that were joined.

    All parts are on one grid. Where two hold a value at one depth, the later one wins.

    Raises
    ------
    UnusableInputError
        One mnemonic stands with two units.
    """
    groups: dict[str, list[TrackCurve]] = {}
    for part in parts:
        groups.setdefault(part.curve.mnemonic.upper(), []).append(part)
    curves: list[Curve] = []
    splices: list[Splice] = []
    for group in groups.values():
        first = group[0].curve
        for part in group[1:]:
            if part.curve.unit.upper() != first.unit.upper():
                raise UnusableInputError(
                    f"{first.mnemonic} stands in {first.unit or 'no unit'} in track {group[0].track} "
                    f"and in {part.curve.unit or 'no unit'} in track {part.track}.",
                    "Give both one unit, or one of them another mnemonic.",
                )
        value = first.value.copy()
        source = np.where(np.isfinite(value), 0, -1)
        for k, part in enumerate(group[1:], start=1):
            has = np.isfinite(part.curve.value)
            value[has] = part.curve.value[has]
            source[has] = k
        curves.append(Curve(first.mnemonic, first.unit, first.description, first.depth, value))
        if len(group) > 1:
            splices.extend(_pieces(group, source))
    return tuple(curves), tuple(splices)


def _pieces(group: Sequence[TrackCurve], source: NDArray[np.int64]) -> list[Splice]:
    """Pieces of one track each; a null between two pieces of one track does not part them."""
    at = np.flatnonzero(source >= 0)
    if not len(at):
        return []
    depth, name = group[0].curve.depth, group[0].curve.mnemonic
    cuts = np.flatnonzero(np.diff(source[at])) + 1
    return [
        Splice(name, group[int(source[piece[0]])].track, float(depth[piece[0]]), float(depth[piece[-1]]))
        for piece in np.split(at, cuts)
    ]
