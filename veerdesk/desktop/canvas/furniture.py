"""What lies over the scan and belongs to the description: borders, anchors, names, crossings, rows not read yet.

Separate because all of it is drawn anew each time, in screen px, from the description alone: no pixel of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.look import CanvasPalette, Rgb
from veerdesk.imaging.geometry import Polyline, column_at
from veerdesk.rows import RowSpan, without
from veerdesk.session.review_queue import is_doubtful_margin
from veerdesk.tracing.crossings import Crossing

#: Half the side of a handle, and the width of the strip that marks rows not read yet.
HANDLE_PX = 4.0
STRIP_PX = 8.0


@dataclass(frozen=True, slots=True)
class TrackName:
    """The names of a track and its curves, each with its colour, and the box they are written in."""

    parts: tuple[tuple[str, Rgb], ...]
    note: str
    box: QRectF


def border_points(line: Polyline, rows: RowSpan) -> list[tuple[float, float]]:
    """Return a border between the ends of its track as ``(row, column)``, its knots among them."""
    knots = [float(r) for r, _ in line if rows.start < r < rows.stop - 1]
    at = np.array(sorted({float(rows.start), float(max(rows.start, rows.stop - 1)), *knots}))
    return list(zip(at.tolist(), column_at(line, at).tolist(), strict=True))


def paint_borders(
    painter: QPainter, view: ViewTransform, track: TrackSpec, palette: CanvasPalette, *, is_active: bool, handles: bool
) -> None:
    """Draw the two borders of a track, and what they are held by where a tool can hold them."""
    rows = track.geometry.rows
    colour = QColor(*(palette.accepted if is_active else palette.quiet))
    # Without antialiasing: long smooth lines were a third of a scroll step's time.
    for line in (track.left, track.right):
        points = QPolygonF([QPointF(*view.to_widget(r, c)) for r, c in border_points(line, rows)])
        painter.setPen(QPen(colour, 1))
        painter.drawPolyline(points)
        if is_active:
            points.translate(1.0, 0.0)  # two thin lines cost a tenth of a thick one
            painter.drawPolyline(points)
            points.translate(-1.0, 0.0)
        if handles:
            for k in range(points.size()):
                paint_handle(painter, points.at(k), colour)
    painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
    for row in (rows.start, rows.stop - 1):
        ends = [
            QPointF(*view.to_widget(row, float(column_at(b, np.array([row]))[0]))) for b in (track.left, track.right)
        ]
        painter.drawLine(ends[0], ends[1])
        if handles:
            paint_handle(painter, (ends[0] + ends[1]) / 2, colour)


def slack_rows(view: ViewTransform) -> int:
    """Return how many rows a handle reaches beyond its own."""
    return int(2 * HANDLE_PX / view.scale) + 2


def paint_handle(painter: QPainter, at: QPointF, colour: QColor) -> None:
    """Draw a square that a hand can hold."""
    painter.fillRect(
        QRectF(at.x() - HANDLE_PX - 1, at.y() - HANDLE_PX - 1, 2 * HANDLE_PX + 2, 2 * HANDLE_PX + 2), colour
    )
    painter.fillRect(
        QRectF(at.x() - HANDLE_PX + 1, at.y() - HANDLE_PX + 1, 2 * HANDLE_PX - 2, 2 * HANDLE_PX - 2),
        QColor("white"),
    )


def paint_unread(
    painter: QPainter, view: ViewTransform, track: TrackSpec, unread: Sequence[RowSpan], palette: CanvasPalette
) -> None:
    """Hatch a strip outside both borders where the model has not read the track yet."""
    brush = QBrush(QColor(*palette.quiet), Qt.BrushStyle.BDiagPattern)
    for span in unread:
        for line, side in ((track.left, -1.0), (track.right, 0.0)):
            (c0, c1) = column_at(line, np.array([span.start, span.stop], np.float64)).tolist()
            x0, y0 = view.to_widget(span.start - 0.5, c0)
            x1, y1 = view.to_widget(span.stop - 0.5, c1)
            shift = side * STRIP_PX
            strip = QPolygonF(
                [
                    QPointF(x0 + shift, y0),
                    QPointF(x0 + shift + STRIP_PX, y0),
                    QPointF(x1 + shift + STRIP_PX, y1),
                    QPointF(x1 + shift, y1),
                ]
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush)
            painter.drawPolygon(strip)


def place_name(
    view: ViewTransform, track: TrackSpec, palette: CanvasPalette, rows: RowSpan, *, font: QFont, note: str
) -> TrackName | None:
    """Return the names of a track and its curves where the track enters the view, so that nobody scrolls to learn them.

    None where the track is not among the ``rows`` in view, or is too narrow for its own name.
    """
    seen = rows.clipped(track.geometry.rows)
    if seen.is_empty:
        return None
    at = np.array([float(seen.start)])
    x, y = view.to_widget(seen.start, float(column_at(track.left, at)[0]))
    room = view.to_widget(seen.start, float(column_at(track.right, at)[0]))[0] - x - 8
    metrics = QFontMetricsF(font)
    parts = [(track.name, palette.text), *((c.mnemonic, palette.curve(c.slot)) for c in track.curves if c.mnemonic)]
    if note:
        parts.append((note, palette.quiet))
    first = metrics.horizontalAdvance(parts[0][0]) + 12
    width = sum(metrics.horizontalAdvance(text) + 20 for text, _ in parts[1:]) + first
    if width > room:
        parts, width = parts[:1], first
        if width > room:
            return None
    box = QRectF(round(max(2.0, x + 4)), round(max(2.0, y + 4)), width, metrics.height() + 4)
    return TrackName(tuple(parts), note, box)


def paint_name(painter: QPainter, name: TrackName, palette: CanvasPalette, font: QFont) -> None:
    """Draw the names of a track on paper of their own."""
    metrics, box = QFontMetricsF(font), name.box
    paper = QColor(*palette.paper)
    paper.setAlpha(235)
    painter.fillRect(box, paper)
    painter.setFont(font)
    at = box.left() + 6
    for k, (text, rgb) in enumerate(name.parts):
        is_note = text == name.note
        if k and not is_note:
            painter.fillRect(QRectF(at, box.center().y() - 4, 8, 8), QColor(*rgb))
            at += 11
        painter.setPen(QColor(*(palette.quiet if is_note else palette.text)))
        painter.drawText(QPointF(at, box.top() + 2 + metrics.ascent()), text)
        at += metrics.horizontalAdvance(text) + 9


def paint_anchors(
    painter: QPainter,
    view: ViewTransform,
    anchors: Iterable[tuple[float, str]],
    width: float,
    palette: CanvasPalette,
    *,
    font: QFont,
    handles: bool,
) -> None:
    """Draw a line across the scan at each row whose depth was said, with that depth."""
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    for row, text in anchors:
        _, y = view.to_widget(row, 0.0)
        if not -20 <= y <= 20000:
            continue
        colour = QColor(*palette.flagged)
        painter.setPen(QPen(colour, 1.2, Qt.PenStyle.SolidLine if handles else Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0.0, y), QPointF(width, y))
        box = QRectF(4.0, y - metrics.height() - 4, metrics.horizontalAdvance(text) + 12, metrics.height() + 2)
        paper = QColor(*palette.paper)
        paper.setAlpha(235)
        painter.fillRect(box, paper)
        painter.setPen(QColor(*palette.text))
        painter.drawText(QPointF(box.left() + 6, box.top() + metrics.ascent() + 1), text)
        if handles:
            paint_handle(painter, QPointF(box.right() + 10, y), colour)


def paint_crossings(
    painter: QPainter,
    view: ViewTransform,
    crossings: Sequence[Crossing],
    track: TrackSpec,
    palette: CanvasPalette,
    in_hand: int | None,
) -> None:
    """Mark the crossings in view at the track's left border, and frame the one in hand."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, crossing in enumerate(crossings):
        left = float(column_at(track.left, np.array([float(crossing.row)]))[0])
        x, y = view.to_widget(crossing.row, left)
        rgb = palette.doubt if is_doubtful_margin(crossing.margin) else palette.quiet
        painter.setPen(QPen(QColor(0x1B, 0x1D, 0x1F), 0.8))  # the scan is white in a dark theme too
        painter.setBrush(QColor(*rgb))
        painter.drawPolygon(QPolygonF([QPointF(x - 3, y), QPointF(x - 11, y - 5), QPointF(x - 11, y + 5)]))
        if number == in_hand:
            paint_frame(painter, view, crossing, palette)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def frame_of(view: ViewTransform, place: Crossing) -> QRectF:
    """Return the frame around a place of the review; it is never so small that it is not found."""
    cx, cy = view.to_widget((place.rows.start + max(place.rows.stop - 1, place.rows.start)) / 2, place.column)
    high = view.to_widget(place.rows.stop, 0.0)[1] - view.to_widget(place.rows.start, 0.0)[1]
    reach = max(18.0, high / 2 + 8)
    return QRectF(cx - 28, cy - reach, 56, 2 * reach)


def paint_frame(painter: QPainter, view: ViewTransform, place: Crossing, palette: CanvasPalette) -> None:
    """Frame the place of the review that is in hand."""
    frame = frame_of(view, place)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(255, 255, 255, 200), 4.0), (QColor(*palette.doubt), 2.0)):
        painter.setPen(QPen(colour, width))
        painter.drawRoundedRect(frame, 8, 8)


def unread_rows(track: TrackSpec, read: Sequence[RowSpan], visible: RowSpan) -> tuple[RowSpan, ...]:
    """Return the rows in view that the model has not read."""
    left: tuple[RowSpan, ...] = (visible.clipped(track.geometry.rows),)
    for span in read:
        left = without(left, span)
    return left
