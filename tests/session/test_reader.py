"""Two sessions on one well: the second reads, and follows what the first one writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.session.drawn import COLS, DIGEST, WHOLE, add_track, band, predict, session_with_track, stroke
from veerdesk.calibration.description import TrackSpec
from veerdesk.errors import UnusableInputError
from veerdesk.rows import RowSpan
from veerdesk.session.change import ChangeKind
from veerdesk.session.session import Session


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Session, Session, TrackSpec]]:
    """A session that writes and one that reads the same well, with a track that was predicted."""
    writer, track = session_with_track(tmp_path)
    predict(writer, track.id)
    writer.wait_saved()
    reader = Session.open(writer.path)
    yield writer, reader, track
    reader.close()
    writer.close()


def _painted(session: Session, track_id: int, row: float = 300.0, cls: int = 2) -> None:
    edit = stroke(session, track_id, row, 130.0, cls)
    assert edit is not None
    session.apply(edit)
    session.wait_saved()


def _same(writer: Session, reader: Session, track_id: int) -> bool:
    ours, theirs = (
        (s.label_map(track_id).classes(WHOLE, (0, COLS)), s.label_map(track_id).said(WHOLE, (0, COLS)))
        for s in (writer, reader)
    )
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs))


def test_the_second_session_reads_and_refuses_every_change(pair: tuple[Session, Session, TrackSpec]) -> None:
    _, reader, track = pair
    edit = stroke(reader, track.id, 300.0, 130.0, 2)
    assert edit is not None

    with pytest.raises(UnusableInputError, match="reading only: another window writes it"):
        reader.apply(edit)
    with pytest.raises(UnusableInputError, match="reading only"):
        reader.describe(reader.description.with_track(track), "again")
    with pytest.raises(UnusableInputError, match="reading only"):
        reader.undo()

    assert (reader.is_read_only, reader.can_undo) == (True, False)


def test_a_stroke_reaches_the_reader(pair: tuple[Session, Session, TrackSpec]) -> None:
    writer, reader, track = pair
    assert reader.catch_up() is None
    _painted(writer, track.id)

    change = reader.catch_up()

    assert change is not None
    assert ChangeKind.LABELS | ChangeKind.HISTORY in change.kinds
    assert (change.track_id, change.rows) == (track.id, RowSpan(256, 512))
    assert _same(writer, reader, track.id)
    assert reader.history == writer.history
    assert reader.catch_up() is None


def test_undo_of_the_first_word_takes_it_from_the_reader_too(pair: tuple[Session, Session, TrackSpec]) -> None:
    writer, reader, track = pair
    _painted(writer, track.id)
    reader.catch_up()

    writer.undo()
    writer.wait_saved()
    reader.catch_up()

    assert _same(writer, reader, track.id)
    assert reader.undo_label == writer.undo_label


def test_a_prediction_and_its_replacement_reach_the_reader(pair: tuple[Session, Session, TrackSpec]) -> None:
    writer, reader, track = pair
    predict(writer, track.id, digest="e" * 64, swapped=True)
    writer.wait_saved()

    change = reader.catch_up()

    assert change is not None
    assert ChangeKind.MODEL in change.kinds
    assert reader.prediction_digest(track.id) == "e" * 64
    assert reader.predicted(track.id) == writer.predicted(track.id)
    for plane in ("p1", "p2"):
        ours, theirs = (list(getattr(s.evidence(track.id), plane).tiles()) for s in (writer, reader))
        assert ours == theirs


def test_a_new_track_and_a_new_name_reach_the_reader(pair: tuple[Session, Session, TrackSpec]) -> None:
    writer, reader, track = pair
    more = add_track(writer, "T2", left=250.0, right=290.0)
    writer.describe(writer.description.with_track(replace(track, name="renamed")), "rename")
    key = writer.prediction_key(more.id, DIGEST)
    assert key is not None
    writer.take_band(more.id, band(RowSpan(0, 300)), key)
    writer.wait_saved()

    change = reader.catch_up()

    assert change is not None
    assert ChangeKind.DESCRIPTION in change.kinds
    assert [t.name for t in reader.description.tracks] == ["renamed", "T2"]
    assert _same(writer, reader, more.id)


def test_the_reader_goes_on_after_the_writer_has_closed(tmp_path: Path) -> None:
    writer, track = session_with_track(tmp_path)
    reader = Session.open(writer.path)
    _painted(writer, track.id)
    writer.close()

    assert reader.catch_up() is not None

    assert reader.label_map(track.id).said(RowSpan(300, 301), (130, 131))[0, 0] == 2
    reader.close()
