"""Learning from corrections in the window: by its key, beside everything else, told in one sentence, taken back by one undo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import MODEL, DrawnModel, drawn_well
from veerdesk.calibration.description import TrackSpec
from veerdesk.dataset.outcome import Outcome, write_outcome
from veerdesk.desktop.dialogs.failure import FailureDialog
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.theme import Theme
from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.rows import RowSpan
from veerdesk.segmentation.predictor import Predictor
from veerdesk.session import learning
from veerdesk.session.accepted_line import meaning_of
from veerdesk.session.decisions import with_rest_accepted, with_sign_off
from veerdesk.session.learning import TrackOutcome, kept
from veerdesk.session.session import Session

OUTCOME = Outcome("learned", False, MODEL, 200, 50, 0.61, 0.93, 0.9, 0.89, 1.0, 1.0)
_CTRL = Qt.KeyboardModifier.ControlModifier
_HEIGHT = 1200


class ExchangedModel(DrawnModel):
    """The drawn model with something learned on it: it calls the two curves the other way round."""

    digest = "a" * 64

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return one-hot shares, ``(3, h, w)``."""
        return np.ascontiguousarray(super().predict(grey)[[0, 2, 1]])


class LearningModel(DrawnModel):
    """The drawn model, which takes any delta."""

    def with_delta(self, data: bytes) -> Predictor | None:
        """Return the model that has learned."""
        return ExchangedModel()


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    """A window over the drawn well, 300 rows of which are accepted, read by the drawn model."""
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: LearningModel
    qtbot.addWidget(window)
    window.resize(1200, 760)
    window.show()
    qtbot.waitExposed(window)
    session = drawn_well(tmp_path, height=_HEIGHT)
    track = replace(session.description.tracks[0], accepted=(RowSpan(200, 500),))
    session.describe(session.description.with_track(track), "accept")
    window.show_session(session)
    window.activateWindow()
    qtbot.waitUntil(lambda: window.follower is not None and window.follower.track is not None, timeout=60_000)
    yield window
    window.close()


def _session(window: MainWindow) -> Session:
    assert window.bridge is not None
    return window.bridge.session


def _is_read_by(window: MainWindow, digest: str) -> bool:
    """Whether a model has read the whole track, and the curves follow its answer."""
    session = _session(window)
    rows = session.description.track(1).geometry.rows
    is_read = session.prediction_digest(1) == digest and session.is_segmented(1, rows)
    return is_read and not session.is_provisional(1)


def _press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = _CTRL) -> None:
    window.view.canvas.setFocus()
    QTest.keyClick(window.view.canvas, key, modifiers)


def _learn_as(monkeypatch: pytest.MonkeyPatch, outcome: Outcome, delta: bytes) -> None:
    def learn(folder: Path, cancel: Cancel, progress: Progress) -> None:
        progress(0.5)
        write_outcome(folder, outcome, delta)

    monkeypatch.setattr(learning, "learn_apart", learn)


def _done(window: MainWindow) -> bool:
    return window.bridge is not None and not window.bridge.is_learning


def test_what_was_learned_is_used_and_one_undo_brings_the_old_answer_back(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _learn_as(monkeypatch, OUTCOME, b"weights")
    session = _session(window)
    before = session.label_map(1).said(RowSpan(0, _HEIGHT), (0, 640))
    qtbot.waitUntil(lambda: bool(window.bridge and window.bridge.model_name), timeout=60_000)

    _press(window, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: session.description.track(1).learned is not None, timeout=60_000)
    qtbot.waitUntil(lambda: _is_read_by(window, ExchangedModel.digest), timeout=60_000)
    said = window.view.readouts.done.accessibleDescription()
    _press(window, Qt.Key.Key_Z)
    qtbot.waitUntil(lambda: _is_read_by(window, MODEL), timeout=60_000)

    assert "score 0.93 instead of 0.61" in said
    assert session.description.track(1).learned is None
    assert np.array_equal(before, session.label_map(1).said(RowSpan(0, _HEIGHT), (0, 640)))


def test_a_refusal_is_told_with_its_figures_and_changes_nothing(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _learn_as(monkeypatch, replace(OUTCOME, verdict="no gain", after=0.6), b"")
    undo = _session(window).undo_label

    _press(window, Qt.Key.Key_M)
    qtbot.waitUntil(
        lambda: "score 0.60 instead of 0.61" in window.view.readouts.done.accessibleDescription(), timeout=60_000
    )

    assert window.view.readouts.done.accessibleDescription().startswith("Not kept")
    window.show_step(Step.REVIEW)
    window.view.canvas.go_to_row(900)
    assert window.view.readouts.done.accessibleDescription() == ""
    assert (window.top.outcome.text(), window.top.outcome.isVisible()) == ("T1: not kept", True)
    assert "score 0.60 instead of 0.61" in window.top.outcome.toolTip()
    assert _session(window).description.track(1).learned is None
    assert _session(window).undo_label == undo


def test_learning_is_stopped_by_its_key(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    def learn(folder: Path, cancel: Cancel, progress: Progress) -> None:
        begun.append(folder)
        while not cancel.is_cancelled():
            progress(0.3)
        raise InterruptedWorkError("Learning was stopped, and nothing was changed.", "Start it again.")

    monkeypatch.setattr(learning, "learn_apart", learn)

    _press(window, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: bool(begun), timeout=60_000)
    _press(window, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: _done(window), timeout=60_000)

    assert "nothing was changed" in window.view.readouts.done.accessibleDescription()
    assert not begun[0].exists()
    assert _session(window).description.track(1).learned is None


def test_too_few_rows_are_said_with_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    session = _session(window)
    track = replace(session.description.track(1), accepted=(RowSpan(200, 230),))
    assert window.bridge is not None
    window.bridge.describe(session.description.with_track(track), "accept less")

    _press(window, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: bool(window.findChildren(FailureDialog)), timeout=60_000)

    (dialog,) = window.findChildren(FailureDialog)
    assert "30 rows of T1" in dialog.message


def test_another_wells_learning_is_taken_over_and_forgotten_by_key(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = drawn_well(tmp_path / "other", height=_HEIGHT)
    after = kept(other, TrackOutcome(1, OUTCOME, b"weights"))
    assert after is not None
    other.describe(other.description.with_track(after), "learn")
    other.close()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(other.path), ""))

    _press(window, Qt.Key.Key_M, _CTRL | Qt.KeyboardModifier.ShiftModifier)
    learned = _session(window).description.track(1).learned
    _press(window, Qt.Key.Key_M, _CTRL | Qt.KeyboardModifier.AltModifier)

    assert learned == after.learned
    assert learned is not None
    assert _session(window).delta(learned.digest) == b"weights"
    assert _session(window).description.track(1).learned is None


def test_a_signed_track_is_read_again_only_where_the_person_says_so(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(words: str) -> None:
        def press(box: QMessageBox) -> int:
            asked.append(box.text())
            assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
            next(b for b in box.buttons() if words in b.text()).click()
            return 0

        monkeypatch.setattr(QMessageBox, "exec", press)

    session = _session(window)
    qtbot.waitUntil(lambda: _is_read_by(window, MODEL), timeout=60_000)

    def sign(track: TrackSpec) -> TrackSpec:
        return with_sign_off(track, track.geometry.rows, by="Ada", meaning=meaning_of(session.description, track))

    assert window.bridge is not None
    for said_of in (with_rest_accepted, sign):
        window.bridge.describe(session.description.with_track(said_of(session.description.track(1))), "sign")
    _learn_as(monkeypatch, OUTCOME, b"weights")
    answer("Cancel")
    _press(window, Qt.Key.Key_M)
    left = session.description.track(1).learned, _done(window)

    answer("Read it again")
    _press(window, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: session.description.track(1).learned is not None, timeout=60_000)

    assert left == (None, True)
    said = "1,001 accepted rows of T1 may change when it is read again, and the name of Ada falls where one does."
    assert asked == [said, said]


def test_how_many_accepted_rows_may_change_is_said_where_a_part_is_accepted(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _learn_as(monkeypatch, OUTCOME, b"weights")

    _press(window, Qt.Key.Key_M)
    said = window.view.readouts.done.accessibleDescription()
    qtbot.waitUntil(lambda: _done(window), timeout=60_000)

    assert said.endswith("300 accepted rows may change.")


def test_a_well_closed_while_learning_leaves_nothing_running(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = [], []

    def learn(folder: Path, cancel: Cancel, progress: Progress) -> None:
        begun.append(True)
        while not cancel.is_cancelled():
            progress(0.3)
        ended.append(True)
        raise InterruptedWorkError("Learning was stopped, and nothing was changed.", "Start it again.")

    monkeypatch.setattr(learning, "learn_apart", learn)
    _press(window, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: bool(begun), timeout=60_000)

    assert window.close_well()

    assert ended == [True]
