"""The ruler tells the states of rows by pattern, so that they are told apart without any colour."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from veerdesk.calibration.decision import SignOff
from veerdesk.calibration.depth import DepthMap
from veerdesk.desktop.panels.ruler import DepthRuler, RulerState
from veerdesk.desktop.theme import CONTRAST, DARK, LIGHT, Tokens
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import SignedRows
from veerdesk.session.decisions import RowStates

_HEIGHT = 600
_STATES = ("unseen", "predicted", "in progress", "accepted", "changed", "needs work")
#: Rows of each state: a hundred, in the order above.
_ROWS = {name: RowSpan(100 * k, 100 * k + 100) for k, name in enumerate(_STATES)}


def ruler(qtbot: QtBot, tokens: Tokens, signed: tuple[SignedRows, ...] = ()) -> DepthRuler:
    out = DepthRuler(tokens)
    qtbot.addWidget(out)
    out.resize(out.width(), _HEIGHT)
    spans = {name: (rows,) for name, rows in _ROWS.items()}
    rows = RowStates(
        spans["predicted"],
        spans["in progress"],
        (*spans["accepted"], *spans["changed"]),
        spans["needs work"],
        spans["changed"],
    )
    out.show_view(0.0, 1.0)
    out.show_state(RulerState(rows=rows, signed=signed))
    return out


def patterns(widget: DepthRuler) -> dict[str, NDArray[np.bool_]]:
    """Return which pixels of the strip are inked in the middle of each state, whatever the ink's colour."""
    image = widget.grab().toImage()
    ground = image.pixelColor(40, 50)
    out = {}
    for name, rows in _ROWS.items():
        middle = range(rows.start + 26, rows.start + 74)
        out[name] = np.array([[image.pixelColor(x, y) != ground for x in range(1, 7)] for y in middle])
    return out


@pytest.mark.parametrize("tokens", [LIGHT, DARK, CONTRAST])
def test_each_state_has_a_pattern_of_its_own_with_hue_taken_away(qtbot: QtBot, tokens: Tokens) -> None:
    found = patterns(ruler(qtbot, tokens))

    assert not found["unseen"].any()
    assert found["accepted"].all()
    for one, other in combinations(_STATES, 2):
        assert (found[one] != found[other]).mean() > 0.1, (one, other)


def test_a_name_that_holds_one_that_fell_and_one_being_checked_look_different(qtbot: QtBot) -> None:
    sign = SignOff(RowSpan(50, 550), "Ada", 1.7e9)
    shown = [
        ruler(qtbot, LIGHT, (each,)).grab().toImage()
        for each in (
            SignedRows(sign, is_known=True, holds=True),
            SignedRows(sign, is_known=True, holds=False, changed=(RowSpan(60, 70),)),
            SignedRows(sign, is_known=False, holds=True),
        )
    ]
    lines = [[image.pixelColor(11, y) != image.pixelColor(40, 50) for y in range(60, 540)] for image in shown]

    assert all(lines[0])
    for broken in lines[1:]:
        assert any(broken)
        assert not all(broken)


def test_the_ruler_says_whether_it_counts_rows_or_a_depth(qtbot: QtBot) -> None:
    widget = ruler(qtbot, LIGHT)
    alike = DepthMap(((0.0, 0.0), (600.0, 600.0)))
    heads = []
    for state in (RulerState(), RulerState(alike, "ft"), RulerState(alike, "m")):
        widget.show_state(state)
        heads.append(widget.grab(QRect(10, 0, widget.width() - 11, 14)).toImage())

    rows, feet, metres = heads
    assert rows != feet
    assert feet != metres
