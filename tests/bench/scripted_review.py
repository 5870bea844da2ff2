"""A scripted reviewer who knows the truth and goes only where the program's own queue leads, as a person goes.

Separate because what a person would do at a place is one thing, and windows, wells and figures are another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import Pin, Slot
from veerdesk.labels.edits import Rule, exchange_rows, paint
from veerdesk.labels.extents import Reach, extent
from veerdesk.labels.livewire import cheapest_way, step_costs
from veerdesk.labels.pieces import Ink, nearest_ink, piece_at
from veerdesk.labels.shapes import Region, polyline_brush
from veerdesk.rows import RowSpan
from veerdesk.session.decisions import with_verdict
from veerdesk.session.doubtful_rows import doubtful_rows_of
from veerdesk.session.exchanging import Exchange, exchange_at
from veerdesk.session.ink_lock import ink_in, lock, stroke_in
from veerdesk.session.pinning import rows_around_pin
from veerdesk.session.review_queue import QueueItem, ReviewFilter, filtered, review_queue
from veerdesk.session.session import Session
from veerdesk.tracing.bridge import bridge_rows, bridged
from veerdesk.training.metrics import right_rows, whose_rows
from veerdesk.training.windows import Window

#: The shortest wrong stretch that is looked for, rows, each time that the queue is gone through.
LEAST_WRONG_ROWS = (6, 2, 1)
#: Corrections at one place before the reviewer goes on.
MOST_AT_ONE_PLACE = 100
#: Share of a piece's ink that lies on the curve before a person who sees its outline gives it to that curve.
LEAST_OWN_SHARE = 0.9
#: The shortest wrong stretch for which a piece of stroke is looked at; below it a curve is dragged.
LEAST_PIECE_ROWS = 3
#: Shares of both curves' rows for which it is told after how many actions they were right.
STEPS = (0.9, 0.95, 0.98, 0.99, 0.995)
#: The shortest wrong stretch along which a person clicks (livewire), and rows from click to click; Enter ends it.
LEAST_ALONG_ROWS, CLICK_ROWS = 60, 100
#: How far beside two clicks a way is looked for, strokes.
ALONG_BESIDE_STROKES = 12
#: What spoils this many rows more than it puts right is taken back: a pin is right by itself, and so is that a curve is absent.
SPOILT_ROWS = {"pin": 8, "absent": 1}
#: A curve is dragged in the middle of the rows of a stretch that are this near to being furthest off.
FURTHEST_SHARE = 0.9
#: How near a click must be to a stroke, px; places of the queue this near are one, rows.
SNAP_PX, NEAR_ROWS = 4, 8
#: Rows beside doubtful rows that are in sight with them.
BESIDE_ROWS = 20


@dataclass
class Review:
    """One window under review; owns its session, and the counts of what was done."""

    session: Session
    window: Window
    seen: NDArray[np.bool_]
    strokes: tuple[float, float]
    looks: int = 0
    taken_back: int = 0
    tried: Counter[str] = field(default_factory=Counter)
    helped: Counter[str] = field(default_factory=Counter)
    refused: set[tuple[str, int, int]] = field(default_factory=set)
    reached: dict[float, int] = field(default_factory=dict)
    shown: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

    def __post_init__(self) -> None:
        self.shown = np.zeros(len(self.window.grey), np.bool_)
        self.settle()
        self.note()

    @property
    def actions(self) -> int:
        """Corrections made, and those taken back."""
        return self.tried.total() + self.taken_back

    @property
    def stroke_px(self) -> float:
        """Stroke width of the track, px."""
        return self.session.description.tracks[0].stroke_px or 4.0

    def columns(self) -> NDArray[np.float64]:
        """Return ``(2, rows)``: what an export holds of both curves, px."""
        trace = self.session.trace(1)
        assert trace is not None
        for slot in (1, 2):
            trace = bridged(trace, slot, bridge_rows(trace, slot, self.stroke_px))
        return trace.x

    def wrong(self) -> NDArray[np.bool_]:
        """Return ``(2, rows)``: rows in plain sight whose value is not the truth's."""
        return self.seen & ~self.right()

    def right(self) -> NDArray[np.bool_]:
        """Return ``(2, rows)``: rows whose value is the truth's, in plain sight or not."""
        x, truth = self.columns(), self.window.truth
        return np.stack([right_rows(x, truth, self.strokes[k])[k] for k in range(2)])

    def right_share(self) -> list[float]:
        """Return the share of rows in plain sight that are right, of each curve; 1 where there are none."""
        wrong = self.wrong()
        return [round(1.0 - float(wrong[k].sum() / max(1, self.seen[k].sum())), 4) for k in range(2)]

    def queue(self, wanted: ReviewFilter) -> tuple[QueueItem, ...]:
        """Return the places of the queue in a state."""
        track, crossings = self.session.description.tracks[0], self.session.crossings(1)
        return filtered(review_queue(track, crossings, doubtful_rows_of(self.session, 1)), wanted)

    def in_sight(self, item: QueueItem) -> tuple[RowSpan, RowSpan]:
        """Return the rows above and below a place that are looked at with it."""
        whole = self.session.description.tracks[0].geometry.rows
        if item.doubt is not None:
            near = item.doubt.rows.grown(BESIDE_ROWS).clipped(whole)
            return RowSpan(near.start, near.start), near
        rows = [c.row for c in self.session.crossings(1)]
        return extent(item.crossing.row, rows, whole, Reach.ABOVE), item.below

    def note(self) -> None:
        """Note how many actions it took to come as far as this."""
        share = min(self.right_share())
        for step in STEPS:
            if share >= step:
                self.reached.setdefault(step, self.actions)

    def describe(self, label: str, track: Any, edit: Any = None) -> None:
        """Apply one change of the track as one gesture."""
        self.session.describe(self.session.description.with_track(track), label, edit)
        self.settle()

    def settle(self) -> None:
        """Let the curves follow to the end."""
        while self.session.stale(1):
            self.session.take_trace(self.session.retrace(1).inline())


def reviewed(review: Review, until: float) -> None:
    """Go through the queue, for coarse errors first, until both curves are right or nothing is left to look at.

    Of a track that has one curve the other is taken off first. Later rounds end with the places of earlier ones that a correction has settled: a person goes back there.
    """
    for curve in range(2):
        if not np.isfinite(review.window.truth.x[curve]).any():
            _helped(review, ("absent", curve, 0), partial(_take_off, review, curve))
    known: list[tuple[QueueItem, RowSpan, RowSpan]] = []
    for number, least_rows in enumerate(LEAST_WRONG_ROWS):
        been: list[int] = []
        while min(review.right_share()) < until:
            queue = review.queue("open" if number == 0 else "all")
            places = [(i, *review.in_sight(i)) for i in queue] + (known if number else [])
            place = next((p for p in places if all(abs(p[0].crossing.row - r) > NEAR_ROWS for r in been)), None)
            if place is None:
                break
            been.append(place[0].crossing.row)
            _looked_at(review, place, least_rows, until)
            if number == 0:
                known.append(place)


def _looked_at(review: Review, place: tuple[QueueItem, RowSpan, RowSpan], least_rows: int, until: float) -> None:
    """Put one place right as far as that goes, and keep it as it is then."""
    item, above, below = place
    review.looks += 1
    for rows in (above, below):
        review.shown[rows.start : rows.stop] = True
    for _ in range(MOST_AT_ONE_PLACE):
        if min(review.right_share()) >= until or not _corrected(review, item, above, below, least_rows):
            break
    still = next((i for i in review.queue("open") if abs(i.crossing.row - item.crossing.row) <= NEAR_ROWS), None)
    if still is not None:
        review.describe("keep", with_verdict(review.session.description.tracks[0], still, "kept"))


def _corrected(review: Review, item: QueueItem, above: RowSpan, below: RowSpan, least_rows: int) -> bool:
    """Make the one correction that a person would make first here; False where none helps."""
    before = review.wrong()
    in_sight = RowSpan(min(above.start, below.start), max(above.stop, below.stop))
    _, swapped, _ = whose_rows(review.columns(), review.window.truth)
    for number, rows in enumerate((below, above)):
        judged = before.any(axis=0)[rows.start : rows.stop]
        if item.doubt is None and judged.sum() > 4 and swapped[rows.start : rows.stop].sum() > 0.5 * judged.sum():
            done = exchange_at(review.session, 1, item.crossing.row, rows, "exchange")
            if done is not None and _helped(
                review, ("exchange", number, item.crossing.row), partial(_exchange, review, done)
            ):
                return True
    for curve, row, length, ends in _stretches(review, in_sight, least_rows):
        if length >= LEAST_ALONG_ROWS:
            clicks = _clicks(review, curve, ends)
            if _helped(review, ("along", curve, row), partial(_along, review, curve, clicks), len(clicks) + 1):
                return True
        if length >= LEAST_PIECE_ROWS:
            piece = _piece(review, row, float(review.window.truth.x[curve, row]))
            give = partial(_give, review, piece, curve + 1)
            if piece is not None and _is_of(review, piece, curve) and _helped(review, ("piece", curve, row), give):
                return True
            stray = _stray(review, curve, row)
            if stray is not None and _helped(review, ("erased", curve, row), partial(_give, review, stray, 0)):
                return True
        if _helped(review, ("pin", curve, row), partial(_pin, review, curve, row)):
            return True
    return False


def _helped(review: Review, what: tuple[str, int, int], act: Callable[[], None], actions: int = 1) -> bool:
    """Do something, and take it back where it does not help; both are actions. False also where it was tried before.

    A click helps where fewer rows are wrong after it. A pin is right by itself, and what it spoils is put right after it:
    it is taken back only where that is much.
    """
    if what in review.refused:
        return False
    before = review.wrong().sum()
    act()
    review.settle()
    review.tried[what[0]] += actions
    review.note()
    after = review.wrong()
    is_followed = what[0] != "pin" or not after[what[1], what[2]]
    if after.sum() < before + (SPOILT_ROWS.get(what[0], 0) if is_followed else 0):
        review.helped[what[0]] += 1
        return True
    review.refused.add(what)
    review.session.undo()
    review.settle()
    review.taken_back += 1
    return False


def _stretches(review: Review, rows: RowSpan, least_rows: int) -> list[tuple[int, int, int, tuple[int, int]]]:
    """Return the wrong stretches in some rows, ``(curve, row, wrong rows, (first, last))``, the longest first.

    Rows that no flag lets count belong to the stretch round them; ``row`` is the middle of those that are furthest off.
    """
    wrong, truth, columns, out = review.wrong(), review.window.truth, review.columns(), []
    for curve in range(2):
        off = np.nan_to_num(np.abs(columns[curve] - truth.x[curve]))
        is_off = wrong[curve] | (~review.seen[curve] & np.isfinite(truth.x[curve]) & ~review.right()[curve])
        edges = np.flatnonzero(np.diff(np.pad(is_off[rows.start : rows.stop].astype(np.int8), 1))) + rows.start
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            at = start + np.flatnonzero(wrong[curve, start:stop])
            length, ends = len(at), (int(start), int(stop) - 1)
            at = at[[("pin", curve, int(row)) not in review.refused for row in at]]
            if length >= least_rows and len(at):
                furthest = at[off[at] >= FURTHEST_SHARE * off[at].max()]
                out.append((curve, int(furthest[len(furthest) // 2]), length, ends))
    return sorted(out, key=lambda s: -s[2])


def _piece(review: Review, row: int, column: float) -> Region | None:
    """Return the piece of stroke that the pick tool outlines at a place: of the curves' own ink, else of any."""
    session, col = review.session, round(column)
    track = session.description.tracks[0]
    cols = track.geometry.box(session.scans[track.scan].width)
    near = RowSpan(row - SNAP_PX, row + SNAP_PX + 1).clipped(track.geometry.rows)
    beside = max(cols[0], col - SNAP_PX), min(cols[1], col + SNAP_PX + 1)
    if beside[0] >= beside[1]:
        return None
    for read in (stroke_in, ink_in):
        found = nearest_ink(read(session, 1, near, beside), (row - near.start, col - beside[0]))
        if found is not None:
            ink = Ink(partial(_read_ink, read, session, cols), track.geometry.rows, cols)
            return piece_at(ink, near.start + found[0], beside[0] + found[1], review.stroke_px)
    return None


def _read_ink(read: Any, session: Session, cols: tuple[int, int], rows: RowSpan) -> NDArray[np.bool_]:
    return np.asarray(read(session, 1, rows, cols), np.bool_)


def _own_share(review: Review, piece: Region, curve: int) -> float:
    """Return the share of a piece's ink that lies on a curve's stroke, where the curve is known at all."""
    truth, inked = review.window.truth, np.argwhere(piece.mask)
    at, col = piece.row0 + inked[:, 0], piece.col0 + inked[:, 1]
    known = np.isfinite(truth.x[curve, at])
    with np.errstate(invalid="ignore"):
        beside = np.maximum(truth.low[curve, at] - col, col - truth.high[curve, at])
    return float((beside[known] <= review.stroke_px).mean()) if known.any() else 0.0


def _is_of(review: Review, piece: Region, curve: int) -> bool:
    """Return True where a piece is a curve's, and nobody has said so yet."""
    said = review.session.label_map(1).said(piece.rows, piece.cols)[piece.mask]
    return (
        bool((said != curve + 1).mean() > 1.0 - LEAST_OWN_SHARE) and _own_share(review, piece, curve) >= LEAST_OWN_SHARE
    )


def _stray(review: Review, curve: int, row: int) -> Region | None:
    """Return the piece that a curve stands on at a row and that is neither curve's; None where there is none."""
    column = review.columns()[curve, row]
    piece = _piece(review, row, float(column)) if np.isfinite(column) else None
    if piece is None or max(_own_share(review, piece, k) for k in range(2)) > 1.0 - LEAST_OWN_SHARE:
        return None
    return piece


def _exchange(review: Review, done: Exchange) -> None:
    review.session.describe(done.after, "exchange", done.edit)


def _give(review: Review, piece: Region | None, cls: int) -> None:
    """Click a piece: it is that curve's, or background."""
    assert piece is not None
    edit = paint(review.session.label_map(1), 1, piece, cls, Rule.ANYTHING, None, "give a piece")
    if edit is not None:
        review.session.apply(edit)


def _clicks(review: Review, curve: int, ends: tuple[int, int]) -> list[tuple[int, int]]:
    """Return where a person clicks along a curve, ``(row, column)``: at both ends of a stretch and every so many rows."""
    x = review.window.truth.x[curve]
    rows = np.linspace(*ends, 2 + (ends[1] - ends[0]) // CLICK_ROWS).round().astype(int)
    return [(int(row), round(float(x[row]))) for row in rows if np.isfinite(x[row])]


def _along(review: Review, curve: int, clicks: list[tuple[int, int]]) -> None:
    """Give the ways along ink from click to click to a curve."""
    session = review.session
    ways = [_way(review, start, stop) for start, stop in pairwise(clicks)]
    points = [point for way in ways for point in (*way[::3], way[-1])]
    if not points:
        return
    region = polyline_brush(points, 0.75 * review.stroke_px + 1.5)
    edit = paint(
        session.label_map(1), 1, region, curve + 1, Rule.INK_ONLY, lock(session, 1, region, curve + 1), "along"
    )
    if edit is not None:
        session.apply(edit)


def _way(review: Review, start: tuple[int, int], stop: tuple[int, int]) -> list[tuple[float, float]]:
    """Return the way along ink between two clicks, the straight line where the search gives up."""
    session = review.session
    track = session.description.tracks[0]
    wide, beside = track.geometry.box(session.scans[track.scan].width), round(ALONG_BESIDE_STROKES * review.stroke_px)
    rows = RowSpan(start[0] - beside, stop[0] + beside + 1).clipped(track.geometry.rows)
    cols = max(wide[0], min(start[1], stop[1]) - beside), min(wide[1], max(start[1], stop[1]) + beside + 1)
    ink = ink_in(session, 1, rows, cols)
    spots = [_snapped(ink, (row - rows.start, col - cols[0])) for row, col in (start, stop)]
    way = cheapest_way(step_costs(stroke_in(session, 1, rows, cols), ink), spots[0], spots[1]) or spots
    return [(float(row + rows.start), float(col + cols[0])) for row, col in way]


def _snapped(ink: NDArray[np.bool_], spot: tuple[int, int]) -> tuple[int, int]:
    """Return the ink nearest to a click, or the click itself where none is near."""
    top, left = max(0, spot[0] - SNAP_PX), max(0, spot[1] - SNAP_PX)
    near = ink[top : spot[0] + SNAP_PX + 1, left : spot[1] + SNAP_PX + 1]
    found = nearest_ink(near, (spot[0] - top, spot[1] - left))
    return spot if found is None else (top + found[0], left + found[1])


def _take_off(review: Review, curve: int) -> None:
    """Take a curve off the track, as the form of its curves does: there is none."""
    track = review.session.description.tracks[0]
    rest = tuple(c for c in track.curves if c.slot != _slot(curve))
    review.describe("one curve", replace(track, curves=rest))


def _pin(review: Review, curve: int, row: int) -> None:
    """Drag a curve to where it is at a row, as the pin tool does."""
    session = review.session
    track, slot = session.description.tracks[0], _slot(curve)
    pin = Pin("at", slot, RowSpan(row, row + 1), round(float(review.window.truth.x[curve, row]), 2))
    rows = rows_around_pin(track, pin, session.trace(1), session.crossings(1))
    cols = track.geometry.box(session.scans[track.scan].width)
    edit = exchange_rows(session.label_map(1), 1, rows, cols, "pin") if rows is not None else None
    kept = tuple(p for p in track.pins if (p.kind, p.slot, p.rows) != (pin.kind, pin.slot, pin.rows))
    session.describe(session.description.with_track(replace(track, pins=(*kept, pin))), "pin", edit)


def _slot(curve: int) -> Slot:
    return 1 if curve == 0 else 2
