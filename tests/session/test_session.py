"""Sessions: what a gesture does, what undo takes back, and what a restart finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.session.drawn import (
    COLS,
    DIGEST,
    ROWS,
    add_track,
    band,
    columns,
    decode,
    draw_scan,
    predict,
    session_with_track,
    stroke,
)
from veerdesk.calibration.description import CurveSpec, Pin
from veerdesk.errors import UnusableInputError
from veerdesk.labels.classes import NOT_SAID
from veerdesk.rows import RowSpan
from veerdesk.session.change import ChangeKind
from veerdesk.session.session import Session
from veerdesk.session.stored_tracks import replayed

ALL = RowSpan(0, ROWS), (0, COLS)


def said(session: Session, track_id: int) -> np.ndarray:
    return session.label_map(track_id).said(*ALL)


def shown(session: Session, track_id: int) -> np.ndarray:
    return session.label_map(track_id).classes(*ALL)


def test_a_new_well_lies_beside_its_scan_and_is_one_file_when_closed(tmp_path: Path) -> None:
    session, _ = session_with_track(tmp_path)

    assert session.path == tmp_path / "log.veer"
    session.close()

    assert sorted(p.name for p in tmp_path.iterdir()) == ["log.png", "log.veer"]


def test_a_prediction_is_shown_and_traced(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)

    predict(session, track.id)

    trace = session.trace(track.id)
    assert trace is not None
    assert np.array_equal(shown(session, track.id), band().classes)
    assert float(np.nanmedian(np.abs(trace.x - columns()))) < 1.0
    assert session.is_segmented(track.id, RowSpan(0, ROWS))
    assert not session.is_provisional(track.id)
    session.close()


def test_a_gesture_moves_the_trace_in_its_own_rows_only(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    before = session.trace(track.id)
    assert before is not None
    x = before.x.copy()
    edit = stroke(session, track.id, 400, float(columns()[0, 400]), 0, radius=40)
    assert edit is not None

    change = session.apply(edit)

    after = session.trace(track.id)
    assert after is not None
    assert change.kinds & ChangeKind.LABELS
    assert change.kinds & ChangeKind.TRACE
    assert change.rows is not None
    assert change.rows.start <= edit.rows.start
    assert change.rows.stop >= edit.rows.stop
    same = np.isclose(after.x, x, equal_nan=True)
    assert not same.all()
    outside = np.ones(ROWS, np.bool_)
    outside[change.rows.start : change.rows.stop] = False
    assert same[:, outside].all()
    session.close()


def test_an_edit_can_be_shown_before_it_is_traced(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    edit = stroke(session, track.id, 400, float(columns()[0, 400]), 0, radius=10)
    assert edit is not None

    with session.tracing_later():
        change = session.apply(edit)

    assert change.rows == edit.rows
    assert session.stale(track.id) == (edit.rows,)
    settled = session.settle()
    assert settled is not None
    assert settled.kinds is ChangeKind.TRACE
    assert session.stale(track.id) == ()
    assert session.settle() is None
    x = session.trace(track.id)
    session.undo()
    session.apply(edit)
    now = session.trace(track.id)
    assert x is not None
    assert now is not None
    assert np.array_equal(now.x, x.x, equal_nan=True)
    session.close()


def test_painting_on_a_track_that_was_undone_writes_nothing(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    edit = stroke(session, track.id, 400, 100, 1)
    assert edit is not None
    session.undo()
    entries = len(session.history)

    with pytest.raises(ValueError, match="no track 1"):
        session.apply(edit)

    assert len(session.history) == entries
    session.close()


def test_the_trace_after_gestures_equals_a_full_decode(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    for row, cls in ((100, 0), (300, 2), (500, 1), (105, NOT_SAID)):
        edit = stroke(session, track.id, row, float(columns()[0, row]), cls, radius=20)
        if edit is not None:
            session.apply(edit)
    live = session.trace(track.id)
    assert live is not None
    x, kind = live.x.copy(), live.kind.copy()
    session.close()

    again = Session.open(tmp_path / "log.veer")
    decode(again, track.id)

    trace = again.trace(track.id)
    assert trace is not None
    assert np.array_equal(trace.x, x, equal_nan=True)
    assert np.array_equal(trace.kind, kind)
    again.close()


GESTURES = st.lists(
    st.tuples(st.integers(20, 860), st.integers(60, 220), st.sampled_from([0, 1, 2, NOT_SAID]), st.integers(1, 25)),
    max_size=6,
)


@given(gestures=GESTURES, undone=st.integers(0, 6))
@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reopened_equals_left_and_undo_reaches_the_start(
    tmp_path_factory: pytest.TempPathFactory, gestures: list[tuple[int, int, int, int]], undone: int
) -> None:
    folder = tmp_path_factory.mktemp("well")
    session, track = session_with_track(folder)
    key = session.prediction_key(track.id, DIGEST)
    assert key is not None
    session.take_band(track.id, band(), key)
    states = [said(session, track.id)]
    for row, col, cls, radius in gestures:
        edit = stroke(session, track.id, row, col, cls, radius)
        if edit is not None:
            session.apply(edit)
            states.append(said(session, track.id))
    for _ in range(min(undone, len(states) - 1)):
        session.undo()
    left, names = said(session, track.id), (session.undo_label, session.redo_label)
    session.close()

    again = Session.open(session.path)

    assert np.array_equal(said(again, track.id), left)
    assert np.array_equal(shown(again, track.id), np.where(left == NOT_SAID, band().classes, left))
    assert (again.undo_label, again.redo_label) == names
    while again.redo() is not None:
        pass
    for state in reversed(states):
        assert np.array_equal(said(again, track.id), state)
        again.undo()
    assert [t.id for t in again.description.tracks] == []
    assert again.undo() is None
    again.close()


def test_tiles_on_disk_equal_the_replay_of_the_journal(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    for row, cls in ((50, 1), (60, 2), (400, 0), (700, 1)):
        edit = stroke(session, track.id, row, 120, cls, radius=12)
        assert edit is not None
        session.apply(edit)
    session.undo()
    session.undo()
    session.redo()
    session.wait_saved()

    replay = replayed(session._store, track.id, track.origin_col)

    assert np.array_equal(replay.said(*ALL), said(session, track.id))
    session.close()


def test_predicting_again_never_changes_a_persons_pixel(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    looks = zip(track.curves, ("solid", "dashed"), strict=True)  # told apart by looks: the model's classes count
    told = replace(track, curves=tuple(replace(curve, style=style) for curve, style in looks))
    session.describe(session.description.with_track(told), "Looks")
    predict(session, track.id)
    edit = stroke(session, track.id, 300, 110, 2, radius=25)
    assert edit is not None
    session.apply(edit)
    word = said(session, track.id)

    predict(session, track.id, "e" * 64, swapped=True)

    assert np.array_equal(said(session, track.id), word)
    now = shown(session, track.id)
    assert np.array_equal(now[word != NOT_SAID], word[word != NOT_SAID])
    assert np.array_equal(now[word == NOT_SAID], band(swapped=True).classes[word == NOT_SAID])
    assert [r.kind for r in session.history].count("model") == 2
    session.undo()
    assert np.array_equal(shown(session, track.id), band(swapped=True).classes)
    session.close()


def test_an_answer_for_borders_that_moved_since_is_dropped(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    key = session.prediction_key(track.id, DIGEST)
    assert key is not None
    session.describe(session.description.with_track(replace(track, right=((0.0, 250.0),))), "Move a border")

    change = session.take_band(track.id, band(), key)

    assert change.kinds is ChangeKind.NONE
    assert not shown(session, track.id).any()
    session.close()


def test_moving_a_border_makes_the_prediction_stale_and_undo_makes_it_good_again(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)

    change = session.describe(session.description.with_track(replace(track, right=((0.0, 250.0),))), "Move a border")

    assert change.kinds & ChangeKind.MODEL
    assert change.track_id == track.id
    assert not session.is_segmented(track.id, RowSpan(0, ROWS))
    session.undo()
    assert session.is_segmented(track.id, RowSpan(0, ROWS))
    session.close()


def test_moving_a_border_measures_the_stroke_again_unless_a_person_typed_it(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    moved = replace(track, right=((0.0, 250.0),))

    session.describe(session.description.with_track(moved), "Move a border")
    measured = session.description.track(track.id).stroke_px
    session.undo()
    back = session.description.track(track.id).stroke_px
    session.redo()
    session.note_stroke(track.id, 5.0)
    session.undo()
    session.redo()
    noted = session.description.track(track.id).stroke_px
    typed = replace(session.description.track(track.id), stroke_px=6.0, is_stroke_stated=True)
    session.describe(session.description.with_track(typed), "Stroke width")
    session.describe(session.description.with_track(replace(typed, left=((0.0, 30.0),))), "Move a border")

    assert (measured, back, noted) == (None, 4.0, None)
    assert session.description.track(track.id).stroke_px == 6.0
    session.close()


def test_a_new_name_makes_nothing_stale(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    curves = (replace(track.curves[0], mnemonic="SP", left=-80.0), track.curves[1])

    change = session.describe(session.description.with_track(replace(track, curves=curves)), "Rename")

    assert not change.kinds & (ChangeKind.MODEL | ChangeKind.TRACE)
    assert not session.stale(track.id)
    session.close()


def test_a_pin_moves_the_trace_and_undo_moves_it_back(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    predict(session, track.id)
    trace = session.trace(track.id)
    assert trace is not None
    x = trace.x.copy()
    pinned = replace(track, pins=(Pin("absent", 2, RowSpan(300, 340)),))

    session.describe(session.description.with_track(pinned), "Say that curve 2 is absent")
    now = session.trace(track.id)
    assert now is not None
    assert np.isnan(now.x[1, 305:335]).all()

    session.undo()
    back = session.trace(track.id)
    assert back is not None
    assert np.array_equal(back.x, x, equal_nan=True)
    session.close()


def test_descriptions_are_undone_and_redone_across_restarts(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    scan = session.description.scans[0]
    anchored = session.description.with_scan(replace(scan, depth=((0.0, 100.0), (899.0, 200.0))))
    session.describe(anchored, "Place anchors")
    session.undo()
    session.undo()
    session.close()

    again = Session.open(session.path)

    assert again.description.tracks == ()
    assert again.redo_label == "Add T1"
    again.redo()
    again.redo()
    assert again.description.track(track.id) == track
    assert again.description.scans[0].depth == ((0.0, 100.0), (899.0, 200.0))
    assert not again.can_redo
    again.close()


def test_an_edit_after_undo_ends_the_redo_chain(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    for row in (100, 200):
        edit = stroke(session, track.id, row, 120, 1)
        assert edit is not None
        session.apply(edit)
    session.undo()
    edit = stroke(session, track.id, 300, 120, 2)
    assert edit is not None
    session.apply(edit)

    assert session.redo() is None
    assert session.undo_label == "Brush 2"
    session.close()


def test_a_second_window_reads_only_and_says_so(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    edit = stroke(session, track.id, 100, 120, 1)
    assert edit is not None
    session.apply(edit)
    session.wait_saved()

    second = Session.open(session.path)

    assert second.is_read_only
    assert np.array_equal(said(second, track.id), said(session, track.id))
    other = stroke(second, track.id, 200, 120, 1)
    assert other is not None
    with pytest.raises(UnusableInputError, match="reading only"):
        second.apply(other)
    with pytest.raises(UnusableInputError, match="reading only"):
        second.undo()
    assert (second.can_undo, second.can_redo) == (False, False)
    second.close()
    session.close()
    third = Session.open(session.path)
    assert not third.is_read_only
    third.close()


def test_a_well_reopens_as_it_was_left(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    view = replace(
        session.view, top_row=321.5, scale=0.75, tool="eraser", active_track=track.id, extra={"split": [1, 2]}
    )
    session.keep_view(view)
    session.close()

    again = Session.open(session.path)

    assert again.view == view
    again.close()


def test_what_one_track_owns_is_no_evidence_for_another(tmp_path: Path) -> None:
    session, first = session_with_track(tmp_path)
    second = add_track(session, "T2", left=60.0)
    predict(session, first.id)
    predict(session, second.id)

    trace = session.trace(second.id)

    assert trace is not None
    assert np.isnan(trace.x).all()
    session.close()


def test_a_person_gives_ink_to_the_second_track_and_takes_it_from_the_first(tmp_path: Path) -> None:
    session, first = session_with_track(tmp_path)
    second = add_track(session, "T2", left=60.0)
    predict(session, first.id)
    decode(session, second.id)
    for row in range(300, 420, 8):
        edit = stroke(session, second.id, row, float(columns()[0, row]), 1, radius=14)
        assert edit is not None
        session.apply(edit)

    one, two = session.trace(first.id), session.trace(second.id)

    assert one is not None
    assert two is not None
    assert np.isfinite(two.x[0, 320:400]).all()
    assert not (one.kind[0, 320:400] == 1).any()
    session.close()


def test_track_numbers_are_never_used_twice(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    session.undo()
    session.close()

    again = Session.open(session.path)
    other = add_track(again)

    assert other.id > track.id
    again.close()


def test_two_new_tracks_have_two_numbers(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    where = {"scan": track.scan, "top": 0, "bottom": 9, "left": track.left, "right": track.right}

    one, two = session.new_track(**where), session.new_track(**where)

    assert len({track.id, one.id, two.id}) == 3
    assert one.name == "T2"
    session.close()


def test_a_scan_that_moved_beside_the_well_is_found_and_another_one_refused(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    scan = draw_scan(tmp_path / "scans" / "log.png")
    session = Session.create([scan], tmp_path / "well.veer")
    for job in session.ingests():
        job.inline()
    session.close()
    scan.rename(tmp_path / "renamed.png")

    again = Session.open(tmp_path / "well.veer")
    assert again.description.scans[0].file == "renamed.png"
    again.close()

    (tmp_path / "renamed.png").unlink()
    with pytest.raises(UnusableInputError, match=r"renamed\.png"):
        Session.open(tmp_path / "well.veer")
    damaged = draw_scan(tmp_path / "renamed.png")
    damaged.write_bytes(damaged.read_bytes() + b"\0")
    with pytest.raises(UnusableInputError, match="content has changed"):
        Session.open(tmp_path / "well.veer")
    draw_scan(tmp_path / "other.png")
    given = Session.open(tmp_path / "well.veer", scans={"log": tmp_path / "other.png"})
    given.close()


def test_a_scan_that_cannot_be_used_leaves_no_well(tmp_path: Path) -> None:
    good, bad = draw_scan(tmp_path / "log.png"), tmp_path / "text.tif"
    bad.write_text("not a scan")

    for paths in ([bad], [good, bad], [tmp_path / "nothing.tif"], []):
        with pytest.raises(UnusableInputError):
            Session.create(paths)

    assert sorted(p.name for p in tmp_path.iterdir()) == ["log.png", "text.tif"]


def test_a_well_that_exists_is_never_written_over(tmp_path: Path) -> None:
    first = Session.create([draw_scan(tmp_path / "log.png")])
    first.close()

    second = Session.create([tmp_path / "log.png"])

    assert second.path.name == "log 2.veer"
    second.close()


def test_save_as_leaves_a_well_that_finds_its_scan_from_there(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    edit = stroke(session, track.id, 100, 120, 1)
    assert edit is not None
    session.apply(edit)
    folder = tmp_path / "elsewhere"
    folder.mkdir()

    session.save_as(folder / "copy.veer")

    copy = Session.open(folder / "copy.veer")
    assert not copy.is_read_only
    assert copy.description.scans[0].file == "../log.png"
    assert np.array_equal(said(copy, track.id), said(session, track.id))
    assert copy.undo_label == "Brush 1"
    copy.close()
    session.close()
    assert sorted(p.name for p in folder.iterdir()) == ["copy.veer"]


def test_a_folder_that_cannot_be_written_sends_the_well_to_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = draw_scan(tmp_path / "log.png")
    monkeypatch.setenv("VEERDESK_DOCUMENTS", str(tmp_path / "documents"))
    monkeypatch.setattr("veerdesk.session.opening._can_write", lambda folder: False)

    session = Session.create([scan])

    assert session.path == tmp_path / "documents" / "log.veer"
    session.close()
    Session.open(tmp_path / "documents" / "log.veer").close()


def test_a_curve_more_makes_the_trace_stale(tmp_path: Path) -> None:
    session, track = session_with_track(tmp_path)
    lone = replace(track, curves=(CurveSpec(1, "GR", "GAPI"),))
    session.describe(session.description.with_track(lone), "Remove a curve")
    predict(session, track.id)

    session.describe(session.description.with_track(track), "Add a curve")

    assert session.stale(track.id) == (RowSpan(0, ROWS),)
    session.close()
