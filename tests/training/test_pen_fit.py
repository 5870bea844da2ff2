"""The pen's network is fitted where it can be, and computed elsewhere: both must say the same."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from veerdesk.model.predictor import load_predictor
from veerdesk.synth.render import render_log
from veerdesk.tracing.pen_net import SHOWN, pen_columns, pen_file, shipped_pen_net, shown_rows
from veerdesk.tracing.trace import TraceKind
from veerdesk.training.evaluate import answer, window_decoder
from veerdesk.training.pen_fit import Rows, _window, drawn_rows, fit, judged, moved_by, rows_of, write_pen


def _drawn(rng: np.random.Generator, count: int) -> Rows:
    """Rows whose first two numbers, the ends of the stroke, say where the pen stood."""
    shown = rng.normal(size=(count, SHOWN)).astype(np.float32)
    pen = (0.4 * (shown[:, 0] + shown[:, 1])).astype(np.float32)
    return Rows(shown, pen, pen, np.full(count, 0.3, np.float32))


def test_a_fit_finds_the_pen() -> None:
    rng = np.random.default_rng(3)

    net = fit(_drawn(rng, 6000), epochs=12)

    figures = judged(net, _drawn(rng, 1000))
    assert figures["right"] > 0.75 > 0.5 > figures["right_by_ink"]


def test_what_was_fitted_is_what_is_computed() -> None:
    log, predictor = render_log(1_700_001, preset="archive", rows=400), load_predictor(None, "cpu")
    window, net = _window(log, 1), shipped_pen_net()
    decoder = window_decoder(window, answer(window, predictor), by_pen=False)
    trace = decoder.solve()
    planes = trace.x, trace.low, trace.high, trace.kind
    rows, breadth, shown = shown_rows(0, *planes, decoder.ink, decoder.stroke_px)

    said = pen_columns(net, 0, 0, 400, *planes, decoder.ink, np.zeros(400, np.uint8), decoder.stroke_px)

    assert len(rows) > 40
    wanted = trace.x[0].copy()
    wanted[rows] += np.clip(moved_by(net, shown), -3, 3) * breadth
    is_other = ~np.isclose(said, wanted, atol=1e-3, equal_nan=True)
    assert is_other.sum() < 10
    assert (trace.kind[0][is_other] == TraceKind.OWN_INK).all()  # such a row is moved no farther than its ink goes
    assert (np.abs(said - trace.x[0])[is_other] <= np.abs(wanted - trace.x[0])[is_other]).all()


def test_the_shipped_pen_is_right_more_often_than_the_ink_on_logs_it_was_not_fitted_on(tmp_path: Path) -> None:
    drawn = list(drawn_rows(1_700_000, 8, load_predictor(None, "cpu"), tmp_path))

    held = Rows(*(np.concatenate([getattr(r, name) for r in drawn]) for name in ("shown", "low", "high", "near")))
    figures = judged(shipped_pen_net(), held)
    assert len(held.low) > 1000
    assert figures["right"] > figures["right_by_ink"] + 0.01


def test_logs_that_were_drawn_are_not_drawn_again(tmp_path: Path) -> None:
    predictor = load_predictor(None, "cpu")
    first = list(drawn_rows(1_700_000, 2, predictor, tmp_path))
    made = [p.stat().st_mtime_ns for p in sorted(tmp_path.iterdir())]

    again = list(drawn_rows(1_700_000, 2, predictor, tmp_path))

    assert [p.stat().st_mtime_ns for p in sorted(tmp_path.iterdir())] == made
    assert len(again) == 2
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.shown, other.shown)
        np.testing.assert_array_equal(one.near, other.near)


def test_rows_have_as_much_of_everything() -> None:
    rows = rows_of(render_log(1_700_002, preset="archive", rows=500), 7, load_predictor(None, "cpu"))

    assert rows.shown.shape == (len(rows.low), SHOWN)
    assert (rows.high >= rows.low).all()
    assert (rows.near > 0).all()
    assert np.isfinite(rows.shown).all()


def test_the_card_names_the_numbers_it_belongs_to(tmp_path: Path) -> None:
    out = tmp_path / "pen.safetensors"
    write_pen(out, shipped_pen_net(), {"logs": 1})

    card = json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))
    shipped = json.loads(pen_file().with_suffix(".json").read_text(encoding="utf-8"))
    assert card["digest"] == shipped["digest"]
