"""Results appear whole or not at all, and only the program's own files give way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from veerdesk.errors import UnusableInputError
from veerdesk.session.file_names import file_stem, file_stems
from veerdesk.session.staging import earlier_files, staging


def fill(out: Path, *names: str, text: str = "new") -> None:
    with staging(out) as stage:
        for name in names:
            stage.path(name).write_text(text)
        report = {"program": "Veerdesk 0", "files": [*names, "report.json"]}
        stage.path("report.json").write_text(json.dumps(report))
        stage.put_in_place()


def fail(out: Path) -> None:
    with staging(out) as stage:
        stage.path("a.las").write_text("new")
        raise ZeroDivisionError


def test_nothing_is_there_before_everything_is(tmp_path: Path) -> None:
    with staging(tmp_path / "out") as stage:
        stage.path("a.las").write_text("half")
        seen = [p.name for p in (tmp_path / "out").iterdir() if not p.name.startswith(".")]

    assert seen == []
    assert not (tmp_path / "out").exists()


def test_a_run_that_fails_leaves_the_earlier_results(tmp_path: Path) -> None:
    fill(tmp_path, "a.las", text="old")

    with pytest.raises(ZeroDivisionError):
        fail(tmp_path)

    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.las", "report.json"]
    assert (tmp_path / "a.las").read_text() == "old"


def test_files_of_an_earlier_run_give_way_and_others_stay(tmp_path: Path) -> None:
    fill(tmp_path, "a.las", "old.png")
    (tmp_path / "mine.txt").write_text("mine")

    fill(tmp_path, "b.las")

    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.las", "mine.txt", "report.json"]


def test_a_report_cannot_name_files_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("")
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.json").write_text(json.dumps({"program": "Veerdesk 0", "files": ["../precious.txt", 3, ""]}))

    assert earlier_files(out) == ()


@pytest.mark.parametrize("text", ["", "[]", '{"files": ["a"]}', '{"program": "Veerdesk", "files": "a"}', "\0"])
def test_a_foreign_report_names_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "a").write_text("")
    (tmp_path / "report.json").write_text(text)

    assert earlier_files(tmp_path) == ()


def test_a_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.las").mkdir()

    with pytest.raises(UnusableInputError, match="in the way"):
        fill(tmp_path, "a.las")

    assert [p.name for p in tmp_path.iterdir()] == ["a.las"]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("GR/SP", "GR_SP"),
        ("../../etc", "______etc"),
        ("", "well"),
        ("  ", "well"),
        ("CON", "CON_"),
        ("Brønn 3", "Brønn 3"),
    ],
)
def test_file_names_keep_letters_digits_blanks_and_dashes(name: str, stem: str) -> None:
    assert file_stem(name) == stem


def test_two_tracks_never_share_a_file() -> None:
    stems = file_stems(["T/1", "T:1", "t_1", "T_1 2"])

    assert len({s.casefold() for s in stems}) == 4
