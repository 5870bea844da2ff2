"""Who goes on as which below a crossing: by the whole stretch above and below it, not by its last few rows."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from veerdesk.rows import RowSpan
from veerdesk.tracing.courses import crossed_names
from veerdesk.tracing.trace import Trace, TraceKind

ROWS, STROKE, TOP = 600, 5.0, 40
CROSSINGS = np.array(((195, 206), (395, 406)))


def curves() -> NDArray[np.float64]:
    """A smooth and a restless curve that cross at rows 200 and 400."""
    down = np.arange(ROWS)
    smooth = 150.0 + 40.0 * np.cos(down * np.pi / 200 + np.pi / 2)
    restless = 300.0 - smooth + 3.0 * np.random.default_rng(4).normal(size=ROWS)
    return np.stack((smooth, restless))


def trace_of(x: NDArray[np.float64]) -> Trace:
    kind = np.full(x.shape, TraceKind.OWN_INK, np.uint8)
    for begin, end in CROSSINGS:
        kind[:, begin:end] = TraceKind.SHARED
    half = np.float32(STROKE / 2)
    low, high = x.astype(np.float32) - half, x.astype(np.float32) + half
    return Trace(RowSpan(TOP, TOP + ROWS), x, low, high, np.ones(x.shape, np.float32), kind)


def exchanged(x: NDArray[np.float64], rows: slice) -> NDArray[np.float64]:
    out = x.copy()
    out[:, rows] = x[::-1, rows]
    return out


@pytest.mark.parametrize(
    ("wrong", "named"), [(slice(0, 0), []), (slice(200, 400), [(240, 440)]), (slice(400, ROWS), [(440, 640)])]
)
def test_a_restless_curve_is_restless_below_the_crossing_too(wrong: slice, named: list[tuple[int, int]]) -> None:
    trace = trace_of(exchanged(curves(), wrong))

    found = crossed_names(trace, CROSSINGS, STROKE)

    assert [(span.start, span.stop) for span in found] == named


def test_the_top_keeps_its_names() -> None:
    trace = trace_of(exchanged(curves(), slice(0, 200)))

    assert crossed_names(trace, CROSSINGS, STROKE) == [RowSpan(TOP + 200, TOP + ROWS)]


def test_without_crossings_nothing_is_named_anew() -> None:
    assert crossed_names(trace_of(curves()), np.zeros((0, 2), np.int64), STROKE) == []
