"""A well description as JSON text and back: what the well file keeps and what a description edit is made of.

Separate because the description is frozen values and knows nothing of how it is stored.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from veerdesk.calibration.decision import Acceptance, Decision, SignOff
from veerdesk.calibration.description import (
    CurveSpec,
    DepthSpec,
    LasSpec,
    Pin,
    ScanSpec,
    TrackSpec,
    WellDescription,
)
from veerdesk.calibration.learned import Learned
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.geometry import Polyline
from veerdesk.rows import RowSpan


def to_json(description: WellDescription) -> str:
    """Return a description as JSON; every float comes back exactly."""
    bare = replace(description, tracks=tuple(replace(t, decisions=()) for t in description.tracks))
    values = asdict(bare)
    for track, out in zip(description.tracks, values["tracks"], strict=True):
        # A log has hundreds, and the whole description is written with each: as plain lists they are a tenth of the time.
        out["decisions"] = [_decision_values(d) for d in track.decisions]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str, *, where: str) -> WellDescription:
    """Return the description of a JSON text.

    Raises
    ------
    UnusableInputError
        The text is damaged; ``where`` names its place.
    """
    try:
        values = json.loads(text)
        return WellDescription(
            items=tuple((str(k), str(v)) for k, v in values["items"]),
            depth=DepthSpec(**values["depth"]),
            scans=tuple(_scan(s) for s in values["scans"]),
            tracks=tuple(_track(t) for t in values["tracks"]),
            las=LasSpec(**values["las"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableInputError(
            f"{where} holds a well description that cannot be read ({error}).",
            "Open a copy of the well made earlier.",
        ) from error


def _scan(values: dict[str, Any]) -> ScanSpec:
    return ScanSpec(**{**values, "depth": _pairs(values["depth"])})


def _track(values: dict[str, Any]) -> TrackSpec:
    return TrackSpec(
        **{
            **values,
            "left": _pairs(values["left"]),
            "right": _pairs(values["right"]),
            "curves": tuple(_curve(c) for c in values["curves"]),
            "pins": tuple(Pin(**{**p, "rows": RowSpan(**p["rows"])}) for p in values["pins"]),
            "accepted": tuple(RowSpan(**span) for span in values["accepted"]),
            "decisions": tuple(_decision(*d) for d in values.get("decisions", ())),
            "last_accepted": _acceptance(values.get("last_accepted")),
            "signed": tuple(SignOff(**{**s, "rows": RowSpan(**s["rows"])}) for s in values.get("signed", ())),
            "learned": Learned(**learned) if (learned := values.get("learned")) else None,
        }
    )


def _decision_values(decision: Decision) -> list[Any]:
    d = decision
    return [d.rows.start, d.rows.stop, d.verdict, d.by, d.at, d.margin, d.choice, d.reason, d.comment]


def _decision(start: int, stop: int, *values: Any) -> Decision:
    return Decision(RowSpan(start, stop), *values)


def _acceptance(values: dict[str, Any] | None) -> Acceptance | None:
    return None if values is None else Acceptance(**{**values, "rows": tuple(RowSpan(**r) for r in values["rows"])})


def _curve(values: dict[str, Any]) -> CurveSpec:
    backup = values["backup"]
    return CurveSpec(**{**values, "backup": None if backup is None else (backup[0], backup[1])})


def _pairs(values: list[list[float]]) -> Polyline:
    return tuple((float(a), float(b)) for a, b in values)
