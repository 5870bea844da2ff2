"""Numbers as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from veerdesk.desktop.fields import NumberField, TextField
from veerdesk.desktop.numbers import format_fixed, format_number, parse_number


@pytest.mark.parametrize("sign", [".", ","])
@pytest.mark.parametrize(
    ("text", "value"), [("1,5", 1.5), ("1.5", 1.5), (" -0,25 ", -0.25), ("1 234,5", 1234.5), ("2e3", 2000.0)]
)
def test_a_point_and_a_comma_mean_the_same(text: str, value: float, sign: str) -> None:
    assert parse_number(text, sign=sign) == value


@pytest.mark.parametrize("text", ["", "ft", "1,2,3", "7,000", "nan", "inf", "--1", "1 5"])
def test_what_is_no_number_or_two_is_refused(text: str) -> None:
    assert parse_number(text) is None


def test_a_comma_before_three_digits_is_decimal_where_the_system_says_so() -> None:
    assert parse_number("7,125", sign=",") == 7.125


@given(st.floats(-1e9, 1e9, allow_nan=False).map(lambda v: round(v, 4)), st.sampled_from([".", ","]))
@settings(deadline=None, max_examples=200)
def test_what_is_shown_can_be_typed_again(value: float, sign: str) -> None:
    shown = format_number(value, digits=15, sign=sign)

    assert parse_number(shown, sign=sign) == pytest.approx(value, rel=1e-12, abs=1e-12)


def test_read_outs_group_thousands() -> None:
    assert format_fixed(8712.5, 1) == "8,712.5"
    assert format_fixed(8712.5, 1, sign=",") == "8\u202f712,5"


def test_a_typed_number_is_committed_once(qtbot: QtBot) -> None:
    field = NumberField("left", decimal="point")
    qtbot.addWidget(field)
    field.show_value(None)
    heard: list[object] = []
    field.committed.connect(heard.append)

    QTest.keyClicks(field, "1,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert heard == [1.5]
    assert field.text() == "1.5"


@pytest.mark.parametrize("make", [NumberField, TextField])
def test_the_key_that_exports_reaches_the_window_from_a_field(
    qtbot: QtBot, make: type[NumberField] | type[TextField]
) -> None:
    window = QWidget()
    field = make("left", parent=window)
    qtbot.addWidget(window)
    asked: list[None] = []
    key = QShortcut(QKeySequence("Ctrl+E"), window)
    key.activated.connect(lambda: asked.append(None))
    with qtbot.waitActive(window):
        window.show()
    field.setFocus()

    QTest.keyClick(field, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)

    assert asked == [None]


def test_a_doubtful_number_is_marked_and_not_committed(qtbot: QtBot) -> None:
    field = NumberField("left", decimal="point")
    qtbot.addWidget(field)
    heard: list[object] = []
    field.committed.connect(heard.append)

    QTest.keyClicks(field, "7,000")
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert not heard
    assert field.property("state") == "doubtful"


def test_escape_takes_the_typing_back(qtbot: QtBot) -> None:
    field = NumberField("left", decimal="point")
    qtbot.addWidget(field)
    field.show_value(150.0)

    QTest.keyClicks(field, "9")
    QTest.keyClick(field, Qt.Key.Key_Escape)

    assert field.text() == "150"


def test_a_text_is_committed_only_when_it_changed(qtbot: QtBot) -> None:
    field = TextField("name")
    qtbot.addWidget(field)
    field.show_value("GR")
    heard: list[str] = []
    field.committed.connect(heard.append)

    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_End)
    QTest.keyClicks(field, "2")
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert heard == ["GR2"]
