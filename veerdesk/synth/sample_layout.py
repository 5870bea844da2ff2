"""The sample well's description: where its three tracks stand on the sheet, their scales and depths.

Separate because the job file, the drawing and the truth of the sample must all be read from one description.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

from veerdesk.calibration.description import CurveSpec, DepthSpec, LasSpec, ScanSpec, TrackSpec, WellDescription
from veerdesk.synth.look import GridLook, ScanLook, StrokeLook

WELL = "35_11-7"
SEED = 35117
DPI = 200
WIDTH = 2200
#: Rows of the printed header above the first depth, and the rows of the whole sheet.
HEADER_ROWS, ROWS = 1460, 20_000
TOP_FT, BASE_FT = 6450.0, 8300.0
#: Row and depth of the anchors: the paper shrank a little below the middle.
ANCHORS = ((1500.0, 6450.0), (10_500.0, 7350.0), (19_950.0, 8300.0))
#: Paper units: 5 inches for 100 ft, a line every 2 ft, heavy every 10 ft, a depth line every 50 ft.
FEET_PER_LINE, LINES_PER_HEAVY, LINES_PER_DEPTH = 2, 5, 25

#: Rendered from public data; printed on the sheet and repeated in its folder.
NOTICE = "RENDERED BY VEERDESK FROM PUBLIC DATA - NOT A SCAN OF PAPER"


@dataclass(frozen=True, slots=True)
class SampleTrack:
    """One track of the sheet: its left border and width in px, and its two curves with their pens."""

    name: str
    left: int
    width: int
    is_log: bool
    curves: tuple[CurveSpec, CurveSpec]
    pens: tuple[StrokeLook, StrokeLook]


_SOLID = StrokeLook("solid", 5, 4, steep_darkness=225)
_HEAVY = StrokeLook("solid", 6, 5)
_LONG_DASH = StrokeLook("dashed", 4, 4, (30.0, 13.0))
_SHORT_DASH = StrokeLook("dashed", 4, 3, (18.0, 11.0))

TRACKS = (
    SampleTrack(
        "T1", 170, 560, False,
        (
            CurveSpec(1, "GR", "GAPI", "Gamma ray", "solid", scale="linear", left=0.0, right=150.0),
            CurveSpec(2, "CALI", "IN", "Caliper", "dashed", scale="linear", left=6.0, right=16.0),
        ),
        (_SOLID, _LONG_DASH),
    ),
    SampleTrack(
        "T2", 910, 560, True,
        (
            CurveSpec(1, "RDEEP", "OHMM", "Deep resistivity", "solid", scale="log", left=0.2, right=2000.0),
            CurveSpec(2, "RMED", "OHMM", "Medium resistivity", "dashed", scale="log", left=0.2, right=2000.0),
        ),
        (_HEAVY, _SHORT_DASH),
    ),
    SampleTrack(
        "T3", 1470, 560, False,
        (
            CurveSpec(1, "RHOB", "G/C3", "Bulk density", "solid", scale="linear", left=1.95, right=2.95),
            CurveSpec(2, "NPHI", "V/V", "Neutron porosity", "dashed", scale="linear", left=0.45, right=-0.15),
        ),
        (_SOLID, _LONG_DASH),
    ),
)  # fmt: skip

SCAN = ScanLook(
    bilevel=True, colour=False, blur_px=0.8, threshold=118, ragged=22.0, ragged_scale=1, faint=0.0, pepper=0.00002,
    mottle=0.0, contrast=1.0, shading=0.0, jpeg=0, skew=0.0007, wobble_px=1.5, joints=0, row_doubling=False,
)  # fmt: skip


def grid_look(track: SampleTrack) -> GridLook:
    """Return the print of one track's grid: ten divisions, or four decades."""
    if track.is_log:
        at = (*((d + log10(n)) / 4 for d in range(4) for n in range(1, 10)), 1.0)
        widths = tuple(3 if k % 9 == 0 else 1 for k in range(len(at)))
    else:
        at, widths = tuple(k / 10 for k in range(11)), tuple(3 if k % 5 == 0 else 2 for k in range(11))
    return GridLook(at, widths, 215, 20.0, 1, 170, LINES_PER_HEAVY, 2, 220, LINES_PER_DEPTH, 3, 0, 0.0, (0, 0, 0))


def sample_description(
    borders: dict[str, tuple[tuple[tuple[float, float], ...], tuple[tuple[float, float], ...]]],
) -> WellDescription:
    """Return the well of the sample.

    Parameters
    ----------
    borders
        Left and right border of each track by name, ``(row, column)`` polylines in scan px.
    """
    tracks = tuple(
        TrackSpec(
            number, t.name, "main", HEADER_ROWS, ROWS - 1, borders[t.name][0], borders[t.name][1], t.curves,
            origin_col=int(borders[t.name][0][0][1]) - 64,
        )
        for number, t in enumerate(TRACKS, start=1)
    )  # fmt: skip
    items = (
        ("WELL", "Rendered sample 35/11-7"),
        ("FLD", "Norwegian North Sea"),
        ("CTRY", "Norway"),
        ("SRVC", "Rendered by Veerdesk from FORCE 2020 data (NOLD 2.0)"),
    )
    return WellDescription(
        items, DepthSpec("ft"), (ScanSpec("main", "sample.tif", 0, ANCHORS),), tracks, LasSpec(step=0.5)
    )
