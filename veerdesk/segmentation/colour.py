"""colour: whose ink a pixel is by its colour, where the tile's own curves and paper are of colours that differ.

Separate because the network sees one grey channel, and because a colour says nothing of itself: what it says is known of
the track (`inks`) or learned in each tile from the pixels of which the network is sure, so grey scans and curves of one
colour are left as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2

#: Cells of the table of colours along each of its two axes; a colour is the share of red and of green in what the ink takes away.
CELLS = 16
#: The same in finer cells, a whole number to each of the others.
FINE = 64
#: Ink that is lighter than this below white in its darkest channel has no colour that could be told.
_LEAST_DARK = 40
#: Pixels from which the paper's own colour is taken, at most about twice as many.
_PAPER_PIXELS = 20_000
#: Ink that takes away of all channels alike but for this is grey; a tile with a smaller share of other ink is.
_LEAST_COLOUR, _LEAST_COLOURED = 24, 0.005
#: Pixels a class must have in a tile, in sums of squared shares, for its colours to be known.
_LEAST_PIXELS = 150.0
#: Pixels of a tile as which a track's colours count.
_KNOWN = 1000.0
#: Pixels of every colour that each class is taken to have beside its own, and most that a colour may say, nats.
_EVERY, _MOST = 2.0, 3.0
#: Share of one curve's ink that must be of colours of which the other has none, for colours to tell the curves apart.
_APART = 0.4
#: The power of what the network says: its pixels err together, so the many of a stretch say less than each by itself.
_TRUST = 0.5
#: Rounds in which colours are learned from shares that colours have told already; more change nothing.
_ROUNDS = 6


def fine_place(taken: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a colour's place in fine cells, ``(n, 2)``, from what it takes away of the paper's, ``(n, 3)``; not how much.

    What takes nothing away has no colour and lies where grey does.
    """
    total = taken.sum(axis=1, keepdims=True)
    return np.where(total > 0, taken[:, :2] / np.maximum(total, 1.0), 1 / 3) * FINE


def _fine(taken: NDArray[np.float64]) -> NDArray[np.int64]:
    at = np.clip(fine_place(taken).astype(np.int64), 0, FINE - 1)
    return np.asarray(at[:, 0] * FINE + at[:, 1], np.int64)


def coarse(fine: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places in the table of fine cells."""
    red, green = np.divmod(fine, FINE)
    each = FINE // CELLS
    return np.asarray(red // each * CELLS + green // each, np.int64)


def table(
    cells: NDArray[np.int64], weight: NDArray[np.float64], known: NDArray[np.float64] | float = 0.0
) -> NDArray[np.float64]:
    """Return how often each colour is, ``(CELLS²,)``, summing to 1; ``known`` pixels are counted with these."""
    counts = np.bincount(cells, weight, CELLS * CELLS).reshape(CELLS, CELLS)
    near = cv2.GaussianBlur(counts, (3, 3), 0.6, borderType=cv2.BORDER_REPLICATE).ravel() + _EVERY / counts.size + known
    return np.asarray(near / near.sum(), np.float64)


@dataclass(frozen=True, slots=True)
class Coloured:
    """The ink of a tile that has a colour.

    Parameters
    ----------
    dark
        ``(h, w)`` bool: ink dark enough to have one.
    fine
        ``(n,)`` int64: its colours' fine cells, row by row.
    taken
        ``(n, 3)`` float64: what it takes away of the paper's red, green and blue.
    """

    dark: NDArray[np.bool_]
    fine: NDArray[np.int64]
    taken: NDArray[np.float64]


def coloured(rgb: NDArray[np.uint8], ink: NDArray[Any], *, even_grey: bool = False) -> Coloured | None:
    """Return the ink of a tile that has a colour; None where all of it is grey, or there is no paper to compare it with.

    ``even_grey``: grey is a colour here, as one of the track's curves is known to have one.
    """
    dark = (ink > 0) & (rgb.min(axis=2) <= 255 - _LEAST_DARK)
    paper = rgb[ink == 0]
    if not dark.any() or not len(paper):
        return None
    taken = np.clip(
        np.median(paper[:: 1 + len(paper) // _PAPER_PIXELS], axis=0) - rgb[dark].astype(np.float64), 0.0, None
    )
    if not even_grey and (np.ptp(taken, axis=1) >= _LEAST_COLOUR).mean() < _LEAST_COLOURED:
        return None
    return Coloured(dark, _fine(taken), taken)


def by_colour(
    shares: NDArray[np.float32], found: Coloured | None, curves: NDArray[np.float64] | None = None
) -> NDArray[np.float32]:
    """Return the shares of curve 1 and curve 2, ``(2, h, w)`` float32, as the colours of a tile's ink tell them.

    Parameters
    ----------
    shares
        ``(2, h, w)`` float32: P(curve 1) and P(curve 2) as the network answers.
    found
        The tile's coloured ink; only there anything changes.
    curves
        ``(2, CELLS²)``: how often each colour is either curve's in this track (`inks.find_inks`); None: learned from the
        tile itself, where its two curves are of colours that differ.
    """
    if found is None:
        return shares
    said = shares[:, found.dark].astype(np.float64)  # (2, n)
    said = np.concatenate([np.maximum(1.0 - said.sum(axis=0, keepdims=True), 0.0), said])  # paper's, curve 1, curve 2
    cells = coarse(found.fine)
    told, apart = _told(said, cells, curves, are_apart=True)
    if curves is None and apart < _APART:
        told, _ = _told(said, cells, None, are_apart=False)
    out = shares.copy()
    out[:, found.dark] = told[1:]
    return out


def _told(
    said: NDArray[np.float64], cells: NDArray[np.int64], curves: NDArray[np.float64] | None, *, are_apart: bool
) -> tuple[NDArray[np.float64], float]:
    """Return the shares of paper and both curves, ``(3, n)``, and how far apart both curves' colours are, 0 to 1.

    All three colours tell whether ink is paper's, and then the curves' own tell which one's it is.
    """
    known = np.zeros((3, CELLS * CELLS))
    if curves is not None:
        known[1:] = _KNOWN * curves
    root, apart = said**_TRUST, 1.0
    told = said if curves is None else said * np.array([[1.0], [0.0], [0.0]])
    for _ in range(_ROUNDS):
        is_known = (told**2).sum(axis=1) + known.sum(axis=1) >= _LEAST_PIXELS
        if is_known.sum() < 2:
            return said, 1.0
        tables = np.stack([table(cells, part**2, more) for part, more in zip(told, known, strict=True)])
        logs = np.log(tables)
        logs[~is_known] = logs[is_known].mean(axis=0)
        apart = float(np.abs(tables[1] - tables[2]).sum()) / 2
        if not are_apart:
            logs[1:] = logs[1:].mean(axis=0)
        which = np.clip(logs[1] - logs[2], -_MOST, _MOST) / 2
        all_three = _summing_to_one(root * np.exp(np.clip(logs - logs.mean(axis=0), -_MOST, _MOST))[:, cells])
        each = _summing_to_one(root[1:] * np.exp(np.stack((which, -which)))[:, cells])
        told = np.concatenate((all_three[:1], (1.0 - all_three[0]) * each))
    return told, apart


def _summing_to_one(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(shares / np.maximum(shares.sum(axis=0), 1e-9), np.float64)
