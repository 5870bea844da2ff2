"""Figures of `veerdesk bench` that need no window: segmentation, tracing, and a gesture's way to the disk.

Separate because they run in the command's own process while the window's figures have processes of their own.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.labels.edits import Rule, paint
from veerdesk.labels.shapes import capsule
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import EvidencePlanes
from veerdesk.segmentation.predictor import Predictor
from veerdesk.segmentation.segment import TrackSegmenter
from veerdesk.session.session import Session
from veerdesk.synth.bench_scan import LEFTS, STROKE, TRACK_WIDTH, bench_description, bench_strips, curve_columns
from veerdesk.tracing.decode import Decoder
from veerdesk.tracing.owners import traced_owners

#: Rows segmented and traced for the figures; enough that the first tile's warm-up does not count.
SEGMENT_ROWS, TRACE_ROWS, GESTURES = 8000, 20000, 40


def segmentation_figures(predictor: Predictor) -> dict[str, float | str]:
    """Return ``infer_mpx_s``, ``infer_mpx_cpu_s`` and ``device``: a 500 px track, 6 px strokes, written to its planes."""
    scan = np.concatenate(list(bench_strips(SEGMENT_ROWS)))
    geometry = _first_track(SEGMENT_ROWS)
    segmenter = TrackSegmenter(
        read=_reader(scan),
        scan_width=scan.shape[1],
        geometry=geometry,
        stroke_px=float(STROKE),
        predictor=predictor,
        exchanged=False,
        owners=traced_owners,
    )
    planes = EvidencePlanes(LEFTS[0] - 32, predictor.digest)
    planes.write(segmenter.run(0))  # warm: threads, kernels
    wall, cpu = time.perf_counter(), time.process_time()
    for index in range(len(segmenter.tiles)):
        planes.write(segmenter.run(index))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    mpx = SEGMENT_ROWS * TRACK_WIDTH / 1e6
    return {"infer_mpx_s": mpx / wall, "infer_mpx_cpu_s": mpx / cpu, "device": predictor.device}


def tracing_figures() -> dict[str, float]:
    """Return ``trace_rows_s``: rows decoded a second, both curves, from perfect evidence of a 500 px track."""
    evidence = _drawn_evidence(TRACE_ROWS)
    decoder = Decoder(RowSpan(0, TRACE_ROWS), evidence, (), float(STROKE), float(TRACK_WIDTH), False)
    decoder.solve()
    begin = time.perf_counter()
    Decoder(RowSpan(0, TRACE_ROWS), evidence, (), float(STROKE), float(TRACK_WIDTH), False).solve()
    return {"trace_rows_s": TRACE_ROWS / (time.perf_counter() - begin)}


def durable_figures(scan_path: Path, well_path: Path) -> dict[str, float]:
    """Return ``gesture_durable_ms``: median time from a brush gesture to its transaction on disk."""
    session = Session.create([scan_path], well_path)
    try:
        scan = session.description.scans[0]
        bench = bench_description(session.scans[scan.id].height, scan.file)
        tracks = tuple(replace(track, scan=scan.id) for track in bench.tracks)
        session.describe(replace(bench, scans=(scan,), tracks=tracks), "Bench tracks")
        session.wait_saved()
        times = [_durable_ms(session, 400 + 30 * k) for k in range(GESTURES)]
    finally:
        session.close()
    return {"gesture_durable_ms": statistics.median(times)}


def _durable_ms(session: Session, row: int) -> float:
    region = capsule((row, LEFTS[0] + 100), (row + 20, LEFTS[0] + 110), 5.0)
    begin = time.perf_counter()
    edit = paint(session.label_map(1), 1, region, 1, Rule.ANYTHING, None, "Paint curve 1")
    if edit is None:
        return 0.0
    session.apply(edit)
    session.wait_saved()
    return (time.perf_counter() - begin) * 1e3


def _first_track(rows: int) -> TrackGeometry:
    left, right = float(LEFTS[0]), float(LEFTS[0] + TRACK_WIDTH)
    return TrackGeometry(RowSpan(0, rows), ((0.0, left),), ((0.0, right),))


def _reader(scan: NDArray[np.uint8]) -> Callable[[RowSpan, tuple[int, int]], NDArray[np.uint8]]:
    def read(rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        out = np.full((rows.rows, cols[1] - cols[0]), 255, np.uint8)
        r0, r1 = max(0, rows.start), min(scan.shape[0], rows.stop)
        c0, c1 = max(0, cols[0]), min(scan.shape[1], cols[1])
        if r1 > r0 and c1 > c0:
            out[r0 - rows.start : r1 - rows.start, c0 - cols[0] : c1 - cols[0]] = scan[r0:r1, c0:c1]
        return out

    return read


def _drawn_evidence(
    rows: int,
) -> Callable[[RowSpan], tuple[NDArray[np.uint8], NDArray[np.uint8], int]]:
    columns = curve_columns(rows)[0] - LEFTS[0] + 32
    width = TRACK_WIDTH + 64
    planes = np.zeros((2, rows, width), np.uint8)
    for slot in range(2):
        for offset in range(-STROKE // 2, STROKE - STROKE // 2):
            planes[slot, np.arange(rows), np.rint(columns[slot] + offset).astype(int)] = 255
    planes[1, np.arange(rows) % 36 >= 22] = 0  # dashes
    planes[1][planes[0] > 0] = 0  # shared ink belongs to curve 1

    def evidence(span: RowSpan) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
        return planes[0, span.start : span.stop], planes[1, span.start : span.stop], LEFTS[0] - 32

    return evidence
