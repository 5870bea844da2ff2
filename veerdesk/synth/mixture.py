"""Looks drawn at random as the archive of scanned logs has them: which pens, grids, papers and scanners, and how often.

Separate because the mixture is the knowledge: every range here was read off the archive of real scans
(80 % of it is one bit, most grids are printed in the curves' own black), and nothing here draws.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np

from veerdesk.synth.curves import Relation
from veerdesk.synth.look import BLACK, Colour, GridLook, Look, Preset, ScanLook, StrokeLook, StrokeStyle, rank

#: How often each `Relation` is printed, in its order.
RELATION_SHARES = (0.30, 0.09, 0.11, 0.11, 0.09, 0.08, 0.22)
_WITH_DOTS: tuple[StrokeStyle, ...] = ("dotted", "dashdot")
_INKS: tuple[Colour, ...] = ((200, 20, 30), (20, 40, 190), (10, 130, 40), (150, 60, 10), (120, 20, 140), (0, 140, 160))


def _uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def _dash(rng: np.random.Generator, style: StrokeStyle, width: float) -> tuple[float, ...]:
    """Return on and off lengths in px of a dash pattern of a pen ``width`` px wide."""
    if style == "dashed":
        long = rng.random() < 0.25
        on = width * (_uniform(rng, 7, 16) if long else _uniform(rng, 2, 9))
        return on, max(2.5, min(on * 1.3, width * _uniform(rng, 0.7, 2.5 if long else 4)))
    if style == "dotted":
        on = max(2.0, width * _uniform(rng, 0.5, 1.3))
        return on, max(2.0, width * _uniform(rng, 0.3, 2.2))
    if style == "dashdot":
        gap = max(2.5, width * _uniform(rng, 0.7, 2.2))
        return width * _uniform(rng, 4, 10), gap, width * _uniform(rng, 0.6, 1.6), gap
    return ()


def _stroke(rng: np.random.Generator, style: StrokeStyle, width: float) -> StrokeLook:
    """Return a pen ``width`` px wide in a style, with the faults pens had."""
    broad = max(1, round(width))
    flat = max(1, round(width * (_uniform(rng, 0.4, 0.7) if rng.random() < 0.35 else _uniform(rng, 0.8, 1))))
    thins = rng.random() < 0.35
    hooks = style == "dashed" and rng.random() < 0.3
    return StrokeLook(
        style,
        broad,
        flat,
        _dash(rng, style, width),
        by_rows=style != "solid" and rng.random() < 0.4,
        darkness=int(rng.integers(190, 256)) if rng.random() < 0.4 else 255,
        steep_darkness=int(rng.integers(115, 230)) if thins else 255,
        break_share=_uniform(rng, 0.1, 0.6) if thins and rng.random() < 0.5 else 0.0,
        hook_px=width * _uniform(rng, 0.3, 1.0) if hooks else 0.0,
        hair_px=width * _uniform(rng, 0.15, 0.7) if rng.random() < 0.15 else 0.0,
    )


def _slow_and_fast(rng: np.random.Generator, width: float) -> list[StrokeLook]:
    """Return one pen twice: the slow curve's is steady, the fast one's thins and breaks on its limbs, so it comes second."""
    slow = replace(_stroke(rng, "solid", width), steep_darkness=255, break_share=0.0)
    fast = replace(
        slow,
        width_px=max(1, slow.width_px - int(rng.integers(0, 2))),
        flat_px=max(1, round(slow.flat_px * _uniform(rng, 0.4, 0.8))),
        steep_darkness=int(rng.integers(110, 200)),
        break_share=_uniform(rng, 0.0, 0.6),
    )
    return [slow, fast]


def pair_of_pens(rng: np.random.Generator, width: float, relation: Relation) -> list[StrokeLook]:
    """Return the pens of a track in canonical order (solid, dashed, dash-dot, dotted; then heavier; then darker)."""
    kind = rng.choice(
        [
            "solid+dashed",
            "solid+dotted",
            "solid+dashdot",
            "heavy+thin",
            "dashed+dotted",
            "same",
            "solid+thin dashed",
            "solid+thin dashdot",
            "one",
        ],
        p=[0.24, 0.10, 0.06, 0.14, 0.05, 0.13, 0.10, 0.04, 0.14],
    )
    if kind == "one":
        style: StrokeStyle = "solid" if rng.random() < 0.7 else "dashed" if rng.random() < 0.7 else "dotted"
        return [_stroke(rng, style, width)]
    if kind == "same" and relation == "fast-slow":
        return _slow_and_fast(rng, width)
    if kind == "same":
        first = _stroke(rng, "solid" if rng.random() < 0.85 else "dashed", width)
        return [first, first]
    if kind == "heavy+thin":
        return [
            _stroke(rng, "solid", width),
            _stroke(rng, "solid", max(1.0, width / _uniform(rng, 1.6, 2.8 if rng.random() < 0.8 else 5.0))),
        ]
    if kind == "solid+thin dashed":
        return [_stroke(rng, "solid", width), _stroke(rng, "dashed", max(1.0, width / _uniform(rng, 1.3, 2.4)))]
    if kind == "solid+thin dashdot":
        return [_stroke(rng, "solid", width), _stroke(rng, "dashdot", max(1.0, width / _uniform(rng, 1.8, 5.0)))]
    left, right = (part for part in kind.split("+"))
    return [_stroke(rng, left, width), _stroke(rng, right, width * _uniform(rng, 0.8, 1.1))]


def _unseen_pair(rng: np.random.Generator, width: float, relation: Relation) -> list[StrokeLook]:
    """Return pens that training never sees: double dots, long against short dashes, pencil."""
    kind = rng.choice(["dash-dot-dot", "long-short", "pencil"])
    solid = StrokeLook("solid", max(2, round(width)), max(1, round(width * 0.8)))
    if kind == "dash-dot-dot":
        w = width
        dash = (6 * w, 1.5 * w, 0.4 * w, 1.5 * w, 0.4 * w, 1.5 * w)
        return [solid, replace(solid, style="dashdot", dash=dash)]
    if kind == "pencil":
        return [solid, replace(solid, style="solid", width_px=max(1, round(width * 0.5)), flat_px=1, darkness=150)]
    first = replace(solid, style="dashed", dash=(14 * width, 1.5 * width))
    return [first, replace(solid, style="dashed", dash=(2 * width, 2 * width), width_px=max(1, round(width * 0.7)))]


def verticals(
    rng: np.random.Generator, stroke: float, track: float, is_log: bool
) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return positions (share of the width) and widths (px) of the vertical lines."""
    if is_log:
        stroke = min(stroke, track / 110)  # the ninth line of a decade stands close to the tenth
    minor = max(1, round(min(stroke * _uniform(rng, 0.12, 0.8), 7)))
    major = minor if rng.random() < 0.3 else minor + int(rng.integers(1, 3))
    if rng.random() < 0.05:
        major = int(rng.integers(5, 13))
    if is_log:
        decades = int(rng.integers(2, 5))
        at = np.concatenate([d + np.log10(np.arange(1, 10)) for d in range(decades)]) / decades
        widths = [major if i % 9 == 0 else minor for i in range(len(at))]
        return (*(float(v) for v in at), 1.0), (*widths, major)
    count = int(rng.choice([4, 5, 8, 10, 10, 10, 10, 10, 10, 20 if track > 40 * stroke else 10]))
    every = int(rng.choice([5, 2, 10, 100]))
    ends = rng.random() < 0.9
    at = np.linspace(0, 1, count + 1) if ends else np.linspace(0, 1, count + 1)[1:-1]
    return tuple(float(v) for v in at), tuple(major if i % every == 0 else minor for i in range(len(at)))


def _grid(rng: np.random.Generator, stroke: float, track: float, is_log: bool) -> GridLook:
    """Return a printed grid beside strokes ``stroke`` px wide."""
    at, widths = verticals(rng, stroke, track, is_log)
    own_black = rng.random() < 0.8
    heavy_every = int(rng.choice([5, 5, 10, 10, 2, 1000]))
    kind = rng.random()
    row_darkness = 0 if kind < 0.12 else int(rng.integers(70, 140)) if kind < 0.5 else int(rng.integers(140, 256))
    pitch = max(5.0, stroke * float(np.exp(rng.normal(1.35, 0.5))))
    row_px = max(1, round(min(stroke * _uniform(rng, 0.1, 0.45), pitch / 7)))
    return GridLook(
        at if rng.random() > 0.05 else (),
        widths,
        int(rng.integers(150, 256)) if own_black else int(rng.integers(60, 150)),
        pitch,
        row_px,
        row_darkness,
        heavy_every,
        row_px + int(rng.integers(0, 3)),
        max(row_darkness, int(rng.integers(100, 256))) if rng.random() < 0.85 else row_darkness,
        heavy_every * int(rng.choice([2, 5])),
        row_px + int(rng.integers(1, 4)),
        int(rng.integers(2, 9)) if rng.random() < 0.05 else 0,
        _uniform(rng, 20, 130) if rng.random() < 0.6 else 0.0,
        BLACK if own_black else (160, 160, 160) if rng.random() < 0.6 else (120, 170, 120),
    )


def _scan(rng: np.random.Generator, stroke: float) -> ScanLook:
    """Return a scanner: 80 % one bit, the others grey or colour."""
    bilevel = rng.random() < 0.8
    ragged = float(abs(rng.normal(0, 30))) if rng.random() < 0.8 else _uniform(rng, 40, 90)
    skew = float(np.clip(rng.normal(0, 0.006), -0.05, 0.05)) if rng.random() < 0.85 else _uniform(rng, -0.05, 0.05)
    return ScanLook(
        bilevel,
        not bilevel and rng.random() < 0.4,
        _uniform(rng, 0.5, 0.6 + 0.12 * stroke),
        int(np.clip(rng.normal(120, 22), 70, 165)),
        ragged if bilevel else ragged * 0.3,
        int(rng.integers(3)),
        _uniform(rng, 10, 60) if rng.random() < 0.4 else 0.0,
        float(rng.exponential(0.0004)) if rng.random() < 0.35 else 0.0,
        _uniform(rng, 0.3, 2.2) if rng.random() < 0.16 else 0.0,
        _uniform(rng, 0.55, 1.0),
        _uniform(rng, 0, 50) if rng.random() < 0.5 else 0.0,
        int(rng.integers(35, 90)) if not bilevel and rng.random() < 0.4 else 0,
        skew,
        _uniform(rng, 0.3, 3) if rng.random() < 0.6 else 0.0,
        int(rng.integers(1, 3)) if rng.random() < 0.10 else 0,
        bilevel and rng.random() < 0.08,
    )


def _tremor(rng: np.random.Generator, stroke: float) -> float:
    """Return how far noise throws the pen in its worst bursts, px: mostly not at all, now and then strokes wide."""
    kind = rng.random()
    if kind < 0.6:
        return 0.0
    return stroke * (_uniform(rng, 0.05, 0.4) if kind < 0.92 else _uniform(rng, 0.5, 1.8))


def in_colour(rng: np.random.Generator, strokes: list[StrokeLook]) -> list[StrokeLook]:
    """Return the pens with inks of a colour print: one or both coloured; of two alike the black one comes first."""
    first = BLACK if rng.random() < 0.6 else _INKS[int(rng.integers(len(_INKS)))]
    inks = [first, *(_INKS[int(rng.integers(len(_INKS)))] for _ in strokes[1:])]
    out = [replace(s, colour=ink, darkness=255) for s, ink in zip(strokes, inks, strict=True)]
    if len(out) == 2 and rank(out[0])[:2] == rank(out[1])[:2]:
        out.sort(key=rank)
    return out


def _often_alike(rng: np.random.Generator, strokes: list[StrokeLook]) -> list[StrokeLook]:
    """Return two solid pens of one weight half the time, as modern colour prints have them, else the pens as they are."""
    return strokes if rng.random() < 0.5 else [replace(strokes[0], style="solid", dash=())] * 2


def draw_look(rng: np.random.Generator, preset: Preset) -> Look:
    """Return a look drawn from a preset's mixture.

    ``archive`` is the mixture of the real archive; ``clean`` has an unspoilt scan; ``styles`` has pens never trained on;
    ``real-shapes`` draws held-out wells only; ``absence`` leaves many rows without a curve; in ``dotted`` one
    pen always leaves dots, alone or between dashes; ``coloured`` are colour prints, every other one of two solid
    pens of one weight.
    """
    dpi = int(rng.choice([100, 150, 200, 300, 400], p=[0.06, 0.08, 0.42, 0.2, 0.24]))
    stroke = float(np.clip(6.4 * (dpi / 240) ** 0.7 * np.exp(rng.normal(0, 0.35)), 2, 20))
    track = int(np.clip(stroke * np.exp(rng.normal(np.log(70), 0.48)), 300, 2400))
    relation: Relation = rng.choice(get_args(Relation), p=RELATION_SHARES)
    strokes = (_unseen_pair if preset == "styles" else pair_of_pens)(rng, stroke, relation)
    while preset == "dotted" and not any(pen.style in _WITH_DOTS for pen in strokes):
        strokes = pair_of_pens(rng, stroke, relation)
    if len(strokes) == 2 and strokes[0] == strokes[1] and rng.random() < 0.4:
        relation = "apart"
    scan = _scan(rng, stroke)
    if preset == "coloured":
        scan, strokes = replace(scan, bilevel=False, colour=True), _often_alike(rng, strokes)
    if scan.colour:
        strokes = in_colour(rng, strokes)
    slowest = 1.5 if relation == "fast-slow" else 0.5  # px a row
    is_log = bool(rng.random() < 0.18)
    lost = rng.random() < (0.9 if preset == "absence" else 0.28)
    shares = [float(rng.uniform(0.1, 0.7 if preset == "absence" else 0.5)) * (rng.random() < 0.6) for _ in range(2)]
    look = Look(
        dpi,
        track,
        max(24, int(track * _uniform(rng, 0.05, 0.3))),
        max(24, int(track * _uniform(rng, 0.05, 0.3))),
        tuple(strokes),
        has_third=len(strokes) == 2 and strokes[1].style != "dotted" and rng.random() < 0.12,
        relation=relation,
        use_real_shapes=bool(preset == "real-shapes" or rng.random() < 0.55),
        pitch_px=float(np.clip(np.exp(rng.normal(np.log(4 * stroke / 6), 0.6)), 1, 24)),
        inertia_px=_uniform(rng, 0, 0.6 * stroke) if rng.random() < 0.6 else 0.0,
        pace_limit_px=float(np.exp(_uniform(rng, np.log(slowest), np.log(6.0)))) * (stroke / 6.5) ** 0.5,
        absent_share=(shares[0], shares[1]) if lost else (0.0, 0.0),
        rests_on_line=_uniform(rng, 0.1, 0.7) if rng.random() < 0.2 else 0.0,
        wraps=bool(rng.random() < 0.10),
        wrap_stub_px=int(rng.integers(0, 30)),
        flat_spikes=int(rng.poisson(1.2)) if rng.random() < 0.4 else 0,
        tremor_px=_tremor(rng, stroke),
        page_gap_px=int(stroke * _uniform(rng, 3, 18)) if rng.random() < 0.05 else 0,
        type_px=strokes[0].width_px,
        clutter=int(rng.poisson(0.9)) if preset != "clean" else 0,
        has_log_grid=is_log,
        grid=_grid(rng, stroke, track, is_log),
        scan=scan,
    )
    return _unspoilt(look) if preset == "clean" else look


def _unspoilt(look: Look) -> Look:
    """Return the look with a straight, sharp, quiet scan and unbroken pens."""
    scan = replace(
        look.scan, ragged=6.0, faint=0.0, pepper=0.0, mottle=0.0, shading=0.0, jpeg=0, skew=0.0, wobble_px=0.0,
        joints=0, row_doubling=False, blur_px=0.6, threshold=128,
    )  # fmt: skip
    strokes = tuple(
        replace(s, steep_darkness=255, break_share=0.0, darkness=255, hook_px=0.0, hair_px=0.0) for s in look.strokes
    )
    return replace(look, scan=scan, strokes=strokes, has_third=False, tremor_px=0.0, page_gap_px=0, rests_on_line=0.0)
