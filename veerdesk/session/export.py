"""One file out of a well: a LAS, a table, or a label release.

Separate because the window's dialogs and ``veerdesk export`` leave the same file from the same traces.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from veerdesk.calibration.checks import Missing
from veerdesk.calibration.description import WellDescription
from veerdesk.dataset.builder import build_release, refuse_earlier_release
from veerdesk.dataset.manifest import LabelledWell
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.progress import Progress, unwatched
from veerdesk.las.header import Provenance
from veerdesk.las.table import write_csv
from veerdesk.las.writer import require_version, write_las
from veerdesk.session.accepted_depths import AcceptedDepths, accepted_depths
from veerdesk.session.accepted_line import AcceptedLine
from veerdesk.session.file_names import file_stem
from veerdesk.session.report import PROGRAM
from veerdesk.session.signatures import Signature, signatures
from veerdesk.session.staging import staging
from veerdesk.session.well_curves import TrackTrace, WellCurves, well_curves

#: What `las.header` says of each scan.
_SCAN_LINE = re.compile(rb"^Scan .*, SHA-256 ([0-9a-f]{64})\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export left: its file, and as sentences what was refused, rewritten and otherwise to be known."""

    path: Path
    refused: tuple[str, ...]
    rewritten: tuple[str, ...]
    notes: tuple[str, ...]


def export_las(
    description: WellDescription,
    traces: Iterable[TrackTrace],
    path: Path,
    *,
    scans: Sequence[tuple[str, str]],
    model: Mapping[str, str],
    accepted: Mapping[int, AcceptedLine] | None = None,
) -> Exported:
    """Write the well's LAS file, complete or not at all.

    Parameters
    ----------
    traces
        Of every track that has been read; a track that lacks a scale, anchors or a trace is refused by name.
    scans
        File name and SHA-256 of each scan.
    model
        ``name`` and ``digest`` of the model that read it; empty where everything was drawn by hand.
    accepted
        The curves of tracks as they were accepted, by track id, against which names and acceptances are judged.

    Raises
    ------
    UnusableInputError
        Nothing can leave, or the file cannot be written.
    UsageError
        The LAS version is not built yet.
    """
    require_version(description.las.version)
    traces = tuple(traces)
    curves = well_curves(description, traces)
    signed = signatures(description, [t for t in traces if t.track.id in curves.traces], accepted or {})
    leaving = accepted_depths(description, [t for t in traces if t.track.id in curves.traces], accepted or {})
    said = provenance(description, curves, scans=scans, model=model, signed=signed, accepted=leaving)
    rewritten = write_las(path, curves.table, description, said)
    fallen = tuple(s.sentence() for s in signed if not s.signed.holds)
    notes = (*fallen, *curves.notes(description))
    return Exported(path, _refused(curves), tuple(r.sentence() for r in rewritten), notes)


def export_csv(description: WellDescription, traces: Iterable[TrackTrace], path: Path) -> Exported:
    """Write the same curves as a CSV table; raises as `export_las`."""
    curves = well_curves(description, traces)
    write_csv(path, curves.table, curves.unit)
    return Exported(path, _refused(curves), (), curves.notes(description))


def export_labels(wells: Sequence[LabelledWell], out: Path, *, progress: Progress = unwatched) -> dict[str, Any]:
    """Write a label release into a folder that holds none yet and return its manifest.

    Raises
    ------
    UnusableInputError
        The folder holds a release or cannot be written, or nobody accepted a row; nothing was written then.
    """
    refuse_earlier_release(out)
    with staging(out) as stage:
        record = build_release(wells, stage.folder, program=PROGRAM, progress=progress)
        stage.put_in_place()
    return record


def changed_sentence(record: Mapping[str, Any]) -> str:
    """Return how many accepted rows a release left out because they changed since, as a sentence; empty for none.

    >>> changed_sentence({"wells": [{"changed_rows": 7}]})
    '7 accepted rows have changed since they were accepted and left as not reviewed (255); accept them again to label them.'
    """
    rows = sum(well.get("changed_rows", 0) for well in record["wells"])
    if not rows:
        return ""
    said = (
        "1 accepted row has changed since it was"
        if rows == 1
        else f"{rows:,} accepted rows have changed since they were"
    )
    them = "it" if rows == 1 else "them"
    return f"{said} accepted and left as not reviewed (255); accept {them} again to label {them}."


def provenance(
    description: WellDescription,
    curves: WellCurves,
    *,
    scans: Sequence[tuple[str, str]],
    model: Mapping[str, str],
    signed: Sequence[Signature] = (),
    accepted: Sequence[AcceptedDepths] = (),
) -> Provenance:
    """Return what ~Other says of where the numbers come from, whose names stand under them, and what nobody accepted."""
    read_by = (model.get("name") or "stored in the well", model["digest"]) if model.get("digest") else None
    names = (*(s.sentence() for s in signed), *(a.sentence() for a in accepted))
    return Provenance(PROGRAM, tuple(scans), read_by, curves.notes(description), names)


def refusal(missing: Missing) -> str:
    """Return what was kept out as a sentence with its remedy."""
    return f"{missing.message} {missing.remedy}"


def export_path(out: Path, description: WellDescription, suffix: str, digests: Collection[str]) -> Path:
    """Return the file of an export in a folder that is made where it is missing.

    ``digests`` are the SHA-256 of the well's scans: a LAS of that name that was read from others is another well's.

    Raises
    ------
    UnusableInputError
        The folder cannot be made, or a file of that name is there that the program has not written, or that is another
        well's.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as trouble:
        raise UnusableInputError(
            f"The folder {out} cannot be made: {trouble.strerror or trouble}.", "Choose a folder that can be written."
        ) from trouble
    path = out / f"{file_stem(description.name)}{suffix}"
    begin = _beginning(path)
    theirs = set(_SCAN_LINE.findall(begin))
    if theirs and theirs.isdisjoint(d.encode() for d in digests):
        raise UnusableInputError(
            f"{path} is another well's of the same name: it was read from another scan, and would go.",
            "Give each well a folder or a name of its own; or move that file away where nobody needs it any more.",
        )
    if path.exists() and not _is_ours(begin):
        raise UnusableInputError(
            f"{path} is there already, and Veerdesk has not written it.", "Move or rename it, or choose another folder."
        )
    return path


def _beginning(path: Path) -> bytes:
    """Return the first bytes of a file, which hold the header of a LAS; nothing where there is no file."""
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(1 << 16)


def _is_ours(begin: bytes) -> bool:
    """Return True for the beginning of a LAS file that names the program, or of a table that begins as ours do."""
    return b"with Veerdesk " in begin or begin.startswith(b"DEPT (")


def _refused(curves: WellCurves) -> tuple[str, ...]:
    return tuple(refusal(m) for m in curves.refused)
