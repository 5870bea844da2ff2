"""The presence network is fitted where it can be, and computed elsewhere: both must say the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from veerdesk.model.predictor import load_predictor
from veerdesk.segmentation.sight import AS_SEEN, FIELDS, NUMBERS
from veerdesk.synth.render import render_log
from veerdesk.synth.tiles import marked
from veerdesk.tracing.presence_net import FOLLOWED, PresenceNet, answers
from veerdesk.training.presence_fit import Example, Fitted, example_of, examples, fit

_GATHERED = 40


def _drawn(rng: np.random.Generator, cells: int = 80) -> Example:
    """A log whose first two gathered numbers say which curve is there."""
    gathered = rng.normal(size=(cells, _GATHERED)).astype(np.float16)
    right = (gathered[:, :2] > 0).astype(np.float32)
    return Example(gathered, rng.random((cells, FOLLOWED)).astype(np.float32), right, np.ones((cells, 2), np.float32))


def _net(fitted: Fitted) -> PresenceNet:
    names = ("followed", "near", "near_bias", "mix", "mix_bias", "tell", "tell_bias")
    return PresenceNet("", fitted.step, fitted.least, fitted.change, *(fitted.arrays[name] for name in names))


def _answer(fitted: Fitted, example: Example) -> np.ndarray:
    value = example.gathered.astype(np.float32) @ fitted.arrays["gathered"].T + fitted.arrays["gathered_bias"]
    cells = np.full((len(value), FIELDS), AS_SEEN, np.uint8)
    cells[:, 1:] = np.clip(np.rint(value / fitted.step) + 128, 1, 255)
    return answers(_net(fitted), cells, example.told, np.zeros(len(value), np.bool_))


def test_what_was_fitted_is_what_is_computed() -> None:
    torch.set_num_threads(1)
    rng = np.random.default_rng(4)
    learned, held = [_drawn(rng) for _ in range(60)], [_drawn(rng) for _ in range(12)]

    fitted = fit(learned, held, epochs=40)

    right = np.concatenate([(_answer(fitted, e) >= fitted.least) == (e.right > 0.5) for e in held])
    assert right.mean() > 0.9
    assert min(fitted.figures["right_kept_1"], fitted.figures["right_kept_2"]) > 0.85
    assert max(fitted.figures["false_kept_1"], fitted.figures["false_kept_2"]) < 0.2
    assert fitted.arrays["gathered"].shape == (NUMBERS, _GATHERED)


def test_a_rendered_log_gives_cells_that_are_told_right_from_absent(tmp_path: Path) -> None:
    log, predictor = render_log(700_104, preset="absence", rows=500), load_predictor(None, "cpu")

    example = example_of(log, marked(log, np.random.default_rng(1)), predictor)

    assert example is not None
    cells = len(example.told)
    assert cells > 10
    assert example.gathered.shape[0] == example.right.shape[0] == example.judged.shape[0] == cells
    assert ((example.right >= 0) & (example.right <= 1)).all()
    np.testing.assert_allclose(example.told[:, :4].sum(axis=1), 1.0, atol=1e-5)  # own ink, other's, gap or behind
    assert example.judged[:, 0].mean() > 0.3


def test_logs_that_were_drawn_are_not_drawn_again(tmp_path: Path) -> None:
    predictor = load_predictor(None, "cpu")
    first = list(examples(700_000, 2, predictor, tmp_path))
    made = sorted(p.stat().st_mtime_ns for p in tmp_path.iterdir())

    again = list(examples(700_000, 2, predictor, tmp_path))

    assert sorted(p.stat().st_mtime_ns for p in tmp_path.iterdir()) == made
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one.gathered, other.gathered)
        assert np.array_equal(one.right, other.right)


def test_pens_of_one_look_are_not_learned_from() -> None:
    log, predictor = render_log(700_010, preset="archive", rows=1100), load_predictor(None, "cpu")

    assert log.meta.alike
    assert example_of(log, marked(log, np.random.default_rng(1)), predictor) is None
