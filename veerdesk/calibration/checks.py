"""What a description still lacks before numbers can leave it, as sentences that name track and curve.

Separate because a description may be unfinished in the window, while an export must refuse by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from veerdesk.calibration.depth import DepthMap
from veerdesk.calibration.description import CurveSpec, TrackSpec, WellDescription
from veerdesk.calibration.scale import ValueScale
from veerdesk.errors import UnusableInputError, VeerdeskError


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a curve, a track or (``track`` None) the whole well from an export."""

    track: int | None
    message: str
    remedy: str


def missing_for_export(description: WellDescription) -> tuple[Missing, ...]:
    """Return everything still missing, the well's own first, then by track in order."""
    out: list[Missing] = []
    if not description.name.strip():
        out.append(Missing(None, "The well has no name.", "Give WELL in the well form or under [well]."))
    if not description.tracks:
        out.append(Missing(None, "The well has no track.", "Place a track's borders on the scan."))
    if description.las.step <= 0:
        out.append(
            Missing(
                None,
                f"The depth step {description.las.step:g} is not above zero.",
                "Give Step in the export a size, or step under [las].",
            )
        )
    for track in description.tracks:
        out.extend(track_missing(description, track))
    return (*out, *_two_units(description))


def track_missing(description: WellDescription, track: TrackSpec) -> tuple[Missing, ...]:
    """Return what one track still lacks."""
    name = f"Track {track.name}"
    out: list[Missing] = []
    scan = next((s for s in description.scans if s.id == track.scan), None)
    if scan is None:
        out.append(Missing(track.id, f"{name} lies on scan {track.scan!r}, which the well does not have.", "Add it."))
    else:
        try:
            DepthMap(scan.depth, where=f"{name}: scan {scan.id}")
        except VeerdeskError as trouble:
            out.append(Missing(track.id, trouble.message, trouble.remedy))
    out.extend(_border_trouble(track, name))
    return (*out, *curves_missing(track))


def curves_missing(track: TrackSpec) -> tuple[Missing, ...]:
    """Return what the curves of one track still lack: themselves, names of their own, scales that can be read."""
    name = f"Track {track.name}"
    if not track.curves:
        return (Missing(track.id, f"{name} has no curve.", "Name one or two curves for it."),)
    out: list[Missing] = []
    seen: set[str] = set()
    for curve in track.curves:
        out.extend(Missing(track.id, message, remedy) for message, remedy in _curve_trouble(name, curve))
        if curve.mnemonic and curve.mnemonic.upper() in seen:
            out.append(
                Missing(track.id, f"{name} names both of its curves {curve.mnemonic}.", "Give them two mnemonics.")
            )
        seen.add(curve.mnemonic.upper())
    return tuple(out)


def ready_tracks(description: WellDescription) -> tuple[TrackSpec, ...]:
    """Return the tracks that lack nothing.

    Raises
    ------
    UnusableInputError
        The well itself lacks something, or no track is ready; the error names all that is missing.
    """
    missing = missing_for_export(description)
    ready = tuple(t for t in description.tracks if not any(m.track == t.id for m in missing))
    blocking = tuple(m for m in missing if m.track is None) or (missing if not ready else ())
    if blocking:
        raise told_missing(blocking)
    return ready


def told_missing(missing: Sequence[Missing]) -> UnusableInputError:
    """Return the error that names what is missing, each with its own remedy where it is more than one thing."""
    if len(missing) == 1:
        return UnusableInputError(missing[0].message, missing[0].remedy)
    return UnusableInputError(
        f"{len(missing)} things are missing, and no curve can be exported without them.",
        "\n".join(f"{m.message} {m.remedy}" for m in missing),
    )


def _border_trouble(track: TrackSpec, name: str) -> list[Missing]:
    if not track.left or not track.right:
        return [Missing(track.id, f"{name} has no borders.", "Place its left and right border on the scan.")]
    if track.bottom < track.top:
        return [
            Missing(track.id, f"{name} ends at row {track.bottom}, above its top at {track.top}.", "Exchange the two.")
        ]
    rows = np.unique([float(track.top), float(track.bottom), *(r for r, _ in (*track.left, *track.right))])
    rows = rows[(rows >= track.top) & (rows <= track.bottom)]
    width = track.geometry.right_at(rows) - track.geometry.left_at(rows)
    if (width <= 0).any():
        row = int(rows[np.flatnonzero(width <= 0)[0]])
        return [
            Missing(
                track.id,
                f"{name}: the left border lies right of the right border at row {row}.",
                "Draw the borders so that they do not cross.",
            )
        ]
    return []


def _curve_trouble(name: str, curve: CurveSpec) -> list[tuple[str, str]]:
    called = f"{name}, curve {curve.slot}" + (f" ({curve.mnemonic})" if curve.mnemonic else "")
    out: list[tuple[str, str]] = []
    if not curve.mnemonic.strip():
        out.append((f"{called} has no mnemonic.", "Give it one, such as GR."))
    if curve.left is None or curve.right is None:
        out.append((f"{called} has no scale.", "Type the values at its left and right border."))
        return out
    try:
        ValueScale(curve.scale, curve.left, curve.right)
        if curve.wrap == "backup" and curve.backup is not None:
            ValueScale(curve.scale, *curve.backup)
    except VeerdeskError as trouble:
        out.append((f"{called}: {trouble.message}", trouble.remedy))
    if curve.wrap == "backup" and curve.backup is None:
        out.append((f"{called} has a backup scale without values.", "Give backup = [left, right]."))
    return out


def _two_units(description: WellDescription) -> list[Missing]:
    units: dict[str, tuple[str, str]] = {}
    out: list[Missing] = []
    for track in description.tracks:
        for curve in track.curves:
            key = curve.mnemonic.upper()
            unit, where = units.setdefault(key, (curve.unit, track.name))
            if key and unit.upper() != curve.unit.upper():
                out.append(
                    Missing(
                        None,
                        f"{curve.mnemonic} stands in {unit or 'no unit'} in track {where} "
                        f"and in {curve.unit or 'no unit'} in track {track.name}.",
                        "Give both one unit, or one of them another mnemonic.",
                    )
                )
    return out
