"""The three outputs of a model as masks over a window's own pixels, background among them.

Separate because the program keeps only the two curves' evidence, while the comparison of the papers asks what each mask
says by itself: an independent model may claim a pixel twice, or for nobody.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.segmentation.predictor import Predictor
from veerdesk.segmentation.segment import TrackSegmenter
from veerdesk.training.windows import Window, reader


class RememberedPredictor:
    """Another predictor that answers a window it has seen from memory: for one window, and no longer."""

    def __init__(self, inner: Predictor) -> None:
        self._inner = inner
        self._answers: dict[tuple[tuple[int, ...], bytes], NDArray[np.float32]] = {}
        self.name, self.digest, self.device, self.stroke_px = inner.name, inner.digest, inner.device, inner.stroke_px

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return what the inner predictor answers, ``(h, w)`` uint8 -> ``(3, h, w)`` float32."""
        key = (grey.shape, grey.tobytes())
        if key not in self._answers:
            self._answers[key] = self._inner.predict(grey)
        return self._answers[key]


class SharedOutPredictor:
    """Independent masks made to sum to one, each pixel's three shares over their sum: what a decode was written for."""

    def __init__(self, inner: Predictor) -> None:
        self._inner = inner
        self.name, self.digest, self.device, self.stroke_px = inner.name, inner.digest, inner.device, inner.stroke_px

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return shares that sum to one, ``(h, w)`` uint8 -> ``(3, h, w)`` float32."""
        shares = self._inner.predict(grey)
        return np.asarray(shares / np.maximum(shares.sum(0, keepdims=True), np.float32(1e-6)), np.float32)


class _TurnedPredictor:
    """The masks in another order, background second, so that the segmenter's road carries it to the scan as well."""

    def __init__(self, inner: Predictor) -> None:
        self._inner = inner
        self.name, self.digest, self.device, self.stroke_px = inner.name, inner.digest, inner.device, inner.stroke_px

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.roll(self._inner.predict(grey), 1, axis=0)  # curve 2, background, curve 1


def masks_of(window: Window, predictor: Predictor, stroke_px: float) -> NDArray[np.uint8]:
    """Return background, curve 1 and curve 2 in 255 parts over a window, by the road `digitise` takes.

    Parameters
    ----------
    predictor
        The model; asked twice for each tile, so a `RememberedPredictor` saves half the time.
    stroke_px
        The window's measured stroke width.

    Returns
    -------
    ``(3, h, w)`` uint8, zero off ink; the slots are the window's own.
    """
    curves, turned = (_planes(window, each, stroke_px) for each in (predictor, _TurnedPredictor(predictor)))
    masks = np.concatenate((turned[:1], curves))
    return masks[[0, 2, 1]] if window.exchanged else masks


def _planes(window: Window, predictor: Predictor, stroke_px: float) -> NDArray[np.uint8]:
    """Return the second and third output over the window, ``(2, h, w)`` uint8, in canonical order."""
    segmenter = TrackSegmenter(
        read=reader(window.grey), scan_width=window.grey.shape[1], geometry=window.geometry, stroke_px=stroke_px,
        predictor=predictor, exchanged=False, lines_apart=False,
    )  # fmt: skip
    out = np.zeros((2, *window.grey.shape), np.uint8)
    for index in range(len(segmenter.tiles)):
        band = segmenter.run(index)
        place = (slice(band.rows.start, band.rows.stop), slice(band.col0, band.col0 + band.p1.shape[1]))
        out[0][place], out[1][place] = band.p1, band.p2
    return out
