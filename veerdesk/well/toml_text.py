"""Text and numbers as TOML writes them.

Separate because Python reads TOML and does not write it, and a job needs no more than this.
"""

from __future__ import annotations

from collections.abc import Iterable

_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    """Return a TOML basic string.

    >>> quoted('6" hole')
    '"6\\\\" hole"'
    """
    return (
        '"' + "".join(_SHORT.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c) for c in text) + '"'
    )


def array(points: Iterable[tuple[float, float]]) -> str:
    """Return pairs of numbers as a TOML array; every float comes back exactly.

    >>> array([(0.0, 178.0)])
    '[[0.0, 178.0]]'
    """
    return "[" + ", ".join(f"[{float(a)!r}, {float(b)!r}]" for a, b in points) + "]"
