"""What a hand means by a stroke: what the curves own, and what the model took for one though no curve came there."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.session import drawn
from veerdesk.labels.edits import Rule, paint
from veerdesk.labels.shapes import Region
from veerdesk.rows import RowSpan
from veerdesk.session.ink_lock import owned_in, stroke_in
from veerdesk.session.session import Session

LIMB = (RowSpan(400, 406), (50, 75))
WIDE = (RowSpan(395, 411), (20, 100))


def _with_missed_limb(session: Session, track_id: int) -> None:
    """Let the model see a limb of curve 1 far from where both curves are followed."""
    key = session.prediction_key(track_id, drawn.DIGEST)
    assert key is not None
    for rows in drawn.WHOLE.bands(300):
        band = drawn.band(rows)
        if LIMB[0].start in rows:
            here = (slice(LIMB[0].start - rows.start, LIMB[0].stop - rows.start), slice(*LIMB[1]))
            band.p1[here], band.classes[here] = 250, 1
        session.take_band(track_id, band, key)
    drawn.decode(session, track_id)


def test_a_limb_that_no_curve_came_to_is_nobody_s_and_a_hand_still_means_it(tmp_path: Path) -> None:
    session, track = drawn.session_with_track(tmp_path)
    _with_missed_limb(session, track.id)

    owned, meant = (read(session, track.id, *LIMB) for read in (owned_in, stroke_in))

    assert not owned.any()
    assert meant.all()
    around = stroke_in(session, track.id, *WIDE)
    assert around.sum() == LIMB[0].rows * (LIMB[1][1] - LIMB[1][0])
    session.close()


def test_what_a_person_called_background_is_meant_by_nobody(tmp_path: Path) -> None:
    session, track = drawn.session_with_track(tmp_path)
    _with_missed_limb(session, track.id)
    region = Region(LIMB[0].start, LIMB[1][0], np.ones((6, 25), np.bool_))

    session.apply(paint(session.label_map(track.id), track.id, region, 0, Rule.ANYTHING, None, "erase"))

    assert not stroke_in(session, track.id, *LIMB).any()
    session.close()


def test_what_another_track_owns_is_not_meant(tmp_path: Path) -> None:
    session, track = drawn.session_with_track(tmp_path)
    other = drawn.add_track(session, "T2", 30.0, 100.0)
    for each in (track, other):
        _with_missed_limb(session, each.id)

    assert stroke_in(session, track.id, *LIMB).any() != stroke_in(session, other.id, *LIMB).any()
    session.close()
