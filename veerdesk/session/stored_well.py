"""A job file or a well file as the command line reads it: the description, and what a well keeps of its tracks.

Separate because commands that only read take the last committed state of a well, whoever has it open for writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from veerdesk.calibration.description import WellDescription
from veerdesk.session.digitise import StoredTrack
from veerdesk.well.job import read_job


@dataclass(frozen=True, slots=True)
class ReadWell:
    """A description, the folder its scans are relative to, and the stored tracks by id (none for a job file)."""

    description: WellDescription
    folder: Path
    tracks: Mapping[int, StoredTrack] = field(default_factory=dict)


def read_well(path: Path) -> ReadWell:
    """Read a job file (``.toml``) or a well (``.veer``).

    Raises
    ------
    UnusableInputError
        It cannot be read or used.
    """
    if path.suffix.lower() == ".toml":
        return ReadWell(read_job(path), path.parent)
    return _read_veer(path)
