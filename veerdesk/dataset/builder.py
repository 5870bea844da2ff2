"""Accepted rows of wells to a label release in master form.

Separate because the release is written by the window, the command line and the demo alike, and is never changed after.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.dataset.manifest import (
    ORIGIN_COLOURS,
    LabelledWell,
    label_palette,
    manifest,
    sample_entry,
    splits,
)
from veerdesk.dataset.sample import Sample, samples_of
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.png import read_classes, replacing, write_grey_png, write_palette_png, write_rgb_png
from veerdesk.imaging.progress import Progress, unwatched

MANIFEST, SPLITS = "manifest.json", "splits.json"
FOLDERS = ("images", "labels", "origin")


def refuse_earlier_release(out: Path) -> None:
    """Check that a folder holds no release yet.

    Raises
    ------
    UnusableInputError
        It does, or holds folders of the same names.
    """
    there = [name for name in (MANIFEST, SPLITS, *FOLDERS) if (out / name).exists()]
    if there:
        raise UnusableInputError(
            f"{out} holds a label release already ({', '.join(there)}), and a release is never changed.",
            "Choose a new folder for this release.",
        )


def build_release(
    wells: Sequence[LabelledWell],
    folder: Path,
    *,
    program: str,
    progress: Progress = unwatched,
    today: datetime.date | None = None,
) -> dict[str, Any]:
    """Write a release into an empty folder and return its manifest.

    Tiles of up to 1,024 rows of each track's box are cut from rows that a person accepted and that are as they were
    accepted; all other rows are 255.
    Every label is read back before the manifest is written.

    Raises
    ------
    UnusableInputError
        No row was accepted, or a file cannot be written.
    """
    entries: list[dict[str, Any]] = []
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    tracks = [(well, number, item) for well in wells for number, item in enumerate(well.tracks, 1)]
    for k, (well, number, item) in enumerate(tracks):
        for sample in samples_of(item):
            name = f"{well.id}-t{number}-r{sample.rows.start:06d}"
            entries.append(sample_entry(name, well.id, item, sample, _write(folder, name, sample)))
        progress((k + 1) / len(tracks))
    if not entries and (changed := sum(well.changed_rows for well in wells)):
        raise UnusableInputError(
            f"Each of the {changed} accepted rows has changed since it was accepted, so nobody stands by any of them.",
            "Look at them in the Review step (J goes from one to the next), accept what is right, then export again.",
        )
    if not entries:
        raise UnusableInputError(
            "No row of any track was accepted, so there is nothing to learn from.",
            "Review a stretch and accept its rows in the Review step, then export again.",
        )
    record = manifest(wells, entries, program=program, created=(today or datetime.date.today()).isoformat())
    used = {e["well"] for e in entries}
    _write_json(folder / SPLITS, splits(used))
    _write_json(folder / MANIFEST, record)
    return record


def _write(folder: Path, name: str, sample: Sample) -> dict[str, str]:
    """Write the three files of a sample and return their digests."""
    height, width = sample.label.shape
    paths = {kind: folder / kind / f"{name}.png" for kind in FOLDERS}
    write_image = write_rgb_png if sample.image.ndim == 3 else write_grey_png
    write_image(paths["images"], [sample.image], width, height)
    write_palette_png(paths["labels"], [sample.label], width, height, label_palette())
    write_palette_png(paths["origin"], [sample.origin], width, height, ORIGIN_COLOURS)
    _refuse_unlike(paths["labels"], sample.label)
    return {kind: hashlib.sha256(path.read_bytes()).hexdigest() for kind, path in paths.items()}


def _refuse_unlike(path: Path, label: NDArray[np.uint8]) -> None:
    if not np.array_equal(read_classes(path), label):
        raise UnusableInputError(f"{path} does not read back as it was written.", "Check the disk, then export again.")


def _write_json(path: Path, document: object) -> None:
    with replacing(path) as out:
        out.write((json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())
