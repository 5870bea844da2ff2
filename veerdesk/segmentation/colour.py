"""colour: whose ink a pixel is by its colour, where the tile's own curves and paper are of colours that differ.

Separate because the network sees one grey channel, and because a colour says nothing of itself: what it says is learned in
each tile from the pixels of which the network is sure, so grey scans and curves of one colour are left as they are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2

#: Cells of the table of colours along each of its two axes; a colour is the share of red and of green in what the ink takes away.
_CELLS = 16
#: Ink that is lighter than this below white in its darkest channel has no colour that could be told.
_LEAST_DARK = 40
#: Pixels from which the paper's own colour is taken, at most about twice as many.
_PAPER_PIXELS = 20_000
#: Ink that takes away of all channels alike but for this is grey; a tile with a smaller share of other ink is.
_LEAST_COLOUR, _LEAST_COLOURED = 24, 0.005
#: Pixels a class must have in a tile, in sums of squared shares, for its colours to be known.
_LEAST_PIXELS = 150.0
#: Pixels of every colour that each class is taken to have beside its own, and most that a colour may say, nats.
_EVERY, _MOST = 2.0, 3.0
#: Share of one curve's ink that must be of colours of which the other has none, for colours to tell the curves apart.
_APART = 0.4
#: The power of what the network says: its pixels err together, so the many of a stretch say less than each by itself.
_TRUST = 0.5
#: Rounds in which colours are learned from shares that colours have told already; more change nothing.
_ROUNDS = 6


def _cells(taken: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return a colour's place in the table, ``(n,)``, from what ink takes away of the paper's, ``(n, 3)``; not how much it takes."""
    share = taken[:, :2] / np.maximum(taken.sum(axis=1, keepdims=True), 1.0)
    at = np.clip((share * _CELLS).astype(np.int64), 0, _CELLS - 1)
    return np.asarray(at[:, 0] * _CELLS + at[:, 1], np.int64)


def _table(cells: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how often each colour is, ``(_CELLS²,)``, summing to 1."""
    counts = np.bincount(cells, weight, _CELLS * _CELLS).reshape(_CELLS, _CELLS)
    near = cv2.GaussianBlur(counts, (3, 3), 0.6, borderType=cv2.BORDER_REPLICATE).ravel() + _EVERY / counts.size
    return np.asarray(near / near.sum(), np.float64)


def by_colour(shares: NDArray[np.float32], rgb: NDArray[np.uint8], ink: NDArray[Any]) -> NDArray[np.float32]:
    """Return the shares of curve 1 and curve 2, ``(2, h, w)`` float32, as the colours of a tile's ink tell them.

    Parameters
    ----------
    shares
        ``(2, h, w)`` float32: P(curve 1) and P(curve 2) as the network answers.
    rgb
        ``(h, w, 3)`` uint8, the tile's colours.
    ink
        ``(h, w)``: not 0 on ink; only there anything changes.
    """
    dark = (ink > 0) & (rgb.min(axis=2) <= 255 - _LEAST_DARK)
    paper = rgb[ink == 0]
    if not dark.any() or not len(paper):
        return shares
    taken = np.clip(
        np.median(paper[:: 1 + len(paper) // _PAPER_PIXELS], axis=0) - rgb[dark].astype(np.float64), 0.0, None
    )
    if (np.ptp(taken, axis=1) >= _LEAST_COLOUR).mean() < _LEAST_COLOURED:
        return shares
    cells = _cells(taken)
    said = shares[:, dark].astype(np.float64)  # (2, n)
    said = np.concatenate([np.maximum(1.0 - said.sum(axis=0, keepdims=True), 0.0), said])  # paper's, curve 1, curve 2
    told, apart = _told(said, cells, are_apart=True)
    if apart < _APART:
        told, _ = _told(said, cells, are_apart=False)
    out = shares.copy()
    out[:, dark] = told[1:]
    return out


def _told(said: NDArray[np.float64], cells: NDArray[np.int64], *, are_apart: bool) -> tuple[NDArray[np.float64], float]:
    """Return the shares of paper and both curves, ``(3, n)``, and how far apart both curves' colours are, 0 to 1."""
    told, apart = said, 1.0
    for _ in range(_ROUNDS):
        known = (told**2).sum(axis=1) >= _LEAST_PIXELS
        if known.sum() < 2:
            return said, 1.0
        tables = np.stack([_table(cells, part**2) for part in told])
        logs = np.log(tables)
        logs[~known] = logs[known].mean(axis=0)
        apart = float(np.abs(tables[1] - tables[2]).sum()) / 2
        if not are_apart:
            logs[1:] = logs[1:].mean(axis=0)
        logs -= logs.mean(axis=0)
        weight = np.exp(np.clip(logs, -_MOST, _MOST))[:, cells]
        told = said**_TRUST * weight
        told /= np.maximum(told.sum(axis=0), 1e-9)
    return told, apart
