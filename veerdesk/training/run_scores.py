"""One model's scores for the comparison: every reading of its masks, and its curves through the one decode.

Separate because scoring takes as long as training on a small machine: each model's answer to each set of windows is kept
on disk, and what is there is not asked again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.model.checkpoint import replace_file
from veerdesk.segmentation.predictor import Predictor
from veerdesk.training.claim_scores import ClaimCounts, count_claims
from veerdesk.training.claims import READINGS, Thresholds, ThresholdTuning, claims
from veerdesk.training.evaluate import score
from veerdesk.training.losses import Target
from veerdesk.training.masks import RememberedPredictor, SharedOutPredictor, masks_of
from veerdesk.training.metrics import PixelCounts, crossing_zone
from veerdesk.training.windows import Window, between_borders, read_window, reader

REGIONS = ("all", "crossing", "elsewhere")
#: Figures of the traced curves that are taken over windows, each a share or a percentage of the track's width.
TRACED = (
    "trace_within_1", "trace_within_2", "trace_cover_1", "trace_cover_2",
    "trace_error_median_1", "trace_error_median_2", "trace_error_p95_1", "trace_error_p95_2", "swapped", "stolen",
)  # fmt: skip
#: Ways a model's masks reach the decode: as they are, and made to sum to one, which changes nothing of an exclusive one.
_WAYS: Mapping[Target, tuple[str, ...]] = {"exclusive": ("as answered",), "independent": ("as answered", "shared out")}

#: What a score depends on beside the model and the windows: another decode or another measure is another score.
_PACKAGES = ("imaging", "segmentation", "tracing")
_MODULES = ("claim_scores", "claims", "evaluate", "masks", "metrics", "run_scores", "windows")


@cache
def program_digest() -> str:
    """Return the SHA-256 of the program's parts that a score depends on."""
    here = Path(__file__).parent
    parts = [path for package in _PACKAGES for path in sorted((here.parent / package).glob("*.py"))]
    digest = hashlib.sha256()
    for path in (*parts, *(here / f"{name}.py" for name in _MODULES)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class WindowSet:
    """The windows of one folder, read one at a time, and the digest of their pixels."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folders = tuple(sorted(path.parent for path in folder.glob("*/meta.json")))
        if not self._folders:
            raise UnusableInputError(f"{folder} holds no windows.", "Name a folder that `veerdesk synth` wrote.")
        digest = hashlib.sha256()
        for each in self._folders:
            for part in ("scan.png", "label.png", "truth.csv", "meta.json"):
                digest.update((each / part).read_bytes() if (each / part).exists() else b"")
        self.digest = digest.hexdigest()

    def __len__(self) -> int:
        return len(self._folders)

    def window(self, number: int) -> Window:
        """Return a window by its number."""
        return read_window(self._folders[number])


def tuned_on(windows: WindowSet, predictor: Predictor, memory: Path) -> Thresholds:
    """Return the thresholds of greatest F1 of a model over a set of windows; ``memory`` keeps them."""
    found = _remembered(memory, windows, predictor)
    if found is None:
        tuning = ThresholdTuning()
        for number in range(len(windows)):
            window = windows.window(number)
            remembered = RememberedPredictor(predictor)
            masks = masks_of(window, remembered, measure_stroke_px(reader(window.grey), window.geometry))
            tuning.add(masks, window.label, between_borders(window))
        found = _keep(memory, windows, predictor, asdict(tuning.best()))
    alone, owner = ((int(pair[0]), int(pair[1])) for pair in (found["alone"], found["owner"]))
    return Thresholds(alone, owner)


def scored_on(
    windows: WindowSet, predictor: Predictor, tuned: Thresholds, *, target: Target, memory: Path,
    told: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:  # fmt: skip
    """Return a model's scores on a set of windows; ``memory`` keeps them.

    ``readings``: for each reading and region (`REGIONS`) the figures of `ClaimCounts`. ``traced``: for each way to the
    decode the mean over windows of `TRACED`, the share of crossings kept, and F1 of the decode's owners. None where there
    was nothing to judge. ``told`` hears the name of each window that is done.
    """
    found = _remembered(memory, windows, predictor)
    if found is not None and found["thresholds"] == _plain(asdict(tuned)):
        return found
    nothing = ClaimCounts()
    counts = dict.fromkeys(READINGS, (nothing, nothing))
    rows: dict[str, list[dict[str, Any]]] = {way: [] for way in _WAYS[target]}
    owners = {way: (PixelCounts(), PixelCounts()) for way in _WAYS[target]}
    for number in range(len(windows)):
        window, remembered = windows.window(number), RememberedPredictor(predictor)
        for way in _WAYS[target]:
            figures, pixels, _ = score(window, SharedOutPredictor(remembered) if way == "shared out" else remembered)
            rows[way].append(figures)
            owners[way] = (owners[way][0] + pixels[0], owners[way][1] + pixels[1])
        masks = masks_of(window, remembered, float(rows["as answered"][-1]["stroke_px"]))
        inside, zone = between_borders(window), crossing_zone(window.grey.shape, window.crossings)
        for reading in READINGS:
            near, away = count_claims(claims(masks, reading, tuned), window.label, inside, zone)
            counts[reading] = (counts[reading][0] + near, counts[reading][1] + away)
        told(window.name)
    document = {
        "set": windows.name,
        "windows": len(windows),
        "thresholds": asdict(tuned),
        "readings": {reading: _regions(*pair) for reading, pair in counts.items()},
        "traced": {way: _traced(rows[way], *owners[way]) for way in rows},
    }
    return _keep(memory, windows, predictor, document)


def _regions(near: ClaimCounts, away: ClaimCounts) -> dict[str, Any]:
    parts = dict(zip(REGIONS, (near + away, near, away), strict=True))
    return {region: {key: _shown(value) for key, value in part.figures().items()} for region, part in parts.items()}


def _traced(rows: Sequence[Mapping[str, Any]], one: PixelCounts, two: PixelCounts) -> dict[str, float | None]:
    out: dict[str, float | None] = {}
    for key in TRACED:
        values = [float(row[key]) for row in rows if row[key] is not None]
        out[key] = _shown(float(np.mean(values))) if values else None
    crossed = [(float(r["crossings"]), float(r["crossings_kept"])) for r in rows if r["crossings_kept"] is not None]
    total = sum(number for number, _ in crossed)
    out["crossings"] = total
    out["crossings_kept"] = _shown(sum(n * kept for n, kept in crossed) / total) if total else None
    return {**out, "owner_f1_1": _shown(one.f1), "owner_f1_2": _shown(two.f1)}


def _shown(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None


def _remembered(memory: Path, windows: WindowSet, predictor: Predictor) -> dict[str, Any] | None:
    """Return what this program kept for this model and these windows, None where nothing was or something else."""
    try:
        found = dict(json.loads(memory.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
    known = (found.get("model"), found.get("data"), found.get("program"))
    return found if known == (predictor.digest, windows.digest, program_digest()) else None


def _keep(memory: Path, windows: WindowSet, predictor: Predictor, found: Mapping[str, Any]) -> dict[str, Any]:
    of_what = {"model": predictor.digest, "data": windows.digest, "program": program_digest()}
    document: dict[str, Any] = _plain({**found, **of_what})
    memory.parent.mkdir(parents=True, exist_ok=True)
    replace_file(memory, json.dumps(document, indent=1).encode() + b"\n")
    return document


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document as it would come back from disk: tuples as lists."""
    return dict(json.loads(json.dumps(document)))
