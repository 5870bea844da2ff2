"""How a well's page was left, beyond what the canvas knows: what lies over the scan, what is beside it, and the rule in hand.

Separate because each of it is a detail that must come back and never keep a well from opening: what is missing or of the
wrong kind is left as it is. What stands beside the scan and how wide is the person's, not the well's: the next of twenty
logs opens as the one before was left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veerdesk.desktop.sides import Side
from veerdesk.labels.edits import Rule

if TYPE_CHECKING:
    from veerdesk.desktop.actions import ActionTable
    from veerdesk.desktop.change_follower import ChangeFollower
    from veerdesk.desktop.settings import Settings
    from veerdesk.desktop.well_view import WellView

#: What stands beside the scan, by the action that shows or hides it.
_BESIDE = ("curves", "panel", "minimap")
_SIDES = {Side.CURVES: "curves", Side.PANEL: "panel"}
#: What is shown over the scan, and only where it was left on.
_OVER = ("magnifier", "show_changes")


def page_left(view: WellView, actions: ActionTable) -> dict[str, Any]:
    """Return how the page is now, as values that JSON holds."""
    out: dict[str, Any] = {name: actions[name].isChecked() for name in _OVER}
    if view.is_complete:
        out["surer"] = view.review.threshold.value()
    return out | {"rule": view.canvas.hand.rule.name}


def beside_left(view: WellView, actions: ActionTable) -> dict[str, Any]:
    """Return what stands beside the scan now and how wide, as the settings keep it."""
    away = {n for n in _BESIDE if not actions[n].isChecked()}
    for side, name in _SIDES.items():
        if view.splitter.gives_way(side):  # nobody folded it away: a wider window shows it
            away.discard(name)
    return {"hidden": tuple(n for n in _BESIDE if n in away), "sides": view.splitter.dragged}


def restore_hand(view: WellView, extra: dict[str, Any]) -> None:
    """Take the rule in hand again that was in hand."""
    if extra.get("rule") in Rule.__members__:
        view.canvas.hand.take_rule(Rule[extra["rule"]])


def restore_over(view: WellView, actions: ActionTable, extra: dict[str, Any], changes: ChangeFollower) -> None:
    """Show over the scan what was shown there: the magnifier, and what changed since it was accepted."""
    for name, show in zip(_OVER, (view.canvas.magnifier.show, changes.show_changes), strict=True):
        is_on = extra.get(name) is True
        actions[name].setChecked(is_on)
        show(is_on)


def restore_beside(view: WellView, actions: ActionTable, settings: Settings) -> None:
    """Show beside the scan what the person has there, as wide as it was."""
    for name in _BESIDE:
        actions[name].setChecked(name not in settings.hidden)
    view.minimap.setVisible("minimap" not in settings.hidden)
    put_away = [side for side, name in _SIDES.items() if name in settings.hidden]
    view.splitter.restore(put_away, settings.sides)
    for side, name in _SIDES.items():
        actions[name].setChecked(not view.splitter.is_folded(side))


def restore_threshold(view: WellView, extra: dict[str, Any]) -> None:
    """Ask for crossings as sure as was asked for."""
    if isinstance(extra.get("surer"), int):
        view.review.threshold.setValue(extra["surer"])
