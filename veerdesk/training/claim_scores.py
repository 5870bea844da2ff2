"""What claims are worth: overlap of each curve, pixels claimed twice and pixels nobody claims, at crossings and elsewhere.

Separate because `metrics` counts classes, of which a pixel has one, and claims may overlap.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.labels.classes import IGNORE
from veerdesk.training.metrics import PixelCounts


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """Pixels of one region, all of them known.

    ``both_k``: claimed for curve k and its own; ``claimed_k``; ``true_k``; ``any`` and ``twice``: claimed for a curve, for
    both; ``unclaimed``: a curve's own and claimed for neither.
    """

    both_1: int = 0
    both_2: int = 0
    claimed_1: int = 0
    claimed_2: int = 0
    true_1: int = 0
    true_2: int = 0
    any: int = 0
    twice: int = 0
    unclaimed: int = 0

    def __add__(self, other: ClaimCounts) -> ClaimCounts:
        return ClaimCounts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def figures(self) -> dict[str, float]:
        """Return F1 and IoU of each curve, their means, and the shares claimed twice and by nobody; NaN where undefined.

        ``double_claimed`` is of the pixels claimed for any curve, ``unclaimed`` of the curves' own pixels.
        """
        one = PixelCounts(self.both_1, self.claimed_1, self.true_1)
        two = PixelCounts(self.both_2, self.claimed_2, self.true_2)
        return {
            "f1_1": one.f1,
            "f1_2": two.f1,
            "f1_mean": (one.f1 + two.f1) / 2,
            "iou_1": one.iou,
            "iou_2": two.iou,
            "iou_mean": (one.iou + two.iou) / 2,
            "double_claimed": self.twice / self.any if self.any else float("nan"),
            "unclaimed": self.unclaimed / (self.true_1 + self.true_2) if self.true_1 + self.true_2 else float("nan"),
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the counts by name."""
        return asdict(self)


def count_claims(
    claimed: NDArray[np.bool_], label: NDArray[np.uint8], inside: NDArray[np.bool_], zone: NDArray[np.bool_]
) -> tuple[ClaimCounts, ClaimCounts]:
    """Return the counts in the crossing zone and elsewhere.

    Parameters
    ----------
    claimed
        ``(2, h, w)`` bool, what is claimed for curve 1 and for curve 2.
    label
        ``(h, w)`` uint8 0..2; 255 is not counted.
    inside, zone
        ``(h, w)`` bool: where to count, and where the crossings are.
    """
    counted = inside & (label != IGNORE)
    return _region(claimed, label, counted & zone), _region(claimed, label, counted & ~zone)


def _region(claimed: NDArray[np.bool_], label: NDArray[np.uint8], where: NDArray[np.bool_]) -> ClaimCounts:
    one, two, truth = claimed[0][where], claimed[1][where], label[where]
    is_one, is_two, anyone = truth == 1, truth == 2, one | two
    parts = (one & is_one, two & is_two, one, two, is_one, is_two, anyone, one & two, (is_one | is_two) & ~anyone)
    return ClaimCounts(*(int(np.count_nonzero(part)) for part in parts))
