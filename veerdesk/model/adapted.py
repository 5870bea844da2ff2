"""AdaptedPredictor: a model with one track's delta on it, put together when it is first asked.

Separate because a window makes one for every track that has learned something, on the thread that must not wait.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from veerdesk.segmentation.predictor import Predictor, Seeing


class AdaptedPredictor:
    """A predictor known by name and digest at once, whose network is built by the first prediction."""

    def __init__(self, base: Predictor, digest: str, build: Callable[[], Predictor]) -> None:
        self._base, self._digest, self._build = base, digest, build
        self._built: Predictor | None = None

    @property
    def name(self) -> str:
        """Name and version for people."""
        return f"{self._base.name} + learned"

    @property
    def digest(self) -> str:
        """Digest of model and delta together, hexadecimal."""
        return self._digest

    @property
    def device(self) -> str:
        """Where it computes: ``cpu``, ``cuda`` or ``mps``."""
        return self._base.device

    @property
    def stroke_px(self) -> float:
        """Stroke width in px that the model was trained to see."""
        return self._base.stroke_px

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return P(background), P(curve 1), P(curve 2): ``(h, w)`` uint8, 255 paper -> ``(3, h, w)`` float32."""
        return self._ready().predict(grey)

    def predict_seen(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8] | None]:
        """Return what `predict` returns, and what is seen along the rows, as the model itself has it."""
        built = self._ready()
        return built.predict_seen(grey) if isinstance(built, Seeing) else (built.predict(grey), None)

    def _ready(self) -> Predictor:
        if self._built is None:
            self._built = self._build()
        return self._built
