"""The label map of one track: a model plane and a person plane, and what follows from them.

Separate because exclusive ownership lives here: one class number a pixel, so a second answer has nowhere to go,
and a person's word is kept apart from the model's so that predicting again cannot touch it. Beside the model plane
stands what each tile answered alone, provisionally: the model plane is made from it once the track is decoded, and
made again after an edit, so it never depends on the edits there were in between.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from veerdesk.labels.classes import NOT_SAID, Origin, PixelClass
from veerdesk.labels.tile_plane import TilePlane
from veerdesk.rows import RowSpan


class LabelMap:
    """Who owns each pixel of one track; rows and columns of this class are those of the scan.

    Parameters
    ----------
    origin_col
        Scan column at which the track's tiles begin; set once a track, so that moving a border moves no pixel.
    """

    def __init__(self, origin_col: int) -> None:
        self.origin_col = origin_col
        self.model = TilePlane(int(PixelClass.BACKGROUND))
        self.provisional = TilePlane(int(PixelClass.BACKGROUND))
        self.person = TilePlane(NOT_SAID)

    def classes(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return the class of each pixel, ``(h, w)`` uint8 0..2: the person's where said, else the model's."""
        local = self._local(cols)
        said = self.person.read(rows, local)
        shown = self.model.read(rows, local)
        np.copyto(shown, said, where=said != NOT_SAID)
        return shown

    def origin(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return who decided each pixel, ``(h, w)`` uint8: 0 model, 1 person."""
        said = self.person.read(rows, self._local(cols))
        return np.not_equal(said, NOT_SAID).astype(np.uint8) * np.uint8(Origin.PERSON)

    def said(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return the person plane, ``(h, w)`` uint8: 0..2, or 255 where nobody has said anything."""
        return self.person.read(rows, self._local(cols))

    def answered(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        """Return what the model's tiles answered, each alone, ``(h, w)`` uint8 0..2: identity is provisional there."""
        return self.provisional.read(rows, self._local(cols))

    def planes(self, rows: RowSpan, cols: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return the person plane and the model plane of a window, ``(h, w)`` uint8 each, to look at and not to keep."""
        local = cols[0] - self.origin_col, cols[1] - self.origin_col
        return self.person.view(rows, local), self.model.view(rows, local)

    def settle_model(self, rows: RowSpan, col0: int, classes: NDArray[np.uint8]) -> bool:
        """Replace the model plane ``(rows, w)`` by what follows from the tiles' answer and the trace; the answer stays.

        Returns True where a pixel changed its owner.
        """
        return self.model.write(rows.start, col0 - self.origin_col, classes)

    def set_model(self, rows: RowSpan, col0: int, classes: NDArray[np.uint8]) -> None:
        """Take a tile's answer ``(rows, w)`` that begins at scan column ``col0``: the model plane too, until it is settled.

        Raises
        ------
        ValueError
            The block is not as tall as the rows, or holds something else than 0, 1 and 2.
        """
        if classes.shape[0] != rows.rows:
            raise ValueError(f"{classes.shape[0]} rows of classes for {rows.rows} rows of the track")
        if classes.size and int(classes.max()) > int(PixelClass.CURVE_2):
            raise ValueError(f"class {int(classes.max())} does not exist")
        self.provisional.write(rows.start, col0 - self.origin_col, classes)
        self.model.write(rows.start, col0 - self.origin_col, classes)

    def clear_model(self) -> None:
        """Forget every prediction; the person's word stays."""
        self.provisional.clear()
        self.model.clear()

    def snapshot(self) -> LabelMap:
        """Return an independent copy that shares the compressed tiles."""
        copy = LabelMap(self.origin_col)
        copy.model = self.model.snapshot()
        copy.provisional = self.provisional.snapshot()
        copy.person = self.person.snapshot()
        return copy

    def _local(self, cols: tuple[int, int]) -> tuple[int, int]:
        return cols[0] - self.origin_col, cols[1] - self.origin_col
