"""Tiles drawn on the spot: a solid and a dashed stroke that wander over ruled paper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2


def drawn_tile(seed: int, height: int = 64, width: int = 64) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return image and label, ``(height, width)`` uint8."""
    rng = np.random.default_rng(seed)
    image = np.full((height, width), 255, np.uint8)
    image[:, :: width // 4] = 0
    image[:: height // 4] = 0
    label = np.zeros_like(image)
    rows = np.arange(height)
    for cls in (2, 1):
        at = rng.uniform(12, width - 12) + np.cumsum(rng.normal(0, 0.6, height))
        points = np.stack([np.clip(at, 4, width - 5), rows], 1).round().astype(np.int32)
        stroke = np.zeros_like(image)
        for start in range(0, height - 1, 12 if cls == 2 else height):
            end = start + (7 if cls == 2 else height)
            cv2.polylines(stroke, [points[start:end]], False, 1, 4)
        image[stroke > 0], label[stroke > 0] = 0, cls
    return image, label


class DrawnTiles:
    """A TileSource of drawn tiles."""

    digest = "0" * 64

    def __init__(self, count: int) -> None:
        tiles = [drawn_tile(k) for k in range(count)]
        self.images, self.labels = np.stack([t[0] for t in tiles]), np.stack([t[1] for t in tiles])

    def __len__(self) -> int:
        return len(self.images)

    def take(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        return self.images[numbers], self.labels[numbers]
