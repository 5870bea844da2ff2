"""Loose ink on a printed line: known by what else is inked in its rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.session import drawn
from veerdesk.rows import RowSpan
from veerdesk.session.printed_line import lies_on_printed_line
from veerdesk.session.session import Session
from veerdesk.tracing.loose_ink import LooseInk


def _session_with_line(tmp_path: Path) -> Session:
    """Return a well over the drawn scan with a line printed across it at rows 300 to 302, and a limb at rows 500 to 502."""
    path = drawn.draw_scan(tmp_path / "lined.png")
    grey = np.array(Image.open(path))
    grey[300:303], grey[500:503, 60:90] = 0, 0
    Image.fromarray(grey).save(path)
    session = Session.create([path])
    for job in session.ingests():
        job.inline()
    drawn.add_track(session)
    return session


def test_a_piece_of_a_line_across_the_track_is_told_from_a_limb(tmp_path: Path) -> None:
    session = _session_with_line(tmp_path)
    (track,) = session.description.tracks

    def lies(rows: RowSpan) -> bool:
        return lies_on_printed_line(session, track.id, LooseInk(rows, 60, 90, 5.0, 1.0, 3.0), 4.0)

    assert lies(RowSpan(300, 303))
    assert lies(RowSpan(296, 301))
    assert not lies(RowSpan(500, 503))
    assert lies(RowSpan(300, 303))  # what is known is not asked again, and is the same
    session.close()


def test_a_piece_as_wide_as_the_track_or_outside_it_leaves_nothing_to_tell_by(tmp_path: Path) -> None:
    session = _session_with_line(tmp_path)
    (track,) = session.description.tracks

    for left, right in ((30, 250), (0, 20), (260, 290)):
        piece = LooseInk(RowSpan(500, 503), left, right, 5.0, 1.0, 3.0)
        assert not lies_on_printed_line(session, track.id, piece, 4.0)
    session.close()
