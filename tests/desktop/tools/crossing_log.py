"""A drawn well whose two curves cross again and again, and the canvas on it: what the tools' tests look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from veerdesk.calibration.description import CurveSpec
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.canvas.view import ScanCanvas
from veerdesk.imaging.opencv import cv2
from veerdesk.rows import RowSpan
from veerdesk.segmentation.segment import BandEvidence
from veerdesk.session.session import Session

HEIGHT, WIDTH, STROKE = 2000, 600, 5
LEFT, RIGHT, TOP, BOTTOM = 60, 540, 50, 1949
COLS = (0, WIDTH)
#: The curves cross here, near enough: where the sine is nought.
CROSSED_AT = tuple(round(k * 150 * np.pi) for k in range(1, 5))
MODEL = "e" * 64
NO_KEYS = Qt.KeyboardModifier.NoModifier


def columns() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the column of both curves at each row."""
    swing = 120 * np.sin(np.arange(HEIGHT) / 150)
    return 300 - swing, 300 + swing  # curve 1 begins at the left, as the canonical order wants it


def _curve(column: NDArray[np.float64]) -> NDArray[np.bool_]:
    page = np.zeros((HEIGHT, WIDTH), np.uint8)
    line = np.stack([column, np.arange(HEIGHT)], axis=1).round().astype(np.int32)
    cv2.polylines(page, [line], isClosed=False, color=255, thickness=STROKE)
    return np.asarray(page > 0)


def truth() -> NDArray[np.uint8]:
    """Return the class of every pixel of the scan; shared ink is curve 1."""
    one, two = columns()
    return np.where(_curve(one), 1, np.where(_curve(two), 2, 0)).astype(np.uint8)


def crossing_bridge(folder: Path) -> SessionBridge:
    """Return an open well of the drawn log, one track, read by a model that knows the truth, and traced."""
    shown = truth()
    assert cv2.imwrite(str(folder / "log.png"), np.where(shown > 0, 0, 255).astype(np.uint8))
    session = Session.create([folder / "log.png"])
    for job in session.ingests():
        session.note_digest(job.inline())
    left, right = ((0.0, float(LEFT)),), ((0.0, float(RIGHT)),)
    scan = session.description.scans[0].id
    track = session.new_track(scan=scan, top=TOP, bottom=BOTTOM, left=left, right=right)
    track = replace(track, stroke_px=float(STROKE), curves=(CurveSpec(1, "GR"), CurveSpec(2, "CALI")))
    session.describe(session.description.with_track(track), "place T1")
    key = session.prediction_key(track.id, MODEL)
    assert key is not None
    cols = track.geometry.box(WIDTH)
    for rows in track.geometry.rows.bands(1024):
        classes = np.ascontiguousarray(shown[rows.start : rows.stop, cols[0] : cols[1]])
        p1, p2 = (np.where(classes == k, 255, 0).astype(np.uint8) for k in (1, 2))
        session.take_band(track.id, BandEvidence(rows, cols[0], p1, p2, classes), key)
    session.take_trace(session.retrace(track.id).inline())
    return SessionBridge(session)


def shown_classes(canvas: ScanCanvas) -> NDArray[np.uint8]:
    """Return the classes of the whole scan as they are shown."""
    assert canvas.bridge is not None
    return canvas.bridge.session.label_map(1).classes(RowSpan(0, HEIGHT), COLS)


def place(canvas: ScanCanvas, row: float, col: float) -> QPoint:
    """Return where a scan position is on the canvas."""
    x, y = canvas.view.to_widget(row, col)
    return QPoint(round(x), round(y))


def hover(canvas: ScanCanvas, row: float, col: float) -> None:
    """Bring the pointer to a scan position from beside it: a pointer that only appears has not moved."""
    QTest.mouseMove(canvas.viewport(), place(canvas, row, col) + QPoint(40, 40))
    QTest.mouseMove(canvas.viewport(), place(canvas, row, col))


def click(
    canvas: ScanCanvas,
    row: float,
    col: float,
    keys: Qt.KeyboardModifier = NO_KEYS,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
) -> None:
    """Click a scan position as a hand does: come, press, let go."""
    hover(canvas, row, col)
    QTest.mouseClick(canvas.viewport(), button, keys, place(canvas, row, col))


def drag(
    canvas: ScanCanvas, path: list[tuple[float, float]], button: Qt.MouseButton = Qt.MouseButton.LeftButton
) -> None:
    """Press at the first position of a path, move along it, let go at the last."""
    QTest.mousePress(canvas.viewport(), button, NO_KEYS, place(canvas, *path[0]))
    for at in path[1:]:
        QTest.mouseMove(canvas.viewport(), place(canvas, *at))
    QTest.mouseRelease(canvas.viewport(), button, NO_KEYS, place(canvas, *path[-1]))
