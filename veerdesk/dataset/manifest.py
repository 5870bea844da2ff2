"""The written record of a label release: what it holds, where it comes from, and which well is in which split.

Separate because people and trainers read it long after the wells are gone.
Source: CONTRACT, Label dataset (master form).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from veerdesk.calibration.description import TrackSpec
from veerdesk.dataset.sample import LabelledTrack, Sample
from veerdesk.labels.classes import CLASS_COLOURS, IGNORE

SCHEMA_VERSION = 1
#: Every fifth well, by its own digest, is for validation; the same well is on the same side in every release.
VALIDATION_SHARE = 0.2
IGNORE_COLOUR = (128, 128, 128)
ORIGIN_COLOURS = ((255, 255, 255), (0, 158, 115))


@dataclass(frozen=True, slots=True)
class LabelledWell:
    """A well with the tracks that may leave; ``scans`` holds file name and digest of each scan."""

    name: str
    scans: tuple[tuple[str, str], ...]
    tracks: tuple[LabelledTrack, ...]

    @property
    def changed_rows(self) -> int:
        """Accepted rows of its tracks that do not leave, because they have changed since."""
        return sum(span.rows for item in self.tracks for span in item.changed)

    @property
    def id(self) -> str:
        """Twelve digits that are the same for the same scans, whatever the well is called."""
        return hashlib.sha256("".join(sorted(d for _, d in self.scans)).encode()).hexdigest()[:12]


def split_of(well_id: str) -> str:
    """Return ``train`` or ``validation``; depends on the well alone.

    >>> split_of("000000000000"), split_of("ffffffffffff")
    ('validation', 'train')
    """
    return "validation" if int(well_id[:8], 16) / 0x1_0000_0000 < VALIDATION_SHARE else "train"


def splits(well_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the wells of each split; where all would be for validation, all are for training."""
    ids = sorted(set(well_ids))
    out: dict[str, list[str]] = {"train": [], "validation": []}
    for well_id in ids:
        out[split_of(well_id)].append(well_id)
    return out if out["train"] else {"train": ids, "validation": []}


def label_palette() -> tuple[tuple[int, int, int], ...]:
    """Return the 256 colours of a label PNG: the classes, and grey where nobody reviewed."""
    return tuple(CLASS_COLOURS.get(k, IGNORE_COLOUR if k == IGNORE else (0, 0, 0)) for k in range(256))


def sample_entry(
    name: str, well_id: str, item: LabelledTrack, sample: Sample, digests: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the manifest says of one sample."""
    label = sample.label
    return {
        "name": name,
        "well": well_id,
        "track": item.track.name,
        "scan": item.scan.digest,
        "rows": [sample.rows.start, sample.rows.stop],
        "cols": list(sample.cols),
        "accepted_rows": [[s.start, s.stop] for s in sample.accepted],
        "stroke_px": round(item.stroke_px, 2),
        "slots": _slots(item.track),
        "order": "as stated" if item.exchanged else "canonical",
        "exchanged": item.exchanged,
        "model": item.model,
        "pixels": {str(k): int((label == k).sum()) for k in (0, 1, 2, IGNORE)},
        "person_pixels": int(((sample.origin == 1) & (label != IGNORE)).sum()),
        "sha256": dict(digests),
    }


def manifest(
    wells: Sequence[LabelledWell], entries: Sequence[Mapping[str, Any]], *, program: str, created: str
) -> dict[str, Any]:
    """Return the manifest of a release; ``release`` is a digest of every file in it."""
    release = hashlib.sha256("".join(d for e in entries for d in e["sha256"].values()).encode()).hexdigest()
    return {
        "schema_version": SCHEMA_VERSION,
        "release": release,
        "created": created,
        "program": program,
        "classes": {"0": "background", "1": "curve 1", "2": "curve 2", str(IGNORE): "not reviewed"},
        "ignore": IGNORE,
        "palette": {str(k): list(label_palette()[k]) for k in (0, 1, 2, IGNORE)},
        "origin": {"0": "model", "1": "person"},
        "split_rule": "by well, from a digest of its scans; never by tile",
        "licence_note": "The scans' owners decide who may use these images. Nothing in this release grants a licence.",
        "wells": [
            {
                "id": well.id,
                "name": well.name,
                "scans": [{"file": name, "sha256": digest} for name, digest in well.scans],
                "models": sorted({t.model for t in well.tracks if t.model}),
                "changed_rows": well.changed_rows,
            }
            for well in wells
        ],
        "samples": [dict(e) for e in entries],
    }


def _slots(track: TrackSpec) -> list[dict[str, Any]]:
    return [{"slot": c.slot, "style": c.style, "colour": c.colour, "mnemonic": c.mnemonic} for c in track.curves]
