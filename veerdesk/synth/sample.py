"""The sample well: one long rendered log that ships with the program, and its truth.

Separate because it is drawn once, for people: three tracks, a header and depths, from one public well.
``python -m veerdesk.synth.sample --out DIR`` writes ``sample.tif``, ``sample.toml``, ``truth.csv.gz`` and ``ATTRIBUTION.md``.
"""

from __future__ import annotations

import argparse
import gzip
import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from veerdesk.calibration.depth import DepthMap
from veerdesk.calibration.scale import scale_of
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.png import replacing
from veerdesk.synth.bank import load_bank
from veerdesk.synth.curves import soften
from veerdesk.synth.ink import dense_line, draw_stroke, extents
from veerdesk.synth.mixture import draw_look
from veerdesk.synth.paper import Frame, line_look, rule_across, rule_down, stamp_text
from veerdesk.synth.sample_layout import (
    ANCHORS,
    BASE_FT,
    DPI,
    FEET_PER_LINE,
    HEADER_ROWS,
    LINES_PER_DEPTH,
    NOTICE,
    ROWS,
    SCAN,
    SEED,
    TOP_FT,
    TRACKS,
    WELL,
    WIDTH,
    SampleTrack,
    grid_look,
    sample_description,
)
from veerdesk.synth.scanner import expose
from veerdesk.well.job import job_text

#: Rows exposed at a time, and the halo that blurring needs.
_BAND, _HALO = 2000, 16
_FEET_PER_METRE = 1 / 0.3048


def frame_of(track: SampleTrack) -> Frame:
    """Return where a track stands on the sheet; all tracks lean and waver together."""
    down = np.arange(ROWS, dtype=np.float64)
    shift = SCAN.skew * (down - ROWS / 2) + SCAN.wobble_px * np.sin(down / 2900.0)
    return Frame(ROWS, WIDTH, float(track.left), float(track.width), shift, SCAN.skew)


def drawn_values(track: SampleTrack) -> NDArray[np.float64]:
    """Return the value each curve is drawn at, ``(2, ROWS)`` float64; NaN above, below and where the well has none."""
    well = load_bank()[WELL]
    depth = (well.top + well.step * np.arange(well.samples)) * _FEET_PER_METRE
    at = DepthMap(ANCHORS).depth_at(np.arange(ROWS, dtype=np.float64))
    out = np.full((2, ROWS), np.nan)
    for k, curve in enumerate(track.curves):
        known = well.values[curve.mnemonic]
        drawn = np.interp(at, depth, known)  # resistivities are stored as log10 and drawn so
        missing = np.interp(at, depth, np.isnan(known).astype(np.float64)) > 0
        drawn = soften(np.where(missing, np.nanmedian(known), drawn), 2.5)
        drawn[missing | (at < TOP_FT) | (at > BASE_FT)] = np.nan
        out[k] = 10**drawn if track.is_log else drawn
    return out


def _first_readings(track: SampleTrack, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values with what a tool string leaves out: each curve starts and stops at depths of its own."""
    depth = DepthMap(ANCHORS).depth_at(np.arange(ROWS, dtype=np.float64))
    late = {"CALI": 25.0, "RMED": 12.0, "NPHI": 40.0, "RHOB": 32.0}
    for k, curve in enumerate(track.curves):
        values[k, depth < TOP_FT + late.get(curve.mnemonic, 0.0)] = np.nan
        values[k, depth > BASE_FT - late.get(curve.mnemonic, 0.0) / 2] = np.nan
    return values


def _draw_paper(paper: NDArray[np.uint8], track: SampleTrack) -> None:
    """Draw one track's grid below the header, its lines standing at whole depths."""
    frame, grid = frame_of(track), grid_look(track)
    for share, px in zip(grid.verticals, grid.vertical_px, strict=True):
        rule_down(paper, frame, track.left + share * track.width, px, grid.vertical_darkness)
    paper[:HEADER_ROWS] = 0
    rows = DepthMap(ANCHORS)
    lines = np.arange(TOP_FT, BASE_FT + 1, FEET_PER_LINE)
    for depth, row in zip(lines, rows.row_at(lines), strict=True):
        px, darkness = line_look(grid, round(depth / FEET_PER_LINE))
        rule_across(paper, frame, float(row), (float(track.left), float(track.left + track.width)), px, darkness)


def _draw_depths(paper: NDArray[np.uint8]) -> None:
    """Write the depths between the first and the second track."""
    rows = DepthMap(ANCHORS)
    column = (TRACKS[0].left + TRACKS[0].width + TRACKS[1].left) / 2
    shift = frame_of(TRACKS[0]).shift
    depths = np.arange(TOP_FT, BASE_FT + 1, FEET_PER_LINE * LINES_PER_DEPTH)
    for depth, row in zip(depths, rows.row_at(depths), strict=True):
        at = (float(row), column + float(shift[min(int(row), ROWS - 1)]))
        stamp_text(paper, f"{depth:.0f}", at, height_px=26, thick=2, turns=0, font=cv2.FONT_HERSHEY_SIMPLEX)


def _write(paper: NDArray[np.uint8], text: str, row: int, col: float, size: float, thick: int = 2) -> None:
    stamp_text(paper, text, (row, col), height_px=size, thick=thick, turns=0, font=cv2.FONT_HERSHEY_SIMPLEX)


def _draw_header(paper: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Draw the title block and, above each track, the name, scale and pen of its curves."""
    cv2.rectangle(paper, (170, 60), (2030, 900), 255, 4)
    lines = (
        ("WELL LOG", 140, 54), ("WELL  35/11-7     NORWEGIAN NORTH SEA", 260, 36),
        ("CURVES  FORCE 2020, NOLD 2.0", 330, 30), (NOTICE, 440, 34),
        (f"DEPTHS IN FEET   {TOP_FT:.0f} TO {BASE_FT:.0f}   5 INCHES TO 100 FEET", 560, 30),
        ("GAMMA RAY - CALIPER - RESISTIVITY - DENSITY - NEUTRON", 640, 30),
    )  # fmt: skip
    for text, row, size in lines:
        _write(paper, text, row, WIDTH / 2, size, 3 if size > 35 else 2)
    for track in TRACKS:
        shift = float(frame_of(track).shift[HEADER_ROWS])
        left, right = track.left + shift, track.left + track.width + shift
        for k, (curve, pen) in enumerate(zip(track.curves, track.pens, strict=True)):
            row = 1000 + 200 * k
            _write(paper, f"{curve.mnemonic}  {curve.unit}", row, (left + right) / 2, 26)
            _write(paper, f"{curve.left:g}", row + 50, left + 56, 22)
            _write(paper, f"{curve.right:g}", row + 50, right - 62, 22)
            cols = np.linspace(left, right, 200)
            sample = dense_line(np.full(200, row + 100.0) + np.arange(200) * 1e-6, cols, step_px=1.0)
            plane = np.zeros((40, WIDTH), np.uint8)
            moved = replace(sample, row=sample.row - row - 80, slope=np.zeros_like(sample.slope))
            draw_stroke(plane, moved, pen, rng)
            np.maximum(paper[row + 80 : row + 120], plane, out=paper[row + 80 : row + 120])
        cv2.rectangle(paper, (round(left), 950), (round(right), HEADER_ROWS - 20), 255, 3)


def _exposed(ink: NDArray[np.uint8], paper: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the one-bit scan ``(ROWS, WIDTH)`` uint8, exposed band by band."""
    base = draw_look(np.random.default_rng(0), "clean")
    look = replace(base, scan=SCAN, strokes=TRACKS[0].pens[:1])
    scan = np.empty((ROWS, WIDTH), np.uint8)
    for start in range(0, ROWS, _BAND):
        first, stop = max(0, start - _HALO), min(ROWS, start + _BAND)
        last = min(ROWS, stop + _HALO)
        band, _ = expose([ink[first:last]], paper[first:last], look, rng)
        scan[start:stop] = band[start - first : stop - first]
    return scan


def render_sample() -> tuple[NDArray[np.uint8], dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    """Return the scan ``(20000, 2200)`` uint8 0 or 255, and by track name the columns and values of its curves.

    Columns and values are ``(2, 20000)`` float64 (scan px; the curve's unit), NaN where a curve is not drawn.
    """
    rng = np.random.default_rng(SEED)
    ink, paper = np.zeros((ROWS, WIDTH), np.uint8), np.zeros((ROWS, WIDTH), np.uint8)
    columns, values = {}, {}
    down = np.arange(ROWS, dtype=np.float64)
    for track in TRACKS:
        _draw_paper(paper, track)
        frame = frame_of(track)
        shown = _first_readings(track, drawn_values(track))
        x = np.full((2, ROWS), np.nan)
        for k, (curve, pen) in enumerate(zip(track.curves, track.pens, strict=True)):
            share = scale_of(curve).share_at(shown[k])
            share[(share < -0.02) | (share > 1.02)] = np.nan  # the recorder stops at the border
            nudge = 0.5 * ((pen.width_px - pen.flat_px) % 2)
            line = dense_line(down, frame.left_at() + share * frame.track_px - nudge, step_px=0.7)
            plane = np.zeros_like(ink)
            draw_stroke(plane, line, pen, rng)
            np.maximum(ink, plane, out=ink)
            x[k] = extents(line, ROWS, pen.width_px)[0] + nudge
            shown[k, np.isnan(share)] = np.nan
        columns[track.name], values[track.name] = x, shown
    _draw_depths(paper)
    _draw_header(paper, rng)
    return _exposed(ink, paper, rng), columns, values


def truth_text(columns: dict[str, NDArray[np.float64]], values: dict[str, NDArray[np.float64]]) -> str:
    """Return the truth as CSV: row, depth, then column (px) and value of each curve, empty where it is not drawn."""
    names = ["row", "depth_ft"]
    table: list[tuple[NDArray[np.float64], str]] = []
    for track in TRACKS:
        for k, curve in enumerate(track.curves):
            names += [f"{track.name}.x{k + 1}", curve.mnemonic]
            table += [(columns[track.name][k], "%.2f"), (values[track.name][k], "%.5g")]
    depth = DepthMap(ANCHORS).depth_at(np.arange(ROWS, dtype=np.float64))
    lines = [",".join(names)]
    for row in range(HEADER_ROWS, ROWS):
        cells = ["" if np.isnan(v[row]) else form % v[row] for v, form in table]
        lines.append(f"{row},{depth[row]:.3f}," + ",".join(cells))
    return "\n".join(lines) + "\n"


def _borders() -> dict[str, tuple[tuple[tuple[float, float], ...], tuple[tuple[float, float], ...]]]:
    """Return each track's borders as a person would place them: a point every 2,300 rows or so."""
    rows = np.linspace(HEADER_ROWS, ROWS - 1, 9).round().astype(int)
    out = {}
    for track in TRACKS:
        frame = frame_of(track)
        sides = (frame.left_at(), frame.right_at())
        out[track.name] = tuple(tuple((float(r), round(float(s[r]), 1)) for r in rows) for s in sides)
    return {name: (pair[0], pair[1]) for name, pair in out.items()}


def write_sample(out: Path) -> None:
    """Write the sample well's four files to the folder ``out``.

    Raises
    ------
    UnusableInputError
        The folder cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    scan, columns, values = render_sample()
    packed = io.BytesIO()
    Image.fromarray(scan > 0).save(packed, format="TIFF", compression="group4", dpi=(DPI, DPI))
    truth = gzip.compress(truth_text(columns, values).encode(), compresslevel=9, mtime=0)
    job = job_text(sample_description(_borders()))
    about = (
        "# Sample well\n\n"
        "`sample.tif` is a rendered log, not a scan of paper: Veerdesk drew it from the curves of the Norwegian well 35/11-7\n"
        "(FORCE 2020 machine-learning competition, Norwegian Licence for Open Government Data, NOLD 2.0; contains data under\n"
        "NOLD made available by FORCE and the Norwegian Offshore Directorate). Depths are in feet. The paper, its skew and its\n"
        "noise are invented. The well is held out of training.\n\n"
        "`sample.toml` describes it, `truth.csv.gz` holds what was drawn: for each row the depth, and column and value of every\n"
        "curve. Made by `python -m veerdesk.synth.sample --out DIR`.\n"
    )
    files = {
        "sample.tif": packed.getvalue(),
        "truth.csv.gz": truth,
        "sample.toml": job.encode(),
        "ATTRIBUTION.md": about.encode(),
    }
    for name, data in files.items():
        with replacing(out / name) as target:
            target.write(data)


def main(arguments: list[str] | None = None) -> int:
    """Run the command ``python -m veerdesk.synth.sample``."""
    parser = argparse.ArgumentParser(prog="python -m veerdesk.synth.sample", description="Draw the sample well.")
    parser.add_argument("--out", type=Path, required=True)
    write_sample(parser.parse_args(arguments).out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
