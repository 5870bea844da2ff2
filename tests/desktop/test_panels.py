"""Panels show a description and say what a person wants; they change nothing themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from veerdesk.calibration.description import CurveSpec, ScanSpec, TrackSpec, WellDescription
from veerdesk.desktop.anchors import disagreements, with_anchor
from veerdesk.desktop.guidance import Progress, Step, guide
from veerdesk.desktop.panels.depth import DepthPanel
from veerdesk.desktop.panels.export import ExportPanel, step_for
from veerdesk.desktop.panels.tracks import TracksPanel
from veerdesk.desktop.theme import LIGHT

GR = CurveSpec(1, "GR", "GAPI", left=0.0, right=150.0)


def a_well(*curves: CurveSpec, depth: tuple[tuple[float, float], ...] = ()) -> WellDescription:
    track = TrackSpec(1, "T1", "main", 0, 999, ((0.0, 10.0),), ((0.0, 210.0),), curves)
    return WellDescription((("WELL", "A 1"),), scans=(ScanSpec("main", "a.tif", depth=depth),), tracks=(track,))


@pytest.fixture
def heard() -> list[tuple[WellDescription, str]]:
    return []


def test_a_scale_typed_with_a_comma_is_one_description(qtbot: QtBot, heard: list[tuple[WellDescription, str]]) -> None:
    panel = TracksPanel(LIGHT, (), decimal="point")
    qtbot.addWidget(panel)
    panel.show_well(a_well(GR), 1)
    panel.described.connect(lambda d, w: heard.append((d, w)))
    field = panel.forms[0].left
    field.clear()

    QTest.keyClicks(field, "1,5")
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert len(heard) == 1
    after, words = heard[0]
    curve = after.track(1).curve(1)
    assert curve is not None
    assert curve.left == 1.5
    assert "GR" in words


def test_showing_a_well_says_nothing(qtbot: QtBot, heard: list[tuple[WellDescription, str]]) -> None:
    tracks, depth = TracksPanel(LIGHT, ()), DepthPanel(())
    for panel in (tracks, depth):
        qtbot.addWidget(panel)
        panel.described.connect(lambda d, w: heard.append((d, w)))

    tracks.show_well(a_well(GR), 1)
    depth.show_well(a_well(GR, depth=((0.0, 100.0), (900.0, 200.0))))

    assert not heard


def test_a_stroke_width_can_be_typed_and_be_left_to_the_ink_again(
    qtbot: QtBot, heard: list[tuple[WellDescription, str]]
) -> None:
    panel = TracksPanel(LIGHT, (), decimal="point")
    qtbot.addWidget(panel)
    panel.described.connect(lambda d, w: heard.append((d, w)))
    well = a_well(GR)
    panel.show_well(well.with_track(replace(well.track(1), stroke_px=4.2345)), 1)
    assert panel.stroke.text() == "4.2"

    for text in ("900", "6.5", ""):
        panel.stroke.clear()
        panel.stroke.setModified(True)
        QTest.keyClicks(panel.stroke, text)
        QTest.keyClick(panel.stroke, Qt.Key.Key_Return)
        if heard:
            panel.show_well(heard[-1][0], 1)

    widths = [(d.track(1).stroke_px, d.track(1).is_stroke_stated) for d, _ in heard]
    assert widths == [(6.5, True), (None, False)]
    assert "T1" in heard[0][1]


def test_a_second_curve_is_asked_for_and_taken_away(qtbot: QtBot, heard: list[tuple[WellDescription, str]]) -> None:
    panel = TracksPanel(LIGHT, ())
    qtbot.addWidget(panel)
    panel.described.connect(lambda d, w: heard.append((d, w)))
    panel.show_well(a_well(GR), 1)

    panel.has_second.click()
    panel.show_well(heard[-1][0], 1)
    panel.has_second.click()

    assert [len(d.track(1).curves) for d, _ in heard] == [2, 1]


def test_a_name_that_another_track_has_is_not_taken(qtbot: QtBot, heard: list[tuple[WellDescription, str]]) -> None:
    well = a_well(GR)
    other = TrackSpec(2, "T2", "main", 0, 999, ((0.0, 300.0),), ((0.0, 400.0),))
    panel = TracksPanel(LIGHT, ())
    qtbot.addWidget(panel)
    panel.described.connect(lambda d, w: heard.append((d, w)))
    panel.show_well(well.with_track(other), 1)

    panel.name.setText("T2")
    QTest.keyClick(panel.name, Qt.Key.Key_Return)

    assert not heard
    assert panel.name.text() == "T1"


def test_a_logarithmic_scale_from_zero_says_why_it_cannot_be(qtbot: QtBot) -> None:
    panel = TracksPanel(LIGHT, ())
    qtbot.addWidget(panel)

    panel.show_well(a_well(CurveSpec(1, "ILD", "OHMM", scale="log", left=0.0, right=2000.0)), 1)

    assert "above zero" in panel.forms[0]._problem.text()


def test_an_anchor_is_typed_in_order_of_rows(qtbot: QtBot, heard: list[tuple[WellDescription, str]]) -> None:
    panel = DepthPanel((), decimal="point")
    qtbot.addWidget(panel)
    panel.described.connect(lambda d, w: heard.append((d, w)))
    panel.show_well(a_well(GR, depth=((500.0, 150.0),)))

    panel.ask_depth("main", 20.0)
    QTest.keyClicks(panel.new_depth, "100,5")
    QTest.keyClick(panel.new_depth, Qt.Key.Key_Return)

    assert heard[0][0].scan("main").depth == ((20.0, 100.5), (500.0, 150.0))


def test_depths_that_do_not_grow_are_refused_in_words(qtbot: QtBot, heard: list[tuple[WellDescription, str]]) -> None:
    panel = DepthPanel((), decimal="point")
    qtbot.addWidget(panel)
    panel.described.connect(lambda d, w: heard.append((d, w)))
    panel.show_well(a_well(GR, depth=((500.0, 150.0),)))

    panel.ask_depth("main", 600.0)
    QTest.keyClicks(panel.new_depth, "140")
    QTest.keyClick(panel.new_depth, Qt.Key.Key_Return)

    assert not heard
    assert "must grow" in panel._judgement.text()


def test_the_anchor_that_is_off_is_told_by_the_others() -> None:
    off = disagreements(((0.0, 0.0), (100.0, 104.0), (200.0, 200.0)))

    assert off[1] == pytest.approx(4.0)
    assert disagreements(((0.0, 0.0), (9.0, 9.0))) == (None, None)
    assert with_anchor(((5.0, 1.0),), 5.0, 2.0) == ((5.0, 2.0),)


def test_the_export_names_the_curve_without_a_scale_and_leads_to_it(qtbot: QtBot) -> None:
    panel = ExportPanel(())
    qtbot.addWidget(panel)

    panel.show_well(a_well(CurveSpec(1, "GR"), depth=((0.0, 100.0), (900.0, 200.0))))

    item = panel.missing.item(0)
    assert "T1" in item.text()
    assert "GR" in item.text()
    assert step_for(item.data(Qt.ItemDataRole.UserRole)) is Step.TRACKS


@pytest.mark.parametrize(
    ("well", "step", "action"),
    [
        (WellDescription(), Step.TRACKS, "add_track"),
        (a_well(GR), Step.TRACKS, "step_depth"),
        (a_well(GR), Step.DEPTH, "tool_anchor"),
        (a_well(GR, depth=((0.0, 1.0), (9.0, 2.0))), Step.DEPTH, "step_review"),
        (a_well(GR, depth=((0.0, 1.0), (9.0, 2.0))), Step.EXPORT, "export_las"),
    ],
)
def test_each_step_leads_to_the_next_thing(well: WellDescription, step: Step, action: str) -> None:
    guidance = guide(step, well, Progress())

    assert guidance.action == action
    assert guidance.sentence.endswith(".")


def test_a_scan_with_its_tracks_placed_leads_to_what_is_left_and_not_to_its_tracks() -> None:
    depth = ((0.0, 1.0), (9.0, 2.0))

    bare = guide(Step.SCAN, WellDescription(), Progress())
    unnamed = guide(Step.SCAN, a_well(CurveSpec(1)), Progress())
    no_depth = guide(Step.SCAN, a_well(GR), Progress())
    whole = guide(Step.SCAN, a_well(GR, depth=depth), Progress())

    assert "mark its tracks" in bare.sentence
    assert [g.action for g in (unnamed, no_depth, whole)] == ["step_tracks", "step_depth", "step_review"]
    assert all("1 track." in g.sentence for g in (unnamed, no_depth, whole))


def test_a_disk_that_refuses_is_said_at_every_step_and_a_copy_is_what_is_offered() -> None:
    offered = {guide(step, a_well(GR), Progress(is_refused=True)).action for step in Step}

    assert offered == {"save_as"}


def test_a_tall_track_as_it_was_placed_is_offered_to_follow_its_print_until_it_is_named() -> None:
    straight = Progress(borders_are_straight=True)

    assert guide(Step.TRACKS, a_well(CurveSpec(1)), straight).action == "follow_borders"
    assert guide(Step.TRACKS, a_well(GR), straight).action == "step_depth"


def test_curves_that_are_not_there_yet_are_not_called_free_of_doubt() -> None:
    guidance = guide(Step.REVIEW, a_well(GR), Progress(1.0, 1.0, is_tracing=True))

    assert "being traced" in guidance.sentence
    assert not guidance.action


@pytest.mark.parametrize(
    ("curves", "word"),
    [
        ((replace(GR, left=50.0, right=50.0),), "50"),
        ((GR, replace(GR, slot=2)), "both of its curves"),
    ],
)
def test_a_scale_or_a_name_that_cannot_be_used_is_what_the_tracks_lack(
    curves: tuple[CurveSpec, ...], word: str
) -> None:
    guidance = guide(Step.TRACKS, a_well(*curves), Progress())

    assert word in guidance.sentence
    assert not guidance.is_done
    assert guide(Step.SCAN, a_well(*curves), Progress()).action == "step_tracks"


def test_crossings_that_are_open_are_told_at_the_export() -> None:
    well = a_well(GR, depth=((0.0, 1.0), (9.0, 2.0)))

    guidance = guide(Step.EXPORT, well, Progress(crossings_left=7))

    assert "7 crossings" in guidance.sentence
    assert guidance.action == "export_las"


def test_what_was_flagged_is_not_told_as_open_and_one_is_told_as_one() -> None:
    well = a_well(GR, depth=((0.0, 1.0), (9.0, 2.0)))

    flagged = guide(Step.REVIEW, well, Progress(1.0, 1.0, crossings_left=2, crossings_flagged=2))
    one = guide(Step.REVIEW, well, Progress(1.0, 1.0, crossings_left=1))
    many = guide(Step.REVIEW, well, Progress(1.0, 1.0, crossings_left=3, crossings_flagged=1))

    assert "flagged: 2" in flagged.sentence
    assert flagged.action == "step_export"
    assert one.sentence.startswith("1 crossing or place")
    assert many.sentence.startswith("3 crossings")


def test_the_export_does_not_call_curves_complete_while_they_are_traced() -> None:
    well = a_well(GR, depth=((0.0, 1.0), (9.0, 2.0)))

    guidance = guide(Step.EXPORT, well, Progress(1.0, 1.0, is_tracing=True))

    assert "still being traced" in guidance.sentence


def test_no_sentence_speaks_of_errors() -> None:
    wells = (WellDescription(), a_well(), a_well(CurveSpec(1, "GR")), a_well(GR))
    for step in Step:
        for well in wells:
            for progress in (Progress(), Progress(1.0, 1.0, 3, 0.5), Progress(is_read_only=True)):
                sentence = guide(step, well, progress).sentence

                assert "error" not in sentence.lower()
                assert "invalid" not in sentence.lower()


def test_a_disagreement_is_a_finite_number() -> None:
    assert all(np.isfinite(v or 0.0) for v in disagreements(((0.0, 0.0), (1.0, 5.0), (2.0, 6.0), (3.0, 9.0))))


def test_rows_that_changed_since_all_were_accepted_are_gone_to_before_the_export() -> None:
    done = Progress(predicted_share=1.0, accepted_share=1.0, is_track_accepted=True)

    here = guide(Step.REVIEW, a_well(GR), replace(done, changed_rows=1074))

    assert here.action == "next_change"
    assert "1,074 of them changed since" in here.sentence
    assert guide(Step.REVIEW, a_well(GR), done).action == "step_export"


def test_a_track_that_is_accepted_leads_to_the_next_one() -> None:
    here = guide(Step.REVIEW, a_well(GR), Progress(predicted_share=1.0, accepted_share=0.3, is_track_accepted=True))

    assert here.action == "next_track"
