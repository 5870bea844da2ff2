"""The job file: TOML to a well description and back (CONTRACT, Job file).

Separate because it is what people write by hand and scripts generate; the well file is the program's own.
Accepted rows, pins and stroke widths stay in the well file: they are work on a well, not its description.
"""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path
from typing import cast, get_args

from veerdesk.calibration.description import (
    CurveSpec,
    DepthSpec,
    LasSpec,
    ScaleKind,
    ScanSpec,
    Slot,
    Style,
    TrackSpec,
    WellDescription,
)
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.geometry import Polyline, TrackGeometry
from veerdesk.rows import RowSpan
from veerdesk.units import LAS_NULL, DepthUnit
from veerdesk.well.atomic import write_text
from veerdesk.well.job_checks import check_job
from veerdesk.well.toml_table import Table
from veerdesk.well.toml_text import array, quoted

# Wider than any scan: the first column of a track does not depend on the scan's width.
_ANY_WIDTH = 1 << 30


def read_job(path: Path) -> WellDescription:
    """Return the description of a job that can be digitised; scan files stay relative to the job's folder.

    Raises
    ------
    UnusableInputError
        The file cannot be read, is not TOML, or describes what cannot be digitised: file, place and remedy are named.
    """
    description = read_unfinished_job(path)
    check_job(description, path)
    return description


def read_unfinished_job(path: Path) -> WellDescription:
    """Return the description of a job that may still lack anchors, scales or tracks, as the window takes it.

    Raises
    ------
    UnusableInputError
        The file cannot be read, is not TOML, or a key has a value of the wrong kind.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnusableInputError(f"{path} is not a TOML file: {error}.", "Mend the line that is named.") from error
    except UnicodeDecodeError as error:
        raise UnusableInputError(
            f"{path} is not a text file in UTF-8 (byte {error.start}).", "Save it as UTF-8, or give a job file."
        ) from error
    except OSError as error:
        raise UnusableInputError(
            f"The job file {path} cannot be read: {error.strerror}.", "Give the path of a job file."
        ) from error
    return _description(Table(str(path), "the job", values))


def write_job(path: Path, description: WellDescription) -> None:
    """Write a description as a job file beside its scans, whole or not at all.

    Raises
    ------
    UnusableInputError
        The file cannot be written.
    """
    write_text(path, job_text(description))


def job_text(description: WellDescription) -> str:
    """Return a description as the text of a job file."""
    depth, las = description.depth, description.las
    lines = ["[well]", *(f"{_key(k)} = {quoted(v)}" for k, v in description.items)]
    lines += ["", "[depth]", f"unit = {quoted(depth.unit)}"]
    lines += [f"reference = {quoted(depth.reference)}"] if depth.reference else []
    lines += [f"{key} = {value!r}" for key, value in (("top", depth.top), ("base", depth.base)) if value is not None]
    for scan in description.scans:
        lines += ["", "[[scan]]", f"id = {quoted(scan.id)}", f"file = {quoted(scan.file)}", f"page = {scan.page}"]
        lines += [f"depth = {array(scan.depth)}"]
    for track in description.tracks:
        lines += ["", "[[track]]", f"name = {quoted(track.name)}", f"scan = {quoted(track.scan)}"]
        lines += [f"top = {track.top}", f"bottom = {track.bottom}"]
        lines += [f"left = {array(track.left)}", f"right = {array(track.right)}"]
        for curve in track.curves:
            lines += ["", "[[track.curve]]", *_curve_lines(curve)]
    lines += ["", "[las]", f"version = {quoted(las.version)}", f"step = {las.step!r}", f"null = {las.null!r}"]
    lines += [f"unit = {quoted(las.unit)}"] if las.unit else []
    lines += [f"bridge = {quoted(las.bridge) if isinstance(las.bridge, str) else repr(las.bridge)}"]
    return "\n".join([*lines, f"sample = {quoted(las.sample)}", ""])


def first_column(geometry: TrackGeometry) -> int:
    """Return the scan column at which the label tiles of a new track begin (`TrackSpec.origin_col`)."""
    return geometry.box(_ANY_WIDTH)[0]


def _key(name: str) -> str:
    is_bare = bool(name) and all(c.isascii() and (c.isalnum() or c in "_-") for c in name)
    return name if is_bare else quoted(name)


def _curve_lines(curve: CurveSpec) -> list[str]:
    lines = [f"slot = {curve.slot}", f"mnemonic = {quoted(curve.mnemonic)}", f"unit = {quoted(curve.unit)}"]
    lines += [f"description = {quoted(curve.description)}"]
    lines += [f"style = {quoted(curve.style)}"] if curve.style else []
    lines += [f"colour = {quoted(curve.colour)}"] if curve.colour else []
    lines += [f"scale = {quoted(curve.scale)}"]
    lines += [
        f"{key} = {value!r}" for key, value in (("left", curve.left), ("right", curve.right)) if value is not None
    ]
    lines += [f"wrap = {quoted(curve.wrap)}"]
    return [*lines, f"backup = [{curve.backup[0]!r}, {curve.backup[1]!r}]"] if curve.backup else lines


def _description(job: Table) -> WellDescription:
    well, depth, las = job.table("well"), job.table("depth"), job.table("las")
    description = WellDescription(
        items=well.items(),
        depth=_depth(depth),
        scans=tuple(_scan(table) for table in job.tables("scan")),
        tracks=tuple(_track(n, table) for n, table in enumerate(job.tables("track"), 1)),
        las=_las(las),
    )
    job.refuse_unknown()
    return description


def _depth(table: Table) -> DepthSpec:
    spec = DepthSpec(
        unit=cast(DepthUnit, table.choice("unit", get_args(DepthUnit), "ft")),
        reference=table.text("reference", ""),
        top=table.maybe_number("top"),
        base=table.maybe_number("base"),
    )
    table.refuse_unknown()
    return spec


def _scan(table: Table) -> ScanSpec:
    spec = ScanSpec(
        id=table.text("id"),
        file=table.text("file"),
        page=table.whole("page", 0),
        depth=table.pairs("depth", required=False),
    )
    table.refuse_unknown()
    return spec


def _track(number: int, table: Table) -> TrackSpec:
    name = table.text("name")
    table.where = f'[[track]] {number} "{name}"'
    top, bottom = table.whole("top"), table.whole("bottom")
    if top > bottom:
        raise table.trouble(f"top = {top} lies below bottom = {bottom}", "Exchange the two: rows grow downwards.")
    left, right = _border(table, "left"), _border(table, "right")
    curves = tuple(_curve(part) for part in table.tables("curve", where=f"{table.where}, [[track.curve]]"))
    table.text("scan")
    table.refuse_unknown()
    return TrackSpec(
        id=number,
        name=name,
        scan=table.text("scan"),
        top=top,
        bottom=bottom,
        left=left,
        right=right,
        curves=curves,
        origin_col=first_column(TrackGeometry(RowSpan(top, bottom + 1), left, right)),
    )


def _border(table: Table, key: str) -> Polyline:
    points = table.pairs(key, required=True)
    if not points or any(b[0] <= a[0] for a, b in itertools.pairwise(points)):
        raise table.trouble(f"{key} needs one or more [row, column] points with rows growing", f"Draw {key} again.")
    return points


def _curve(table: Table) -> CurveSpec:
    slot = table.whole("slot")
    if slot not in (1, 2):
        raise table.trouble(f"slot = {slot} does not exist", "Use slot = 1 or slot = 2.")
    colour = table.text("colour", "")
    if colour and not (
        len(colour) == 7 and colour[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in colour[1:])
    ):
        raise table.trouble(f"colour = {colour!r} is no colour", 'Write it as "#rrggbb".')
    curve = CurveSpec(
        slot=cast(Slot, slot),
        mnemonic=table.text("mnemonic"),
        unit=table.text("unit", ""),
        description=table.text("description", ""),
        style=cast(Style | None, table.choice("style", get_args(Style), None)),
        colour=colour or None,
        scale=cast(ScaleKind, table.choice("scale", get_args(ScaleKind), "linear")),
        left=table.maybe_number("left"),
        right=table.maybe_number("right"),
        wrap=cast("str", table.choice("wrap", ("none", "wrap", "backup"), "none")),  # type: ignore[arg-type]
        backup=table.maybe_pair("backup"),
    )
    table.refuse_unknown()
    return curve


def _las(table: Table) -> LasSpec:
    bridge: object = table.values.get("bridge", "auto")
    is_word = isinstance(bridge, str)
    if is_word:
        table.choice("bridge", ("auto",), "auto")
    length = None if is_word else table.maybe_number("bridge")
    if length is not None and length < 0:
        raise table.trouble(f"bridge = {length:g} is below zero", 'Give a length in depth units, or "auto".')
    step, null = table.maybe_number("step"), table.maybe_number("null")
    spec = LasSpec(
        version=table.choice("version", ("1.2", "2.0", "3.0"), "2.0"),  # type: ignore[arg-type]
        step=0.5 if step is None else step,
        null=LAS_NULL if null is None else null,
        unit=cast(DepthUnit | None, table.choice("unit", get_args(DepthUnit), None)),
        bridge="auto" if length is None else length,
        sample=table.choice("sample", ("linear", "extreme"), "linear"),  # type: ignore[arg-type]
    )
    table.refuse_unknown()
    return spec
