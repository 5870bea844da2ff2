"""`veerdesk compare` writes one report, and nothing where the command line is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.training.test_compare import document_of
from veerdesk.training import compare
from veerdesk.training.compare_report import report_text
from veerdesk.training.equal_terms import EqualTerms

Veerdesk = Callable[..., tuple[int, str, str]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Put a comparison that is already made in place of the real one; holds what it was asked."""
    asked: list[tuple[Any, ...]] = []

    def made(*arguments: Any, **more: Any) -> dict[str, Any]:
        asked.append(arguments)
        return document_of(0.8, 0.7, crossing=0.2)

    monkeypatch.setattr(compare, "compare", made)
    return asked


def test_report_is_written_where_it_was_asked_for(
    told: list[tuple[Any, ...]], tmp_path: Path, veerdesk: Veerdesk
) -> None:
    out = tmp_path / "new" / "report.md"

    code, said, _ = veerdesk(
        "compare", "tiles", "--out", out, "--work", tmp_path / "work", "--tune", "t", "--also", "a", "b",
        "--steps", "7", "--seeds", "4", "5", "--json",
    )  # fmt: skip

    assert code == 0
    assert out.read_text() == report_text(json.loads(said))
    assert told[0][0] == compare.Comparison((Path("tiles"),), Path("t"), (Path("a"), Path("b")))
    assert told[0][1:] == (tmp_path / "work", EqualTerms(steps=7, seeds=(4, 5)))


@pytest.mark.parametrize(
    "wrong",
    [
        ["--out", "report.txt"],
        ["--out", "r.md", "--seeds", "1", "1"],
        ["--out", "r.md", "--steps", "0"],
        ["--out", "r.md", "--steps", "9", "--schedule", "8"],
    ],
)
def test_a_wrong_command_line_is_exit_2_and_writes_nothing(
    wrong: list[str], told: list[tuple[Any, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, veerdesk: Veerdesk
) -> None:
    monkeypatch.chdir(tmp_path)

    code, _, err = veerdesk("compare", "tiles", "--work", "work", "--tune", "t", *wrong)

    assert code == 2
    assert err
    assert not told
    assert not list(tmp_path.iterdir())
