"""Names of the files that leave: letters, digits, blank, ``-`` and ``_`` only, and never two alike.

Separate because every export follows the one rule of CONTRACT (Job file).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

#: Names that Windows keeps for devices.
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}
_LONGEST = 120


def file_stem(name: str, fallback: str = "well") -> str:
    """Return a name fit for a file: anything but letters, digits, blank, ``-`` and ``_`` becomes ``_``.

    >>> file_stem("16/2-11 A.las")
    '16_2-11 A_las'
    """
    plain = unicodedata.normalize("NFC", name.strip())
    kept = "".join(c if c.isalnum() or c in " -_" else "_" for c in plain)[:_LONGEST].strip() or fallback
    return f"{kept}_" if kept.upper() in _RESERVED else kept


def file_stems(names: Iterable[str], fallback: str = "track") -> tuple[str, ...]:
    """Return a file name for each name, two that would fall together numbered apart.

    >>> file_stems(["T/1", "T:1", "t_1"])
    ('T_1', 'T_1 2', 't_1 3')
    """
    out: list[str] = []
    taken: set[str] = set()
    for name in names:
        stem = file_stem(name, fallback)
        unique, count = stem, 1
        while unique.casefold() in taken:
            count += 1
            unique = f"{stem} {count}"
        taken.add(unique.casefold())
        out.append(unique)
    return tuple(out)
