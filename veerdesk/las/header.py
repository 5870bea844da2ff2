"""What stands in a LAS file's header: well items, parameters, provenance, all in the characters that LAS allows.

Separate because the rules for text (LAS 2.0: characters 32 to 126; a mnemonic ends at the first dot, a unit at the
first space, a value at the last colon) hold for every section, and what had to be changed must be listed for the person.

Source: CWLS LAS 2.0 (1992, updates of 2014 and 2017), sections ~V, ~W, ~P, ~O.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from veerdesk.units import DepthUnit

#: ~Well items in the standard's order, with the words it uses for them.
WELL_ITEMS: dict[str, str] = {
    "COMP": "COMPANY",
    "WELL": "WELL",
    "FLD": "FIELD",
    "LOC": "LOCATION",
    "PROV": "PROVINCE",
    "CNTY": "COUNTY",
    "STAT": "STATE",
    "CTRY": "COUNTRY",
    "SRVC": "SERVICE COMPANY",
    "DATE": "LOG DATE",
    "UWI": "UNIQUE WELL ID",
    "API": "API NUMBER",
    "LATI": "LATITUDE",
    "LONG": "LONGITUDE",
    "GDAT": "GEODETIC DATUM",
    "LIC": "LICENCE NUMBER",
}
#: Items that are about the measurement and stand in ~Parameter.
PARAMETER_ITEMS: dict[str, str] = {
    "PDAT": "PERMANENT DATUM",
    "APD": "ABOVE PERMANENT DATUM",
    "EREF": "ELEVATION OF DEPTH REFERENCE",
    "LMF": "LOG MEASURED FROM",
    "DMF": "DRILLING MEASURED FROM",
    "EPD": "ELEVATION OF PERMANENT DATUM",
    "EKB": "ELEVATION OF KELLY BUSHING",
    "EDF": "ELEVATION OF DERRICK FLOOR",
    "EGL": "ELEVATION OF GROUND LEVEL",
    "RUN": "RUN NUMBER",
}
#: Parameters that are lengths and carry the depth unit.
_LENGTHS = {"APD", "EREF", "EPD", "EKB", "EDF", "EGL"}
#: Written even where nothing is known, as the standard asks.
_ALWAYS = ("COMP", "WELL", "FLD", "LOC", "SRVC", "DATE")

_SPECIAL = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "AE", "ø": "oe", "Ø": "OE", "å": "aa", "Å": "AA", "ð": "d", "Ð": "D",
        "þ": "th", "Þ": "TH", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "ä": "ae", "Ä": "AE", "ö": "oe", "Ö": "OE",
        "ü": "ue", "Ü": "UE", "°": "deg", "µ": "u", "μ": "u", "Ω": "ohm", "·": ".", "×": "x", "–": "-",
        "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "²": "2", "³": "3", "½": "1/2",
        "№": "No", "±": "+/-",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """One line of ~Well or ~Parameter."""

    mnemonic: str
    unit: str
    value: str
    description: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the numbers come from; each goes into ~Other as lines of its own.

    ``scans`` holds file name and SHA-256, ``model`` name and SHA-256 of the weights, ``signed`` who put a name under
    which rows and who accepted which, ``notes`` anything else to be named, such as splices and extrapolated rows.
    """

    program: str
    scans: tuple[tuple[str, str], ...] = ()
    model: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()

    def lines(self) -> tuple[str, ...]:
        """Return the lines of ~Other."""
        scans = [f"Scan {name}, SHA-256 {digest or 'not known'}." for name, digest in self.scans]
        model = [f"Model {self.model[0]}, SHA-256 {self.model[1]}."] if self.model else []
        return (f"Digitised from scanned paper with {self.program}.", *scans, *model, *self.signed, *self.notes)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A text that LAS cannot hold, and what was written instead."""

    place: str
    was: str
    written: str

    def sentence(self) -> str:
        """Return the change as a line for people."""
        return f"{self.place}: {self.was!r} is written as {self.written!r}."


def ascii_text(text: str) -> str:
    """Return the text in characters 32 to 126: accents dropped or spelled out, anything else a question mark.

    >>> ascii_text("Brønn 3 – µ")
    'Broenn 3 - u'
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_SPECIAL))
    kept = (" " if c in "\t\r\n" else c for c in plain if not unicodedata.combining(c))
    return "".join(c if 32 <= ord(c) <= 126 else "?" for c in kept)


class HeaderText:
    """Makes texts fit for LAS and remembers every one that it had to change."""

    def __init__(self) -> None:
        self._rewritten: dict[tuple[str, str], Rewritten] = {}

    @property
    def rewritten(self) -> tuple[Rewritten, ...]:
        """Every text that was changed, in order."""
        return tuple(self._rewritten.values())

    def mnemonic(self, text: str, place: str) -> str:
        """Return a mnemonic: capitals, no dot, colon or blank in it, no mark of a section or comment before it."""
        kept = "".join("_" if c in ".: " else c for c in ascii_text(text.strip().upper())).lstrip("~#")
        return self._noted(place, text.upper(), kept.upper() or "_")

    def unit(self, text: str, place: str) -> str:
        """Return a unit: no blank or colon in it, no dot at its ends."""
        return self._noted(place, text, "".join("_" if c in ": " else c for c in ascii_text(text.strip())).strip("."))

    def value(self, text: str, place: str) -> str:
        """Return the value of an item: one line."""
        return self._noted(place, text, " ".join(ascii_text(text).split()))

    def description(self, text: str, place: str) -> str:
        """Return a description: one line without a colon, for the last colon ends the value."""
        return self._noted(place, text, " ".join(ascii_text(text).replace(":", ";").split()))

    def _noted(self, place: str, was: str, written: str) -> str:
        if " ".join(was.split()) != written:
            self._rewritten[(place, was)] = Rewritten(place, was, written)
        return written


def las_unit(unit: DepthUnit) -> str:
    """Return the standard's name of a depth unit: ``FT`` or ``M``."""
    return "FT" if unit == "ft" else "M"


def well_lines(items: Sequence[tuple[str, str]], text: HeaderText) -> tuple[HeaderLine, ...]:
    """Return the ~Well lines after NULL: the mandatory ones first, blank where unknown, then all others."""
    given = {mnemonic.strip().upper(): value for mnemonic, value in items if mnemonic.strip()}
    wanted = [*_ALWAYS]
    if not {"CNTY", "STAT", "CTRY"} & given.keys():
        wanted.append("PROV")
    if "API" not in given:
        wanted.append("UWI")
    order = [m for m in WELL_ITEMS if m in wanted or m in given]
    others = [m for m in given if m not in WELL_ITEMS and m not in PARAMETER_ITEMS and m not in _SET_BY_GRID]
    return tuple(_line(m, "", given.get(m, ""), WELL_ITEMS.get(m, m), text) for m in (*order, *others))


def parameter_lines(
    items: Sequence[tuple[str, str]], reference: str, unit: DepthUnit, text: HeaderText
) -> tuple[HeaderLine, ...]:
    """Return the ~Parameter lines: what the items say of datum and elevation, and where depth is measured from."""
    given = {mnemonic.strip().upper(): value for mnemonic, value in items}
    if reference and "LMF" not in given:
        given["LMF"] = reference
    return tuple(
        _line(m, las_unit(unit) if m in _LENGTHS and given[m].strip() else "", given[m], words, text)
        for m, words in PARAMETER_ITEMS.items()
        if m in given
    )


_SET_BY_GRID = {"STRT", "STOP", "STEP", "NULL"}


def _line(mnemonic: str, unit: str, value: str, description: str, text: HeaderText) -> HeaderLine:
    name = text.mnemonic(mnemonic, f"item {mnemonic}")
    return HeaderLine(name, unit, text.value(value, mnemonic), text.description(description, mnemonic))
