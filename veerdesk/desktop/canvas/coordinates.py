"""Scan positions to widget positions and back: the one place where rows and columns become x and y.

Separate because every painted thing and every gesture must agree to the pixel, at any zoom and on any screen.

A scan position ``(row, col)`` is float, whole at a pixel's centre, so pixel ``(0, 0)`` covers -0.5 to 0.5.
A widget position ``(x, y)`` is in Qt's logical px. The view's corner is kept in whole device px of the scaled scan,
so that scrolling moves whole screen pixels and cached tiles never need to be drawn between two of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from veerdesk.rows import RowSpan

#: Logical px per scan px: one scan pixel as big as a fingertip, and 250,000 rows on one small screen.
MAX_SCALE = 32.0
MIN_SCALE = 1.0 / 512.0
# Three wheel notches double the scale, so 1:1 and every power of two is met exactly.
ZOOM_STEPS_PER_OCTAVE = 3


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """Where the scan lies under the widget.

    ``scale`` is logical px per scan px, ``dpr`` device px per logical px, ``top`` and ``left`` the device px of the
    scaled scan at the widget's upper left corner.
    """

    scale: float = 1.0
    dpr: float = 1.0
    top: int = 0
    left: int = 0

    @property
    def device_scale(self) -> float:
        """Device px per scan px."""
        return self.scale * self.dpr

    def to_widget(self, row: float, col: float) -> tuple[float, float]:
        """Return the ``(x, y)`` of a scan position, logical px."""
        s = self.scale * self.dpr
        return ((col + 0.5) * s - self.left) / self.dpr, ((row + 0.5) * s - self.top) / self.dpr

    def to_scan(self, x: float, y: float) -> tuple[float, float]:
        """Return the ``(row, col)`` under a widget position, scan px."""
        s = self.scale * self.dpr
        return (y * self.dpr + self.top) / s - 0.5, (x * self.dpr + self.left) / s - 0.5

    def pixel_at(self, x: float, y: float) -> tuple[int, int]:
        """Return the pixel ``(row, col)`` under a widget position; it may lie outside the scan."""
        row, col = self.to_scan(x, y)
        return math.floor(row + 0.5), math.floor(col + 0.5)

    def rows_between(self, y0: float, y1: float) -> RowSpan:
        """Return the rows that are at least partly between two heights of the widget."""
        s = self.device_scale
        start = math.floor((y0 * self.dpr + self.top) / s)
        return RowSpan(start, max(start, math.ceil((y1 * self.dpr + self.top) / s)))

    def zoomed(self, scale: float, x: float, y: float) -> ViewTransform:
        """Return the view at another scale with the same scan position under ``(x, y)``."""
        scale = min(MAX_SCALE, max(MIN_SCALE, scale))
        row, col = self.to_scan(x, y)
        s = scale * self.dpr
        return replace(
            self, scale=scale, top=round((row + 0.5) * s - y * self.dpr), left=round((col + 0.5) * s - x * self.dpr)
        )

    def showing(self, row: float, col: float, x: float, y: float) -> ViewTransform:
        """Return the view moved so that a scan position lies under ``(x, y)``."""
        s = self.device_scale
        return replace(self, top=round((row + 0.5) * s - y * self.dpr), left=round((col + 0.5) * s - x * self.dpr))

    def clamped(self, scan_size: tuple[int, int], view_size: tuple[int, int]) -> ViewTransform:
        """Return the view moved so that the scan fills it, or is centred where it is smaller.

        Sizes are ``(height, width)``, the scan's in scan px and the view's in logical px.
        """
        s = self.device_scale
        corner = []
        for at, scan_px, view_px in zip((self.top, self.left), scan_size, view_size, strict=True):
            room = math.ceil(scan_px * s) - math.ceil(view_px * self.dpr)
            corner.append(room // 2 if room < 0 else min(max(at, 0), room))
        return replace(self, top=corner[0], left=corner[1])


def zoom_step(scale: float, steps: float) -> float:
    """Return the scale some wheel notches away, on the ladder that holds every power of two.

    >>> zoom_step(0.5, 3)
    1.0
    """
    rung: float = math.log2(scale) * ZOOM_STEPS_PER_OCTAVE + steps
    if float(steps).is_integer():
        rung = round(rung)
    return min(MAX_SCALE, max(MIN_SCALE, math.pow(2.0, rung / ZOOM_STEPS_PER_OCTAVE)))
