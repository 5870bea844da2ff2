"""A file written whole or not at all: a sibling first, then one replacement.

Separate because a failed write must leave the last good file intact, whatever is being written.
"""

from __future__ import annotations

import os
from pathlib import Path

from veerdesk.errors import UnusableInputError


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all.

    Raises
    ------
    UnusableInputError
        The folder cannot be written or the disk is full; nothing is left behind.
    """
    sibling = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with sibling.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(sibling, path)
    except OSError as error:
        sibling.unlink(missing_ok=True)
        raise UnusableInputError(
            f"{path} cannot be written: {error.strerror}.", "Choose a folder that can be written and has room."
        ) from error
