"""A well is closed while something is still being drawn or read: nothing reads a scan that is closed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.test_review import crossing_well
from veerdesk.desktop.job_runner import JobRunner, Lane
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.theme import Theme
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.imaging.scan import Scan
from veerdesk.rows import RowSpan
from veerdesk.session.jobs import Job


class Reads:
    """Every reading of a scan: whether it was open; the overview's wait at the gate while it is shut."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.of_closed: list[Path] = []
        self.gate, self.is_waiting = threading.Event(), threading.Event()
        self.gate.set()
        read = Scan.read

        def counted(scan: Scan, rows: RowSpan, cols: tuple[int, int]) -> object:
            if rows.rows == 1 and not self.gate.is_set():
                self.is_waiting.set()
                self.gate.wait(20)
            if scan._is_closed:
                self.of_closed.append(scan.path)
            return read(scan, rows, cols)

        monkeypatch.setattr(Scan, "read", counted)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    return Reads(monkeypatch)


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1280, 800)
    with qtbot.waitActive(window):
        window.show()
    yield window
    window.close()


def test_a_well_closed_while_its_overview_is_drawn_lets_the_overview_end_first(
    window: MainWindow, reads: Reads, tmp_path: Path, qtbot: QtBot
) -> None:
    reads.gate.clear()
    window.open_paths([crossing_well(tmp_path)])
    qtbot.waitUntil(reads.is_waiting.is_set, timeout=60_000)

    threading.Timer(0.2, reads.gate.set).start()
    window.close_well()
    QApplication.processEvents()

    assert reads.of_closed == []


def test_the_page_of_a_closed_well_asks_for_nothing_when_its_rows_are_drawn_late(
    window: MainWindow, reads: Reads, tmp_path: Path, qtbot: QtBot
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    window.open_paths([crossing_well(tmp_path / "a")])
    gone = window.page
    assert gone is not None
    qtbot.waitUntil(lambda: window.view.minimap.isVisible(), timeout=60_000)

    window.open_paths([crossing_well(tmp_path / "b")])  # the same window, and a scan of the same name
    gone._on_first_rows_drawn()
    gone.follower._mapped = None
    gone.follower._show_minimap()

    assert window.page is not gone
    assert gone.bridge._runner.is_idle
    assert not gone.follower._later.isActive()
    assert reads.of_closed == []


def test_nothing_runs_that_is_asked_for_after_the_threads_were_let_go(qapp: QApplication) -> None:
    runner, ran = JobRunner(), list[str]()

    def work(cancel: Cancel, progress: Progress) -> None:
        ran.append("late")

    runner.close()
    token = runner.start(Job("late", work), lane=Lane.FILES, done=lambda _: ran.append("done"))
    QApplication.processEvents()

    assert token.is_cancelled()
    assert runner.is_idle
    assert ran == []


def test_jobs_that_wait_for_a_thread_never_run_once_the_runner_closes(qapp: QApplication) -> None:
    runner, gate, begun, ran = JobRunner(), threading.Event(), threading.Event(), list[int]()

    def first(cancel: Cancel, progress: Progress) -> None:
        begun.set()
        gate.wait(20)

    def later(number: int) -> Job[None]:
        return Job(f"later {number}", lambda cancel, progress: ran.append(number))

    runner.start(Job("first", first), lane=Lane.MODEL, done=lambda _: None)
    for number in range(50):
        runner.start(later(number), lane=Lane.MODEL, done=lambda _: None)
    assert begun.wait(20)
    threading.Timer(0.1, gate.set).start()

    runner.close()

    assert ran == []
    assert runner.is_idle
