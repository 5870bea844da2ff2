"""What lies under a pointer that picks, and how it is shown before the click.

Separate because finding it is the tool's business and needs the session; showing it needs neither.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPolygonF

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.furniture import border_points
from veerdesk.desktop.canvas.look import CanvasPalette, Rgb
from veerdesk.desktop.canvas.tool import REACH_PX
from veerdesk.labels.shapes import Region
from veerdesk.rows import RowSpan

_TINT_ALPHA, _FILL_ALPHA = 56, 60
# Width of an outline on the screen, and the most scan px it is made of when zoomed out.
_RIM_PX, _WIDEST_RIM = 3.0, 6
# Taller than any screen: what is further away is not drawn.
_FAR_PX = 12_000.0


@dataclass(frozen=True, slots=True)
class CrossingTarget:
    """A crossing, and the rows in which a click on it would exchange the curves, with that in words."""

    track: TrackSpec
    row: int
    column: float
    rows: RowSpan
    words: str

    @property
    def cols(self) -> tuple[float, float]:
        """Columns that show it."""
        both = [col for _, col in (*self.track.left, *self.track.right)]
        return min(both), max(both)


@dataclass(frozen=True, slots=True, eq=False)
class PieceTarget:
    """A piece of stroke of a track."""

    track_id: int
    region: Region

    @property
    def rows(self) -> RowSpan:
        """Rows of its box."""
        return self.region.rows

    @property
    def cols(self) -> tuple[float, float]:
        """Columns of its box."""
        return float(self.region.cols[0]), float(self.region.cols[1])

    def holds(self, at: tuple[float, float]) -> bool:
        """Return True where a position lies on the piece."""
        row, col = math.floor(at[0] + 0.5) - self.region.row0, math.floor(at[1] + 0.5) - self.region.col0
        height, width = self.region.mask.shape
        return 0 <= row < height and 0 <= col < width and bool(self.region.mask[row, col])


def paint_crossing(painter: QPainter, view: ViewTransform, target: CrossingTarget, palette: CanvasPalette) -> None:
    """Tint the rows that would be exchanged, and ring the crossing."""
    seen = RowSpan(*sorted((math.floor(view.to_scan(0, -20)[0]), math.ceil(view.to_scan(0, _FAR_PX)[0]))))
    rows = target.rows.clipped(seen)
    colour = QColor(*palette.doubt)
    if not rows.is_empty:
        left, right = (border_points(line, rows) for line in (target.track.left, target.track.right))
        corners = [(r - 0.5 if k == 0 else r, c) for k, (r, c) in enumerate(left)]
        corners += [(r, c) for r, c in reversed(right)]
        band = QPolygonF([QPointF(*view.to_widget(r, c)) for r, c in corners])
        tint = QColor(colour)
        tint.setAlpha(_TINT_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        for brush in (QBrush(tint), QBrush(tint, Qt.BrushStyle.BDiagPattern)):
            painter.setBrush(brush)
            painter.drawPolygon(band)
        painter.setPen(QPen(colour, 2.0))
        for row in (target.rows.start, target.rows.stop):
            if row in seen:
                ends = [QPointF(*view.to_widget(row - 0.5, points[0][1])) for points in (left, right)]
                painter.drawLine(*ends)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = QPointF(*view.to_widget(target.row, target.column))
    for ring, thick in ((QColor(255, 255, 255, 220), 4.0), (colour, 2.0)):
        painter.setPen(QPen(ring, thick))
        painter.drawEllipse(middle, 1.5 * REACH_PX, 1.5 * REACH_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_piece(painter: QPainter, view: ViewTransform, target: PieceTarget, colour: Rgb) -> None:
    """Outline a piece of stroke."""
    rim = min(_WIDEST_RIM, math.ceil(_RIM_PX / view.scale))
    region, (image, _) = target.region, _outlined(target, colour, rim)
    x, y = view.to_widget(region.row0 - rim - 0.5, region.col0 - rim - 0.5)
    painter.drawImage(QRectF(x, y, image.width() * view.scale, image.height() * view.scale), image)


@lru_cache(maxsize=2)
def _outlined(target: PieceTarget, colour: Rgb, rim: int) -> tuple[QImage, NDArray[np.uint8]]:
    """Return the picture of a piece, ``rim`` px wider on each side, and the bytes it is made of."""
    mask = np.pad(target.region.mask, rim)
    grown = mask
    for _ in range(rim):
        inner, grown = grown, grown.copy()
        grown[1:] |= inner[:-1]
        grown[:-1] |= inner[1:]
        grown[:, 1:] |= inner[:, :-1]
        grown[:, :-1] |= inner[:, 1:]
    shown = np.where(mask, 1, np.where(grown, 2, 0)).astype(np.uint8)
    height, width = shown.shape
    index = np.zeros((height, -(-width // 4) * 4), np.uint8)  # Qt wants rows of whole words
    index[:, :width] = shown
    image = QImage(index.data, width, height, index.shape[1], QImage.Format.Format_Indexed8)
    image.setColorTable([0, QColor(*colour, _FILL_ALPHA).rgba(), QColor(*colour, 255).rgba()])
    return image, index
