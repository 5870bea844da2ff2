"""Learning from corrections: what costs nothing first, a gate that refuses, and weights that are only a few."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from veerdesk.dataset.lesson import Lesson, read_lessons, write_lessons
from veerdesk.dataset.outcome import read_outcome
from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.labels.classes import IGNORE
from veerdesk.model.checkpoint import WeightsHeader, read_checkpoint, write_checkpoint
from veerdesk.model.delta import delta_bytes, read_delta
from veerdesk.model.network import NetworkSpec, OwnerNet
from veerdesk.rows import RowSpan
from veerdesk.training import adapt as adapting
from veerdesk.training import learning
from veerdesk.training.adapt import Start, adapt, in_order, open_start
from veerdesk.training.fitting import MOVING, FitPlan, fit, shown_windows
from veerdesk.training.promoted import promoted
from veerdesk.training.promotion import FROZEN_MARGIN, Score, held_score, verdict

SPEC = NetworkSpec((8, 8, 8, 16), (1, 2), 8)
STROKE = 5.0
PLAN = FitPlan(steps=12, look_steps=3, rate=1e-2, lights=1)


class Stopped:
    """A Cancel that was pulled."""

    def is_cancelled(self) -> bool:
        return True


class ByTone:
    """A Predictor that knows black ink for curve 1 and grey ink for curve 2."""

    name, digest, device, stroke_px = "by tone", "b" * 64, "cpu", STROKE

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        one, two = grey < 60, (grey >= 60) & (grey < 200)
        return np.stack([~(one | two), one, two]).astype(np.float32)


def drawn_lesson(*, swapped: bool = False) -> Lesson:
    """Return 240 rows of a black solid and a grey dashed stroke, a quarter of them held back."""
    rows, cols = 400, 260
    grey, label = np.full((rows, cols), 255, np.uint8), np.full((rows, cols), IGNORE, np.uint8)
    label[80:320] = 0
    x = np.full((2, rows), np.nan)
    for row in range(rows):
        for slot, col, tone in ((1, 80 + 30 * np.sin(row / 40), 0), (2, 180 + 25 * np.cos(row / 50), 110)):
            if slot == 2 and row % 24 > 15:
                continue
            part = slice(round(col) - 2, round(col) + 3)
            grey[row, part] = tone
            owner = 3 - slot if swapped else slot
            if 80 <= row < 320:
                label[row, part] = owner
                x[owner - 1, row] = round(col)
    held = np.zeros(rows, np.bool_)
    held[140:170], held[260:290] = True, True
    geometry = TrackGeometry(RowSpan(80, 320), ((0.0, 20.0),), ((0.0, 240.0),))
    return Lesson(grey, label, x, held, geometry, STROKE, False, is_told=True)


def tiny_model(path: Path) -> Path:
    """Write a model with random weights."""
    torch.manual_seed(3)
    write_checkpoint(path, OwnerNet(SPEC).state_dict(), WeightsHeader("tiny", SPEC, STROKE, "exclusive"))
    return path


@pytest.fixture
def start(tmp_path: Path) -> Start:
    return open_start(str(tiny_model(tmp_path / "tiny.safetensors")))


def _never_frozen(monkeypatch: pytest.MonkeyPatch, *scores: float) -> None:
    said = list(scores)
    monkeypatch.setattr(adapting, "frozen_score", lambda predictor: said.pop(0) if len(said) > 1 else said[0])


def test_curves_called_the_other_way_round_are_found_without_learning() -> None:
    start = Start(ByTone(), WeightsHeader("tone", SPEC, STROKE, "exclusive"), "")  # type: ignore[arg-type]

    as_said, is_turned = in_order([drawn_lesson()], start)
    turned, is_turned_then = in_order([drawn_lesson(swapped=True)], start)

    assert not is_turned
    assert not as_said[0].exchanged
    assert is_turned_then
    assert turned[0].exchanged


def test_curves_are_not_called_the_other_way_round_where_most_rows_were_accepted_as_read() -> None:
    start = Start(ByTone(), WeightsHeader("tone", SPEC, STROKE, "exclusive"), "")  # type: ignore[arg-type]

    lessons, is_turned = in_order([replace(drawn_lesson(swapped=True), is_order_open=False)], start)

    assert not is_turned
    assert not lessons[0].exchanged


def test_exchanged_curves_are_kept_and_no_weight_is_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    start = Start(ByTone(), WeightsHeader("tone", SPEC, STROKE, "exclusive"), "")  # type: ignore[arg-type]
    monkeypatch.setattr(adapting, "fit", lambda *a, **k: pytest.fail("weights were moved"))

    outcome, delta = adapt([drawn_lesson(swapped=True)], start, PLAN, cancel=Unstoppable(), progress=unwatched)

    assert (outcome.verdict, outcome.exchanged, outcome.is_kept, delta) == ("exchanged", True, True, b"")
    assert outcome.after > 0.99 > outcome.before
    assert "exchanged" in outcome.sentence


def test_rows_that_are_read_right_leave_nothing_to_learn() -> None:
    start = Start(ByTone(), WeightsHeader("tone", SPEC, STROKE, "exclusive"), "")  # type: ignore[arg-type]

    outcome, _ = adapt([drawn_lesson()], start, PLAN, cancel=Unstoppable(), progress=unwatched)

    assert outcome.verdict == "nothing wrong"
    assert not outcome.is_kept


def test_held_back_rows_alone_are_judged() -> None:
    lesson = drawn_lesson()
    spoiled = np.where(lesson.held[:, None], lesson.label, np.uint8(1))

    score = held_score([replace(lesson, label=spoiled)], ByTone(), exchanged=False)

    assert score.value > 0.99
    assert score.rows == 60


@pytest.mark.parametrize(
    ("after", "frozen", "said"),
    [
        ((0.9, 0.9, 0.9, 0.9), 0.9, "learned"),
        ((0.705, 0.7, 0.7, 0.7), 0.9, "no gain"),
        ((0.99, 0.99, 0.6, 0.99), 0.9, "one curve worse"),
        ((0.9, 0.9, 0.9, 0.9), 0.9 - FROZEN_MARGIN - 0.01, "forgets"),
    ],
)
def test_the_gate_keeps_only_what_helps_here_and_harms_nowhere(
    after: tuple[float, float, float, float], frozen: float, said: str
) -> None:
    before = Score((0.7, 0.7, 0.7, 0.7), 50)

    assert verdict(before, Score(after, 50), 0.9, frozen) == said


def test_harmful_weights_are_refused(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    blind = {"fine.3.weight": torch.zeros(3, SPEC.fine, 3, 3), "fine.3.bias": torch.tensor([9.0, 0.0, 0.0])}
    monkeypatch.setattr(adapting, "fit", lambda *a, **k: blind)
    monkeypatch.setattr(adapting, "_turned", lambda *a: None)
    _never_frozen(monkeypatch, 0.9)

    outcome, delta = adapt([drawn_lesson()], start, PLAN, cancel=Unstoppable(), progress=unwatched)

    assert not outcome.is_kept
    assert delta == b""
    assert outcome.sentence.startswith("Not kept")


def test_what_forgets_too_much_is_tried_half_way(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = read_checkpoint(Path(start.path))[0]
    moved = {"fine.3.bias": weights["fine.3.bias"] + 2.0}
    monkeypatch.setattr(adapting, "fit", lambda *a, **k: moved)
    monkeypatch.setattr(adapting, "held_score", lambda e, p, *, exchanged: _scored(p, start))
    _never_frozen(monkeypatch, 0.9, 0.5, 0.89)

    outcome, delta = adapt([drawn_lesson()], start, PLAN, cancel=Unstoppable(), progress=unwatched)

    assert outcome.verdict == "learned"
    assert outcome.frozen_after == 0.89
    assert torch.allclose(read_delta(delta).weights["fine.3.bias"].float(), weights["fine.3.bias"] + 1.0, atol=1e-2)


def _scored(predictor: object, start: Start) -> Score:
    return Score((0.5,) * 4 if predictor is start.predictor else (0.8,) * 4, 60)


def test_fitting_moves_only_the_last_levels_and_helps_the_rows_held_back(start: Start) -> None:
    weights, header, _ = read_checkpoint(Path(start.path))
    windows = shown_windows(drawn_lesson(), STROKE, exchanged=False)

    moved = fit(weights, header.spec, STROKE, windows, PLAN, cancel=Unstoppable(), progress=unwatched)

    assert moved is not None  # the loss of the held-back rows fell
    assert all(name.startswith(MOVING) for name in moved)
    assert any(not torch.equal(value, weights[name]) for name, value in moved.items())


def test_held_back_rows_are_never_learned_from() -> None:
    (window,) = shown_windows(drawn_lesson(), STROKE, exchanged=False)

    learned, judged = window.label != IGNORE, window.judged != IGNORE

    assert learned.any()
    assert judged.any()
    assert not (learned & judged).any()


def test_a_cancelled_fit_ends(start: Start) -> None:
    weights, header, _ = read_checkpoint(Path(start.path))
    windows = shown_windows(drawn_lesson(), STROKE, exchanged=False)

    with pytest.raises(InterruptedWorkError):
        fit(weights, header.spec, STROKE, windows, PLAN, cancel=Stopped(), progress=unwatched)


def test_a_delta_goes_on_its_own_model_only(start: Start, tmp_path: Path) -> None:
    weights, _, digest = read_checkpoint(Path(start.path))
    bias = {"fine.3.bias": weights["fine.3.bias"] + torch.tensor([0.0, 5.0, 0.0])}
    grey = drawn_lesson().grey

    on_it = start.predictor.with_delta(delta_bytes(digest, bias))
    elsewhere = start.predictor.with_delta(delta_bytes("0" * 64, bias))

    assert elsewhere is None
    assert on_it is not None
    assert on_it.digest != start.predictor.digest
    assert on_it.predict(grey)[1].mean() > start.predictor.predict(grey)[1].mean() + 0.1


def test_a_damaged_delta_is_refused_in_a_sentence(start: Start) -> None:
    data = delta_bytes(start.predictor.digest, {"fine.3.bias": torch.zeros(3)})

    for broken in (b"", data[:20], b"\xff" * 64, data[:-3]):
        with pytest.raises(UnusableInputError):
            start.predictor.with_delta(broken)


def test_the_process_leaves_its_outcome_and_tells_its_share(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tiny_model(tmp_path / "tiny.safetensors")
    folder = tmp_path / "lessons"
    folder.mkdir()
    write_lessons(folder, [drawn_lesson()])
    monkeypatch.setattr(adapting, "usual_plan", lambda: PLAN)
    _never_frozen(monkeypatch, 0.9)

    code = learning.main([str(folder), "--model", str(model)])

    outcome, delta = read_outcome(folder)
    shares = [float(line) for line in capsys.readouterr().out.split()]
    assert code == 0
    assert outcome.rows == 240
    assert bool(delta) == (outcome.verdict == "learned")
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(read_lessons(folder)) == 1


def test_a_promoted_model_stands_alone_with_its_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, out = tiny_model(tmp_path / "tiny.safetensors"), tmp_path / "adapted.safetensors"
    weights = read_checkpoint(model)[0]
    monkeypatch.setattr(adapting, "fit", lambda *a, **k: {"fine.3.bias": weights["fine.3.bias"] + 1.0})
    scores = iter([Score((0.5,) * 4, 60), Score((0.4,) * 4, 60), Score((0.5,) * 4, 60), Score((0.4,) * 4, 60)])
    monkeypatch.setattr(adapting, "held_score", lambda *a, **k: next(scores, Score((0.8,) * 4, 60)))
    _never_frozen(monkeypatch, 0.9)

    done = promoted([("T1", (drawn_lesson(),))], out, model=str(model), cancel=Unstoppable(), progress=unwatched)

    written, header, _ = read_checkpoint(out)
    assert done["model"] == str(out)
    assert header.name == "adapted"
    assert torch.allclose(written["fine.3.bias"], weights["fine.3.bias"] + 1.0, atol=1e-2)
    assert "adapted_from_digest" in out.with_suffix(".json").read_text()


def test_a_refused_model_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, out = tiny_model(tmp_path / "tiny.safetensors"), tmp_path / "adapted.safetensors"
    monkeypatch.setattr(adapting, "fit", lambda *a, **k: None)
    _never_frozen(monkeypatch, 0.9)

    done = promoted([("T1", (drawn_lesson(),))], out, model=str(model), cancel=Unstoppable(), progress=unwatched)

    assert done["model"] is None
    assert not out.exists()
