"""The job file both ways, and a sentence for everything that can be wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.calibration.checks import missing_for_export
from veerdesk.calibration.description import (
    CurveSpec,
    DepthSpec,
    LasSpec,
    ScanSpec,
    TrackSpec,
    WellDescription,
)
from veerdesk.errors import ExitCode, UnusableInputError
from veerdesk.resources import resource
from veerdesk.well.job import job_text, read_job, read_unfinished_job, write_job
from veerdesk.well.job_checks import check_track_on_scan

GOOD = """
[well]
WELL = "Example 1-A"   # a comment
ODDITY = "kept"
API = 4212345678

[depth]
unit = "ft"
reference = "KB"

[[scan]]
id = "main"
file = "scan.tif"
depth = [[2112.0, 8700.0], [97620.5, 15000.0]]

[[track]]
name = "T1"
scan = "main"
top = 1500
bottom = 98000
left  = [[0.0, 178.0], [98000.0, 181.5]]
right = [[0.0, 494.0], [98000.0, 497.0]]

[[track.curve]]
slot = 1
mnemonic = "GR"
unit = "GAPI"
style = "solid"
scale = "linear"
left = 0.0
right = 150.0

[[track.curve]]
slot = 2
mnemonic = "ILD"
unit = "OHMM"
style = "dashed"
colour = "#ff0000"
scale = "log"
left = 0.2
right = 2000

[las]
step = 0.5
"""


def job_file(folder: Path, text: str = GOOD) -> Path:
    (folder / "scan.tif").write_bytes(b"II*\0")
    path = folder / "job.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_job_reads_as_it_was_written(tmp_path: Path) -> None:
    well = read_job(job_file(tmp_path))

    assert dict(well.items) == {"WELL": "Example 1-A", "ODDITY": "kept", "API": "4212345678"}
    assert well.scan("main").depth == ((2112.0, 8700.0), (97620.5, 15000.0))
    track = well.tracks[0]
    assert (track.top, track.bottom, track.geometry.rows.stop) == (1500, 98000, 98001)
    assert track.origin_col == 178 - track.geometry.margin_px
    assert track.curves[1] == CurveSpec(2, "ILD", "OHMM", "", "dashed", "#ff0000", "log", 0.2, 2000.0)


NUMBERS = st.floats(-1e6, 1e6).map(float)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
LINES = st.lists(NUMBERS, min_size=1, max_size=3, unique=True).flatmap(
    lambda rows: st.lists(NUMBERS, min_size=len(rows), max_size=len(rows)).map(
        lambda cols: tuple(zip(sorted(rows), cols, strict=True))
    )
)
CURVES = st.builds(
    CurveSpec,
    slot=st.sampled_from([1, 2]),
    mnemonic=TEXT,
    unit=TEXT,
    description=TEXT,
    style=st.sampled_from([None, "solid", "dotted"]),
    colour=st.sampled_from([None, "#00ff7f"]),
    scale=st.sampled_from(["linear", "log"]),
    left=st.none() | NUMBERS,
    right=st.none() | NUMBERS,
    wrap=st.sampled_from(["none", "wrap"]),
    backup=st.none() | st.tuples(NUMBERS, NUMBERS),
)


@given(
    items=st.dictionaries(TEXT, TEXT, max_size=4).map(lambda d: tuple(d.items())),
    depth=st.builds(DepthSpec, unit=st.sampled_from(["ft", "m"]), reference=TEXT, top=st.none() | NUMBERS),
    anchors=st.lists(st.tuples(NUMBERS, NUMBERS), max_size=3).map(tuple),
    left=LINES,
    right=LINES,
    name=TEXT,
    curves=st.lists(CURVES, max_size=3).map(tuple),
    las=st.builds(LasSpec, step=NUMBERS, null=NUMBERS, bridge=st.just("auto") | st.floats(0, 100)),
)
@settings(deadline=None, max_examples=60)
def test_every_description_survives_the_job_file(tmp_path_factory: pytest.TempPathFactory, **parts: object) -> None:
    track = TrackSpec(1, parts["name"], "s", 0, 100, parts["left"], parts["right"], parts["curves"])  # type: ignore[arg-type]
    well = WellDescription(
        parts["items"],  # type: ignore[arg-type]
        parts["depth"],  # type: ignore[arg-type]
        (ScanSpec("s", "sub folder/scän.tif", 3, parts["anchors"]),),  # type: ignore[arg-type]
        (track,),
        parts["las"],  # type: ignore[arg-type]
    )
    path = tmp_path_factory.mktemp("job") / "job.toml"

    write_job(path, well)
    back = read_unfinished_job(path)

    assert replace(back, tracks=(replace(back.tracks[0], origin_col=0),)) == well
    assert job_text(back) == job_text(well)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("depth = [[2112.0, 8700.0], [97620.5, 15000.0]]", "depth = [[2112.0, 8700.0]]", "one depth mark"),
        ("[97620.5, 15000.0]", "[97620.5, 8600.0]", "do not grow"),
        ("[97620.5, 15000.0]", "[2000.0, 15000.0]", "do not grow"),
        ("[0.0, 494.0], [98000.0, 497.0]", "[0.0, 494.0], [98000.0, 100.0]", "right of the right border"),
        ('scale = "log"', 'scale = "logarithmic"', "'logarithmic' is not known"),
        ('style = "dashed"', 'style = "wavy"', "'wavy' is not known"),
        ('unit = "ft"', 'unit = "feet"', "'feet' is not known"),
        ("[las]", '[las]\nversion = "4.0"', "'4.0' is not known"),
        ("slot = 2", "slot = 1", "both of its curves"),
        ("slot = 2", "slot = 3", "slot = 3"),
        ("left = 0.2", "left = 0.0", "logarithmic"),
        ("left = 0.2\n", "", "no scale"),
        ("top = 1500", "top = 98001", "below bottom"),
        ("top = 1500\n", "", "top is missing"),
        ("top = 1500", 'top = "1500"', "whole number"),
        ("top = 1500", "top = 1500.5", "whole number"),
        ("top = 1500", "topp = 1500", "top is missing"),
        ('reference = "KB"', 'referrence = "KB"', "'referrence' is not known"),
        ('file = "scan.tif"', 'file = "elsewhere.tif"', "elsewhere.tif"),
        ('scan = "main"', 'scan = "other"', "other"),
        ("right = 150.0", "right = nan", "not a number"),
        ("right = 150.0", "right = true", "not a number"),
        ("[[track]]\nname", "[track]\nname", "track"),
        ("[las]", "[las", "not a TOML file"),
        ("[las]", '[las]\nbridge = "long"', "'long' is not known"),
        ("step = 0.5", "step = 0.0", "step"),
        ('mnemonic = "ILD"', 'mnemonic = "GR"', "GR"),
        ('WELL = "Example 1-A"', 'WELL = ""', "no name"),
        ('colour = "#ff0000"', 'colour = "red"', "no colour"),
    ],
)
def test_a_job_that_cannot_be_digitised_is_refused_with_file_place_and_remedy(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in GOOD
    path = job_file(tmp_path, GOOD.replace(old, new, 1))

    with pytest.raises(UnusableInputError) as caught:
        read_job(path)

    assert str(path) in caught.value.message
    assert words in caught.value.message
    assert caught.value.remedy
    assert caught.value.exit_code == ExitCode.UNUSABLE


def test_a_third_curve_is_told_where_to_go(tmp_path: Path) -> None:
    third = '[[track.curve]]\nslot = 1\nmnemonic = "SP"\nleft = 0\nright = 1\n[las]'

    with pytest.raises(UnusableInputError, match="second track"):
        read_job(job_file(tmp_path, GOOD.replace("[las]", third)))


def test_two_units_under_one_mnemonic_are_refused(tmp_path: Path) -> None:
    track = GOOD[GOOD.index("[[track]]") : GOOD.index("[las]")].replace('"T1"', '"T2"').replace("GAPI", "API")

    with pytest.raises(UnusableInputError, match="GAPI"):
        read_job(job_file(tmp_path, GOOD.replace("[las]", track + "[las]")))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"just words"])
def test_a_file_that_is_no_job_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "job.toml"
    path.write_bytes(content)

    with pytest.raises(UnusableInputError, match=r"job\.toml is not a"):
        read_job(path)


def test_a_missing_job_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.toml", tmp_path):
        with pytest.raises(UnusableInputError, match="cannot be read"):
            read_job(path)


def test_a_job_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = job_file(tmp_path)
    well = read_job(path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UnusableInputError, match="No space left"):
        write_job(path, well)

    assert path.read_text() == GOOD
    assert sorted(p.name for p in tmp_path.iterdir()) == ["job.toml", "scan.tif"]


def test_a_track_beyond_its_scan_is_refused(tmp_path: Path) -> None:
    track = read_job(job_file(tmp_path)).tracks[0]

    check_track_on_scan(track, width=2200, height=98001, where="job.toml")
    with pytest.raises(UnusableInputError, match="rows 0 to 97999"):
        check_track_on_scan(track, width=2200, height=98000, where="job.toml")
    with pytest.raises(UnusableInputError, match="columns"):
        check_track_on_scan(track, width=100, height=98001, where="job.toml")


def test_the_job_file_of_the_manual_can_be_read(tmp_path: Path) -> None:
    manual = resource("manual", "manual.md").read_text(encoding="utf-8")
    block = next(b for b in manual.split("```")[1::2] if "[[track.curve]]" in b)
    (tmp_path / "job.toml").write_text(block, encoding="utf-8")
    (tmp_path / "log.tif").write_bytes(b"a scan")

    job = read_job(tmp_path / "job.toml")

    assert job.name == "Aztec GE 19"
    assert missing_for_export(job) == ()
