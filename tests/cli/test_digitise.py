"""Scan to LAS with no window."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lasio
import numpy as np
import pytest

from veerdesk.imaging.png import read_classes, write_grey_png

Veerdesk = Callable[..., tuple[int, str, str]]
LEFT, WIDTH, ROWS = 30.0, 260.0, 640


def truth() -> Any:
    row = np.arange(ROWS)
    return np.stack([90 + 25 * np.sin(row / 40), 220 + 20 * np.sin(row / 23)])


def test_every_promised_file_is_left_and_nothing_else(drawn_well: Any, veerdesk: Veerdesk) -> None:
    code, out, _ = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    assert code == 0
    names = {p.name for p in drawn_well.out.iterdir()}
    assert names == {"Drawn 1.las", "T1.labels.png", "T1.trace.csv", "T1.plotback.png", "report.json"}
    assert {Path(line).name for line in out.splitlines()} == names


def test_the_las_holds_the_drawn_values(drawn_well: Any, veerdesk: Veerdesk) -> None:
    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    las = lasio.read(str(drawn_well.out / "Drawn 1.las"))
    assert np.allclose(las.index, np.round(1000 + np.arange(ROWS) * 0.1, 1))
    expected = 100 * (truth() - LEFT) / WIDTH
    error = np.abs(np.stack([las["GR"], las["CALI"]]) - expected)
    assert np.nanmax(error) < 1.0
    assert np.isfinite(error).mean() > 0.98


def test_the_value_at_a_row_is_the_trace_at_that_row(drawn_well: Any, veerdesk: Veerdesk) -> None:
    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    with (drawn_well.out / "T1.trace.csv").open(newline="") as text:
        rows = list(csv.DictReader(text))
    las = lasio.read(str(drawn_well.out / "Drawn 1.las"))
    x1 = np.array([float(r["x1"]) if r["x1"] else np.nan for r in rows])
    assert list(rows[0]) == ["row", "x1", "c1", "x2", "c2"]
    assert np.allclose(las["GR"], 100 * (x1 - LEFT) / WIDTH, atol=0.003, equal_nan=True)


def test_the_label_map_has_the_scans_size_and_one_owner_a_pixel(drawn_well: Any, veerdesk: Veerdesk) -> None:
    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    labels = read_classes(drawn_well.out / "T1.labels.png")
    assert labels.shape == (640, 320)
    assert set(np.unique(labels)) == {0, 1, 2}
    ink = read_classes(drawn_well.folder / "scan.png") < 128
    assert not labels[~ink].any()


def test_the_report_names_model_scan_and_tracks(drawn_well: Any, veerdesk: Veerdesk) -> None:
    code, out, _ = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out, "--json")

    report = json.loads(out)
    assert code == 0
    assert report == json.loads((drawn_well.out / "report.json").read_text())
    assert report["model"]["digest"] == "ab" * 32
    assert len(report["scans"][0]["digest"]) == 64
    assert report["claimed_twice"] == 0
    assert report["tracks"][0]["rows"] == [0, 639]
    assert all(curve["on_ink"] > 0.99 for curve in report["tracks"][0]["curves"])
    assert report["peak_memory_mb"] > 0
    assert report["seconds"]["total"] >= 0


def test_a_second_run_replaces_its_own_files_and_nothing_else(drawn_well: Any, veerdesk: Veerdesk) -> None:
    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)
    (drawn_well.out / "notes.txt").write_text("mine")
    drawn_well.rewrite('name = "T1"', 'name = "Left track"')

    code, _, _ = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    assert code == 0
    assert {p.name for p in drawn_well.out.iterdir()} == {
        "notes.txt", "Drawn 1.las", "Left track.labels.png", "Left track.trace.csv", "Left track.plotback.png",
        "report.json",
    }  # fmt: skip


def test_names_that_no_file_system_takes_are_replaced(drawn_well: Any, veerdesk: Veerdesk) -> None:
    drawn_well.rewrite('WELL = "Drawn 1"', 'WELL = "16/2-11: A*"')

    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    assert (drawn_well.out / "16_2-11_ A_.las").exists()


def test_a_curve_is_null_where_it_has_no_ink(drawn_well: Any, veerdesk: Veerdesk) -> None:
    grey = read_classes(drawn_well.folder / "scan.png").copy()
    grey[200:420, 170:] = 255
    write_grey_png(drawn_well.folder / "scan.png", [grey], 320, 640)

    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    las = lasio.read(str(drawn_well.out / "Drawn 1.las"))
    assert np.isnan(las["CALI"][210:410]).all()
    assert np.isfinite(las["CALI"][:195]).mean() > 0.95
    assert np.isfinite(las["CALI"][425:]).mean() > 0.95


def test_feet_are_written_where_the_job_asks_for_them(drawn_well: Any, veerdesk: Veerdesk) -> None:
    drawn_well.rewrite("step = 0.1", 'step = 0.5\nunit = "ft"')

    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    las = lasio.read(str(drawn_well.out / "Drawn 1.las"))
    assert las.well["STRT"].unit == "FT"
    assert las.index[0] == 3281.0
    assert las.index[-1] == 3490.0


def test_curves_of_two_tracks_are_spliced_and_said_to_be(drawn_well: Any, veerdesk: Veerdesk) -> None:
    track = drawn_well.job.read_text()
    part = track[track.index("[[track]]") : track.index("[las]")]
    lower = part.replace('"T1"', '"T1b"').replace("top = 0", "top = 320")
    upper = part.replace("bottom = 639", "bottom = 340")
    drawn_well.job.write_text(track.replace(part, upper + lower))

    code, out, _ = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out, "--json")

    report = json.loads(out)
    assert code == 0
    assert len(report["splices"]) == 4
    assert "GR from 1034.1 to 1063.9 m is read from track T1b" in report["splices"]
    las = lasio.read(str(drawn_well.out / "Drawn 1.las"))
    assert [c.mnemonic for c in las.curves] == ["DEPT", "GR", "CALI"]
    assert "T1b" in las.other
    assert report["claimed_twice"] == 0


def test_a_later_track_gets_no_pixel_of_an_earlier_one(drawn_well: Any, veerdesk: Veerdesk) -> None:
    text = drawn_well.job.read_text()
    part = text[text.index("[[track]]") : text.index("[las]")]
    second = part.replace('"T1"', '"T2"').replace('"GR"', '"SP"').replace('"CALI"', '"BS"')
    drawn_well.job.write_text(text.replace(part, part + second))

    code, _, _ = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    first, later = (read_classes(drawn_well.out / f"{name}.labels.png") for name in ("T1", "T2"))
    assert code == 0
    assert first.any()
    assert not later.any()


def test_depth_limits_cut_the_output(drawn_well: Any, veerdesk: Veerdesk) -> None:
    drawn_well.rewrite('unit = "m"', 'unit = "m"\ntop = 1010.0\nbase = 1020.0')

    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    las = lasio.read(str(drawn_well.out / "Drawn 1.las"))
    assert (las.index[0], las.index[-1]) == (1010.0, 1020.0)


def test_rows_outside_the_anchors_are_named(drawn_well: Any, veerdesk: Veerdesk) -> None:
    drawn_well.rewrite("[[0.0, 1000.0], [639.0, 1063.9]]", "[[100.0, 1010.0], [500.0, 1050.0]]")

    _, out, _ = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out, "--json")

    assert json.loads(out)["tracks"][0]["extrapolated_rows"] == [[0, 99], [501, 639]]
    said = (drawn_well.out / "Drawn 1.las").read_text()
    assert "Track T1: 1000.0 to 1009.9 m (rows 0 to 99) lies beyond the outermost depth mark" in said


def test_a_scan_alone_is_sent_to_the_window(drawn_well: Any, veerdesk: Veerdesk) -> None:
    scan = drawn_well.folder / "scan.png"

    code, _, err = veerdesk("digitise", scan, "--out", drawn_well.out)

    assert code == 2
    assert f"veerdesk open {scan}" in err


def test_ctrl_c_leaves_nothing_half_written(
    drawn_well: Any, veerdesk: Veerdesk, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = drawn_well.files()

    def stopped(grey: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(model, "predict", stopped)
    code, _, err = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    assert code == 4
    assert "same command again" in err
    assert drawn_well.files() == before
    assert not drawn_well.out.exists()


def test_the_same_job_gives_the_same_bytes(drawn_well: Any, veerdesk: Veerdesk) -> None:
    def kept() -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in drawn_well.out.iterdir() if p.name != "report.json"}

    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)
    first = kept()
    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    assert kept() == first


def test_a_file_that_is_not_ours_stays(drawn_well: Any, veerdesk: Veerdesk) -> None:
    drawn_well.out.mkdir()
    (drawn_well.out / "report.json").write_text("a colleague's report")

    code, _, err = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    assert code == 3
    assert "report.json" in err
    assert [p.name for p in drawn_well.out.iterdir()] == ["report.json"]
    assert (drawn_well.out / "report.json").read_text() == "a colleague's report"


def test_another_well_is_not_written_over(drawn_well: Any, veerdesk: Veerdesk, model: Any) -> None:
    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)
    kept = {p.name: p.read_bytes() for p in drawn_well.out.iterdir()}
    grey = read_classes(drawn_well.folder / "scan.png").copy()
    grey[0, 0] = 7  # another scan, with a track of the same name
    write_grey_png(drawn_well.folder / "other.png", [grey], 320, 640)
    other = drawn_well.folder / "other.toml"
    other.write_text(drawn_well.job.read_text().replace('"scan.png"', '"other.png"').replace("Drawn 1", "Drawn 2"))

    code, _, err = veerdesk("digitise", other, "--out", drawn_well.out)

    assert code == 3
    assert "results of well Drawn 1" in err
    assert "Drawn 1.las, T1.labels.png" in err
    assert "a folder of its own" in err
    assert {p.name: p.read_bytes() for p in drawn_well.out.iterdir()} == kept


def test_a_well_that_was_renamed_replaces_its_own(drawn_well: Any, veerdesk: Veerdesk) -> None:
    veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)
    drawn_well.rewrite('WELL = "Drawn 1"', 'WELL = "Drawn One"')

    code, _, _ = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    assert code == 0
    assert [p.name for p in drawn_well.out.glob("*.las")] == ["Drawn One.las"]


def test_several_wells_at_once_are_told_how(drawn_well: Any, veerdesk: Veerdesk) -> None:
    code, _, err = veerdesk("digitise", drawn_well.job, "b.toml", "--out", drawn_well.out)

    assert code == 2
    assert "One run digitises one well, and 2 were given." in err
    assert 'for job in *.toml; do veerdesk digitise "$job" --out "result/${job%.toml}"; done' in err
    assert not drawn_well.out.exists()
