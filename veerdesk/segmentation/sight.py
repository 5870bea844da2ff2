"""Sight: what the model sees along a track besides whose ink is whose, a few bytes every so many rows.

Separate because whether a curve is on the paper at all is judged over long stretches once both have been followed
(``tracing.presence``), and the two classes of a pixel do not tell it: what the network sees at its deepest does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from veerdesk.resources import damaged, resource

#: Of the file with the fitted numbers; raised when a reader of this version could not use it.
FORMAT = "veerdesk-presence-1"
#: Rows from one cell to the next, px at the model's stroke width.
CELL_PX = 16
#: Numbers of a cell, as bytes; one byte more before them says in which order the slots stand.
NUMBERS = 32
FIELDS = NUMBERS + 1
#: The first byte: the slots stand in the network's order, or the other way round. 0 where there is no cell.
AS_SEEN, EXCHANGED = 1, 2
#: Added to it where the colours of the track's two curves tell them apart.
BY_COLOUR = 4


@dataclass(frozen=True, slots=True)
class Sight:
    """Cells of some rows.

    Parameters
    ----------
    at
        ``(k,)`` int64 scan rows, rising: the middle of each cell.
    cells
        ``(k, FIELDS)`` uint8: the order of the slots, then the network's numbers, 128 for nought.
    """

    at: NDArray[np.int64]
    cells: NDArray[np.uint8]

    @property
    def is_told_by_colour(self) -> bool:
        """Whether the colours of the track's two curves tell them apart."""
        return bool((self.cells[:, 0] & BY_COLOUR).any())


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of some rows besides their evidence.

    Parameters
    ----------
    sight
        The cells in these rows; empty where the model gives none.
    said
        ``(h, 2)`` bool: rows in which a person gave a curve ink.
    turned
        ``(h,)`` bool: rows in which a person, or how the curves go along the whole track, called the ink the other way round
        than the model.
    """

    sight: Sight
    said: NDArray[np.bool_]
    turned: NDArray[np.bool_]


def no_sight() -> Sight:
    """Return the sight of rows of which the model tells no more than the classes."""
    return Sight(np.zeros(0, np.int64), np.zeros((0, FIELDS), np.uint8))


def as_plane(sight: Sight, start: int, rows: int) -> NDArray[np.uint8]:
    """Return cells as a window of bytes, ``(rows, FIELDS)`` uint8 from row ``start`` on: a cell stands in its row, 0 elsewhere."""
    out = np.zeros((rows, FIELDS), np.uint8)
    out[sight.at - start] = sight.cells
    return out


def from_plane(window: NDArray[np.uint8], start: int) -> Sight:
    """Return the cells of a window of bytes, as `as_plane` wrote them."""
    at = np.flatnonzero(window[:, 0])
    return Sight(at + start, window[at])


def presence_file() -> Path:
    """Return the file of the fitted numbers by which presence is judged from cells, as it ships."""
    return resource("models", "veerdesk-v3-presence.safetensors")


def presence_header() -> dict[str, Any]:
    """Return what that file says of itself: ``of``, the digest of the weights it belongs to, ``step``, ``least`` and ``change``.

    ``step`` is what one of a cell's 255 parts is worth, ``least`` the answer from which on a curve is rather present than not,
    ``change`` what it costs to come or to go.

    Raises
    ------
    UnusableInputError
        The file is missing or damaged.
    """
    path = presence_file()
    try:
        with safe_open(path, framework="numpy") as file:
            about = file.metadata() or {}
        if about["format"] != FORMAT:
            raise KeyError(about["format"])
        header: dict[str, Any] = json.loads(about["header"])
        return {"of": str(header["of"])} | {name: float(header[name]) for name in ("step", "least", "change")}
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise damaged(path, error) from error
