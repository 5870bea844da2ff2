"""Row spans: half-open runs of scan rows, and the arithmetic that edits and stale ranges need.

Separate because labels, tracing, session and the window all speak of rows and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_set = object.__setattr__


@dataclass(frozen=True, slots=True, order=True, init=False)
class RowSpan:
    """Rows ``start`` (inside) to ``stop`` (outside) of a scan.

    >>> RowSpan(2, 5).rows
    3
    """

    start: int
    stop: int

    def __init__(self, start: int, stop: int) -> None:  # by hand: every stroke makes a dozen
        if stop < start:
            raise ValueError(f"a row span cannot end at {stop} before it starts at {start}")
        _set(self, "start", start)
        _set(self, "stop", stop)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.stop - self.start

    @property
    def is_empty(self) -> bool:
        """True where no row is inside."""
        return self.stop == self.start

    def __contains__(self, row: int) -> bool:
        return self.start <= row < self.stop

    def grown(self, rows: int) -> RowSpan:
        """Return the span with ``rows`` added at both ends (or taken away where negative)."""
        start, stop = self.start - rows, self.stop + rows
        return RowSpan(start, max(start, stop))

    def clipped(self, other: RowSpan) -> RowSpan:
        """Return the rows that lie in both spans; empty where none does."""
        if other.start <= self.start and self.stop <= other.stop:
            return self
        start = min(max(self.start, other.start), other.stop)
        return RowSpan(start, max(start, min(self.stop, other.stop)))

    def overlaps(self, other: RowSpan) -> bool:
        """Return True where at least one row lies in both."""
        return max(self.start, other.start) < min(self.stop, other.stop)

    def bands(self, height: int) -> Iterator[RowSpan]:
        """Yield the span cut at whole multiples of ``height`` rows."""
        at = self.start
        while at < self.stop:
            end = min(self.stop, (at // height + 1) * height)
            yield RowSpan(at, end)
            at = end


def joined(spans: Iterable[RowSpan]) -> tuple[RowSpan, ...]:
    """Return the spans in order, with touching and overlapping ones made one and empty ones dropped.

    >>> joined([RowSpan(4, 6), RowSpan(0, 2), RowSpan(2, 4)])
    (RowSpan(start=0, stop=6),)
    """
    out: list[RowSpan] = []
    for span in sorted([s for s in spans if s.stop > s.start]):
        if out and span.start <= out[-1].stop:
            out[-1] = RowSpan(out[-1].start, max(out[-1].stop, span.stop))
        else:
            out.append(span)
    return tuple(out)


def without(spans: Iterable[RowSpan], hole: RowSpan) -> tuple[RowSpan, ...]:
    """Return the joined spans with the rows of ``hole`` taken out.

    >>> without([RowSpan(0, 10)], RowSpan(3, 4))
    (RowSpan(start=0, stop=3), RowSpan(start=4, stop=10))
    """
    out: list[RowSpan] = []
    for span in joined(spans):
        if not span.overlaps(hole):
            out.append(span)
            continue
        if span.start < hole.start:
            out.append(RowSpan(span.start, hole.start))
        if span.stop > hole.stop:
            out.append(RowSpan(hole.stop, span.stop))
    return tuple(out)
