"""What a well remembers of its scans besides their digests: their size, and which one it was made on before another was taken.

Separate because neither is a word of a person about the well, and both decide what is asked when a scan is not the one
it was: an answer given in haste must be able to be taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from veerdesk.calibration.description import ScanSpec

_KEY = "scan:"


class SizedScan(Protocol):
    """What is remembered of an open scan."""

    width: int
    height: int

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes."""
        ...


@dataclass(frozen=True, slots=True)
class KnownScan:
    """Size of a scan in px, 0 where it is not known, and of the scan that the well was made on where another is used now.

    ``made_on`` is the digest of that one, empty where it is the one in use, and ``made_on_file`` its last path.
    """

    width: int = 0
    height: int = 0
    made_on: str = ""
    made_on_file: str = ""
    made_on_width: int = 0
    made_on_height: int = 0


def size_words(width: int, height: int) -> str:
    """Return a size as it is said.

    >>> size_words(2200, 100000)
    '2,200 × 100,000 px'
    """
    return f"{width:,} × {height:,} px"


def known_scan(meta: Mapping[str, str], scan_id: str) -> KnownScan:
    """Return what a well's notes say of one of its scans; what is unreadable is not known."""
    try:
        values = json.loads(meta.get(_KEY + scan_id, "{}"))
    except ValueError:
        return KnownScan()
    if not isinstance(values, dict):
        return KnownScan()
    nothing = asdict(KnownScan())
    good: dict[str, Any] = {k: v for k, v in values.items() if k in nothing and type(v) is type(nothing[k])}
    return KnownScan(**good)


def chosen_words(known: KnownScan, file: str, digest: str) -> str:
    """Return what the journal says of a scan that was taken in place of another."""
    if digest == known.made_on:
        return f"Use {file} again, on which the well was made"
    return f"Use {file} although its content has changed"


def scan_notes(
    meta: Mapping[str, str], stored: Iterable[ScanSpec], scans: Mapping[str, SizedScan], chosen: frozenset[str]
) -> dict[str, str]:
    """Return the notes to write of scans that are open.

    Parameters
    ----------
    meta, stored
        The well's notes and scans as they were before.
    chosen
        The scans that the person said are to be used as they are.
    """
    out: dict[str, str] = {}
    for spec in stored:
        known, scan = known_scan(meta, spec.id), scans[spec.id]
        made_on: dict[str, str | int] = {k: v for k, v in asdict(known).items() if k.startswith("made_on")}
        is_another = spec.digest not in ("", scan.digest)
        if is_another and not known.made_on:
            made_on = {
                "made_on": spec.digest,
                "made_on_file": spec.file,
                "made_on_width": known.width,
                "made_on_height": known.height,
            }
        if scan.digest == known.made_on or (spec.id in chosen and not is_another):
            made_on = {}
        note = json.dumps({"width": scan.width, "height": scan.height, **made_on})
        if meta.get(_KEY + spec.id) != note:
            out[_KEY + spec.id] = note
    return out
