"""How right an answer is: overlap of pixels, of pixels at crossings, of traced rows, and of values.

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
#: Rows before and after a crossing that show whether each trace kept its curve: the nearest in which the curves are apart.
SIDE_ROWS = 10
#: A side of a crossing is looked for this far; a longer merger is two stretches and no crossing.
SIDE_REACH_ROWS = 120
#: Rows beside the start and stop of a curve in which nobody is asked whether it is absent.
END_ROWS = 5
#: Pieces of a line and gaps in it with fewer rows are short.
SHORT_ROWS = 60


@dataclass(frozen=True, slots=True)
class RowTruth:
    """Where two curves are, row by row.

    ``x``, ``low`` and ``high`` are ``(2, n)`` float64 px, NaN where absent; ``unsure`` ``(2, n)`` bool, where a person
    could not tell; ``width_px`` ``(n,)`` the track's width.
    """

    x: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    unsure: NDArray[np.bool_]
    width_px: NDArray[np.float64]


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


def row_figures(x: NDArray[np.float64], truth: RowTruth, stroke_px: float) -> dict[str, float]:
    """Return what two lines of columns are worth against the truth; NaN where there is nothing to judge.

    ``within_k``: share of the curve's rows with a column within 1 % of the track's width and 1.5 strokes of it (4 px at
    least); ``cover_k``: with a column at all; ``false_k``: share of the rows without the curve that have a column;
    ``error_median_k`` and ``error_p95_k``: percent of the track's width where there is one; ``ends_k``: places per 1,000 rows
    where the line begins or ends; ``short_k``: how many of its pieces and of the gaps between them are shorter than
    `SHORT_ROWS`, per 1,000 rows: each is a place a person looks at. A stroke that runs flat has no error inside its extent.

    Parameters
    ----------
    x
        ``(2, n)`` float64 px, NaN where absent.
    """
    out: dict[str, float] = {}
    for k, slot in enumerate("12"):
        known, got = np.isfinite(truth.x[k]), np.isfinite(x[k])
        error_px = _error_px(x[k], truth, k, stroke_px)
        near = error_px <= _tolerance_px(truth, stroke_px)
        absent = ~_grown(known, END_ROWS) & ~truth.unsure[k]
        percent = 100 * (error_px / truth.width_px)[known & got]
        out |= {
            f"within_{slot}": _share(near & got, known),
            f"cover_{slot}": _share(got, known),
            f"false_{slot}": _share(got, absent),
            f"error_median_{slot}": float(np.median(percent)) if len(percent) else float("nan"),
            f"error_p95_{slot}": float(np.percentile(percent, 95)) if len(percent) else float("nan"),
        }
        ends, short = ends_of(x[k])
        out |= {f"ends_{slot}": 1000 * ends / len(got), f"short_{slot}": 1000 * short / len(got)}
    return out


def ends_of(x: NDArray[np.float64]) -> tuple[int, int]:
    """Return where a line of columns begins or ends, and its pieces and inner gaps of fewer than `SHORT_ROWS` rows, ``(n,)``.

    >>> line = np.zeros(400)
    >>> line[100:110] = np.nan
    >>> ends_of(line)
    (4, 1)
    """
    edges = np.flatnonzero(np.diff(np.isfinite(x).astype(np.int8), prepend=0, append=0))
    return len(edges), int((np.diff(edges) < SHORT_ROWS).sum())


def identity_figures(x: NDArray[np.float64], truth: RowTruth, crossings: Sequence[int]) -> dict[str, float]:
    """Return how well two lines keep to their own curves, over the rows in which the curves are apart.

    ``swapped``: share of rows in which both stand on each other's curve; ``stolen``: in which one stands on the other's
    while its own is elsewhere; ``crossings_kept``: share of crossings with most rows right just before and just after.
    """
    apart, swapped, stolen = whose_rows(x, truth)
    wrong = swapped | stolen | ~np.isfinite(x).all(0)
    kept = [side for side in (_kept(row, apart, wrong) for row in crossings) if side is not None]
    return {
        "swapped": _share(swapped, apart),
        "stolen": _share(stolen, apart),
        "crossings": float(len(kept)),
        "crossings_kept": float(np.mean(kept)) if kept else float("nan"),
    }


def whose_rows(
    x: NDArray[np.float64], truth: RowTruth
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the rows with two curves apart, and those of them that are ``swapped`` and ``stolen``, ``(n,)`` bool each."""
    near = 0.01 * truth.width_px
    apart = np.isfinite(truth.x).all(0) & (np.abs(truth.x[0] - truth.x[1]) > 2 * near)
    with np.errstate(invalid="ignore"):
        own = np.abs(x - truth.x)
        other = np.abs(x - truth.x[::-1])
        swapped = apart & (other.sum(0) + near < own.sum(0))
        stolen = apart & ~swapped & ((other < near) & (own > 2 * near)).any(0)
    return apart, swapped, stolen


def right_rows(x: NDArray[np.float64], truth: RowTruth, stroke_px: float) -> NDArray[np.bool_]:
    """Return ``(2, n)`` bool: rows with a column near the truth, as ``within`` of `row_figures` counts them."""
    errors = np.stack([_error_px(x[k], truth, k, stroke_px) for k in range(2)])
    return np.asarray(errors <= _tolerance_px(truth, stroke_px), np.bool_)  # NaN is never near


def right_columns(
    truth: RowTruth, k: int, stroke_px: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return ``(n,)`` each, px: first and last right column of curve ``k``, one and the same but where its stroke runs flat, NaN
    where it is absent; and how far from them a column still counts as right."""
    low, high = truth.low[k], truth.high[k]
    with np.errstate(invalid="ignore"):
        flat = high - low > max(12.0, 2 * stroke_px)
    first, last = (np.where(flat, end, truth.x[k]) for end in (low, high))
    return first, last, np.broadcast_to(_tolerance_px(truth, stroke_px), first.shape)


def _kept(crossing: int, apart: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> bool | None:
    """Return True where most rows are right on both sides of a crossing; None where the curves never part on a side."""
    top = max(0, crossing - SIDE_REACH_ROWS)
    before = top + np.flatnonzero(apart[top:crossing])[-SIDE_ROWS:]
    after = crossing + 1 + np.flatnonzero(apart[crossing + 1 : crossing + 1 + SIDE_REACH_ROWS])[:SIDE_ROWS]
    if not len(before) or not len(after):
        return None
    return bool(wrong[before].mean() < 0.5 and wrong[after].mean() < 0.5)


def _tolerance_px(truth: RowTruth, stroke_px: float) -> NDArray[np.float64]:
    return np.asarray(np.minimum(0.01 * truth.width_px, max(4.0, 1.5 * stroke_px)), np.float64)


def _error_px(x: NDArray[np.float64], truth: RowTruth, k: int, stroke_px: float) -> NDArray[np.float64]:
    low, high, _ = right_columns(truth, k, stroke_px)
    return np.asarray(np.maximum(np.maximum(low - x, x - high), 0.0), np.float64)


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return float((part & whole).sum() / whole.sum()) if whole.any() else float("nan")


def _grown(rows: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    return np.asarray(np.convolve(rows, np.ones(2 * by + 1), "same") > 0, np.bool_)
