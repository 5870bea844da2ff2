"""The board says what can be checked by hand, and says nothing where there was nothing to judge."""

from __future__ import annotations

import numpy as np
import pytest

from veerdesk.training.metrics import SHORT_ROWS, RowTruth, identity_figures, row_figures
from veerdesk.training.scoreboard import FIGURES, scoreboard, summary

ROWS = 400


def truth(x1: np.ndarray, x2: np.ndarray) -> RowTruth:
    x = np.stack([x1, x2]).astype(np.float64)
    return RowTruth(x, x - 2, x + 2, np.zeros(x.shape, np.bool_), np.full(len(x1), 200.0))


def crossing_pair() -> RowTruth:
    """Two curves that cross once, at row 200."""
    at = np.arange(ROWS)
    return truth(60 + 0.2 * at, 140 - 0.2 * at)


def test_a_right_answer_is_right_in_every_figure() -> None:
    known = crossing_pair()

    rows, identity = row_figures(known.x, known, 4.0), identity_figures(known.x, known, (200,))

    assert rows["within_1"] == rows["cover_2"] == 1.0
    assert rows["error_p95_1"] == 0.0
    assert np.isnan(rows["false_1"])
    assert identity == {"swapped": 0.0, "stolen": 0.0, "crossings": 1.0, "crossings_kept": 1.0}


def test_curves_that_part_as_each_other_have_not_kept_their_crossing() -> None:
    known = crossing_pair()
    x = known.x.copy()
    x[:, 200:] = x[::-1, 200:].copy()

    identity = identity_figures(x, known, (200,))

    assert identity["crossings_kept"] == 0.0
    assert identity["swapped"] == pytest.approx(0.5, abs=0.02)
    assert identity["stolen"] == 0.0


def test_a_trace_that_rides_on_the_other_curve_is_stolen() -> None:
    known = truth(np.full(ROWS, 50.0), np.full(ROWS, 150.0))
    x = known.x.copy()
    x[1, :100] = x[0, :100]

    assert identity_figures(x, known, ())["stolen"] == pytest.approx(0.25)


def test_a_value_where_there_is_no_curve_is_false_but_for_the_rows_beside_its_end() -> None:
    line = np.full(ROWS, 50.0)
    line[200:] = np.nan
    known = truth(line, np.full(ROWS, 150.0))
    x = known.x.copy()
    x[0, 200:300] = 50.0

    assert row_figures(x, known, 4.0)["false_1"] == pytest.approx(95 / 195)
    known.unsure[0, 205:] = True
    assert np.isnan(row_figures(x, known, 4.0)["false_1"])


def test_a_line_that_breaks_off_has_ends_and_short_pieces() -> None:
    known = truth(np.full(ROWS, 50.0), np.full(ROWS, 150.0))
    x = known.x.copy()
    x[0, 200 : 200 + SHORT_ROWS - 1] = np.nan  # a short gap
    x[1, :300] = np.nan  # one piece, then a gap and a piece that are short
    x[1, 350:380] = np.nan

    figures = row_figures(x, known, 4.0)

    assert figures["ends_1"] == pytest.approx(4 * 1000 / ROWS)
    assert figures["short_1"] == pytest.approx(1 * 1000 / ROWS)
    assert figures["ends_2"] == pytest.approx(4 * 1000 / ROWS)
    assert figures["short_2"] == pytest.approx(3 * 1000 / ROWS)


def test_a_flat_stroke_has_no_error_inside_its_extent() -> None:
    known = truth(np.full(ROWS, 50.0), np.full(ROWS, 150.0))
    known.high[0, 10] = 90.0
    x = known.x.copy()
    x[0, 10] = 88.0
    x[0, 11] = 52.0

    figures = row_figures(x, known, 4.0)

    assert figures["within_1"] == 1.0
    assert figures["error_p95_1"] == 0.0
    x[0, 11] = 60.0
    assert row_figures(x, known, 4.0)["within_1"] == pytest.approx(1 - 1 / ROWS)


def test_a_missing_value_is_a_miss() -> None:
    known = crossing_pair()
    x = known.x.copy()
    x[1, :100] = np.nan

    figures = row_figures(x, known, 4.0)

    assert figures["within_2"] == figures["cover_2"] == 0.75


def test_worst_and_p95_are_on_the_bad_side_and_the_interval_holds_the_mean() -> None:
    values = np.linspace(0.0, 1.0, 41).tolist()

    good, bad = summary(values, less_is_better=False), summary(values, less_is_better=True)

    assert (good["worst"], good["p95"], bad["worst"], bad["p95"]) == (0.0, 0.05, 1.0, 0.95)
    assert good["low"] is not None
    assert good["high"] is not None
    assert 0.35 < good["low"] < 0.5 < good["high"] < 0.65
    assert summary(values, less_is_better=False) == good
    assert summary([0.5], less_is_better=True)["low"] is None


def test_windows_are_grouped_by_kind_and_silent_figures_are_left_out() -> None:
    quiet = dict.fromkeys(FIGURES)
    windows = [
        {**quiet, "f1_1": 0.8, "style": "solid + dashed", "dpi": "200", "look": "1-bit, no grid"},
        {**quiet, "f1_1": 0.6, "style": "solid + dashed", "dpi": "300", "look": "1-bit, no grid"},
        {**quiet, "f1_2": 0.5, "style": "solid alone", "dpi": "300", "look": "1-bit, no grid"},
    ]

    board = scoreboard(windows)

    assert set(board["overall"]) == {"f1_1", "f1_2"}
    assert board["overall"]["f1_1"]["windows"] == 2
    assert board["by_style"]["solid + dashed"]["f1_1"]["mean"] == pytest.approx(0.7)
    assert set(board["by_dpi"]) == {"200", "300"}
    assert board["by_look"]["1-bit, no grid"]["f1_2"]["median"] == 0.5
