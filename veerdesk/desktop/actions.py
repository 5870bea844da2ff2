"""Every action of the window in one table: name, text, shortcut, slot, and when it can be used.

Separate because menus, buttons, the sheet of shortcuts and the tests all read the same table, and because two
actions on one key must stop the program at start, not surprise a person later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from veerdesk.desktop.action_spec import ActionOwner, ActionSpec, Needs
from veerdesk.desktop.icons import icon
from veerdesk.desktop.keymap import shortcuts_of, sound
from veerdesk.desktop.theme import Tokens


def _T(context: Literal["Actions"], text: str) -> str:
    """Mark a text for translation where it stands; `words` translates it where it is shown."""
    return text


_W, _WR = Needs.WELL, Needs.WELL | Needs.WRITABLE
_TRACK = _W | Needs.TRACK
_EDIT_TRACK = _WR | Needs.TRACK

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open", "Well", _T("Actions", "Open a scan or a well…"), "Ctrl+O", "files.open", icon="open"),
    ActionSpec(
        "sample", "Well", _T("Actions", "Open the sample well"), "Ctrl+Shift+O", "files.open_sample", icon="sample"
    ),
    ActionSpec("home", "Well", _T("Actions", "Start page"), "Alt+Home", "files.show_start", icon="home"),
    ActionSpec("new_window", "Well", _T("Actions", "New window"), "Ctrl+N", "files.new_window"),
    ActionSpec("write_here", "Well", _T("Actions", "Change the well here"), "Ctrl+Shift+W", "files.write_here", _W),
    ActionSpec("save_as", "Well", _T("Actions", "Save a copy of the well…"), "Ctrl+Shift+S", "files.save_as", _W),
    ActionSpec("save_job", "Well", _T("Actions", "Save the job file…"), "Ctrl+J", "files.save_job", _W),
    ActionSpec("pack", "Well", _T("Actions", "Pack the scan into the well"), "Ctrl+Shift+P", "files.pack", _WR),
    ActionSpec("close_well", "Well", _T("Actions", "Close the well"), "Ctrl+W", "files.close_well", _W),
    ActionSpec("quit", "Well", _T("Actions", "Quit"), "Ctrl+Q", "files.quit"),
    ActionSpec("export_las", "Export", _T("Actions", "Export LAS…"), "Ctrl+E", "exports.export_las", _W, "export"),
    ActionSpec(
        "export_csv", "Export", _T("Actions", "Export CSV…"), "Ctrl+Shift+E", "exports.export_csv", _W, "export"
    ),
    ActionSpec(
        "export_labels",
        "Export",
        _T("Actions", "Export training labels…"),
        "Ctrl+L",
        "exports.export_labels",
        _W,
        "export",
    ),
    ActionSpec("undo", "Edit", _T("Actions", "Undo"), "Ctrl+Z", "edits.undo", _WR | Needs.UNDO, "undo"),
    ActionSpec("redo", "Edit", _T("Actions", "Redo"), "Ctrl+Shift+Z", "edits.redo", _WR | Needs.REDO, "redo"),
    ActionSpec("add_track", "Edit", _T("Actions", "Add a track"), "Ctrl+T", "edits.add_track", _WR, "add"),
    ActionSpec(
        "remove_track",
        "Edit",
        _T("Actions", "Remove the track"),
        "Ctrl+Backspace",
        "edits.remove_track",
        _EDIT_TRACK,
        "remove",
    ),
    ActionSpec(
        "copy_tracks",
        "Edit",
        _T("Actions", "Copy tracks from another well…"),
        "Ctrl+Shift+T",
        "edits.copy_tracks",
        _WR,
        "copy",
    ),
    ActionSpec(
        "follow_borders",
        "Edit",
        _T("Actions", "Follow the printed borders"),
        "Ctrl+Shift+B",
        "edits.follow_borders",
        _EDIT_TRACK,
        "border",
    ),
    ActionSpec(
        "follow_from_here",
        "Edit",
        _T("Actions", "Follow the print again from here down"),
        "Ctrl+Alt+B",
        "edits.follow_borders_from_here",
        _EDIT_TRACK,
        "border",
    ),
    ActionSpec("preferences", "Edit", _T("Actions", "Preferences…"), "Ctrl+,", "views.preferences", icon="settings"),
    ActionSpec("step_scan", "Steps", _T("Actions", "Scan"), "Ctrl+1", "steps.step_scan", _W, "scan"),
    ActionSpec("step_tracks", "Steps", _T("Actions", "Tracks"), "Ctrl+2", "steps.step_tracks", _W, "tracks"),
    ActionSpec("step_depth", "Steps", _T("Actions", "Depth"), "Ctrl+3", "steps.step_depth", _W, "depth"),
    ActionSpec("step_review", "Steps", _T("Actions", "Review"), "Ctrl+4", "steps.step_review", _W, "review"),
    ActionSpec("step_export", "Steps", _T("Actions", "Export"), "Ctrl+5", "steps.step_export", _W, "export"),
    ActionSpec("zoom_in", "View", _T("Actions", "Zoom in"), "Ctrl+=", "views.zoom_in", _W),
    ActionSpec("zoom_out", "View", _T("Actions", "Zoom out"), "Ctrl+-", "views.zoom_out", _W),
    ActionSpec("zoom_full", "View", _T("Actions", "Actual size"), "Ctrl+0", "views.zoom_full", _W),
    ActionSpec("zoom_fit", "View", _T("Actions", "Fit the width"), "Z", "views.zoom_fit", _W, "fit"),
    ActionSpec("go_to_depth", "View", _T("Actions", "Go to a depth…"), "G", "views.go_to_depth", _W, "depth"),
    ActionSpec("less_overlay", "View", _T("Actions", "Fainter overlay"), "O", "views.less_overlay", _W),
    ActionSpec("more_overlay", "View", _T("Actions", "Stronger overlay"), "Shift+O", "views.more_overlay", _W),
    ActionSpec("contour", "View", _T("Actions", "Outlines only"), "C", "views.contour", _W, "contour", True),
    ActionSpec("invert", "View", _T("Actions", "Invert the scan"), "I", "views.invert", _W, "invert", True),
    ActionSpec("curves", "View", _T("Actions", "Show the curves"), "K", "views.show_curves", _W, "curves", True),
    ActionSpec("panel", "View", _T("Actions", "Show the panel"), "Shift+K", "views.show_panel", _W, "", True),
    ActionSpec("minimap", "View", _T("Actions", "Show the whole log"), "M", "views.show_minimap", _W, "", True),
    ActionSpec(
        "full_screen", "View", _T("Actions", "Full screen"), "F11", "views.full_screen", icon="", is_checkable=True
    ),
    ActionSpec(
        "switch_theme",
        "View",
        _T("Actions", "Light, dark or high contrast"),
        "Ctrl+Shift+D",
        "views.switch_theme",
        icon="theme",
    ),
    ActionSpec("next_palette", "View", _T("Actions", "Other colours for the curves"), "Shift+C", "views.next_palette"),
    ActionSpec("magnifier", "View", _T("Actions", "Magnifier"), "Q", "views.magnifier", _W, "", True),
    ActionSpec("tool_pick", "Tools", _T("Actions", "Pick"), "V", "tools.pick", _EDIT_TRACK, "pick", True),
    ActionSpec("tool_brush", "Tools", _T("Actions", "Brush"), "B", "tools.brush", _EDIT_TRACK, "brush", True),
    ActionSpec("tool_eraser", "Tools", _T("Actions", "Eraser"), "E", "tools.eraser", _EDIT_TRACK, "eraser", True),
    ActionSpec("tool_forget", "Tools", _T("Actions", "Forget"), "Shift+E", "tools.forget", _EDIT_TRACK, "undo", True),
    ActionSpec("tool_lasso", "Tools", _T("Actions", "Lasso"), "L", "tools.lasso", _EDIT_TRACK, "lasso", True),
    ActionSpec("tool_fill", "Tools", _T("Actions", "Fill"), "Shift+F", "tools.fill", _EDIT_TRACK, "fill", True),
    ActionSpec(
        "tool_exchange_brush",
        "Tools",
        _T("Actions", "Exchange brush"),
        "Shift+B",
        "tools.exchange_brush",
        _EDIT_TRACK,
        "exchange",
        True,
    ),
    ActionSpec(
        "tool_exchange_lasso",
        "Tools",
        _T("Actions", "Exchange lasso"),
        "Shift+L",
        "tools.exchange_lasso",
        _EDIT_TRACK,
        "exchange",
        True,
    ),
    ActionSpec(
        "tool_livewire", "Tools", _T("Actions", "Livewire"), "W", "tools.livewire", _EDIT_TRACK, "livewire", True
    ),
    ActionSpec("tool_pin", "Tools", _T("Actions", "Pin"), "P", "tools.pin", _EDIT_TRACK, "pin", True),
    ActionSpec("next_rule", "Tools", _T("Actions", "Next rule for painting"), "R", "tools.next_rule", _W),
    ActionSpec("tool_border", "Tools", _T("Actions", "Borders"), "T", "tools.border", _WR, "border", True),
    ActionSpec("tool_anchor", "Tools", _T("Actions", "Depth mark"), "D", "tools.anchor", _WR, "anchor", True),
    ActionSpec("tool_pan", "Tools", _T("Actions", "Move"), "H", "tools.pan", _W, "hand", True),
    ActionSpec("class_1", "Tools", _T("Actions", "Curve 1 in hand"), "1", "tools.take_curve_1", _W),
    ActionSpec("class_2", "Tools", _T("Actions", "Curve 2 in hand"), "2", "tools.take_curve_2", _W),
    ActionSpec("class_0", "Tools", _T("Actions", "Background in hand"), "0", "tools.take_background", _W),
    ActionSpec("smaller_brush", "Tools", _T("Actions", "Smaller brush"), "[", "tools.smaller", _W),
    ActionSpec("larger_brush", "Tools", _T("Actions", "Larger brush"), "]", "tools.larger", _W),
    ActionSpec("next_track", "Tools", _T("Actions", "Go to the next track"), "Ctrl+Tab", "tools.next_track", _TRACK),
    ActionSpec("next_crossing", "Review", _T("Actions", "Next crossing"), "N", "reviews.next", _TRACK, "next"),
    ActionSpec("flag", "Review", _T("Actions", "Flag for work…"), "F", "reviews.flag", _EDIT_TRACK, "flag"),
    ActionSpec(
        "keep_surer",
        "Review",
        _T("Actions", "Keep all crossings surer than chosen"),
        "Ctrl+Shift+Return",
        "reviews.keep_surer",
        _EDIT_TRACK,
    ),
    ActionSpec(
        "previous_crossing",
        "Review",
        _T("Actions", "Crossing before"),
        "Shift+N",
        "reviews.previous",
        _TRACK,
        "previous",
    ),
    ActionSpec(
        "accept_view",
        "Review",
        _T("Actions", "Accept the rows in view"),
        "Shift+Space",
        "reviews.accept_view",
        _EDIT_TRACK,
        "accept",
    ),
    ActionSpec(
        "reopen_view",
        "Review",
        _T("Actions", "Take back the acceptance in view"),
        "Ctrl+Shift+Space",
        "reviews.reopen_view",
        _EDIT_TRACK,
    ),
    ActionSpec(
        "accept_track",
        "Review",
        _T("Actions", "Accept all rows that are not flagged"),
        "Ctrl+Return",
        "reviews.accept_track",
        _EDIT_TRACK,
    ),
    ActionSpec("sign_off", "Review", _T("Actions", "Sign off…"), "Ctrl+Shift+A", "signs.sign_off", _EDIT_TRACK),
    ActionSpec("next_change", "Review", _T("Actions", "Next change since accepted"), "J", "signs.next_change", _TRACK),
    ActionSpec("previous_change", "Review", _T("Actions", "Change before"), "Shift+J", "signs.previous_change", _TRACK),
    ActionSpec(
        "show_changes", "Review", _T("Actions", "Show what changed"), "Y", "signs.show_changes", _TRACK, "", True
    ),
    ActionSpec(
        "exchange_below",
        "Review",
        _T("Actions", "Exchange below, to the next crossing"),
        "X",
        "reviews.exchange_below",
        _EDIT_TRACK,
        "exchange",
    ),
    ActionSpec(
        "exchange_above",
        "Review",
        _T("Actions", "Exchange above, to the crossing before"),
        "Alt+X",
        "reviews.exchange_above",
        _EDIT_TRACK,
    ),
    ActionSpec(
        "exchange_to_end",
        "Review",
        _T("Actions", "Exchange to the end of the track"),
        "Shift+X",
        "reviews.exchange_to_end",
        _EDIT_TRACK,
    ),
    ActionSpec(
        "predict", "Model", _T("Actions", "Predict the track again"), "Ctrl+R", "models.predict", _EDIT_TRACK, "predict"
    ),
    ActionSpec("learn", "Model", _T("Actions", "Learn from my corrections"), "Ctrl+M", "models.learn", _EDIT_TRACK),
    ActionSpec(
        "carry", "Model", _T("Actions", "Learn from another well…"), "Ctrl+Shift+M", "models.carry", _EDIT_TRACK
    ),
    ActionSpec("unlearn", "Model", _T("Actions", "Forget the learned"), "Ctrl+Alt+M", "models.unlearn", _EDIT_TRACK),
    ActionSpec(
        "cancel", "Model", _T("Actions", "Stop what is running"), "Ctrl+.", "models.cancel", Needs.RUNNING, "cancel"
    ),
    ActionSpec("shortcuts", "Help", _T("Actions", "Keyboard shortcuts"), "F1", "views.shortcuts", icon="keys"),
    # Heard by the canvas: held, or given their meaning by the mouse. They are here so that nothing else takes them.
    ActionSpec("keep_next", "On the canvas", _T("Actions", "Keep and next (tap), move the scan (hold)"), "Space", ""),
    ActionSpec("swap_class", "On the canvas", _T("Actions", "Exchange the class in hand"), "Tab", ""),
    ActionSpec("hide_overlay", "On the canvas", _T("Actions", "Hide the overlay (hold)"), "S", ""),
    ActionSpec("bypass_ink", "On the canvas", _T("Actions", "Paint off the ink too (hold)"), "A", ""),
)

SPECS = {spec.name: spec for spec in ACTIONS}

GROUPS: dict[str, str] = {
    "Well": _T("Actions", "Well"),
    "Export": _T("Actions", "Export"),
    "Edit": _T("Actions", "Edit"),
    "Steps": _T("Actions", "Steps"),
    "View": _T("Actions", "View"),
    "Tools": _T("Actions", "Tools"),
    "Review": _T("Actions", "Review"),
    "Model": _T("Actions", "Model"),
    "Help": _T("Actions", "Help"),
    "On the canvas": _T("Actions", "On the canvas"),
}


def words(text: str) -> str:
    """Return a text of the table in the person's language."""
    return QCoreApplication.translate("Actions", text)


class ActionTable(QObject):
    """Owns the QActions of one window: makes them from the table, and enables what the state allows.

    ``rekeyed`` follows when the person has given actions other keys.
    """

    rekeyed = Signal()

    def __init__(
        self, window: QWidget, owners: Mapping[str, ActionOwner], tokens: Tokens, overrides: Mapping[str, str]
    ) -> None:
        super().__init__(window)
        self._specs = SPECS
        self._actions: dict[str, QAction] = {}
        self._owners = owners
        for spec in ACTIONS:
            action = QAction(words(spec.text), window)
            action.setObjectName(f"action_{spec.name}")
            action.setCheckable(spec.is_checkable)
            if not spec.is_on_canvas:
                action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
                action.triggered.connect(_slot_of(spec, owners))
                window.addAction(action)
            self._actions[spec.name] = action
        self._keys: dict[str, str] = {}
        self.rekey(sound(self._specs, overrides))
        self.recolour(tokens)
        self.enable(Needs.NOTHING)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[ActionSpec]:
        return iter(self._specs.values())

    @property
    def keys(self) -> dict[str, str]:
        """The key of each action, by name."""
        return dict(self._keys)

    def owner(self, name: str) -> Any:
        """Return who does the actions of one group, for what is not an action: a line chosen, a file dropped."""
        return self._owners[name].owner

    @Slot(object)
    def recolour(self, tokens: Tokens) -> None:
        """Draw every icon in the colours of a theme."""
        for spec in self:
            if spec.icon:
                self._actions[spec.name].setIcon(icon(spec.icon, tokens))

    def enable(self, state: Needs) -> None:
        """Enable exactly the actions whose needs are met."""
        for spec in self:
            self._actions[spec.name].setEnabled((spec.needs & state) == spec.needs)

    def rekey(self, overrides: Mapping[str, str]) -> None:
        """Give every action its key again after the person changed some.

        Raises
        ------
        ValueError
            Two actions would have one key, or an action none.
        """
        self._keys = shortcuts_of(self._specs, overrides)
        for name, key in self._keys.items():
            action, spec = self._actions[name], self._specs[name]
            if not spec.is_on_canvas:
                action.setShortcut(QKeySequence(key))
            action.setToolTip(f"{words(spec.text)}  ({QKeySequence(key).toString(_NATIVE)})")
        self.rekeyed.emit()


_NATIVE = QKeySequence.SequenceFormat.NativeText


def _slot_of(spec: ActionSpec, owners: Mapping[str, ActionOwner]) -> Callable[..., None]:
    owner, method = spec.slot.split(".")
    return owners[owner].slot(method, takes_state=spec.takes_state)
