"""A scripted reviewer at the correcting desk: crossings put right by keys alone, then by the mouse alone, through true events.

    QT_QPA_PLATFORM=offscreen python -m tests.bench.correcting_desk [--crossings 100] [--seed 1]

A log of two curves that cross every hundred rows is drawn and read by a model that has exchanged them below a third of
the crossings. The reviewer knows the truth and looks at what the window has in hand, never at what it has not shown.

Keys: ``N`` goes to the first place; where the curves below it stand exchanged ``X``, else ``Space``; both go on by themselves. Now and then a key is
pressed too soon, and ``Shift+N`` and ``X`` mend it; now and then a place is flagged with ``F`` and ``Enter``. Mouse: the panel's buttons keep and
go on; an exchanged crossing is clicked on the canvas, and every fifth of them is painted instead, left button along curve 1 and right
button along curve 2. One JSON object comes out: for each way the actions a crossing, the program's time from event to
repainted frame, traced again where something changed (``ms`` on the wall, ``cpu_ms`` of the whole process: P50, P95, worst), and the crossings below which the curves are wrong
before and after.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from veerdesk.calibration.description import CurveSpec
from veerdesk.desktop.dialogs.flag import FlagDialog
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.theme import Theme
from veerdesk.imaging.opencv import cv2
from veerdesk.rows import RowSpan
from veerdesk.segmentation.segment import BandEvidence
from veerdesk.session.session import Session

if TYPE_CHECKING:
    from veerdesk.session.review_queue import QueueItem

WIDTH, STROKE, LEFT, RIGHT, MODEL = 400, 5, 60, 340, "d" * 64
#: Rows from crossing to crossing, px the curves swing, and the share of crossings below which the model is wrong.
EVERY, SWING, WRONG = 113, 60.0, 0.34
#: Chances that a key is pressed too soon, and that a place is flagged; every so many wrong ones are painted by hand.
_HASTY, _FLAGGED, _PAINTED = 0.05, 0.03, 5
_PATIENCE_S = 120.0
_NO, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def columns(height: int) -> NDArray[np.float64]:
    """Return the true columns of both curves, ``(2, height)``; they cross in the middle of every stretch of rows."""
    phase = np.arange(height) * np.pi / EVERY
    return np.stack([200 + SWING * np.cos(phase), 200 - SWING * np.cos(phase)])


def crossing_rows(height: int) -> list[int]:
    """Return the rows at which the two curves truly cross."""
    return [round((k + 0.5) * EVERY) for k in range(height // EVERY)]


def make_well(folder: Path, crossings: int, seed: int) -> Path:
    """Draw the log, let the model read it with its errors, and return the well's file."""
    height = (crossings + 1) * EVERY
    ink = np.zeros((2, height, WIDTH), np.uint8)
    for plane, line in zip(ink, columns(height), strict=True):
        points = np.stack([line, np.arange(height)], axis=1).round().astype(np.int32)
        cv2.polylines(plane, [points], isClosed=False, color=1, thickness=STROKE)
    one, two = ink.astype(bool)
    assert cv2.imwrite(str(folder / "log.png"), np.where(one | two, 0, 255).astype(np.uint8))
    strength = np.full((height, 1), 200)
    draw = random.Random(seed)
    rows = crossing_rows(height)
    for begin, end in zip(rows, [*rows[1:], height], strict=True):
        is_wrong = draw.random() < WRONG
        strength[begin:end] = 255 - draw.randint(140, 165) if is_wrong else draw.randint(140, 220)
    p1 = np.where(one, np.where(two, 128, strength), np.where(two, 255 - strength, 0)).astype(np.uint8)
    p2 = np.where(two, np.where(one, 127, strength), np.where(one, 255 - strength, 0)).astype(np.uint8)
    classes = np.where((p1 >= p2) & (p1 > 0), 1, np.where(p2 > 0, 2, 0)).astype(np.uint8)
    session = Session.create([folder / "log.png"])
    for job in session.ingests():
        session.note_digest(job.inline())
    scan = session.description.scans[0].id
    borders = ((0.0, float(LEFT)),), ((0.0, float(RIGHT)),)
    track = session.new_track(scan=scan, top=0, bottom=height - 1, left=borders[0], right=borders[1])
    track = replace(
        track, stroke_px=float(STROKE), curves=(CurveSpec(1, "GR", style="solid"), CurveSpec(2, "CALI", style="thin"))
    )
    session.describe(session.description.with_track(track), "place T1")
    key = session.prediction_key(track.id, MODEL)
    assert key is not None
    session.take_band(track.id, BandEvidence(RowSpan(0, height), 0, p1, p2, classes), key)
    session.close()
    return session.path


class Desk(QObject):
    """The window with a well open in it; owns the count of painted frames and the times of the actions."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window, self.canvas, self.frames = window, window.view.canvas, 0
        self.ms: list[float] = []
        self.cpu_ms: list[float] = []
        self.canvas.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt calls it
        """Count frames."""
        self.frames += event.type() == QEvent.Type.Paint
        return False

    @property
    def session(self) -> Session:
        """The session behind the window."""
        assert self.window.bridge is not None
        return self.window.bridge.session

    @property
    def item(self) -> QueueItem | None:
        """The place in hand."""
        assert self.window.follower is not None
        return self.window.follower.review.item

    def until(self, is_done: Callable[[], bool], what: str) -> None:
        """Spin the event loop until something is so."""
        flags, deadline = QEventLoop.ProcessEventsFlag.AllEvents, time.monotonic() + _PATIENCE_S
        while not is_done():
            QApplication.processEvents(flags, 5)
            if time.monotonic() > deadline:
                raise SystemExit(f"not within {_PATIENCE_S:.0f} s: {what}")

    def act(self, event: Callable[[], object]) -> None:
        """Send one event and take the time to the frame that shows what it did, both curves traced again."""
        self.settle()
        since, begin, cpu = self.frames, time.perf_counter(), time.process_time()
        event()
        self.until(lambda: not self.session.stale(1) and not self.session.is_provisional(1), "the curves traced again")
        self.until(lambda: self.frames > since, "a frame")
        self.ms.append((time.perf_counter() - begin) * 1e3)
        self.cpu_ms.append((time.process_time() - cpu) * 1e3)

    def settle(self) -> None:
        """Let what follows the last action come to rest, as a hand does."""
        self.session.wait_saved()
        rest = time.monotonic() + 0.03
        self.until(lambda: time.monotonic() > rest, "rest")

    def is_wrong(self, rows: RowSpan) -> bool:
        """Return True where most rows of a span stand exchanged, as everybody can see."""
        trace = self.session.trace(1)
        assert trace is not None
        x, truth = trace.x[:, rows.start : rows.stop], columns(trace.rows.rows)[:, rows.start : rows.stop]
        apart = np.abs(truth[0] - truth[1]) > 4 * STROKE
        own, other = np.abs(x - truth).sum(axis=0), np.abs(x - truth[::-1]).sum(axis=0)
        return bool(apart.any() and (own > other)[apart].mean() > 0.5)

    def wrong(self) -> int:
        """Return the crossings below which the curves stand exchanged."""
        rows = crossing_rows(height := self.session.description.tracks[0].geometry.rows.rows)
        return sum(self.is_wrong(RowSpan(a, b)) for a, b in zip(rows, [*rows[1:], height], strict=True))


def opened(well: Path) -> Desk:
    """Return the desk with a well open in the Review step, its crossings found."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    window = MainWindow(Theme(application, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    window.open_paths([well])
    window.show_step(Step.REVIEW)
    desk = Desk(window)
    desk.until(lambda: window.follower is not None and len(window.follower.review.queue) > 5, "the crossings")
    desk.canvas.zoom_to(1.0)
    desk.canvas.setFocus()
    desk.settle()
    return desk


def by_keys(desk: Desk, crossings: int, seed: int) -> dict[str, Any]:
    """Review with keys alone."""
    draw, counts = random.Random(seed), dict.fromkeys(("N", "Space", "X", "F", "Shift+N"), 0)

    def press(name: str) -> None:
        key = {
            "N": Qt.Key.Key_N,
            "Space": Qt.Key.Key_Space,
            "X": Qt.Key.Key_X,
            "F": Qt.Key.Key_F,
            "Shift+N": Qt.Key.Key_N,
        }[name]
        counts[name] += 1
        desk.act(lambda: QTest.keyClick(desk.canvas, key, _SHIFT if name == "Shift+N" else _NO))

    before, looked = desk.wrong(), 0
    press("N")
    while looked < crossings and (item := desk.item) is not None:
        looked += 1
        is_wrong, chance = desk.is_wrong(item.below), draw.random()
        if chance < _FLAGGED and not is_wrong:
            counts["F"] += 1
            QTest.keyClick(desk.canvas, Qt.Key.Key_F)
            desk.until(lambda: desk.window.findChild(FlagDialog) is not None, "the box of a flag")
            desk.act(lambda: QTest.keyClick(desk.window.findChild(FlagDialog), Qt.Key.Key_Return))
        elif is_wrong and chance < _HASTY:  # kept too soon, seen a moment later
            press("Space")
            press("Shift+N")
            press("X")
        else:
            press("X" if is_wrong else "Space")
    actions = sum(counts.values()) + counts["F"]  # Enter closes the box of a flag
    return {**_figures(desk, looked, actions, before), "keys": counts}


def by_mouse(desk: Desk, crossings: int, seed: int) -> dict[str, Any]:
    """Review with the mouse alone."""
    counts = dict.fromkeys(("next", "keep", "click crossing", "paint"), 0)
    before, looked, wrong, port = desk.wrong(), 0, 0, desk.canvas.viewport()
    desk.canvas.set_tool("pick")
    panel = desk.window.view.review

    def click(name: str, button: QPushButton) -> None:
        counts[name] += 1
        desk.act(lambda: QTest.mouseClick(button, Qt.MouseButton.LeftButton))

    following = next(b for b in panel.findChildren(QPushButton) if b.text() == "Next")
    click("next", following)
    while looked < crossings and (item := desk.item) is not None:
        looked += 1
        if not desk.is_wrong(item.below):
            click("keep", panel.keep)
            continue
        wrong += 1
        if wrong % _PAINTED and item.doubt is None:
            at = QPoint(*(round(v) for v in desk.canvas.view.to_widget(item.crossing.row, item.crossing.column)))
            counts["click crossing"] += 1
            QTest.mouseMove(port, at)
            desk.act(lambda at=at: QTest.mouseClick(port, Qt.MouseButton.LeftButton, _NO, at))  # type: ignore[misc]
        else:
            counts["paint"] += _painted(desk, item.below)
        click("next", following)
    return {**_figures(desk, looked, sum(counts.values()), before), "clicks": counts}


def _painted(desk: Desk, rows: RowSpan) -> int:
    """Paint both curves along their ink in some rows, one stroke each; returns the strokes."""
    port, truth = desk.canvas.viewport(), columns(desk.session.description.tracks[0].geometry.rows.rows)
    desk.canvas.set_tool("brush")
    desk.canvas.hand.set_radius(6.0)
    inside = RowSpan(rows.start + 14, rows.stop - 14)
    for line, button in zip(truth, (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton), strict=True):
        way = [
            QPoint(*(round(v) for v in desk.canvas.view.to_widget(r, line[r])))
            for r in range(inside.start, inside.stop, 6)
        ]

        def stroke(way: list[QPoint] = way, button: Qt.MouseButton = button) -> None:
            QTest.mousePress(port, button, _NO, way[0])
            for at in way[1:]:
                QTest.mouseMove(port, at)
            QTest.mouseRelease(port, button, _NO, way[-1])

        desk.act(stroke)
    desk.canvas.set_tool("pick")
    return 2


def _figures(desk: Desk, looked: int, actions: int, before: int) -> dict[str, Any]:
    desk.settle()
    return {
        "crossings": looked,
        "actions": actions,
        "actions_per_crossing": round(actions / max(1, looked), 3),
        "ms": _spread(desk.ms),
        "cpu_ms": _spread(desk.cpu_ms),
        "wrong_before": before,
        "errors_left": desk.wrong(),
    }


def _spread(ms: list[float]) -> dict[str, float]:
    return {name: round(float(np.percentile(ms, at)), 1) for name, at in (("p50", 50), ("p95", 95), ("worst", 100))}


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crossings", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    said: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("CONFIG", "DOCUMENTS"):
            os.environ[f"VEERDESK_{name}"] = f"{folder}/{name.lower()}"
        for name, review in (("keyboard", by_keys), ("mouse", by_mouse)):
            place = Path(folder) / name
            place.mkdir()
            desk = opened(make_well(place, options.crossings, options.seed))
            said[name] = review(desk, options.crossings, options.seed)
            desk.window.close()
    print(json.dumps(said))


if __name__ == "__main__":
    main()
