"""What is still missing at each step and the next thing to do, in a sentence and at most one button.

Separate from the widgets because it is a function of what is known, and because the sentences are the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QCoreApplication

from veerdesk.calibration.checks import curves_missing, missing_for_export
from veerdesk.calibration.description import WellDescription


class Step(IntEnum):
    """The five steps of the bar, in order."""

    SCAN = 0
    TRACKS = 1
    DEPTH = 2
    REVIEW = 3
    EXPORT = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """What the program is doing: shares done 0..1, and what is left to look at.

    ``is_tracing`` says that the track in hand has no curves yet, ``is_refused`` that the disk takes nothing, ``may_write``
    that the writer of a well that is only read here has gone, ``is_shut`` that it is only read as nothing can be written there, ``borders_are_straight`` that the track in hand is as it
    was placed and tall enough for its paper to wander, ``is_track_accepted`` that every row of it is accepted, ``changed_rows`` how many of them
    changed since, ``crossings_flagged`` how many of ``crossings_left`` somebody flagged.
    """

    read_share: float = 1.0
    predicted_share: float = 0.0
    crossings_left: int = 0
    accepted_share: float = 0.0
    is_read_only: bool = False
    is_predicting: bool = False
    is_tracing: bool = False
    is_refused: bool = False
    may_write: bool = False
    is_shut: bool = False
    borders_are_straight: bool = False
    is_track_accepted: bool = False
    changed_rows: int = 0
    crossings_flagged: int = 0


@dataclass(frozen=True, slots=True)
class Guidance:
    """One sentence or two, the name of the action that does the next thing, and whether the step is done."""

    sentence: str
    action: str = ""
    is_done: bool = False


def guide(step: Step, description: WellDescription, progress: Progress) -> Guidance:
    """Return what a step says, given what is described and what has been computed."""
    if progress.is_read_only and progress.may_write:
        return Guidance(
            _t("Nothing keeps this well from being changed any more. It can be changed here now."), "write_here"
        )
    if progress.is_read_only and progress.is_shut:
        return Guidance(
            _t(
                "This well lies where nothing can be written. Look and export here; to change it, save a copy where you may "
                "write and open that."
            ),
            "save_as",
        )
    if progress.is_read_only:
        return Guidance(
            _t("Another window is writing to this well. This one follows it: look and export here, change it there.")
        )
    if progress.is_refused:
        return Guidance(
            _t(
                "The disk takes nothing, so nothing more is taken from your hand. It goes on by itself as soon as the disk "
                "takes changes again; a copy on another disk holds what waits."
            ),
            "save_as",
        )
    return _GUIDES[step](description, progress)


def _t(text: str) -> str:
    return QCoreApplication.translate("Guidance", text)


def _scan(description: WellDescription, progress: Progress) -> Guidance:
    if progress.read_share < 1.0:
        return Guidance(
            _t("Reading the scan: {0} % is here and can be used. Go on to the tracks.").format(
                f"{100 * progress.read_share:.0f}"
            ),
            "step_tracks",
        )
    tracks = len(description.tracks)
    if not tracks:
        return Guidance(_t("The scan is here, whole. Scroll through it, then mark its tracks."), "step_tracks", True)
    here = (
        _t("The scan is here, whole, with {0} tracks.") if tracks > 1 else _t("The scan is here, whole, with 1 track.")
    )
    words, action = _next_after(Step.SCAN, description, progress)
    return Guidance(f"{here.format(tracks)} {words}", action, True)


def _next_after(step: Step, description: WellDescription, progress: Progress) -> tuple[str, str]:
    """Return in words, and as an action, the next step at which something is left to do."""
    if step < Step.TRACKS and not _tracks(description, progress).is_done:
        return _t("Next: names and scales of its curves."), "step_tracks"
    if step < Step.DEPTH and not _depth(description, progress).is_done:
        return _t("Next: depth."), "step_depth"
    return _t("Next: look at the crossings."), "step_review"


def _tracks(description: WellDescription, progress: Progress) -> Guidance:
    if not description.tracks:
        return Guidance(_t("Click the left border of a track on the scan, at the track's top."), "add_track")
    if progress.borders_are_straight and not any(c.mnemonic for t in description.tracks for c in t.curves):
        return Guidance(
            _t(
                "Its borders are straight from click to click. On a scan whose paper wanders, let them follow the print."
            ),
            "follow_borders",
        )
    for track in description.tracks:
        for slot in (1, 2):
            curve = track.curve(1 if slot == 1 else 2)
            if curve is None and (slot == 2 or track.curves):
                continue
            if curve is None or not curve.mnemonic:
                return Guidance(_t("{0}: name curve {1}, such as GR.").format(track.name, slot))
            if not curve.has_scale:
                return Guidance(
                    _t(
                        "{0}: type the values printed at the left and right border for {1}. Until then it shows percent."
                    ).format(track.name, curve.mnemonic)
                )
        if missing := curves_missing(track):
            return Guidance(f"{missing[0].message} {missing[0].remedy}")
    words, action = _next_after(Step.TRACKS, description, progress)
    return Guidance(f"{_t('Every track has its curves and scales.')} {words}", action, True)


def _depth(description: WellDescription, progress: Progress) -> Guidance:
    for scan in description.scans:
        left = 2 - len(scan.depth)
        if left == 2:
            return Guidance(
                _t("Click a printed depth line on the scan and type its depth. Two are needed."), "tool_anchor"
            )
        if left == 1:
            return Guidance(
                _t("One more: click a depth line far from the first, best near the other end."), "tool_anchor"
            )
    return Guidance(_t("Depths are set. Next: look at the crossings."), "step_review", True)


def _review(description: WellDescription, progress: Progress) -> Guidance:
    if not description.tracks:
        return Guidance(_t("Nothing to review yet: the well has no track."), "step_tracks")
    if progress.predicted_share < 1.0 and not progress.is_predicting:
        return Guidance(
            _t("The model has read {0} % of the rows. Let it go on, or review what is there.").format(
                f"{100 * progress.predicted_share:.0f}"
            ),
            "predict",
        )
    if progress.predicted_share < 1.0:
        return Guidance(
            _t(
                "The model is at work: {0} % of the rows are done, what you look at comes first. Start reviewing any time."
            ).format(f"{100 * progress.predicted_share:.0f}"),
            "next_crossing",
        )
    if progress.is_tracing:
        return Guidance(_t("The curves are being traced. Their crossings stand here in a moment."))
    if progress.is_track_accepted or progress.accepted_share >= 1.0:
        return _accepted(progress)
    if progress.crossings_left and progress.crossings_left == progress.crossings_flagged:
        return Guidance(
            _t("Nothing is open here but what was flagged: {0}. Choose Flagged beside the scan, or go on.").format(
                progress.crossings_flagged
            ),
            "next_track" if len(description.tracks) > 1 else "step_export",
        )
    if progress.crossings_left == 1:
        return Guidance(
            _t(
                "1 crossing or place with doubtful rows is not accepted yet. N goes there, X exchanges the curves below it, Space keeps it."
            ),
            "next_crossing",
        )
    if progress.crossings_left:
        return Guidance(
            _t(
                "{0} crossings and doubtful rows are not accepted yet. N goes to the next, X exchanges the curves below it, Space keeps it."
            ).format(progress.crossings_left),
            "next_crossing",
        )
    return Guidance(_t("Nothing doubtful is left. Accept the track, or go on to the export."), "accept_track")


def _accepted(progress: Progress) -> Guidance:
    """Return what is next where every row of the track in hand was accepted."""
    if progress.changed_rows:
        return Guidance(
            _t(
                "Every row of this track was accepted, and {0} of them changed since. J goes to the next such place; accept it "
                "again, or take the change back."
            ).format(f"{progress.changed_rows:,}"),
            "next_change",
        )
    if progress.accepted_share >= 1.0:
        return Guidance(_t("Every row is accepted. Take the numbers away."), "step_export", True)
    return Guidance(_t("Every row of this track is accepted. The next one waits."), "next_track")


def _export(description: WellDescription, progress: Progress) -> Guidance:
    missing = missing_for_export(description)
    if missing:
        more = _t(" {0} more below.").format(len(missing) - 1) if len(missing) > 1 else ""
        return Guidance(f"{missing[0].message} {missing[0].remedy}{more}", "export_las")
    if progress.is_tracing:
        return Guidance(_t("Nothing is missing. The curves are still being traced."), "export_las", True)
    if progress.crossings_left:
        words = _t("Nothing is missing. {0} crossings and doubtful rows of the track in hand are still open.")
        if progress.crossings_left == 1:
            words = _t("Nothing is missing. 1 crossing or place with doubtful rows of the track in hand is still open.")
        return Guidance(words.format(progress.crossings_left), "export_las", True)
    return Guidance(_t("Nothing is missing: export the LAS."), "export_las", True)


_GUIDES = {Step.SCAN: _scan, Step.TRACKS: _tracks, Step.DEPTH: _depth, Step.REVIEW: _review, Step.EXPORT: _export}
