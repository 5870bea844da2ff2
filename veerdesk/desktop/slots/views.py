"""What the View and Help menus do: the zoom, the looks, the preferences. None of it touches data.

Separate because each group of actions has one small owner.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDialog, QInputDialog

from veerdesk.desktop.curve_colours import next_palette
from veerdesk.desktop.dialogs.preferences import PreferencesDialog
from veerdesk.desktop.dialogs.shortcuts import ShortcutsDialog
from veerdesk.desktop.numbers import decimal_sign, parse_number
from veerdesk.desktop.readings import depth_map
from veerdesk.desktop.settings import ThemeChoice
from veerdesk.desktop.sides import Side

if TYPE_CHECKING:
    from veerdesk.desktop.main_window import MainWindow

_OPACITY_STEP = 0.1


class ViewActions(QObject):
    """Does the actions of the groups View and Help."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def zoom_in(self) -> None:
        """Zoom in by one step."""
        self._window.view.canvas.zoom_by(1)

    @Slot()
    def zoom_out(self) -> None:
        """Zoom out by one step."""
        self._window.view.canvas.zoom_by(-1)

    @Slot()
    def zoom_full(self) -> None:
        """Show one scan pixel as one screen pixel."""
        self._window.view.canvas.zoom_to(1.0)

    @Slot()
    def zoom_fit(self) -> None:
        """Fit the scan's width into the canvas."""
        self._window.view.canvas.fit_width()

    @Slot()
    def go_to_depth(self) -> None:
        """Ask for a depth (or a row, until there are depths) and show it."""
        bridge, canvas = self._window.bridge, self._window.view.canvas
        if bridge is None:
            return
        depths = depth_map(bridge.session.description, canvas.scan_id)
        unit = bridge.session.description.depth.unit
        ends = np.array([0.0, max(0.0, bridge.session.scans[canvas.scan_id].height - 1.0)])
        first, last = sorted(ends if depths is None else depths.depth_at(ends))
        asked = self.tr("Row, {1} to {2}") if depths is None else self.tr("Depth in {0}, {1} to {2}")
        asked = asked.format(unit, f"{first:,.0f}", f"{last:,.0f}")
        text, is_said = QInputDialog.getText(self._window, self.tr("Go to"), asked)
        value = parse_number(text, sign=decimal_sign(self._window.settings.decimal)) if is_said else None
        if value is not None:
            row = value if depths is None else float(depths.row_at(np.array([value]))[0])
            canvas.go_to_row(round(row))

    @Slot()
    def less_overlay(self) -> None:
        """Make the overlay fainter."""
        self._change_opacity(-_OPACITY_STEP)

    @Slot()
    def more_overlay(self) -> None:
        """Make the overlay stronger."""
        self._change_opacity(_OPACITY_STEP)

    @Slot(bool)
    def contour(self, is_on: bool) -> None:
        """Show outlines instead of filled ink."""
        self._change_look(is_contour=is_on)

    @Slot(bool)
    def invert(self, is_on: bool) -> None:
        """Show the scan light on dark."""
        self._change_look(is_inverted=is_on)

    @Slot(bool)
    def magnifier(self, is_on: bool) -> None:
        """Show what is under the pointer several times as large, or no longer."""
        self._window.view.canvas.magnifier.show(is_on)

    @Slot(bool)
    def show_curves(self, is_on: bool) -> None:
        """Show the curves beside the scan, or fold them away."""
        self._window.view.add_curves()
        self._fold(Side.CURVES, not is_on)

    @Slot(bool)
    def show_panel(self, is_on: bool) -> None:
        """Show the panel of the step, or fold it away."""
        self._fold(Side.PANEL, not is_on)

    def _fold(self, side: Side, is_folded: bool) -> None:
        self._window.view.splitter.fold(side, is_folded)
        if self._window.follower is not None:
            self._window.follower.show_lines()

    @Slot(bool)
    def show_minimap(self, is_on: bool) -> None:
        """Show or hide the strip of the whole log."""
        self._window.view.minimap.setVisible(is_on)

    @Slot(bool)
    def full_screen(self, is_on: bool) -> None:
        """Fill the screen with the window, or give it its frame back."""
        if is_on:
            self._window.showFullScreen()
        else:
            self._window.showNormal()

    @Slot()
    def switch_theme(self) -> None:
        """Show the next theme of light, dark and high contrast, and keep it."""
        shown = "contrast" if self._window.theme.choice == "contrast" else self._window.theme.tokens.is_dark
        following: dict[object, ThemeChoice] = {False: "dark", True: "contrast", "contrast": "light"}
        self._window.keep_settings(theme=following[shown])

    @Slot()
    def next_palette(self) -> None:
        """Show the curves in the next pair of colours, and keep it."""
        self._window.keep_settings(palette=next_palette(self._window.settings.palette))

    @Slot()
    def preferences(self) -> None:
        """Ask for preferences; each is shown as it is chosen."""
        dialog = PreferencesDialog(self._window.settings, self._window)
        dialog.changed.connect(self._window.take_settings)
        dialog.exec()

    @Slot()
    def shortcuts(self) -> None:
        """Show every key, editable."""
        dialog = ShortcutsDialog(self._window.settings.shortcuts, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._window.keep_settings(shortcuts=dialog.overrides)
            self._window.actions_table.rekey(dialog.overrides)

    def _change_opacity(self, by: float) -> None:
        opacity = self._window.view.canvas.look.opacity
        self._change_look(opacity=min(1.0, max(0.1, opacity + by)))

    def _change_look(self, **changes: Any) -> None:
        canvas = self._window.view.canvas
        canvas.set_look(replace(canvas.look, **changes))
