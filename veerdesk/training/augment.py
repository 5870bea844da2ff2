"""Scanner effects drawn over finished tiles, so that one rendered tile is seen in many lights.

Separate because the renderer draws paper once and this varies it at every pass. No mirror in either direction: two
strokes of one look are told apart by which stands left at the tile's top (CONTRACT, Who is who).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2

#: Share of tiles that are made paler or darker, shaded, and speckled.
TONE_SHARE, SHADE_SHARE, NOISE_SHARE = 0.5, 0.15, 0.25


def augmented(images: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a batch of tiles ``(n, h, w)`` uint8 as another scanner would have given them; their labels stay true."""
    return np.stack([_toned(image, rng) for image in images])


def _toned(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    ink = 1.0 - image.astype(np.float32) / 255.0
    if rng.random() < TONE_SHARE:  # a power on ink makes grey edges, and so strokes, a little wider or narrower
        ink = np.power(ink, np.float32(np.exp(rng.normal(0.0, 0.35)))) * np.float32(rng.uniform(0.6, 1.0))
    if rng.random() < SHADE_SHARE:
        corners = rng.uniform(0.0, 0.3, (4, 3)).astype(np.float32)
        ink = np.maximum(ink, cv2.resize(corners, image.shape[::-1], interpolation=cv2.INTER_CUBIC))
    if rng.random() < NOISE_SHARE:
        ink = ink + rng.normal(0.0, rng.uniform(0.01, 0.08), ink.shape).astype(np.float32)
    return np.asarray(np.clip(255.0 - 255.0 * ink + 0.5, 0, 255), np.uint8)
