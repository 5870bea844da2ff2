"""The one place that puts real parts together: which model, on which device.

Separate because the session and everything below it must not reach torch, and the window must appear before it loads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from veerdesk.segmentation.predictor import Predictor

Device = Literal["auto", "cpu", "cuda", "mps"]


def lazy_predictor(model: str | None = None, device: str = "auto") -> Callable[[], Predictor]:
    """Return a function that loads the model when it is first called and gives the same one ever after.

    Parameters
    ----------
    model
        Name of a bundled model or path of a ``.safetensors`` file; None is the shipped one.
    device
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    """
    held: list[Predictor] = []

    def predictor() -> Predictor:
        if not held:
            from veerdesk.model.predictor import load_predictor, use_threads

            use_threads(None)
            held.append(load_predictor(model, cast(Device, device)))
        return held[0]

    return predictor
