"""What a rendered log looks like, as plain numbers: pens, grid, paper and scanner.

Separate because everything that draws reads these numbers, whichever mixture they were drawn from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from veerdesk.synth.curves import Relation

Preset = Literal["archive", "clean", "styles", "real-shapes", "absence", "dotted", "coloured", "plotted"]
PRESETS: tuple[Preset, ...] = get_args(Preset)
StrokeStyle = Literal["solid", "dashed", "dashdot", "dotted"]
Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class StrokeLook:
    """One pen. ``width_px`` is the stroke's horizontal width where it runs down, ``flat_px`` its height where flat.

    ``dash`` holds on and off lengths in px in turn (empty is solid), along the stroke or, ``by_rows``, down the rows.
    ``darkness`` is 0 to 255; ``steep_darkness`` what is left of it on fast limbs; ``break_share`` of these is missing.
    ``hook_px`` is how far to a side a dash begins before the pen finds its line; ``hair_px`` how far single rows of the
    stroke stick out of it.
    """

    style: StrokeStyle
    width_px: int
    flat_px: int
    dash: tuple[float, ...] = ()
    by_rows: bool = False
    darkness: int = 255
    steep_darkness: int = 255
    break_share: float = 0.0
    hook_px: float = 0.0
    hair_px: float = 0.0
    colour: Colour = BLACK


@dataclass(frozen=True, slots=True)
class GridLook:
    """Printed scale grid. ``verticals`` are shares of the width, darkest as 0 to 255, widths in px; empty darkness is none."""

    verticals: tuple[float, ...]
    vertical_px: tuple[int, ...]
    vertical_darkness: int
    row_pitch_px: float
    row_px: int
    row_darkness: int
    heavy_every: int
    heavy_px: int
    heavy_darkness: int
    depth_every: int
    depth_px: int
    dotted_px: int
    patchy: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class ScanLook:
    """The scanner. ``threshold`` and noise in grey steps 0 to 255; skew in columns a row; wobble in px."""

    bilevel: bool
    colour: bool
    blur_px: float
    threshold: int
    ragged: float
    ragged_scale: int
    faint: float
    pepper: float
    mottle: float
    contrast: float
    shading: float
    jpeg: int
    skew: float
    wobble_px: float
    joints: int
    row_doubling: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Everything about one log but its shapes. ``type_px`` is what the size of letters goes by, px."""

    dpi: int
    track_px: int
    left_margin_px: int
    right_margin_px: int
    strokes: tuple[StrokeLook, ...]
    has_third: bool
    relation: Relation
    use_real_shapes: bool
    pitch_px: float
    inertia_px: float
    pace_limit_px: float
    absent_share: tuple[float, float]
    rests_on_line: float
    wraps: bool
    wrap_stub_px: int
    flat_spikes: int
    tremor_px: float
    page_gap_px: int
    type_px: int
    clutter: int
    has_log_grid: bool
    grid: GridLook
    scan: ScanLook


def rank(stroke: StrokeLook) -> tuple[int, int, float]:
    """Return the sort key of the canonical order (CONTRACT, Who is who): continuity, weight, darkness of the ink.

    Widths that differ by less than a quarter count as alike, as they do to an eye.
    """
    order = {"solid": 0, "dashed": 1, "dashdot": 2, "dotted": 3}
    red, green, blue = stroke.colour
    weight = -round(np.log(stroke.width_px) / np.log(1.25))
    return order[stroke.style], weight, 0.299 * red + 0.587 * green + 0.114 * blue
