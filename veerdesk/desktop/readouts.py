"""The status bar: the tool in hand, depth, row, column, what each curve reads there, who owns the pixel, when it was saved.

Separate because it only formats; the numbers come from ``readings.py`` and are those of the export.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from veerdesk.desktop.numbers import format_fixed, format_number
from veerdesk.desktop.parts import ElidedLabel, label, restyle
from veerdesk.desktop.readings import Reading
from veerdesk.desktop.theme import GRID_PX

#: What gives way where the window is narrow: the column, the words of the owner, the units, the class in hand, the row, and
#: the tool, which the rail shows too. Depth, values, owner and when it was saved stay.
_GIVES_WAY = (("place", 1), ("owner", 1), ("values", 1), ("hand", 1), ("place", 2), ("hand", 2))
#: Room for the last thing done, at least: the sentences that say how something is taken back have most of their words in
#: it. To a longer one the other parts give way until the next one comes.
_DONE_PX = 420
#: What paints the class in hand; the others have no class, or one of their own.
_OF_A_CLASS = ("brush", "lasso", "fill", "livewire")
#: The parts' own spacing, and the edges of the bar.
_BETWEEN_PX = 40
#: Texts as long as the longest, figures in tabular digits, differ in width by no more.
_SLACK_PX = 8


class Readouts(QStatusBar):
    """Shows what is under the cursor, and at the right the last thing done and when the well was saved.

    Each part is said in one of several forms, the longest first. All parts keep the width of the widest text they had, so
    that nothing moves while the cursor does.
    """

    def __init__(self, sign: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = sign
        self.setSizeGripEnabled(False)
        self.setMinimumWidth(1)  # the parts give way to the window, not the window to the parts
        self.hand = self._part(self.tr("Tool in hand"))
        self.place = self._part(self.tr("Place of the cursor"))
        self.values = self._part(self.tr("Values at the cursor"))
        self.owner = self._part(self.tr("Owner of the pixel"))
        self.done = ElidedLabel()
        self.done.setAccessibleName(self.tr("Last thing done"))
        self.done.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addPermanentWidget(self.done, 1)
        self.saved = label("", "small")
        self.saved.setAccessibleName(self.tr("When the well was saved"))
        self.saved.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addPermanentWidget(self.saved)
        self._parts = {
            "hand": self.hand,
            "place": self.place,
            "values": self.values,
            "owner": self.owner,
            "saved": self.saved,
        }
        self._forms: dict[str, tuple[str, ...]] = {}
        self._level = dict.fromkeys(self._parts, 0)
        self._widest: dict[str, list[int]] = {}
        self._longest: dict[str, int] = {}
        self._done_px = _DONE_PX
        self._forget_widths()

    def _part(self, name: str) -> QLabel:
        out = label("")
        out.setAccessibleName(name)
        self.addWidget(out)
        return out

    def _forget_widths(self) -> None:
        """Begin with the widths of what is usually the widest; wider texts are learned as they come."""
        person, usual = (
            self.tr("{0}, said by a person").format(self.tr("background")),
            "GR 888.88 GAPI · CALI 88.888 IN",
        )
        places = (self.tr("{0} · row {1} · column {2}"), self.tr("{0} · row {1}"), "{0}")
        widest = {
            "hand": (self.tr("{0} · {1}").format("Brush", self.tr("background")), "Exchange lasso", ""),
            "place": tuple(p.format("88,888.8 ft", "88,888", "8,888") for p in places),
            "values": (usual, "GR 888.88 · CALI 88.888"),
            "owner": (person, self.tr("{0}, person").format(self.tr("background"))),
            "saved": (self.tr("saved {0} min ago").format(88),),
        }
        self._widest = {name: self._widths(name, forms) for name, forms in widest.items()}
        self._longest = {name: len(forms[0]) for name, forms in widest.items()}
        for name, forms in self._forms.items():
            if len(forms[0]) > self._longest[name]:
                self._learn(name, forms)

    def _widths(self, name: str, forms: tuple[str, ...]) -> list[int]:
        part = self._parts[name]
        part.ensurePolished()
        edges = 2 * GRID_PX + _SLACK_PX
        return [part.fontMetrics().horizontalAdvance(text) + edges if text else 0 for text in forms]

    def _learn(self, name: str, forms: tuple[str, ...]) -> None:
        self._longest[name] = len(forms[0])
        self._widest[name] = [max(w) for w in zip(self._widths(name, forms), self._widest[name], strict=True)]

    def _say(self, name: str, *forms: str) -> None:
        """Show a part in the form there is room for."""
        self._forms[name] = forms
        if len(forms[0]) > self._longest[name]:  # measured only then: every stroke comes by here
            self._learn(name, forms)
            self._fit()
        self._parts[name].setText(forms[self._level[name]])

    def _fit(self) -> None:
        """Choose the form of each part, so that together they leave room for the last thing done."""
        level = dict.fromkeys(self._parts, 0)
        for name, next_level in (("", 0), *_GIVES_WAY):
            if name:
                level[name] = next_level
            if sum(self._widest[n][at] for n, at in level.items()) + _BETWEEN_PX + self._done_px <= self.width():
                break
        self._level = level
        for name, part in self._parts.items():
            part.setFixedWidth(self._widest[name][level[name]])
            if name in self._forms:
                part.setText(self._forms[name][level[name]])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for now."""
        super().resizeEvent(event)
        self._forget_widths()
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Measure again in another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_level"):
            self._forget_widths()
            self._fit()

    def show_hand(self, tool: str, words: str, cls: int) -> None:
        """Show the tool in hand by its name and words, and the class in hand (0, 1 or 2) where it paints one."""
        painted = self.tr("curve {0}").format(cls) if cls else self.tr("background")
        self._say("hand", self.tr("{0} · {1}").format(words, painted) if tool in _OF_A_CLASS else words, words, "")

    def show_place(self, row: int, col: int, depth: float | None, unit: str) -> None:
        """Show the place under the cursor; ``depth`` None before there are depths."""
        head = self.tr("no depth") if depth is None else f"{format_fixed(depth, 1, sign=self._sign)} {unit}"
        said = (head, f"{row:,}", f"{col:,}")
        self._say(
            "place", self.tr("{0} · row {1} · column {2}").format(*said), self.tr("{0} · row {1}").format(*said), head
        )

    def show_values(self, readings: Sequence[Reading]) -> None:
        """Show what each curve reads: a number with its unit, or that there is no ink."""
        parts, short = [], []
        for reading in readings:
            name = reading.mnemonic or self.tr("curve {0}").format(reading.slot)
            if reading.value is None:
                short.append(self.tr("{0} no ink").format(name))
                parts.append(short[-1])
            else:
                short.append(f"{name} {format_number(reading.value, digits=5, sign=self._sign)}")
                parts.append(f"{short[-1]} {reading.unit}".strip())
        self._say("values", " · ".join(parts), " · ".join(short))

    def show_untraced(self, names: Sequence[str]) -> None:
        """Show that curves are not there yet, which is not the same as no ink."""
        words = self.tr("{0} not traced yet").format(" · ".join(names))
        self._say("values", words, words)

    def show_owner(self, words: str, short: str = "") -> None:
        """Show who owns the pixel, such as ``curve 1, said by a person``, or in short ``curve 1, person``."""
        self._say("owner", words, short or words)

    def show_done(self, words: str) -> None:
        """Show the last thing done, whole where the other parts can give it the room."""
        if not self.done.show_text(words):
            return
        wanted = max(_DONE_PX, self.done.whole_px)
        if wanted != self._done_px and (self._done_px > _DONE_PX or wanted > self.done.width()):
            self._done_px = wanted
            self._fit()

    def show_saved(self, words: str, trouble: str) -> None:
        """Show when the last change reached the disk, or that it did not, with the reason behind it."""
        role = "warning" if trouble else "small"
        if self.saved.property("role") != role:
            self.saved.setProperty("role", role)
            restyle(self.saved)
        self._say("saved", words)
        self.saved.setToolTip(trouble)

    def clear_place(self) -> None:
        """Show nothing: the cursor is not on the scan."""
        self._say("place", "", "", "")
        self._say("values", "", "")
        self._say("owner", "", "")
