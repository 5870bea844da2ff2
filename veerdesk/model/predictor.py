"""TorchPredictor: the shipped network behind the Predictor protocol.

Separate because this is where a device is chosen and the only road from weights to probabilities.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from veerdesk.errors import UnusableInputError
from veerdesk.model.adapted import AdaptedPredictor
from veerdesk.model.checkpoint import WeightsHeader, read_checkpoint, rebuild
from veerdesk.model.delta import delta_digest, digest_with, read_delta
from veerdesk.model.network import STRIDE, OwnerNet, fused
from veerdesk.model.sight import RowSight, gather, gathered, row_sight
from veerdesk.resources import resource
from veerdesk.segmentation.predictor import Predictor

DeviceChoice = Literal["auto", "cpu", "cuda", "mps"]
SHIPPED = "veerdesk-v3"
#: bfloat16 is taken only where this share of pixels keeps its class.
MIN_AGREEMENT = 0.999


class TorchPredictor:
    """The network on one device; each call is independent of the ones before it.

    ``half`` is bfloat16 where the network computes in it, None where it computes in float32.
    """

    def __init__(
        self,
        network: OwnerNet,
        header: WeightsHeader,
        *,
        digest: str,
        device: str,
        path: Path | None = None,
        sight: RowSight | None = None,
    ) -> None:
        self._name, self._digest, self._stroke_px, self._device = header.name, digest, header.stroke_px, device
        self._path, self._sight = path, sight
        self._is_exclusive = header.target == "exclusive"
        self._network = fused(network).to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.half: torch.dtype | None = None
        if has_half(device):
            self.half = _trusted_half(self._network, device)

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

    def with_delta(self, data: bytes) -> Predictor | None:
        """Return the model with a delta on it; None where the delta was made for another model.

        Raises
        ------
        UnusableInputError
            The delta is damaged.
        """
        path, delta = self._path, read_delta(data)
        if path is None or delta.base != self._digest:
            return None
        digest = digest_with(self._digest, delta_digest(data))

        def build() -> TorchPredictor:
            weights, header, _ = read_checkpoint(path)
            network = rebuild(path, delta.on(weights), header)
            return TorchPredictor(network, header, digest=digest, device=self._device, sight=self._sight)

        return AdaptedPredictor(self, digest, build)

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return P(background), P(curve 1), P(curve 2): ``(h, w)`` uint8, 255 paper -> ``(3, h, w)`` float32.

        Only an independent model, which `load_predictor` refuses, gives shares that do not sum to one.
        """
        return self._looked_at(grey)[0]

    def predict_seen(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8] | None]:
        """Return what `predict` returns, and the numbers of each cell: None for weights that nobody reads these of."""
        if self._sight is None:
            return self.predict(grey), None
        shares, along = self.look(grey)
        return shares, self._sight.numbers(along)

    def look(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what `predict` returns, and what is seen along the rows, ``(ceil(h / 16), gathered)`` float32 (``model.sight``)."""
        shares, seen = self._looked_at(grey)
        if not grey.size:
            return shares, np.zeros((0, gathered(self._network.spec)), np.float32)
        return shares, gather(*seen).cpu().numpy()

    def _looked_at(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], tuple[Tensor, ...]]:
        """Return what `predict` returns, and the arguments of `gather`."""
        height, width = grey.shape
        if not grey.size:
            return np.zeros((3, height, width), np.float32), ()
        ink = torch.from_numpy(np.float32(1.0) - grey.astype(np.float32) / np.float32(255.0))
        padded = functional.pad(ink, (0, -width % STRIDE, 0, -height % STRIDE))[None, None]
        logits, deep, middle = self._looked(padded)
        out = logits.softmax(0) if self._is_exclusive else logits.sigmoid()
        return np.ascontiguousarray(out[:, :height, :width].cpu().numpy()), (out, deep, middle)

    def _looked(self, ink: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits and what was seen on the way; a window too large for the device's memory is computed on the CPU."""
        try:
            return _looked(self._network, ink.to(self._device), self.half)
        except torch.OutOfMemoryError:
            if self._device == "cpu":
                raise
            self._network, self._device, self.half = self._network.cpu(), "cpu", None
            return _looked(self._network, ink, None)


def load_predictor(path_or_name: str | None = None, device: DeviceChoice = "auto") -> TorchPredictor:
    """Return the model of that path or bundled name, ready for people's logs; None is the shipped one.

    Raises
    ------
    UnusableInputError
        No such model, a damaged or foreign file, an independent one, or a device this machine does not have.
    """
    predictor, header, path = open_model(path_or_name, device)
    if header.target != "exclusive":
        raise UnusableInputError(
            f"The model {path} was trained with independent masks, in which one pixel can have two owners.",
            "Use it with `evaluate` only, or train with --target exclusive.",
        )
    return predictor


def open_model(path_or_name: str | None, device: DeviceChoice) -> tuple[TorchPredictor, WeightsHeader, Path]:
    """Return any model of this program, exclusive or not, with its header and path: for comparisons only.

    Raises
    ------
    UnusableInputError
        No such model, a damaged or foreign file, or a device this machine does not have.
    """
    path = model_path(path_or_name or SHIPPED)
    weights, header, digest = read_checkpoint(path)
    network = rebuild(path, weights, header)
    there, sight = chosen_device(device), row_sight(digest)
    return TorchPredictor(network, header, digest=digest, device=there, path=path, sight=sight), header, path


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


def model_path(path_or_name: str) -> Path:
    """Return the file of a model: the path itself, or the bundled one of that name."""
    path = Path(path_or_name)
    if path.suffix == ".safetensors" or path.exists() or len(path.parts) > 1:
        return path
    return resource("models", f"{path_or_name}.safetensors")


def has_half(device: str) -> bool:
    """Return True where the device (``cpu``, ``cuda`` or ``mps``) multiplies bfloat16 itself; other CPUs emulate it, slower."""
    if device != "cpu":
        return device == "cuda"
    check = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(check()) if check is not None else False


def _trusted_half(network: OwnerNet, device: str) -> torch.dtype | None:
    """Return bfloat16 where it gives the same classes, else None.

    Never by the clock: two processes on one busy machine chose differently, and gave one track two answers.
    """
    generator = torch.Generator().manual_seed(7)
    strokes = (torch.rand(1, 1, 384, 256, generator=generator) > 0.9).float()
    sample = functional.max_pool2d(strokes, (9, 3), 1, (4, 1)).to(device)
    answers = [_looked(network, sample, half)[0].argmax(0).cpu() for half in (None, torch.bfloat16)]
    agreement = float((answers[0] == answers[1]).float().mean())
    return torch.bfloat16 if agreement >= MIN_AGREEMENT else None


def _looked(network: OwnerNet, ink: Tensor, half: torch.dtype | None) -> tuple[Tensor, Tensor, Tensor]:
    """Return what `OwnerNet.looked` gives for ``(1, 1, h, w)``, without the first axis; logits ``(3, h, w)`` float32."""
    with torch.inference_mode():
        ready = ink.contiguous(memory_format=torch.channels_last)
        if half is None:
            logits, deep, middle = network.looked(ready)
        else:
            with torch.autocast(ready.device.type, dtype=half):
                logits, deep, middle = network.looked(ready)
        return logits[0].float(), deep[0], middle[0]
