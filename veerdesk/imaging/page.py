"""What every decoder gives: a page with a header, and its rows in strips from the top.

Separate because the decoders, the file formats and the ingest share it and none of them owns it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

FileKind = Literal["tiff", "png", "jpeg", "pdf"]


@dataclass(frozen=True, slots=True)
class PageHeader:
    """What a page says of itself before a pixel is decoded. ``dpi`` is None where it says nothing believable."""

    width: int
    height: int
    has_colour: bool
    is_bilevel: bool
    dpi: float | None


class Page(Protocol):
    """One page of a file."""

    @property
    def header(self) -> PageHeader:
        """Size and kind."""
        ...

    def strips(self, rows: int) -> Iterator[NDArray[np.uint8]]:
        """Yield strips of ``rows`` rows (the last one fewer): (h, w) grey or (h, w, 3) RGB uint8.

        Raises
        ------
        UnusableInputError
            The file is cut short or damaged; the rows yielded before are no whole page.
        """
        ...
