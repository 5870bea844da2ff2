"""What a gesture would make of the pixels under it, as pictures over the scan that belong to nobody.

Separate because every tool that paints shows the same before it is done: the class each pixel would get, and only
where the rule in hand lets it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.coordinates import ViewTransform
from veerdesk.desktop.canvas.look import CanvasPalette, Rgb
from veerdesk.labels.classes import EXCHANGED, NOT_SAID, PixelClass
from veerdesk.labels.edits import Rule, allowed, painted_class
from veerdesk.labels.shapes import Region, clipped

_ALPHA = 210
# Where the colours of a preview stand in its table; background must not be the colour of nothing.
_BACKGROUND, _FORGOTTEN = 3, 4


@dataclass(frozen=True, slots=True)
class Preview:
    """The picture of one region; ``index`` are the bytes it is made of, which Qt does not keep."""

    region: Region
    image: QImage
    index: NDArray[np.uint8]

    def paint(self, painter: QPainter, view: ViewTransform) -> None:
        """Draw it over the scan."""
        x, y = view.to_widget(self.region.row0 - 0.5, self.region.col0 - 0.5)
        height, width = self.region.mask.shape
        painter.drawImage(QRectF(x, y, width * view.scale, height * view.scale), self.image)


def preview_of(
    bridge: SessionBridge, track: TrackSpec, region: Region, cls: int, rule: Rule, palette: CanvasPalette
) -> Preview | None:
    """Return what painting a region would show; None where it lies off the track."""
    region = clipped(region, track.geometry)
    if region.is_empty:
        return None
    labels = bridge.session.label_map(track.id)
    ink = bridge.paintable(track.id, region, cls) if rule is Rule.INK_ONLY else None
    mask = region.mask & allowed(labels, region, cls, rule, ink)
    height, width = mask.shape
    index = np.zeros((height, -(-width // 4) * 4), np.uint8)  # Qt wants rows of whole words
    if cls == EXCHANGED:
        shown = labels.classes(region.rows, region.cols)
        index[:, :width] = np.where(mask & (shown > 0), painted_class(shown, cls), 0)
    else:
        index[:, :width] = mask * np.uint8(_entry(cls))
    image = QImage(index.data, width, height, index.shape[1], QImage.Format.Format_Indexed8)
    colours = [class_colour(c, palette) for c in (1, 2, int(PixelClass.BACKGROUND), NOT_SAID)]
    image.setColorTable([0, *(QColor(*rgb, _ALPHA).rgba() for rgb in colours)])
    return Preview(region, image, index)


def class_colour(cls: int, palette: CanvasPalette) -> Rgb:
    """Return the colour of what a gesture says."""
    if cls in (PixelClass.CURVE_1, PixelClass.CURVE_2):
        return palette.curve(cls)
    if cls == EXCHANGED:
        return palette.doubt
    return palette.flagged if cls == PixelClass.BACKGROUND else palette.quiet


def class_words(cls: int) -> str:
    """Return what a gesture says, for the pointer."""
    return {
        int(PixelClass.CURVE_1): QCoreApplication.translate("Tools", "curve 1"),
        int(PixelClass.CURVE_2): QCoreApplication.translate("Tools", "curve 2"),
        int(PixelClass.BACKGROUND): QCoreApplication.translate("Tools", "background"),
        EXCHANGED: QCoreApplication.translate("Tools", "exchange 1 and 2"),
        NOT_SAID: QCoreApplication.translate("Tools", "forget"),
    }[cls]


def rule_words(rule: Rule) -> str:
    """Return which pixels a gesture may change, for the pointer."""
    return {
        Rule.ANYTHING: QCoreApplication.translate("Tools", "anything"),
        Rule.BACKGROUND_ONLY: QCoreApplication.translate("Tools", "background only"),
        Rule.OTHER_CURVE_ONLY: QCoreApplication.translate("Tools", "other curve only"),
        Rule.INK_ONLY: QCoreApplication.translate("Tools", "ink only"),
    }[rule]


def journal_words(cls: int) -> str:
    """Return what a gesture is called in the journal and in the menu."""
    return {
        int(PixelClass.CURVE_1): QCoreApplication.translate("Tools", "paint curve 1"),
        int(PixelClass.CURVE_2): QCoreApplication.translate("Tools", "paint curve 2"),
        int(PixelClass.BACKGROUND): QCoreApplication.translate("Tools", "erase"),
        EXCHANGED: QCoreApplication.translate("Tools", "exchange the curves"),
        NOT_SAID: QCoreApplication.translate("Tools", "forget what was said"),
    }[cls]


def _entry(cls: int) -> int:
    return {int(PixelClass.BACKGROUND): _BACKGROUND, NOT_SAID: _FORGOTTEN}.get(cls, cls)
