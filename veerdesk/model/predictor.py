"""TorchPredictor: the shipped network behind the Predictor protocol.

Separate because this is where a device is chosen and the only road from weights to probabilities.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from veerdesk.errors import UnusableInputError
from veerdesk.model.checkpoint import read_checkpoint, rebuild
from veerdesk.model.network import STRIDE, OwnerNet, fused
from veerdesk.resources import resource

DeviceChoice = Literal["auto", "cpu", "cuda", "mps"]
SHIPPED = "veerdesk-v1"
#: bfloat16 is taken only where this share of pixels keeps its class.
MIN_AGREEMENT = 0.999


class TorchPredictor:
    """The network on one device; each call is independent of the ones before it."""

    def __init__(self, network: OwnerNet, *, name: str, digest: str, stroke_px: float, device: str) -> None:
        self._name, self._digest, self._stroke_px, self._device = name, digest, stroke_px, device
        self._network = fused(network).to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._half: torch.dtype | None = None
        if device == "cuda" or (device == "cpu" and _has_bf16()):
            self._half = _trusted_half(self._network, device)

    @property
    def name(self) -> str:
        """Name and version for people."""
        return self._name

    @property
    def digest(self) -> str:
        """SHA-256 of the weights file, hexadecimal."""
        return self._digest

    @property
    def device(self) -> str:
        """Where it computes: ``cpu``, ``cuda`` or ``mps``."""
        return self._device

    @property
    def stroke_px(self) -> float:
        """Stroke width in px that the model was trained to see."""
        return self._stroke_px

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return P(background), P(curve 1), P(curve 2): ``(h, w)`` uint8, 255 paper -> ``(3, h, w)`` float32."""
        height, width = grey.shape
        if not grey.size:
            return np.zeros((3, height, width), np.float32)
        ink = torch.from_numpy(np.float32(1.0) - grey.astype(np.float32) / np.float32(255.0))
        padded = functional.pad(ink, (0, -width % STRIDE, 0, -height % STRIDE))[None, None]
        out = self._shares(padded)
        return np.ascontiguousarray(out[:, :height, :width].cpu().numpy())

    def _shares(self, ink: Tensor) -> Tensor:
        """``(1, 1, h, w)`` -> ``(3, h, w)``; a window too large for the device's memory is computed on the CPU."""
        try:
            return _shares(self._network, ink.to(self._device), self._half)
        except torch.OutOfMemoryError:
            if self._device == "cpu":
                raise
            self._network, self._device, self._half = self._network.cpu(), "cpu", None
            return _shares(self._network, ink, None)


def load_predictor(path_or_name: str | None = None, device: DeviceChoice = "auto") -> TorchPredictor:
    """Return the model of that path or bundled name; None is the shipped one.

    Raises
    ------
    UnusableInputError
        No such model, a damaged or foreign file, an independent one, or a device this machine does not have.
    """
    path = _model_path(path_or_name or SHIPPED)
    weights, header, digest = read_checkpoint(path)
    if header.target != "exclusive":
        raise UnusableInputError(
            f"The model {path} was trained with independent masks, in which one pixel can have two owners.",
            "Use it with `evaluate` only, or train with --target exclusive.",
        )
    network = rebuild(path, weights, header)
    chosen = chosen_device(device)
    return TorchPredictor(network, name=header.name, digest=digest, stroke_px=header.stroke_px, device=chosen)


def chosen_device(device: DeviceChoice) -> str:
    """Return a device that is there: ``auto`` takes cuda, then mps, then cpu.

    Raises
    ------
    UnusableInputError
        The named device is not there.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return next(name for name, is_there in there.items() if is_there)
    if not there.get(device, False):
        raise UnusableInputError(f"This machine has no {device} device.", "Use --device auto or --device cpu.")
    return device


def use_threads(threads: int | None = None) -> int:
    """Let torch use that many threads (None: every core this process may run on) and return the number."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        cores = os.cpu_count() or 1
    count = max(1, threads if threads is not None else cores)
    torch.set_num_threads(count)
    return count


def _model_path(path_or_name: str) -> Path:
    path = Path(path_or_name)
    if path.suffix == ".safetensors" or path.exists() or len(path.parts) > 1:
        return path
    return resource("models", f"{path_or_name}.safetensors")


def _has_bf16() -> bool:
    """True where the CPU multiplies bfloat16 itself; elsewhere it is emulated and slower."""
    check = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(check()) if check is not None else False


def _trusted_half(network: OwnerNet, device: str) -> torch.dtype | None:
    """Return bfloat16 where it is faster on this machine and gives the same classes, else None."""
    generator = torch.Generator().manual_seed(7)
    strokes = (torch.rand(1, 1, 384, 256, generator=generator) > 0.9).float()
    sample = functional.max_pool2d(strokes, (9, 3), 1, (4, 1)).to(device)
    answers: list[Tensor] = []
    times: list[float] = []
    for half in (None, torch.bfloat16):
        _shares(network, sample, half)
        start = time.perf_counter()
        answers.append(_shares(network, sample, half).argmax(0).cpu())
        times.append(time.perf_counter() - start)
    agreement = float((answers[0] == answers[1]).float().mean())
    return torch.bfloat16 if agreement >= MIN_AGREEMENT and times[1] < times[0] else None


def _shares(network: OwnerNet, ink: Tensor, half: torch.dtype | None) -> Tensor:
    """``(1, 1, h, w)`` -> ``(3, h, w)`` float32 probabilities."""
    with torch.inference_mode():
        ready = ink.contiguous(memory_format=torch.channels_last)
        if half is None:
            logits = network(ready)
        else:
            with torch.autocast(ready.device.type, dtype=half):
                logits = network(ready)
        return logits[0].float().softmax(0)  # type: ignore[no-any-return]
