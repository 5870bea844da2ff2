"""What is missing before an export is said by track and curve."""

from __future__ import annotations

from dataclasses import replace

import pytest

from veerdesk.calibration.checks import missing_for_export, ready_tracks
from veerdesk.calibration.description import CurveSpec, LasSpec, ScanSpec, TrackSpec, WellDescription
from veerdesk.errors import UnusableInputError

GR = CurveSpec(slot=1, mnemonic="GR", unit="GAPI", left=0.0, right=150.0)
TRACK = TrackSpec(1, "T1", "main", 0, 99, ((0.0, 10.0),), ((0.0, 90.0),), (GR,))
WELL = WellDescription(
    items=(("WELL", "A"),), scans=(ScanSpec("main", "a.tif", depth=((0.0, 1.0), (99.0, 50.0))),), tracks=(TRACK,)
)


def with_curve(**changes: object) -> WellDescription:
    return WELL.with_track(replace(TRACK, curves=(replace(GR, **changes),)))  # type: ignore[arg-type]


def test_a_complete_well_lacks_nothing() -> None:
    assert missing_for_export(WELL) == ()
    assert ready_tracks(WELL) == (TRACK,)


@pytest.mark.parametrize(
    ("description", "words"),
    [
        (replace(WELL, items=()), "no name"),
        (replace(WELL, tracks=()), "no track"),
        (replace(WELL, scans=()), "does not have"),
        (WELL.with_scan(ScanSpec("main", "a.tif")), "Track T1: scan main has no depth mark"),
        (with_curve(left=None), "Track T1, curve 1 (GR) has no scale"),
        (with_curve(mnemonic=""), "Track T1, curve 1 has no mnemonic"),
        (with_curve(scale="log"), "Track T1, curve 1 (GR): A logarithmic scale"),
        (with_curve(wrap="backup"), "backup scale without values"),
        (WELL.with_track(replace(TRACK, left=((0.0, 95.0),))), "border lies right of"),
        (WELL.with_track(replace(TRACK, left=())), "no borders"),
        (WELL.with_track(replace(TRACK, bottom=-1)), "above its top"),
        (WELL.with_track(replace(TRACK, curves=())), "no curve"),
        (WELL.with_track(replace(TRACK, curves=(GR, replace(GR, slot=2)))), "both of its curves GR"),
        (WELL.with_track(replace(TRACK, id=2, name="T2", curves=(replace(GR, unit="API"),))), "in API in track T2"),
        (replace(WELL, las=LasSpec(step=0.0)), "step"),
    ],
)
def test_what_is_missing_is_named(description: WellDescription, words: str) -> None:
    missing = missing_for_export(description)

    assert any(words in m.message for m in missing), missing
    assert all(m.remedy for m in missing)


def test_a_track_without_a_scale_does_not_keep_the_others_back() -> None:
    unscaled = replace(TRACK, id=2, name="T2", curves=(replace(GR, mnemonic="SP", left=None),))

    assert ready_tracks(WELL.with_track(unscaled)) == (TRACK,)


def test_borders_that_cross_between_their_points_are_found() -> None:
    crossed = replace(TRACK, left=((0.0, 10.0), (50.0, 95.0), (99.0, 10.0)))

    assert any("at row 50" in m.message for m in missing_for_export(WELL.with_track(crossed)))


def test_a_well_in_which_nothing_is_ready_is_refused_with_all_reasons() -> None:
    with pytest.raises(UnusableInputError, match="no scale"):
        ready_tracks(with_curve(left=None))


def test_of_several_missing_things_each_is_told_with_its_own_remedy() -> None:
    bare = with_curve(left=None).with_scan(ScanSpec("main", "a.tif"))

    with pytest.raises(UnusableInputError) as caught:
        ready_tracks(bare)

    assert caught.value.message.startswith("2 things are missing")
    marks, scale = caught.value.remedy.split("\n")
    assert "Track T1: scan main has no depth mark and needs two. Give two or more" in marks
    assert "Track T1, curve 1 (GR) has no scale. Type the values" in scale
