"""Whose name stands beside an entry of the journal and a decision.

Separate because the session signs every entry, and the review signs what it writes into the description.
"""

from __future__ import annotations

from functools import cache


@cache
def actor() -> str:
    """Return the name the person is logged in by; ``unknown`` where the system has none, as in a bare container."""
    import getpass  # brings the terminal's modules, and a scan is shown before anything is signed

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
