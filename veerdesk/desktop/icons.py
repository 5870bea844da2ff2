"""Icons of one stroke weight, recoloured by the theme.

Separate because an SVG knows no theme: it is drawn here in the colour of the text around it.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from veerdesk.desktop.theme import Tokens
from veerdesk.resources import resource

SIZES_PX = (20, 40)


def icon(name: str, tokens: Tokens) -> QIcon:
    """Return an icon in the text colour of a theme, quiet where its action is disabled."""
    out = QIcon()
    for size in SIZES_PX:
        out.addPixmap(pixmap(name, tokens.text, size), QIcon.Mode.Normal)
        out.addPixmap(pixmap(name, tokens.quiet, size), QIcon.Mode.Disabled)
    return out


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size_px: int) -> QPixmap:
    """Return one picture of an icon, ``size_px`` square, stroked in ``colour`` (``#rrggbb``)."""
    svg = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", QColor(colour).name())
    picture = QPixmap(size_px, size_px)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    try:
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size_px, size_px))
    finally:
        painter.end()
    return picture
