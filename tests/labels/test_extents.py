"""How far an exchange reaches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from veerdesk.labels.extents import Reach, extent
from veerdesk.rows import RowSpan

ROWS = st.lists(st.integers(0, 999), unique=True, min_size=1, max_size=12).map(sorted)


@given(rows=ROWS, data=st.data())
def test_above_and_below_meet_at_the_crossing_and_miss_no_row(rows: list[int], data: st.DataObject) -> None:
    row, within = data.draw(st.sampled_from(rows)), RowSpan(0, 1000)

    above, below = extent(row, rows, within, Reach.TO_TOP), extent(row, rows, within, Reach.TO_END)

    assert above == RowSpan(0, row)
    assert below == RowSpan(row, 1000)


@given(rows=ROWS, data=st.data())
def test_the_next_crossing_is_where_its_own_exchange_above_begins(rows: list[int], data: st.DataObject) -> None:
    row, within = data.draw(st.sampled_from(rows)), RowSpan(0, 1000)

    span = extent(row, rows, within, Reach.TO_NEXT)

    assert span.start == row
    assert not [r for r in rows if span.start < r < span.stop]
    if span.stop < 1000:
        assert extent(span.stop, rows, within, Reach.ABOVE) == span
