"""What was learned in a well, as its store keeps it: deltas by their digest, beside the description that names them.

Separate because a delta is no edit: an undone edit still names it, so it stays, and nothing else is ever asked of it.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping

from veerdesk.well.records import Batch
from veerdesk.well.store import WellStore

_PREFIX = "learned:"


class KeptDeltas:
    """The deltas of an open well; whoever inherits sets the store."""

    _store: WellStore

    def __init__(self) -> None:
        self._deltas: dict[str, bytes] = {}

    def keep_delta(self, data: bytes) -> str:
        """Put what was learned into the well and return its digest; a track uses it once its description says so.

        Raises
        ------
        UnusableInputError
            The well is open for reading only.
        """
        digest = hashlib.sha256(data).hexdigest()
        self._store.put(Batch(meta={_PREFIX + digest: b64encode(data).decode()}))
        self._deltas[digest] = data
        return digest

    def delta(self, digest: str) -> bytes | None:
        """Return what was learned by its digest; None where the well does not hold it, whole."""
        if digest not in self._deltas:
            found = stored_delta(self._store.meta(), digest)
            if found is None:
                return None
            self._deltas[digest] = found
        return self._deltas[digest]


def stored_delta(meta: Mapping[str, str], digest: str) -> bytes | None:
    """Return a delta from a well's notes; None where it is not there or damaged."""
    try:
        data = b64decode(meta[_PREFIX + digest], validate=True)
    except (KeyError, ValueError):
        return None
    return data if hashlib.sha256(data).hexdigest() == digest else None


def delta_notes(meta: Mapping[str, str]) -> dict[str, str]:
    """Return the notes among a well's that hold deltas, as a rescue carries them over."""
    return {key: text for key, text in meta.items() if key.startswith(_PREFIX)}
