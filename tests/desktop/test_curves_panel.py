"""The curves beside the scan: what is drawn of them, and where the pen is lifted."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from veerdesk.desktop.panels.curves import CurvesPanel
from veerdesk.desktop.readings import CurveLine, thinned
from veerdesk.desktop.theme import LIGHT
from veerdesk.rows import RowSpan

ROWS, WRAPS_AT = 400, (133, 290)


def _line(slot: int, share: NDArray[np.float64]) -> CurveLine:
    return CurveLine(slot, "GR", "GAPI", 0.0, 150.0, False, RowSpan(0, len(share)), share)


def _wrapped() -> NDArray[np.float64]:
    """Return a curve that leaves at the right border, comes in at the left one, and goes back the same way."""
    share = np.full(ROWS, 0.95)
    share[WRAPS_AT[0] : WRAPS_AT[1]] = 0.05
    return share


@pytest.mark.parametrize("points", [3000, 200, 62, 20])
def test_a_pen_is_lifted_where_a_curve_wraps(points: int) -> None:
    share = _wrapped()

    x, y = thinned(_line(1, share), points)

    steps = np.abs(np.diff(x))
    assert len(x) == len(y)
    assert not (steps[np.isfinite(steps)] > 0.5).any()
    assert np.isnan(x).sum() == 2
    assert np.isfinite(y).all()
    assert np.array_equal(share, _wrapped())  # what is exported is the line itself


def test_a_line_without_a_wrap_is_drawn_as_it_is() -> None:
    share = np.linspace(0.1, 0.9, ROWS)
    share[200] = np.nan

    x, _ = thinned(_line(1, share), 3000)

    assert np.array_equal(x, share, equal_nan=True)


def _grey(panel: CurvesPanel) -> NDArray[np.uint8]:
    """Return the plot as it is shown, ``(h, w)`` uint8."""
    picture = panel.plot.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    lines = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return lines[:, : picture.width()].copy()


def test_nothing_is_drawn_across_the_track_where_a_curve_wraps(qtbot: QtBot) -> None:
    panel = CurvesPanel(LIGHT)
    qtbot.addWidget(panel)
    panel.resize(400, 600)
    panel.show()
    qtbot.waitExposed(panel)
    panel.show_rows(0, ROWS)
    panel.show_lines(())
    empty = _grey(panel)

    panel.show_lines((_line(1, _wrapped()),))

    drawn = _grey(panel)
    middle = slice(drawn.shape[1] // 5, -drawn.shape[1] // 5)
    assert drawn.shape == empty.shape
    assert (drawn != empty).any()
    assert np.array_equal(drawn[:, middle], empty[:, middle])


def test_a_curve_is_two_pixels_wide(qtbot: QtBot) -> None:
    panel = CurvesPanel(LIGHT)
    qtbot.addWidget(panel)
    panel.resize(400, 600)
    panel.show()
    qtbot.waitExposed(panel)
    panel.show_rows(0, ROWS)
    panel.show_lines(())
    empty = _grey(panel)

    panel.show_lines((_line(1, np.full(ROWS, 0.4)),))

    wide = (_grey(panel) != empty).sum(axis=1)
    assert (wide[50:-50] == 2).all()
