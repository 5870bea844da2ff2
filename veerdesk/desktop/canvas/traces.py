"""Traced lines on the screen: thinned where rows outnumber pixels, dotted where a gap is bridged.

Separate because turning thousands of rows into pixels or into Qt's points is the dearest thing the canvas paints, and
needs its own care.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtGui import QPolygonF

from veerdesk.desktop.canvas.layers import DeviceBox
from veerdesk.desktop.canvas.look import Rgb
from veerdesk.tracing.trace import Trace


@cache
def _compiled() -> ModuleType:
    """Return what draws lines, once there is a trace: the compiler behind it is loaded by then."""
    return import_module("veerdesk.desktop.canvas.composed")


def draw_trace(
    pixels: NDArray[np.uint32],
    box: DeviceBox,
    trace: Trace,
    device_scale: float,
    colours: tuple[Rgb, Rgb],
    *,
    lift_cols: float,
) -> None:
    """Draw both slots of a trace over the pixels ``(h, w)`` uint32 ``0xffRRGGBB`` of a box of the scaled scan.

    A curve that jumps more than ``lift_cols`` columns from a row to the next wraps there, and its pen drew nothing.
    """
    step, top = (int(1.0 / device_scale) if device_scale < 1.0 else 1), trace.rows.start
    y0, _, x0, _ = box
    first, second = (red << 16 | green << 8 | blue for red, green, blue in colours)
    _compiled().draw_lines(trace.x, trace.kind, lift_cols, top, step, device_scale, y0, x0, first, second, pixels)


def polygon(points: NDArray[np.float64]) -> QPolygonF:
    """Return points ``(n, 2)`` float64, x then y, as Qt's polygon."""
    out = QPolygonF()
    out.resize(len(points))
    if len(points):
        # PySide6's stubs know neither the size of the pointer nor that it is a buffer
        memory = shiboken6.VoidPtr(out.data(), len(points) * 16, True)  # type: ignore[call-arg, arg-type]
        np.frombuffer(memory, np.float64).reshape(-1, 2)[:] = points  # type: ignore[call-overload]
    return out
