"""Close a well's folder to writing while the window works in it, open it again, and count what was acknowledged and lost.

    QT_QPA_PLATFORM=offscreen python -m tests.bench.read_only --folder FOLDER [--rounds 5] [--seed 1]

FOLDER is an empty folder that nothing else writes. Every gesture is a stroke of the mouse or a key on the real window. In
each round the hand paints; then the folder and all that lies in it is closed to writing, and the hand goes on until
the window takes nothing more, and then some; another reader counts what is on disk; then the folder is open again,
the window goes on by itself, and the hand does. At the end the well is closed while its folder is, and opened again by
a window while its folder still is. Whoever the system lets write everywhere (root) closes it by the mark "immutable" (``chattr +i``, which
stops even files that are open), everybody else by taking the permission, which those outlive. The file ``-shm``, which
SQLite maps into memory, stays as it is: no permission stops a mapping, and the mark would end the process by a signal.

One JSON object a round comes out, and one of the end: acknowledged gestures, how many of them are missing, files left
behind, and sentences as a person reads them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.bench.full_disk import entries
from tests.bench.many_gestures import FIRST, agreement
from tests.session.drawn import ROWS, columns, decode, predict, session_with_track
from veerdesk.desktop.dialogs.failure import FailureDialog
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.theme import Theme
from veerdesk.session.session import Session

_PATIENCE_S = 60.0
_IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@contextmanager
def closed_to_writing(folder: Path) -> Iterator[None]:
    """Close a folder and the files in it to writing, for as long as this lasts."""
    paths = [*(p for p in folder.iterdir() if not p.name.endswith("-shm")), folder]
    modes = {path: path.stat().st_mode for path in paths}
    if _IS_ROOT:
        subprocess.run(["chattr", "+i", *map(str, paths)], check=True)
    else:
        for path in paths:
            path.chmod(modes[path] & ~0o222)
    try:
        yield
    finally:
        if _IS_ROOT:
            subprocess.run(["chattr", "-i", *map(str, paths)], check=True)
        else:
            for path in reversed(paths):
                path.chmod(modes[path])


def until(is_done: Callable[[], bool]) -> bool:
    """Let the window live until something is so; False where it does not come."""
    end = time.monotonic() + _PATIENCE_S
    while not is_done():
        QApplication.processEvents()
        if time.monotonic() > end:
            return False
    return True


class Hand:
    """Paints at random in one window with the mouse, and takes back now and then; keeps what the window said in boxes."""

    def __init__(self, window: MainWindow, rng: random.Random) -> None:
        self._window, self._rng, self.boxes = window, rng, list[str]()

    def gesture(self) -> None:
        """Make one gesture, and read and close every box that comes of it."""
        canvas, rng = self._window.view.canvas, self._rng
        none, port = Qt.KeyboardModifier.NoModifier, canvas.viewport()
        bridge = self._window.bridge
        if rng.random() < 0.15 and bridge is not None and bridge.session.undo_label not in FIRST:
            QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        else:
            button = rng.choice([Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton])
            row = round(rng.uniform(0, ROWS - 41))
            canvas.go_to_row(row)
            line = rng.choice(columns())  # a wide brush along a curve: off the ink nothing would change
            ends = [QPoint(*(round(v) for v in canvas.view.to_widget(r, line[r]))) for r in (row, row + 40)]
            QTest.mousePress(port, button, none, ends[0])
            QTest.mouseMove(port, ends[1])
            QTest.mouseRelease(port, button, none, ends[1])
        QApplication.processEvents()
        self.read_boxes()

    def read_boxes(self) -> None:
        """Keep what every open box says, and close it."""
        for box in self._window.findChildren(FailureDialog):
            if box.isVisible():
                self.boxes.append(f"{box.message} {box.remedy}")
                box.close()
        QApplication.processEvents()


def window_on(path: Path) -> MainWindow:
    """Return a window of the usual size with a well open and traced."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    window = MainWindow(Theme(application, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    window.resize(1280, 800)
    window.show()
    window.open_paths([path])
    if not until(lambda: window.bridge is not None and window.bridge.session.trace(1) is not None):
        raise SystemExit("the well did not open")
    window.view.canvas.zoom_to(1.0)
    return window


def one_round(window: MainWindow, hand: Hand, gestures: int) -> dict[str, object]:
    """Paint, close the folder, paint on, count, open the folder, paint on."""
    assert window.bridge is not None
    session, guide = window.bridge.session, window.view.guide
    folder = session.path.parent
    for _ in range(gestures):
        hand.gesture()
    session.wait_saved()
    before, hand.boxes = set(folder.iterdir()), []
    with closed_to_writing(folder):
        first = len(session.history)
        for _ in range(gestures):
            hand.gesture()
        session.wait_saved(5.0)
        until(lambda: session.trouble is None or window.view.guide.button.isVisible())
        hand.read_boxes()
        out: dict[str, object] = {
            "taken_while_closed": len(session.history) - first,
            "acknowledged": session.acknowledged,
            "waiting": session.pending,
            "missing_for_a_reader": session.acknowledged - min(session.acknowledged, entries(session.path)),
            "boxes": len(hand.boxes),
            "box": hand.boxes[0] if hand.boxes else "",
            "guide": guide.sentence.text(),
            "offers": guide.button.text() if guide.button.isVisible() else "",
            "corner": window.view.readouts.saved.text(),
            "left": sorted(p.name for p in {*folder.iterdir()} - before),
        }
    out["goes_on_by_itself"] = until(lambda: session.trouble is None and not session.pending)
    for _ in range(gestures):
        hand.gesture()
    session.wait_saved()
    out["acknowledged_after"] = session.acknowledged
    out["missing_after"] = len(session.history) - entries(session.path)
    return out


def opened_while_closed(path: Path, rng: random.Random, count: int) -> dict[str, object]:
    """Open a well of so many entries in a folder that is closed, try to paint, and see what is said once it is open."""
    with closed_to_writing(path.parent):
        window = window_on(path)
        assert window.bridge is not None
        hand, first = Hand(window, rng), len(window.bridge.session.history)
        for _ in range(10):
            hand.gesture()
        out: dict[str, object] = {
            "is_read_only": window.bridge.session.is_read_only,
            "missing": count - first,
            "taken": len(window.bridge.session.history) - first,
            "guide": window.view.guide.sentence.text(),
            "corner": window.view.readouts.saved.text(),
        }
    out["offers_to_write"] = until(lambda: "changed here now" in window.view.guide.sentence.text())
    window.close()
    return out


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder that nothing else writes")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--gestures", type=int, default=60, help="gestures in each of a round's three parts")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as other:
        for name in ("CACHE", "CONFIG", "DOCUMENTS"):
            os.environ[f"VEERDESK_{name}"] = f"{other}/{name.lower()}"
        session, track = session_with_track(arguments.folder)
        predict(session, track.id)
        session.keep_view(replace(session.view, step="review", tool="brush"))
        session.close()
        rng = random.Random(arguments.seed)
        window = window_on(session.path)
        hand = Hand(window, rng)
        for number in range(arguments.rounds):
            print(
                json.dumps({"round": number + 1, **one_round(window, hand, arguments.gestures)}, indent=1), flush=True
            )
        assert window.bridge is not None
        count = len(window.bridge.session.history)
        with closed_to_writing(arguments.folder):
            window.close()  # all is saved: nothing is asked, and nothing but an empty lock may stay behind
            left = sorted(p.name for p in arguments.folder.iterdir())
        end: dict[str, object] = {"closed_by": "chattr +i" if _IS_ROOT else "chmod", "left_by_closing": left}
        end["opened_while_closed"] = opened_while_closed(session.path, rng, count)
        again = Session.open(session.path)
        decode(again, track.id)
        end |= agreement(again, track.id)
        end["files"] = sorted(p.name for p in arguments.folder.iterdir())
        print(json.dumps(end, indent=1))


if __name__ == "__main__":
    main()
