"""What is painted in part is what is painted whole, and a dab paints no more than itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import columns, drawn_well
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.look import DARK, Look
from veerdesk.desktop.canvas.tint import pixels_of, tinted
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.desktop.tools.kit import make_tool
from veerdesk.rows import RowSpan
from veerdesk.session.change import Change, ChangeKind

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Painted(QObject):
    """Keeps what each paint event of a widget was about."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.regions: list[QRegion] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if isinstance(event, QPaintEvent):
            self.regions.append(QRegion(event.region()))
        return False


@pytest.fixture
def canvas(tmp_path: Path, qtbot: QtBot) -> Iterator[ScanCanvas]:
    bridge = SessionBridge(drawn_well(tmp_path))
    canvas = ScanCanvas(make_tool)
    qtbot.addWidget(canvas)
    canvas.resize(700, 500)
    canvas.set_session(bridge)
    with qtbot.waitExposed(canvas):
        canvas.show()
    bridge.session.take_trace(bridge.session.retrace(1).inline())
    canvas.hand.take_track(1)
    canvas.show_crossings(bridge.session.crossings(1), None)
    canvas.set_tool("brush")
    canvas.zoom_to(1.0)
    canvas.go_to_row(1000)
    yield canvas
    canvas.set_session(None)
    bridge.close()


def _picture(canvas: ScanCanvas, area: QRect | None = None) -> NDArray[np.uint32]:
    """Return the pixels of an area of the canvas, painted by itself, ``(h, w)`` uint32."""
    area = area or canvas.viewport().rect()
    image = QImage(area.size(), QImage.Format.Format_RGB32)
    canvas.viewport().render(image, QPoint(), QRegion(area))
    return pixels_of(image).copy()


def _dab(canvas: ScanCanvas, row: int) -> None:
    x, y = canvas.view.to_widget(row, columns()[0][row])
    QTest.mousePress(canvas.viewport(), LEFT, NONE, QPoint(round(x), round(y)))
    QTest.mouseRelease(canvas.viewport(), LEFT, NONE, QPoint(round(x), round(y)))


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5])
def test_a_part_painted_alone_is_that_part_of_the_whole(canvas: ScanCanvas, scale: float) -> None:
    canvas.zoom_to(scale)
    whole = _picture(canvas)
    rng = np.random.default_rng(5)

    for _ in range(60):
        x, y = int(rng.integers(0, 600)), int(rng.integers(0, 420))
        area = QRect(x, y, int(rng.integers(4, 60)), int(rng.integers(4, 60)))
        part = _picture(canvas, area)

        assert np.array_equal(part, whole[y : y + area.height(), x : x + area.width()])


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.5])
def test_after_strokes_the_tiles_hold_what_they_would_hold_if_drawn_anew(canvas: ScanCanvas, scale: float) -> None:
    bridge = canvas.bridge
    assert bridge is not None
    canvas.hand.take_class(2)
    canvas.zoom_to(scale)
    _picture(canvas)

    for row in range(960, 1040, 8):
        _dab(canvas, row)
        _picture(canvas)
    settled = bridge.session.settle()
    assert settled is not None
    canvas.stack.forget(settled)
    followed = _picture(canvas)
    canvas.stack.tiles.forget_all()

    anew = _picture(canvas)
    assert np.array_equal(followed, anew)


def test_a_dab_paints_its_own_place_and_nothing_beside_it(canvas: ScanCanvas, qtbot: QtBot) -> None:
    QApplication.processEvents()
    painted = Painted(canvas.viewport())
    x, y = (round(v) for v in canvas.view.to_widget(1000, columns()[0][1000]))

    _dab(canvas, 1000)
    qtbot.waitUntil(lambda: bool(painted.regions))

    box = painted.regions[0].boundingRect()
    assert QRect(x - 16, y - 16, 33, 33).contains(box)


def test_an_exchange_is_shown_together_with_its_curves(canvas: ScanCanvas) -> None:
    bridge = canvas.bridge
    assert bridge is not None
    heard: list[Change] = []
    bridge.changed.connect(heard.append)

    bridge.exchange(1, RowSpan(800, 1200), "exchange")

    assert len(heard) == 1
    assert heard[0].kinds & ChangeKind.TRACE
    assert bridge.session.stale(1) == ()


@pytest.mark.parametrize("look", [Look(), Look(DARK, opacity=0.4, is_inverted=True), Look(is_contour=True)])
def test_a_tint_is_the_colour_a_painter_gives(look: Look) -> None:
    rng = np.random.default_rng(3)
    grey = rng.integers(0, 256, (20, 32), dtype=np.uint8)
    index = rng.integers(0, 5, (20, 32), dtype=np.uint8)
    paper = 255 - grey if look.is_inverted else grey
    image = QImage(32, 20, QImage.Format.Format_RGB32)
    overlay = QImage(index.data, 32, 20, 32, QImage.Format.Format_Indexed8)
    overlay.setColorTable(look.overlay_colours())

    painter = QPainter(image)
    painter.drawImage(QPoint(), QImage(paper.data, 32, 20, 32, QImage.Format.Format_Grayscale8))
    painter.drawImage(QPoint(), overlay)
    painter.end()

    assert np.array_equal(tinted(grey, index, look), pixels_of(image))
    assert QColor(int(tinted(grey, None, look)[0, 0])).red() == paper[0, 0]
