"""Shapes of a track's curves: where two curves run across the paper, as a share of the track's width.

Separate because a shape knows nothing of pens, paper or scanners. Shapes come from real wells and from processes.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from veerdesk.synth.bank import BankWell

Relation = Literal["independent", "correlated", "anti", "crowd", "lying", "apart", "fast-slow"]
Shape = NDArray[np.float64]

#: Mnemonics printed together in one track, most usual first.
_TOGETHER = (
    ("GR", "CALI"),
    ("SP", "GR"),
    ("RDEEP", "RMED"),
    ("RMED", "RSHAL"),
    ("RHOB", "NPHI"),
    ("DT", "GR"),
    ("RDEEP", "RSHAL"),
    ("NPHI", "RHOB"),
    ("CALI", "SP"),
    ("PEF", "RHOB"),
)


def soften(values: Shape, sigma: float) -> Shape:
    """Return a Gaussian running mean along the last axis; ``sigma`` in samples."""
    if sigma < 0.3:
        return values
    reach = max(1, int(3 * sigma))
    weight = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    padded = np.pad(values, reach, mode="edge")
    return np.convolve(padded, weight / weight.sum(), mode="valid")


def unit_spread(values: Shape) -> Shape:
    """Return the shape moved and stretched so that its 4th to 96th percentile runs from 0 to 1."""
    low, high = np.percentile(values, (4, 96))
    return np.asarray((values - low) / max(high - low, 1e-6), np.float64)


def process(rng: np.random.Generator, samples: int) -> Shape:
    """Return an invented shape of ``samples`` values: wandering, blocky, smooth or spiky."""
    kind = rng.choice(["wander", "blocky", "smooth", "spiky", "ragged", "calm"], p=[0.26, 0.18, 0.08, 0.2, 0.18, 0.1])
    if kind == "wander":
        return unit_spread(soften(np.cumsum(rng.normal(size=samples)), rng.uniform(0.3, 2)))
    if kind == "blocky":
        edges = rng.random(samples) < 1 / rng.uniform(8, 60)
        levels = rng.random(int(edges.sum()) + 1)[np.cumsum(edges)]
        return unit_spread(soften(levels, rng.uniform(0.5, 3)) + rng.uniform(0.01, 0.08) * rng.normal(size=samples))
    if kind == "smooth":
        return unit_spread(soften(rng.normal(size=samples), rng.uniform(4, 30)))
    if kind == "calm":
        drift = soften(np.cumsum(rng.normal(size=samples)), 2)
        return np.asarray(0.5 + 0.05 * drift / np.sqrt(samples / 20), np.float64)
    noise = soften(rng.normal(size=samples), rng.uniform(0.4, 1.5))
    if kind == "ragged":
        return unit_spread(noise + 0.3 * np.cumsum(rng.normal(size=samples)) * rng.uniform(0.1, 1))
    spikes = (rng.random(samples) < rng.uniform(0.01, 0.08)) * rng.exponential(3, samples)
    return unit_spread(0.4 * soften(rng.normal(size=samples), 6) + soften(spikes, rng.uniform(0.4, 1.2)) + 0.1 * noise)


def _longest_real(values: list[Shape]) -> tuple[int, int]:
    """Return the first and past-the-last sample of the longest run where every curve has a value."""
    real = np.all([np.isfinite(v) for v in values], axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], real.astype(np.int8), [0]])))
    if not len(edges):
        return 0, 0
    best = int(np.argmax(edges[1::2] - edges[::2]))
    return int(edges[2 * best]), int(edges[2 * best + 1])


def real_pair(rng: np.random.Generator, wells: tuple[BankWell, ...], samples: int) -> NDArray[np.float64] | None:
    """Return ``(2, samples)`` values of two curves logged together in one well; None where the draw had too few."""
    well = wells[int(rng.integers(len(wells)))]
    pairs = [p for p in _TOGETHER if p[0] in well.values and p[1] in well.values]
    alone = next(iter(well.values))
    pair = pairs[min(len(pairs) - 1, int(rng.exponential(2.0)))] if pairs else (alone, alone)
    values = [well.values[name] for name in pair]
    start, stop = _longest_real(values)
    if stop - start < min(samples, 200):
        return None
    first = start + int(rng.integers(max(1, stop - start - samples)))
    picked = np.stack([v[first : min(first + samples, stop)] for v in values])
    if picked.shape[1] < samples:  # a short run is printed there and back
        picked = np.pad(picked, ((0, 0), (0, samples - picked.shape[1])), mode="reflect")
    if {"RDEEP", "RMED", "RSHAL"} >= set(pair):  # one scale for both, so that they lie on each other
        low, high = np.percentile(picked, (4, 96))
        picked = (picked - low) / max(high - low, 1e-6)
    else:
        picked = np.stack([unit_spread(v) for v in picked])
    if "NPHI" in pair and "RHOB" in pair:
        picked[1] = 1 - picked[1]
    return picked[:, ::-1] if rng.random() < 0.5 else picked


def related(rng: np.random.Generator, first: Shape, second: Shape, relation: Relation) -> NDArray[np.float64]:
    """Return ``(2, n)`` shares of the width after bringing two unit shapes into a relation.

    Each is placed on a stretch of the track of its own choice; some leave it.
    """
    spread = rng.uniform(0.15, 0.7, 2)
    start = rng.uniform(0.02, 0.98 - spread)
    a, b = start[0] + spread[0] * first, start[1] + spread[1] * second
    drift = soften(rng.normal(size=len(first)), len(first) / rng.uniform(8, 40))
    drift /= np.abs(drift).max() + 1e-9
    if relation == "correlated":
        b = start[1] + spread[1] * (0.8 * first + 0.2 * second)
    elif relation == "anti":
        b = a.mean() + rng.uniform(-0.1, 0.1) - rng.uniform(0.4, 1.0) * (a - a.mean()) + 0.05 * second
    elif relation == "crowd":
        b = a + rng.uniform(0.01, 0.06) * drift + rng.uniform(0.005, 0.03) * (second - 0.5)
    elif relation == "lying":
        b = a + rng.uniform(0.03, 0.2) * np.clip(drift - rng.uniform(0, 0.5), 0, None) * (0.3 + np.abs(second))
    elif relation == "apart":
        a, b = 0.05 + 0.35 * first, 0.6 + 0.35 * second
    elif relation == "fast-slow":
        centre = rng.uniform(0.3, 0.7)
        calm = soften(second, len(second) / rng.uniform(30, 120))
        b = centre + 0.1 * (unit_spread(calm) - 0.5)
        a = centre + rng.uniform(0.2, 0.6) * (first - np.median(first))
        if rng.random() < 0.75:  # the slow one is usually the heavier or the more continuous print
            return np.stack([b, a])
    return np.stack([a, b] if rng.random() < 0.5 else [b, a])


def legible(shares: NDArray[np.float64], width_px: float, limit_px: float) -> NDArray[np.float64]:
    """Return per-row shares drawn in towards their running middle so that mean |dx| a row stays under ``limit_px``."""
    out = shares.copy()
    for k, row in enumerate(shares):
        pace = float(np.nanmean(np.abs(np.diff(row)))) * width_px
        if pace > limit_px:
            middle = soften(row, 40)
            out[k] = middle + (row - middle) * (limit_px / pace)
    return out


def to_rows(shape: Shape, rows: int, pitch_px: float, inertia_px: float) -> Shape:
    """Return a value a row from samples ``pitch_px`` rows apart, softened by a pen of ``inertia_px``."""
    at = np.arange(rows) / pitch_px
    return soften(np.interp(at, np.arange(len(shape)), shape), inertia_px)


def flat_spikes(rng: np.random.Generator, share: Shape, count: int) -> Shape:
    """Return the shape with ``count`` spikes that run flat across the track and back, or jump and stay a few rows."""
    out = share.copy()
    for _ in range(count):
        row = int(rng.integers(2, len(share) - 2))
        rows = int(rng.choice([1, 1, 2, 3, 6, 15]))
        out[row : row + rows] += rng.choice([-1, 1]) * rng.uniform(0.15, 0.8)
    return out


def rested(rng: np.random.Generator, share: Shape, lines: tuple[float, ...], part: float, width_px: float) -> Shape:
    """Return the shape lying quietly on a printed vertical for about ``part`` of its rows, as a caliper in casing does."""
    rows = len(share)
    length = max(20, int(part * rows))
    first = int(rng.integers(-length // 4, max(1, rows - length * 3 // 4)))
    inner = [at for at in lines if 0.02 < at < 0.98] or list(lines)
    line = float(inner[int(rng.integers(len(inner)))]) + rng.normal(0, 3) / width_px
    quiet = line + rng.uniform(0, 2.5) / width_px * soften(rng.normal(size=rows), rng.uniform(2, 30))
    down = np.arange(rows)
    ease = rng.uniform(5, 80)  # rows to come in and to leave
    inside = np.clip(np.minimum(down - first, first + length - down) / ease, 0, 1)
    return np.asarray((1 - inside) * share + inside * quiet, np.float64)


def tremor(rng: np.random.Generator, rows: int, reach: float) -> Shape:
    """Return the noise of a restless pen, ``(rows,)``: bursts in which it is thrown by up to about ``reach``."""
    burst = soften(np.abs(rng.normal(size=rows)), rows / rng.uniform(8, 40))
    burst = (burst - burst.min()) / (np.ptp(burst) + 1e-9)
    return np.asarray(reach * burst * soften(rng.normal(size=rows), rng.uniform(0.3, 1.2)), np.float64)


def absences(rng: np.random.Generator, rows: int, share: float) -> NDArray[np.bool_]:
    """Return ``(rows,)`` True where the curve is not drawn: late starts, early stops and holes, about ``share`` of rows."""
    out = np.zeros(rows, np.bool_)
    while share > 0 and out.mean() < share * 0.9:
        length = int(rows * rng.uniform(0.3, 1.0) * share) + 1
        kind = rng.random()
        first = 0 if kind < 0.3 else rows - length if kind < 0.6 else int(rng.integers(0, max(1, rows - length)))
        out[first : first + length] = True
    return out
