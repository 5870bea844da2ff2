"""Numbers as people type and read them: a point or the system's comma, never a guess.

Separate because every field, table and read-out must agree, and ``7,000`` must not quietly become 7.
"""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QLocale

from veerdesk.desktop.settings import DecimalChoice

# Thousands are grouped by a space, a no-break space, a narrow no-break space or an apostrophe.
_GROUPING = re.compile(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3})")
_NUMBER = re.compile(r"[+\-]?(\d+\.?\d*|\.\d+)([eE][+\-]?\d+)?")


def decimal_sign(choice: DecimalChoice = "system") -> str:
    """Return the decimal sign that is shown: ``.`` or ``,``."""
    if choice == "system":
        return "," if QLocale.system().decimalPoint() == "," else "."
    return "," if choice == "comma" else "."


def parse_number(text: str, *, sign: str = ".") -> float | None:
    """Return the number a person typed, or None where it is none or can be read in two ways.

    A point and a comma are both taken for the decimal sign; where both occur, the last one is. A single comma
    before exactly three digits is refused unless ``sign`` is the comma: it may as well mean thousands.

    >>> parse_number("1,5"), parse_number("1.5"), parse_number("1.234,5"), parse_number("7,000")
    (1.5, 1.5, 1234.5, None)
    """
    plain = _GROUPING.sub("", text.strip().replace("−", "-"))
    if "," in plain and "." in plain:
        last = "," if plain.rindex(",") > plain.rindex(".") else "."
        plain = plain.replace("." if last == "," else ",", "").replace(last, ".")
    elif "," in plain:
        if sign != "," and re.fullmatch(r"[+\-]?[1-9]\d{0,2},\d{3}", plain):
            return None
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None


def format_number(value: float | None, *, digits: int = 10, sign: str = ".") -> str:
    """Return a number with at most ``digits`` significant digits, or nothing for None and NaN.

    >>> format_number(1.5), format_number(None), format_number(87.25, sign=",")
    ('1.5', '', '87,25')
    """
    if value is None or not math.isfinite(value):
        return ""
    text = f"{value:.{digits}g}"
    if "e" in text and abs(value) < 1e15:
        text = f"{value:f}".rstrip("0").rstrip(".")
    return text.replace(".", sign)


def format_fixed(value: float, decimals: int, *, sign: str = ".") -> str:
    """Return a number with fixed decimals and thousands grouped, for read-outs that must not jump.

    >>> format_fixed(8712.5, 1)
    '8,712.5'
    """
    text = f"{value:,.{decimals}f}"
    return text if sign == "." else text.replace(",", "\u202f").replace(".", ",")
