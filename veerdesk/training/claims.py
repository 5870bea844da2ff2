"""Ways to read three masks: each curve's mask alone, or one owner a pixel; at one half, or at tuned thresholds.

Separate because most of what is said for or against independent masks is said of one way to read them, and a comparison
must try the kinder ones too. Thresholds are tuned on other windows than those that are reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray

from veerdesk.labels.classes import IGNORE
from veerdesk.segmentation.decide import CURVE_PARTS, PARTS

#: ``alone``: a mask claims a pixel whatever the others say. ``tuned alone``: the same at tuned thresholds. ``argmax``: the
#: greatest of the three outputs owns it. ``tuned owner``: the likelier curve does, where it reaches its tuned threshold.
Reading = Literal["alone", "tuned alone", "argmax", "tuned owner"]
READINGS: tuple[Reading, ...] = ("alone", "tuned alone", "argmax", "tuned owner")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Least parts of 255 at which a curve's mask claims a pixel: where masks stand alone, and where one owner is asked."""

    alone: tuple[int, int] = (CURVE_PARTS, CURVE_PARTS)
    owner: tuple[int, int] = (CURVE_PARTS, CURVE_PARTS)


def claims(masks: NDArray[np.uint8], reading: Reading, tuned: Thresholds) -> NDArray[np.bool_]:
    """Return the pixels each curve claims, ``(2, h, w)`` bool.

    Parameters
    ----------
    masks
        ``(3, h, w)`` uint8 background, curve 1, curve 2 in 255 parts. A tie goes to curve 1, which owns shared ink.
    """
    one, two = masks[1], masks[2]
    if reading == "alone":
        return np.stack((one >= CURVE_PARTS, two >= CURVE_PARTS))
    if reading == "tuned alone":
        return np.stack((one >= tuned.alone[0], two >= tuned.alone[1]))
    if reading == "argmax":
        return np.stack(((one >= two) & (one > masks[0]), (two > one) & (two > masks[0])))
    if reading == "tuned owner":
        return np.stack(((one >= two) & (one >= tuned.owner[0]), (two > one) & (two >= tuned.owner[1])))
    assert_never(reading)


class ThresholdTuning:
    """Counts of true and other pixels at each level of a mask; owns the counts, and finds the thresholds of greatest F1."""

    def __init__(self) -> None:
        self._counts = np.zeros((2, 2, 2, PARTS + 1), np.int64)  # (way of reading, curve, is true, level)

    def add(self, masks: NDArray[np.uint8], label: NDArray[np.uint8], inside: NDArray[np.bool_]) -> None:
        """Count the pixels of one window.

        Parameters
        ----------
        masks
            ``(3, h, w)`` uint8.
        label
            ``(h, w)`` uint8 0..2; 255 is not counted.
        inside
            ``(h, w)`` bool, where to count.
        """
        counted = inside & (label != IGNORE)
        owner = np.where(masks[2] > masks[1], 2, 1)[counted]
        truth = label[counted]
        for curve in (1, 2):
            level = masks[curve][counted]
            for way, seen in enumerate((np.ones_like(owner, np.bool_), owner == curve)):
                for is_true in (0, 1):
                    chosen = level[seen & ((truth == curve) == bool(is_true))]
                    self._counts[way, curve - 1, is_true] += np.bincount(chosen, minlength=PARTS + 1)
            # True pixels that the other curve owns are missed at every threshold, and still true.
            missed = np.count_nonzero((owner != curve) & (truth == curve))
            self._counts[1, curve - 1, 1, 0] += missed

    def best(self) -> Thresholds:
        """Return the thresholds at which each curve's F1 is greatest; the lowest of equals."""
        ways = [(_best_level(way[0]), _best_level(way[1])) for way in self._counts]
        return Thresholds(ways[0], ways[1])


def _best_level(counts: NDArray[np.int64]) -> int:
    """Return the level 1..255 of greatest F1: ``counts`` is ``(2, 256)``, other pixels and true ones."""
    reached = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]  # at this level or above
    f1 = 2.0 * reached[1] / np.maximum(1, reached.sum(0) + counts[1].sum())
    return int(np.argmax(f1[1:])) + 1
