"""Lessons out of a well: the rows a person has corrected or accepted, chosen, cut out, and some of them held back.

Separate because which rows teach, and which judge, must be the same for the window and the command line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.description import Slot, TrackSpec
from veerdesk.dataset.lesson import Lesson, shifted
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.straighten import ReadWindow, straight_window
from veerdesk.labels.classes import IGNORE, NOT_SAID
from veerdesk.rows import RowSpan
from veerdesk.segmentation.segment import HALO_ROWS
from veerdesk.session.ownership import TrackPixels, absent_slots, exchanged_slots

#: Fewer rows teach nothing: with 24 the rest of a log became worse (research: segmenter, section 5).
LEAST_ROWS = 64
#: More rows are not learned from, so that it stays a matter of seconds; those with most corrections come first.
MOST_ROWS, MOST_LESSONS = 512, 8
#: This share of them is of stretches that nobody corrected, where there are such: one exchanged stretch of a log filled all
#: lessons, and what is right of that stretch was taken for right of the log.
UNCORRECTED_SHARE = 0.25
#: Rows with a word that lie nearer to each other than this are cut out together, up to this height.
_NEAR_ROWS, _TALLEST_ROWS = 256, 1024
#: Every fourth block of rows is held back; a block is an eighth of the rows there are, within these bounds.
_HELD_EVERY, _SMALLEST_BLOCK, _LARGEST_BLOCK = 4, 8, 32
#: The narrowest strokes a model is made for, px: no model sees further beyond a lesson than this assumes.
_MODEL_STROKE_PX = 4.0
_SLOTS: tuple[Slot, ...] = (1, 2)


@dataclass(frozen=True, slots=True)
class SaidRows:
    """What a person has said of each row of a track.

    Parameters
    ----------
    known
        ``(n,)`` bool: rows that are accepted or hold a person's pixels.
    corrected, exchanged
        ``(n,)`` int64: pixels against the model; those of them that give one curve's ink to the other.
    """

    known: NDArray[np.bool_]
    corrected: NDArray[np.int64]
    exchanged: NDArray[np.int64]

    @property
    def is_order_open(self) -> bool:
        """False where more rows were taken as they are read than exchanged: the curves of this track have their right names."""
        exchanged = int((self.known & (self.exchanged > 0)).sum())
        as_read = int((self.known & (self.corrected == 0)).sum())
        return as_read <= exchanged


def said_rows(pixels: TrackPixels) -> SaidRows:
    """Return which rows of a track are accepted or hold a person's pixels, and how many of these correct the model."""
    rows = pixels.track.geometry.rows
    known = np.zeros(rows.rows, np.bool_)
    corrected, exchanged = np.zeros(rows.rows, np.int64), np.zeros(rows.rows, np.int64)
    for span in pixels.labels.person.row_spans():
        band = span.clipped(rows)
        if not band.is_empty:
            said, answered = pixels.labels.said(band, pixels.cols), pixels.labels.answered(band, pixels.cols)
            part = slice(band.start - rows.start, band.stop - rows.start)
            known[part] = (said != NOT_SAID).any(axis=1)
            against = (said != NOT_SAID) & (said != answered)
            corrected[part] = against.sum(axis=1)
            exchanged[part] = (against & (said > 0) & (answered > 0)).sum(axis=1)
    for span in pixels.track.accepted:
        known[max(0, span.start - rows.start) : max(0, span.stop - rows.start)] = True
    return SaidRows(known, corrected, exchanged)


def lessons_of(
    pixels: TrackPixels, x: NDArray[np.float64] | None, read: ReadWindow, stroke_px: float
) -> tuple[Lesson, ...]:
    """Return the lessons of a track, from the top.

    Parameters
    ----------
    x
        ``(2, rows)`` the track's trace, px, NaN where absent; None where there is none. It counts in accepted rows.
    read
        Reads the scan.
    stroke_px
        The track's stroke width, px.

    Raises
    ------
    UnusableInputError
        Fewer than `LEAST_ROWS` rows are corrected or accepted.
    """
    said = said_rows(pixels)
    count = int(said.known.sum())
    if count < LEAST_ROWS:
        raise UnusableInputError(
            f"{count} rows of {pixels.track.name} are corrected or accepted, and learning needs {LEAST_ROWS}.",
            "Go on correcting, or accept rows that are right, then ask again.",
        )
    chosen = _chosen(said)
    held = _held(np.concatenate(chosen), len(said.known))
    lessons = (_lesson(pixels, x, read, stroke_px, rows, held) for rows in chosen)
    return tuple(replace(lesson, is_order_open=said.is_order_open) for lesson in lessons)


def _chosen(said: SaidRows) -> list[NDArray[np.int64]]:
    """Return groups of known rows that lie near each other, those with most corrections first, then in order.

    Where stretches were accepted that nobody corrected, some of the rows are theirs.
    """
    rows = np.flatnonzero(said.known)
    groups: list[list[int]] = []
    for row in rows.tolist():
        if not groups or row - groups[-1][-1] > _NEAR_ROWS or row - groups[-1][0] >= _TALLEST_ROWS:
            groups.append([])
        groups[-1].append(row)
    mended = [g for g in groups if said.corrected[g].any()]
    as_read = [g for g in groups if not said.corrected[g].any()]
    mended.sort(key=lambda g: (-int((said.corrected[g] > 0).sum()), -len(g), g[0]))
    as_read.sort(key=lambda g: (-len(g), g[0]))
    theirs = min(sum(map(len, as_read)), int(MOST_ROWS * UNCORRECTED_SHARE)) if mended else MOST_ROWS
    taken = _taken(mended, MOST_ROWS - theirs, MOST_LESSONS - (1 if as_read else 0))
    taken += _taken(as_read, MOST_ROWS - sum(map(len, taken)), MOST_LESSONS - len(taken))
    return sorted(taken, key=lambda g: int(g[0]))


def _taken(groups: list[list[int]], most_rows: int, most: int) -> list[NDArray[np.int64]]:
    """Return the first groups, as many rows as there may be."""
    taken: list[NDArray[np.int64]] = []
    for group in groups[:most]:
        if most_rows > 0:
            taken.append(np.asarray(group[:most_rows], np.int64))
            most_rows -= len(taken[-1])
    return taken


def _held(rows: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """Return which of a track's rows are held back, ``(count,)``."""
    block = int(np.clip(len(rows) // 8, _SMALLEST_BLOCK, _LARGEST_BLOCK))
    out = np.zeros(count, np.bool_)
    out[rows[(np.arange(len(rows)) // block) % _HELD_EVERY == _HELD_EVERY // 2]] = True
    return out


def _lesson(
    pixels: TrackPixels,
    x: NDArray[np.float64] | None,
    read: ReadWindow,
    stroke_px: float,
    known: NDArray[np.int64],
    held: NDArray[np.bool_],
) -> Lesson:
    """Return one lesson of rows counted from the track's top."""
    track, top = pixels.track, pixels.track.geometry.rows.start
    rows = RowSpan(top + int(known[0]), top + int(known[-1]) + 1)
    halo = int(np.ceil(HALO_ROWS * max(1.0, stroke_px / _MODEL_STROKE_PX)))
    box = rows.grown(halo)
    window = straight_window(track.geometry, box, track.geometry.margin_px)
    said_cols = (max(0, window.cols[0]), min(pixels.scan_width, window.cols[1]))
    label = np.full((box.rows, window.cols[1] - window.cols[0]), IGNORE, np.uint8)
    part = slice(said_cols[0] - window.cols[0], said_cols[1] - window.cols[0])
    label[halo : halo + rows.rows, part] = _labels(pixels, rows, said_cols, known - known[0])
    columns = np.full((2, box.rows), np.nan)
    if x is not None:
        here = slice(rows.start - top, rows.stop - top)
        columns[:, halo : halo + rows.rows] = np.where(_accepted(track, rows), x[:, here] - window.cols[0], np.nan)
    is_held = np.zeros(box.rows, np.bool_)
    is_held[halo + known - known[0]] = held[known]
    first, second = track.curve(1), track.curve(2)
    told = bool(first and second and (first.style, first.colour) != (second.style, second.colour))
    return Lesson(
        read(box, window.cols), label, columns, is_held, shifted(track.geometry, rows, box.start, window.cols[0]),
        stroke_px, exchanged_slots(track), tuple(s for s in _SLOTS if s not in absent_slots(track)), told,
    )  # fmt: skip


def _labels(pixels: TrackPixels, rows: RowSpan, cols: tuple[int, int], known: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return who owns each pixel, ``(h, w)``: all of an accepted row, what a person said of another, else 255."""
    said = pixels.labels.said(rows, cols)
    out = np.where(said == NOT_SAID, np.uint8(IGNORE), said)
    shown = pixels.labels.classes(rows, cols)
    shown[~np.isin(shown, [s for s in _SLOTS if s not in absent_slots(pixels.track)])] = 0
    accepted = _accepted(pixels.track, rows)
    out[accepted] = shown[accepted]
    is_known = np.zeros(rows.rows, np.bool_)
    is_known[known] = True
    out[~is_known] = IGNORE
    return np.asarray(out, np.uint8)


def _accepted(track: TrackSpec, rows: RowSpan) -> NDArray[np.bool_]:
    out = np.zeros(rows.rows, np.bool_)
    for span in track.accepted:
        part = span.clipped(rows)
        if not part.is_empty:
            out[part.start - rows.start : part.stop - rows.start] = True
    return out
