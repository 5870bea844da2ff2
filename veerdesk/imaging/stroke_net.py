"""stroke_net: which of the widths that a track's ink shows is that of its curves, by a small network fitted on rendered tracks.

Separate because it is fitted elsewhere (``training.stroke_fit``): here are its numbers, and what they make of counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from veerdesk.imaging.stroke_counts import NARROWEST_PX, STEPS, STEPS_AN_OCTAVE, WAYS, step_of
from veerdesk.resources import damaged, resource

#: Of the file with the fitted numbers; raised when a reader of this version could not use it.
FORMAT = "veerdesk-stroke-2"
#: Channels of the input: the counts, the place on the axis, and that place seen from the track's width.
CHANNELS = WAYS + 2
#: What is told of the whole track: how much ink each way of counting found, and the track's width.
WHOLE = WAYS + 1
#: Of each layer: steps between its five taps.
SPREADS = (1, 2, 4)
#: Steps around a place that are one width, and their weights.
_ONE_WIDTH = np.array([0.5, 1.0, 1.0, 1.0, 0.5])
#: Steps around the likeliest place of which the width is the mean.
_MEAN_STEPS = 3


@dataclass(frozen=True, slots=True)
class StrokeNet:
    """The fitted numbers, float32: ``taps`` ``(out, in, 5)`` of the three layers and what is added to each of their places."""

    taps: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
    biases: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
    whole: NDArray[np.float32]
    mean: NDArray[np.float32]
    tell: NDArray[np.float32]


def stroke_file() -> Path:
    """Return the file of the fitted numbers, as it ships."""
    return resource("models", "stroke-width.safetensors")


@cache
def shipped_stroke_net() -> StrokeNet:
    """Return the numbers that ship.

    Raises
    ------
    UnusableInputError
        Their file is missing or damaged.
    """
    path = stroke_file()
    try:
        with safe_open(path, framework="numpy") as file:
            if (file.metadata() or {})["format"] != FORMAT:
                raise KeyError("format")
            arrays = {key: np.asarray(file.get_tensor(key), np.float32) for key in file.keys()}  # noqa: SIM118
        taps, biases = (tuple(arrays[f"{name}.{k}"] for k in range(3)) for name in ("taps", "bias"))
        return StrokeNet(taps, biases, arrays["whole"], arrays["mean"], arrays["tell"])  # type: ignore[arg-type]
    except (OSError, SafetensorError, KeyError) as error:
        raise damaged(path, error) from error


def told(counts: NDArray[np.float64], track_px: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what the network is shown: ``(CHANNELS, STEPS)``, and of the whole track ``(WHOLE,)``, both float32."""
    sums = counts.sum(axis=1, keepdims=True)
    at = np.arange(STEPS) / STEPS
    from_track = float(step_of(track_px)) / STEPS
    shown = np.concatenate((np.sqrt(counts / np.maximum(sums, 1.0)), at[None], (from_track - at)[None]))
    whole = np.concatenate((np.log1p(sums[:, 0]) / 12.0, [from_track]))
    return shown.astype(np.float32), whole.astype(np.float32)


def step_odds(net: StrokeNet, counts: NDArray[np.float64], track_px: float) -> NDArray[np.float32]:
    """Return ``(STEPS,)`` float32: the log of how likely each width is, but for a constant.

    Parameters
    ----------
    counts
        ``(WAYS, STEPS)``, as `stroke_counts.count_strokes` gives them.
    track_px
        The track's width.
    """
    shown, whole = told(counts, track_px)
    x = np.maximum(_layer(shown, net.taps[0], net.biases[0], SPREADS[0]) + (net.whole @ whole)[:, None], 0.0)
    x = np.maximum(x + _layer(x, net.taps[1], net.biases[1], SPREADS[1]), 0.0)
    mean = net.mean @ x.mean(axis=1)
    x = np.maximum(x + _layer(x, net.taps[2], net.biases[2], SPREADS[2]) + mean[:, None], 0.0)
    return np.asarray(net.tell @ x, np.float32)


def likeliest_px(odds: NDArray[np.float32]) -> float:
    """Return the likeliest width, px: the mean around the fullest place, widths beside each other being one width."""
    likely = np.exp(odds.astype(np.float64) - float(odds.max()))
    fullest = int(np.argmax(np.convolve(likely, _ONE_WIDTH, "same")))
    first, last = max(0, fullest - _MEAN_STEPS), min(STEPS, fullest + _MEAN_STEPS + 1)
    around = likely[first:last]
    mean = float((around * np.arange(first, last)).sum() / around.sum())
    return float(NARROWEST_PX * 2.0 ** (mean / STEPS_AN_OCTAVE))


def _layer(
    x: NDArray[np.float32], taps: NDArray[np.float32], bias: NDArray[np.float32], spread: int
) -> NDArray[np.float32]:
    """Return each place with what those around it say, nought standing beyond the ends: ``(in, STEPS)`` to ``(out, STEPS)``."""
    width = taps.shape[2] // 2
    wide = np.pad(x, ((0, 0), (width * spread, width * spread)))
    out = np.repeat(bias[:, None], x.shape[1], axis=1)
    for tap in range(taps.shape[2]):
        out += taps[:, :, tap] @ wide[:, tap * spread : tap * spread + x.shape[1]]
    return out
