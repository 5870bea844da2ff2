"""What a grey pixel looks like under each class: one table a look, so that a part of a tile is one look-up.

Separate because a dab draws some hundred pixels, and a painter that is set up for each layer of them cost ten times that.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter

from veerdesk.desktop.canvas.look import Look

_GREYS = 256


@lru_cache(maxsize=8)
def tints(look: Look) -> NDArray[np.uint32]:
    """Return ``(256 n,)`` uint32 ``0xffRRGGBB``: entry ``256 i + g`` is grey ``g`` under entry ``i`` of the overlay.

    Blended by Qt itself, so that it is the colour a painter gives to the same pixels.
    """
    colours = look.overlay_colours()
    greys = np.tile(np.arange(_GREYS, dtype=np.uint8), (len(colours), 1))
    if look.is_inverted:
        greys = np.ascontiguousarray(255 - greys)
    entries = np.repeat(np.arange(len(colours), dtype=np.uint8), _GREYS)
    image = QImage(_GREYS, len(colours), QImage.Format.Format_RGB32)
    overlay = QImage(entries.data, _GREYS, len(colours), _GREYS, QImage.Format.Format_Indexed8)
    overlay.setColorTable(colours)
    painter = QPainter(image)
    try:
        paper = QImage(greys.data, _GREYS, len(colours), _GREYS, QImage.Format.Format_Grayscale8)
        painter.drawImage(QPoint(), paper)
        painter.drawImage(QPoint(), overlay)
    finally:
        painter.end()
    return pixels_of(image).ravel().copy()


def pixels_of(image: QImage) -> NDArray[np.uint32]:
    """Return the pixels of an RGB32 image, ``(h, w)`` uint32, as a view that writes through to it."""
    memory = np.frombuffer(image.bits(), np.uint32)
    return memory.reshape(image.height(), image.width())


def tinted(grey: NDArray[np.uint8], index: NDArray[np.uint8] | None, look: Look) -> NDArray[np.uint32]:
    """Return grey pixels ``(h, w)`` under their entries of the overlay, ``(h, w)`` uint32; ``index`` None is bare scan."""
    if index is None:
        return tints(look)[grey]
    place = index.astype(np.uint16)
    place <<= 8
    place |= grey
    return tints(look)[place]
