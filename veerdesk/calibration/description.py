"""What a person has said about a well: scans, tracks, scales, depths, header. One frozen tree of values.

Separate because the job file, the well file, the window and the exports all read the same description,
and because an edit of it is simply the description before and the description after.
A description may be unfinished (no anchors, no scale); ``checks.py`` says what is still missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from veerdesk.calibration.decision import Acceptance, Decision, SignOff
from veerdesk.calibration.learned import Learned
from veerdesk.imaging.geometry import Polyline, TrackGeometry
from veerdesk.rows import RowSpan
from veerdesk.units import LAS_NULL, DepthUnit

Style = Literal["solid", "dashed", "dotted", "dashdot", "heavy", "thin"]
ScaleKind = Literal["linear", "log"]
Slot = Literal[1, 2]


@dataclass(frozen=True, slots=True)
class CurveSpec:
    """One curve of a track. ``left`` and ``right`` are the values at the borders; None is not yet said."""

    slot: Slot
    mnemonic: str = ""
    unit: str = ""
    description: str = ""
    style: Style | None = None
    colour: str | None = None
    scale: ScaleKind = "linear"
    left: float | None = None
    right: float | None = None
    wrap: Literal["none", "wrap", "backup"] = "none"
    backup: tuple[float, float] | None = None

    @property
    def has_scale(self) -> bool:
        """True where both border values are known."""
        return self.left is not None and self.right is not None


@dataclass(frozen=True, slots=True)
class Pin:
    """A person's word about one slot: its column at a row, or a row span where it is absent or shared.

    ``kind`` is ``at`` (``rows`` holds one row, ``column`` is in scan px), ``absent`` or ``shared``.
    """

    kind: Literal["at", "absent", "shared"]
    slot: Slot
    rows: RowSpan
    column: float | None = None


class _WorkedOut:
    """What follows from a track and is asked by every stroke; no field of it."""

    __slots__ = ("_geometry",)
    _geometry: TrackGeometry


@dataclass(frozen=True, slots=True)
class TrackSpec(_WorkedOut):
    """A strip of one scan. ``top`` and ``bottom`` are rows, both inclusive; tracks may overlap.

    ``origin_col`` is the scan column at which the track's label tiles begin: set once when the track is made
    and never changed, so that moving a border moves no pixel. ``stroke_px`` is None until it is measured;
    ``is_stroke_stated`` says that a person typed it, so that no measurement replaces it.
    """

    id: int
    name: str
    scan: str
    top: int
    bottom: int
    left: Polyline
    right: Polyline
    curves: tuple[CurveSpec, ...] = ()
    origin_col: int = 0
    stroke_px: float | None = None
    is_stroke_stated: bool = False
    pins: tuple[Pin, ...] = ()
    accepted: tuple[RowSpan, ...] = ()
    decisions: tuple[Decision, ...] = ()
    last_accepted: Acceptance | None = None
    signed: tuple[SignOff, ...] = ()
    learned: Learned | None = None

    @property
    def geometry(self) -> TrackGeometry:
        """Rows (half-open) and borders."""
        try:
            known = self._geometry
        except AttributeError:
            known = TrackGeometry(RowSpan(self.top, self.bottom + 1), self.left, self.right)
            object.__setattr__(self, "_geometry", known)
        return known

    def curve(self, slot: Slot) -> CurveSpec | None:
        """Return the curve of a slot, or None where the track has none there."""
        return next((c for c in self.curves if c.slot == slot), None)


@dataclass(frozen=True, slots=True)
class ScanSpec:
    """One scan by file and page. ``depth`` holds ``(row, depth)`` anchors, both growing."""

    id: str
    file: str
    page: int = 0
    depth: tuple[tuple[float, float], ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class DepthSpec:
    """Depth unit, reference and optional limits of the output."""

    unit: DepthUnit = "ft"
    reference: str = ""
    top: float | None = None
    base: float | None = None


@dataclass(frozen=True, slots=True)
class LasSpec:
    """How the LAS is written. ``bridge`` is in depth units; ``unit`` None keeps ``DepthSpec.unit``."""

    version: Literal["1.2", "2.0", "3.0"] = "2.0"
    step: float = 0.5
    null: float = LAS_NULL
    unit: DepthUnit | None = None
    bridge: float | Literal["auto"] = "auto"
    sample: Literal["linear", "extreme"] = "linear"


@dataclass(frozen=True, slots=True)
class WellDescription:
    """Everything said about one well. ``items`` are LAS ~Well items by mnemonic, unknown ones kept."""

    items: tuple[tuple[str, str], ...] = ()
    depth: DepthSpec = field(default_factory=DepthSpec)
    scans: tuple[ScanSpec, ...] = ()
    tracks: tuple[TrackSpec, ...] = ()
    las: LasSpec = field(default_factory=LasSpec)

    @property
    def name(self) -> str:
        """The WELL item, or an empty string."""
        return dict(self.items).get("WELL", "")

    def scan(self, scan_id: str) -> ScanSpec:
        """Return one scan. Raises KeyError where none has that id."""
        for scan in self.scans:
            if scan.id == scan_id:
                return scan
        raise KeyError(scan_id)

    def track(self, track_id: int) -> TrackSpec:
        """Return one track. Raises KeyError where none has that id."""
        for track in self.tracks:
            if track.id == track_id:
                return track
        raise KeyError(track_id)

    def has_track(self, track_id: int) -> bool:
        """Return True where a track has that id."""
        return track_id in [track.id for track in self.tracks]

    def with_track(self, track: TrackSpec) -> WellDescription:
        """Return the description with a track replaced (same id) or added."""
        if any(t.id == track.id for t in self.tracks):
            return replace(self, tracks=tuple(track if t.id == track.id else t for t in self.tracks))
        return replace(self, tracks=(*self.tracks, track))

    def with_scan(self, scan: ScanSpec) -> WellDescription:
        """Return the description with a scan replaced (same id) or added."""
        if any(s.id == scan.id for s in self.scans):
            return replace(self, scans=tuple(scan if s.id == scan.id else s for s in self.scans))
        return replace(self, scans=(*self.scans, scan))
