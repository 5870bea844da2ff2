"""presence_net: how likely each curve is on the paper, from what the model sees along the track and how both were followed.

Separate because it is a small network of its own, fitted on rendered logs (``training.presence_fit``), and is computed here
cell by cell in one fixed order: a part judged again gives the very numbers that the whole gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from veerdesk.resources import damaged
from veerdesk.segmentation.sight import NUMBERS, presence_file, presence_header
from veerdesk.tracing.compiled import compiled
from veerdesk.tracing.costs import RUNS
from veerdesk.tracing.moves import GAP, HIDDEN
from veerdesk.tracing.runs import HI, INKED, LO, SHARE

#: What is told of a curve in each cell, and of both together.
_OF_CURVE, _OF_BOTH = 9, 2
FOLLOWED = 2 * _OF_CURVE + _OF_BOTH
#: Cells that each layer looks up and down; the sum is how far a cell's answer reaches.
REACHES = (1, 2, 4, 8, 16)
REACH = sum(REACHES)
#: Widths, slopes and distances beyond these tell no more, strokes.
_BROADEST, _STEEPEST, _FARTHEST, _BESIDE = 5.0, 3.0, 20.0, 2.0


@dataclass(frozen=True, slots=True)
class PresenceNet:
    """The fitted numbers: ``of`` is the digest of the model's weights that they belong to.

    ``step`` is what one of a cell's 255 parts is worth, ``least`` the answer from which on a curve is rather present than
    not, and ``change`` what it costs to come or to go (``cell_states``). Arrays are float32, laid out as `answers` takes them.
    """

    of: str
    step: float
    least: float
    change: float
    followed: NDArray[np.float32]
    near: NDArray[np.float32]
    near_bias: NDArray[np.float32]
    mix: NDArray[np.float32]
    mix_bias: NDArray[np.float32]
    tell: NDArray[np.float32]
    tell_bias: NDArray[np.float32]


@cache
def shipped_net() -> PresenceNet:
    """Return the numbers that ship.

    Raises
    ------
    UnusableInputError
        Their file is damaged.
    """
    path, header = presence_file(), presence_header()
    try:
        with safe_open(path, framework="numpy") as file:
            arrays = {key: np.ascontiguousarray(file.get_tensor(key), np.float32) for key in file.keys()}  # noqa: SIM118
        names = ("followed", "near", "near_bias", "mix", "mix_bias", "tell", "tell_bias")
        numbers = [arrays[name] for name in names]
    except (OSError, SafetensorError, KeyError) as error:
        raise damaged(path, error) from error
    return PresenceNet(header["of"], header["step"], header["least"], header["change"], *numbers)


@compiled
def cell_rows(at: NDArray[np.int64], cell: int, rows: int) -> tuple[int, int]:
    """Return the rows ``[a, b)`` that are nearer to a cell than to any other."""
    a = 0 if cell == 0 else (at[cell - 1] + at[cell] + 1) // 2
    b = rows if cell == len(at) - 1 else (at[cell] + at[cell + 1] + 1) // 2
    return a, b


@compiled
def follow(
    on: NDArray[np.int8], ink: NDArray[np.int32], at: NDArray[np.int64], turned: NDArray[np.bool_], stroke: float,
    first: int, last: int, told: NDArray[np.float32],
) -> None:  # fmt: skip
    """Fill ``told`` ``(k, FOLLOWED)`` for the cells ``[first, last)``: how both curves were followed, means over a cell's rows.

    Curves stand in the network's order: ``turned`` ``(k,)`` are the cells in which the slots stand the other way round.
    """
    n = on.shape[0]
    for cell in range(first, last):
        a, b = cell_rows(at, cell, n)
        told[cell, :] = 0.0
        for row in range(a, b):
            for seen in range(2):
                curve = 1 - seen if turned[cell] else seen
                number, k = on[row, curve], seen * _OF_CURVE
                width = min((ink[row, curve, HI] - ink[row, curve, LO] + 1) / stroke, _BROADEST)
                if number == GAP:
                    told[cell, k + 2] += 1.0
                elif number == HIDDEN:
                    told[cell, k + 3] += 1.0
                    told[cell, k + 6] += width
                    told[cell, k + 7] += width
                else:
                    is_own = number // RUNS == curve
                    share = ink[row, curve, SHARE] / 255.0
                    told[cell, k + (0 if is_own else 1)] += 1.0
                    told[cell, k + 4] += share if is_own else 1.0 - share
                    told[cell, k + 5] += ink[row, curve, INKED] / 255.0
                    told[cell, k + 6] += width
                    if row > 0 and on[row - 1, curve] >= 0:
                        moved = ink[row, curve, LO] + ink[row, curve, HI]
                        moved -= ink[row - 1, curve, LO] + ink[row - 1, curve, HI]
                        told[cell, k + 8] += min(abs(moved) / (2.0 * stroke), _STEEPEST)
            if on[row, 0] >= 0 and on[row, 1] >= 0:
                apart = ink[row, 0, LO] + ink[row, 0, HI] - ink[row, 1, LO] - ink[row, 1, HI]
                apart = abs(apart) / (2.0 * stroke)
                told[cell, 2 * _OF_CURVE] += min(apart, _FARTHEST) / _FARTHEST
                told[cell, 2 * _OF_CURVE + 1] += min(apart, _BESIDE)
        for k in range(FOLLOWED):
            told[cell, k] /= max(1, b - a)


@compiled
def _layer(
    x: NDArray[np.float32], reach: int, near: NDArray[np.float32], near_bias: NDArray[np.float32],
    mix: NDArray[np.float32], mix_bias: NDArray[np.float32], out: NDArray[np.float32],
) -> None:  # fmt: skip
    """Fill ``out``: each cell with what it and those ``reach`` above and below say; beyond the ends stands nought."""
    cells, width = x.shape
    inner = np.empty(width, np.float32)
    for cell in range(cells):
        inner[:] = near_bias
        for tap in range(3):
            other = cell + (tap - 1) * reach
            if 0 <= other < cells:
                for k in range(width):
                    value = x[other, k]
                    for j in range(width):
                        inner[j] += value * near[tap, k, j]
        for j in range(width):
            out[cell, j] = x[cell, j] + mix_bias[j]
        for k in range(width):
            value = max(inner[k], np.float32(0.0))
            for j in range(width):
                out[cell, j] += value * mix[k, j]
        for j in range(width):
            out[cell, j] = max(out[cell, j], np.float32(0.0))


@compiled
def _answers(
    cells: NDArray[np.uint8], told: NDArray[np.float32], turned: NDArray[np.bool_], step: float,
    followed: NDArray[np.float32], near: NDArray[np.float32], near_bias: NDArray[np.float32],
    mix: NDArray[np.float32], mix_bias: NDArray[np.float32], tell: NDArray[np.float32], tell_bias: NDArray[np.float32],
) -> NDArray[np.float32]:  # fmt: skip
    count = len(cells)
    x, y = np.empty((count, NUMBERS), np.float32), np.empty((count, NUMBERS), np.float32)
    for cell in range(count):
        for j in range(NUMBERS):
            x[cell, j] = np.float32((np.int64(cells[cell, j + 1]) - 128) * step)
        for k in range(FOLLOWED):
            for j in range(NUMBERS):
                x[cell, j] += told[cell, k] * followed[k, j]
        for j in range(NUMBERS):
            x[cell, j] = max(x[cell, j], np.float32(0.0))
    for layer in range(len(REACHES)):
        _layer(x, REACHES[layer], near[layer], near_bias[layer], mix[layer], mix_bias[layer], y)
        x, y = y, x
    out = np.empty((count, 2), np.float32)
    for cell in range(count):
        for seen in range(2):
            total = tell_bias[seen]
            for j in range(NUMBERS):
                total += x[cell, j] * tell[j, seen]
            out[cell, 1 - seen if turned[cell] else seen] = total
    return out


def answers(
    net: PresenceNet, cells: NDArray[np.uint8], told: NDArray[np.float32], turned: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return ``(k, 2)`` float32: the log of the odds that each curve is on the paper, slot by slot as the track has them.

    Parameters
    ----------
    cells
        ``(k, FIELDS)`` uint8 (``segmentation.sight``); true to the whole but for `REACH` cells at each end that is no end.
    told
        ``(k, FOLLOWED)`` float32, as `follow` fills it.
    turned
        ``(k,)`` bool: cells in which the slots stand the other way round than the network's.
    """
    arrays = net.followed, net.near, net.near_bias, net.mix, net.mix_bias, net.tell, net.tell_bias
    out: NDArray[np.float32] = _answers(cells, told, turned, net.step, *arrays)
    return out
