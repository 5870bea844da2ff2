"""The scoreboard: figures of many windows as median, P95, worst and mean with its interval, overall and by kind of log.

Separate because how windows are summed up must not depend on what was measured of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Figures of a window in the order of the board; the last word of a name may be the slot.
FIGURES = (
    "f1_1", "f1_2", "iou_1", "iou_2", "f1_2px_1", "f1_2px_2", "double_claimed",
    "crossing_f1_1", "crossing_f1_2", "crossings_kept", "swapped", "stolen",
    "trace_within_1", "trace_within_2", "trace_cover_1", "trace_cover_2", "trace_false_1", "trace_false_2",
    "trace_ends_1", "trace_ends_2", "trace_short_1", "trace_short_2",
    "value_within_1", "value_within_2", "value_cover_1", "value_cover_2", "value_false_1", "value_false_2",
    "value_error_median_1", "value_error_median_2", "value_error_p95_1", "value_error_p95_2",
)  # fmt: skip
#: Figures of which less is better.
_LESS_IS_BETTER = ("double_claimed", "swapped", "stolen", "false", "error", "ends", "short")
KINDS = ("style", "dpi", "look")
#: Draws of the bootstrap and its seed: the interval moves by less than a hundredth of its width with another seed.
DRAWS, SEED = 2000, 20
_INTERVAL = (2.5, 97.5)

Line = dict[str, float | int | None]


def scoreboard(windows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return ``overall`` and ``by_style``, ``by_dpi``, ``by_look``: for each figure a line as `summary` gives it.

    Parameters
    ----------
    windows
        A mapping a window: the figures of `FIGURES`, None where there was nothing to judge, and its kinds by name.
    """
    board: dict[str, Any] = {"overall": _lines(windows)}
    for kind in KINDS:
        names = sorted({str(w[kind]) for w in windows})
        board[f"by_{kind}"] = {name: _lines([w for w in windows if str(w[kind]) == name]) for name in names}
    return board


def summary(values: Sequence[float], *, less_is_better: bool) -> Line:
    """Return median, ``p95`` (19 of 20 windows are as good or better), worst and mean, with its bootstrap interval.

    ``low`` and ``high`` hold the mean of 95 in 100 draws of as many windows with replacement; None for a single window.

    >>> line = summary([0.9, 1.0, 0.8], less_is_better=False)
    >>> line["median"], line["worst"], line["mean"], line["windows"]
    (0.9, 0.8, 0.9, 3)
    """
    found = np.asarray(values, np.float64)
    at = 95 if less_is_better else 5
    worst = found.max() if less_is_better else found.min()
    low, high = _interval(found) if len(found) > 1 else (None, None)
    return {
        "median": _rounded(np.median(found)),
        "p95": _rounded(np.percentile(found, at)),
        "worst": _rounded(worst),
        "mean": _rounded(found.mean()),
        "low": low,
        "high": high,
        "windows": len(found),
    }


def _lines(windows: Sequence[Mapping[str, Any]]) -> dict[str, Line]:
    out: dict[str, Line] = {}
    for figure in FIGURES:
        values = [float(w[figure]) for w in windows if w[figure] is not None]
        if values:
            out[figure] = summary(values, less_is_better=any(word in figure for word in _LESS_IS_BETTER))
    return out


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    drawn = np.random.default_rng(SEED).integers(0, len(values), (DRAWS, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), _INTERVAL)
    return _rounded(low), _rounded(high)


def _rounded(value: np.floating[Any]) -> float:
    return round(float(value), 4)
