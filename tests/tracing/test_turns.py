"""One stroke, two curves on it: whose it is, decided once for the whole stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.tracing.drawn_track import DrawnLog, walk
from veerdesk.tracing.costs import AT, RUNS
from veerdesk.tracing.moves import GAP, HIDDEN
from veerdesk.tracing.runs import FIELDS, SHARE
from veerdesk.tracing.turns import settle_turns

_ROWS = 24
#: What two curves may be on in a row: apart, one of them behind the other, one or both nowhere.
_PAIRS = ((0, RUNS), (0, HIDDEN), (HIDDEN, 0), (RUNS, HIDDEN), (HIDDEN, RUNS), (GAP, RUNS), (GAP, GAP))
_rows = st.lists(st.sampled_from(_PAIRS), min_size=_ROWS, max_size=_ROWS)
_shares = st.lists(st.integers(0, 255), min_size=_ROWS, max_size=_ROWS)


def _ink(shares: list[int]) -> NDArray[np.int32]:
    ink = np.zeros((_ROWS, 2, FIELDS), np.int32)
    ink[:, :, SHARE] = np.array(shares)[:, None]
    return ink


def _settled(on: NDArray[np.int8], ink: NDArray[np.int32], force: NDArray[np.uint8]) -> NDArray[np.int8]:
    out = np.full((_ROWS, 2), GAP, np.int8)
    assert settle_turns(on, ink, force, 0, _ROWS, out) == (0, _ROWS)
    return out


@given(_rows, _shares, st.sets(st.integers(0, _ROWS - 1), max_size=3))
def test_a_stay_has_one_owner_and_all_else_is_as_decoded(
    pairs: list[tuple[int, int]], shares: list[int], stated: set[int]
) -> None:
    on, force = np.array(pairs, np.int8), np.zeros((_ROWS, 2), np.uint8)
    force[list(stated), 0] = AT

    settled = _settled(on, _ink(shares), force)

    is_shared = (on == HIDDEN).any(axis=1) & (force == 0).all(axis=1)
    assert np.array_equal(settled[~is_shared], on[~is_shared])
    assert np.array_equal(np.sort(settled[is_shared]), np.sort(on[is_shared]))
    for row in np.flatnonzero(is_shared[1:] & is_shared[:-1]):
        assert np.array_equal(settled[row] == HIDDEN, settled[row + 1] == HIDDEN)


@given(_rows, _rows, _shares, st.integers(0, _ROWS), st.integers(0, _ROWS))
def test_rows_that_changed_settled_again_are_as_all_rows_settled(
    before: list[tuple[int, int]], after: list[tuple[int, int]], shares: list[int], a: int, b: int
) -> None:
    a, b = min(a, b), max(a, b)
    on, ink, force = np.array(before, np.int8), _ink(shares), np.zeros((_ROWS, 2), np.uint8)
    settled = _settled(on, ink, force)
    on[a:b] = np.array(after, np.int8)[a:b]

    first, last = settle_turns(on, ink, force, a, b, settled)

    assert first <= a <= b <= last
    assert np.array_equal(settled, _settled(on, ink, force))


@pytest.mark.parametrize("seed", [4, 6, 9, 10])
def test_a_curve_that_ends_at_one_of_its_look_does_not_go_on_along_it(seed: int) -> None:
    rows = np.arange(900.0)
    x2 = 80 + walk(np.random.default_rng(seed), 900, 160, calm=9)
    x1 = np.where(rows < 200, x2 - 0.5 * (200 - rows), np.nan)
    log = DrawnLog(900, 260).draw(1, np.clip(x1, 5, None)).draw(2, x2)
    both = np.maximum(log.p1, log.p2) // 2  # the model cannot tell the pens apart
    log.p1[:], log.p2[:] = both, both

    trace = log.decoder().solve()

    assert np.isfinite(trace.x[:, 20:180]).all()
    assert (np.isfinite(trace.x[:, 300:]).sum(axis=0) == 1).all()
