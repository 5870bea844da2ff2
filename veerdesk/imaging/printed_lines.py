"""printed_lines: the verticals of a track's printed grid, found once along the whole track, and the ink that is theirs alone.

Separate because no tile can tell a printed line from a curve that stands still: only the whole track shows which lines go
on from its top to its bottom, each always as far from the others. Where the network takes one for a curve, the decode
rides it, since nothing is straighter and has fewer gaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

#: Rows of a band, in which lines lean by less than their own width.
BAND_ROWS = 64
#: Most bands by which the lines of a track are found.
SAMPLED_BANDS = 40
#: Only ink narrower than this share of the track's strokes, or than some px, is taken for a line's.
_THINNER, _THIN_PX = 0.7, 3.0
#: A line has thin ink in this share of a band's rows, in this share of the bands, and in that share of all rows; counted are rows
#: in which no broader stroke lies on it, or this near, px, in bands in which they are so many, which so many bands must be.
_SEEN, _BANDS, _ROWS = 0.25, 0.8, 0.45
_NEAR_PX, _OPEN, _KNOWN = 3, 0.25, 0.25
#: Fewer lines are no grid.
_FEWEST = 3
#: How far a band may stand beside where it should, px: paper stretches, pages are joined, borders are clicked.
_SHIFT_PX = 14
#: Rounds in which the bands settle beside each other.
_ROUNDS = 4
#: How far a run's middle may lie from a line's place in its band, px, and in what share of the rows such runs must be.
_BESIDE_PX, _FEW_ROWS = 3.0, 0.2
#: A run is a line's alone where it is broader by no more, px, and its middle no further from the line's own, px.
_BROADER_PX, _OFF_PX = 1.0, 1.5
#: Columns that count as one line where they stand side by side.
_ONE_LINE_PX = 6


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of ink along the rows of an upright window, in the order of its pixels: ``(n,)`` int64 each."""

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @property
    def middles(self) -> NDArray[np.float64]:
        """``(n,)``: column of each run's middle."""
        return self.starts + (self.lengths - 1) / 2.0


@dataclass(frozen=True, slots=True)
class PrintedLines:
    """The printed verticals of a track.

    Attributes
    ----------
    columns
        ``(lines,)`` float64: where they stand in an upright window of the track (``imaging.straighten``), px.
    profile
        ``(w,)`` float64: in what share of its rows each column has thin ink, less the mean; bands are laid on it.
    thickest_px
        Broader runs of ink are no line's.
    """

    columns: NDArray[np.float64]
    profile: NDArray[np.float64]
    thickest_px: float

    def own_ink(self, ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which pixels of an upright window of ink, ``(h, w)``, are a printed line's and nothing else's.

        A stroke that crosses a line, or lies on it and is broader, is not among them.
        """
        edges = _edges(len(ink))
        runs, profiles = _thin_runs(ink, edges, self.thickest_px)
        shifts = _shifts(_seen(profiles), self.profile)
        first, middles = np.searchsorted(runs.rows, edges), runs.middles
        own = np.zeros(len(middles), np.bool_)
        inked = np.add.reduceat(ink.any(axis=1), edges[:-1], dtype=np.int64)  # above a track's top there is no paper
        for k, shift in enumerate(shifts.tolist()):
            here = slice(first[k], first[k + 1])
            own[here] = _lines_own(middles[here], runs.lengths[here], self.columns + shift, int(inked[k]))
        return _painted(runs, own, ink.shape)


def find_lines(bands: Sequence[NDArray[np.bool_]], stroke_px: float) -> PrintedLines | None:
    """Return the printed verticals of a track; None where it has no grid.

    Parameters
    ----------
    bands
        Ink of upright windows of the track, ``(BAND_ROWS or so, w)`` each, spread over it.
    stroke_px
        How wide the track's strokes are.
    """
    if not bands:
        return None
    thickest = max(_THIN_PX, _THINNER * stroke_px)
    counted = np.stack([_counted(band, thickest) for band in bands])  # (bands, 2, w)
    seen = _seen(counted[:, 0])
    usual = seen[int((_off_mean(seen) ** 2).sum(axis=1).argmax())]
    shifts = np.zeros(len(seen), np.int64)
    for _ in range(_ROUNDS):
        shifts = _shifts(seen, _off_mean(usual[None])[0])
        usual = np.mean([_shifted(band, -shift) for band, shift in zip(seen, shifts.tolist(), strict=True)], axis=0)
    middle = int(np.median(shifts))
    laid, bare = (
        np.array([_shifted(band, middle - shift) for band, shift in zip(bands_of, shifts.tolist(), strict=True)])
        for bands_of in (seen, counted[:, 1])
    )
    mean = laid.mean(axis=0)
    columns = _places(mean, _are_lines(laid, bare))
    if len(columns) < _FEWEST:
        return None
    return PrintedLines(columns, _off_mean(mean[None])[0], thickest)


def _counted(ink: NDArray[np.bool_], thickest: float) -> NDArray[np.float64]:
    """Return ``(2, w)``: in what share of a band's rows each column has thin ink and no broader stroke near, and has no such stroke near."""
    runs, _ = _thin_runs(ink, np.array([0, len(ink)]), thickest)
    thin = _painted(runs, np.ones(len(runs.rows), np.bool_), ink.shape)
    sums = np.pad(np.cumsum(ink & ~thin, axis=1), ((0, 0), (1 + _NEAR_PX, _NEAR_PX)), "edge")
    sums[:, : 1 + _NEAR_PX] = 0
    reach = 2 * _NEAR_PX + 1
    bare = sums[:, reach:] == sums[:, :-reach]
    return np.stack(((thin & bare).mean(axis=0), bare.mean(axis=0)))


def _are_lines(laid: NDArray[np.float64], bare: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which columns are lines', ``(w,)``, by bands laid over each other: where a curve lies on a line for long, the rest tells."""
    known = bare >= _OPEN
    often = ((laid > _SEEN * bare) & known).sum(axis=0) >= _BANDS * known.sum(axis=0)
    enough = known.sum(axis=0) >= max(1.0, _KNOWN * len(laid))
    return np.asarray(enough & often & (laid.sum(axis=0) > _ROWS * bare.sum(axis=0)), np.bool_)


def _edges(rows: int) -> NDArray[np.int64]:
    """Return the first rows of a window's bands, and its end."""
    return np.linspace(0, rows, max(1, round(rows / BAND_ROWS)) + 1).astype(np.int64)


def _thin_runs(ink: NDArray[np.bool_], edges: NDArray[np.int64], thickest: float) -> tuple[_Runs, NDArray[np.float64]]:
    """Return the runs of ink no broader than that, and in what share of each band's rows they cover each column."""
    height, width = ink.shape
    wide = np.zeros((height, width + 2), np.bool_)
    wide[:, 1:-1] = ink
    begins, ends = (np.flatnonzero(edge) for edge in (wide[:, 1:] & ~wide[:, :-1], wide[:, :-1] & ~wide[:, 1:]))
    thin = ends - begins <= thickest
    rows, starts = np.divmod(begins[thin], width + 1)
    runs = _Runs(rows, starts, (ends - begins)[thin])
    painted = _painted(runs, np.ones(len(rows), np.bool_), ink.shape).view(np.uint8)
    counts = [np.add.reduce(painted[a:b], axis=0, dtype=np.uint32) for a, b in pairwise(edges.tolist())]
    return runs, np.stack(counts) / np.maximum(np.diff(edges), 1)[:, None]


def _painted(runs: _Runs, chosen: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return a window in which the chosen runs are True."""
    out = np.zeros(shape, np.bool_)
    first, lengths = runs.rows[chosen] * shape[1] + runs.starts[chosen], runs.lengths[chosen]
    into = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    out.ravel()[np.repeat(first, lengths) + into] = True
    return out


def _seen(profiles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return bands' profiles, ``(bands, w)``, as seen by an eye that takes two columns beside each other for one."""
    wide = np.pad(profiles, ((0, 0), (1, 1)))
    return np.maximum(profiles, np.maximum(wide[:, :-2], wide[:, 2:]))


def _off_mean(profiles: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(profiles - profiles.mean(axis=1, keepdims=True), np.float64)


def _shifted(profile: NDArray[np.float64], by: int) -> NDArray[np.float64]:
    out = np.zeros_like(profile)
    if by >= 0:
        out[by:] = profile[: len(profile) - by]
    else:
        out[:by] = profile[-by:]
    return out


def _shifts(seen: NDArray[np.float64], profile: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return by how many columns each band, ``(bands, w)``, stands to the right of a profile."""
    reach = min(_SHIFT_PX, len(profile) - 1)
    tried = np.arange(-reach, reach + 1)
    fits = _off_mean(seen) @ np.stack([_shifted(profile, int(by)) for by in tried], axis=1)
    return np.asarray(tried[fits.argmax(axis=1)], np.int64)


def _places(mean: NDArray[np.float64], is_line: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the column of each line: the middle of columns side by side, or the fullest where they are many."""
    ends = np.flatnonzero(np.diff(np.concatenate(([False], is_line, [False])).astype(np.int8))).reshape(-1, 2)
    places = [(a + b - 1) / 2 if b - a <= _ONE_LINE_PX else a + int(mean[a:b].argmax()) for a, b in ends.tolist()]
    return np.array(places, np.float64)


def _lines_own(
    middles: NDArray[np.float64], lengths: NDArray[np.int64], columns: NDArray[np.float64], rows: int
) -> NDArray[np.bool_]:
    """Return which runs of a band are a line's alone, the lines standing about where they are said to."""
    own = np.zeros(len(middles), np.bool_)
    for column in columns.tolist():
        near = np.abs(middles - column) <= _BESIDE_PX
        if near.sum() < max(1.0, _FEW_ROWS * rows):
            continue
        at, width = np.median(middles[near]), np.median(lengths[near])
        own |= (np.abs(middles - at) <= _OFF_PX) & (lengths <= width + _BROADER_PX)
    return own
