"""What a new description makes of tracks that are open: what can be kept, what is decoded again.

Separate because an edit, an undo and what another window wrote all arrive as one description in place of another.
"""

from __future__ import annotations

from veerdesk.calibration.description import TrackSpec, WellDescription
from veerdesk.rows import joined
from veerdesk.session.change import Change
from veerdesk.session.open_tracks import OpenTracks
from veerdesk.session.ownership import trace_pins
from veerdesk.session.pipeline import description_kinds, staleness, touched_track


class DescribedTracks(OpenTracks):
    """The tracks of an open well whose description can be replaced."""

    def _described(self, before: WellDescription, after: WellDescription) -> Change:
        self._description = after
        kinds, rows = description_kinds(before, after), None
        old = {t.id: t for t in before.tracks}
        for track in after.tracks:
            state = self._state(track.id)
            follows = staleness(old.get(track.id, track), track)
            kinds |= follows.kinds
            if follows.needs_new_decode or (follows.rows_to_retrace and state.is_decoding):
                state.forget_decoding(track.geometry.rows)
            elif follows.rows_to_retrace:
                self._read_live(track.id)
                if (done := self._retraced(track.id, follows.rows_to_retrace, trace_pins(track))) is not None:
                    kinds, rows = kinds | done[0], done[1]
        moved = [t for t in after.tracks if staleness(old.get(t.id, t), t).frees_paper or t.id not in old]
        gone = [t for t in before.tracks if t.id not in {a.id for a in after.tracks}]
        for track in gone:
            left = self._states.get(track.id)
            if left is not None and left.is_decoding:  # what the job brings would find no track; undo decodes anew
                left.forget_decoding(track.geometry.rows)
        self._free_paper((*moved, *gone, *(old[t.id] for t in moved if t.id in old)))
        return Change(kinds, rows, touched_track(before, after))

    def _free_paper(self, tracks: tuple[TrackSpec, ...]) -> None:
        """Let every decoder see the tracks as they are now, and decode again what lay under those that moved."""
        for each in self._description.tracks:
            self._read_live(each.id)
            spans = [t.geometry.rows.clipped(each.geometry.rows) for t in tracks if t.id != each.id]
            if any(not s.is_empty for s in spans):
                self._state(each.id).retrace(joined(spans))
