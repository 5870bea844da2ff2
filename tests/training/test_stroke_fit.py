"""The stroke measure is fitted where it can be, and computed elsewhere: both must say the same."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from veerdesk.imaging.stroke_counts import STEPS, WAYS, step_of
from veerdesk.imaging.stroke_net import CHANNELS, WHOLE, likeliest_px, shipped_stroke_net, step_odds, stroke_file, told
from veerdesk.training.stroke_fit import Tracks, _Net, _numbers, counted, fit, judged, write_net


def _tracks(rng: np.random.Generator, count: int) -> Tracks:
    """Tracks whose strokes make one narrow peak, beside a broader one of something else."""
    printed = rng.uniform(3.0, 20.0, count)
    at = np.arange(STEPS)
    peaks = np.exp(-0.5 * ((at - step_of(printed)[:, None]) / 1.5) ** 2)
    other = np.exp(-0.5 * ((at - rng.uniform(0, STEPS, (count, 1))) / 6.0) ** 2)
    counts = np.repeat((4000 * peaks + 1500 * other)[:, None], WAYS, axis=1)
    return Tracks(counts, np.full(count, 600.0), printed)


def test_what_is_fitted_is_what_is_computed() -> None:
    torch.manual_seed(3)
    network, rng = _Net().eval(), np.random.default_rng(3)
    net = _numbers(network)
    for _ in range(5):
        counts, track_px = rng.uniform(0, 5000, (WAYS, STEPS)), float(rng.uniform(100, 2400))
        shown, whole = told(counts, track_px)
        assert shown.shape == (CHANNELS, STEPS)
        assert whole.shape == (WHOLE,)
        with torch.no_grad():
            wanted = network(torch.from_numpy(shown)[None], torch.from_numpy(whole)[None])[0].numpy()

        np.testing.assert_allclose(step_odds(net, counts, track_px), wanted, rtol=1e-4, atol=1e-4)


def test_a_fit_finds_the_narrow_peak() -> None:
    rng = np.random.default_rng(5)

    net = fit(_tracks(rng, 400), epochs=20)

    assert judged(net, _tracks(rng, 100))["right"] > 0.95


def test_the_shipped_measure_is_right_on_tracks_it_was_not_fitted_on(tmp_path: Path) -> None:
    tracks = counted(880_000, 60, tmp_path)

    assert judged(shipped_stroke_net(), tracks)["right"] > 0.88


def test_counts_that_were_made_are_not_made_again(tmp_path: Path) -> None:
    first = counted(880_000, 3, tmp_path)
    made = [p.stat().st_mtime_ns for p in sorted(tmp_path.iterdir())]

    again = counted(880_000, 3, tmp_path)

    assert [p.stat().st_mtime_ns for p in sorted(tmp_path.iterdir())] == made
    np.testing.assert_array_equal(first.counts, again.counts)


def test_the_card_names_the_numbers_it_belongs_to(tmp_path: Path) -> None:
    out = tmp_path / "net.safetensors"
    write_net(out, shipped_stroke_net(), {"logs": 1})

    card = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    shipped = json.loads(stroke_file().with_suffix(".json").read_text(encoding="utf-8"))
    assert card["digest"] == shipped["digest"]


def test_the_likeliest_width_is_the_fullest_place_and_not_the_mean() -> None:
    odds = np.full(STEPS, -20.0, np.float32)
    odds[[8, 9, 10]] = (1.0, 2.0, 1.0)
    odds[40] = 1.5

    assert likeliest_px(odds) == pytest.approx(1.5 * 2 ** (9 / 8), abs=0.01)
