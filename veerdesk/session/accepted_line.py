"""The curves as they were accepted, row by row: what "changed since" is measured against, and what a name stands under.

Separate because it is one value that follows from a list of records, whoever keeps those, and because what counts as a
change is one rule for the window, the sign-off and the tests.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.decision import SignOff
from veerdesk.calibration.description import TrackSpec, WellDescription
from veerdesk.labels.tile_plane import TILE, pack, unpack
from veerdesk.rows import RowSpan, joined, without
from veerdesk.tracing.trace import Trace

#: A row counts as changed where a curve moved further than this. Half a pixel is a fiftieth of what two careful people
#: differ by on a clear stroke, and far above what another version of the decode makes of the same ink.
CHANGED_PX = 0.5
#: Changed rows nearer than this are one place to look at.
_ONE_PLACE_ROWS = 24
_HEAD = struct.Struct("<dI")
_SPAN = struct.Struct("<ii")


@dataclass(frozen=True, slots=True, eq=False)
class AcceptedRecord:
    """What one acceptance recorded: when (seconds since 1970), which rows, and ``(2, n)`` float32 columns of all of them.

    NaN where a curve was absent, infinite where it was not traced yet.
    """

    at: float
    spans: tuple[RowSpan, ...]
    x: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class AcceptedLine:
    """The curves of a track as accepted last, for each of its n rows.

    ``x`` is ``(2, n)`` float32, scan px: NaN where a curve was absent, infinite where that is not known. ``at`` is
    ``(n,)`` float64: when the row got these columns (seconds since 1970), 0 where it never was accepted.
    """

    rows: RowSpan
    x: NDArray[np.float32]
    at: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SignedRows:
    """A sign-off and whether it holds; ``is_known`` is False while the curves under it are not traced yet.

    ``changed`` are the rows under it that are no longer as they were signed.
    """

    sign: SignOff
    is_known: bool
    holds: bool
    changed: tuple[RowSpan, ...] = ()


def tiles_of(record: AcceptedRecord) -> Iterator[tuple[int, bytes]]:
    """Yield ``(number, blob)`` of the tiles that hold a record."""
    head = _HEAD.pack(record.at, len(record.spans)) + b"".join(_SPAN.pack(s.start, s.stop) for s in record.spans)
    raw = head + np.ascontiguousarray(record.x, "<f4").tobytes()
    for number in range(-(-len(raw) // TILE**2)):
        part = raw[number * TILE**2 : (number + 1) * TILE**2]
        yield number, pack(np.frombuffer(part.ljust(TILE**2, b"\0"), np.uint8).reshape(TILE, TILE))


def record_of(blobs: Iterable[bytes]) -> AcceptedRecord | None:
    """Return the record that tiles hold, given in order; None where they do not hold one."""
    try:
        raw = b"".join(unpack(blob).tobytes() for blob in blobs)
        at, count = _HEAD.unpack_from(raw)
        spans = tuple(RowSpan(*_SPAN.unpack_from(raw, _HEAD.size + k * _SPAN.size)) for k in range(count))
        rows = sum(s.rows for s in spans)
        x = np.frombuffer(raw, "<f4", 2 * rows, _HEAD.size + count * _SPAN.size)
    except (ValueError, struct.error):
        return None
    return AcceptedRecord(at, spans, x.reshape(2, rows))


def accepted_line(rows: RowSpan, records: Iterable[AcceptedRecord], before: AcceptedLine | None = None) -> AcceptedLine:
    """Return what records say of a track's rows, a later one before an earlier; ``before`` is what others said before."""
    if before is None:
        x, at = np.full((2, rows.rows), np.inf, np.float32), np.zeros(rows.rows)
    else:
        x, at = before.x.copy(), before.at.copy()
    for record in records:
        begin = 0
        for span in record.spans:
            within = span.clipped(rows)
            here = slice(within.start - rows.start, within.stop - rows.start)
            first = begin + within.start - span.start
            x[:, here] = record.x[:, first : first + within.rows]
            at[here] = record.at
            begin += span.rows
    return AcceptedLine(rows, x, at)


def record_to_add(line: AcceptedLine, accepted: Iterable[RowSpan], trace: Trace | None, at: float) -> AcceptedRecord:
    """Return the record of rows that are accepted now: those that are new or have changed, as they are traced."""
    spans: list[RowSpan] = []
    parts: list[NDArray[np.float32]] = []
    for rows in joined(s.clipped(line.rows) for s in accepted):
        here = slice(rows.start - line.rows.start, rows.stop - line.rows.start)
        now, was = shown_line(rows, trace), line.x[:, here]
        is_news = (line.at[here] == 0) | _differs(was, now) | np.isinf(was).any(axis=0)
        for fresh in _runs(is_news, rows, rows):
            spans.append(fresh)
            parts.append(now[:, fresh.start - rows.start : fresh.stop - rows.start])
    x = np.concatenate(parts, axis=1) if parts else np.empty((2, 0), np.float32)
    return AcceptedRecord(at, tuple(spans), x)


def shown_line(rows: RowSpan, trace: Trace | None) -> NDArray[np.float32]:
    """Return the columns of both curves in some rows, ``(2, n)`` float32; infinite where nothing was traced."""
    x = np.full((2, rows.rows), np.inf, np.float32)
    if trace is not None:
        part = trace.part(rows)
        x[:, part.rows.start - rows.start : part.rows.stop - rows.start] = part.x
    return x


def changed_rows(
    line: AcceptedLine, accepted: Iterable[RowSpan], trace: Trace | None, stale: Iterable[RowSpan]
) -> tuple[RowSpan, ...]:
    """Return the accepted rows in which a curve is no longer where it was accepted; rows not traced now are left out."""
    differs = _differs(line.x, shown_line(line.rows, trace)) & (line.at > 0)
    for span in stale:
        within = span.clipped(line.rows)
        differs[within.start - line.rows.start : within.stop - line.rows.start] = False
    return tuple(run for s in joined(accepted) for run in _runs(differs, line.rows, s.clipped(line.rows)))


def places(changed: Iterable[RowSpan]) -> tuple[RowSpan, ...]:
    """Return changed rows as the places a person looks at: those close to each other are one.

    >>> places([RowSpan(0, 4), RowSpan(10, 12), RowSpan(90, 91)])
    (RowSpan(start=0, stop=12), RowSpan(start=90, stop=91))
    """
    out: list[RowSpan] = []
    for span in joined(changed):
        if out and span.start - out[-1].stop < _ONE_PLACE_ROWS:
            out[-1] = RowSpan(out[-1].start, span.stop)
        else:
            out.append(span)
    return tuple(out)


def signed_rows(
    sign: SignOff,
    track: TrackSpec,
    line: AcceptedLine,
    *,
    meaning: str,
    changed: Iterable[RowSpan],
    is_traced: bool,
) -> SignedRows:
    """Return whether a name still stands under what was signed.

    It does where the rows mean the same depths and values, are all still accepted, have not changed, were not changed
    and accepted again since, and where it is known how they were signed: a rescue may have lost that.
    """
    rows = sign.rows.clipped(line.rows)
    lost = list(_open_rows(track, rows))
    at = line.at[rows.start - line.rows.start : rows.stop - line.rows.start]
    lost += _runs((at > sign.at) | (at == 0), rows, rows)
    lost += [c.clipped(rows) for c in changed if c.overlaps(rows)]
    if meaning != sign.meaning or rows != sign.rows:
        lost = [sign.rows]
    return SignedRows(sign, is_known=is_traced or bool(lost), holds=not lost, changed=joined(lost))


def not_ready_to_sign(track: TrackSpec, rows: RowSpan, changed: Iterable[RowSpan]) -> tuple[RowSpan, ...]:
    """Return the rows that keep others from being signed: those not accepted, and those changed since."""
    return joined((*_open_rows(track, rows), *(c.clipped(rows) for c in changed)))


def meaning_of(description: WellDescription, track: TrackSpec) -> str:
    """Return the digest of what turns a track's columns into values against depth: borders, scales, depths and units."""
    scan = description.scan(track.scan)
    said = (
        [asdict(c) for c in track.curves],
        (track.top, track.bottom, track.left, track.right),
        (track.scan, scan.page, scan.depth),
        (description.depth.unit, description.depth.reference),
    )
    return blake2b(json.dumps(said).encode(), digest_size=8).hexdigest()


def _open_rows(track: TrackSpec, rows: RowSpan) -> tuple[RowSpan, ...]:
    spans: tuple[RowSpan, ...] = (rows,)
    for span in joined(track.accepted):
        spans = without(spans, span)
    return spans


def _differs(before: NDArray[np.float32], now: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return the rows in which either curve moved, came or went; ``(n,)`` bool. What is not known has not changed."""
    known = ~(np.isinf(before) | np.isinf(now))
    with np.errstate(invalid="ignore"):
        moved = np.abs(before - now) > CHANGED_PX
    return np.asarray(((moved | (np.isnan(before) != np.isnan(now))) & known).any(axis=0))


def _runs(mask: NDArray[np.bool_], rows: RowSpan, within: RowSpan) -> list[RowSpan]:
    """Return the rows of ``within`` whose mask is set; the mask begins at ``rows.start``."""
    part = mask[within.start - rows.start : within.stop - rows.start]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], part, [False])).astype(np.int8)))
    return [RowSpan(within.start + int(a), within.start + int(b)) for a, b in edges.reshape(-1, 2)]
