"""Which wells training may see."""

from __future__ import annotations

import numpy as np
import pytest

from veerdesk.synth import render
from veerdesk.synth.bank import HELD_OUT_WELLS, BankWell, held_out_wells, load_bank, train_wells
from veerdesk.synth.render import render_log


def test_trained_and_held_out_wells_are_disjoint_and_make_the_bank() -> None:
    train, held = {w.name for w in train_wells()}, {w.name for w in held_out_wells()}

    assert not train & held
    assert train | held == set(load_bank())
    assert held == set(HELD_OUT_WELLS)


def test_values_are_physical() -> None:
    for well in load_bank().values():
        assert np.nanmin(well.values["GR"]) >= 0
        assert well.step > 0
        if "RHOB" in well.values:
            assert 1.9 < np.nanmedian(well.values["RHOB"]) < 3.0


def test_no_preset_that_trains_draws_a_held_out_well(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> tuple[BankWell, ...]:
        raise AssertionError("a held-out well was asked for")

    monkeypatch.setattr(render, "held_out_wells", refuse)

    for seed in range(15):
        render_log(seed, preset="archive", rows=200)
