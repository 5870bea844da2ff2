"""The comparison is scored once, tuned elsewhere, and told in words that follow from its figures."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.training.test_command import write_window
from tests.training.test_tiles import write_rendered
from veerdesk.errors import UsageError
from veerdesk.model.network import NetworkSpec
from veerdesk.training import compare as module
from veerdesk.training import run_scores
from veerdesk.training.claims import READINGS
from veerdesk.training.compare import Comparison, compare
from veerdesk.training.compare_board import Board
from veerdesk.training.compare_report import report_text
from veerdesk.training.compare_verdicts import Verdict, verdicts
from veerdesk.training.equal_terms import EqualTerms
from veerdesk.training.run_scores import REGIONS, TRACED

TERMS = EqualTerms(steps=1, batch=2, seeds=(1, 2), spec=NetworkSpec(widths=(8, 8, 8, 8), reach=(1,)))


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Comparison:
    """Drawn tiles, a window to tune on, and two sets to report."""
    write_rendered(tmp_path / "tiles", (6,))
    for folder, seed in (("tune", 4), ("frozen", 5), ("other", 6)):
        write_window(tmp_path / folder / "a", seed)
    monkeypatch.setattr(module, "resource", lambda name: tmp_path / name)
    return Comparison((tmp_path / "tiles",), tmp_path / "tune", (tmp_path / "other",))


def test_every_run_is_scored_in_every_reading_and_not_twice(
    asked: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []

    document = compare(asked, tmp_path / "work", TERMS, device="cpu", report=lines.append)
    again = compare(asked, tmp_path / "work", TERMS, device="cpu", report=lines.append)

    assert again == document
    assert len([line for line in lines if "scored" in line]) == 8
    assert [(run["target"], run["seed"]) for run in document["runs"]] == [
        ("exclusive", 1), ("independent", 1), ("exclusive", 2), ("independent", 2),
    ]  # fmt: skip
    for run in document["runs"]:
        scores = run["scores"]["other"]
        assert set(scores["readings"]) == set(READINGS)
        for reading in ("argmax", "tuned owner"):
            assert scores["readings"][reading]["all"]["double_claimed"] in (0.0, None)
        assert set(scores["readings"]["alone"]) == set(REGIONS)
        assert len(scores["traced"]) == (1 if run["target"] == "exclusive" else 2)
        assert set(TRACED) < set(scores["traced"]["as answered"])
    assert "## other: 1 windows, 160 rows, 1 crossings" in report_text(document)
    monkeypatch.setattr(run_scores, "program_digest", lambda: "another decode")
    compare(asked, tmp_path / "work", TERMS, device="cpu", report=lines.append)
    assert len([line for line in lines if "scored" in line]) == 16


def test_thresholds_may_not_be_tuned_on_what_is_reported(asked: Comparison, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="tuned on windows that are reported"):
        compare(Comparison(asked.tiles, tmp_path / "other", asked.also), tmp_path / "work", TERMS, device="cpu")


def _run(target: str, seed: int, f1: float, *, twice: float, crossing: float) -> dict[str, Any]:
    """A run whose readings all have one F1 elsewhere and another at crossings."""
    wobble = 0.001 * seed
    regions = {}
    for region, value in (("all", f1), ("crossing", crossing), ("elsewhere", f1)):
        keys = ("f1_1", "f1_2", "f1_mean", "iou_1", "iou_2", "iou_mean")
        regions[region] = {**dict.fromkeys(keys, value + wobble), "double_claimed": twice, "unclaimed": 0.1 + wobble}
    one_owner = {region: {**figures, "double_claimed": 0.0} for region, figures in regions.items()}
    readings = {r: copy.deepcopy(regions if r.endswith("alone") else one_owner) for r in READINGS}
    figures = {**dict.fromkeys(TRACED, 0.5 + wobble), "crossings_kept": 0.5, "owner_f1_1": f1, "owner_f1_2": f1}
    ways = ("as answered",) if target == "exclusive" else ("as answered", "shared out")
    return {
        "target": target, "seed": seed, "digest": "ab" * 32, "minutes": 1.0, "cpu_s": 60.0,
        "thresholds": {"alone": [128, 128], "owner": [128, 128]},
        "scores": {"frozen": {"readings": readings, "traced": {way: dict(figures) for way in ways}}},
    }  # fmt: skip


def document_of(ours: float, theirs: float, *, crossing: float, twice: float = 0.3) -> dict[str, Any]:
    """A comparison in which the exclusive target has F1 ``ours`` and leads by ``crossing`` at crossings."""
    runs = []
    for seed in (1, 2, 3):
        runs.append(_run("exclusive", seed, ours, twice=0.0, crossing=0.6 + crossing))
        runs.append(_run("independent", seed, theirs, twice=twice, crossing=0.6))
    spec = {"widths": [8, 8, 8, 8], "reach": [1], "fine": 8}
    terms = {
        "steps": 1, "schedule": 1, "batch": 2, "rate": 0.01, "average": 0.9, "stroke_px": 4.0, "spec": spec, "seeds": [1, 2, 3],
        "data_digest": "cd" * 32, "tiles": 6, "parameters": 1000,
    }  # fmt: skip
    sets = [{"name": name, "digest": "", "windows": 1, "rows": 10, "crossings": 2} for name in ("tuning", "frozen")]
    return {"terms": terms, "sets": sets, "runs": runs}


def _words(told: tuple[Verdict, ...]) -> list[str]:
    return [verdict.judged[0].word for verdict in told]


def test_a_lead_that_all_seeds_show_holds() -> None:
    told = verdicts(Board(document_of(0.8, 0.7, crossing=0.25)))

    assert _words(told) == ["holds", "holds in part", "not shown", "holds", "holds", "does not hold", "not shown"]
    assert "+0.250 ± 0.000 at crossings and +0.100 ± 0.000 elsewhere" in told[4].judged[0].because


def test_no_lead_is_told_as_none() -> None:
    told = verdicts(Board(document_of(0.5, 0.5, crossing=0.0, twice=0.0)))

    assert _words(told) == [
        "does not hold",
        "does not hold",
        "not shown",
        "not shown",
        "not shown",
        "not shown",
        "not shown",
    ]


def test_a_loss_is_told_as_well() -> None:
    assert _words(verdicts(Board(document_of(0.6, 0.7, crossing=-0.4))))[3:5] == ["does not hold", "does not hold"]


def test_runs_that_have_not_learned_curve_2_are_not_judged() -> None:
    document = document_of(0.2, 0.1, crossing=0.2)

    assert set(_words(verdicts(Board(document)))) == {"not shown"}
    assert "too short to judge the targets on frozen" in report_text(document)
    assert "too short" not in report_text(document_of(0.8, 0.7, crossing=0.2))


def test_the_report_has_a_row_for_each_reading_of_each_target() -> None:
    text = report_text(document_of(0.8, 0.7, crossing=0.2))

    for target in ("exclusive", "independent"):
        for reading in READINGS:
            assert text.count(f"| {target} | {reading} | ") == len(REGIONS)
    assert "| independent | shared out |" in text
    assert "0.802 ± 0.001" in text
    assert "nan" not in text
