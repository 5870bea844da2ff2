"""Composed pieces of the canvas: scan, classes and traces drawn once, then only copied to the screen.

Separate because scrolling must cost a copy and an edit must cost the rows it touched; the widget knows neither how.
A tile is 256 device px high; only the part of it that a change touched is drawn again.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter

from veerdesk.desktop.canvas.layers import (
    DeviceBox,
    LevelReader,
    ScanSource,
    class_pixels,
    device_box,
    edges,
    scan_pixels,
)
from veerdesk.desktop.canvas.look import Look
from veerdesk.desktop.canvas.tint import pixels_of, tinted, tints
from veerdesk.desktop.canvas.traces import draw_trace
from veerdesk.rows import RowSpan
from veerdesk.tracing.trace import Trace

TILE_HEIGHT, TILE_WIDTH = 256, 512
#: A 1600 x 1000 view is 25 tiles of 0.5 MB; this keeps three such views, and never less than two of any size.
KEPT_TILES = 96
_KEPT_STYLES, _KEPT_BOXES = 16, 256
# A person's pixels get an edge once a scan pixel is big enough to have one.
_EDGE_FROM_SCALE = 1.0
_PEN_PX = 3
_COMPILED = "veerdesk.desktop.canvas.composed"
_EVERY_COLUMN = (0, 1 << 24)
_KEPT_LATE, _EVERYWHERE = 256, (RowSpan(0, 1 << 30), _EVERY_COLUMN)


@dataclass(frozen=True, slots=True)
class TrackLayer:
    """What a tile draws of one track.

    ``classes`` reads any level, ``said`` the person plane at full resolution, ``planes`` that and the model plane. A
    curve that jumps more than ``lift_cols`` columns from a row to the next has wrapped.
    """

    track_id: int
    rows: RowSpan
    cols: tuple[int, int]
    classes: LevelReader
    said: Callable[[RowSpan, tuple[int, int]], NDArray[np.uint8]]
    planes: Callable[[RowSpan, tuple[int, int]], tuple[NDArray[np.uint8], NDArray[np.uint8]]]
    trace: Callable[[], Trace | None]
    lift_cols: float


@dataclass(slots=True)
class _Tile:
    image: QImage
    pixels: NDArray[np.uint32]
    box: DeviceBox
    style: int
    device_scale: float
    stale: list[DeviceBox] = field(default_factory=list)


#: Number of the style (scale and look), row and column of the tile.
TileKey = tuple[int, int, int]


class TileCache:
    """Owns the composed tiles of one scan, and which parts of them are no longer true."""

    def __init__(self) -> None:
        self._tiles: OrderedDict[TileKey, _Tile] = OrderedDict()
        self._scan: ScanSource | None = None
        self._layers: Mapping[int, TrackLayer] = {}
        self._styles: dict[tuple[float, Look], int] = {}
        self._numbers = count()
        self._style: tuple[float, Look | None, int] = (0.0, None, -1)
        self._kept = KEPT_TILES
        #: What was forgotten of the styles that are not on the screen.
        self._late: dict[int, list[tuple[RowSpan, tuple[int, int]]]] = {}
        #: Where a layer lies at a scale, and the table of a look: worked out once, and asked at every frame.
        self._boxes: dict[tuple[int, float], tuple[TrackLayer, DeviceBox]] = {}
        self._extent: tuple[ScanSource | None, float, DeviceBox] = (None, 0.0, DeviceBox(0, 0, 0, 0))
        self._tints: tuple[Look | None, NDArray[np.uint32]] = (None, np.zeros(0, np.uint32))

    def show(self, scan: ScanSource | None, layers: Mapping[int, TrackLayer]) -> None:
        """Take another scan or other tracks; every tile is forgotten."""
        self._scan, self._layers = scan, layers
        self._tiles.clear()
        self._boxes.clear()

    def forget(self, rows: RowSpan, cols: tuple[int, int] | None = None) -> None:
        """Note that a window of the scan is to be drawn again; ``cols`` None is the whole width."""
        where = rows, cols or _EVERY_COLUMN
        for style in self._styles.values():
            if style == self._style[2]:
                self._spoil(style, self._style[0], where)
                continue
            late = self._late.setdefault(style, [])  # nobody looks at it now: worked out when somebody does
            late.append(where)
            if len(late) > _KEPT_LATE:
                late[:] = [_EVERYWHERE]

    def _spoil(self, style: int, device_scale: float, where: tuple[RowSpan, tuple[int, int]]) -> None:
        """Note on the tiles of a style that a window of the scan is to be drawn again."""
        y0, y1, x0, x1 = device_box(*where, device_scale)
        tiles, box = self._tiles, DeviceBox(y0 - _PEN_PX, y1 + _PEN_PX, x0 - _PEN_PX, x1 + _PEN_PX)
        down, across = _tiles_of(box)
        if len(down) * len(across) == 1:  # as most strokes
            tile = tiles.get((style, down[0], across[0]))
            touched = [tile] if tile is not None else []
        elif len(down) * len(across) < len(tiles):
            touched = [tiles[key] for ty in down for tx in across if (key := (style, ty, tx)) in tiles]
        else:
            touched = [t for t in tiles.values() if t.style == style]
        for tile in touched:
            part = box.clipped(tile.box)
            if part.y0 < part.y1 and part.x0 < part.x1:
                tile.stale.append(part)

    def forget_all(self) -> None:
        """Forget every tile."""
        self._tiles.clear()

    def tiles(self, device_scale: float, look: Look, box: DeviceBox) -> Iterator[tuple[QImage, DeviceBox]]:
        """Yield the tiles that cover a box, up to date, each with its place."""
        if self._scan is None:
            return
        if self._extent[0] is not self._scan or self._extent[1] != device_scale:
            whole = device_box(RowSpan(0, self._scan.height), (0, self._scan.width), device_scale)
            self._extent = self._scan, device_scale, whole
        extent = self._extent[2]
        y0, y1, x0, x1 = box = box.clipped(extent)
        if y1 <= y0 or x1 <= x0:
            return
        style = self._number(device_scale, look)
        down, across = _tiles_of(box)
        self._kept = max(KEPT_TILES, 2 * len(down) * len(across))
        for ty in down:
            for tx in across:
                tile = self._tile((style, ty, tx), device_scale, look, extent)
                yield tile.image, tile.box

    def _number(self, device_scale: float, look: Look) -> int:
        """Return the number of a style; asked at every frame, and a look takes long to compare."""
        known_scale, known_look, number = self._style
        if known_look is not look or known_scale != device_scale:
            if len(self._styles) > _KEPT_STYLES:  # a touch pad zooms through hundreds of scales
                used = {tile.style for tile in self._tiles.values()}
                self._styles = {key: style for key, style in self._styles.items() if style in used}
                self._late = {style: late for style, late in self._late.items() if style in used}
            number = self._styles.setdefault((device_scale, look), next(self._numbers))
            self._style = device_scale, look, number
            for where in self._late.pop(number, ()):
                self._spoil(number, device_scale, where)
        return number

    def _tile(self, key: TileKey, device_scale: float, look: Look, extent: DeviceBox) -> _Tile:
        style, ty, tx = key
        tile = self._tiles.get(key)
        if tile is None:
            y0, x0 = ty * TILE_HEIGHT, tx * TILE_WIDTH
            box = DeviceBox(y0, y0 + TILE_HEIGHT, x0, x0 + TILE_WIDTH).clipped(extent)
            image = QImage(box.x1 - box.x0, box.y1 - box.y0, QImage.Format.Format_RGB32)
            tile = _Tile(image, pixels_of(image), box, style, device_scale, [box])
            self._tiles[key] = tile
            while len(self._tiles) > self._kept:
                self._tiles.popitem(last=False)
        self._tiles.move_to_end(key)
        if tile.stale:
            parts, tile.stale = tile.stale, []
            for part in parts if len(parts) <= 2 else _joined(parts):
                self._draw(tile, look, part)
        return tile

    def _draw(self, tile: _Tile, look: Look, part: DeviceBox) -> None:
        assert self._scan is not None
        s, layers = tile.device_scale, self._layers_at(tile.device_scale, part)
        top, left = part.y0 - tile.box.y0, part.x0 - tile.box.x0
        drawn = tile.pixels[top : top + part.y1 - part.y0, left : left + part.x1 - part.x0]
        grey = scan_pixels(self._scan, s, part)
        if compiled := self._compiled(grey, look, s):
            if self._is_composed(compiled, grey, drawn, layers, look, part):
                return
        else:
            index = _overlay(layers, look, s, self._scan.levels, part) if look.shows_overlay else None
            if grey.ndim == 2:
                drawn[:] = tinted(grey, index, look)
            else:
                _draw_colours(tile.image, QPoint(left, top), grey, index, look)
        if look.shows_traces:
            colours = look.palette.curve_1, look.palette.curve_2
            for layer, _ in layers:
                if (trace := layer.trace()) is not None:
                    draw_trace(drawn, part, trace, s, colours, lift_cols=layer.lift_cols)

    def _compiled(self, grey: NDArray[np.uint8], look: Look, device_scale: float) -> ModuleType | None:
        """Return what draws a part at one px a scan px in a call or two; None where it is to be drawn otherwise."""
        if device_scale != 1.0 or grey.ndim != 2 or not look.shows_overlay:
            return None
        compiled = sys.modules.get(_COMPILED)  # loaded on a thread: nobody waits for it, to its end
        return compiled if compiled is not None and hasattr(compiled, "_ready") else None

    def _is_composed(
        self,
        compiled: ModuleType,
        grey: NDArray[np.uint8],
        drawn: NDArray[np.uint32],
        layers: list[tuple[TrackLayer, DeviceBox]],
        look: Look,
        part: DeviceBox,
    ) -> bool:
        """Draw paper and classes of a part; True where its curves are drawn too, as where a dab lies on one track."""
        if self._tints[0] is not look:  # a look takes long to hash
            self._tints = look, tints(look)
        table, (top, bottom, left, right) = self._tints[1], part
        if len(layers) == 1 and layers[0][1] == part and look.shows_traces:
            layer, _ = layers[0]
            if (trace := layer.trace()) is not None:
                planes = layer.planes(RowSpan(top - 1, bottom + 1), (left - 1, right + 1))
                (r, g, b), (r2, g2, b2) = look.palette.curve_1, look.palette.curve_2
                line = trace.x, trace.kind, layer.lift_cols, trace.rows.start, top, left
                colours = r << 16 | g << 8 | b, r2 << 16 | g2 << 8 | b2
                compiled.draw_track(grey, *planes, look.is_contour, table, *line, *colours, drawn)
                return True
        compiled.draw_paper(grey, table, drawn)
        for layer, box in layers:
            y0, y1, x0, x1 = box
            planes = layer.planes(RowSpan(y0 - 1, y1 + 1), (x0 - 1, x1 + 1))
            if box == part:
                compiled.draw_classes(grey, *planes, look.is_contour, table, drawn)
            else:
                at = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
                compiled.draw_classes(grey[at], *planes, look.is_contour, table, drawn[at])
        return False

    def _layers_at(self, device_scale: float, part: DeviceBox) -> list[tuple[TrackLayer, DeviceBox]]:
        """Return the layers that lie in a box, each with its part of it."""
        found = []
        for track_id, layer in self._layers.items():
            known = self._boxes.get((track_id, device_scale))
            if known is None or known[0] is not layer:
                if len(self._boxes) > _KEPT_BOXES:
                    self._boxes.clear()
                known = layer, device_box(layer.rows, layer.cols, device_scale)
                self._boxes[track_id, device_scale] = known
            own = known[1]
            if own.y0 < part.y1 and part.y0 < own.y1 and own.x0 < part.x1 and part.x0 < own.x1:
                found.append((layer, part.clipped(own)))
        return found


def _overlay(
    layers: list[tuple[TrackLayer, DeviceBox]], look: Look, device_scale: float, levels: int, part: DeviceBox
) -> NDArray[np.uint8] | None:
    """Return which entry of the overlay each pixel of a part has, ``(h, w)`` uint8; None where none has any.

    Where tracks overlap the later one's pixels lie on top: ink that one owns is background in the other.
    """
    out: NDArray[np.uint8] | None = None
    has_edges = look.is_contour or device_scale >= _EDGE_FROM_SCALE
    for layer, box in layers:
        around = box.grown(1) if has_edges else box
        index = class_pixels(layer.classes, device_scale, levels, around)
        if not index.any():
            continue
        if has_edges:
            index = _overlay_index(index, box, layer, look, device_scale)
        if out is None and box == part:
            out = index
            continue
        if out is None:
            out = np.zeros((part.y1 - part.y0, part.x1 - part.x0), np.uint8)
        own = out[box.y0 - part.y0 : box.y1 - part.y0, box.x0 - part.x0 : box.x1 - part.x0]
        np.copyto(own, index, where=index != 0)
    return out


def _overlay_index(
    classes: NDArray[np.uint8], box: DeviceBox, layer: TrackLayer, look: Look, device_scale: float
) -> NDArray[np.uint8]:
    """Return the overlay of a box with edges: of everything in contour mode, of a person's pixels otherwise.

    ``classes`` are those of the box grown by a pixel.
    """
    own = classes[1:-1, 1:-1]
    framed = own != 0
    if not look.is_contour:
        read = layer.said
        framed &= class_pixels(lambda _, rows, cols: read(rows, cols), device_scale, 1, box) == own
    if not framed.any():
        return own
    rim = edges(classes)
    rim &= framed
    # An edge stands two entries behind its fill.
    return own + (rim.view(np.uint8) << np.uint8(1))


def _draw_colours(
    image: QImage, at: QPoint, pixels: NDArray[np.uint8], index: NDArray[np.uint8] | None, look: Look
) -> None:
    """Draw a scan that has colours, ``(h, w, 3)``: a table of all of them would be too large."""
    if look.is_inverted:
        pixels = 255 - pixels
    height, width = pixels.shape[:2]
    painter = QPainter(image)
    try:
        painter.drawImage(at, QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888))
        if index is not None:
            index = np.ascontiguousarray(index)  # kept until the painter has drawn it: QImage does not own it
            overlay = QImage(index.data, width, height, width, QImage.Format.Format_Indexed8)
            overlay.setColorTable(look.overlay_colours())
            painter.drawImage(at, overlay)
    finally:
        painter.end()


def _tiles_of(box: DeviceBox) -> tuple[range, range]:
    """Return the rows and columns of tiles that a box touches."""
    return (
        range(box.y0 // TILE_HEIGHT, -(-box.y1 // TILE_HEIGHT)),
        range(box.x0 // TILE_WIDTH, -(-box.x1 // TILE_WIDTH)),
    )


def _joined(parts: list[DeviceBox]) -> list[DeviceBox]:
    """Return one box that covers the given ones."""
    out = parts[0]
    for part in parts[1:]:
        out = out.joined(part)
    return [out]


def paper_colour(look: Look) -> QColor:
    """Return the colour around the scan."""
    return QColor(*look.palette.paper)
