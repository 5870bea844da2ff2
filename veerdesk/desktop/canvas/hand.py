"""What the person holds: tool, class, brush size, track. Shared by canvas, tools, rail and keys.

Separate because a key, a button and a gesture all change it, and all of them must show the same.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from veerdesk.labels.edits import Rule

MIN_RADIUS_PX, MAX_RADIUS_PX = 0.5, 200.0
# One key press changes the size by about a seventh: ten presses from a hair to a thumb.
_RADIUS_STEP = 1.15


class Hand(QObject):
    """Owns the state of the person's hand; ``changed`` follows every change."""

    changed = Signal()
    tool_asked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tool = "pan"
        self.class_in_hand = 1
        self.brush_radius = 5.0
        self.active_track: int | None = None
        self.bypasses_ink = False
        self.holds_background = False
        self.rule = Rule.INK_ONLY

    def take_tool(self, name: str) -> None:
        """Take a tool by name, as `tools.kit` lists them."""
        self.tool_asked.emit(name)

    def take_class(self, cls: int) -> None:
        """Take curve 1, curve 2 or background (0) in hand."""
        if cls != self.class_in_hand:
            self.class_in_hand = cls
            self.changed.emit()

    def swap_class(self) -> None:
        """Take the other curve in hand."""
        self.take_class(2 if self.class_in_hand == 1 else 1)

    def take_rule(self, rule: Rule) -> None:
        """Take the rule that decides which pixels a gesture may change."""
        if rule is not self.rule:
            self.rule = rule
            self.changed.emit()

    @property
    def rule_in_use(self) -> Rule:
        """The rule that holds at this moment: none while the key that bypasses it is down."""
        return Rule.ANYTHING if self.bypasses_ink else self.rule

    def hold_background(self, is_held: bool) -> None:
        """Say whether the key is down that makes a click on a piece of stroke mean background."""
        if is_held != self.holds_background:
            self.holds_background = is_held
            self.changed.emit()

    def take_track(self, track_id: int | None) -> None:
        """Take a track in hand."""
        if track_id != self.active_track:
            self.active_track = track_id
            self.changed.emit()

    def set_radius(self, radius_px: float) -> None:
        """Set the brush radius, scan px."""
        radius_px = min(MAX_RADIUS_PX, max(MIN_RADIUS_PX, radius_px))
        if radius_px != self.brush_radius:
            self.brush_radius = radius_px
            self.changed.emit()

    def grow_brush(self, steps: int) -> None:
        """Make the brush larger, or smaller with negative steps; every step changes it by half a pixel or more."""
        wanted = self.brush_radius * _RADIUS_STEP**steps
        if abs(wanted - self.brush_radius) < 0.5:
            wanted = self.brush_radius + (0.5 if steps > 0 else -0.5)
        self.set_radius(round(wanted * 2) / 2)
