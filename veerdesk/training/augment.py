"""Scanner effects drawn over finished tiles, so that one rendered tile is seen in many lights.

Separate because the renderer draws paper once and this varies it at every pass. No left-right mirror: two strokes of
one look are told apart by which stands left at the track's top (CONTRACT, Who is who).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2

#: Share of tiles that are turned upside down, made paler or darker, shaded, and speckled.
FLIP_SHARE, TONE_SHARE, SHADE_SHARE, NOISE_SHARE = 0.5, 0.5, 0.15, 0.25


def augmented(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], rng: np.random.Generator
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return a batch of tiles as another scanner would have given them; labels only ever turn with their image.

    Parameters
    ----------
    images, labels
        ``(n, h, w)`` uint8.
    """
    out_images, out_labels = np.empty_like(images), np.empty_like(labels)
    for at, (image, label) in enumerate(zip(images, labels, strict=True)):
        if rng.random() < FLIP_SHARE:
            image, label = image[::-1], label[::-1]
        out_images[at], out_labels[at] = _toned(image, rng), label
    return out_images, out_labels


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
