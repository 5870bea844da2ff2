"""Names under a well's rows as they leave with it: for report.json and for the lines of ~Other.

Separate because a file outlives the well: whether a name stands under what is written is settled when it is written, on
the very traces that leave, whichever way they do.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from veerdesk.calibration.description import WellDescription
from veerdesk.session.accepted_depths import depths_of
from veerdesk.session.accepted_line import AcceptedLine, SignedRows, changed_rows, meaning_of, signed_rows
from veerdesk.session.well_curves import TrackTrace
from veerdesk.units import DepthUnit


@dataclass(frozen=True, slots=True)
class Signature:
    """A name under rows of one track; ``depths`` are the first and last of them in ``unit``, None without anchors."""

    track_id: int
    track: str
    signed: SignedRows
    depths: tuple[float, float] | None
    unit: DepthUnit

    def sentence(self) -> str:
        """Return who signed what and when (UTC), and whether the name still stands, as one line.

        >>> from veerdesk.calibration.decision import SignOff
        >>> from veerdesk.rows import RowSpan
        >>> stands = SignedRows(SignOff(RowSpan(0, 9), "Ada", 0.0), is_known=True, holds=True)
        >>> Signature(1, "T1", stands, (100.0, 104.0), "ft").sentence()
        'Signed by Ada, 1970-01-01 00:00 UTC: track T1, rows 0 to 8, 100.00 to 104.00 ft.'
        """
        sign = self.signed.sign
        when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(sign.at))
        depths = "" if self.depths is None else f", {self.depths[0]:.2f} to {self.depths[1]:.2f} {self.unit}"
        said = (
            f"Signed by {sign.by}, {when}: track {self.track}, rows {sign.rows.start} to {sign.rows.stop - 1}{depths}"
        )
        if self.signed.holds:
            return f"{said}."
        count = sum(s.rows for s in self.signed.changed)
        what = "it" if count >= sign.rows.rows else f"{count} of these rows"
        return f"{said}; {what} changed since, and the name no longer stands."

    def record(self) -> dict[str, Any]:
        """Return what report.json says of it: rows with both ends inclusive, the time in UTC (ISO 8601)."""
        sign = self.signed.sign
        return {
            "by": sign.by,
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(sign.at)),
            "rows": [sign.rows.start, sign.rows.stop - 1],
            "holds": self.signed.holds,
            "changed": [[s.start, s.stop - 1] for s in self.signed.changed],
        }


def signatures(
    description: WellDescription, traces: Iterable[TrackTrace], accepted: Mapping[int, AcceptedLine]
) -> tuple[Signature, ...]:
    """Return every name under the tracks that leave, judged by the traces that leave.

    Parameters
    ----------
    accepted
        The curves as they were accepted, by track id; a name without them is not known to stand, and does not.
    """
    unit = description.las.unit or description.depth.unit
    out: list[Signature] = []
    for item in traces:
        track, line = description.track(item.track.id), accepted.get(item.track.id)
        if line is None:
            continue
        changed = changed_rows(line, track.accepted, item.trace, ())
        meaning = meaning_of(description, track)
        for sign in track.signed:
            said = signed_rows(sign, track, line, meaning=meaning, changed=changed, is_traced=True)
            depths = depths_of(description, track, sign.rows)
            out.append(Signature(track.id, track.name, said, depths, unit))
    return tuple(out)
