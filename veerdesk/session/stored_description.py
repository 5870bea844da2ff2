"""The description of a well as its store holds it, trusted only where the journal says the same.

Separate because it is the one note that everything else is measured by: a flipped digit of a scale would change every
value that leaves, and notes have no check sum while journal entries do.
"""

from __future__ import annotations

from dataclasses import replace

from veerdesk.calibration.description import WellDescription
from veerdesk.errors import UnusableInputError
from veerdesk.session.payloads import carried_over, described
from veerdesk.well.description_json import from_json
from veerdesk.well.store import WellStore


def stored_description(store: WellStore) -> WellDescription:
    """Return the description as it was last said.

    The note is taken where it differs from the last description in the journal in nothing but what is no edit: where
    scans lie, their digests, measured stroke widths. Else the journal is right.

    Raises
    ------
    UnusableInputError
        Neither can be read.
    """
    try:
        noted, trouble = from_json(store.meta().get("description", ""), where=str(store.path)), None
    except UnusableInputError as error:
        noted, trouble = None, error
    last = _last_described(store)
    if last is None or noted is None:
        if (found := noted or last) is None:
            assert trouble is not None
            raise trouble
        return found
    return noted if _as_said(noted) == _as_said(last) else carried_over(last, noted)


def _last_described(store: WellStore) -> WellDescription | None:
    number = store.last_entry("describe")
    if number is None:
        return None
    try:
        return described(store.payload(number), where=str(store.path))[1]
    except UnusableInputError:
        return None


def _as_said(description: WellDescription) -> WellDescription:
    """Return a description without what is no edit."""
    scans = tuple(replace(s, file="", digest="") for s in description.scans)
    return replace(description, scans=scans, tracks=tuple(replace(t, stroke_px=None) for t in description.tracks))
