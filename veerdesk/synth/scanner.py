"""The scanner: darkness becomes grey or one bit, with bleed, ragged edges, faint places, pepper and JPEG blocks.

Separate because the label follows the same threshold as the ink: a pixel belongs to a curve where that curve's own
darkness would have been printed, so labels are exact after every effect.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2
from veerdesk.synth.look import Colour, Look, ScanLook
from veerdesk.synth.paper import cloud

Plane = NDArray[np.uint8]

_FIELD = (1280, 1024)
_FIELD_MEAN, _FIELD_SD = 128, 40
#: Correlation of the three noise fields, px.
_FIELD_SIGMAS = (0.6, 1.2, 2.2)


def _u8(image: object) -> Plane:
    """Return what OpenCV gave back as the array it is."""
    return np.asarray(image, np.uint8)


@lru_cache(maxsize=3)
def _field(scale: int) -> Plane:
    """Return a fixed noise field with mean 128 and deviation 40."""
    white = np.random.default_rng(77 + scale).normal(size=_FIELD).astype(np.float32)
    soft = cv2.GaussianBlur(white, (0, 0), _FIELD_SIGMAS[scale], borderType=cv2.BORDER_REFLECT)
    return _u8(np.clip(_FIELD_MEAN + _FIELD_SD * soft / soft.std(), 0, 255))


def noise(rng: np.random.Generator, shape: tuple[int, int], scale: int) -> Plane:
    """Return a noise plane of ``shape`` cut from a fixed field at a random place, mirrored at random."""
    field = _field(scale)
    if rng.random() < 0.5:
        field = field[::-1]
    rows, cols = (-(-n // size) + 1 for n, size in zip(shape, _FIELD, strict=True))
    at = [int(rng.integers(size)) for size in _FIELD]
    wide = np.tile(field, (rows, cols)) if rows > 1 or cols > 1 else field
    return wide[at[0] : at[0] + shape[0], at[1] : at[1] + shape[1]]


def _threshold(rng: np.random.Generator, shape: tuple[int, int], scan: ScanLook) -> Plane:
    """Return the darkness above which a pixel prints, for each pixel."""
    steps = np.arange(256) - _FIELD_MEAN
    table = np.clip(scan.threshold + steps * (scan.ragged / _FIELD_SD), 30, 235).astype(np.uint8)
    out = cv2.LUT(noise(rng, shape, scan.ragged_scale), table)
    if scan.faint:
        out = cv2.add(out, cloud(rng, *shape, scan.faint))
    return np.asarray(np.minimum(out, 238), np.uint8)


def _dirt(rng: np.random.Generator, shape: tuple[int, int], scan: ScanLook) -> Plane | None:
    """Return pepper and mottle as ink (255) or None where the scan is clean."""
    out: Plane | None = None
    if scan.mottle:
        patch = cloud(rng, *shape, 255.0)
        grain = noise(rng, shape, int(rng.integers(2)))
        mixed = _u8(cv2.addWeighted(patch, 0.45, grain, 0.55, 0.0))
        out = np.where(mixed > 205 - 25 * scan.mottle, 255, 0).astype(np.uint8)
    if scan.pepper:
        count = int(scan.pepper * shape[0] * shape[1])
        out = np.zeros(shape, np.uint8) if out is None else out
        for size in (1, 2, 3):
            rows, cols = rng.integers(0, shape[0] - 3, count // 3 + 1), rng.integers(0, shape[1] - 3, count // 3 + 1)
            for dr in range(size):
                for dc in range(size):
                    out[rows + dr, cols + dc] = 255
    return out


def _soft(plane: Plane, blur_px: float) -> Plane:
    return _u8(cv2.GaussianBlur(plane, (0, 0), blur_px))


def _tinted(layers: list[tuple[Plane, Colour]], contrast: float) -> NDArray[np.uint8]:
    """Return ``(h, w, 3)`` uint8 RGB of layers laid over white paper, first at the bottom."""
    paper = np.full(layers[0][0].shape, 255, np.uint8)
    channels = [paper, paper, paper]
    for plane, colour in layers:
        clear = cv2.bitwise_not(cv2.convertScaleAbs(plane, alpha=contrast))
        for k, tint in enumerate(colour):
            inked = cv2.convertScaleAbs(cv2.bitwise_not(clear), alpha=tint / 255.0)
            channels[k] = _u8(cv2.add(cv2.multiply(channels[k], clear, scale=1 / 255.0), inked))
    return np.asarray(cv2.merge(channels), np.uint8)


def _grey_scan(curves: list[Plane], paper: Plane, look: Look, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the scan of a grey or colour scanner, ``(h, w)`` or ``(h, w, 3)``."""
    scan = look.scan
    layers = [(paper, look.grid.colour), *((c, s.colour) for c, s in zip(curves, look.strokes, strict=False))]
    layers[1:] = layers[:0:-1]  # curve 1 lies on top
    if scan.colour:
        image = _tinted(layers, scan.contrast)
    else:
        levels = [cv2.convertScaleAbs(p, alpha=scan.contrast * (1 - sum(c) / 765.0)) for p, c in layers]
        dark = levels[0]
        for level in levels[1:]:
            dark = cv2.max(dark, level)
        image = _u8(cv2.bitwise_not(dark))
    shade = cloud(rng, paper.shape[0], paper.shape[1], scan.shading + 1.0)
    grain = cv2.LUT(
        noise(rng, (paper.shape[0], paper.shape[1]), scan.ragged_scale),
        np.clip(scan.ragged * (np.arange(256) - 100) / _FIELD_SD / 2, 0, 120).astype(np.uint8),
    )
    cover = cv2.add(shade, grain)
    image = _u8(cv2.subtract(image, cv2.merge([cover] * 3) if scan.colour else cover))
    if scan.jpeg:
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, scan.jpeg])
        image = _u8(cv2.imdecode(packed, cv2.IMREAD_UNCHANGED))
    return np.asarray(image, np.uint8)


def expose(curves: list[Plane], paper: Plane, look: Look, rng: np.random.Generator) -> tuple[NDArray[np.uint8], Plane]:
    """Return ``(scan, label)`` from the darkness of each curve and of the paper's print.

    Parameters
    ----------
    curves
        One or two ``(h, w)`` uint8 planes in canonical order, 255 is full ink.
    paper
        ``(h, w)`` uint8, everything that is no curve of this track.

    Returns
    -------
    scan ``(h, w)`` uint8 grey (255 is paper) or ``(h, w, 3)`` RGB, and label ``(h, w)`` uint8 0, 1, 2.
    """
    scan = look.scan
    shape = (paper.shape[0], paper.shape[1])
    soft = [_soft(c, scan.blur_px) for c in curves]
    soft_paper = _soft(paper, scan.blur_px)
    limit = _threshold(rng, shape, scan) if scan.bilevel else np.full(shape, 112, np.uint8)
    label = np.zeros(shape, np.uint8)
    for number, plane in reversed(list(enumerate(soft, start=1))):  # shared ink goes to curve 1
        label[plane > limit] = number
    if scan.bilevel:
        dark = soft_paper
        for plane in soft:
            dark = _u8(cv2.add(dark, plane))
        image = _u8(cv2.compare(dark, limit, cv2.CMP_LE))
        image[label > 0] = 0
        dirt = _dirt(rng, shape, scan)
        if dirt is not None:
            image[dirt > 0] = 0
        if scan.row_doubling:
            even = image.shape[0] // 2 * 2
            image[1:even:2], label[1:even:2] = image[0:even:2], label[0:even:2]
        return image, label
    return _grey_scan(soft, soft_paper, look, rng), label
