"""The scan that speed is measured on: a grid, three tracks of two curves each, any height, always the same.

Separate because `veerdesk bench` and the scripts in tests/bench must measure the same paper
(CONTRACT, `veerdesk bench`: 2,200 columns, 100,000 rows unless said, 500 px tracks, 6 px strokes).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import CurveSpec, DepthSpec, LasSpec, ScanSpec, TrackSpec, WellDescription
from veerdesk.imaging.opencv import cv2

WIDTH, TRACK_WIDTH, STROKE = 2200, 500, 6
LEFTS = (120, 860, 1580)
ROWS_PER_STRIP = 2048
_GRID_ROWS, _HEAVY_ROWS, _DASH = 40, 200, (22, 14)
_NAMES = (("GR", "GAPI", "CALI", "IN"), ("ILD", "OHMM", "SFLU", "OHMM"), ("NPHI", "V/V", "RHOB", "G/C3"))


def curve_columns(rows: int, *, seed: int = 7) -> NDArray[np.float64]:
    """Return the true columns of the six curves, ``(3, 2, rows)`` float64 scan px; the two of a track cross often."""
    rng = np.random.default_rng(seed)
    at = np.arange(rows, dtype=np.float64)
    out = np.empty((3, 2, rows))
    for track, left in enumerate(LEFTS):
        for slot in range(2):
            share = np.full(rows, 0.35 + 0.3 * slot)
            for period in (3100.0, 870.0, 230.0, 61.0):
                height = 0.16 * (period / 3100.0) ** 0.45 * rng.uniform(0.7, 1.3)
                share += height * np.sin(2 * np.pi * at / (period * rng.uniform(0.8, 1.25)) + rng.uniform(0, 7))
            out[track, slot] = left + TRACK_WIDTH * np.clip(share, 0.03, 0.97)
    return out


def bench_strips(rows: int, *, seed: int = 7) -> Iterator[NDArray[np.uint8]]:
    """Yield the scan from the top in strips ``(<= 2048, 2200)`` uint8, 255 paper and 0 ink."""
    columns = curve_columns(rows, seed=seed)
    for start in range(0, rows, ROWS_PER_STRIP):
        stop = min(rows, start + ROWS_PER_STRIP)
        strip = np.full((stop - start, WIDTH), 255, np.uint8)
        _draw_grid(strip, start)
        for track in range(3):
            for slot in range(2):
                _draw_curve(strip, columns[track, slot], start, is_dashed=slot == 1)
        yield strip


def _draw_grid(strip: NDArray[np.uint8], start: int) -> None:
    rows = np.arange(start, start + strip.shape[0])
    for left in LEFTS:
        span = slice(left, left + TRACK_WIDTH + 1)
        strip[rows % _GRID_ROWS == 0, span] = 0
        strip[rows % _HEAVY_ROWS < 3, span] = 0
        for division in range(11):
            at = left + round(division * TRACK_WIDTH / 10)
            strip[:, at : at + 2] = 0


def _draw_curve(strip: NDArray[np.uint8], columns: NDArray[np.float64], start: int, *, is_dashed: bool) -> None:
    first, last = max(0, start - STROKE), min(len(columns), start + strip.shape[0] + STROKE)
    rows = np.arange(first, last)
    points = np.stack([columns[first:last], rows - start], 1)  # (n, 2) as column, row
    on, off = _DASH
    pieces = (
        np.split(points, np.flatnonzero(np.diff((rows % (on + off) < on).astype(int))) + 1) if is_dashed else [points]
    )
    for piece in pieces:
        if is_dashed and (round(float(piece[0, 1])) + start) % (on + off) >= on:
            continue
        cv2.polylines(strip, [np.rint(piece).astype(np.int32)[:, None]], False, 0, STROKE, cv2.LINE_8)


def bench_description(rows: int, file: str) -> WellDescription:
    """Return the well of that scan: three tracks, both slots of each with a scale."""
    tracks = []
    for number, (left, names) in enumerate(zip(LEFTS, _NAMES, strict=True), start=1):
        curves = (
            CurveSpec(1, names[0], names[1], style="solid", left=0.0, right=100.0),
            CurveSpec(2, names[2], names[3], style="dashed", left=0.0, right=100.0),
        )
        tracks.append(
            TrackSpec(
                id=number,
                name=f"T{number}",
                scan="main",
                top=0,
                bottom=rows - 1,
                left=((0.0, float(left)), (float(rows - 1), float(left))),
                right=((0.0, float(left + TRACK_WIDTH)), (float(rows - 1), float(left + TRACK_WIDTH))),
                curves=curves,
                origin_col=left - 32,
                stroke_px=float(STROKE),
            )
        )
    anchors = ((0.0, 1000.0), (float(rows - 1), 1000.0 + (rows - 1) / 10.0))
    return WellDescription(
        items=(("WELL", "Bench"),),
        depth=DepthSpec(unit="ft"),
        scans=(ScanSpec("main", file, depth=anchors),),
        tracks=tuple(tracks),
        las=LasSpec(step=0.5),
    )
