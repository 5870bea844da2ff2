"""The table of actions."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence

from veerdesk.desktop.actions import ACTIONS, SPECS
from veerdesk.desktop.canvas.keymap import CanvasKeymap
from veerdesk.desktop.keymap import shortcuts_of, sound, trouble_in
from veerdesk.resources import resource


def test_every_action_has_a_key_of_its_own() -> None:
    keys = [QKeySequence(spec.shortcut).toString() for spec in ACTIONS]

    assert all(keys)
    assert len(set(keys)) == len(keys)


def test_names_are_unique() -> None:
    assert len({spec.name for spec in ACTIONS}) == len(ACTIONS)


def test_two_actions_on_one_key_stop_the_start() -> None:
    with pytest.raises(ValueError, match="both on Ctrl"):
        shortcuts_of(SPECS, {"undo": "Ctrl+Y", "redo": "Ctrl+Y"})


def test_an_action_cannot_lose_its_key() -> None:
    assert trouble_in({"undo": ""}) == "undo has no key."


def test_a_persons_own_key_replaces_the_first_one() -> None:
    assert shortcuts_of(SPECS, {"redo": "Ctrl+Y"})["redo"] == "Ctrl+Y"


def test_the_canvas_begins_with_the_keys_of_the_table() -> None:
    assert CanvasKeymap() == CanvasKeymap.of(shortcuts_of(SPECS, {}))


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("hide_overlay", "Ctrl+H", "held down"),
        ("swap_class", "Up", "always means: scroll"),
        ("keep_next", "B", "both on B"),
        ("undo", "Space", "both on Space"),
        ("bypass_ink", "U, V", "several after each other"),
    ],
)
def test_a_key_that_cannot_work_is_refused_with_its_reason(name: str, key: str, said: str) -> None:
    assert said in trouble_in(shortcuts_of(SPECS, {}) | {name: key})


def test_a_choice_that_no_longer_fits_the_table_is_left_out_and_the_others_are_kept() -> None:
    kept = sound(SPECS, {"redo": "Ctrl+Y", "hide_overlay": "B", "no_such_action": "U"})

    assert kept == {"redo": "Ctrl+Y"}


def test_two_actions_may_have_exchanged_their_keys() -> None:
    exchanged = {"keep_next": "Tab", "swap_class": "Space"}

    assert sound(SPECS, exchanged) == exchanged


@pytest.mark.parametrize("name", sorted({spec.icon for spec in ACTIONS if spec.icon}))
def test_every_icon_named_is_there_in_one_stroke_weight(name: str) -> None:
    svg = resource("icons", f"{name}.svg").read_text()

    assert 'stroke-width="1.6"' in svg
    assert "currentColor" in svg
