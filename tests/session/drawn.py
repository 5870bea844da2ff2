"""Small drawn scans, a predictor that knows them, and a session over both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from veerdesk.calibration.description import CurveSpec, TrackSpec
from veerdesk.labels.edits import PaintEdit, Rule, paint
from veerdesk.labels.shapes import capsule
from veerdesk.rows import RowSpan
from veerdesk.segmentation.segment import BandEvidence
from veerdesk.session.session import Session

ROWS, COLS = 900, 300
LEFT, RIGHT = 40.0, 240.0
DIGEST = "f" * 64


def columns() -> NDArray[np.float64]:
    """Return the true columns of both curves, ``(2, ROWS)``."""
    at = np.arange(ROWS)
    return np.stack([110 + 30 * np.sin(at / 60), 190 + 20 * np.cos(at / 45)])


def draw_scan(path: Path) -> Path:
    """Draw both curves, 4 px wide, black on white."""
    grey = np.full((ROWS, COLS), 255, np.uint8)
    for line in columns():
        for row, col in enumerate(line):
            grey[row, round(col) - 2 : round(col) + 2] = 0
    Image.fromarray(grey).save(path)
    return path


def session_with_track(folder: Path) -> tuple[Session, TrackSpec]:
    """Return a new well over a drawn scan, with one track of two curves."""
    session = Session.create([draw_scan(folder / "log.png")])
    for job in session.ingests():
        job.inline()
    return session, add_track(session)


def add_track(session: Session, name: str = "T1", left: float = LEFT, right: float = RIGHT) -> TrackSpec:
    """Describe one more track of two curves."""
    scan = session.description.scans[0].id
    track = session.new_track(scan=scan, top=0, bottom=ROWS - 1, left=((0.0, left),), right=((0.0, right),))
    curves = (CurveSpec(1, "GR", "GAPI", left=0.0, right=150.0), CurveSpec(2, "CALI", "IN", left=6.0, right=16.0))
    track = replace(track, name=name, curves=curves, stroke_px=4.0)
    session.describe(session.description.with_track(track), f"Add {name}")
    return track


WHOLE = RowSpan(0, ROWS)


def band(rows: RowSpan = WHOLE, *, swapped: bool = False) -> BandEvidence:
    """Return a perfect answer for the drawn curves."""
    planes = np.zeros((2, rows.rows, COLS), np.uint8)
    for slot, line in enumerate(columns()):
        for row in range(rows.start, rows.stop):
            planes[slot, row - rows.start, round(line[row]) - 2 : round(line[row]) + 2] = 250
    p1, p2 = planes[::-1] if swapped else planes
    classes = np.where(p1 > 0, 1, np.where(p2 > 0, 2, 0)).astype(np.uint8)
    return BandEvidence(rows, 0, p1, p2, classes)


def predict(session: Session, track_id: int, digest: str = DIGEST, *, swapped: bool = False) -> None:
    """Give the session the whole prediction and decode it."""
    key = session.prediction_key(track_id, digest)
    assert key is not None
    for rows in RowSpan(0, ROWS).bands(300):
        session.take_band(track_id, band(rows, swapped=swapped), key)
    decode(session, track_id)


def decode(session: Session, track_id: int) -> None:
    """Run retrace jobs until nothing is stale."""
    while session.stale(track_id):
        session.take_trace(session.retrace(track_id).inline())


def stroke(session: Session, track_id: int, row: float, col: float, cls: int, radius: float = 6.0) -> PaintEdit | None:
    """Return a brush gesture of a few rows."""
    region = capsule((row, col), (row + 8, col), radius)
    return paint(session.label_map(track_id), track_id, region, cls, Rule.ANYTHING, None, f"Brush {cls}")
