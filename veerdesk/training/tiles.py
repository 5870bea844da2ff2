"""Tiles to learn from: folders of rendered tiles and released label datasets behind one door.

Separate because the loop must not know where a tile comes from, and what a person corrected really has to train.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.picture import read_grey
from veerdesk.imaging.png import read_classes
from veerdesk.labels.classes import IGNORE
from veerdesk.training.loop import TileSource

Split = Literal["train", "validation"]
#: Size of a tile cut from a released sample, px after normalising: what rendered tiles have.
TILE_ROWS, TILE_COLS = 384, 256


class RenderedTiles:
    """Shards written by ``veerdesk.synth.tiles``; only the pages in use are in memory."""

    def __init__(self, folder: Path) -> None:
        about = _json(folder / "tiles.json")
        try:
            names = [str(s["name"]) for s in about["shards"]]
            self._images = [np.load(folder / f"images-{n}.npy", mmap_mode="r", allow_pickle=False) for n in names]
            self._labels = [np.load(folder / f"labels-{n}.npy", mmap_mode="r", allow_pickle=False) for n in names]
            self.digest = _digest(str(s["sha256"]) for s in about["shards"])
            self.stroke_px = float(about["stroke_px"])
        except (KeyError, TypeError, ValueError, OSError) as error:
            raise UnusableInputError(f"The tile folder {folder} is not complete: {error}.", "Draw it again.") from error
        self._ends = np.cumsum([len(i) for i in self._images])

    def __len__(self) -> int:
        return int(self._ends[-1])

    def take(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return images and labels, ``(n, h, w)`` uint8."""
        shards = np.searchsorted(self._ends, numbers, side="right")
        starts = np.concatenate(([0], self._ends[:-1]))
        places = [(int(s), int(n - starts[s])) for s, n in zip(shards, numbers, strict=True)]
        images = np.stack([self._images[s][k] for s, k in places])
        return images, np.stack([self._labels[s][k] for s, k in places])


class ReleasedTiles:
    """A label dataset in master form; each sample is brought to the network's stroke width when it is first read."""

    def __init__(self, folder: Path, stroke_px: float, split: Split = "train") -> None:
        manifest, splits = _json(folder / "manifest.json"), _json(folder / "splits.json")
        self._tiles: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]] = []
        digest = [hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()]
        for sample in _samples(folder, manifest, splits, split):
            image, label = _sample(folder, sample)
            factor = stroke_px / float(sample.get("stroke_px") or stroke_px)
            self._tiles.extend(_cut(*normalised(image, _canonical(label, sample), factor)))
        if not self._tiles:
            raise UnusableInputError(
                f"The dataset {folder} has no reviewed pixel for {split}.",
                "Accept rows in the window and export again.",
            )
        self.digest, self.stroke_px = _digest(digest), stroke_px

    def __len__(self) -> int:
        return len(self._tiles)

    def take(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return images and labels, ``(n, h, w)`` uint8."""
        return np.stack([self._tiles[n][0] for n in numbers]), np.stack([self._tiles[n][1] for n in numbers])


class JoinedTiles:
    """Several sources one after the other."""

    def __init__(self, sources: Sequence[TileSource]) -> None:
        self._sources, self._ends = sources, np.cumsum([len(s) for s in sources])
        self.digest = sources[0].digest if len(sources) == 1 else _digest(s.digest for s in sources)

    def __len__(self) -> int:
        return int(self._ends[-1])

    def take(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return images and labels, ``(n, h, w)`` uint8."""
        starts = np.concatenate(([0], self._ends[:-1]))
        places = np.searchsorted(self._ends, numbers, side="right")
        parts = [self._sources[p].take(numbers[places == p] - starts[p]) for p in np.unique(places)]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def open_tiles(folders: Sequence[Path], stroke_px: float) -> JoinedTiles:
    """Return the tiles of every folder, in that order.

    Raises
    ------
    UnusableInputError
        A folder is neither, is damaged, or was drawn for another stroke width or in tiles of another size than the first.
    """
    sources: list[TileSource] = []
    for folder in folders:
        if (folder / "tiles.json").exists():
            rendered = RenderedTiles(folder)
            if abs(rendered.stroke_px - stroke_px) > 1e-6:
                raise UnusableInputError(
                    f"The tiles in {folder} have strokes of {rendered.stroke_px} px, not {stroke_px} px.",
                    "Draw them again for this stroke width.",
                )
            sources.append(rendered)
        elif (folder / "manifest.json").exists():
            sources.append(ReleasedTiles(folder, stroke_px))
        else:
            raise UnusableInputError(
                f"{folder} holds neither tiles.json nor manifest.json.",
                "Name a folder of rendered tiles or a label release in master form.",
            )
        first, size = (source.take(np.zeros(1, np.int64))[0].shape[1:] for source in (sources[0], sources[-1]))
        if size != first:
            raise UnusableInputError(
                f"The tiles in {folder} are {size[0]} x {size[1]} px, those in {folders[0]} {first[0]} x {first[1]} px.",
                "Draw them in one size, or train on one folder after the other.",
            )
    return JoinedTiles(sources)


def _samples(folder: Path, manifest: Any, splits: Any, split: Split) -> list[dict[str, Any]]:
    """Return the manifest's samples of one split; ``splits.json`` may name samples or wells."""
    try:
        named = {str(name) for name in splits[split]}
        rows = manifest["samples"]
        entries = [dict(v, name=k) for k, v in rows.items()] if isinstance(rows, dict) else [dict(v) for v in rows]
        return [e for e in entries if str(e["name"]) in named or str(e.get("well")) in named]
    except (KeyError, TypeError, AttributeError) as error:
        raise UnusableInputError(
            f"The dataset {folder} does not follow the master form: {error} is missing.", "Export it again."
        ) from error


def _sample(folder: Path, sample: dict[str, Any]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    name = str(sample["name"])
    path = folder / "images" / f"{name}.png"
    image = read_grey(path)
    if image is None:
        raise UnusableInputError(f"The image {path} cannot be read.", "Export the dataset again.")
    label = read_classes(folder / "labels" / f"{name}.png")
    if label.shape != image.shape:
        raise UnusableInputError(f"The label of {path} has another size than its image.", "Export the dataset again.")
    return image, label


def _canonical(label: NDArray[np.uint8], sample: dict[str, Any]) -> NDArray[np.uint8]:
    """Return the label in canonical order: classes are exchanged before training where a person stated another one."""
    if sample.get("exchanged"):
        return np.asarray(np.where(label == 1, 2, np.where(label == 2, 1, label)), np.uint8)
    return label


def normalised(
    image: NDArray[np.uint8], label: NDArray[np.uint8], factor: float
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    if abs(factor - 1.0) < 0.02:
        return image, label
    size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    shares = [cv2.resize(((label == k) * 255).astype(np.uint8), size, interpolation=way) for k in (1, 2, IGNORE)]
    out = np.where(shares[1] > shares[0], 2, 1).astype(np.uint8)
    out[shares[0].astype(np.int32) + shares[1] < 102] = 0  # two fifths covered, as the renderer's tiles are labelled
    out[shares[2] > 127] = IGNORE
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8), out


def _cut(image: NDArray[np.uint8], label: NDArray[np.uint8]) -> list[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Return the tiles of one sample that hold a reviewed pixel; paper and ignore beyond its edge."""
    tiles = []
    for row in range(0, image.shape[0], TILE_ROWS):
        for col in range(0, image.shape[1], TILE_COLS):
            tile, owner = (np.full((TILE_ROWS, TILE_COLS), k, np.uint8) for k in (255, IGNORE))
            part = (slice(row, row + TILE_ROWS), slice(col, col + TILE_COLS))
            rows, cols = image[part].shape
            tile[:rows, :cols], owner[:rows, :cols] = image[part], label[part]
            if (owner != IGNORE).any():
                tiles.append((tile, owner))
    return tiles


def _digest(parts: Any) -> str:
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableInputError(f"{path} cannot be read: {error}.", "Write the folder again.") from error
