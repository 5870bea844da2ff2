"""The well that the window's speed is measured on: the bench scan with three tracks, predicted as if by a model.

Separate because painting must be measured without a model competing for the cores, on label maps as full as real ones.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2
from veerdesk.rows import RowSpan
from veerdesk.segmentation.segment import BandEvidence
from veerdesk.session.session import Session
from veerdesk.synth.bench_scan import LEFTS, STROKE, TRACK_WIDTH, bench_description, curve_columns

_BAND_ROWS, _MARGIN, _DIGEST = 2048, 32, "drawn"


class DrawnPredictor:
    """A Predictor that was asked already: the well it opens holds its whole answer."""

    name, digest, device, stroke_px = "drawn", _DIGEST, "cpu", 4.0

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return background everywhere, ``(3, h, w)`` float32."""
        out = np.zeros((3, *grey.shape), np.float32)
        out[0] = 1.0
        return out


def write_bench_well(scan: Path, well: Path) -> Path:
    """Make the well of a bench scan with both curves of three tracks predicted, and return its path."""
    session = Session.create([scan], well)
    try:
        for job in session.ingests():
            job.inline()
        opened = next(iter(session.scans.values()))
        scan_id, rows = next(iter(session.scans)), opened.height
        after = bench_description(rows, session.description.scans[0].file)
        spec = session.description.scans[0]
        scans = (replace(spec, depth=after.scans[0].depth, digest=opened.digest),)
        tracks = tuple(replace(t, scan=scan_id) for t in after.tracks)
        session.describe(replace(after, scans=scans, tracks=tracks), "Bench tracks")
        columns = curve_columns(rows)
        for number in range(len(LEFTS)):
            key = session.prediction_key(number + 1, _DIGEST)
            assert key is not None
            for band in _bands(columns[number], LEFTS[number], rows):
                session.take_band(number + 1, band, key)
        session.wait_saved()
    finally:
        session.close()
    return well


def _bands(columns: NDArray[np.float64], left: int, rows: int) -> list[BandEvidence]:
    out = []
    for start in range(0, rows, _BAND_ROWS):
        span = RowSpan(start, min(rows, start + _BAND_ROWS))
        classes = np.zeros((span.rows, TRACK_WIDTH + 2 * _MARGIN), np.uint8)
        at = np.arange(span.start, span.stop)
        for slot in (1, 0):  # curve 1 last: shared ink is its own
            points = np.stack([columns[slot, at] - left + _MARGIN, at - start], 1)
            cv2.polylines(classes, [np.rint(points).astype(np.int32)[:, None]], False, slot + 1, STROKE, cv2.LINE_8)
        p1, p2 = ((classes == k).astype(np.uint8) * 250 for k in (1, 2))
        out.append(BandEvidence(span, left - _MARGIN, p1, p2, classes))
    return out
