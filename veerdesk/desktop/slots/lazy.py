"""The owners of actions, made when the first of their actions is used.

Separate because they import the session, the tracer and the dialogs, and the window must appear before that.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from veerdesk.desktop.main_window import MainWindow

#: Owner as the table of actions names it, to module and class.
OWNERS: dict[str, tuple[str, str]] = {
    "files": ("veerdesk.desktop.slots.files", "FileActions"),
    "exports": ("veerdesk.desktop.slots.exports", "ExportActions"),
    "edits": ("veerdesk.desktop.slots.edits", "EditActions"),
    "steps": ("veerdesk.desktop.slots.steps", "StepActions"),
    "views": ("veerdesk.desktop.slots.views", "ViewActions"),
    "tools": ("veerdesk.desktop.slots.tools", "ToolActions"),
    "reviews": ("veerdesk.desktop.slots.reviews", "ReviewActions"),
    "signs": ("veerdesk.desktop.slots.signing", "SignActions"),
    "models": ("veerdesk.desktop.slots.models", "ModelActions"),
}


class LazyActions:
    """Stands for an owner until one of its actions is used."""

    def __init__(self, window: MainWindow, module: str, name: str) -> None:
        self._window, self._module, self._name = window, module, name
        self._owner: QObject | None = None

    @classmethod
    def owners(cls, window: MainWindow) -> dict[str, LazyActions]:
        """Return one for every owner of the table."""
        return {key: cls(window, module, name) for key, (module, name) in OWNERS.items()}

    @property
    def owner(self) -> Any:
        """The owner itself, made on first use."""
        if self._owner is None:
            self._owner = getattr(import_module(self._module), self._name)(self._window)
        return self._owner

    def slot(self, method: str, *, takes_state: bool) -> Callable[..., None]:
        """Return what an action triggers; ``takes_state`` passes on whether it is checked."""
        if not takes_state:
            return partial(self._call_bare, method)

        # No partial: Qt counts the arguments of a function, and gives a partial none.
        def call(is_checked: bool) -> None:
            getattr(self.owner, method)(is_checked)

        return call

    def _call_bare(self, method: str, _is_checked: bool = False) -> None:
        getattr(self.owner, method)()
