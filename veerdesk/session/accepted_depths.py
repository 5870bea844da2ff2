"""accepted depths: which rows of each track's curves somebody accepted, as they leave: for report.json and for ~Other.

Separate because a name under some rows says nothing of the others: who reads the file is told what nobody looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.depth import DepthMap
from veerdesk.calibration.description import TrackSpec, WellDescription
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import AcceptedLine, changed_rows
from veerdesk.session.well_curves import TrackTrace
from veerdesk.units import DepthUnit, depth_factor

#: A line of ~Other names so many stretches and people, and counts the rest: a log may be accepted crossing by crossing.
_MOST_STRETCHES, _MOST_NAMES = 4, 3

Depths = tuple[float, float]


@dataclass(frozen=True, slots=True)
class AcceptedDepths:
    """What of one track was accepted and has not changed since.

    ``depths`` are the first and last depth of each of ``rows`` in ``unit``, None without anchors; ``by`` names who
    accepted them, empty where the well does not say that of all of them.
    """

    track_id: int
    track: str
    curves: tuple[str, ...]
    whole: RowSpan
    rows: tuple[RowSpan, ...]
    depths: tuple[Depths | None, ...]
    unit: DepthUnit
    by: tuple[str, ...]

    def sentence(self) -> str:
        """Return which depths were accepted by whom, and that nobody accepted the rest, as one line.

        >>> rows, depths = (RowSpan(0, 9),), ((100.0, 104.0),)
        >>> AcceptedDepths(1, "T1", ("GR", "CALI"), RowSpan(0, 99), rows, depths, "ft", ("Ada",)).sentence()
        'GR and CALI of track T1: 100.00 to 104.00 ft accepted by Ada; the rest of it was accepted by nobody.'
        """
        what = f"{_listed(self.curves)} of track {self.track}" if self.curves else f"Track {self.track}"
        if not self.rows:
            return f"{what}: nobody accepted a row of it."
        by = f"by {_listed(_few(self.by))}" if self.by else "(the well does not say by whom)"
        if self.rows == (self.whole,):
            return f"{what}: every row was accepted {by}."
        return f"{what}: {self._stretches()} accepted {by}; the rest of it was accepted by nobody."

    def record(self) -> dict[str, Any]:
        """Return what report.json says of it: spans of rows with both ends inclusive, and names."""
        return {"rows": [[s.start, s.stop - 1] for s in self.rows], "by": list(self.by)}

    def _stretches(self) -> str:
        largest = sorted(range(len(self.rows)), key=lambda k: (-self.rows[k].rows, k))[:_MOST_STRETCHES]
        said = [self._stretch(k) for k in sorted(largest)]
        more = len(self.rows) - len(said)
        if more:
            rows = sum(s.rows for s in self.rows) - sum(self.rows[k].rows for k in largest)
            said.append(f"{more} shorter {'stretch' if more == 1 else 'stretches'} of {rows} rows in all")
        return _listed(said)

    def _stretch(self, number: int) -> str:
        depths, rows = self.depths[number], self.rows[number]
        if depths is None:
            return f"rows {rows.start} to {rows.stop - 1}"
        return f"{depths[0]:.2f} to {depths[1]:.2f} {self.unit}"


def accepted_depths(
    description: WellDescription, traces: Iterable[TrackTrace], accepted: Mapping[int, AcceptedLine]
) -> tuple[AcceptedDepths, ...]:
    """Return what was accepted of every track that leaves, judged by the traces that leave.

    Parameters
    ----------
    accepted
        The curves as they were accepted, by track id; without them no row is known to have changed since.
    """
    unit = description.las.unit or description.depth.unit
    out: list[AcceptedDepths] = []
    for item in traces:
        track, line, whole = description.track(item.track.id), accepted.get(item.track.id), item.track.geometry.rows
        held = _mask(whole, track.accepted)
        if line is not None:
            held &= ~_mask(whole, changed_rows(line, track.accepted, item.trace, ()))
        rows = _spans(whole, held)
        curves = tuple(c.mnemonic or f"curve {c.slot}" for c in track.curves)
        depths = tuple(depths_of(description, track, s) for s in rows)
        by = _names(track, held)
        out.append(AcceptedDepths(track.id, track.name, curves, whole, rows, depths, unit, by))
    return tuple(out)


def depths_of(description: WellDescription, track: TrackSpec, rows: RowSpan) -> Depths | None:
    """Return the depths of the first and the last of some rows in the unit of the LAS; None without anchors."""
    anchors = description.scan(track.scan).depth
    if len(anchors) < 2:
        return None
    factor = depth_factor(description.depth.unit, description.las.unit or description.depth.unit)
    ends = DepthMap(anchors, where=f"Scan {track.scan}").depth_at(np.array([rows.start, rows.stop - 1], np.float64))
    return float(ends[0]) * factor, float(ends[1]) * factor


def _names(track: TrackSpec, held: NDArray[np.bool_]) -> tuple[str, ...]:
    """Return who accepted the rows of a track that are set, in the order of the alphabet.

    Nobody where that is not known of every row: a well keeps the last acceptance, every decision and every sign-off.
    """
    spans: dict[str, list[RowSpan]] = {}
    for sign in track.signed:
        spans.setdefault(sign.by, []).append(sign.rows)
    for decision in track.decisions:
        if decision.is_settled:
            spans.setdefault(decision.by, []).append(decision.rows)
    if (last := track.last_accepted) is not None:
        spans.setdefault(last.by, []).extend(last.rows)
    theirs = {by: _mask(track.geometry.rows, said) & held for by, said in spans.items()}
    if not theirs or bool((held & ~np.logical_or.reduce(list(theirs.values()))).any()):
        return ()
    return tuple(sorted(by for by, rows in theirs.items() if rows.any()))


def _mask(whole: RowSpan, spans: Iterable[RowSpan]) -> NDArray[np.bool_]:
    """Return which rows of a track lie in some spans, ``(n,)`` bool."""
    out = np.zeros(whole.rows, np.bool_)
    for span in spans:
        within = span.clipped(whole)
        out[within.start - whole.start : within.stop - whole.start] = True
    return out


def _spans(whole: RowSpan, mask: NDArray[np.bool_]) -> tuple[RowSpan, ...]:
    edges = np.flatnonzero(np.diff(np.pad(mask.astype(np.int8), 1)))
    return tuple(RowSpan(whole.start + a, whole.start + b) for a, b in edges.reshape(-1, 2).tolist())


def _few(names: Sequence[str]) -> list[str]:
    more = len(names) - _MOST_NAMES
    return [*names[:_MOST_NAMES], *((f"{more} other{'s' if more > 1 else ''}",) if more > 0 else ())]


def _listed(words: Sequence[str]) -> str:
    """Return words as a list for people.

    >>> _listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(w for w in (", ".join(words[:-1]), words[-1]) if w)
