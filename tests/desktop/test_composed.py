"""What is drawn in one call is what the layers say, and a line is the same wherever a part of it is drawn alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from veerdesk.desktop.canvas.composed import draw_classes, draw_paper
from veerdesk.desktop.canvas.layers import DeviceBox, edges
from veerdesk.desktop.canvas.look import Look
from veerdesk.desktop.canvas.tint import tinted, tints
from veerdesk.desktop.canvas.traces import draw_trace
from veerdesk.labels.classes import NOT_SAID
from veerdesk.rows import RowSpan
from veerdesk.tracing.trace import Trace, TraceKind

RED, BLUE, PAPER = (255, 0, 0), (0, 0, 255), 0xFFFFFFFF
ROWS, TOP = 400, 30


@given(st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=30, deadline=None)
def test_one_call_draws_what_the_layers_say(seed: int, is_contour: bool) -> None:
    rng = np.random.default_rng(seed)
    look = Look(is_contour=is_contour)
    grey = rng.integers(0, 256, (17, 23), np.uint8)
    model = rng.integers(0, 3, (19, 25), np.uint8)
    said = np.where(rng.random((19, 25)) < 0.5, NOT_SAID, rng.integers(0, 3, (19, 25))).astype(np.uint8)
    shown = np.where(said == NOT_SAID, model, said).astype(np.uint8)
    own = shown[1:-1, 1:-1]
    framed = (own > 0) if is_contour else (own > 0) & (said[1:-1, 1:-1] == own)
    out = np.zeros((17, 23), np.uint32)

    draw_paper(grey, tints(look), out)
    draw_classes(grey, said, model, is_contour, tints(look), out)

    assert np.array_equal(out, tinted(grey, own + 2 * (edges(shown) & framed).astype(np.uint8), look))


def _trace(seed: int = 3) -> Trace:
    rng = np.random.default_rng(seed)
    trace = Trace.absent(RowSpan(TOP, TOP + ROWS))
    trace.x[0] = 60 + np.cumsum(rng.normal(0, 2, ROWS))
    trace.x[1, 50:200] = 20 + 80 * rng.random(150)
    trace.kind[0] = TraceKind.OWN_INK
    trace.kind[0, 90:140] = TraceKind.BRIDGED
    return trace


def _drawn(trace: Trace, box: DeviceBox, scale: float, lift_cols: float = math.inf) -> NDArray[np.uint32]:
    pixels = np.full((box.y1 - box.y0, box.x1 - box.x0), PAPER, np.uint32)
    draw_trace(pixels, box, trace, scale, (RED, BLUE), lift_cols=lift_cols)
    return pixels


@pytest.mark.parametrize("scale", [0.05, 0.3, 1.0, 2.5, 8.0])
def test_a_part_of_a_line_is_that_part_of_the_whole_line(scale: float) -> None:
    trace, rng = _trace(), np.random.default_rng(8)
    height, width = int((TOP + ROWS + 20) * scale), int(160 * scale)
    whole = _drawn(trace, DeviceBox(0, height, 0, width), scale, 50.0)

    for _ in range(40):
        y0, x0 = int(rng.integers(0, height)), int(rng.integers(0, width))
        y1, x1 = int(rng.integers(y0, height)) + 1, int(rng.integers(x0, width)) + 1

        assert np.array_equal(_drawn(trace, DeviceBox(y0, y1, x0, x1), scale, 50.0), whole[y0:y1, x0:x1])


def test_a_line_lies_on_its_column_and_nowhere_else() -> None:
    trace = Trace.absent(RowSpan(0, 50))
    trace.x[0, 10:40] = 20.0

    pixels = _drawn(trace, DeviceBox(0, 50, 0, 60), 1.0)

    assert (pixels[10:40, 20] == 0xFFFF0000).all()
    assert (pixels[:, :18] == PAPER).all()
    assert (pixels[:, 23:] == PAPER).all()
    assert (pixels[:8] == PAPER).all()
    assert (pixels[42:] == PAPER).all()


def test_bridged_rows_are_dotted_and_a_spike_is_never_thinned_away() -> None:
    trace = Trace.absent(RowSpan(0, 4000))
    trace.x[0] = 20.0
    trace.x[0, 2000] = 300.0
    trace.kind[0, :1000] = TraceKind.BRIDGED

    near, far = _drawn(trace, DeviceBox(0, 900, 0, 60), 1.0), _drawn(trace, DeviceBox(0, 80, 0, 12), 0.02)

    assert 0.3 < (near[10:, 20] == 0xFFFF0000).mean() < 0.7
    assert (far[40, 5] & 0xFF) < 255  # the spike reaches column 6 of its reduced row


@pytest.mark.parametrize("scale", [0.05, 0.23, 0.3, 1.0, 2.5])
@pytest.mark.parametrize("goes_left", [True, False])
def test_a_pen_is_lifted_where_a_curve_wraps(scale: float, *, goes_left: bool) -> None:
    trace = Trace.absent(RowSpan(0, 600))
    before, after = (290.0, 10.0) if goes_left else (10.0, 290.0)
    trace.x[0, :333], trace.x[0, 333:] = before, after
    box = DeviceBox(0, int(600 * scale), 0, int(300 * scale))
    middle = slice(int(40 * scale) + 2, int(260 * scale) - 2)

    lifted = _drawn(trace, box, scale, 0.6 * 300)
    drawn = _drawn(trace, box, scale)

    assert (lifted[:, middle] == PAPER).all()
    assert (drawn[:, middle] != PAPER).any()
    height = int(333 * scale)
    for columns, row in ((before, height // 2), (after, height + (box.y1 - height) // 2)):
        assert lifted[row, int((columns + 0.5) * scale)] != PAPER


def test_a_curve_that_is_absent_draws_nothing() -> None:
    trace = Trace.absent(RowSpan(0, 100))

    assert (_drawn(trace, DeviceBox(0, 100, 0, 50), 1.0) == PAPER).all()
