"""What learning from corrections does for the rest of a log, through the program's own road from a corrected well.

    python -m tests.bench.adapting [--windows FOLDER] [--only NAME] [--model NAME]

Cases: rendered logs of held-out wells, as they are, in inks that no rendered log has, with the curves' ink faded to 62 and to
38 %, and with the person calling the curves the other way round; and the traced windows of a FOLDER that have two curves,
as they are and called the other way round. Of each the first third (500 rows at most) is corrected pixel by pixel as its
label says and accepted, `learning_job` learns from that and its gate decides, what is kept is applied, the rest of the log
is read again and scored before and after. One JSON line a case, then one that counts the verdicts. Pixels: F1 of curve 1
and 2; ``within``: share of rows within 1 % of the track's width; ``swapped``, ``stolen``: as in `veerdesk evaluate`.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.bench.least_correction import opened, strokes_px
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.labels.edits import Rule, paint
from veerdesk.labels.shapes import Region
from veerdesk.model.predictor import load_predictor
from veerdesk.rows import RowSpan
from veerdesk.segmentation.predictor import Predictor
from veerdesk.session.learning import kept, learning_job
from veerdesk.session.session import Session
from veerdesk.session.whole_well import predict_track
from veerdesk.synth.render import RenderedLog, render_log
from veerdesk.synth.window import write_window
from veerdesk.training.metrics import RowTruth, count_pixels, right_rows, whose_rows
from veerdesk.training.windows import Window, read_window

#: Rendered logs that show two curves apart in most rows, by seed; grey or colour ones where ink is changed.
GREY_SEEDS, ANY_SEEDS = (990_017, 990_020, 990_021, 990_032, 990_033), (990_019, 990_022, 990_038)
LOG_ROWS, MOST_TAUGHT = 1500, 500
#: Inks that no rendered log has: yellow-green and light blue.
INKS = ((150, 190, 40), (90, 190, 230))


def faded(log: RenderedLog, left: float) -> RenderedLog:
    """Return a log with the curves' ink at a share of its darkness against the paper."""
    grey = log.scan if log.scan.ndim == 2 else log.scan.min(axis=2)
    paper, scan = float(np.percentile(grey, 80)), grey.astype(np.float64)
    on = cv2.dilate((log.label > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    scan[on] = paper - (paper - scan[on]) * left
    return replace(log, scan=np.clip(scan, 0, 255).astype(np.uint8))


def inked_anew(log: RenderedLog) -> RenderedLog:
    """Return a log with both curves in inks of their own."""
    grey = log.scan if log.scan.ndim == 2 else log.scan.min(axis=2)
    scan = np.repeat(grey[..., None], 3, axis=2).astype(np.float64)
    for k, ink in enumerate(INKS, start=1):
        near = cv2.dilate((log.label == k).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        on = near & ((log.label == k) | (log.label == 0))
        dark = (255 - scan[on].mean(axis=1, keepdims=True)) / 255
        scan[on] = 255 * (1 - dark) + np.array(ink) * dark
    return replace(log, scan=scan.clip(0, 255).astype(np.uint8))


def other_way_round(window: Window) -> Window:
    """Return a window whose curves the person calls the other way round, and says nothing of it."""
    t = window.truth
    label = np.where(window.label == 1, 2, np.where(window.label == 2, 1, window.label)).astype(np.uint8)
    truth = RowTruth(t.x[::-1].copy(), t.low[::-1].copy(), t.high[::-1].copy(), t.unsure[::-1].copy(), t.width_px)
    return replace(window, label=label, truth=truth)


def cases(work: Path, windows: Path | None) -> Iterator[tuple[str, Path, bool]]:
    """Yield name, folder, and whether the person calls the curves the other way round."""
    changes: dict[str, Callable[[RenderedLog], RenderedLog]] = {
        "plain": lambda log: log,
        "colour": inked_anew,
        "faded62": lambda log: faded(log, 0.62),
        "faded38": lambda log: faded(log, 0.38),
    }
    for kind, change in changes.items():
        for seed in GREY_SEEDS:
            name = f"{kind}-{seed}"
            write_window(work / name, change(render_log(seed, preset="real-shapes", rows=LOG_ROWS)))
            yield name, work / name, False
    for seed in ANY_SEEDS:
        write_window(work / f"swapped-{seed}", render_log(seed, preset="real-shapes", rows=LOG_ROWS))
        yield f"swapped-{seed}", work / f"swapped-{seed}", True
    for folder in sorted(p.parent for p in windows.glob("*/truth.csv")) if windows is not None else ():
        if np.isfinite(read_window(folder).truth.x).any(axis=1).all():
            yield folder.name, folder, False
            yield f"{folder.name} swapped", folder, True


def teach(session: Session, window: Window, rows: RowSpan) -> None:
    """Correct some rows as the label says, and accept them."""
    right = window.label[rows.start : rows.stop]
    for cls in (0, 1, 2):
        shown = session.label_map(1).classes(rows, (0, right.shape[1]))
        edit = paint(
            session.label_map(1), 1, Region(rows.start, 0, (right == cls) & (shown != cls)), cls, Rule.ANYTHING, None,
            "correct",
        )  # fmt: skip
        if edit is not None:
            session.apply(edit)
    settle(session)
    track = session.description.tracks[0]
    session.describe(session.description.with_track(replace(track, accepted=(rows,))), "accept")


def settle(session: Session) -> None:
    """Let the curves follow to the end."""
    while session.stale(1):
        session.take_trace(session.retrace(1).inline())


def score(session: Session, window: Window, rest: NDArray[np.bool_], strokes: tuple[float, float]) -> dict[str, Any]:
    """Return the figures of the rows that were not taught."""
    trace = session.trace(1)
    assert trace is not None
    whole = session.description.tracks[0].geometry.rows
    shown = session.label_map(1).classes(whole, (0, window.grey.shape[1]))
    inside = np.repeat(rest[:, None], window.grey.shape[1], axis=1)
    known = np.isfinite(window.truth.x)
    right = np.stack([right_rows(trace.x, window.truth, strokes[k])[k] for k in range(2)])
    apart, swapped, stolen = (part & rest for part in whose_rows(trace.x, window.truth))
    return {
        "f1": [round(c.f1, 3) for c in count_pixels(shown, window.label, inside)],
        "within": [
            round(float((right & known & rest)[k].sum() / max(1, (known[k] & rest).sum())), 3) for k in range(2)
        ],
        "swapped": round(float(swapped.sum() / max(1, apart.sum())), 3),
        "stolen": round(float(stolen.sum() / max(1, apart.sum())), 3),
    }


def one_case(name: str, folder: Path, is_swapped: bool, predictor: Predictor) -> dict[str, Any]:
    """Teach one log, and return what became of the rest of it."""
    window = read_window(folder)
    window = other_way_round(window) if is_swapped else window
    rows = RowSpan(0, min(len(window.grey) // 3, MOST_TAUGHT))
    rest = np.arange(len(window.grey)) >= rows.stop
    with tempfile.TemporaryDirectory() as work:
        session = opened(folder, window, Path(work), predictor)
        settle(session)
        strokes = strokes_px(folder)
        strokes = (strokes[1], strokes[0]) if is_swapped else strokes
        before = score(session, window, rest, strokes)
        teach(session, window, rows)
        found = learning_job(session, 1).inline()
        outcome, after = found.outcome, None
        track = kept(session, found)
        if track is not None:
            session.describe(session.description.with_track(track), "learn")
            predict_track(session, 1, predictor, Unstoppable(), unwatched)
            settle(session)
            after = score(session, window, rest, strokes)
        session.close()
    return {
        "case": name, "verdict": outcome.verdict, "exchanged": outcome.exchanged, "taught_rows": rows.rows,
        "before": before, "after": after, "held_before": outcome.before, "held_after": outcome.after,
        "frozen_before": outcome.frozen_before, "frozen_after": outcome.frozen_after,
        "seconds": outcome.seconds, "cpu_s": outcome.cpu_s,
    }  # fmt: skip


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--windows", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--model", default=None)
    options = parser.parse_args()
    predictor, verdicts = load_predictor(options.model), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CONFIG", "DOCUMENTS"):
            os.environ[f"VEERDESK_{name}"] = f"{folder}/{name.lower()}"
        for name, place, is_swapped in cases(Path(folder), options.windows):
            if options.only in name:
                said = one_case(name, place, is_swapped, predictor)
                verdicts[said["verdict"]] += 1
                print(json.dumps(said), flush=True)
    print(json.dumps({"cases": verdicts.total(), "verdicts": dict(verdicts)}))


if __name__ == "__main__":
    main()
