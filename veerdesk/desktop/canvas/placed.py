"""The furniture of one view, placed: each piece with the part of the screen it needs, worked out once a view.

Separate because a dab paints a dozen pixels, and asking every border, name and anchor whether it lies there cost more
than painting them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.canvas import furniture
from veerdesk.desktop.canvas.changes import ChangesScene, change_boxes, changes_in_view, paint_changes
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.doubt import DoubtScene, doubt_boxes, doubt_in_view, paint_doubt
from veerdesk.desktop.canvas.ghosts import ghost_box, paint_pairings
from veerdesk.desktop.canvas.look import CanvasPalette
from veerdesk.imaging.geometry import column_at, column_at_row
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import AcceptedLine
from veerdesk.session.review_queue import QueueItem
from veerdesk.tracing.crossings import Crossing
from veerdesk.tracing.trace import Trace

Paint = Callable[[QPainter], None]
#: Left, top, right and bottom of a part of the viewport, half-open: numbers, as every frame compares them.
Corners = tuple[int, int, int, int]
#: A piece of furniture: the parts of the viewport outside of which it draws nothing, and what draws it.
Piece = tuple[tuple[Corners, ...], Paint]
_Placed = tuple[tuple[QRect, ...], Paint]

_DAB_PX, _FEW_RECTS = 48, 4
# Half a pen and a rounded edge.
_RIM_PX = 3
# A crossing's mark and a strip of unread rows lie beside the border.
_BESIDE_PX = 32


@dataclass(frozen=True, slots=True)
class Scene:
    """What the furniture of a view follows from; ``port`` in logical px."""

    view: ViewTransform
    port: QRect
    palette: CanvasPalette
    font: QFont
    tool: str
    active_track: int | None
    anchors: tuple[tuple[float, str], ...]

    @property
    def rows(self) -> RowSpan:
        """Rows in view, with those whose furniture reaches into it."""
        return self.view.rows_between(self.port.top() - 30.0, self.port.bottom() + 31.0)


@dataclass(frozen=True, slots=True)
class TrackScene:
    """What is drawn of one track: the rows read of it, the crossings marked, the one in hand, and its trace.

    ``doubt_in_hand`` is the place of the review in hand where it is no crossing.
    """

    track: TrackSpec
    read: tuple[RowSpan, ...]
    visible: RowSpan
    note: str
    crossings: Sequence[Crossing] = ()
    in_hand: Crossing | None = None
    trace: Trace | None = None
    doubtful: tuple[QueueItem, ...] = ()
    changed: tuple[RowSpan, ...] = ()
    accepted: AcceptedLine | None = None
    doubt_in_hand: QueueItem | None = None


def pieces(scene: Scene, tracks: Sequence[TrackScene]) -> list[Piece]:
    """Return every piece of furniture that is in view, in the order in which it is drawn."""
    seen = scene.rows
    slack = furniture.slack_rows(scene.view)
    near = [t for t in tracks if t.track.geometry.rows.grown(slack).overlaps(seen) and _is_beside(scene, t.track)]
    found: list[_Placed] = []
    for each in near:
        found += (_borders(scene, each), *_doubt(scene, each), *_crossings(scene, each), *_changes(scene, each))
        found += (*_doubt_in_hand(scene, each), *_pins(scene, each), *_name(scene, each))
    found += _anchors(scene)
    return [(at, p) for boxes, p in found if (at := tuple(corners(b) for b in boxes if b.intersects(scene.port)))]


def areas_of(event: QPaintEvent) -> list[Corners]:
    """Return the parts of a widget that an event is about: a few places far from each other are not one large one.

    A dab's place is not asked for its parts: it is smaller than what asking costs.
    """
    whole = left, top, right, bottom = corners(event.rect())
    if right - left > _DAB_PX or bottom - top > _DAB_PX:
        region = event.region()
        if 1 < region.rectCount() <= _FEW_RECTS:  # as a stroke and the curve above it
            return [corners(rect) for rect in region]  # type: ignore[attr-defined] # the stubs know no iteration
    return [whole]


def corners(rect: QRect) -> Corners:
    """Return the corners of a rectangle."""
    box: Corners = rect.getRect()  # type: ignore[assignment] # the stubs say object
    left, top, width, height = box
    return left, top, left + width, top + height


def touched(placed: Sequence[Piece], seen: Sequence[Corners]) -> list[Paint]:
    """Return what draws the pieces that lie in one of the parts that are painted, in their order."""
    found: list[Paint] = []
    for places, paint in placed:  # one call a frame, not one a piece: a dab lies beside nearly all of them
        for left, top, right, bottom in places:
            for x0, y0, x1, y1 in seen:
                if left < x1 and x0 < right and top < y1 and y0 < bottom:
                    break
            else:
                continue
            found.append(paint)
            break
    return found


def _is_beside(scene: Scene, track: TrackSpec) -> bool:
    """Return True where columns of a track, or what is drawn beside them, are in view."""
    (first, last) = scene.view.to_scan(-_BESIDE_PX, 0.0)[1], scene.view.to_scan(scene.port.width() + _BESIDE_PX, 0.0)[1]
    lines = (*track.left, *track.right)
    rows = track.geometry.rows
    ends = [column_at_row(line, float(row)) for line in (track.left, track.right) for row in (rows.start, rows.stop)]
    cols = [c for _, c in lines] + ends
    return min(cols) <= last and max(cols) >= first


def _borders(scene: Scene, item: TrackScene) -> _Placed:
    view, track, palette = scene.view, item.track, scene.palette
    is_active = track.id == scene.active_track
    holds = is_active and scene.tool == "border"
    reach = furniture.STRIP_PX + _RIM_PX + (furniture.HANDLE_PX if holds else 0.0)
    rows = scene.rows.clipped(track.geometry.rows.grown(furniture.slack_rows(view)))
    unread = furniture.unread_rows(track, item.read, scene.rows)

    def paint(painter: QPainter) -> None:
        furniture.paint_unread(painter, view, track, unread, palette)
        furniture.paint_borders(painter, view, track, palette, is_active=is_active, handles=holds)

    boxes = []
    top, bottom = _heights(view, rows)
    for line in (track.left, track.right):
        knots = [r for r, _ in line if rows.start < r < rows.stop]
        cols = column_at(line, np.array([rows.start, *knots, rows.stop], np.float64))
        x0, x1 = view.to_widget(0.0, float(cols.min()))[0], view.to_widget(0.0, float(cols.max()))[0]
        boxes.append(_box(x0 - reach, top - reach, x1 + reach, bottom + reach))
    ends = np.array([track.top, track.bottom], np.float64)
    for row, left, right in zip(ends, column_at(track.left, ends), column_at(track.right, ends), strict=True):
        (x0, y), (x1, _) = view.to_widget(row, left), view.to_widget(row, right)
        boxes.append(_box(x0 - reach, y - reach, x1 + reach, y + reach))
    return tuple(boxes), paint


def _doubt(scene: Scene, item: TrackScene) -> Iterator[_Placed]:
    near = doubt_in_view(item.doubtful, scene.rows)
    if near:
        doubt = DoubtScene(item.track, near, scene.rows, item.trace)
        yield (
            doubt_boxes(scene.view, doubt),
            partial(paint_doubt, view=scene.view, scene=doubt, palette=scene.palette),
        )


def _changes(scene: Scene, item: TrackScene) -> Iterator[_Placed]:
    near = changes_in_view(item.changed, scene.rows)
    if near and item.accepted is not None:
        changes = ChangesScene(item.track, near, item.accepted)
        yield (
            change_boxes(scene.view, changes),
            partial(paint_changes, view=scene.view, scene=changes, palette=scene.palette),
        )


def _crossings(scene: Scene, item: TrackScene) -> Iterator[_Placed]:
    view, track, palette, hand = scene.view, item.track, scene.palette, item.in_hand
    rows_in_view = scene.rows.grown(furniture.slack_rows(view))
    found = item.crossings
    first = bisect_left(found, rows_in_view.start, key=_row_of)
    near = found[first : bisect_left(found, rows_in_view.stop, first, key=_row_of)]
    if not near:
        return
    if hand is not None and hand in near and item.trace is not None:
        box = ghost_box(view, hand, item.trace)
        yield (box,), partial(paint_pairings, view=view, trace=item.trace, crossing=hand, palette=palette)
    chosen = near.index(hand) if hand in near else None
    rows = np.array([c.row for c in near], np.float64)
    cols = column_at(track.left, rows)
    x0, x1 = view.to_widget(0.0, float(cols.min()))[0], view.to_widget(0.0, float(cols.max()))[0]
    top, bottom = _heights(view, RowSpan(near[0].row, near[-1].row + 1))
    box = scene.port if chosen is not None else _box(x0 - 14, top - 8, x1 + _RIM_PX, bottom + 8)
    yield (
        (box,),
        partial(furniture.paint_crossings, view=view, crossings=near, track=track, palette=palette, in_hand=chosen),
    )


def _doubt_in_hand(scene: Scene, item: TrackScene) -> Iterator[_Placed]:
    """The frame around doubtful rows in hand: a dozen of them may be hatched side by side. Both pairings where one can be."""
    hand, view, palette = item.doubt_in_hand, scene.view, scene.palette
    if hand is None:
        return
    place = hand.crossing
    if hand.is_exchangeable and item.trace is not None:
        box = ghost_box(view, place, item.trace)
        yield (box,), partial(paint_pairings, view=view, trace=item.trace, crossing=place, palette=palette)
    frame = furniture.frame_of(view, place).toAlignedRect().adjusted(-_RIM_PX, -_RIM_PX, _RIM_PX, _RIM_PX)
    yield (frame,), partial(furniture.paint_frame, view=view, place=place, palette=palette)


def _pins(scene: Scene, item: TrackScene) -> Iterator[_Placed]:
    """The pins of the track in hand, whatever tool is held: a curve that was pinned is a person's word."""
    seen = scene.rows.grown(furniture.slack_rows(scene.view))
    for pin in item.track.pins if item.track.id == scene.active_track else ():
        if pin.kind == "at" and pin.column is not None and pin.rows.overlaps(seen):
            at = QPointF(*scene.view.to_widget(pin.rows.start, pin.column))
            reach = furniture.HANDLE_PX + _RIM_PX
            yield (
                (_box(at.x() - reach, at.y() - reach, at.x() + reach, at.y() + reach),),
                partial(furniture.paint_handle, at=at, colour=QColor(*scene.palette.curve(pin.slot))),
            )


def _name(scene: Scene, item: TrackScene) -> Iterator[_Placed]:
    name = furniture.place_name(scene.view, item.track, scene.palette, item.visible, font=scene.font, note=item.note)
    if name is not None:
        yield (
            (name.box.toAlignedRect(),),
            partial(furniture.paint_name, name=name, palette=scene.palette, font=scene.font),
        )


def _anchors(scene: Scene) -> Iterator[_Placed]:
    for anchor in scene.anchors:
        if scene.rows.start <= anchor[0] < scene.rows.stop:
            _, y = scene.view.to_widget(anchor[0], 0.0)
            yield (
                (_box(0.0, y - 40, scene.port.width(), y + 12),),
                partial(
                    furniture.paint_anchors,
                    view=scene.view,
                    anchors=(anchor,),
                    width=scene.port.width(),
                    palette=scene.palette,
                    font=scene.font,
                    handles=scene.tool == "anchor",
                ),
            )


def _row_of(crossing: Crossing) -> int:
    return crossing.row


def _heights(view: ViewTransform, rows: RowSpan) -> tuple[float, float]:
    return view.to_widget(rows.start - 0.5, 0.0)[1], view.to_widget(rows.stop - 0.5, 0.0)[1]


def _box(x0: float, y0: float, x1: float, y1: float) -> QRect:
    return QRectF(x0, y0, x1 - x0, y1 - y0).toAlignedRect()
