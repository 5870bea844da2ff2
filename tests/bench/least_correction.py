"""How many single actions put a log right when only the program's own queue leads to its errors.

    python tests/bench/least_correction.py WINDOWS [--only NAME] [--until 0.995] [--model NAME]

Each window (scan, truth, borders: CONTRACT, Traced windows) becomes a well as a job file makes it, read by the model. A scripted
reviewer who knows the truth goes through the review as a person does: the first open place of the queue, and of it
only what hangs on it: a crossing with the rows down to the next and up to the one before, or doubtful rows. Where most of the rows below
or above stand exchanged they are exchanged there; else, in the middle of the longest wrong stretch in sight, the piece
of stroke that is the curve's is clicked, or the curve is dragged to where it is. What does not help is taken back and counted all the same. The review ends when of both curves the
wanted share of the rows in plain sight is right, or when no place is open any more. One JSON line a window, then one in all.

``actions`` are corrections (exchange, piece, pin, and each that was taken back); ``looks`` are places that were kept as they stand.
``start``, ``end``: share of rows in plain sight that are right, curve 1 and 2. ``unled``: rows wrong at the end that no place ever showed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import Pin, Slot
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.labels.edits import Rule, exchange_rows, paint
from veerdesk.labels.extents import Reach, extent
from veerdesk.labels.pieces import Ink, piece_at
from veerdesk.labels.shapes import Region
from veerdesk.model.predictor import load_predictor
from veerdesk.rows import RowSpan
from veerdesk.segmentation.predictor import Predictor
from veerdesk.session.decisions import with_verdict
from veerdesk.session.doubtful_rows import doubtful_rows_of
from veerdesk.session.exchanging import exchange_at
from veerdesk.session.ink_lock import ink_in
from veerdesk.session.pinning import rows_around_pin
from veerdesk.session.review_queue import QueueItem, filtered, review_queue
from veerdesk.session.session import Session
from veerdesk.session.whole_well import predict_track
from veerdesk.tracing.bridge import bridge_rows, bridged
from veerdesk.training.metrics import RowTruth, right_rows, whose_rows
from veerdesk.training.windows import Window, read_window

#: Corrections at one place before the reviewer goes on, and the shortest wrong stretch a person would bother with, rows.
MOST_AT_ONE_PLACE, LEAST_WRONG_ROWS = 12, 3
#: Share of a piece's ink that lies on the curve before a person who sees its outline gives it to that curve.
LEAST_OWN_SHARE = 0.9
#: Rows beside doubtful rows that are in sight with them.
BESIDE_ROWS = 20

_JOB = """[well]
WELL = "{name}"
[depth]
unit = "m"
[[scan]]
id = "scan"
file = "scan.png"
depth = [[0.0, 0.0], [{last}.0, {depth}]]
[[track]]
name = "T1"
scan = "scan"
top = 0
bottom = {last}
left = [[0.0, {left_top}], [{last}.0, {left_bottom}]]
right = [[0.0, {right_top}], [{last}.0, {right_bottom}]]
"""
_CURVE = """[[track.curve]]
slot = {slot}
mnemonic = "C{slot}"
unit = "%"
scale = "linear"
left = 0.0
right = 100.0
"""


@dataclass
class Review:
    """One window under review; owns its session, and the counts of what was done."""

    session: Session
    window: Window
    seen: NDArray[np.bool_]
    actions: int = 0
    taken_back: int = 0
    looks: int = 0
    shown: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

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
        return self.seen & ~right_rows(self.columns(), self.window.truth, self.stroke_px)

    def right_share(self) -> list[float]:
        """Return the share of rows in plain sight that are right, of each curve; 1 where there are none."""
        wrong = self.wrong()
        return [round(1.0 - float(wrong[k].sum() / max(1, self.seen[k].sum())), 4) for k in range(2)]

    def place(self) -> tuple[QueueItem, RowSpan, RowSpan] | None:
        """Return the first open place of the queue with the rows in sight above and below it."""
        track, crossings = self.session.description.tracks[0], self.session.crossings(1)
        queue = filtered(review_queue(track, crossings, doubtful_rows_of(self.session, 1)), "open")
        if not queue:
            return None
        item, whole = queue[0], track.geometry.rows
        if item.doubt is not None:
            near = item.doubt.rows.grown(BESIDE_ROWS).clipped(whole)
            return item, RowSpan(near.start, near.start), near
        rows = [c.row for c in crossings]
        above = extent(item.crossing.row, rows, whole, Reach.ABOVE)
        return item, above, item.below

    def describe(self, label: str, track: Any, edit: Any = None) -> None:
        """Apply one change of the track as one gesture."""
        self.session.describe(self.session.description.with_track(track), label, edit)
        self.settle()

    def settle(self) -> None:
        """Let the curves follow to the end."""
        while self.session.stale(1):
            self.session.take_trace(self.session.retrace(1).inline())


def reviewed(review: Review, until: float) -> None:
    """Go through the queue until both curves are right, or nothing is open."""
    while min(review.right_share()) < until:
        found = review.place()
        if found is None:
            return
        item, above, below = found
        for rows in (above, below):
            review.shown[rows.start : rows.stop] = True
        for _ in range(MOST_AT_ONE_PLACE):
            if min(review.right_share()) >= until or not _corrected(review, item, above, below):
                break
        still = _found_again(review, item)
        if still is not None:
            review.looks += 1
            review.describe("keep", with_verdict(review.session.description.tracks[0], still, "kept"))


def _found_again(review: Review, item: QueueItem) -> QueueItem | None:
    """Return the place as it is open now, or None where a correction has settled it or made it go away."""
    found = review.place()
    return (
        found[0] if found is not None and found[0].crossing.rows.overlaps(_at_least_one(item.crossing.rows)) else None
    )


def _at_least_one(rows: RowSpan) -> RowSpan:
    return RowSpan(rows.start, max(rows.stop, rows.start + 1))


def _corrected(review: Review, item: QueueItem, above: RowSpan, below: RowSpan) -> bool:
    """Make the one correction that a person would make first here; False where none helps."""
    before = review.wrong()
    in_sight = RowSpan(min(above.start, below.start), max(above.stop, below.stop))
    _, swapped, _ = whose_rows(review.columns(), review.window.truth)
    for rows in (below, above):
        judged = before.any(axis=0)[rows.start : rows.stop]
        if item.doubt is None and judged.sum() > 4 and swapped[rows.start : rows.stop].sum() > 0.5 * judged.sum():
            done = exchange_at(review.session, 1, item.crossing.row, rows, "exchange")
            if done is not None and _helped(
                review, lambda d=done: review.session.describe(d.after, "exchange", d.edit)
            ):
                return True
    for curve, start, stop in _stretches(before, in_sight)[:3]:
        row = (start + stop) // 2
        piece = _piece(review, curve, row)
        if piece is not None and _helped(review, lambda p=piece, c=curve: _give(review, p, c)):
            return True
        if _helped(review, lambda c=curve, r=row: _pin(review, c, r)):
            return True
    return False


def _helped(review: Review, act: Any) -> bool:
    """Do something, and take it back where fewer rows are right after it; both are actions."""
    before = review.wrong().sum()
    act()
    review.settle()
    review.actions += 1
    if review.wrong().sum() < before:
        return True
    review.session.undo()
    review.settle()
    review.actions += 1
    review.taken_back += 1
    return False


def _stretches(wrong: NDArray[np.bool_], rows: RowSpan) -> list[tuple[int, int, int]]:
    """Return the wrong stretches among some rows, ``(curve, start, stop)``, the longest first."""
    out = []
    for curve in range(2):
        edges = np.flatnonzero(np.diff(np.pad(wrong[curve, rows.start : rows.stop].astype(np.int8), 1)))
        out += [(curve, rows.start + int(a), rows.start + int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return sorted((s for s in out if s[2] - s[1] >= LEAST_WRONG_ROWS), key=lambda s: s[1] - s[2])


def _piece(review: Review, curve: int, row: int) -> Region | None:
    """Return the piece of stroke that the pick tool outlines on a curve at a row; None where it is not that curve's."""
    session, truth = review.session, review.window.truth
    track = session.description.tracks[0]
    cols = track.geometry.box(session.scans[track.scan].width)
    ink = Ink(lambda rows: ink_in(session, 1, rows, cols), track.geometry.rows, cols)
    found = piece_at(ink, row, round(float(truth.x[curve, row])), review.stroke_px)
    if found is None:
        return None
    inked = np.argwhere(found.mask)
    at, col = found.row0 + inked[:, 0], found.col0 + inked[:, 1]
    beside = np.maximum(truth.low[curve, at] - col, col - truth.high[curve, at])
    own, known = beside <= review.stroke_px, np.isfinite(truth.x[curve, at])
    return found if known.any() and own[known].mean() >= LEAST_OWN_SHARE else None


def _give(review: Review, piece: Region, curve: int) -> None:
    """Click a piece: it is that curve's."""
    edit = paint(review.session.label_map(1), 1, piece, curve + 1, Rule.ANYTHING, None, "give a piece")
    if edit is not None:
        review.session.apply(edit)


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


def in_plain_sight(folder: Path, truth: RowTruth) -> NDArray[np.bool_]:
    """Return ``(2, rows)``: rows with a truth that no flag is on (neither a gap, nor hidden, nor unsure)."""
    seen = np.isfinite(truth.x)
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        for record in csv.DictReader(file):
            for k, slot in enumerate("12"):
                if (record.get(f"f{slot}") or "").strip():
                    seen[k, int(float(record["row"]))] = False
    return seen


def opened(folder: Path, window: Window, work: Path, predictor: Predictor) -> Session:
    """Return a session on a well of a window, read by a model and traced."""
    meta, last = json.loads((folder / "meta.json").read_text(encoding="utf-8")), window.grey.shape[0] - 1
    sides = {k: meta[k] for k in ("left_top", "left_bottom", "right_top", "right_bottom")}
    head = _JOB.format(name=window.name, last=last, depth=round(0.1 * last, 4), **sides)
    (work / "job.toml").write_text(head + "".join(_CURVE.format(slot=s) for s in (1, 2)), encoding="utf-8")
    (work / "scan.png").write_bytes((folder / "scan.png").read_bytes())
    session = Session.create_from_job(work / "job.toml")
    for job in session.ingests():
        session.note_digest(job.inline())
    predict_track(session, 1, predictor, Unstoppable(), unwatched)
    return session


def one_window(folder: Path, predictor: Predictor, until: float) -> dict[str, Any]:
    """Review one window and return its figures."""
    window = read_window(folder)
    with tempfile.TemporaryDirectory() as work:
        session = opened(folder, window, Path(work), predictor)
        review = Review(
            session, window, in_plain_sight(folder, window.truth), shown=np.zeros(len(window.grey), np.bool_)
        )
        review.settle()
        track = session.description.tracks[0]
        start, places = (
            review.right_share(),
            len(review_queue(track, session.crossings(1), doubtful_rows_of(session, 1))),
        )
        reviewed(review, until)
        wrong, rows = review.wrong().any(axis=0), len(window.grey)
        said = {
            "window": window.name, "rows": rows, "places": places, "start": start, "end": review.right_share(),
            "actions": review.actions, "taken_back": review.taken_back, "looks": review.looks,
            "actions_per_1000_rows": round(1000 * review.actions / rows, 1),
            "wrong_rows": int(wrong.sum()), "unled": int((wrong & ~review.shown).sum()),
        }  # fmt: skip
        session.close()
    return said


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("windows", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--until", type=float, default=0.995)
    parser.add_argument("--model", default=None)
    options = parser.parse_args()
    predictor, done = load_predictor(options.model), list[dict[str, Any]]()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CACHE", "CONFIG", "DOCUMENTS"):
            if name != "CACHE":  # the compiled decode is kept there
                os.environ[f"VEERDESK_{name}"] = f"{folder}/{name.lower()}"
        for each in sorted(p.parent for p in options.windows.glob("*/truth.csv")):
            if options.only in each.name:
                done.append(one_window(each, predictor, options.until))
                print(json.dumps(done[-1]), flush=True)
    rows = sum(d["rows"] for d in done)
    said = {"window": "ALL", "rows": rows, "reached": sum(min(d["end"]) >= options.until for d in done)}
    for name in ("places", "actions", "taken_back", "looks", "wrong_rows", "unled"):
        said[name] = sum(d[name] for d in done)
    print(json.dumps({**said, "actions_per_1000_rows": round(1000 * said["actions"] / max(1, rows), 1)}))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
