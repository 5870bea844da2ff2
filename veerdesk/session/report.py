"""report.json: what was done to each track, and what a person should look at.

Separate because it is read by scripts and by the next run (its ``files`` say what may be replaced).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk import __version__
from veerdesk.calibration.chance import shipped_reliability
from veerdesk.calibration.description import Slot, TrackSpec
from veerdesk.imaging.png import replacing
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_depths import AcceptedDepths
from veerdesk.session.reading import TrackReading, TrackWork
from veerdesk.session.signatures import Signature
from veerdesk.session.well_curves import WellCurves
from veerdesk.tracing.crossings import Crossing
from veerdesk.tracing.trace import Trace

PROGRAM = f"Veerdesk {__version__}"
#: Rows with less than this chance of being right are named as doubtful, where they are so many on end.
DOUBTFUL = 0.5
_SHORTEST_DOUBTFUL_ROWS = 5


def track_report(
    work: TrackWork,
    reading: TrackReading,
    curves: WellCurves | None,
    signed: Iterable[Signature] = (),
    accepted: Iterable[AcceptedDepths] = (),
) -> dict[str, Any]:
    """Return what report.json says of one track; ``curves`` None where it was kept out of the LAS.

    ``signed`` are the names under the rows of any track and ``accepted`` what was accepted of any, this one's among them.
    """
    track = work.track
    trace = curves.traces.get(track.id, reading.trace) if curves else reading.trace
    bridges = curves.bridges if curves else {}
    outside = curves.extrapolated.get(track.id, ()) if curves else ()
    return {
        "name": track.name,
        "scan": track.scan,
        "rows": [track.top, track.bottom],
        "stroke_px": round(work.stroke_px, 2),
        "curves": [_curve_report(track, trace, c.slot, bridges) for c in track.curves],
        "crossings": [_crossing_report(c, trace) for c in reading.crossings],
        "doubtful": doubtful_spans(trace, [c.slot for c in track.curves]),
        "extrapolated_rows": [[s.start, s.stop - 1] for s in outside],
        "signed": [s.record() for s in signed if s.track_id == track.id],
        "accepted": next((a.record() for a in accepted if a.track_id == track.id), None),
    }


def doubtful_spans(trace: Trace, slots: Sequence[Slot]) -> list[dict[str, Any]]:
    """Return the row spans (both ends inclusive) in which a curve has a value that is likely wrong."""
    out: list[dict[str, Any]] = []
    for slot in slots:
        held, chance = np.isfinite(trace.x[slot - 1]), _chance(trace, slot)
        low = held & (chance < DOUBTFUL)
        edges = np.flatnonzero(np.diff(np.pad(low.astype(np.int8), 1)))
        for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            if stop - start >= _SHORTEST_DOUBTFUL_ROWS:
                mean = float(chance[start:stop].mean())
                first = trace.rows.start + start
                rows = [first, first + stop - start - 1]
                out.append({"slot": slot, "rows": rows, "confidence": round(mean, 3)})
    return sorted(out, key=lambda span: span["rows"])


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write the report as JSON.

    Raises
    ------
    UnusableInputError
        The file cannot be written.
    """
    with replacing(path) as out:
        out.write((json.dumps(report, indent=1, ensure_ascii=False) + "\n").encode())


def peak_memory_mb() -> float | None:
    """Return the most memory this process has held, MB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def _curve_report(
    track: TrackSpec, trace: Trace, slot: Slot, bridges: Mapping[tuple[int, Slot], int]
) -> dict[str, Any]:
    curve = track.curve(slot)
    held = np.isfinite(trace.x[slot - 1])
    confidence = _chance(trace, slot)[held]
    return {
        "slot": slot,
        "mnemonic": curve.mnemonic if curve else "",
        "unit": curve.unit if curve else "",
        "rows_with_value": int(held.sum()),
        "share_null": round(1.0 - float(held.mean()), 5) if held.size else 1.0,
        "median_confidence": round(float(np.median(confidence)), 3) if confidence.size else None,
        "bridge_rows": bridges.get((track.id, slot)),
    }


def _crossing_report(crossing: Crossing, trace: Trace) -> dict[str, Any]:
    return {
        "row": int(crossing.row),
        "rows": [int(crossing.rows.start), int(crossing.rows.stop) - 1],
        "column": round(float(crossing.column), 1),
        "margin": round(float(crossing.margin), 3),
        "chance": round(shipped_reliability().crossing.of(crossing.margin), 4),
        "decision": _decision(crossing.rows, trace),
    }


def _chance(trace: Trace, slot: Slot) -> NDArray[np.float64]:
    """Return ``(n,)``: the chance 0..1 that each row's value is right."""
    return shipped_reliability().row.of_many(trace.confidence[slot - 1])


def _decision(rows: RowSpan, trace: Trace) -> str:
    """Say whether the curves change sides in these rows: ``cross``, ``touch`` or, with no value beside, ``open``."""
    apart = trace.x[0] - trace.x[1]
    above = apart[: max(0, rows.start - trace.rows.start)][-20:]
    below = apart[max(0, rows.stop - trace.rows.start) :][:20]
    above, below = above[np.isfinite(above)], below[np.isfinite(below)]
    if not len(above) or not len(below):
        return "open"
    return "cross" if above[-1] * below[0] < 0 else "touch"
