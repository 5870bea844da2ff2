"""The bridge: one caller of the session, jobs behind, and nothing that a person said ever lost to the model."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import LEFT, RIGHT, DrawnModel, columns, draw, drawn_well
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.job_runner import JobRunner, Lane
from veerdesk.desktop.live_prediction import LivePrediction
from veerdesk.errors import UnusableInputError, VeerdeskError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.labels.edits import Rule
from veerdesk.labels.shapes import capsule
from veerdesk.rows import RowSpan
from veerdesk.session.jobs import Job
from veerdesk.session.open_tracks import RetraceResult
from veerdesk.session.session import Session

_ALL = RowSpan(100, 1000)


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    runner.close()


def test_a_job_returns_its_value_on_the_windows_thread(runner: JobRunner, qtbot: QtBot) -> None:
    seen: list[object] = []
    shares: list[float] = []

    def work(cancel: Cancel, progress: Progress) -> int:
        progress(0.5)
        progress(1.0)
        return threading.get_ident()

    runner.start(
        Job("count", work),
        lane=Lane.FILES,
        done=lambda value: seen.append((value, threading.get_ident())),
        progress=shares.append,
    )
    qtbot.waitUntil(lambda: bool(seen), timeout=20_000)

    ((worker, here),) = seen  # type: ignore[misc]
    assert worker != here
    assert here == threading.get_ident()
    assert shares[-1] == 1.0


def test_expected_trouble_reaches_the_caller_as_a_sentence(runner: JobRunner, qtbot: QtBot) -> None:
    told: list[VeerdeskError] = []

    def work(cancel: Cancel, progress: Progress) -> None:
        raise UnusableInputError("The file is short.", "Send it again.")

    runner.start(Job("fail", work), lane=Lane.FILES, done=lambda value: None, failed=told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)

    assert str(told[0]) == "The file is short. Send it again."


def test_a_bug_in_a_job_reaches_the_hook_and_whoever_waits(runner: JobRunner, qtbot: QtBot) -> None:
    told: list[VeerdeskError] = []

    def work(cancel: Cancel, progress: Progress) -> None:
        raise ZeroDivisionError("by hand")

    with qtbot.captureExceptions() as raised:
        runner.start(Job("fail", work), lane=Lane.FILES, done=lambda value: None, failed=told.append)
        qtbot.waitUntil(lambda: bool(told), timeout=20_000)

    assert [kind for kind, _, _ in raised] == [ZeroDivisionError]
    assert runner.is_idle


def test_closing_stops_a_job_and_drops_its_result(qapp: QApplication) -> None:
    runner, begun, seen = JobRunner(), threading.Event(), list[object]()

    def work(cancel: Cancel, progress: Progress) -> str:
        begun.set()
        while not cancel.is_cancelled():
            threading.Event().wait(0.01)
        return "late"

    runner.start(Job("wait", work), lane=Lane.MODEL, done=seen.append)
    begun.wait(20)
    runner.close()
    QApplication.processEvents()

    assert runner.is_idle
    assert seen == []


def test_the_model_lane_runs_one_job_at_a_time(runner: JobRunner, qtbot: QtBot) -> None:
    running, most, done = [0], [0], list[object]()
    lock = threading.Lock()

    def work(cancel: Cancel, progress: Progress) -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        threading.Event().wait(0.01)
        with lock:
            running[0] -= 1

    for _ in range(6):
        runner.start(Job("tile", work), lane=Lane.MODEL, done=done.append)
    qtbot.waitUntil(lambda: len(done) == 6, timeout=20_000)

    assert most == [1]


def test_what_is_on_screen_is_read_first(tmp_path: Path, qapp: QApplication) -> None:
    session = drawn_well(tmp_path, is_predicted=False, height=9000)
    live = LivePrediction(session, DrawnModel())
    live.refresh()
    scan_id, visible = session.description.scans[0].id, RowSpan(5000, 5600)

    first = live.next_tile(scan_id, visible)
    rest = []
    while (task := live.next_tile(scan_id, visible)) is not None:
        rest.append(task.number)
    assert first is not None
    tiles = live._plans[1].prediction.segmenter.tiles
    session.close()

    assert tiles[first.number].overlaps(visible)
    assert sorted([first.number, *rest]) == list(range(len(tiles)))
    assert rest[-1] in (0, len(tiles) - 1)


@pytest.fixture
def bridge(tmp_path: Path, qapp: QApplication) -> Iterator[SessionBridge]:
    session = drawn_well(tmp_path, is_predicted=False, height=1200)
    bridge = SessionBridge(session, DrawnModel)
    yield bridge
    bridge.close()


def _read_to_the_end(bridge: SessionBridge, qtbot: QtBot) -> None:
    bridge.start()
    qtbot.waitUntil(
        lambda: bridge.session.is_segmented(1, _ALL) and not bridge.session.is_provisional(1), timeout=300_000
    )


def test_the_track_is_read_and_traced_behind_and_a_persons_word_stays(bridge: SessionBridge, qtbot: QtBot) -> None:
    one, two = columns()
    bridge.paint(1, capsule((600, one[600]), (620, one[620]), 5.0), 2, Rule.INK_ONLY, "paint curve 2")
    said = bridge.session.label_map(1).said(_ALL, (LEFT, RIGHT))
    shares: list[float] = []
    bridge.segmentation_progress.connect(lambda track_id, share: shares.append(share))

    _read_to_the_end(bridge, qtbot)

    trace = bridge.session.trace(1)
    assert trace is not None
    classes = bridge.session.label_map(1).classes(_ALL, (LEFT, RIGHT))
    assert np.array_equal(bridge.session.label_map(1).said(_ALL, (LEFT, RIGHT)), said)
    assert (said == 2).any()
    assert np.array_equal(classes[said == 2], said[said == 2])
    assert shares[-1] == 1.0
    at = slice(300 - trace.rows.start, 500 - trace.rows.start)
    assert np.nanmax(np.abs(trace.x[0, at] - one[300:500])) < 3.0
    assert np.nanmax(np.abs(trace.x[1, at] - two[300:500])) < 3.0


def test_rows_that_go_stale_while_they_are_traced_are_traced_again(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge = SessionBridge(drawn_well(tmp_path, height=1200))
    session, gate = bridge.session, threading.Event()
    held: list[str] = []

    def retrace(track_id: int) -> Job[RetraceResult]:
        job = type(session).retrace(session, track_id)
        held.append(job.name)

        def wait(cancel: Cancel, progress: Progress) -> RetraceResult:
            gate.wait(60)
            return job.run(cancel, progress)

        return Job(job.name, wait)

    def widen(px: float) -> None:
        track = session.description.track(1)
        right = tuple((row, col + px) for row, col in track.right)
        bridge.describe(session.description.with_track(replace(track, right=right)), "Move a border")

    monkeypatch.setattr(session, "retrace", retrace)
    bridge.start()
    widen(2.0)
    qtbot.waitUntil(lambda: len(held) == 1, timeout=60_000)
    widen(2.0)
    qtbot.waitUntil(lambda: not bridge._soon.isActive(), timeout=60_000)
    gate.set()

    qtbot.waitUntil(lambda: not session.stale(1) and session.trace(1) is not None, timeout=60_000)
    bridge.close()

    assert len(held) == 2


def test_the_scan_is_decoded_behind(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    bridge = SessionBridge(Session.create([draw(tmp_path / "log.png")]))
    changes: list[object] = []
    bridge.changed.connect(changes.append)

    bridge.start()
    (scan,) = bridge.session.scans.values()
    qtbot.waitUntil(lambda: bool(bridge.session.description.scans[0].digest), timeout=60_000)
    digest = bridge.session.description.scans[0].digest
    assert scan.is_complete
    assert changes
    bridge.close()

    assert digest == scan.digest


def test_a_refusal_is_told_and_changes_nothing(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    writer = drawn_well(tmp_path, height=1200)
    writer.wait_saved()
    reader = SessionBridge(Session.open(writer.path))
    before = reader.session.description

    with qtbot.waitSignal(reader.failed) as told:
        reader.describe(replace(before, items=(("WELL", "another"),)), "rename")
    kept = reader.session.description
    reader.close()
    writer.close()

    assert "reading only" in told.args[0]
    assert kept == before


def test_saved_is_told_after_the_transaction(bridge: SessionBridge, qtbot: QtBot) -> None:
    one, _ = columns()

    with qtbot.waitSignal(bridge.saved, timeout=20_000):
        bridge.paint(1, capsule((600, one[600]), (620, one[620]), 5.0), 2, Rule.INK_ONLY, "paint curve 2")
        bridge.session.wait_saved()

    assert bridge.session.pending == 0


def test_exchange_swaps_what_is_shown_and_undo_brings_it_back(tmp_path: Path, qapp: QApplication) -> None:
    bridge = SessionBridge(drawn_well(tmp_path, height=1200))
    labels = bridge.session.label_map(1)
    before = labels.classes(_ALL, (LEFT, RIGHT))

    bridge.exchange(1, RowSpan(500, 700), "exchange")
    after = labels.classes(_ALL, (LEFT, RIGHT))
    bridge.undo()
    back = labels.classes(_ALL, (LEFT, RIGHT))
    bridge.close()

    rows = slice(500 - _ALL.start, 700 - _ALL.start)
    owned = before[rows] > 0
    assert np.array_equal(after[rows][owned], 3 - before[rows][owned])
    assert np.array_equal(after[: rows.start], before[: rows.start])
    assert np.array_equal(back, before)


def test_a_bridge_that_is_closed_starts_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    bridge = SessionBridge(drawn_well(tmp_path), DrawnModel)
    started: list[str] = []
    bridge.job_started.connect(started.append)
    bridge.close()

    bridge.start()

    assert started == []
    assert not bridge.is_predicting


def test_a_stroke_waits_for_no_job(tmp_path: Path, qtbot: QtBot) -> None:
    bridge = SessionBridge(drawn_well(tmp_path))
    bridge.session.take_trace(bridge.session.retrace(1).inline())
    bridge.start()
    started: list[str] = []
    bridge.job_started.connect(started.append)
    one, _ = columns()

    for row in range(900, 1300, 4):
        at = (float(row), float(one[row]))
        bridge.paint(1, capsule(at, at, 4.0), 2, Rule.INK_ONLY, "paint curve 2")
        QApplication.processEvents()
    qtbot.waitUntil(lambda: not bridge.session.is_provisional(1))
    bridge.close()

    assert started == []
