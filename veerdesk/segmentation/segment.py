"""A track from ink to owners, tile by tile: straighten, scale to the model's stroke, predict, scale back, weigh with colour, lock to ink.

Separate because the window and the command line must cut a track alike: the tile grid belongs to the track, and a
tile's answer depends on nothing but the scan and the track.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.ink import INK_HALO_PX, ink_mask
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.printed_levels import level_ink
from veerdesk.imaging.printed_lines import BAND_ROWS, SAMPLED_BANDS, PrintedLines, find_lines
from veerdesk.imaging.straighten import ReadWindow, StraightWindow, straight_window
from veerdesk.rows import RowSpan
from veerdesk.segmentation.colour import Coloured, by_colour, coloured
from veerdesk.segmentation.decide import decided_alone, quantised
from veerdesk.segmentation.inks import SAMPLED_TILES, InkSample, find_inks
from veerdesk.segmentation.predictor import Predictor, Seeing
from veerdesk.segmentation.sight import AS_SEEN, BY_COLOUR, CELL_PX, EXCHANGED, FIELDS, Sight, no_sight

#: Gives the class of each pixel of an upright tile: p1, p2 ``(h, w)`` uint8, stroke width and track width in px.
Owners = Callable[[NDArray[np.uint8], NDArray[np.uint8], float, float], NDArray[np.uint8]]

#: P(curve 1) and P(curve 2), ``(2, h, w)`` float32, and the numbers of the cells.
_Answer = tuple[NDArray[np.float32], NDArray[np.uint8] | None]

#: Rows of a tile that are kept, and seen above and below it, px at the model's stroke width.
CORE_ROWS, HALO_ROWS = 512, 128
#: Rows above and below that are decided with a tile, so that a stroke is known where the tile begins.
OWNER_HALO_ROWS = 32
#: Scans are never shrunk or enlarged further than this.
MIN_FACTOR, MAX_FACTOR = 0.2, 2.5
#: Share of ink below which a reduced pixel's answer hardly counts when it is enlarged again.
_PAPER_WEIGHT = 0.02
_EXCHANGE = np.array([0, 2, 1], np.uint8)


@dataclass(frozen=True, slots=True)
class BandEvidence:
    """The model's answer for a run of rows, in scan px and scan columns.

    Parameters
    ----------
    rows
        Scan rows.
    col0
        Scan column of the first column.
    p1, p2
        ``(h, w)`` uint8 P(curve 1) and P(curve 2) in 255 parts, zero off ink.
    classes
        ``(h, w)`` uint8 0..2, zero off ink.
    sight
        What the model sees along these rows; empty where it tells nothing of it.
    """

    rows: RowSpan
    col0: int
    p1: NDArray[np.uint8]
    p2: NDArray[np.uint8]
    classes: NDArray[np.uint8]
    sight: Sight = field(default_factory=no_sight)


@dataclass(frozen=True, slots=True)
class _Shown:
    """One tile as the network is shown it: the upright window, its brightness and its ink, and the tile's own rows in it."""

    window: StraightWindow
    grey: NDArray[np.uint8]
    ink: NDArray[np.bool_]
    own: slice


class TrackSegmenter:
    """Segments one track; a tile's answer depends on scan and track alone, so they may be asked in any order, on any thread.

    Parameters
    ----------
    read
        Reads rows and columns of the scan, white outside it.
    scan_width
        Columns of the scan.
    geometry
        Rows and borders of the track.
    stroke_px
        The track's stroke width (``imaging.stroke``).
    predictor
        The model.
    exchanged
        True where the person's slots stand in the other order than the canonical one (``segmentation.order``).
    owners
        Decides each pixel from a tile's evidence; alone by default, along the strokes with ``tracing.owners``.
    read_colour
        Reads the same windows in colour, ``(h, w, 3)`` uint8; None: the scan is grey. What the colours of the curves are is
        looked for in a few tiles once, when the first tile is asked for.
    colours
        What is said of the colours of slot 1 and slot 2, ``#rrggbb``.
    lines_apart
        True where ink that is a printed vertical's alone is no curve's (``imaging.printed_lines``); False where the answer
        is wanted as the network gives it, which is what other networks learn from.
    """

    def __init__(
        self,
        *,
        read: ReadWindow,
        scan_width: int,
        geometry: TrackGeometry,
        stroke_px: float,
        predictor: Predictor,
        exchanged: bool,
        owners: Owners = decided_alone,
        read_colour: ReadWindow | None = None,
        colours: tuple[str, str] | None = None,
        lines_apart: bool = True,
    ) -> None:
        self._read, self._scan_width, self._geometry = read, scan_width, geometry
        self._predictor, self._exchanged, self._owners = predictor, exchanged, owners
        self._read_colour, self._lines_apart = read_colour, lines_apart
        self._stated = (colours[1], colours[0]) if colours and exchanged else colours
        self._answers: dict[int, _Answer] = {}  # of tiles whose colours were looked at, until they are asked for
        self._stroke_px = stroke_px
        self.factor = float(np.clip(predictor.stroke_px / stroke_px, MIN_FACTOR, MAX_FACTOR))
        self._halo, self._owner_halo = (int(np.ceil(rows / self.factor)) for rows in (HALO_ROWS, OWNER_HALO_ROWS))
        core, rows = round(CORE_ROWS / self.factor), geometry.rows
        self.tiles = tuple(RowSpan(at, min(rows.stop, at + core)) for at in range(rows.start, rows.stop, core))

    def run(self, index: int) -> BandEvidence:
        """Return the answer for one tile of `tiles`."""
        rows, shown = self.tiles[index], self._shown(index)
        curves = self._curves
        answer = self._answers.pop(index, None)
        shares, numbers = self._answered(shown.grey) if answer is None else answer
        if self._read_colour is not None:
            shares = by_colour(shares, self._coloured(shown, even_grey=curves is not None), curves)
        sight = self._sight(numbers, shown.window.rows.start, rows)
        known = slice(max(0, shown.own.start - self._owner_halo), shown.own.stop + self._owner_halo)
        ink = shown.ink[known]
        if self._lines is not None:
            ink = ink & ~self._lines.own_ink(ink)
        if self._lines_apart:
            margin = self._geometry.margin_px
            across = slice(margin, ink.shape[1] - margin)
            ink = ink & ~level_ink(shown.grey[known], shown.ink[known], across, self._stroke_px)
        p1, p2 = (quantised(share) * ink for share in shares[:, known])
        classes = self._owners(p1, p2, self._stroke_px, self._geometry.width_px)
        if self._exchanged:
            p1, p2, classes = p2, p1, _EXCHANGE[classes]
        kept = slice(shown.own.start - known.start, shown.own.stop - known.start)
        starts = shown.window.starts[shown.own]
        planes = [plane[kept] for plane in (p1, p2, classes)]
        return self._on_scan(planes, StraightWindow(rows, starts, shown.window.width), sight)

    def _shown(self, index: int) -> _Shown:
        rows = self.tiles[index]
        near = max(self._halo, INK_HALO_PX)
        window = straight_window(self._geometry, rows.grown(near), self._geometry.margin_px)
        grey = window.upright(self._read(window.rows, window.cols))
        seen = slice(near - self._halo, near + rows.rows + self._halo)
        shown = StraightWindow(rows.grown(self._halo), window.starts[seen], window.width)
        return _Shown(shown, grey[seen], ink_mask(grey)[seen], slice(self._halo, self._halo + rows.rows))

    @cached_property
    def _curves(self) -> NDArray[np.float64] | None:
        """How often each colour is either curve's (`inks.find_inks`); None where colours do not tell them apart."""
        if self._read_colour is None:
            return None
        samples = [self._sample(index) for index in _spread(len(self.tiles))]
        return find_inks([s for s in samples if s is not None], self._stated)

    @cached_property
    def _lines(self) -> PrintedLines | None:
        """The printed verticals of the whole track; None where it has no grid, or where nobody asks."""
        if not self._lines_apart:
            return None
        rows, bands = self._geometry.rows, []
        count = min(SAMPLED_BANDS, max(1, rows.rows // BAND_ROWS))
        for top in np.linspace(rows.start, max(rows.start, rows.stop - BAND_ROWS), count).astype(int).tolist():
            band = RowSpan(top, min(rows.stop, top + BAND_ROWS)).grown(INK_HALO_PX)
            window = straight_window(self._geometry, band, self._geometry.margin_px)
            bands.append(ink_mask(window.upright(self._read(window.rows, window.cols)))[INK_HALO_PX:-INK_HALO_PX])
        return find_lines(bands, self._stroke_px)

    def _sample(self, index: int) -> InkSample | None:
        shown = self._shown(index)
        found = self._coloured(shown)
        if found is None:
            return None
        answer = self._answers[index] = self._answered(shown.grey)
        return InkSample(found, answer[0][:, found.dark].astype(np.float64))

    def _coloured(self, shown: _Shown, *, even_grey: bool = False) -> Coloured | None:
        assert self._read_colour is not None
        rgb = shown.window.upright(self._read_colour(shown.window.rows, shown.window.cols))
        return coloured(rgb, shown.ink, even_grey=even_grey)

    def _answered(self, grey: NDArray[np.uint8]) -> _Answer:
        """Return P(curve 1) and P(curve 2) at the scan's own size, ``(h, w)`` -> ``(2, h, w)`` float32, and the cells' numbers."""
        height, width = grey.shape
        size = (max(1, round(width * self.factor)), max(1, round(height * self.factor)))
        if size == (width, height):
            answer, numbers = self._asked(grey)
            return answer[1:], numbers
        way = cv2.INTER_AREA if self.factor < 1 else cv2.INTER_LINEAR
        small = np.asarray(cv2.resize(grey, size, interpolation=way), np.uint8)
        # A reduced pixel at a stroke's edge is half paper; weighing by ink keeps the edge's own owner.
        weight = (np.float32(1.0) - small.astype(np.float32) / np.float32(255.0)) + np.float32(_PAPER_WEIGHT)
        answer, numbers = self._asked(small)
        shares = answer[1:] * weight  # (2, h, w) reduced
        total = cv2.resize(weight, (width, height), interpolation=cv2.INTER_LINEAR)
        back = [cv2.resize(s, (width, height), interpolation=cv2.INTER_LINEAR) / total for s in shares]
        return np.asarray(np.stack(back), np.float32), numbers

    def _asked(self, grey: NDArray[np.uint8]) -> _Answer:
        if isinstance(self._predictor, Seeing):
            return self._predictor.predict_seen(grey)
        return self._predictor.predict(grey), None

    def _sight(self, numbers: NDArray[np.uint8] | None, top: int, rows: RowSpan) -> Sight:
        """Return the cells whose middle lies in ``rows``, of a tile that was shown from scan row ``top`` on."""
        if numbers is None:
            return no_sight()
        at = np.floor(top + (np.arange(len(numbers)) + 0.5) * CELL_PX / self.factor).astype(np.int64)
        here = (at >= rows.start) & (at < rows.stop)
        cells = np.empty((int(here.sum()), FIELDS), np.uint8)
        cells[:, 0] = (EXCHANGED if self._exchanged else AS_SEEN) | (BY_COLOUR if self._curves is not None else 0)
        cells[:, 1:] = numbers[here]
        return Sight(at[here], cells)

    def _on_scan(self, planes: list[NDArray[np.uint8]], window: StraightWindow, sight: Sight) -> BandEvidence:
        left, right = window.cols
        start, stop = max(0, left), max(0, min(self._scan_width, right))
        inside = slice(min(start, stop) - left, stop - left)
        p1, p2, classes = (np.ascontiguousarray(window.leaning(plane)[:, inside]) for plane in planes)
        return BandEvidence(window.rows, min(start, stop), p1, p2, classes, sight)


def _spread(tiles: int) -> tuple[int, ...]:
    """Return the numbers of at most `SAMPLED_TILES` tiles, spread over all."""
    count = min(tiles, SAMPLED_TILES)
    return tuple((2 * k + 1) * tiles // (2 * count) for k in range(count))
