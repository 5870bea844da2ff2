"""What a gesture did, in one short sentence: the tool, what, where, and how to take it back.

Separate because every tool says it alike, and because each word must be true of what was counted.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.actions import SPECS, words
from veerdesk.desktop.gesture_outcome import Outcome
from veerdesk.desktop.readings import depth_map
from veerdesk.desktop.review_lines import span_words
from veerdesk.desktop.tools.preview import rule_words
from veerdesk.labels.classes import EXCHANGED, NOT_SAID, PixelClass
from veerdesk.labels.edits import Rule, allowed
from veerdesk.labels.shapes import Region
from veerdesk.rows import RowSpan
from veerdesk.session.ink_lock import paintable
from veerdesk.session.session import Session


def _t(text: str) -> str:
    return QCoreApplication.translate("Gestures", text)


def taken_back_by_undo(sentence: str) -> str:
    """Return a sentence on something that was done, with how to take it back."""
    return _t("{0} (Ctrl+Z takes it back)").format(sentence)


def curve_words(track: TrackSpec, slot: int) -> str:
    """Return what a curve is called: its name, or its number before it has one."""
    spec = next((c for c in track.curves if c.slot == slot), None)
    return spec.mnemonic if spec is not None and spec.mnemonic else _t("curve {0}").format(slot)


def place_words(session: Session, track: TrackSpec, rows: RowSpan) -> str:
    """Return where rows of a track are, by their middle: a depth, or a row before there are depths."""
    middle = (rows.start + rows.stop - 1) // 2
    depths = depth_map(session.description, track.scan)
    return span_words(RowSpan(middle, middle + 1), depths, session.description.depth.unit)[0]


def length_words(session: Session, track: TrackSpec, rows: RowSpan) -> str:
    """Return how long rows of a track are: in depth, or in rows before there are depths."""
    return span_words(rows, depth_map(session.description, track.scan), session.description.depth.unit)[1]


def painted_words(session: Session, outcome: Outcome) -> str:
    """Return what a gesture that painted did."""
    painted, changed = outcome.painted, outcome.changed
    track = session.description.track(painted.edit.track_id)
    cls, place = painted.cls, place_words(session, track, painted.edit.rows)
    owner = _owner_words(track, cls)
    if cls == NOT_SAID:
        said, count = _t("your word on {0} px at {1} is taken back, the model's answer shows"), outcome.said
    elif cls == EXCHANGED:
        said, count = _t("{0} px exchanged between {2} at {1}"), changed
    elif not changed:
        said, count = _t("{0} px at {1} were {2} already, and are so by your word now"), outcome.said
    elif cls == PixelClass.BACKGROUND:
        said, count = _t("{0} px at {1} made background"), changed
    elif outcome.is_beside:
        why = _t("its value did not move: its own stroke runs beside it; pin it, or erase that stroke")
        said, count = _t("{0} px given to {2}, but ") + why, changed
    else:
        is_ink = painted.rule is Rule.INK_ONLY
        said, count = _t("{0} px of ink given to {2} at {1}") if is_ink else _t("{0} px given to {2} at {1}"), changed
    return taken_back_by_undo(_of(painted.tool, said.format(f"{count:,}", place, owner)))


def unchanged_words(session: Session, tool: str, track_id: int, meant: tuple[Region, int, Rule]) -> str:
    """Return why a gesture changed nothing: its rule lets it change none of the pixels, or they are so already."""
    region, cls, rule = meant
    track, labels = session.description.track(track_id), session.label_map(track_id)
    ink = paintable(session, track_id, region, cls) if rule is Rule.INK_ONLY else None
    if not np.any(region.mask & allowed(labels, region, cls, rule, ink)):
        is_ink = rule is Rule.INK_ONLY
        why = _t("no ink there to change") if is_ink else _t("nothing there that “{0}” lets it change")
        if cls != EXCHANGED:
            why += _t("; R takes the next rule")
        return _of(tool, why.format(rule_words(rule)))
    if cls == EXCHANGED:
        return _of(tool, _t("neither curve has ink there"))
    if cls == NOT_SAID:
        return _of(tool, _t("nobody said anything about these pixels"))
    return _of(tool, _t("all of it is {0} already, by your word").format(_owner_words(track, cls)))


def _owner_words(track: TrackSpec, cls: int) -> str:
    if cls == EXCHANGED:
        return _t("{0} and {1}").format(curve_words(track, 1), curve_words(track, 2))
    return _t("background") if cls in (PixelClass.BACKGROUND, NOT_SAID) else curve_words(track, cls)


def _of(tool: str, what: str) -> str:
    """Return what a tool did, after the tool's name where it is known."""
    spec = SPECS.get(f"tool_{tool}")
    return f"{words(spec.text)}: {what}" if spec is not None else what[:1].upper() + what[1:]
