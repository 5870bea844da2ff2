"""The key of each action: the table's own, or the one a person gave it, and no key twice.

Separate from the table because a person's choices come from a file, and a file of another version must never keep the
window from opening.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QKeySequence

from veerdesk.desktop.action_spec import ActionSpec

#: Actions that last while their key is down; with Ctrl, Alt or Shift beside it a stroke would mean something else.
HELD = frozenset({"keep_next", "hide_overlay", "bypass_ink"})
#: What is no action and cannot be given away: the canvas and the system go by these.
FIXED: dict[str, str] = {
    "Esc": "let go of what is begun",
    "Up": "scroll",
    "Down": "scroll",
    "Left": "scroll",
    "Right": "scroll",
    "PgUp": "scroll by a page",
    "PgDown": "scroll by a page",
    "Home": "go to the top",
    "End": "go to the end",
    "Shift+Tab": "leave the scan",
    "Menu": "open the menu",
    "Shift+F10": "open the menu",
}


def shortcuts_of(specs: Mapping[str, ActionSpec], overrides: Mapping[str, str]) -> dict[str, str]:
    """Return the key of each action, the person's own choices taken into account.

    Raises
    ------
    ValueError
        Two actions have one key, or an action has none.
    """
    keys = {name: overrides.get(name, spec.shortcut) for name, spec in specs.items()}
    trouble = trouble_in(keys)
    if trouble:
        raise ValueError(trouble)
    return keys


def sound(specs: Mapping[str, ActionSpec], overrides: Mapping[str, str]) -> dict[str, str]:
    """Return a person's choices without those that cannot stand beside the others, as after a change of the table."""
    known = {name: key for name, key in overrides.items() if name in specs}
    first = {name: spec.shortcut for name, spec in specs.items()}
    if not trouble_in(first | known):
        return known
    kept: dict[str, str] = {}
    for name, key in known.items():
        if not trouble_in(first | kept | {name: key}):
            kept[name] = key
    return kept


def trouble_in(keys: Mapping[str, str], called: Callable[[str], str] = str) -> str:
    """Return what is wrong with a set of keys as a sentence, or nothing; ``called`` gives an action's name to read."""
    taken: dict[str, str] = {}
    for name, key in keys.items():
        sequence = QKeySequence(key)
        portable = sequence.toString()
        if not portable:
            return f"{called(name)} has no key."
        if sequence.count() > 1:
            return f"{called(name)} needs one key, and {portable} are several after each other."
        if portable in FIXED:
            return f"{called(name)} cannot have {portable}, which always means: {FIXED[portable]}."
        if name in HELD and "+" in portable.rstrip("+"):
            return f"{called(name)} is held down, so it needs one key without Ctrl, Alt or Shift."
        if portable in taken:
            return f"{called(name)} and {called(taken[portable])} are both on {portable}."
        taken[portable] = name
    return ""
