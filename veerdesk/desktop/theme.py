"""Colours, type and spacing of the window, light, dark and of high contrast; one style sheet made from one set of tokens.

Separate so that no widget names a colour: it names a token, and both themes and the system's switch follow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from veerdesk.desktop.curve_colours import PAIRS, PaletteChoice
from veerdesk.desktop.settings import ThemeChoice
from veerdesk.desktop.style_sheet import style_sheet

_STYLED = "veerdesk_styled"
#: The grid: every distance is a multiple of half of it.
GRID_PX = 8


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour of one theme as ``#rrggbb`` (WINDOW.md, Colours and type)."""

    is_dark: bool
    curve_1: str
    curve_2: str
    doubt: str
    accepted: str
    flagged: str
    paper: str
    surface: str
    raised: str
    line: str
    hover: str
    text: str
    quiet: str

    def colour(self, slot: int) -> QColor:
        """Return the colour of curve 1 or 2."""
        return QColor(self.curve_1 if slot == 1 else self.curve_2)


LIGHT = Tokens(
    is_dark=False,
    curve_1="#E69F00",
    curve_2="#0072B2",
    doubt="#CC79A7",
    accepted="#009E73",
    flagged="#D55E00",
    paper="#F7F6F2",
    surface="#FFFFFF",
    raised="#FBFAF7",
    line="#DAD7CF",
    hover="#EFEDE6",
    text="#1B1D1F",
    quiet="#5E6469",
)
DARK = Tokens(
    is_dark=True,
    curve_1="#F5B335",
    curve_2="#56B4E9",
    doubt="#CC79A7",
    accepted="#2BC79A",
    flagged="#F07F3C",
    paper="#1F2226",
    surface="#272B30",
    raised="#2D3237",
    line="#3D434A",
    hover="#363C43",
    text="#ECEEF0",
    quiet="#9AA1A7",
)
#: Black, white and lines that are seen: every text at least 15:1, every border and every colour at least 6:1.
CONTRAST = Tokens(
    is_dark=True,
    curve_1="#F5B335",
    curve_2="#56B4E9",
    doubt="#FF9BE0",
    accepted="#3DF5A7",
    flagged="#FF9A4D",
    paper="#000000",
    surface="#000000",
    raised="#000000",
    line="#B8B8B8",
    hover="#3A3A3A",
    text="#FFFFFF",
    quiet="#EDEDED",
)


@dataclass(frozen=True, slots=True)
class TypeScale:
    """The three sizes of the one family, in points."""

    small: float
    body: float
    large: float


class Theme(QObject):
    """Owns what the application looks like; emits ``changed`` with the tokens when that changes."""

    changed = Signal(object)

    def __init__(
        self, application: QApplication, choice: ThemeChoice = "system", palette: PaletteChoice = "orange-blue"
    ) -> None:
        super().__init__(application)
        self._palette: PaletteChoice = palette
        self._application = application
        self._choice: ThemeChoice = choice
        self._body = max(9.0, application.font().pointSizeF())
        self.tokens = LIGHT
        if not application.property(_STYLED):
            # Once: style and font are the application's, however many themes it sees (tests make several).
            application.setProperty(_STYLED, True)
            application.setStyle("Fusion")
            application.setFont(tabular(application.font()))
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply()

    @property
    def sizes(self) -> TypeScale:
        """The three type sizes, from the system's own."""
        return TypeScale(small=self._body * 0.88, body=self._body, large=self._body * 1.7)

    @property
    def choice(self) -> ThemeChoice:
        """What the person chose: system, light, dark or high contrast."""
        return self._choice

    @property
    def palette(self) -> PaletteChoice:
        """The colours of the curves that the person chose."""
        return self._palette

    def choose(self, choice: ThemeChoice, palette: PaletteChoice | None = None) -> None:
        """Show a theme, or whichever the system shows; ``palette`` None leaves the colours of the curves."""
        self._choice, self._palette = choice, palette or self._palette
        self._apply()

    @Slot()
    def _on_system_changed(self) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        system_is_dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        is_dark = self._choice == "dark" or (self._choice == "system" and system_is_dark)
        tokens = CONTRAST if self._choice == "contrast" else DARK if is_dark else LIGHT
        one, two = PAIRS[self._palette][tokens.is_dark]
        self.tokens = (
            tokens if (one, two) == (tokens.curve_1, tokens.curve_2) else replace(tokens, curve_1=one, curve_2=two)
        )
        self._application.setPalette(palette_of(self.tokens))
        # Always replaced, never removed: setStyleSheet("") and a window closed after it crashed the next theme (6.11.3).
        self._application.setStyleSheet(style_sheet(self.tokens, self.sizes))
        self.changed.emit(self.tokens)


def tabular(font: QFont) -> QFont:
    """Return the font with figures of one width, so that numbers do not dance while they change."""
    out = QFont(font)
    if QFontDatabase.isFixedPitch(font.family()):
        return out
    out.setFeature(QFont.Tag("tnum"), 1)
    return out


def palette_of(tokens: Tokens) -> QPalette:
    """Return the Qt palette of a theme, for what the style sheet does not reach."""
    roles = QPalette.ColorRole
    palette = QPalette()
    for role, colour in (
        (roles.Window, tokens.paper),
        (roles.WindowText, tokens.text),
        (roles.Base, tokens.surface),
        (roles.AlternateBase, tokens.raised),
        (roles.Text, tokens.text),
        (roles.Button, tokens.surface),
        (roles.ButtonText, tokens.text),
        (roles.BrightText, tokens.flagged),
        (roles.ToolTipBase, tokens.text),
        (roles.ToolTipText, tokens.paper),
        (roles.PlaceholderText, tokens.quiet),
        (roles.Highlight, tokens.text),
        (roles.HighlightedText, tokens.paper),
        (roles.Link, tokens.text),
        (roles.Mid, tokens.line),
        (roles.Dark, tokens.line),
    ):
        palette.setColor(role, QColor(colour))
    for role in (roles.Text, roles.ButtonText, roles.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.quiet))
    return palette
