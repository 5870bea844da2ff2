"""Model planes brought into line with the traces: once a track is decoded, identity is settled.

Separate because a tile's answer is provisional (two curves of one look cannot be told apart inside a tile), and because
what is shown, stored and released must agree: the pixels of a curve lie under its trace. This is the one place that
says how; the window, a label release and the files of a run all show what it gave.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import TrackSpec
from veerdesk.labels.label_map import LabelMap
from veerdesk.labels.tile_plane import TILE, unpack
from veerdesk.rows import RowSpan, joined, without
from veerdesk.session.ownership import TrackPixels, absent_slots, outranked_by
from veerdesk.tracing.trace import Trace

#: Brings the model plane of one track into line with its trace in some rows, and returns the rows in which pixels changed
#: their owner (empty where none did).
Settle = Callable[[Trace, Sequence[RowSpan]], RowSpan]
#: Tiles of a model plane that was settled as a copy: tile row, tile column, packed tile (None where it is all background).
SettledTiles = tuple[tuple[int, int, bytes | None], ...]

_BAND_ROWS = 1024
_NOTHING = RowSpan(0, 0)


def settler_of(track: TrackPixels, others: Sequence[TrackPixels], stroke_px: float) -> Settle:
    """Return the function that settles a track's model plane.

    A row of the plane follows from what the tiles answered there, the trace, the pins and what other tracks own, and
    from nothing else: settled again after an edit and its undo it is what it was. A pixel that the tiles gave to one
    curve is the other's where the other's stroke is there and its own is not; ink that another track owns is background,
    and so is ink of a curve that is stated to be absent. The person plane is neither read nor written.

    Parameters
    ----------
    track
        The track with its label map, whose model plane is changed.
    others
        The well's tracks in their order, this one among them or not.
    stroke_px
        Stroke width, px.
    """
    outranked = outranked_by(track, others)

    def settle(trace: Trace, rows: Sequence[RowSpan]) -> RowSpan:
        moved: list[RowSpan] = []
        for span in joined(r.clipped(trace.rows) for r in rows):
            moved += [
                band for band in span.bands(_BAND_ROWS) if _settle(track, trace, band, outranked(band), stroke_px)
            ]
        return RowSpan(moved[0].start, moved[-1].stop) if moved else _NOTHING

    return settle


def put_settled(labels: LabelMap, tiles: SettledTiles, stale: Sequence[RowSpan]) -> tuple[RowSpan, ...]:
    """Put tiles that were settled as a copy into the live model plane and return their rows.

    Rows that became stale since keep what they show: they are settled when they are traced again.
    """
    put: list[RowSpan] = []
    for ty, tx, blob in tiles:
        rows = RowSpan(ty * TILE, (ty + 1) * TILE)
        if not any(rows.overlaps(s) for s in stale):
            labels.model.replace(ty, tx, blob)
            put.append(rows)
            continue
        tile = unpack(blob) if blob is not None else np.zeros((TILE, TILE), np.uint8)
        fresh: tuple[RowSpan, ...] = (rows,)
        for span in stale:
            fresh = without(fresh, span)
        for part in fresh:
            labels.model.write(part.start, tx * TILE, tile[part.start - rows.start : part.stop - rows.start])
        put += fresh
    return joined(put)


def _settle(track: TrackPixels, trace: Trace, rows: RowSpan, lost: NDArray[np.bool_] | None, stroke_px: float) -> bool:
    """Settle a band of rows; returns True where a pixel changed its owner."""
    from veerdesk.tracing.in_line import put_in_line  # here: a compiler is behind it, and no scan waits for that

    cols, labels = track.cols, track.labels
    settled = labels.answered(rows, cols)
    put_in_line(settled, trace, rows, cols[0], stroke_px)
    _clear_absent(settled, track.track, trace, rows)
    if lost is not None:
        settled[lost] = 0
    return labels.settle_model(rows, cols[0], settled)


def _clear_absent(classes: NDArray[np.uint8], track: TrackSpec, trace: Trace, rows: RowSpan) -> None:
    """Make background of what is left of a curve in the rows where it is stated to be absent, or has no place at all."""
    absent = [(slot, rows) for slot in absent_slots(track)]
    absent += [(p.slot, p.rows.clipped(rows)) for p in track.pins if p.kind == "absent" and p.rows.overlaps(rows)]
    for slot, span in absent:
        here = trace.part(span)
        part = classes[span.start - rows.start : span.stop - rows.start]
        part[(part == slot) & np.isnan(here.x[slot - 1])[:, None]] = 0
