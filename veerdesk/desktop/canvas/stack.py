"""The layers under the view: one scan, its tracks, their reduced classes and composed tiles, kept true to the session.

Separate because following a Change is bookkeeping over caches, and the widget should not know that there are any.
"""

from __future__ import annotations

from veerdesk.calibration.description import TrackSpec, WellDescription
from veerdesk.calibration.scale import WRAP_JUMP
from veerdesk.desktop.canvas.layers import ScanSource
from veerdesk.desktop.canvas.pooled import PooledClasses
from veerdesk.desktop.canvas.tiles import TileCache, TrackLayer
from veerdesk.imaging.geometry import TrackGeometry, column_at_row
from veerdesk.rows import RowSpan
from veerdesk.session.change import Change, ChangeKind
from veerdesk.session.session import Session

Window = tuple[RowSpan, tuple[int, int]]

_PIXELS = ChangeKind.LABELS | ChangeKind.MODEL
_NOT_PLACES = ~(ChangeKind.SCAN | ChangeKind.DESCRIPTION)
#: Columns beside a track's box that a line or an edge of it may touch.
_PEN_COLS = 4


class LayerStack:
    """Owns every cache of the canvas for one scan of a session."""

    def __init__(self) -> None:
        self.tiles = TileCache()
        self.scan_id = ""
        self._session: Session | None = None
        #: The tracks of a scan, and the description that they are of.
        self._tracks: tuple[WellDescription, str, tuple[TrackSpec, ...]] | None = None
        self._pooled: dict[int, PooledClasses] = {}
        self._layers: dict[int, TrackLayer] = {}
        self._shapes: dict[int, TrackGeometry] = {}
        self._read: dict[int, tuple[RowSpan, ...]] = {}

    @property
    def scan(self) -> ScanSource | None:
        """The scan that is shown, or None."""
        if self._session is None:
            return None
        return self._session.scans.get(self.scan_id)  # type: ignore[return-value] # the open Scan reads levels too

    @property
    def tracks(self) -> tuple[TrackSpec, ...]:
        """The tracks on this scan."""
        if self._session is None:
            return ()
        description = self._session.description
        known = self._tracks
        if known is None or known[0] is not description or known[1] != self.scan_id:
            here = tuple(t for t in description.tracks if t.scan == self.scan_id)
            known = self._tracks = description, self.scan_id, here
        return known[2]

    def show(self, session: Session | None, scan_id: str) -> None:
        """Take another scan, or none; every cache is emptied."""
        self._session, self.scan_id = session, scan_id
        self._layers, self._pooled, self._shapes = {}, {}, {}
        self.tiles.show(self.scan, self._layers)
        self.follow()

    def follow(self) -> None:
        """Follow the description: tracks that came, went or moved are read anew, and drawn again where they are."""
        self._read = {}
        scan = self.scan
        if scan is None:
            return
        tracks = {t.id: t for t in self.tracks}
        for track_id in set(self._layers) | set(tracks):
            track = tracks.get(track_id)
            shape = track.geometry if track else None
            if shape == self._shapes.get(track_id) and track_id in self._layers:
                continue
            self._redraw(track_id)
            self._layers.pop(track_id, None)
            if track is None:
                self._shapes.pop(track_id, None)
                continue
            self._shapes[track_id] = track.geometry
            self._layers[track_id] = self._layer(track, scan)
            self._redraw(track_id)

    def forget(self, change: Change) -> Window | None:
        """Forget what a change made untrue; returns the window to be painted again, None for the whole view.

        A change that names its columns is a gesture that is traced later: its pixels are all there is to draw so far.
        """
        scan = self.scan
        if scan is None:
            return None
        if change.kinds.touches(ChangeKind.MODEL):
            self._read = {}
        if change.rows is None or change.kinds.touches(ChangeKind.SCAN):
            self._forget_all(change)
            return None
        if change.track_id is not None and change.track_id not in self._layers:
            return RowSpan(0, 0), (0, 0)
        if change.kinds.touches(_PIXELS):
            for track_id, pooled in self._pooled.items():
                if change.track_id in (None, track_id):
                    pooled.forget(change.rows)
        cols = change.cols or (0, scan.width)
        if change.cols is None and change.track_id is not None:
            low, high = self._layers[change.track_id].cols
            cols = (low - _PEN_COLS, high + _PEN_COLS)
        self.tiles.forget(change.rows, cols)
        return change.rows, cols

    def forget_stroke(self, track_id: int | None, rows: RowSpan, cols: tuple[int, int]) -> None:
        """Forget what a stroke on a track made untrue: nothing but the pixels of its box."""
        if track_id is None or track_id in self._layers:
            for each, pooled in self._pooled.items():
                if track_id is None or each == track_id:
                    pooled.forget(rows)
            self.tiles.forget(rows, cols)

    def track_at(self, row: float, col: float, preferred: int | None) -> TrackSpec | None:
        """Return the track at a position, between its borders or in the margin beside them; the preferred one first."""
        best: tuple[tuple[bool, bool], TrackSpec] | None = None
        tracks = self.tracks
        if tracks and tracks[0].id != preferred:
            tracks = tuple(sorted(tracks, key=lambda t: t.id != preferred))
        for track in tracks:
            layer = self._layers.get(track.id)
            if layer is not None and not layer.cols[0] - 0.5 <= col < layer.cols[1] - 0.5:
                continue
            if not track.top - 0.5 <= row < track.bottom + 0.5:
                continue
            left, right = column_at_row(track.left, row), column_at_row(track.right, row)
            if left <= col <= right and track.id == preferred:  # as nearly always
                return track
            margin_px = track.geometry.margin_px
            if not left - margin_px <= col <= right + margin_px:
                continue
            rank = (not left <= col <= right, track.id != preferred)
            if best is None or rank < best[0]:
                best = (rank, track)
        return best[1] if best else None

    def anchors(self) -> list[tuple[float, str]]:
        """Return row and depth, as text, of each anchor of the scan."""
        if self._session is None:
            return []
        description = self._session.description
        for scan in description.scans:
            if scan.id == self.scan_id:
                return [(row, f"{depth:,.6g} {description.depth.unit}") for row, depth in scan.depth]
        return []

    def read_rows(self, track_id: int) -> tuple[RowSpan, ...]:
        """Return the rows of a track that the model has read."""
        if self._session is None:
            return ()
        known = self._read.get(track_id)
        if known is None:
            known = self._read[track_id] = self._session.predicted(track_id)
        return known

    def _layer(self, track: TrackSpec, scan: ScanSource) -> TrackLayer:
        assert self._session is not None
        session, track_id = self._session, track.id
        cols = track.geometry.box(scan.width)
        labels = session.label_map(track_id)
        pooled = PooledClasses(labels.classes, cols)
        self._pooled[track_id] = pooled
        return TrackLayer(
            track_id,
            track.geometry.rows,
            cols,
            pooled.read,
            labels.said,
            labels.planes,
            lambda: session.trace(track_id),
            WRAP_JUMP * track.geometry.width_px,
        )

    def _redraw(self, track_id: int) -> None:
        layer = self._layers.get(track_id)
        if layer is not None:
            self.tiles.forget(layer.rows, (layer.cols[0] - _PEN_COLS, layer.cols[1] + _PEN_COLS))

    def _forget_all(self, change: Change) -> None:
        if change.kinds.touches(_NOT_PLACES):
            for pooled in self._pooled.values():
                pooled.forget(RowSpan(0, 10**9))
        if (
            change.rows is not None
            and change.kinds.touches(ChangeKind.SCAN)
            and not change.kinds.touches(ChangeKind.DESCRIPTION)
        ):
            self.tiles.forget(change.rows)
        else:
            self.tiles.forget_all()
