"""Rows of a well file as values: journal entries, tiles, and what is written together.

Separate because the session makes them and the writer thread consumes them, and neither needs the other's house.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from veerdesk.labels.tile_plane import LooseTile

Act = Literal["do", "undo", "redo", "note"]
EntryKind = Literal["paint", "describe", "model"]


class Plane(IntEnum):
    """Which plane of a track a stored tile belongs to.

    ACCEPTED is no plane of pixels: its tile row is the journal entry by which rows were accepted, and its tiles hold
    the curves as they were then. SIGHT has a cell's bytes in the row of its middle (``segmentation.sight``).
    """

    MODEL = 0
    PERSON = 1
    EVIDENCE_1 = 2
    EVIDENCE_2 = 3
    PROVISIONAL = 4
    ACCEPTED = 5
    SIGHT = 6


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One journal entry without its payload.

    ``time`` is in seconds since 1970. ``target`` is the entry that an undo or a redo speaks of; a ``note`` is no edit.
    """

    id: int
    time: float
    actor: str
    act: Act
    kind: EntryKind
    label: str
    target: int | None = None


@dataclass(frozen=True, slots=True)
class TileRow:
    """One tile to store; ``blob`` None removes it, and a loose one is packed when it is written."""

    track: int
    plane: Plane
    ty: int
    tx: int
    blob: bytes | LooseTile | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What reaches the disk together or not at all."""

    entry: JournalRow | None = None
    payload: bytes = b""
    tiles: tuple[TileRow, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
