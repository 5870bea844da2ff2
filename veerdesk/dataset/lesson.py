"""A lesson: a piece of a track as a person has corrected or accepted it, with some of its rows held back.

Separate because what is learned from is put together by the session, and learned elsewhere: perhaps in another process,
which is given nothing but these files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import Slot
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.geometry import Polyline, TrackGeometry
from veerdesk.imaging.straighten import ReadWindow
from veerdesk.rows import RowSpan

LESSONS = "lessons.json"
_SLOTS: tuple[Slot, ...] = (1, 2)
PLANES = ("grey", "label", "x", "held")


@dataclass(frozen=True, slots=True)
class Lesson:
    """Some rows of a track, with what stands above and below them.

    Parameters
    ----------
    grey
        ``(h, w)`` uint8, 255 is paper: the box of scan rows and columns that the model would be shown.
    label
        ``(h, w)`` uint8: 0, 1, 2 as the person calls the curves, 255 where nobody has said.
    x
        ``(2, h)`` float64: column of each curve in the rows that were accepted, NaN where it has none or nobody has said.
    held
        ``(h,)`` bool: rows that are not learned from, but judged by.
    geometry
        Rows and borders of the track in rows and columns of this box.
    stroke_px
        Stroke width, px.
    exchanged
        True where the person's slots are taken to stand in the other order than the network's.
    slots
        The slots that have a curve.
    is_told
        True where what is said of the two curves tells their pens apart.
    is_order_open
        False where more rows of the track were accepted as they were read than exchanged: its curves have their right names.
    """

    grey: NDArray[np.uint8]
    label: NDArray[np.uint8]
    x: NDArray[np.float64]
    held: NDArray[np.bool_]
    geometry: TrackGeometry
    stroke_px: float
    exchanged: bool
    slots: tuple[Slot, ...] = (1, 2)
    is_told: bool = False
    is_order_open: bool = True

    @property
    def read(self) -> ReadWindow:
        """Reads windows of the box, white outside it."""
        return window_reader(self.grey, 255)


def window_reader(plane: NDArray[np.uint8], outside: int) -> ReadWindow:
    """Return a function that reads windows of a plane in memory, grey or colour, and gives ``outside`` beyond its edges."""

    def read(rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        out = np.full((rows.rows, cols[1] - cols[0], *plane.shape[2:]), outside, np.uint8)
        top, bottom = max(0, rows.start), min(plane.shape[0], rows.stop)
        left, right = max(0, cols[0]), min(plane.shape[1], cols[1])
        if top < bottom and left < right:
            part = plane[top:bottom, left:right]
            out[top - rows.start : bottom - rows.start, left - cols[0] : right - cols[0]] = part
        return out

    return read


def shifted(geometry: TrackGeometry, rows: RowSpan, row0: int, col0: int) -> TrackGeometry:
    """Return a track's geometry over some of its rows, in rows and columns counted from ``row0`` and ``col0``.

    >>> g = TrackGeometry(RowSpan(0, 90), ((0.0, 20.0),), ((0.0, 60.0),))
    >>> shifted(g, RowSpan(40, 50), 30, 15).rows, shifted(g, RowSpan(40, 50), 30, 15).left
    (RowSpan(start=10, stop=20), ((-30.0, 5.0),))
    """

    def moved(line: Polyline) -> Polyline:
        return tuple((row - row0, col - col0) for row, col in line)

    return TrackGeometry(RowSpan(rows.start - row0, rows.stop - row0), moved(geometry.left), moved(geometry.right))


def write_lessons(folder: Path, lessons: Sequence[Lesson]) -> None:
    """Write lessons into an empty folder."""
    entries = []
    for number, lesson in enumerate(lessons):
        name = f"lesson-{number:03d}"
        for plane in PLANES:
            np.save(folder / f"{name}-{plane}.npy", getattr(lesson, plane), allow_pickle=False)
        entries.append(
            {
                "name": name,
                "geometry": asdict(lesson.geometry),
                "stroke_px": lesson.stroke_px,
                "exchanged": lesson.exchanged,
                "slots": list(lesson.slots),
                "is_told": lesson.is_told,
                "is_order_open": lesson.is_order_open,
            }
        )
    (folder / LESSONS).write_text(json.dumps(entries), encoding="utf-8")


def read_lessons(folder: Path) -> tuple[Lesson, ...]:
    """Return the lessons of a folder.

    Raises
    ------
    UnusableInputError
        A file of it is missing or damaged.
    """
    try:
        entries = json.loads((folder / LESSONS).read_text(encoding="utf-8"))
        return tuple(_lesson(folder, entry) for entry in entries)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableInputError(
            f"The lessons in {folder} cannot be read: {error}.", "Start learning again."
        ) from error


def _lesson(folder: Path, entry: dict[str, Any]) -> Lesson:
    planes = [np.load(folder / f"{entry['name']}-{p}.npy", allow_pickle=False) for p in PLANES]
    shape = entry["geometry"]
    left, right = (tuple((float(a), float(b)) for a, b in shape[side]) for side in ("left", "right"))
    geometry = TrackGeometry(RowSpan(int(shape["rows"]["start"]), int(shape["rows"]["stop"])), left, right)
    slots: tuple[Slot, ...] = tuple(slot for slot in _SLOTS if slot in entry["slots"])
    about = (geometry, float(entry["stroke_px"]), bool(entry["exchanged"]), slots, bool(entry["is_told"]))
    return Lesson(planes[0], planes[1], planes[2], planes[3], *about, is_order_open=bool(entry["is_order_open"]))
