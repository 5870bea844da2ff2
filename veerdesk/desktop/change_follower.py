"""Keeps what changed since the last acceptance in line with its session, and the names under the rows.

Separate because both compare the curves shown with those that were accepted, which no stroke waits for: it is done when
the hand has paused.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from veerdesk.calibration.description import TrackSpec
from veerdesk.desktop.bridge import SessionBridge
from veerdesk.desktop.readings import CurveLine, lines_of
from veerdesk.desktop.signed_lines import changed_words, signed_briefly
from veerdesk.desktop.well_view import WellView
from veerdesk.rows import RowSpan
from veerdesk.session.accepted_line import SignedRows, places
from veerdesk.tracing.trace import Trace

# The accepted curve is drawn a little further than it differs.
_MORE_ROWS = 12


class ChangeFollower(QObject):
    """Owns the changed rows and the sign-offs of the track in hand, and whether changes are marked on the canvas.

    ``followed`` comes after each comparison.
    """

    followed = Signal()

    def __init__(
        self, view: WellView, bridge: SessionBridge, track: Callable[[], TrackSpec | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view, self._bridge, self._track = view, bridge, track
        self.changed: tuple[RowSpan, ...] = ()
        self.places: tuple[RowSpan, ...] = ()
        self.signed: tuple[SignedRows, ...] = ()
        self._is_shown = False
        self._gone_to: tuple[RowSpan, RowSpan] | None = None

    def follow(self) -> None:
        """Compare the track in hand with what was accepted of it, and show what differs."""
        track, session = self._track(), self._bridge.session
        self.changed = session.changed_since_accepted(track.id) if track is not None else ()
        self.signed = session.sign_offs(track.id) if track is not None else ()
        self.places = places(self.changed)
        words = [changed_words(self.changed, self.places)] if self.changed else []
        words += [signed_briefly(s) for s in self.signed[-2:]]
        self._view.review.show_signed(" ".join(words), has_changed=bool(self.changed))
        self._show_on_canvas()
        self.followed.emit()

    def show_changes(self, is_shown: bool) -> None:
        """Mark what changed on the canvas, or no longer."""
        self._is_shown = is_shown
        self._show_on_canvas()

    def accepted_lines(self, rows: RowSpan) -> tuple[CurveLine, ...]:
        """Return the accepted curves of the track in hand where some rows differ from them; empty where none does."""
        track = self._track()
        near = [p.grown(_MORE_ROWS).clipped(rows) for p in self.places if p.overlaps(rows)]
        if track is None or not near:
            return ()
        line, trace = self._bridge.session.accepted_line(track.id), Trace.absent(rows)
        for place in near:
            within = place.clipped(line.rows)
            x = line.x[:, within.start - line.rows.start : within.stop - line.rows.start]
            trace.x[:, within.start - rows.start : within.stop - rows.start] = np.where(np.isinf(x), np.nan, x)
        return lines_of(track, trace, rows)

    def go_on(self, *, is_down: bool) -> RowSpan | None:
        """Centre the next changed place and return it; None where nothing changed.

        It is the one beside the place gone to last, or, where the view was moved since, the first that is in view or
        lies beyond it; at the end it begins again.
        """
        canvas = self._view.canvas
        seen, was = canvas.visible_rows(), self._gone_to
        edge = (seen.start if is_down else seen.stop) if was is None or was[0] != seen else was[1].start
        is_same = was is not None and was[0] == seen
        if is_down:
            beyond = [p for p in self.places if (p.start > edge if is_same else p.stop > edge)] or self.places[:1]
            place = beyond[0] if beyond else None
        else:
            beyond = [p for p in self.places if p.start < edge] or self.places[-1:]
            place = beyond[-1] if beyond else None
        if place is not None:
            canvas.go_to_row((place.start + place.stop - 1) / 2)
            self._gone_to = canvas.visible_rows(), place
        return place

    def _show_on_canvas(self) -> None:
        track = self._track()
        if not self._is_shown or track is None or not self.places:
            self._view.canvas.show_changes((), None)
        else:
            self._view.canvas.show_changes(self.places, self._bridge.session.accepted_line(track.id))
