"""After each gesture the status bar says in one true sentence what it did, and behind the frame that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import LEFT, RIGHT, columns, drawn_well
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.theme import Theme
from veerdesk.rows import RowSpan
from veerdesk.session.session import Session

_L, _R = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_NONE, _CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
_SEEN = RowSpan(800, 1200)
ONE, TWO = columns()


@pytest.fixture
def window(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window in the Review step at 100 % near row 1,000, its curves traced."""
    session = drawn_well(tmp_path)
    session.close()
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1280, 800)
    with qtbot.waitActive(window):
        window.show()
    window.open_paths([session.path])
    window.show_step(Step.REVIEW)
    qtbot.waitUntil(lambda: window.view.is_complete and not _session(window).is_provisional(1), timeout=60_000)
    window.view.canvas.zoom_to(1.0)
    window.view.canvas.go_to_row(1000)
    yield window
    window.close()


def _session(window: MainWindow) -> Session:
    assert window.bridge is not None
    return window.bridge.session


def _said(window: MainWindow) -> str:
    return window.view.readouts.done.accessibleDescription()


def _at(window: MainWindow, row: float, col: float) -> QPoint:
    x, y = window.view.canvas.view.to_widget(row, col)
    return QPoint(round(x), round(y))


def _click(window: MainWindow, row: float, col: float, button: Qt.MouseButton = _L) -> None:
    QTest.mouseMove(window.view.canvas.viewport(), _at(window, row, col))
    QTest.mouseClick(window.view.canvas.viewport(), button, _NONE, _at(window, row, col))


def _drag(window: MainWindow, *places: tuple[float, float], button: Qt.MouseButton = _L) -> None:
    port = window.view.canvas.viewport()
    QTest.mousePress(port, button, _NONE, _at(window, *places[0]))
    for place in places[1:]:
        QTest.mouseMove(port, _at(window, *place))
    QTest.mouseRelease(port, button, _NONE, _at(window, *places[-1]))


def _owners(window: MainWindow) -> NDArray[np.uint8]:
    return _session(window).label_map(1).classes(_SEEN, (LEFT, RIGHT))


def _take(window: MainWindow, tool: str) -> None:
    window.actions_table[f"tool_{tool}"].trigger()


def test_a_stroke_says_how_many_pixels_it_gave_to_whom_and_where(window: MainWindow, qtbot: QtBot) -> None:
    _take(window, "brush")
    before = _owners(window)

    _drag(window, (1000, TWO[1000]), (1030, TWO[1030]))
    at_once = _said(window)
    given = np.count_nonzero(_owners(window) != before)
    qtbot.waitUntil(lambda: _said(window).startswith("Brush: "))

    assert at_once == ""  # the hand waits for its paint and not for words
    said = re.fullmatch(r"Brush: ([\d,]+) px (?:of ink )?given to GR.* \(Ctrl\+Z takes it back\)", _said(window))
    assert said is not None, _said(window)
    assert int(said[1].replace(",", "")) == given > 100


def test_what_was_taken_back_is_not_said_of_a_later_stroke(window: MainWindow, qtbot: QtBot) -> None:
    _take(window, "brush")
    _drag(window, (1000, TWO[1000]), (1010, TWO[1010]))
    QTest.keyClick(window.view.canvas, Qt.Key.Key_Z, _CTRL)
    taken_back = _said(window)

    _drag(window, (1100, TWO[1100]), (1110, TWO[1110]))

    assert taken_back == "Taken back: paint curve 1"
    qtbot.waitUntil(lambda: _said(window).startswith("Brush: "))


def test_a_stroke_taken_back_at_once_is_not_said_after_that(window: MainWindow, qtbot: QtBot) -> None:
    _take(window, "brush")
    _drag(window, (1000, TWO[1000]), (1010, TWO[1010]))
    QTest.keyClick(window.view.canvas, Qt.Key.Key_Z, _CTRL)
    QTest.qWait(60)

    assert _said(window) == "Taken back: paint curve 1"


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("eraser", r"Eraser: [\d,]+ px at row 1,\d+ made background \(Ctrl\+Z takes it back\)"),
        ("exchange_brush", r"Exchange brush: [\d,]+ px exchanged between GR and CALI at row 1,\d+ \(Ctrl.*"),
        ("forget", "Forget: nobody said anything about these pixels"),
    ],
)
def test_each_brush_says_what_it_did(window: MainWindow, qtbot: QtBot, tool: str, said: str) -> None:
    _take(window, tool)

    _drag(window, (1000, ONE[1000]), (1030, ONE[1030]))

    qtbot.waitUntil(lambda: re.fullmatch(said, _said(window)) is not None)


def test_a_word_taken_back_is_said_as_the_models_again(window: MainWindow, qtbot: QtBot) -> None:
    _take(window, "eraser")
    _drag(window, (1000, ONE[1000]), (1030, ONE[1030]))
    _take(window, "forget")

    _drag(window, (1000, ONE[1000]), (1030, ONE[1030]))

    qtbot.waitUntil(lambda: _said(window).startswith("Forget: your word on "))
    assert "is taken back, the model's answer shows" in _said(window)


def test_ink_that_a_curve_has_already_is_not_said_to_be_given(window: MainWindow, qtbot: QtBot) -> None:
    _take(window, "brush")

    _drag(window, (1000, ONE[1000]), (1030, ONE[1030]))
    qtbot.waitUntil(lambda: "were GR already, and are so by your word now" in _said(window))
    _drag(window, (1000, ONE[1000]), (1030, ONE[1030]))

    qtbot.waitUntil(lambda: _said(window) == "Brush: all of it is GR already, by your word")


def test_a_stroke_over_bare_paper_says_that_there_is_no_ink(window: MainWindow, qtbot: QtBot) -> None:
    _take(window, "brush")

    _drag(window, (1000, 300), (1030, 300))

    qtbot.waitUntil(lambda: _said(window) == "Brush: no ink there to change; R takes the next rule")


def test_lasso_fill_and_livewire_say_what_they_did(window: MainWindow, qtbot: QtBot) -> None:
    middle = float(TWO[1000])
    _take(window, "lasso")
    _drag(window, (990, middle - 30), (990, middle + 30), (1010, middle + 30), (1010, middle - 30))
    qtbot.waitUntil(lambda: _said(window).startswith("Lasso: "))
    lasso = _said(window)

    _take(window, "livewire")
    _click(window, 1060, TWO[1060])
    _click(window, 1100, TWO[1100])
    QTest.keyClick(window.view.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _said(window).startswith("Livewire: "))
    livewire = _said(window)

    _take(window, "fill")
    _click(window, 900, ONE[900], _R)
    qtbot.waitUntil(lambda: _said(window).startswith("Fill: "))

    assert re.match(r"Lasso: [\d,]+ px (of ink )?given to GR", lasso)
    assert re.match(r"Livewire: [\d,]+ px (of ink )?given to GR", livewire)
    assert re.match(r"Fill: [\d,]+ px of ink given to CALI", _said(window))


def test_a_pin_says_where_it_stands_and_that_it_went(window: MainWindow, qtbot: QtBot) -> None:
    _take(window, "pin")

    _drag(window, (1000, ONE[1000]), (1000, ONE[1000] + 20))
    qtbot.waitUntil(lambda: _said(window).startswith("Pin: GR pinned at row "))
    placed, (pin,) = _said(window), _session(window).description.track(1).pins
    assert pin.column is not None
    _click(window, pin.rows.start, pin.column, _R)

    assert placed == f"Pin: GR pinned at row {pin.rows.start:,} (Ctrl+Z takes it back)"
    gone = f"Pin: the pin of GR at row {pin.rows.start:,} taken away (Ctrl+Z takes it back)"
    qtbot.waitUntil(lambda: _said(window) == gone)


def test_a_piece_that_moves_no_value_says_why(window: MainWindow, qtbot: QtBot) -> None:
    beside = ONE[1000] + 60
    for _ in range(3):  # ink only, other curve only, background only, anything
        window.actions_table["next_rule"].trigger()
    _take(window, "brush")
    _drag(window, (1000, beside), (1040, beside), button=_R)
    qtbot.waitUntil(lambda: _said(window).startswith("Brush: "))
    before = _session(window).trace(1)
    assert before is not None
    was = before.x[0].copy()
    _take(window, "pick")

    _click(window, 1020, beside)

    qtbot.waitUntil(lambda: _said(window).startswith("Pick: "))
    after = _session(window).trace(1)
    assert after is not None
    assert np.allclose(after.x[0], was, atol=0.5, equal_nan=True)
    assert "px given to GR, but its value did not move: its own stroke runs beside it" in _said(window)
    assert _said(window).endswith("pin it, or erase that stroke (Ctrl+Z takes it back)")


def test_a_piece_that_moves_the_curve_says_nothing_of_the_kind(window: MainWindow, qtbot: QtBot) -> None:
    _take(window, "pick")

    _click(window, 1000, TWO[1000])

    qtbot.waitUntil(lambda: re.match(r"Pick: [\d,]+ px given to GR at row ", _said(window)) is not None)


def test_what_a_panel_changed_is_said_by_its_name(window: MainWindow, qtbot: QtBot) -> None:
    window.show_step(Step.TRACKS)
    _take(window, "border")

    _drag(window, (1000, RIGHT), (1000, RIGHT + 30))

    qtbot.waitUntil(lambda: _said(window) == "Done: move the borders of T1 (Ctrl+Z takes it back)")
