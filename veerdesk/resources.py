"""Where the bundled files are: model, sample well, frozen tracks, icons, manual.

Separate because everyone finds them through this one function, from a checkout and from an installed wheel.
"""

from __future__ import annotations

from pathlib import Path

from veerdesk.errors import UnusableInputError

_CANDIDATES = (Path(__file__).resolve().parent.parent / "resources", Path(__file__).resolve().parent / "_resources")


def resource(*parts: str) -> Path:
    """Return the path of a bundled file or folder.

    Raises
    ------
    UnusableInputError
        The installation is not complete.
    """
    for root in _CANDIDATES:
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise UnusableInputError(
        f"The bundled file {'/'.join(parts)} is missing from this installation.",
        "Run `python3 installer/start.py setup` again from a complete checkout.",
    )


def damaged(path: Path, error: Exception) -> UnusableInputError:
    """Return what is raised where a bundled file cannot be read."""
    return UnusableInputError(
        f"The bundled file {path.name} is damaged: {error}.",
        "Run `python3 installer/start.py setup` again from a complete checkout.",
    )
