"""Kill a painting session again and again, and count what was acknowledged and lost, or left corrupt.

    python -m tests.bench.kill_store --kills 1000 [--mouse]

A child process opens a well and paints, erases, undoes, redoes and renames as fast as it can; whatever the store
acknowledges it says through a pipe. The parent sends SIGKILL at a random moment, opens the well as the next session
would, and checks: every acknowledged entry is there, in order; every tile's check sum holds; every payload's too; and
the person plane on disk equals the replay of the journal, byte for byte. One JSON object comes out.

With ``--mouse`` the child is the real window, and paints through mouse and key events. Each child is a fork of one
process that has imported everything and opened nothing, which is what makes a thousand kills a matter of minutes. The
replay goes on from the kill before; at the end it is made once more from the first entry.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from veerdesk.errors import UnusableInputError
from veerdesk.labels.edits import Rule, apply_edit, paint
from veerdesk.labels.label_map import LabelMap
from veerdesk.labels.shapes import capsule
from veerdesk.rows import RowSpan
from veerdesk.session.payloads import paint_edit
from veerdesk.session.session import Session
from veerdesk.session.stored_tracks import load_state, replayed
from veerdesk.well.description_json import from_json
from veerdesk.well.records import Plane
from veerdesk.well.store import WellStore

ROWS, COLS = 3000, 400
FIRST = "Add a track"
WINDOW = RowSpan(0, ROWS), (0, COLS)


def paint_for_ever(well: Path, seed: int, say: int) -> None:
    """Edit a well at random until killed; the numbers of acknowledged entries go to the pipe ``say``."""
    rng = random.Random(seed)
    session = Session.open(well)
    track = session.description.tracks[0]
    session.when_saved(lambda: _say(say, session.acknowledged))
    _say(say, 0)
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


def paint_by_mouse(well: Path, seed: int, say: int) -> None:
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
    bridge.saved.connect(lambda at: _say(say, bridge.session.acknowledged))
    canvas.zoom_to(1.0)
    port = canvas.viewport()
    _say(say, 0)
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


def _say(pipe: int, number: int) -> None:
    os.write(pipe, b"%d\n" % number)


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


def killed_once(well: Path, seed: int, work: Callable[[Path, int, int], None]) -> int:
    """Let a session paint for a random while, kill it, and return the last entry it saw acknowledged."""
    hear, say = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hear)
        try:
            work(well, seed, say)
        finally:
            os._exit(9)  # it paints until it is killed: coming here is a fault, seen as a short story in the pipe
    os.close(say)
    rng, said = random.Random(seed), b""
    wanted = rng.randrange(1, 30)
    while said.count(b"\n") < wanted and select.select([hear], [], [], 120)[0]:
        if not (more := os.read(hear, 4096)):
            break
        said += more
    time.sleep(rng.uniform(0.0, 0.02))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the session with seed {seed} ended by itself: {said!r}"
    while more := os.read(hear, 4096):
        said += more
    os.close(hear)
    return max(int(line) for line in said.split(b"\n")[:-1])  # the last line may be half written


class Judge:
    """Opens the well as the next session does and says what is missing or wrong; replays each entry once."""

    def __init__(self) -> None:
        self._labels: LabelMap | None = None
        self._read = 0

    def verdict(self, well: Path, acknowledged: int) -> dict[str, int]:
        """Return the counts of one kill."""
        store = WellStore.open(well)
        numbers = [row.id for row in store.journal()]
        track = from_json(store.meta()["description"], where=str(well)).tracks[0]
        self._labels = self._labels or LabelMap(track.origin_col)
        damaged = 0
        for row in store.journal(after=self._read):
            try:
                payload = store.payload(row.id)
            except UnusableInputError:
                damaged += 1
                continue
            if row.kind == "paint":
                apply_edit(self._labels, paint_edit(payload, row.label))
        self._read = numbers[-1]
        corrupt = sum(blob is None for plane in Plane for _, _, blob in store.tiles(track.id, plane))
        stored = load_state(store, track, {}).labels.said(*WINDOW)
        out = {
            "entries": len(numbers),
            "lost": acknowledged - len(set(numbers) & set(range(1, acknowledged + 1))),
            "gaps": int(numbers != list(range(1, len(numbers) + 1))),
            "corrupt": corrupt + damaged + int(store.is_read_only),
            "differing_pixels": int((stored != self._labels.said(*WINDOW)).sum()),
        }
        store.close()
        return out

    def from_the_first(self, well: Path) -> int:
        """Return how many pixels of the person plane differ from the replay of the whole journal."""
        store = WellStore.open(well)
        track = from_json(store.meta()["description"], where=str(well)).tracks[0]
        stored = load_state(store, track, {}).labels.said(*WINDOW)
        replay = replayed(store, track.id, track.origin_col).said(*WINDOW)
        store.close()
        return int((stored != replay).sum())


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mouse", action="store_true", help="paint in the real window with mouse events")
    arguments = parser.parse_args()
    if arguments.mouse:
        import veerdesk.desktop.main_window
        import veerdesk.desktop.well_page
        import veerdesk.desktop.well_view  # noqa: F401 - imported once, here, for every child
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CACHE", "CONFIG", "DOCUMENTS"):
            os.environ.setdefault(f"VEERDESK_{name}", f"{folder}/{name.lower()}")
        well, judge = make_well(Path(folder)), Judge()
        total = {"kills": 0, "acknowledged": 0, "entries": 0, "lost": 0, "gaps": 0, "corrupt": 0, "differing_pixels": 0}
        for kill in range(arguments.kills):
            work = paint_by_mouse if arguments.mouse else paint_for_ever
            acknowledged = killed_once(well, arguments.seed + kill, work)
            found = judge.verdict(well, acknowledged)
            total["kills"] += 1
            total["acknowledged"] = max(total["acknowledged"], acknowledged)
            total["entries"] = found["entries"]
            for key in ("lost", "gaps", "corrupt", "differing_pixels"):
                total[key] += found[key]
            if (kill + 1) % 25 == 0 or kill + 1 == arguments.kills:
                print(json.dumps(total), file=sys.stderr, flush=True)
        total["differing_pixels"] += judge.from_the_first(well)
        print(json.dumps({**total, "seconds": round(time.monotonic() - began, 1)}))


if __name__ == "__main__":
    main()
