"""The status bar says depth, values and owner whatever the width of the window, and nothing moves while the cursor does."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from veerdesk.desktop.readings import Reading
from veerdesk.desktop.readouts import Readouts
from veerdesk.desktop.theme import Theme

LONG = (Reading(1, "RESISTIVITY", "OHMM", 1234.56), Reading(2, "RESSHALLOW", "OHMM", 1034.56))


@pytest.fixture
def bar(qtbot: QtBot, qapp: QApplication) -> Readouts:
    Theme(qapp, "light")
    bar = Readouts(".")
    qtbot.addWidget(bar)
    bar.resize(1280, 24)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


def say(bar: Readouts, readings: tuple[Reading, ...] = LONG) -> None:
    bar.show_place(123_456, 1_234, 18_712.5, "ft")
    bar.show_values(readings)
    bar.show_owner("curve 1, said by a person", "curve 1, person")
    bar.show_done("Exchanged below row 12,345. Shift+N goes back, Ctrl+Z takes it back.")
    bar.show_saved("saved 2 s ago", "")


def is_whole(part: QLabel) -> bool:
    return part.isVisible() and part.fontMetrics().horizontalAdvance(part.text()) <= part.contentsRect().width()


def ends(bar: Readouts) -> list[int]:
    return [part.geometry().right() for part in (bar.place, bar.values, bar.owner, bar.saved)]


@pytest.mark.parametrize("width", [2560, 1280, 1024, 960, 860])
def test_depth_values_and_owner_are_seen_whole(bar: Readouts, qtbot: QtBot, width: int) -> None:
    bar.resize(width, 24)

    say(bar)

    qtbot.waitUntil(lambda: ends(bar)[-1] <= width and ends(bar) == sorted(ends(bar)))
    assert all(is_whole(part) for part in (bar.place, bar.values, bar.owner, bar.saved))
    assert bar.place.text().startswith("18,712.5 ft")
    assert "RESISTIVITY 1234.6" in bar.values.text()
    assert "person" in bar.owner.text()


def test_a_wide_window_says_everything_and_a_narrow_one_gives_up_the_least_first(bar: Readouts) -> None:
    bar.resize(2560, 24)
    say(bar)
    wide = [bar.place.text(), bar.values.text(), bar.owner.text()]

    widths = range(1600, 500, -20)
    said = []
    for width in widths:
        bar.resize(width, 24)
        said.append(
            ["column" not in bar.place.text(), "said by" not in bar.owner.text(), "OHMM" not in bar.values.text()]
        )

    assert "column 1,234" in wide[0]
    assert "OHMM" in wide[1]
    assert wide[2] == "curve 1, said by a person"
    assert bar.width() < 540
    assert said[-1] == [True, True, True]
    assert said == sorted(said)  # what was given up does not come back in a narrower window


USUAL = (Reading(1, "GR", "GAPI", 83.497), Reading(2, "CALI", "IN", 8.6189))


def test_the_last_thing_done_is_read_whole_beside_the_usual_values_at_1280(bar: Readouts, qtbot: QtBot) -> None:
    bar.show_hand("brush", "Brush", 1)
    say(bar, USUAL)
    qtbot.waitUntil(lambda: bar.done.width() > 0)

    assert bar.hand.text() == "Brush · curve 1"
    assert "GR 83.497" in bar.values.text()
    qtbot.waitUntil(lambda: bar.done.text() == "Exchanged below row 12,345. Shift+N goes back, Ctrl+Z takes it back.")


def test_the_class_in_hand_is_said_of_what_paints_it(bar: Readouts) -> None:
    bar.resize(1920, 24)
    said = []
    for tool, words in (("brush", "Brush"), ("livewire", "Livewire"), ("pin", "Pin"), ("pan", "Move")):
        bar.show_hand(tool, words, 0)
        said.append(bar.hand.text())

    assert said == ["Brush · background", "Livewire · background", "Pin", "Move"]


def test_parts_stay_where_they_are_while_the_numbers_change(bar: Readouts, qtbot: QtBot) -> None:
    say(bar)
    QApplication.processEvents()
    before = ends(bar)

    bar.show_place(7, 9, 1.5, "ft")
    bar.show_values((Reading(1, "RESISTIVITY", "OHMM", None),))
    bar.show_owner("background, by the model", "background, model")
    QApplication.processEvents()
    between = ends(bar)
    bar.clear_place()
    QApplication.processEvents()

    assert between == before == ends(bar)
    assert bar.place.text() == bar.values.text() == bar.owner.text() == ""


BESIDE = (
    "Pick: 1,312 px given to GR, but its value did not move: its own stroke runs beside it; "
    "pin it, or erase that stroke (Ctrl+Z takes it back)"
)


@pytest.mark.parametrize("width", [1600, 1920])
def test_a_long_sentence_is_read_whole_and_the_rest_comes_back_after_it(
    bar: Readouts, qtbot: QtBot, width: int
) -> None:
    bar.resize(width, 24)
    bar.show_hand("brush", "Brush", 1)
    say(bar, USUAL)
    QApplication.processEvents()
    before = [part.text() for part in (bar.hand, bar.place, bar.values, bar.owner)]

    bar.show_done(BESIDE)
    qtbot.waitUntil(lambda: bar.done.text() == BESIDE)
    assert all(is_whole(part) for part in (bar.place, bar.values, bar.owner, bar.saved))
    bar.show_done("Taken back: give a piece to curve 1")

    qtbot.waitUntil(lambda: [part.text() for part in (bar.hand, bar.place, bar.values, bar.owner)] == before)


@pytest.mark.parametrize("length", range(58, 84))
def test_the_other_parts_give_way_before_a_sentence_loses_its_last_letters(
    bar: Readouts, qtbot: QtBot, length: int
) -> None:
    bar.show_hand("pick", "Pick", 1)
    say(bar, USUAL)
    QApplication.processEvents()
    sentence = ("Pick: GR and CALI exchanged over 6.5 ft below 5,046.5 ft (Ctrl+Z takes it back), long words")[:length]

    bar.show_done(sentence)

    qtbot.waitUntil(lambda: bar.done.text() == sentence, timeout=2_000)


def test_a_sentence_that_is_cut_is_whole_in_its_tip(bar: Readouts, qtbot: QtBot) -> None:
    bar.resize(960, 24)
    say(bar, USUAL)

    bar.show_done(BESIDE)

    qtbot.waitUntil(lambda: bar.done.text().endswith("…"))
    assert bar.done.toolTip() == BESIDE
    bar.show_done("Taken back: give a piece to curve 1")
    qtbot.waitUntil(lambda: bar.done.toolTip() == "")
