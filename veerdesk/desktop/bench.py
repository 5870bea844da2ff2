"""One measurement of the window in a process of its own: ``python -m veerdesk.desktop.bench WHAT [FILE]``.

Separate because a figure taken in a warm process would flatter the next; `veerdesk bench` starts this and reads one
JSON line. Everything goes through real mouse and key events on the real window; the caller sets the platform.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeySequence, QMouseEvent, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.settings import load_settings
from veerdesk.desktop.theme import Theme
from veerdesk.rows import RowSpan
from veerdesk.segmentation.predictor import Predictor
from veerdesk.session.change import Change, ChangeKind

if TYPE_CHECKING:
    from veerdesk.desktop.bridge import SessionBridge
    from veerdesk.desktop.canvas.view import ScanCanvas

DABS, UNDOS, PANS, ZOOMS, SWAPS = 200, 60, 60, 24, 15
_PATIENCE_S = 300.0
_REST_S = 0.01
_ONE_PASS = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
SWAP_ROWS = 1000


class _CanvasFrames:
    """The frames that the canvas has painted, as it counts them itself: a filter of ours would be in what we measure."""

    def __init__(self, canvas: ScanCanvas) -> None:
        self._canvas = canvas

    @property
    def painted(self) -> int:
        """Frames so far."""
        return self._canvas.frames

    def wait(self, since: int) -> None:
        """Spin the event loop until a frame later than ``since`` is painted."""
        canvas, deadline = self._canvas, time.monotonic() + _PATIENCE_S
        while canvas.frames <= since:  # as `_until` does, and nothing else beside what is measured
            QApplication.processEvents(_ONE_PASS)
            if time.monotonic() > deadline:
                raise SystemExit(f"the canvas did not paint within {_PATIENCE_S:.0f} s")


class _Frames(QObject):
    """Counts the paint events of a widget that have been delivered."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.painted, self.widget = 0, widget
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted += 1
        return False

    def wait(self, since: int) -> None:
        """Spin the event loop until a frame later than ``since`` is painted."""
        _until(lambda: self.painted > since)


def _until(is_done: Callable[[], bool]) -> None:
    """Spin the event loop, one pass at a time, so that nothing queued behind the awaited frame is counted with it."""
    deadline = time.monotonic() + _PATIENCE_S
    while not is_done():
        QApplication.processEvents(_ONE_PASS)
        if time.monotonic() > deadline:
            raise SystemExit(f"the window did not get there within {_PATIENCE_S:.0f} s")


def _drawn(device: str) -> Callable[[], Predictor]:
    from veerdesk.desktop.bench_well import DrawnPredictor

    return DrawnPredictor


def _bench_well(scan: Path, name: str) -> Path:
    from veerdesk.desktop.bench_well import write_bench_well

    return write_bench_well(scan, scan.with_suffix(name))


def _window() -> MainWindow:
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    window = MainWindow(Theme(application, load_settings().theme), another=lambda: None)
    window.make_predictor = _drawn
    window.resize(1600, 1000)
    frames = _Frames(window)
    window.show()
    frames.wait(0)
    window.removeEventFilter(frames)  # it would be asked about every event of what is measured later
    return window


def measure_start() -> dict[str, float]:
    """Return ``s`` from the start of the process (VEERDESK_STARTED, seconds since 1970) to the window drawn."""
    _window()
    return {"s": time.time() - float(os.environ["VEERDESK_STARTED"])}


def measure_open(path: Path) -> dict[str, float]:
    """Return ``s`` from a file given to its first rows drawn."""
    window = _window()
    begin = time.perf_counter()
    window.open_paths([path])
    port, bridge = window.view.canvas.viewport(), window.bridge
    assert bridge is not None
    frames = _Frames(port)
    heard: list[int] = []  # frames painted when the canvas heard of the first rows: the next one has them

    def hear(_change: object) -> None:
        heard.append(frames.painted)

    bridge.changed.connect(hear)
    _until(lambda: bool(heard) and frames.painted > heard[0])
    took = time.perf_counter() - begin
    if not _has_ink(port):
        raise SystemExit("a frame was painted, and no row of the scan is in it")
    window.close()
    return {"s": took}


def _has_ink(port: QWidget) -> bool:
    """Return True where at least one pixel in a thousand of a widget is nearly black: the grid of the bench scan."""
    picture = port.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    grey = np.frombuffer(picture.constBits(), np.uint8)
    return bool((grey < 64).mean() >= 0.001)


def measure_memory(path: Path) -> dict[str, float]:
    """Return ``mb``: growth of anonymous memory once the scan, three tracks and their label maps are open and traced."""
    well = _bench_well(path, ".memory.veer")
    window = _window()
    gc.collect()
    before = _anonymous_mb()
    _open_and_settle(window, well)
    gc.collect()
    grown = _anonymous_mb() - before
    window.close()
    return {"mb": grown}


def measure_hand(path: Path) -> dict[str, float]:
    """Return the CPU and wall figures of dabs, undos, pans, zooms and exchanges in the real window."""
    well = _bench_well(path, ".hand.veer")
    window = _window()
    _open_and_settle(window, well)
    canvas = window.view.canvas
    bridge = window.bridge
    assert bridge is not None
    rows = next(iter(bridge.session.scans.values())).height
    frames = _CanvasFrames(canvas)
    _take_brush(window, rows)
    _quiet(bridge)
    places = _places(canvas, rows)
    before = len(bridge.session.history)
    strokes = [_dab_events(canvas, places, k) for k in range(DABS)]
    dabs, after = _apart(bridge, frames, [partial(_dab, canvas.port, stroke) for stroke in strokes])
    _quiet(bridge)
    undos, _ = _apart(bridge, frames, [partial(_undo, window)] * UNDOS)
    if len(bridge.session.history) != before + DABS + UNDOS:
        raise SystemExit("not every dab and undo became a journal entry")
    _quiet(bridge)
    pans = [_costs(frames, lambda: _wheel(canvas, -120)) for _ in range(PANS)]
    zooms = [_costs(frames, lambda k=k: _wheel(canvas, 120 if k % 4 < 2 else -120, ctrl=True)) for k in range(ZOOMS)]  # type: ignore[misc]
    _quiet(bridge)
    swaps = [_swap(window, frames, 2000 + k * (rows - 4000) // SWAPS) for k in range(SWAPS)]
    window.close()
    return {
        "dab_cpu_ms": statistics.median(c for c, _ in dabs),
        "dab_p99_ms": sorted(w for _, w in dabs)[int(0.99 * len(dabs)) - 1],
        "dab_after_cpu_ms": statistics.median(after),
        "undo_cpu_ms": statistics.median(c for c, _ in undos),
        "pan_cpu_ms": statistics.median(c for c, _ in pans),
        "zoom_cpu_ms": statistics.median(c for c, _ in zooms),
        "swap_ms": statistics.median(swaps),
    }


def _open_and_settle(window: MainWindow, well: Path) -> None:
    window.open_paths([well])
    bridge = window.bridge
    assert bridge is not None
    session = bridge.session
    _until(lambda: all(s.is_complete for s in session.scans.values()))
    _until(lambda: all(session.trace(t.id) is not None for t in session.description.tracks))
    _quiet(bridge)


def _quiet(bridge: SessionBridge) -> None:
    """Let queued work and the disk come to rest, so that one figure does not pay for another."""
    bridge.session.wait_saved()
    end = time.monotonic() + 0.4
    while time.monotonic() < end:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def _apart(
    bridge: SessionBridge, frames: _CanvasFrames, acts: Sequence[Callable[[], object]]
) -> tuple[list[tuple[float, float]], list[float]]:
    """Return what each of some gestures costs up to its painted frame, and the CPU ms of what follows behind the frame.

    Each begins when the one before is traced and on disk, as it is with a hand: nothing is shared between two.
    """
    costs, after = [], []
    for act in acts:
        costs.append(_costs(frames, act))
        cpu = time.process_time()
        _rest(bridge)
        after.append((time.process_time() - cpu) * 1e3)
    return costs, after


def _rest(bridge: SessionBridge) -> None:
    """Let the curve follow, the paint of that be shown and the disk answer."""
    session = bridge.session
    tracks = [t.id for t in session.description.tracks]
    _until(lambda: not session.pending and not any(session.stale(t) or session.is_provisional(t) for t in tracks))
    end = time.monotonic() + _REST_S
    while time.monotonic() < end:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
        time.sleep(_REST_S / 10)  # what is left to happen is a queued frame; spinning would be counted as its cost


def _costs(frames: _CanvasFrames, act: Callable[[], object]) -> tuple[float, float]:
    """Return CPU ms of the whole process and wall ms from an event to its painted frame."""
    since, wall, cpu = frames.painted, time.perf_counter(), time.process_time()
    act()
    frames.wait(since)
    return (time.process_time() - cpu) * 1e3, (time.perf_counter() - wall) * 1e3


def _take_brush(window: MainWindow, rows: int) -> None:
    window.activateWindow()
    window.show_step(Step.REVIEW)
    canvas = window.view.canvas
    canvas.set_tool("brush")
    canvas.hand.set_radius(5.0)
    canvas.zoom_to(1.0)
    canvas.go_to_row(rows / 2)
    canvas.move_to(replace(canvas.view, left=0))
    canvas.setFocus()


def _places(canvas: ScanCanvas, rows: int) -> list[QPoint]:
    """Return places of the viewport on the first track's solid stroke, down the whole view."""
    from veerdesk.synth.bench_scan import curve_columns

    columns = curve_columns(rows)[0, 0]
    seen = canvas.visible_rows()
    at = [seen.start + 10 + k * (seen.rows - 20) // (DABS // 2) for k in range(DABS // 2)]
    return [QPoint(*(round(v) for v in canvas.view.to_widget(row, columns[row]))) for row in at]


def _dab_events(canvas: ScanCanvas, places: list[QPoint], number: int) -> tuple[QMouseEvent, QMouseEvent]:
    """Return press and release of one dab: the left button for the first half of them, the right one over that ink.

    Made before the clock runs: it is the system that makes them.
    """
    button = Qt.MouseButton.LeftButton if number < len(places) else Qt.MouseButton.RightButton
    at = QPointF(places[number % len(places)])
    everywhere = canvas.viewport().mapToGlobal(at)
    none, nothing = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
    return (
        QMouseEvent(QEvent.Type.MouseButtonPress, at, everywhere, button, button, none),
        QMouseEvent(QEvent.Type.MouseButtonRelease, at, everywhere, button, nothing, none),
    )


def _dab(port: QWidget, events: tuple[QMouseEvent, QMouseEvent]) -> None:
    for event in events:
        QApplication.sendEvent(port, event)


def _undo(window: MainWindow) -> None:
    QTest.keyClick(window.view.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def _wheel(canvas: ScanCanvas, notch: int, *, ctrl: bool = False) -> None:
    port = canvas.viewport()
    at = QPointF(port.width() / 2, port.height() / 2)
    held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at,
        port.mapToGlobal(at),
        QPoint(),
        QPoint(0, notch),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(port, event)


def _swap(window: MainWindow, frames: _CanvasFrames, row: int) -> float:
    """Return wall ms from a key that exchanges 1,000 rows to the frame that shows their curves traced again."""
    bridge = window.bridge
    assert bridge is not None
    canvas = window.view.canvas
    canvas.go_to_row(row + 200)
    _quiet(bridge)
    rows = RowSpan(row, row + SWAP_ROWS)
    # Nobody's key, so that exactly these rows are exchanged by an event like any other.
    key = QShortcut(QKeySequence("Ctrl+Alt+Shift+X"), window)
    key.activated.connect(lambda: bridge.exchange(1, rows, "Exchange 1,000 rows"))
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    traced: list[int] = []

    def note(change: Change) -> None:
        if change.kinds & ChangeKind.TRACE and not bridge.session.is_provisional(1):
            traced.append(frames.painted)

    bridge.changed.connect(note)
    begin = time.perf_counter()
    QTest.keyClick(canvas, Qt.Key.Key_X, held)
    _until(lambda: bool(traced) and frames.painted > traced[-1])
    took = (time.perf_counter() - begin) * 1e3
    bridge.changed.disconnect(note)
    key.setEnabled(False)
    key.deleteLater()
    return took


def _anonymous_mb() -> float:
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this system does not tell anonymous memory")


def main() -> None:
    """Run one measurement and print its figures as one JSON line."""
    what, *paths = sys.argv[1:]
    if what == "start":
        figures = measure_start()
    else:
        figures = {"open": measure_open, "memory": measure_memory, "hand": measure_hand}[what](Path(paths[0]))
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()
    # Threads of libraries must not hold up the answer.
    os._exit(0)


if __name__ == "__main__":
    main()
