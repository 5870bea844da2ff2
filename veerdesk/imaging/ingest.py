"""Decoding a file once into the cache, from the top, while it is already being looked at.

Separate because it runs on a worker thread and a Scan is read on another: the two share one number, the rows ready.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.imaging.cache import CacheEntry, unusable_cache
from veerdesk.imaging.page import Page, PageHeader
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.imaging.pyramid import PAPER, STRIP_ALIGNMENT, PyramidWriter

# A strip of a 2,200 px scan is 1,024 rows of grey or 384 of colour, 2 MB; the first one is what a person waits for.
_STRIP_BYTES = 2_560_000
_MAX_STRIP_ROWS = 1024


@dataclass(slots=True)
class Readiness:
    """Rows decoded so far. Written by the ingest after the rows are on disk, read by anybody."""

    rows: int = 0


def stacked_header(pages: Sequence[Page]) -> PageHeader:
    """Return the header of the pages put below each other: the widest decides the width."""
    heads = [page.header for page in pages]
    return PageHeader(
        width=max(head.width for head in heads),
        height=sum(head.height for head in heads),
        has_colour=any(head.has_colour for head in heads),
        is_bilevel=all(head.is_bilevel for head in heads),
        dpi=next((head.dpi for head in heads if head.dpi is not None), None),
    )


def strip_rows(header: PageHeader) -> int:
    """Return the height of a strip: a multiple of ``STRIP_ALIGNMENT``."""
    row_bytes = header.width * (3 if header.has_colour else 1)
    fitting = _STRIP_BYTES // row_bytes // STRIP_ALIGNMENT * STRIP_ALIGNMENT
    return min(_MAX_STRIP_ROWS, max(STRIP_ALIGNMENT, fitting))


def stacked_strips(pages: Sequence[Page], header: PageHeader, rows: int) -> Iterator[NDArray[np.uint8]]:
    """Yield strips of ``rows`` rows of all pages below each other; narrower pages get paper on their right."""
    held: list[NDArray[np.uint8]] = []
    count = 0
    for page in pages:
        for strip in page.strips(rows):
            held.append(_fitted(strip, header))
            count += len(strip)
            while count >= rows:
                joined = np.concatenate(held) if len(held) > 1 else held[0]
                yield joined[:rows]
                held, count = [joined[rows:]], count - rows
    if count:
        yield np.concatenate(held)


def _fitted(strip: NDArray[np.uint8], header: PageHeader) -> NDArray[np.uint8]:
    if header.has_colour and strip.ndim == 2:
        strip = np.repeat(strip[..., None], 3, axis=2)
    if strip.shape[1] == header.width:
        return strip
    out = np.full((len(strip), header.width, *strip.shape[2:]), PAPER, np.uint8)
    out[:, : strip.shape[1]] = strip
    return out


def write_pyramid(
    entry: CacheEntry, pages: Sequence[Page], ready: Readiness, cancel: Cancel, progress: Progress, *, path: Path
) -> None:
    """Decode every page into the entry's level files, which exist at full length from before.

    Raises
    ------
    UnusableInputError
        The file is cut short or damaged, or the cache's disk is full.
    InterruptedWorkError
        ``cancel`` said so.
    """
    header = stacked_header(pages)
    rows = strip_rows(header)
    try:
        with PyramidWriter(
            entry.folder, width=header.width, height=header.height, has_colour=header.has_colour
        ) as writer:
            for strip in stacked_strips(pages, header, rows):
                if cancel.is_cancelled():
                    raise InterruptedWorkError(
                        f"Reading {path} was stopped at row {ready.rows} of {header.height}.", "Open it again to go on."
                    )
                writer.append(strip)
                ready.rows = writer.rows
                progress(writer.rows / header.height)
    except OSError as trouble:
        raise unusable_cache(trouble) from trouble
    if ready.rows != header.height:
        raise UnusableInputError(
            f"{path} ends at row {ready.rows} and says that it has {header.height}.", "Copy or download it again."
        )
