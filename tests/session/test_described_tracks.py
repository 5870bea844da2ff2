"""A track that goes while something works on it: what comes late is dropped, and undo finds it whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.session.drawn import decode, predict, session_with_track
from veerdesk.session.change import NO_CHANGE


def test_a_trace_that_comes_after_its_track_was_removed_is_dropped_and_undo_traces_it_anew(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    before = session.trace(track.id)
    session.describe(session.description.with_track(replace(track, curves=track.curves[:1])), "one curve")
    job = session.retrace(track.id)

    session.describe(replace(session.description, tracks=()), "remove T1")
    late = session.take_trace(job.inline())
    session.give_up_retrace(track.id)
    session.undo()
    session.undo()
    decode(session, track.id)

    after = session.trace(track.id)
    assert late == NO_CHANGE
    assert before is not None
    assert after is not None
    assert np.array_equal(before.x, after.x, equal_nan=True)
    session.close()
