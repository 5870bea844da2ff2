"""Looks of logs that a computer plotted straight into pixels: pens and grid a pixel or two thin, straight, sharp and black.

Separate because nothing of the archive's mixture holds of them: no pen, no paper and no scanner stood between.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np

from veerdesk.synth.curves import Relation
from veerdesk.synth.look import BLACK, GridLook, Look, ScanLook, StrokeLook
from veerdesk.synth.mixture import RELATION_SHARES, in_colour, pair_of_pens, verticals

#: What dashes, letters and the pitch of lines go by, px at 100 dpi: thin pens are not dashed more finely than others.
_MEASURE_PX = 3.0


def _pens(rng: np.random.Generator, measure: float, pen_px: int, relation: Relation) -> list[StrokeLook]:
    """Return pens ``pen_px`` wide or thinner, without the faults of pens, in canonical order."""
    pens = pair_of_pens(rng, measure, relation)
    broadest = max(pen.width_px for pen in pens)
    widths = [max(1, round(pen_px * pen.width_px / broadest)) for pen in pens]
    return [
        replace(
            pen, width_px=px, flat_px=px, darkness=255, steep_darkness=255, break_share=0.0, hook_px=0.0, hair_px=0.0
        )
        for pen, px in zip(pens, widths, strict=True)
    ]


def _grid(rng: np.random.Generator, dpi: int, track: float, is_log: bool) -> GridLook:
    """Return a grid of lines about as thin as the pens, the heavy ones a pixel or two more."""
    at, widths = verticals(rng, _MEASURE_PX, track, is_log)
    thin = 1 if dpi <= 150 or rng.random() < 0.6 else 2
    heavy = thin + int(rng.choice([0, 1, 2], p=[0.35, 0.45, 0.2]))
    least = min(widths)
    heavy_every = int(rng.choice([5, 5, 10, 2, 1000]))
    is_faint = rng.random() < 0.35
    darkness = int(rng.integers(150, 256)) if rng.random() < 0.3 else 255
    return GridLook(
        at if rng.random() > 0.05 else (),
        tuple(thin if px == least else heavy for px in widths),
        darkness,
        max(6.0, dpi / 100 * float(rng.uniform(6, 32))),
        thin,
        darkness if rng.random() < 0.9 else 0,
        heavy_every,
        heavy,
        darkness,
        heavy_every * int(rng.choice([2, 5])),
        heavy + int(rng.integers(0, 3)),
        0,
        0.0,
        (int(rng.integers(120, 215)),) * 3 if is_faint else BLACK,
    )


def _scan(rng: np.random.Generator) -> ScanLook:
    """Return how the plot became an image: mostly one bit, else grey or colour, now and then packed with loss."""
    bilevel = rng.random() < 0.6
    return ScanLook(
        bilevel, not bilevel and rng.random() < 0.6, float(rng.uniform(0.25, 0.4 if bilevel else 0.6)), 120, 0.0, 0, 0.0,
        0.0, 0.0, 1.0, 0.0, int(rng.integers(60, 95)) if not bilevel and rng.random() < 0.3 else 0, 0.0, 0.0, 0, False,
    )  # fmt: skip


def plotted_look(rng: np.random.Generator) -> Look:
    """Return a look drawn from the prints that computers made; the same generator gives the same look."""
    dpi = int(rng.choice([72, 100, 150, 200, 300], p=[0.1, 0.35, 0.2, 0.2, 0.15]))
    fine = dpi / 100
    pen_px = max(1, round(fine * float(np.exp(rng.uniform(np.log(0.6), np.log(3.6))))))
    measure = _MEASURE_PX * fine
    track = int(np.clip(fine * 250 * np.exp(rng.normal(0, 0.35)), 180, 1500))
    relation: Relation = rng.choice(get_args(Relation), p=RELATION_SHARES)
    scan = _scan(rng)
    strokes = _pens(rng, measure, pen_px, relation)
    if scan.colour:
        strokes = in_colour(rng, strokes)
    is_log = bool(rng.random() < 0.25)
    shares = [float(rng.uniform(0.1, 0.5)) * (rng.random() < 0.6) * (rng.random() < 0.3) for _ in range(2)]
    margins = [max(24, int(track * rng.uniform(0.05, 0.3))) for _ in range(2)]
    return Look(
        dpi,
        track,
        margins[0],
        margins[1],
        tuple(strokes),
        has_third=len(strokes) == 2 and strokes[1].style != "dotted" and rng.random() < 0.15,
        relation=relation,
        use_real_shapes=bool(rng.random() < 0.55),
        pitch_px=float(np.clip(fine * np.exp(rng.uniform(np.log(0.5), np.log(6.0))), 1.0, 16.0)),
        inertia_px=0.0 if rng.random() < 0.7 else float(rng.uniform(0, fine)),
        pace_limit_px=fine * float(np.exp(rng.uniform(np.log(0.4), np.log(6.0)))),
        absent_share=(shares[0], shares[1]),
        rests_on_line=0.0,
        wraps=bool(rng.random() < 0.12),
        wrap_stub_px=int(rng.integers(0, 30)),
        flat_spikes=int(rng.poisson(1.5)) if rng.random() < 0.4 else 0,
        tremor_px=0.0,
        page_gap_px=0,
        type_px=max(2, round(measure)),
        clutter=int(rng.poisson(0.3)),
        has_log_grid=is_log,
        grid=_grid(rng, dpi, track, is_log),
        scan=scan,
    )
