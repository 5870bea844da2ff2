"""A small drawn well with known truth, and a model that knows it: what the canvas' tests look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import CurveSpec
from veerdesk.imaging.opencv import cv2
from veerdesk.rows import RowSpan
from veerdesk.segmentation.segment import BandEvidence
from veerdesk.session.session import Session

HEIGHT, WIDTH = 3000, 640
LEFT, RIGHT = 100, 500
STROKE = 5.0
MODEL = "f" * 64


class DrawnModel:
    """A Predictor that calls ink left of the middle curve 1 and the rest curve 2."""

    name, digest, device, stroke_px = "drawn", MODEL, "cpu", STROKE

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return one-hot shares, ``(3, h, w)``."""
        ink = grey < 128
        is_left = np.arange(grey.shape[1])[None, :] < grey.shape[1] / 2
        one, two = ink & is_left, ink & ~is_left
        return np.stack([~ink, one, two]).astype(np.float32)


def columns() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the column of both drawn curves at each row."""
    rows = np.arange(HEIGHT)
    return 200 + 40 * np.sin(rows / 130), 400 - 40 * np.sin(rows / 170)


def draw(path: Path, height: int = HEIGHT) -> Path:
    """Write the scan and return its path."""
    page = np.full((height, WIDTH), 255, np.uint8)
    rows = np.arange(height)
    for middle, swing, pace in ((200, 40, 130), (400, -40, 170)):
        at = np.stack([middle + swing * np.sin(rows / pace), rows], axis=1).round().astype(np.int32)
        cv2.polylines(page, [at], isClosed=False, color=0, thickness=int(STROKE))
    assert cv2.imwrite(str(path), page)
    return path


def drawn_well(folder: Path, *, has_track: bool = True, is_predicted: bool = True, height: int = HEIGHT) -> Session:
    """Return an open session on the drawn scan, with one track, read by the drawn model or not yet."""
    session = Session.create([draw(folder / "log.png", height)])
    for job in session.ingests():
        session.note_digest(job.inline())
    if not has_track:
        return session
    scan_id = session.description.scans[0].id
    left, right = ((0.0, float(LEFT)),), ((0.0, float(RIGHT)),)
    track = session.new_track(scan=scan_id, top=100, bottom=height - 100, left=left, right=right)
    track = replace(track, stroke_px=STROKE, curves=(CurveSpec(1, "GR"), CurveSpec(2, "CALI")))
    session.describe(session.description.with_track(track), "place T1")
    if is_predicted:
        predict(session, track.id)
    return session


def predict(session: Session, track_id: int) -> None:
    """Let the drawn model read a whole track."""
    track = session.description.track(track_id)
    key = session.prediction_key(track_id, MODEL)
    assert key is not None
    scan = session.scans[track.scan]
    cols = track.geometry.box(scan.width)
    for rows in track.geometry.rows.bands(1024):
        ink = scan.read(RowSpan(rows.start, rows.stop), cols) < 128
        is_left = np.arange(*cols)[None, :] < (LEFT + RIGHT) / 2
        classes = np.where(ink, np.where(is_left, 1, 2), 0).astype(np.uint8)
        p1, p2 = (np.where(classes == k, 255, 0).astype(np.uint8) for k in (1, 2))
        session.take_band(track_id, BandEvidence(rows, cols[0], p1, p2, classes), key)
