"""What the decode charges, in whole units, so that a part solved again gives the same answer to the last bit.

Separate because the forward pass, the placement and the margins must charge alike. The figures were set on
rendered logs and on masks drawn from them; what a wrap, a thin dashed limb and a gap's course cost was also looked at
on the traced windows. 1 nat is ``UNITS``.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

UNITS = 1024
#: Columns are kept in sixteenths of a pixel, slopes in 1/256 px a row.
COLUMN_UNITS = 16
SLOPE_UNITS = 256

#: Candidate runs of one curve in one row, pair states kept, and remembered places of a gap.
RUNS = 8
BEAM = 32
PLACES = 4

#: By how much more one curve may bend than the other for what slopes cost them, in logs.
_FIRMEST = 0.9

#: A gap of this many rows has forgotten where it began.
FORGET_ROWS = 4000

# What a person forced in a row.
FREE, AT, GONE, SHARING = 0, 1, 2, 3


class Costs(NamedTuple):
    """Costs in units, lengths in px unless said; one tuple of numbers because numba reads it as constants."""

    stroke: float
    width: int
    evidence: float  # per nat of class evidence: rows of one tile err together, so a row counts for a part
    foreign: int  # most that ink of the other class may cost in a row
    weak: float  # ink of which the model is unsure
    explain: float  # reward for explaining ink, per stroke width of it
    lent: float  # share of that reward where the ink is of the other class
    outside: float  # a row on ink outside the track's borders
    gap_start: int
    gap_row: int
    gap_long_row: int
    gap_long: int  # rows after which a gap is an absence
    reenter: int
    slack: float  # px a row that a gap may stray from its straight line
    jump: int
    jump_stroke: float  # per stroke of sideways distance
    jump_most: int
    steep_most: float  # px that a limb may run sideways in one row without a jump
    reach: float  # widths of a dash that its limb may skip before the next
    reach_gap: float  # rows without ink after which such a dash is looked for no more
    limb: int  # from one piece of a broken steep limb to the next
    abandon: int  # leaving ink that goes on and that nobody else takes
    drift: float  # per px of departure from the slope
    drift_most: int
    firm_first: float  # how many times over curve 1 pays for it, and curve 2: the one that bends less pays more
    firm_second: float
    broad: float  # what the one that bends less pays a row for each stroke by which a run is broader than its course explains
    broad_from: float  # strokes that a course straight down explains
    broad_steep: float  # how much more it explains for its slope, squared
    broad_most: float
    broad_alone: float  # share of it where the other curve has no ink
    hide: int
    hide_row: int
    hide_blind: int
    refund: float  # a row behind the other curve, once the curve comes out where it went in touch
    astray: float  # a row behind ink that is this many strokes off the curve's course
    astray_most: float
    contact: float  # px within which two strokes touch
    wrap: int
    stub: int  # a row beyond a border where the curve also stands inside the other one
    prune: int  # more than leaving ink and a jump together, else a curve on the wrong ink could never leave it


def costs_for(stroke_px: float, width_px: float, bends: float = 0.0) -> Costs:
    """Return the charges for a track.

    Parameters
    ----------
    stroke_px, width_px
        How wide its strokes are, and how far apart its borders, px.
    bends
        By how much more curve 1 bends along the track than curve 2, in logs.
    """
    nat = UNITS
    firmer = min(max(bends, -_FIRMEST), _FIRMEST)
    stroke = max(1.0, float(stroke_px))
    return Costs(
        stroke=stroke,
        width=round(width_px),
        evidence=0.07 * nat,
        foreign=round(0.28 * nat),
        weak=0.5 * nat,
        explain=0.15 * nat,
        lent=0.8,
        outside=0.1 * nat,
        gap_start=round(0.1 * nat),
        gap_row=round(0.25 * nat),
        gap_long_row=round(0.2 * nat),
        gap_long=round(8 * stroke),
        reenter=round(0.1 * nat),
        slack=0.42,
        jump=round(1.5 * nat),
        jump_stroke=0.15 * nat,
        jump_most=round(6.0 * nat),
        steep_most=6.0 * stroke,
        reach=3.0,
        reach_gap=3.0,
        limb=round(0.6 * nat),
        abandon=round(6.0 * nat),
        drift=0.02 * nat,
        drift_most=round(0.5 * nat),
        firm_first=exp(-firmer),
        firm_second=exp(firmer),
        broad=0.2 * (exp(abs(firmer)) - 1.0) * nat,
        broad_from=2.0,
        broad_steep=0.3,
        broad_most=1.0,
        broad_alone=0.3,
        hide=round(0.4 * nat),
        hide_row=round(0.2 * nat),
        hide_blind=round(4.0 * nat),
        refund=0.06 * nat,
        astray=0.1 * nat,
        astray_most=0.25 * nat,
        contact=0.5 * stroke + 1.0,
        wrap=round(0.6 * nat),
        stub=round(0.3 * nat),
        prune=round(13.0 * nat),
    )
