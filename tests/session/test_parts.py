"""History, staleness, view state and the order of tiles, each for itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from veerdesk.calibration.description import CurveSpec, Pin, ScanSpec, TrackSpec, WellDescription
from veerdesk.rows import RowSpan
from veerdesk.session.change import ChangeKind
from veerdesk.session.history import History
from veerdesk.session.payloads import carried_over, describe_payload, described
from veerdesk.session.pipeline import description_kinds, staleness, touched_track
from veerdesk.session.prediction import nearest_first
from veerdesk.session.view_state import ViewState
from veerdesk.well.records import Act, JournalRow

TRACK = TrackSpec(
    3, "T", "s", 0, 999, ((0.0, 10.0),), ((0.0, 90.0),), (CurveSpec(1, "GR"), CurveSpec(2, "SP")), stroke_px=4.0
)
WELL = WellDescription(scans=(ScanSpec("s", "a.tif"),), tracks=(TRACK,))


def row(number: int, act: Act = "do", target: int | None = None) -> JournalRow:
    return JournalRow(number, 0.0, "tester", act, "paint", f"Edit {number}", target)


def test_undo_and_redo_follow_from_the_rows() -> None:
    history = History([row(1), row(2), row(3, "undo", 2), row(4, "note"), row(5, "undo", 1), row(6, "redo", 1)])

    assert history.to_undo == row(1)
    assert history.to_redo == row(2)
    assert history.next_id == 7


def test_a_row_out_of_turn_is_refused() -> None:
    with pytest.raises(ValueError, match="not in turn"):
        History([row(1), row(2), row(3, "undo", 1)])


@pytest.mark.parametrize(
    ("after", "needs"),
    [
        (replace(TRACK, name="U", accepted=(RowSpan(0, 5),)), (False, False)),
        (replace(TRACK, right=((0.0, 91.0),)), (True, True)),
        (replace(TRACK, bottom=998), (True, True)),
        (replace(TRACK, stroke_px=5.0), (True, True)),
        (replace(TRACK, curves=(replace(TRACK.curves[0], style="dashed"), TRACK.curves[1])), (True, False)),
        (replace(TRACK, curves=TRACK.curves[:1]), (True, True)),
        (replace(TRACK, curves=(replace(TRACK.curves[0], left=1.0), TRACK.curves[1])), (False, False)),
    ],
)
def test_what_is_touched_decides_what_is_stale(after: TrackSpec, needs: tuple[bool, bool]) -> None:
    found = staleness(TRACK, after)

    assert (found.needs_prediction, found.needs_new_decode) == needs


def test_a_new_pin_makes_its_rows_stale_and_no_others() -> None:
    pin = Pin("absent", 1, RowSpan(10, 20))

    assert staleness(TRACK, replace(TRACK, pins=(pin,))).rows_to_retrace == (RowSpan(10, 20),)


def test_a_description_says_what_it_is_about() -> None:
    accepted = WELL.with_track(replace(TRACK, accepted=(RowSpan(0, 9),)))

    assert description_kinds(WELL, accepted) & ChangeKind.REVIEW
    assert touched_track(WELL, accepted) == 3
    assert touched_track(WELL, replace(WELL, items=(("WELL", "A"),))) is None


def test_undo_brings_no_old_place_of_a_scan_back() -> None:
    now = WELL.with_scan(ScanSpec("s", "moved/a.tif", digest="d"))

    back = carried_over(WELL, now)

    assert (back.scans[0].file, back.scans[0].digest) == ("moved/a.tif", "d")


def test_a_description_survives_the_journal() -> None:
    pinned = WELL.with_track(replace(TRACK, pins=(Pin("at", 2, RowSpan(5, 6), 44.25),), accepted=(RowSpan(1, 7),)))

    assert described(describe_payload(WELL, pinned), where="here") == (WELL, pinned)


def test_a_view_survives_and_nonsense_is_left_at_its_default() -> None:
    view = ViewState(top_row=12.5, tool="pin", active_track=4, extra={"a": 1})

    assert ViewState.from_json(view.to_json()) == view
    assert ViewState.from_json('{"scale": "big", "tool": 3, "unknown": 1, "opacity": 1}') == ViewState(opacity=1)
    assert ViewState.from_json("not json") == ViewState()
    assert ViewState.from_json("[]") == ViewState()


def test_what_is_on_screen_is_predicted_first_and_the_rest_by_distance() -> None:
    tiles = tuple(RowSpan(n * 100, n * 100 + 100) for n in range(8))

    assert nearest_first(tiles, (0, 1, 2, 3, 4, 6, 7), RowSpan(380, 520)) == (4, 3, 2, 6, 1, 7, 0)
