"""What the Tools menu does: which tool and which class are in hand, and how large the brush is.

Separate because each group of actions has one small owner; what a tool does is ``desktop.tools``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Slot

from veerdesk.desktop.tools.preview import rule_words
from veerdesk.labels.classes import PixelClass
from veerdesk.labels.edits import Rule

if TYPE_CHECKING:
    from veerdesk.desktop.main_window import MainWindow

#: In the order they are taken.
_RULES = (Rule.INK_ONLY, Rule.OTHER_CURVE_ONLY, Rule.BACKGROUND_ONLY, Rule.ANYTHING)


class ToolActions(QObject):
    """Does the actions of the group Tools."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def pick(self) -> None:
        """Exchange at crossings, and give pieces of stroke to a curve."""
        self._take("pick")

    @Slot()
    def brush(self) -> None:
        """Paint: left button curve 1, right button curve 2."""
        self._take("brush")

    @Slot()
    def eraser(self) -> None:
        """Say background."""
        self._take("eraser")

    @Slot()
    def forget(self) -> None:
        """Take back what a person said, so that the model's answer shows."""
        self._take("forget")

    @Slot()
    def exchange_brush(self) -> None:
        """Make each curve the other under a brush."""
        self._take("exchange_brush")

    @Slot()
    def lasso(self) -> None:
        """Give the ink inside an outline to a curve."""
        self._take("lasso")

    @Slot()
    def fill(self) -> None:
        """Give everything connected to a pixel to one class."""
        self._take("fill")

    @Slot()
    def exchange_lasso(self) -> None:
        """Make each curve the other inside an outline."""
        self._take("exchange_lasso")

    @Slot()
    def next_rule(self) -> None:
        """Take the next rule in hand: which pixels a gesture may change."""
        hand = self._window.view.canvas.hand
        hand.take_rule(_RULES[(_RULES.index(hand.rule) + 1) % len(_RULES)])
        self._window.say(self.tr("Painting changes: {0}.").format(rule_words(hand.rule)))

    @Slot()
    def livewire(self) -> None:
        """Follow the ink between clicks."""
        self._take("livewire")

    @Slot()
    def pin(self) -> None:
        """Drag a curve to where it is."""
        self._take("pin")

    @Slot()
    def border(self) -> None:
        """Place and drag track borders."""
        self._take("border")

    @Slot()
    def anchor(self) -> None:
        """Place and drag depth marks."""
        self._take("anchor")

    @Slot()
    def pan(self) -> None:
        """Move the scan with the left button."""
        self._take("pan")

    @Slot()
    def take_curve_1(self) -> None:
        """Take curve 1 in hand."""
        self._window.view.canvas.hand.take_class(PixelClass.CURVE_1)

    @Slot()
    def take_curve_2(self) -> None:
        """Take curve 2 in hand."""
        self._window.view.canvas.hand.take_class(PixelClass.CURVE_2)

    @Slot()
    def take_background(self) -> None:
        """Take background in hand."""
        self._window.view.canvas.hand.take_class(PixelClass.BACKGROUND)

    @Slot()
    def smaller(self) -> None:
        """Make the brush smaller."""
        self._window.view.canvas.hand.grow_brush(-1)

    @Slot()
    def larger(self) -> None:
        """Make the brush larger."""
        self._window.view.canvas.hand.grow_brush(1)

    @Slot()
    def next_track(self) -> None:
        """Take the next track in hand."""
        follower, bridge = self._window.follower, self._window.bridge
        if follower is None or bridge is None:
            return
        ids = [t.id for t in bridge.session.description.tracks]
        if ids:
            at = ids.index(follower.track_id) if follower.track_id in ids else -1
            follower.choose_track(ids[(at + 1) % len(ids)])

    def _take(self, name: str) -> None:
        self._window.view.canvas.hand.take_tool(name)
        self._window.actions_table[f"tool_{name}"].setChecked(True)
        self._window.say(_hint(name))


def _hint(name: str) -> str:
    """Return how a tool is held, in a few words; nothing where its button says it all."""
    return {
        "pick": QCoreApplication.translate("Tools", "Click a crossing to exchange below it, ink to give it away."),
        "lasso": QCoreApplication.translate("Tools", "Draw round ink, or click corners."),
        "exchange_lasso": QCoreApplication.translate("Tools", "Draw round what is to be exchanged."),
        "exchange_brush": QCoreApplication.translate("Tools", "Paint over what is to be exchanged."),
        "livewire": QCoreApplication.translate("Tools", "Click along a stroke: a double click ends."),
        "pin": QCoreApplication.translate("Tools", "Drag a curve to where it is."),
    }.get(name, "")
