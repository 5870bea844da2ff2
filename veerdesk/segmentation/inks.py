"""inks: the colours of a track's two curves, found once in a few of its tiles, and which of the two is curve 1.

Separate because a tile cannot know it: one that shows a single curve, or two of one look that the network names by their
place, agrees with the others only where all of them are asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.segmentation.colour import FINE, Coloured, coarse, fine_place, table
from veerdesk.segmentation.order import channels

#: Most tiles in which the colours of a track are looked for, spread over it.
SAMPLED_TILES = 4
#: Pixels the curves' ink must have in all of them, in sums of squared shares.
_LEAST_PIXELS = 300.0
#: Rounds in which two groups of colours settle.
_ROUNDS = 12
#: How far apart two groups of colours lie, fine cells; most of the ink that may lie midway between them, and the least in each.
_LEAST_APART, _MOST_BETWEEN, _LEAST_SHARE = 4.0, 0.1, 0.08
#: Share of the rarer group's pixels that may have the other group beside them: a fringe, or ink over a line, is no second pen.
_MOST_MIXED = 0.12
#: Most of its rows that a pen may leave without ink, and how many times broader than a hair the other pen is.
_MOST_GAPS, _BROADER = 0.7, 4.0
#: A share of curve from which ink is one.
_CURVE = 0.5
#: What a curve's darkness (natural logarithm) weighs beside what the network calls it, and the percentile that is its darkness.
_DARKNESS, _DARK_PART = 1.75, 80
#: Stated colours tell which curve is which where that makes this much of a difference, fine cells.
_LEAST_STATED = 2.0
#: The luminance of a colour's channels (ITU-R BT.601).
_LUMINANCE = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, slots=True)
class InkSample:
    """One tile: its ink that has a colour, and the network's shares of both curves there, ``(2, n)`` float64."""

    ink: Coloured
    said: NDArray[np.float64]

    @property
    def curve(self) -> NDArray[np.float64]:
        """``(n,)``: how surely each pixel is a curve's."""
        return np.asarray(np.minimum(self.said.sum(axis=0), 1.0), np.float64)


def find_inks(samples: Sequence[InkSample], stated: tuple[str, str] | None = None) -> NDArray[np.float64] | None:
    """Return how often each colour is curve 1's and curve 2's, ``(2, CELLS²)`` float64; None where colours do not tell them apart.

    Curve 1 is the first in the canonical order (CONTRACT, Who is who): by the network, which knows a dashed stroke from a
    solid one, and by the inks' darkness, which it does not see.

    Parameters
    ----------
    samples
        Tiles of the track.
    stated
        What is said of the colours of the first and the second, ``#rrggbb``; it outranks both.
    """
    counts = np.zeros(FINE * FINE)
    for sample in samples:
        counts += np.bincount(sample.ink.fine, sample.curve**2 * (sample.curve >= _CURVE), FINE * FINE)
    group = _groups(counts) if counts.sum() >= _LEAST_PIXELS else None
    if group is None or _mixed(samples, group) > _MOST_MIXED or not _are_pens(samples, group):
        return None
    first = _as_stated(counts, group, stated) if stated else None
    first = _first(samples, group) if first is None else first
    cells = coarse(np.arange(FINE * FINE))
    return np.stack([table(cells, counts * (group == k)) for k in (first, 1 - first)])


def _groups(counts: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Return the group, 0 or 1, of each fine cell, ``(FINE²,)``; None where the ink's colours are not two that lie apart."""
    at = _places()
    share = counts / counts.sum()
    middle = share @ at
    spread = (share[:, None] * (at - middle)).T @ (at - middle)
    group = ((at - middle) @ np.linalg.eigh(spread)[1][:, -1] > 0).astype(np.int64)
    for _ in range(_ROUNDS):
        mass = np.array([share[group == k].sum() for k in (0, 1)])
        if mass.min() < _LEAST_SHARE:
            return None
        centres = _centres(counts, group)
        far = ((at[:, None] - centres) ** 2).sum(axis=2)
        group = (far[:, 1] < far[:, 0]).astype(np.int64)
    axis = centres[1] - centres[0]
    along = (at - centres[0]) @ axis / max(1e-9, float(axis @ axis))
    between = share[(along > 1 / 3) & (along < 2 / 3)].sum()
    return group if np.linalg.norm(axis) >= _LEAST_APART and between <= _MOST_BETWEEN else None


def _places() -> NDArray[np.float64]:
    """Return the middle of each fine cell, ``(FINE², 2)``."""
    return np.stack(np.divmod(np.arange(FINE * FINE), FINE), axis=1) + 0.5


def _centres(counts: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean place of both groups, ``(2, 2)``."""
    weights = np.stack([counts * (group == k) for k in (0, 1)])
    return np.asarray(weights @ _places() / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9), np.float64)


def _mixed(samples: Sequence[InkSample], group: NDArray[np.int64]) -> float:
    """Return the share of the rarer group's pixels of curves that have the other group beside them, or above and below."""
    differ, pixels = np.zeros(2, np.int64), np.zeros((2, 2), np.int64)  # along rows, down columns; of either group
    for sample in samples:
        image = _image(sample, group)
        for way, (one, other) in enumerate(((image[:, :-1], image[:, 1:]), (image[:-1], image[1:]))):
            both = (one >= 0) & (other >= 0)
            pixels[way] += [int((both & (other == k)).sum()) for k in (0, 1)]
            differ[way] += int((both & (one != other)).sum())
    return float((differ / np.maximum(1, 2 * pixels.min(axis=1))).max())


def _image(sample: InkSample, group: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return the group of each pixel of the curves' ink, ``(h, w)`` int8, -1 elsewhere."""
    image = np.full(sample.ink.dark.shape, -1, np.int8)
    image[sample.ink.dark] = np.where(sample.curve >= _CURVE, group[sample.ink.fine], -1)
    return image


def _are_pens(samples: Sequence[InkSample], group: NDArray[np.int64]) -> bool:
    """Return False where a group is a line across the track or slivers of a grid: few rows have it, or a single pixel of it."""
    widths: list[list[NDArray[np.int64]]] = [[], []]
    rows, reach = np.zeros(2), np.zeros(2)
    for sample in samples:
        image = _image(sample, group)
        for k in (0, 1):
            has = image == k
            inked = np.flatnonzero(has.any(axis=1))
            if len(inked):
                rows[k], reach[k] = rows[k] + len(inked), reach[k] + inked[-1] + 1 - inked[0]
            edges = np.diff(np.pad(has, ((0, 0), (1, 1))).astype(np.int8), axis=1)
            widths[k].append(np.nonzero(edges == -1)[1] - np.nonzero(edges == 1)[1])
    thin, broad = sorted(float(np.median(np.concatenate(w))) for w in widths)
    return bool((rows >= (1.0 - _MOST_GAPS) * reach).all()) and (thin > 1.0 or broad < _BROADER)


def _as_stated(counts: NDArray[np.float64], group: NDArray[np.int64], stated: tuple[str, str]) -> int | None:
    """Return the group that is of the first of two stated colours; None where they are too much alike, or are none."""
    rgb = [channels(colour) for colour in stated]
    if rgb[0] is None or rgb[1] is None:
        return None
    wanted = fine_place(255.0 - np.array(rgb, np.float64))
    centres = _centres(counts, group)
    far = np.linalg.norm(centres[:, None] - wanted, axis=2)  # group, stated colour
    more = float(far[0, 1] + far[1, 0] - far[0, 0] - far[1, 1])
    return int(more < 0) if abs(more) >= _LEAST_STATED else None


def _first(samples: Sequence[InkSample], group: NDArray[np.int64]) -> int:
    """Return the group that is curve 1."""
    called, pixels, light = 0.0, 0.0, np.zeros(2)
    taken: list[list[NDArray[np.float64]]] = [[], []]
    for sample in samples:
        of, is_curve = group[sample.ink.fine], sample.curve >= _CURVE
        called += float(((sample.said[0] - sample.said[1]) * np.where(of == 0, 1.0, -1.0))[is_curve].sum())
        pixels += float(is_curve.sum())
        for k in (0, 1):
            taken[k].append(sample.ink.taken[is_curve & (of == k)] @ _LUMINANCE)
    for k in (0, 1):
        all_of = np.concatenate(taken[k])
        light[k] = np.percentile(all_of, _DARK_PART) if len(all_of) else 1.0
    darker = float(np.log(max(light[0], 1.0) / max(light[1], 1.0)))
    return int(called / max(1.0, pixels) + _DARKNESS * darker < 0)
