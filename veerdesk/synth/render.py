"""A rendered log: one track with its paper, its scan, its label and its exact truth, from one seed.

Separate because this is the one place where shapes, looks, ink, paper and scanner meet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.synth.bank import held_out_wells, train_wells
from veerdesk.synth.curves import (
    absences,
    flat_spikes,
    legible,
    process,
    real_pair,
    related,
    rested,
    to_rows,
    tremor,
    unit_spread,
)
from veerdesk.synth.ink import Line, dense_line, draw_stroke, extents
from veerdesk.synth.look import Look, Preset, StrokeLook, rank
from veerdesk.synth.mixture import draw_look
from veerdesk.synth.paper import Frame, draw_clutter, draw_grid, draw_joints, draw_margin, draw_third
from veerdesk.synth.plotted import plotted_look
from veerdesk.synth.scanner import expose
from veerdesk.synth.truth import crossing_rows, refine_extents, row_flags

#: Rows for which two curves of one look must stand apart before the left one is called curve 1.
_STEADY_ROWS = 10
#: A pen this many times as broad as a printed line is seen on it.
_SEEN_ON_LINE = 2.0


@dataclass(frozen=True, slots=True)
class LogMeta:
    """What is known of a rendered log beside its pixels.

    ``left`` and ``right`` are the borders' columns at each row, ``(rows,)`` float64 px; ``stroke_px`` the horizontal
    width of each curve's stroke; ``alike`` is True where only "left at the top" tells the curves apart.
    """

    seed: int
    preset: Preset
    look: Look
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    stroke_px: tuple[float, ...]
    styles: tuple[str, ...]
    colours: tuple[str, ...]
    crossings: tuple[int, ...]
    alike: bool

    @property
    def dpi(self) -> int:
        """Dots per inch the log looks like."""
        return self.look.dpi


@dataclass(frozen=True, slots=True)
class RenderedLog:
    """One rendered track.

    ``scan`` ``(h, w)`` uint8 grey or ``(h, w, 3)`` RGB, 255 is paper; ``label`` ``(h, w)`` uint8 0, 1, 2 on ink only;
    ``x``, ``low``, ``high`` ``(2, h)`` float64 px, NaN where a curve is absent: middle and ends of its stroke in each row;
    ``flags`` ``(2, h)`` of ``''`` seen, ``'i'`` no ink (gap), ``'h'`` hidden by the other curve.
    """

    scan: NDArray[np.uint8]
    label: NDArray[np.uint8]
    x: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    flags: NDArray[np.str_]
    meta: LogMeta


def _shapes(rng: np.random.Generator, look: Look, preset: Preset, rows: int) -> NDArray[np.float64]:
    """Return ``(2, rows)`` shares of the track's width, NaN where a curve is not drawn."""
    samples = int(rows / look.pitch_px) + 3
    pair = None
    if look.use_real_shapes:
        pair = real_pair(rng, held_out_wells() if preset == "real-shapes" else train_wells(), samples)
    if pair is None:
        pair = np.stack([process(rng, samples), process(rng, samples)])
    shares = (
        related(rng, pair[0], pair[1], look.relation)
        if look.relation != "independent" or rng.random() < 0.5
        else _placed(rng, pair)
    )
    shares = np.stack([to_rows(s, rows, look.pitch_px, look.inertia_px) for s in shares])
    shares = legible(shares, look.track_px, look.pace_limit_px)
    shares[0] = flat_spikes(rng, shares[0], look.flat_spikes)
    if look.rests_on_line:
        k = int(rng.integers(len(look.strokes)))
        lines = _thin_lines(look, look.strokes[k])
        if lines:
            shares[k] = rested(rng, shares[k], lines, look.rests_on_line, look.track_px)
    if look.tremor_px:
        shares[int(rng.integers(2))] += tremor(rng, rows, look.tremor_px / look.track_px)
    for k in range(2):
        shares[k, absences(rng, rows, look.absent_share[k])] = np.nan
    return shares


def _thin_lines(look: Look, pen: StrokeLook) -> tuple[float, ...]:
    """Return the grid's verticals on which a pen is still seen: on others nobody could say that a curve is there."""
    grid = look.grid
    broad = zip(grid.verticals, grid.vertical_px, strict=False)
    return tuple(at for at, px in broad if pen.width_px >= _SEEN_ON_LINE * px) if pen.style == "solid" else ()


def _placed(rng: np.random.Generator, pair: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the two shapes on stretches of the track of their own, keeping how they were logged."""
    low = rng.uniform(0, 0.6)
    high = rng.uniform(low + 0.1, 1.05)
    scale = (high - low) * rng.uniform(0.5, 1.2)
    return np.stack([low + (high - low) * pair[0], low + scale * pair[1]])


def _sheet(rng: np.random.Generator, look: Look, rows: int) -> tuple[Frame, tuple[int, ...]]:
    """Return where the track stands, with skew, wobble and joints, and the joints' rows."""
    cols = look.left_margin_px + look.track_px + look.right_margin_px
    skew = float(np.clip(look.scan.skew, -0.25 * cols / rows, 0.25 * cols / rows))
    down = np.arange(rows, dtype=np.float64)
    shift: NDArray[np.float64] = skew * (down - rows / 2)
    shift += look.scan.wobble_px * np.sin(down / rng.uniform(150, 900) + rng.uniform(0, 6.3))
    joints = tuple(int(r) for r in rng.integers(rows // 8, max(rows // 8 + 1, rows * 7 // 8), look.scan.joints))
    for row in joints:
        shift[row:] += rng.normal(0, 0.006 * look.track_px)
    return Frame(rows, cols, float(look.left_margin_px), float(look.track_px), shift, skew), joints


def _columns(
    frame: Frame, share: NDArray[np.float64], look: Look, joints: tuple[int, ...]
) -> list[NDArray[np.float64]]:
    """Return the columns to draw for one curve: the branch inside the track first, then its stubs outside."""
    if look.wraps:
        inside = np.mod(share, 1.0)
        lift = np.flatnonzero(np.floor(share[1:]) != np.floor(share[:-1])) + 1
        stub = np.where((share > 1) & ((share - 1) * frame.track_px < look.wrap_stub_px), share, np.nan)
        branches = [inside, stub]
        inside[lift] = np.nan
    else:
        reach = look.left_margin_px / look.track_px
        branches = [np.where((share > -reach) & (share < 1 + reach), share, np.nan)]
    cols = [frame.left_at() + b * frame.track_px for b in branches]
    for col in cols:
        col[list(joints)] = np.nan
    return cols


def _lone_first(shares: NDArray[np.float64], look: Look) -> NDArray[np.float64]:
    """Return the shares so that a curve that stands alone on the paper is curve 1, as the canonical order has it."""
    reach = look.left_margin_px / look.track_px
    low, high = (-np.inf, np.inf) if look.wraps else (-reach, 1 + reach)
    is_on_paper = (shares > low) & (shares < high)
    first, second = (bool((on[1:] & on[:-1]).any()) for on in is_on_paper)  # one row alone leaves no ink
    return shares[::-1].copy() if len(look.strokes) == 2 and second and not first else shares


def _canonical(strokes: tuple[StrokeLook, ...], shares: NDArray[np.float64]) -> tuple[NDArray[np.float64], bool]:
    """Return the shares so that curve 1 comes first where the pens do not tell, and whether they do not."""
    if len(strokes) < 2 or strokes[0].flat_px != strokes[1].flat_px or rank(strokes[0]) != rank(strokes[1]):
        return shares, False
    apart = np.nan_to_num(shares[1] - shares[0])
    side = np.where(np.abs(apart) > 0.02, np.sign(apart), 0.0)
    steady = np.convolve(side, np.ones(_STEADY_ROWS), "valid")
    sure = np.flatnonzero(np.abs(steady) == _STEADY_ROWS)
    if len(sure) and steady[sure[0]] < 0:
        return shares[::-1].copy(), True
    return shares, True


def _paper(frame: Frame, look: Look, joints: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the darkness of everything that is no curve of this track."""
    sides = [str(rng.choice(["depth", "track", "blank", "bed"], p=[0.48, 0.34, 0.14, 0.04])) for _ in range(2)]
    left = 0.0 if sides[0] == "track" else frame.left - rng.uniform(0, 0.05) * look.left_margin_px
    right = float(frame.cols) if sides[1] == "track" else frame.left + frame.track_px
    paper = draw_grid(frame, look.grid, (left, right), rng)
    draw_margin(paper, frame, look, -1, sides[0], rng)
    draw_margin(paper, frame, look, 1, sides[1], rng)
    draw_clutter(paper, frame, look, rng)
    draw_joints(paper, joints, rng)
    if look.has_third:
        shape = to_rows(unit_spread(process(rng, int(frame.rows / look.pitch_px) + 3)), frame.rows, look.pitch_px, 1.0)
        width = max(1, look.strokes[-1].width_px - 2)
        pen = StrokeLook("dotted", width, width, (0.5 * width, 2.5 * width), darkness=230)
        shares = legible((rng.uniform(0.1, 0.5) + 0.4 * shape)[None], look.track_px, 1.0)[0]
        draw_third(paper, frame, shares, pen, rng)
    return paper


def render_log(seed: int, *, preset: Preset = "archive", rows: int = 1400, is_empty: bool = False) -> RenderedLog:
    """Return the log of a seed: the same seed, preset and rows give the same bytes.

    Parameters
    ----------
    rows
        Height of the scan, px.
    is_empty
        True draws the paper and none of the curves.
    """
    rng = np.random.default_rng([seed, rows])
    look = plotted_look(rng) if preset == "plotted" else draw_look(rng, preset)
    frame, joints = _sheet(rng, look, rows)
    first = int(rng.integers(rows))
    gap = slice(first, first + look.page_gap_px)  # between two pages nothing is printed
    shares = _shapes(rng, look, preset, rows)
    shares[:, gap] = np.nan
    shares, alike = _canonical(look.strokes, _lone_first(shares, look))
    if is_empty:
        shares[:] = np.nan
    paper = _paper(frame, look, joints, rng)
    paper[gap] = 0
    down = np.arange(rows, dtype=np.float64)
    planes, lines = [], []
    for share, pen in zip(shares, look.strokes, strict=False):
        plane = np.zeros((rows, frame.cols), np.uint8)
        nudge = 0.5 * ((pen.width_px - pen.flat_px) % 2)  # an even nib stands half a pixel to the right
        for k, cols in enumerate(_columns(frame, share, look, joints)):
            line = dense_line(down, cols - nudge, step_px=0.7)
            draw_stroke(plane, line, pen, rng)
            if k == 0:
                lines.append((line, pen, nudge))
        planes.append(plane)
    scan, label = expose(planes, paper, look, rng)
    return _with_truth(seed, preset, look, frame, scan, label, lines, alike)


def _with_truth(
    seed: int, preset: Preset, look: Look, frame: Frame, scan: NDArray[np.uint8], label: NDArray[np.uint8],
    lines: list[tuple[Line, StrokeLook, float]], alike: bool,
) -> RenderedLog:  # fmt: skip
    """Return the log with the truth of each row measured from its centre lines and its label."""
    x, low, high = (np.full((2, frame.rows), np.nan) for _ in range(3))
    for k, (line, pen, nudge) in enumerate(lines):
        found = extents(line, frame.rows, pen.width_px)
        x[k], low[k], high[k] = (v + nudge for v in found)
    low, high = refine_extents(label, low, high)
    widths = tuple(float(s.width_px) for s in look.strokes)
    meta = LogMeta(
        seed, preset, look, frame.left_at(), frame.right_at(), widths, tuple(s.style for s in look.strokes),
        tuple(f"#{s.colour[0]:02x}{s.colour[1]:02x}{s.colour[2]:02x}" for s in look.strokes),
        crossing_rows(x, sum(widths) / len(widths)), alike,
    )  # fmt: skip
    return RenderedLog(scan, label, x, low, high, row_flags(label, x, low, high, widths), meta)
