"""How right an answer is: overlap of pixels, of pixels at crossings, and of traced rows.

Separate because training, adapting and the command line must count alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2
from veerdesk.labels.classes import IGNORE

#: Two people's pixels agree within this (product figures: 95.6 % of rows within 2 px).
TOLERANCE_PX = 2
#: Rows above and below a crossing that count as its zone.
CROSSING_ROWS = 16


@dataclass(frozen=True, slots=True)
class PixelCounts:
    """Pixels of one class: in both, in the answer, in the truth; and those of each within 2 px of the other's."""

    both: int = 0
    answered: int = 0
    true: int = 0
    answered_near: int = 0
    true_near: int = 0

    def __add__(self, other: PixelCounts) -> PixelCounts:
        return PixelCounts(
            self.both + other.both,
            self.answered + other.answered,
            self.true + other.true,
            self.answered_near + other.answered_near,
            self.true_near + other.true_near,
        )

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; NaN where the class is in neither."""
        return 2.0 * self.both / (self.answered + self.true) if self.answered + self.true else float("nan")

    @property
    def iou(self) -> float:
        """Intersection over union; NaN where the class is in neither."""
        union = self.answered + self.true - self.both
        return self.both / union if union else float("nan")

    @property
    def f1_near(self) -> float:
        """F1 that forgives 2 px; NaN where the class is in neither."""
        if not self.answered + self.true:
            return float("nan")
        precision, recall = self.answered_near / max(1, self.answered), self.true_near / max(1, self.true)
        return 2.0 * precision * recall / max(1e-9, precision + recall)


def count_pixels(
    answer: NDArray[np.uint8], truth: NDArray[np.uint8], inside: NDArray[np.bool_] | None = None
) -> tuple[PixelCounts, PixelCounts]:
    """Return the counts of curve 1 and curve 2.

    Parameters
    ----------
    answer, truth
        ``(h, w)`` uint8 0..2; truth 255 is not counted.
    inside
        ``(h, w)`` bool, where to count; None is everywhere.
    """
    counted = truth != IGNORE
    if inside is not None:
        counted &= inside
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * TOLERANCE_PX + 1, 2 * TOLERANCE_PX + 1))
    out: list[PixelCounts] = []
    for cls in (1, 2):
        ours, theirs = (answer == cls) & counted, (truth == cls) & counted
        near_ours, near_theirs = (cv2.dilate(m.astype(np.uint8), disc) > 0 for m in (ours, theirs))
        out.append(
            PixelCounts(
                int((ours & theirs).sum()),
                int(ours.sum()),
                int(theirs.sum()),
                int((ours & near_theirs).sum()),
                int((theirs & near_ours).sum()),
            )
        )
    return out[0], out[1]


def crossing_zone(shape: tuple[int, int], rows: Sequence[int]) -> NDArray[np.bool_]:
    """Return True on the rows within 16 of a crossing, ``shape`` bool."""
    zone = np.zeros(shape, np.bool_)
    for row in rows:
        zone[max(0, row - CROSSING_ROWS) : row + CROSSING_ROWS + 1] = True
    return zone


def traced_within(x: NDArray[np.float64], truth: NDArray[np.float64], width_px: float) -> NDArray[np.float64]:
    """Return, for both slots, the share of rows traced within 1 % of the track's width; NaN where a slot has no truth.

    Parameters
    ----------
    x, truth
        ``(2, n)`` float64 columns in px, NaN where absent; a missing answer is a miss.
    """
    known = np.isfinite(truth)
    right = known & (np.abs(np.nan_to_num(x, nan=np.inf) - np.nan_to_num(truth)) <= 0.01 * width_px)
    rows = known.sum(1)
    return np.where(rows > 0, right.sum(1) / np.maximum(rows, 1), np.nan)


def share_exchanged(x: NDArray[np.float64], truth: NDArray[np.float64], width_px: float) -> float:
    """Return the share of rows with two curves well apart on which the answers stand exchanged; NaN where none is."""
    near = 0.01 * width_px
    both = np.isfinite(truth).all(0) & (np.abs(truth[0] - truth[1]) > 4 * near)
    if not both.any():
        return float("nan")
    with np.errstate(invalid="ignore"):
        swapped = (np.abs(x[0] - truth[1]) <= 2 * near) & (np.abs(x[1] - truth[0]) <= 2 * near)
    return float(swapped[both].mean())
