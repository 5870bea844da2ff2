"""Predictor: what a model must be able to do for the rest of the house.

Separate so that nothing above ``model`` knows which library computes the answer.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


class Predictor(Protocol):
    """A three-class model for windows whose strokes are about ``stroke_px`` wide."""

    @property
    def name(self) -> str:
        """Name and version for people, such as ``shipped v1``."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the weights, hexadecimal."""
        ...

    @property
    def device(self) -> str:
        """Where it computes: ``cpu``, ``cuda`` or ``mps``."""
        ...

    @property
    def stroke_px(self) -> float:
        """Stroke width in px that the model was trained to see."""
        ...

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return P(background), P(curve 1), P(curve 2) of each pixel.

        Parameters
        ----------
        grey
            ``(h, w)`` uint8, 255 is paper. Any h and w.

        Returns
        -------
        ``(3, h, w)`` float32 that sums to one over the first axis, slots in canonical order (CONTRACT, Who is who).
        """
        ...


@runtime_checkable
class Adaptable(Protocol):
    """A predictor that what was learned of one look can be put on (``session.learning``)."""

    def with_delta(self, data: bytes) -> Predictor | None:
        """Return the model with a delta on it; None where the delta was made for another model."""
        ...


@runtime_checkable
class Seeing(Protocol):
    """A predictor that tells what it sees along the rows as well (``segmentation.sight``)."""

    def predict_seen(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8] | None]:
        """Return what `Predictor.predict` returns, and the numbers of each cell from the top.

        They are ``(ceil(h / CELL_PX), NUMBERS)`` uint8; None where these weights have nobody who reads them.
        """
        ...


def adapted(predictor: Predictor, delta: bytes | None) -> Predictor:
    """Return the predictor with a delta on it, or itself where there is none or it belongs to another model."""
    if delta is None or not isinstance(predictor, Adaptable):
        return predictor
    return predictor.with_delta(delta) or predictor
