"""What one action is: its name, text and key, who does it, and what must be there before it can be used.

Separate from the table of actions because the table is long and grows, and whoever does an action needs none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Flag, auto
from typing import Any, Protocol


class Needs(Flag):
    """What must be there before an action can be used."""

    NOTHING = 0
    WELL = auto()
    WRITABLE = auto()
    UNDO = auto()
    REDO = auto()
    TRACK = auto()
    CROSSING = auto()
    RUNNING = auto()


class ActionOwner(Protocol):
    """Whoever does the actions of one group; ``owner`` is the object itself."""

    @property
    def owner(self) -> Any:
        """The object whose methods the slots are."""
        ...

    def slot(self, method: str, *, takes_state: bool) -> Callable[..., None]:
        """Return what an action triggers."""
        ...


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One row of the table. ``slot`` is ``owner.method``; an empty one is done by the canvas while it has the keys."""

    name: str
    group: str
    text: str
    shortcut: str
    slot: str
    needs: Needs = Needs.NOTHING
    icon: str = ""
    is_checkable: bool = False

    @property
    def takes_state(self) -> bool:
        """True where the slot is told whether the action is checked; a tool is simply taken."""
        return self.is_checkable and self.group != "Tools"

    @property
    def is_on_canvas(self) -> bool:
        """True where the canvas itself hears the key, because it is held or given its meaning by the mouse."""
        return not self.slot
