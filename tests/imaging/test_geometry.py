"""Borders of a track: one row asked alone gives what many asked together give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.imaging.geometry import column_at, column_at_row

KNOTS = st.lists(st.integers(0, 2000), min_size=1, max_size=5, unique=True).map(sorted)


@given(knots=KNOTS, data=st.data(), row=st.floats(-500, 2500))
@settings(max_examples=100)
def test_a_row_alone_has_the_column_it_has_among_others(knots: list[int], data: st.DataObject, row: float) -> None:
    line = tuple((float(k), data.draw(st.floats(0, 3500))) for k in knots)

    alone = column_at_row(line, row)

    assert alone == pytest.approx(float(column_at(line, np.array([row]))[0]), abs=1e-6)
