"""The table of actions."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence

from veerdesk.desktop.actions import ACTIONS, conflict_in, shortcuts_of
from veerdesk.resources import resource


def test_every_action_has_a_key_of_its_own() -> None:
    keys = [QKeySequence(spec.shortcut).toString() for spec in ACTIONS]

    assert all(keys)
    assert len(set(keys)) == len(keys)


def test_names_are_unique() -> None:
    assert len({spec.name for spec in ACTIONS}) == len(ACTIONS)


def test_two_actions_on_one_key_stop_the_start() -> None:
    with pytest.raises(ValueError, match="both on Ctrl"):
        shortcuts_of({"undo": "Ctrl+Y", "redo": "Ctrl+Y"})


def test_an_action_cannot_lose_its_key() -> None:
    assert conflict_in({"undo": ""}) == "undo has no key."


def test_a_persons_own_key_replaces_the_first_one() -> None:
    assert shortcuts_of({"redo": "Ctrl+Y"})["redo"] == "Ctrl+Y"


@pytest.mark.parametrize("name", sorted({spec.icon for spec in ACTIONS if spec.icon}))
def test_every_icon_named_is_there_in_one_stroke_weight(name: str) -> None:
    svg = resource("icons", f"{name}.svg").read_text()

    assert 'stroke-width="1.6"' in svg
    assert "currentColor" in svg
