"""Which stage depends on what: what a new description makes stale.

Separate because it is a table, not a scheduler: each row says what was touched and what can no longer be used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from veerdesk.calibration.description import TrackSpec, WellDescription
from veerdesk.rows import RowSpan, joined
from veerdesk.session.change import ChangeKind


@dataclass(frozen=True, slots=True)
class TrackStaleness:
    """What a changed track description makes of the results there are."""

    needs_prediction: bool = False
    needs_new_decode: bool = False
    rows_to_retrace: tuple[RowSpan, ...] = ()
    frees_paper: bool = False

    @property
    def kinds(self) -> ChangeKind:
        """Kinds of change that follow."""
        out = ChangeKind.NONE
        if self.needs_prediction:
            out |= ChangeKind.MODEL
        if self.needs_new_decode or self.rows_to_retrace:
            out |= ChangeKind.TRACE
        return out


def staleness(before: TrackSpec, after: TrackSpec) -> TrackStaleness:
    """Return what follows from one track's new description.

    ================================  ==========  ======  ====================
    touched                           prediction  decode  other tracks over it
    ================================  ==========  ======  ====================
    borders, rows, scan (*)           stale       whole   retraced
    stroke width                      stale       whole   -
    style or colour of a curve        stale       -       -
    what was learned for it           stale       -       -
    number or slots of its curves     -           whole   retraced
    pins                              -           rows    -
    name, scale, units, review        -           -       -
    ================================  ==========  ======  ====================

    (*) and the stroke width is measured again: `with_strokes_to_measure`.
    """
    moved = (before.geometry, before.scan) != (after.geometry, after.scan)
    stroke = before.stroke_px != after.stroke_px
    looks = [(c.slot, c.style, c.colour) for c in before.curves] != [(c.slot, c.style, c.colour) for c in after.curves]
    slots = sorted(c.slot for c in before.curves) != sorted(c.slot for c in after.curves)
    touched_pins = set(before.pins) ^ set(after.pins)
    return TrackStaleness(
        needs_prediction=moved or stroke or looks or before.learned != after.learned,
        needs_new_decode=moved or stroke or slots,
        rows_to_retrace=joined(p.rows for p in touched_pins),
        frees_paper=moved or slots,
    )


def with_strokes_to_measure(before: WellDescription, after: WellDescription) -> WellDescription:
    """Return a new description without the stroke widths that were measured between other borders, so in other ink.

    What a person typed stays, and so does a width that comes with the new borders. The tiles are all predicted again
    then: each depends on stroke width and track width, and both are measured over the whole track.
    """
    old = {t.id: t for t in before.tracks}
    for track in after.tracks:
        was = old.get(track.id, track)
        moved = (was.geometry, was.scan) != (track.geometry, track.scan)
        if moved and track.stroke_px == was.stroke_px and not track.is_stroke_stated:
            after = after.with_track(replace(track, stroke_px=None))
    return after


def description_kinds(before: WellDescription, after: WellDescription) -> ChangeKind:
    """Return the kinds of change that a new description is, apart from what it makes stale."""
    out = ChangeKind.DESCRIPTION | ChangeKind.HISTORY
    old = {t.id: t for t in before.tracks}
    if any(t.id in old and _review(t) != _review(old[t.id]) for t in after.tracks):
        out |= ChangeKind.REVIEW
    if [replace(s, depth=()) for s in before.scans] != [replace(s, depth=()) for s in after.scans]:
        out |= ChangeKind.SCAN
    return out


def touched_track(before: WellDescription, after: WellDescription) -> int | None:
    """Return the one track a description edit is about; None where it is about several or none."""
    old, new = {t.id: t for t in before.tracks}, {t.id: t for t in after.tracks}
    touched = [key for key in {*old, *new} if old.get(key) != new.get(key)]
    others_alike = replace(before, tracks=()) == replace(after, tracks=())
    return touched[0] if len(touched) == 1 and others_alike else None


def _review(track: TrackSpec) -> tuple[object, ...]:
    return track.accepted, track.decisions, track.last_accepted, track.signed
