"""How a well's page was left, beyond what the canvas knows: what is shown beside the scan, how wide, and the rule in hand.

Separate because each of it is a detail that must come back and never keep a well from opening: what is missing or of the
wrong kind is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veerdesk.labels.edits import Rule

if TYPE_CHECKING:
    from veerdesk.desktop.actions import ActionTable
    from veerdesk.desktop.change_follower import ChangeFollower
    from veerdesk.desktop.well_view import WellView

#: What stands beside the scan, by the action that shows or hides it.
_BESIDE = ("curves", "minimap")
#: What is shown over the scan, and only where it was left on.
_OVER = ("magnifier", "show_changes")


def page_left(view: WellView, actions: ActionTable) -> dict[str, Any]:
    """Return how the page is now, as values that JSON holds."""
    out: dict[str, Any] = {name: actions[name].isChecked() for name in _BESIDE if view.curves is not None}
    out |= {name: actions[name].isChecked() for name in _OVER}
    if view.is_complete:
        out["surer"] = view.review.threshold.value()
    return out | {"widths": view.splitter.sizes(), "rule": view.canvas.hand.rule.name}


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


def restore_beside(view: WellView, actions: ActionTable, extra: dict[str, Any]) -> None:
    """Show beside the scan what was shown there, as wide as it was."""
    curves = view.add_curves()
    for name, part in zip(_BESIDE, (curves, view.minimap), strict=True):
        is_shown = extra.get(name) is not False
        part.setVisible(is_shown)
        actions[name].setChecked(is_shown)
    widths = extra.get("widths")
    if isinstance(widths, list) and len(widths) == view.splitter.count() and all(isinstance(w, int) for w in widths):
        view.splitter.setSizes(widths)
    if isinstance(extra.get("surer"), int):
        view.review.threshold.setValue(extra["surer"])
