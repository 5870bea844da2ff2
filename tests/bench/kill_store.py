"""Kill a painting session again and again, and count what was acknowledged and lost, or left corrupt.

    python tests/bench/kill_store.py --kills 200 [--mouse]

A child process opens a well and paints, erases, undoes, redoes and renames as fast as it can; whatever the store
acknowledges it says on its standard output. The parent sends SIGKILL at a random moment, opens the well as the next
session would, and checks: every acknowledged entry is there, in order; every tile's check sum holds; and the person
plane on disk equals the replay of the journal, byte for byte. One JSON object comes out.

With ``--mouse`` the child is the real window, and paints through mouse and key events.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from veerdesk.labels.edits import Rule, paint
from veerdesk.labels.shapes import capsule
from veerdesk.rows import RowSpan
from veerdesk.session.session import Session
from veerdesk.session.stored_tracks import load_state, replayed
from veerdesk.well.description_json import from_json
from veerdesk.well.records import Plane
from veerdesk.well.store import WellStore

ROWS, COLS = 3000, 400
FIRST = "Add a track"
WINDOW = RowSpan(0, ROWS), (0, COLS)


def paint_for_ever(well: Path, seed: int) -> None:
    """Edit a well at random until killed; the numbers of acknowledged entries go to standard output."""
    rng = random.Random(seed)
    session = Session.open(well)
    track = session.description.tracks[0]
    session.when_saved(lambda: os.write(1, b"%d\n" % session.acknowledged) and None)
    os.write(1, b"0\n")
    while True:
        step = rng.random()
        if step < 0.15 and session.undo_label != FIRST:
            session.undo()
        elif step < 0.25:
            session.redo()
        elif step < 0.3:
            name = f"T{rng.randrange(1000)}"
            session.describe(session.description.with_track(replace(track, name=name)), "Rename")
        else:
            row, col = rng.uniform(0, ROWS - 80), rng.uniform(20, COLS - 20)
            region = capsule((row, col), (row + rng.uniform(0, 70), col), rng.uniform(0.5, 15))
            edit = paint(session.label_map(track.id), track.id, region, rng.choice([0, 1, 2, 255]), Rule.ANYTHING)
            if edit is not None:
                session.apply(edit)
        time.sleep(rng.uniform(0, 0.004))


def paint_by_mouse(well: Path, seed: int) -> None:
    """Paint in the real window with mouse and key events until killed."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from veerdesk.desktop.bench_well import DrawnPredictor
    from veerdesk.desktop.main_window import MainWindow
    from veerdesk.desktop.settings import load_settings
    from veerdesk.desktop.theme import Theme

    rng = random.Random(seed)
    application = QApplication([])
    window = MainWindow(Theme(application, load_settings().theme), another=lambda: None)
    window.make_predictor = lambda device: DrawnPredictor
    window.resize(1200, 900)
    window.show()
    window.open_paths([well])
    while window.bridge is None:
        application.processEvents()
    bridge, canvas = window.bridge, window.view.canvas
    bridge.saved.connect(lambda at: os.write(1, b"%d\n" % bridge.session.acknowledged) and None)
    canvas.zoom_to(1.0)
    port = canvas.viewport()
    os.write(1, b"0\n")
    while True:
        canvas.go_to_row(rng.uniform(0, ROWS))
        step = rng.random()
        if step < 0.1 and bridge.session.undo_label != FIRST:
            QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        else:
            button = rng.choice([Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton])
            at = QPoint(rng.randrange(60, port.width() - 60), rng.randrange(20, port.height() - 60))
            QTest.mousePress(port, button, Qt.KeyboardModifier.NoModifier, at)
            for _ in range(rng.randrange(4)):
                at += QPoint(rng.randrange(-9, 10), rng.randrange(12))
                QTest.mouseMove(port, at)
            QTest.mouseRelease(port, button, Qt.KeyboardModifier.NoModifier, at)
        application.processEvents()


def make_well(folder: Path) -> Path:
    """Make a scan of black stripes and a well with one track on it."""
    paper = np.where(np.arange(COLS) % 16 < 9, 0, 255).astype(np.uint8)
    Image.fromarray(np.repeat(paper[None], ROWS, axis=0)).convert("1").save(folder / "striped.png")
    session = Session.create([folder / "striped.png"])
    for job in session.ingests():
        job.inline()
    scan = session.description.scans[0].id
    track = session.new_track(scan=scan, top=0, bottom=ROWS - 1, left=((0.0, 20.0),), right=((0.0, 380.0),))
    session.describe(session.description.with_track(track), FIRST)
    session.keep_view(replace(session.view, step="review", tool="brush"))
    session.close()
    return session.path


def killed_once(well: Path, seed: int, *more: str) -> int:
    """Let a session paint for a random while, kill it, and return the last entry it saw acknowledged."""
    command = [sys.executable, __file__, "--paint", str(well), "--seed", str(seed), *more]
    root = str(Path(__file__).resolve().parents[2])
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root})
    assert child.stdout is not None
    rng = random.Random(seed)
    heard = [child.stdout.readline() for _ in range(rng.randrange(1, 30))]
    time.sleep(rng.uniform(0.0, 0.02))
    os.kill(child.pid, signal.SIGKILL)
    said, _ = child.communicate()
    lines = b"".join(heard) + said
    return max(int(line) for line in lines.split(b"\n")[:-1])  # the last line may be half written


def verdict(well: Path, acknowledged: int) -> dict[str, int]:
    """Open the well as the next session does; return what is missing or wrong."""
    store = WellStore.open(well)
    numbers = [row.id for row in store.journal()]
    track = from_json(store.meta()["description"], where=str(well)).tracks[0]
    corrupt = sum(blob is None for plane in Plane for _, _, blob in store.tiles(track.id, plane))
    stored = load_state(store, track, {}).labels.said(*WINDOW)
    replay = replayed(store, track.id, track.origin_col).said(*WINDOW)
    out = {
        "entries": len(numbers),
        "lost": sum(n not in set(numbers) for n in range(1, acknowledged + 1)),
        "gaps": int(numbers != list(range(1, len(numbers) + 1))),
        "corrupt": corrupt + int(store.is_read_only),
        "differing_pixels": int((stored != replay).sum()),
    }
    store.close()
    return out


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mouse", action="store_true", help="paint in the real window with mouse events")
    parser.add_argument("--paint", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.paint is not None:
        (paint_by_mouse if arguments.mouse else paint_for_ever)(arguments.paint, arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VEERDESK_CACHE", f"{folder}/cache")
        well = make_well(Path(folder))
        total = {"kills": 0, "acknowledged": 0, "entries": 0, "lost": 0, "gaps": 0, "corrupt": 0, "differing_pixels": 0}
        for kill in range(arguments.kills):
            acknowledged = killed_once(well, arguments.seed + kill, *(["--mouse"] if arguments.mouse else []))
            found = verdict(well, acknowledged)
            total["kills"] += 1
            total["acknowledged"] = max(total["acknowledged"], acknowledged)
            total["entries"] = found["entries"]
            for key in ("lost", "gaps", "corrupt", "differing_pixels"):
                total[key] += found[key]
            print(json.dumps(total), file=sys.stderr, flush=True)
        print(json.dumps(total))


if __name__ == "__main__":
    main()
