"""Row spans: property tests against sets of rows."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from veerdesk.rows import RowSpan, joined, without

spans = st.tuples(st.integers(-50, 50), st.integers(0, 40)).map(lambda p: RowSpan(p[0], p[0] + p[1]))


def rows_of(*several: RowSpan) -> set[int]:
    return {r for s in several for r in range(s.start, s.stop)}


@given(st.lists(spans, max_size=8))
def test_joined_spans_hold_the_same_rows_apart(several: list[RowSpan]) -> None:
    out = joined(several)

    assert rows_of(*out) == rows_of(*several)
    assert all(a.stop < b.start for a, b in itertools.pairwise(out))


@given(st.lists(spans, max_size=8), spans)
def test_a_hole_takes_out_exactly_its_rows(several: list[RowSpan], hole: RowSpan) -> None:
    assert rows_of(*without(several, hole)) == rows_of(*several) - rows_of(hole)


@given(spans, spans)
def test_clipped_is_the_intersection(a: RowSpan, b: RowSpan) -> None:
    assert rows_of(a.clipped(b)) == rows_of(a) & rows_of(b)
    assert a.overlaps(b) == bool(rows_of(a) & rows_of(b))


@given(spans, st.integers(1, 20))
def test_bands_tile_the_span_at_multiples(span: RowSpan, height: int) -> None:
    bands = list(span.bands(height))

    assert rows_of(*bands) == rows_of(span)
    assert all(b.start % height == 0 for b in bands[1:])
