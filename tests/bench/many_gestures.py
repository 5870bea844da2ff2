"""Make very many random gestures in one sitting; print memory before and after, and prove that the journal says it all.

    python -m tests.bench.many_gestures --gestures 50000 [--seed 1] [--mouse]

A session over a drawn and predicted track is painted, erased, taken back, made again, exchanged and accepted at random;
the curves follow at every pause of the hand. At the end everything is on disk, the well is opened again, and three things must agree
byte for byte: the planes that were in memory, those that were stored, and the replay of the journal from its first
entry. The trace must equal a decode from nothing. One JSON object comes out; memory is anonymous memory in MB.

With ``--mouse`` the gestures are mouse and key events in the real window.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.session.drawn import COLS, ROWS, WHOLE, decode, predict, session_with_track
from veerdesk.errors import UnusableInputError
from veerdesk.labels.edits import Rule, exchange_rows, paint
from veerdesk.labels.shapes import capsule
from veerdesk.rows import RowSpan
from veerdesk.session.session import Session
from veerdesk.session.stored_tracks import replayed
from veerdesk.well.store import WellStore

#: Not taken back: without its track there is nothing to paint on.
FIRST = ("", "Add T1", "depths, and all rows accepted")


def anonymous_mb() -> float:
    """Return the anonymous memory of this process."""
    gc.collect()
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1024


def gesture(session: Session, track_id: int, rng: random.Random) -> bool:
    """Make one random gesture; False where nothing changed."""
    step = rng.random()
    if step < 0.15 and session.undo_label not in FIRST:
        return session.undo() is not None
    if step < 0.25:
        return session.redo() is not None
    if step < 0.28:
        track, top = session.description.track(track_id), rng.randrange(ROWS - 50)
        after = session.description.with_track(replace(track, accepted=(RowSpan(top, top + rng.randrange(1, 50)),)))
        session.describe(after, "accept")
        return True
    labels = session.label_map(track_id)
    if step < 0.33:
        top = rng.randrange(ROWS - 60)
        edit = exchange_rows(labels, track_id, RowSpan(top, top + rng.randrange(1, 60)), (40, 240))
    else:
        row, col = rng.uniform(0, ROWS - 40), rng.uniform(50, 230)
        region = capsule((row, col), (row + rng.uniform(0, 30), col + rng.uniform(-9, 9)), rng.uniform(0.5, 9))
        rule = rng.choice([Rule.ANYTHING, Rule.BACKGROUND_ONLY, Rule.OTHER_CURVE_ONLY])
        edit = paint(labels, track_id, region, rng.choice([0, 1, 2, 255]), rule)
    if edit is not None:
        session.apply(edit)
    return edit is not None


def by_session(folder: Path, count: int, rng: random.Random, tell: Callable[[int], None]) -> dict[str, object]:
    """Make the gestures on a session without a window."""
    session, track = session_with_track(folder)
    predict(session, track.id)
    session.wait_saved()
    before, made, began = anonymous_mb(), 0, time.process_time()
    while made < count:
        with session.tracing_later():  # as in the window: the paint is shown at once, the curve when the hand pauses
            made += gesture(session, track.id, rng)
        if rng.random() < 0.05:
            session.settle()
        if made % 1000 == 0:
            session.wait_saved()
            tell(made)
    spent = time.process_time() - began
    decode(session, track.id)
    after = anonymous_mb()
    return {
        "gestures": made,
        "memory_before_mb": round(before, 1),
        "memory_after_mb": round(after, 1),
        "cpu_ms_each": round(1000 * spent / made, 2),
        **agreement(session, track.id),
    }


def agreement(session: Session, track_id: int) -> dict[str, object]:
    """Close the session and return how far memory, file and journal are apart."""
    shown, trace = session.label_map(track_id).said(WHOLE, (0, COLS)), session.trace(track_id)
    assert trace is not None
    x, path, entries = trace.x.copy(), session.path, len(session.history)
    session.close()
    again = Session.open(path)
    decode(again, track_id)
    anew = again.trace(track_id)
    assert anew is not None
    stored, origin = again.label_map(track_id).said(WHOLE, (0, COLS)), again.description.track(track_id).origin_col
    again.close()
    store = WellStore.open_reading(path)
    replay = replayed(store, track_id, origin).said(WHOLE, (0, COLS))
    damaged = sum(_is_damaged(store, row.id) for row in store.journal())
    store.close()
    return {
        "entries": entries,
        "file_mb": round(path.stat().st_size / 1e6, 1),
        "pixels_memory_against_file": int((shown != stored).sum()),
        "pixels_memory_against_replay": int((shown != replay).sum()),
        "rows_trace_against_full_decode": int((~np.isclose(x, anew.x, equal_nan=True)).any(axis=0).sum()),
        "damaged_payloads": damaged,
    }


def _is_damaged(store: WellStore, entry: int) -> bool:
    try:
        store.payload(entry)
    except UnusableInputError:
        return True
    return False


def by_mouse(folder: Path, count: int, rng: random.Random, tell: Callable[[int], None]) -> dict[str, object]:
    """Make the gestures with mouse and keys in the real window."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from veerdesk.desktop.main_window import MainWindow
    from veerdesk.desktop.theme import Theme

    session, track = session_with_track(folder)
    predict(session, track.id)
    session.keep_view(replace(session.view, step="review", tool="brush"))
    session.close()
    application = QApplication([])
    window = MainWindow(Theme(application, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    window.resize(1200, 900)
    window.show()
    window.open_paths([session.path])
    while window.bridge is None or window.bridge.session.trace(track.id) is None:
        application.processEvents()
    live, canvas = window.bridge.session, window.view.canvas
    canvas.zoom_to(1.0)
    port, left, none = canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    before, first, began = anonymous_mb(), len(live.history), time.process_time()
    while (made := len(live.history) - first) < count:
        canvas.go_to_row(rng.uniform(0, ROWS))
        if rng.random() < 0.15 and made > 20:
            QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        else:
            button = rng.choice([left, Qt.MouseButton.RightButton])
            at = QPoint(rng.randrange(60, port.width() - 60), rng.randrange(20, port.height() - 60))
            QTest.mousePress(port, button, none, at)
            for _ in range(rng.randrange(4)):
                at += QPoint(rng.randrange(-9, 10), rng.randrange(12))
                QTest.mouseMove(port, at)
            QTest.mouseRelease(port, button, none, at)
        application.processEvents()
        tell(made)
    spent = time.process_time() - began
    while live.stale(track.id):
        application.processEvents()
    after = anonymous_mb()
    said = live.label_map(track.id).said(WHOLE, (0, COLS))
    window.close()
    again = Session.open(live.path)
    decode(again, track.id)
    same = int((again.label_map(track.id).said(WHOLE, (0, COLS)) != said).sum())
    return {
        "gestures": made,
        "memory_before_mb": round(before, 1),
        "memory_after_mb": round(after, 1),
        "cpu_ms_each": round(1000 * spent / made, 2),
        "pixels_window_against_file": same,
        **agreement(again, track.id),
    }


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gestures", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mouse", action="store_true", help="through mouse and key events in the real window")
    arguments = parser.parse_args()
    told = {0}

    def tell(made: int) -> None:
        if made // 5000 not in told:
            told.add(made // 5000)
            print(f"{made:,} gestures, {anonymous_mb():.1f} MB", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        for name in ("CACHE", "CONFIG", "DOCUMENTS"):
            os.environ[f"VEERDESK_{name}"] = f"{folder}/{name.lower()}"
        work = by_mouse if arguments.mouse else by_session
        print(json.dumps(work(Path(folder), arguments.gestures, random.Random(arguments.seed), tell)))


if __name__ == "__main__":
    main()
