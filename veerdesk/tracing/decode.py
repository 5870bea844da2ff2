"""Both curves of a track decoded jointly, and solved again in part after an edit.

Separate because this is the one door to the decode: it owns what must be kept to solve a part again, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.progress import Cancel, Progress, Unstoppable, unwatched
from veerdesk.rows import RowSpan, joined
from veerdesk.segmentation.evidence import AS_ANSWERED, Likeness
from veerdesk.segmentation.sight import Seen
from veerdesk.tracing.costs import UNITS, costs_for
from veerdesk.tracing.crossing_rows import exchange_cost
from veerdesk.tracing.forced import force_rows, with_pinned_runs
from veerdesk.tracing.forward import first_state, forward, walk_back
from veerdesk.tracing.loose_ink import LooseInk, loose_ink
from veerdesk.tracing.place import FIELDS, gather_ink
from veerdesk.tracing.placing import Placing
from veerdesk.tracing.presence import Presence
from veerdesk.tracing.presence_net import PresenceNet
from veerdesk.tracing.runs import find_runs
from veerdesk.tracing.trace import Trace, TracePin

#: Rows between the stored states; a part is solved again from the state above it.
BLOCK_ROWS = 64
#: Rows of evidence read in one go where neighbouring blocks are solved again.
READ_ROWS = 32 * BLOCK_ROWS
#: Least share of a run's ink by which a person says whose it is; what courses tell stays below.
_SAID_SHARE = 0.95

#: ``(p1, p2, col0)`` of some rows: two ``(h, w)`` uint8 planes and the scan column of their first column.
Evidence = Callable[[RowSpan], tuple[NDArray[np.uint8], NDArray[np.uint8], int]]
Look = Callable[[RowSpan], Seen]
_State = tuple[NDArray[np.int64], NDArray[np.int32]]


@dataclass(slots=True)
class _Block:
    """What is kept of one block of rows: its runs, the state above it, and the survivors of each row."""

    rows: RowSpan
    runs: NDArray[np.int32]
    first: NDArray[np.int32]
    above: _State
    at: NDArray[np.int32]
    parent: NDArray[np.uint8]
    on: NDArray[np.int8]
    last: int = -1
    entry: int = -1
    loose: tuple[LooseInk, ...] | None = None


class _ReadAhead:
    """Evidence of neighbouring blocks read in one go: a gesture waits for it, and a block at a time costs twice that."""

    def __init__(self, evidence: Evidence, spans: Sequence[RowSpan]) -> None:
        self._evidence, self._wanted = evidence, joined(spans)
        self._rows = RowSpan(0, 0)
        self._window: tuple[NDArray[np.uint8], NDArray[np.uint8], int] | None = None

    def __call__(self, rows: RowSpan) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
        if self._window is None or rows.start < self._rows.start or rows.stop > self._rows.stop:
            stop = next((s.stop for s in self._wanted if s.start <= rows.start < s.stop), rows.stop)
            self._rows = RowSpan(rows.start, max(rows.stop, min(stop, rows.start + READ_ROWS)))
            self._window = self._evidence(self._rows)
        p1, p2, col0 = self._window
        here = slice(rows.start - self._rows.start, rows.stop - self._rows.start)
        return p1[here], p2[here], col0


class Decoder:
    """Owns one track's decode; the trace it returns is live: ``resolve`` changes its rows in place.

    Parameters
    ----------
    rows
        The track's rows.
    evidence
        Gives the evidence of a row span, a person's word already applied; asked again for rows that changed.
    pins
        What a person stated.
    stroke_px, width_px
        Stroke width, and distance between the borders, px (0: unknown, no wraps).
    is_single
        True where the track has slot 1 only.
    geometry
        The printed borders, where they are known: ink outside them is believed less.
    likeness
        How the evidence is told otherwise than the model gave it: where courses alone named pens of one look, or the curves' habits
        turned a stretch, no name but a person's says how sure a crossing is; and the curve that bends less keeps its slope longer.
    look
        Tells what else is known of rows. Presence is judged by classes alone where it is None, where the model tells nothing, and
        of pens of one look: what the model sees of either name it sees of none.
    net
        The numbers by which it is judged then; None: those that ship.
    by_pen
        False where the ink's own columns do: where both curves are followed only to be named.
    """

    def __init__(
        self,
        rows: RowSpan,
        evidence: Evidence,
        pins: Sequence[TracePin],
        stroke_px: float,
        width_px: float,
        is_single: bool,
        geometry: TrackGeometry | None = None,
        likeness: Likeness = AS_ANSWERED,
        look: Look | None = None,
        net: PresenceNet | None = None,
        by_pen: bool = True,
    ) -> None:
        self._rows = rows
        self._evidence = evidence
        self._pins = tuple(pins)
        self._is_single = is_single
        self._are_alike = likeness.are_alike
        self._unsure = (rows,) if likeness.are_alike else likeness.turned
        self._look = look
        self._borders = _borders_of(rows, geometry)
        self._costs = costs_for(stroke_px, width_px, likeness.bends)
        self._spans = tuple(rows.bands(BLOCK_ROWS))
        self._blocks: list[_Block] = []
        self._on = np.full((rows.rows, 2), -1, np.int8)
        self._ink = np.zeros((rows.rows, 2, FIELDS), np.int32)
        self._force = np.zeros((rows.rows, 2), np.uint8)
        self._presence = Presence(rows.rows, self._costs.stroke, self._costs.contact, net)
        self._placing = Placing(rows, self._borders, self._costs, by_pen)

    @property
    def trace(self) -> Trace:
        """The trace as last solved."""
        return self._placing.trace

    @property
    def ink(self) -> NDArray[np.int32]:
        """``(n, 2, FIELDS)``: the run under each curve, as last solved; a hidden curve has the other's."""
        return self._ink

    @property
    def stroke_px(self) -> float:
        """Stroke width the decode reckons with, px."""
        return self._costs.stroke

    def exchange_nats(self) -> NDArray[np.float64]:
        """Return ``(n,)``: what it would cost in each row to call each curve's ink the other's, nats."""
        share = np.arange(256) / 255.0
        own = (np.log(share + 0.02) - np.log(1.02 - share)) * self._costs.evidence
        said = np.where(np.abs(share - 0.5) < _SAID_SHARE - 0.5, 0.0, own)
        nats = np.asarray(exchange_cost(self._ink, self._presence.kept, own) / UNITS)
        for span in self._unsure:
            told = span.clipped(self._rows)
            here = slice(told.start - self._rows.start, told.stop - self._rows.start)
            nats[here] = exchange_cost(self._ink[here], self._presence.kept[here], said) / UNITS
        return nats

    def followed_cells(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows of the cells, counted from the track's first, and how the curves were followed in each."""
        return self._presence.sighted.followed()

    def loose_ink(self) -> tuple[LooseInk, ...]:
        """Return the pieces of the curves' ink on which neither stands, from the top; kept where nothing changed."""
        for block in self._blocks:
            if block.loose is None:
                low, high = (_with_rows_beside(p, block.rows, self._rows) for p in (self.trace.low, self.trace.high))
                stroke, width = self._costs.stroke, self._costs.width
                block.loose = loose_ink(block.rows, block.runs, block.first, low, high, stroke, width)
        return tuple(piece for block in self._blocks for piece in block.loose or ())

    def solve(self, cancel: Cancel | None = None, progress: Progress | None = None) -> Trace:
        """Decode all rows.

        Raises
        ------
        InterruptedWorkError
            Where ``cancel`` says so; nothing is kept.
        """
        cancel, progress = cancel or Unstoppable(), progress or unwatched
        self._force = force_rows(self._rows, self._pins, self._is_single)
        cost, state, alive = first_state()
        blocks: list[_Block] = []
        for index, span in enumerate(self._spans):
            if cancel.is_cancelled():
                raise InterruptedWorkError(f"Tracing was stopped at row {span.start}.", "Trace again when you want.")
            runs, first = self._runs_of(span, self._evidence)
            block, cost, state, alive = self._advance(index, runs, first, cost, state, alive)
            blocks.append(block)
            progress((index + 1) / len(self._spans))
        self._blocks = blocks
        for band in self._rows.bands(READ_ROWS):
            self._see(band)
        self._walk(0, len(blocks) - 1)
        self._place(self._rows)
        return self.trace

    def resolve(self, changed: Sequence[RowSpan], pins: Sequence[TracePin] | None = None) -> tuple[Trace, RowSpan]:
        """Decode again after an edit.

        Parameters
        ----------
        changed
            Rows whose evidence changed.
        pins
            All pins, where they changed.

        Returns
        -------
        The trace, the same as a full solve gives; and the rows of it that changed (empty where none did).
        """
        if not self._blocks:
            return self.solve(), self._rows
        below = (RowSpan(s.start, s.stop + 1) for s in changed if not s.is_empty)  # a run shows what is above it
        spans = [*below, *(self._repin(pins) if pins is not None else ())]
        dirty = {index for span in spans for index in self._blocks_of(span)}
        if not dirty:
            return self.trace, RowSpan(self._rows.start, self._rows.start)
        for span in changed:
            self._see(span.clipped(self._rows))
        solved = self._forward_again(dirty)
        walked = self._walk(min(solved), max(solved), solved)
        return self.trace, self._place(walked)

    def _see(self, span: RowSpan) -> None:
        if self._look is not None and not self._are_alike and not span.is_empty:
            self._presence.sighted.take(span.start - self._rows.start, self._look(span), self._rows.start)

    def _blocks_of(self, span: RowSpan) -> range:
        """Return the numbers of the blocks that hold some row of a span."""
        within = span.clipped(self._rows)
        first = self._rows.start // BLOCK_ROWS
        return range(within.start // BLOCK_ROWS - first, -(-within.stop // BLOCK_ROWS) - first if within.rows else 0)

    def _repin(self, pins: Sequence[TracePin]) -> list[RowSpan]:
        """Take new pins; return the rows whose pins differ."""
        differ = set(pins) ^ set(self._pins)
        self._pins = tuple(pins)
        self._force = force_rows(self._rows, self._pins, self._is_single)
        return [p.rows for p in differ]

    def _runs_of(self, span: RowSpan, read: Evidence) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        above = min(1, span.start - self._rows.start)
        p1, p2, col0 = read(RowSpan(span.start - above, span.stop))
        p1, p2 = np.ascontiguousarray(p1), np.ascontiguousarray(p2)
        borders = self._borders[span.start - self._rows.start : span.stop - self._rows.start]
        runs, first = find_runs(p1, p2, col0, borders, self._costs, above)
        return with_pinned_runs(runs, first, span, self._pins, self._costs)

    def _advance(
        self,
        index: int,
        runs: NDArray[np.int32],
        first: NDArray[np.int32],
        cost: NDArray[np.int64],
        state: NDArray[np.int32],
        alive: int,
    ) -> tuple[_Block, NDArray[np.int64], NDArray[np.int32], int]:
        span = self._spans[index]
        above = (cost[:alive].copy(), state[:alive].copy())
        force = self._force[span.start - self._rows.start : span.stop - self._rows.start]
        at, parent, on, alive = forward(runs, first, force, index == 0, cost, state, alive, self._costs)
        return _Block(span, runs, first, above, at, parent, on), cost, state, alive

    def _forward_again(self, dirty: set[int]) -> set[int]:
        """Solve the dirty blocks, and those below until the state is the stored one; return their numbers."""
        solved: set[int] = set()
        read = _ReadAhead(self._evidence, [RowSpan(s.start - 1, s.stop) for s in (self._spans[i] for i in dirty)])
        index = min(dirty)
        cost, state, alive = self._state_above(index)
        while index < len(self._blocks):
            old = self._blocks[index]
            if index not in dirty and _same_state(old.above, cost, state, alive):
                later = [i for i in dirty if i > index]
                if not later:
                    break
                index = min(later)
                cost, state, alive = self._state_above(index)
                continue
            runs, first = self._runs_of(old.rows, read) if index in dirty else (old.runs, old.first)
            block, cost, state, alive = self._advance(index, runs, first, cost, state, alive)
            block.last, block.entry = old.last, old.entry
            self._blocks[index] = block
            solved.add(index)
            index += 1
        return solved

    def _state_above(self, index: int) -> tuple[NDArray[np.int64], NDArray[np.int32], int]:
        cost, state, alive = first_state()
        kept_cost, kept_state = self._blocks[index].above
        alive = len(kept_cost)
        cost[:alive] = kept_cost
        state[:alive] = kept_state
        return cost, state, alive

    def _walk(self, top: int, bottom: int, solved: set[int] | None = None) -> RowSpan:
        """Follow the best path upwards through the solved blocks, and above them as far as it differs.

        Returns the rows whose path was written.
        """
        blocks = self._blocks
        if not blocks:
            return self._rows
        last = blocks[bottom + 1].entry if bottom + 1 < len(blocks) else 0
        begin = bottom
        for index in range(bottom, -1, -1):
            block = blocks[index]
            if (solved is None or index in solved) or block.last != last:
                here = slice(block.rows.start - self._rows.start, block.rows.stop - self._rows.start)
                block.last = last
                block.entry = walk_back(block.at, block.parent, block.on, last, self._on[here])
                gather_ink(self._on[here], block.runs, block.first, self._ink[here])
                begin = index
            elif index < top:
                break
            last = block.entry
        return RowSpan(blocks[begin].rows.start, blocks[bottom].rows.stop)

    def _place(self, walked: RowSpan) -> RowSpan:
        """Place both curves in the walked rows and the bridges that end there; return the rows that changed."""
        if walked.is_empty:
            return walked
        walked = self._judge_presence(walked)
        top = self._rows.start
        kept, shown = self._presence.kept, self._presence.shown
        changed = self._placing.place(walked.start - top, walked.stop - top, kept, self._ink, shown)
        if changed is None:
            return RowSpan(walked.start, walked.start)
        moved = RowSpan(top + changed[0], top + changed[1])
        for index in self._blocks_of(moved.grown(1)):
            self._blocks[index].loose = None
        return moved

    def _judge_presence(self, walked: RowSpan) -> RowSpan:
        """Judge anew where each curve is present; return the walked rows and those of which it is now judged otherwise."""
        top = self._rows.start
        first, last = self._presence.judge(self._on, self._ink, self._force, walked.start - top, walked.stop - top)
        return RowSpan(top + first, top + last)


def _with_rows_beside(plane: NDArray[np.float32], rows: RowSpan, whole: RowSpan) -> NDArray[np.float32]:
    """Return ``(2, h + 2)``: a plane of the trace in some rows and one more at each end, NaN beyond the track."""
    a, b = rows.start - whole.start, rows.stop - whole.start
    out = np.full((2, b - a + 2), np.nan, np.float32)
    top, bottom = max(0, a - 1), min(plane.shape[1], b + 1)
    out[:, top - a + 1 : bottom - a + 1] = plane[:, top:bottom]
    return out


def _borders_of(rows: RowSpan, geometry: TrackGeometry | None) -> NDArray[np.float64]:
    """Return ``(n, 2)``: left and right border in each row, px; infinitely far where they are not known."""
    if geometry is None:
        return np.full((rows.rows, 2), (-np.inf, np.inf))
    at = np.arange(rows.start, rows.stop, dtype=np.float64)
    return np.stack((geometry.left_at(at), geometry.right_at(at)), axis=1)


def _same_state(above: _State, cost: NDArray[np.int64], state: NDArray[np.int32], alive: int) -> bool:
    return (
        len(above[0]) == alive
        and bool(np.array_equal(above[0], cost[:alive]))
        and bool(np.array_equal(above[1], state[:alive]))
    )
