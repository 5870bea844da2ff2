"""sight: what the network sees along the rows of a tile, gathered from its depths into a few numbers a cell.

Separate because nothing of it is part of an answer's classes, and because whoever fits those numbers gathers them here too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.nn import functional

from veerdesk.model.network import NetworkSpec
from veerdesk.resources import damaged
from veerdesk.segmentation.sight import CELL_PX, presence_file, presence_header

#: Columns in which the model hardly sees a curve count this much in the mean around it.
_ELSEWHERE = 1e-4
#: Half of a cell's parts: nought.
_NOUGHT = 128


def gathered(spec: NetworkSpec) -> int:
    """Return how many numbers `gather` gives a cell."""
    deep, middle = spec.widths[3], spec.widths[2]
    return 4 * deep + 2 * middle + 4


def gather(shares: Tensor, deep: Tensor, middle: Tensor) -> Tensor:
    """Return what stands in each cell's rows: at its strongest, on the mean, and around either curve.

    Parameters
    ----------
    shares
        ``(3, h, w)`` probabilities, h and w multiples of `CELL_PX`.
    deep, middle
        ``(d, h/16, w/16)`` and ``(c, h/8, w/8)`` of `OwnerNet.looked`.

    Returns
    -------
    ``(h/16, gathered(spec))`` float32.
    """
    curves = functional.max_pool2d(shares[None, 1:].float(), CELL_PX)[0]  # (2, h/16, w/16)
    deep, middle = deep.float(), functional.max_pool2d(middle.float()[None], 2)[0]
    parts = [deep.amax(2), deep.mean(2)]
    for curve in curves:
        weight = curve.square() + _ELSEWHERE
        weight = (weight / weight.sum(1, keepdim=True))[None]
        parts += [(deep * weight).sum(2), (middle * weight).sum(2)]
    parts += [curves.amax(2), curves.sum(2) / 5.0]
    return torch.cat(parts, 0).T.contiguous()


@dataclass(frozen=True, slots=True)
class RowSight:
    """The first layer of the presence network, which the model computes: ``weight`` ``(NUMBERS, gathered)`` and ``bias``."""

    weight: Tensor
    bias: Tensor
    step: float

    def numbers(self, gathered: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Return ``(h/16, NUMBERS)`` uint8 for what `gather` gave."""
        value = functional.linear(torch.from_numpy(gathered), self.weight, self.bias)
        parts: NDArray[np.uint8] = (value / self.step + _NOUGHT).round().clamp(1, 255).to(torch.uint8).numpy()
        return parts


def row_sight(digest: str) -> RowSight | None:
    """Return what ships for the weights of that digest; None where it belongs to others.

    Raises
    ------
    UnusableInputError
        The file is damaged.
    """
    path = presence_file()
    header = presence_header()
    if header["of"] != digest:
        return None
    try:
        with safe_open(path, framework="pt") as file:
            weight, bias = file.get_tensor("gathered").float(), file.get_tensor("gathered_bias").float()
    except (OSError, SafetensorError) as error:
        raise damaged(path, error) from error
    return RowSight(weight, bias, float(header["step"]))
