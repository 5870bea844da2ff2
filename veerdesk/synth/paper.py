"""The paper a log is printed on: grid, depth numbers, neighbouring tracks, handwriting and stamps.

Separate because everything drawn here is background, whatever it looks like.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2
from veerdesk.synth.ink import dense_line, draw_stroke
from veerdesk.synth.look import GridLook, Look, StrokeLook

_SHIFT = 4
_NAMES = (
    "Tubb",
    "Ellen",
    "Dakota",
    "SHALE",
    "top sand",
    "Miss. Ls",
    "Joins",
    "perf",
    "T.D.",
    "oil show",
    "Wolfcamp",
    "OK 7/62",
)
_STAMPS = ("RECEIVED", "FILE COPY", "REPEAT SECTION", "CONFIDENTIAL", "SURVEY", "MAIN LOG 5 IN")


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the track stands on the sheet.

    ``left`` is the left border at row 0, px; ``shift`` ``(rows,)`` what every column moves by at each row (skew, wobble,
    joints); ``tilt`` the rows a horizontal line rises a column.
    """

    rows: int
    cols: int
    left: float
    track_px: float
    shift: NDArray[np.float64]
    tilt: float

    def left_at(self) -> NDArray[np.float64]:
        """Return the left border's column at each row, ``(rows,)`` float64 px."""
        return self.left + self.shift

    def right_at(self) -> NDArray[np.float64]:
        """Return the right border's column at each row, ``(rows,)`` float64 px."""
        return self.left_at() + self.track_px


def rule_down(plane: NDArray[np.uint8], frame: Frame, col: float, px: int, darkness: int) -> None:
    """Draw one vertical line at ``col`` (as of row 0) that follows the sheet."""
    at = np.unique(np.concatenate([np.arange(0, frame.rows, 8), [frame.rows - 1]]))
    points = np.stack([(col + frame.shift[at]) * 16, at * 16.0], axis=1).round().astype(np.int32)
    cv2.polylines(plane, [points], False, int(darkness), int(px), cv2.LINE_8, _SHIFT)


def rule_across(
    plane: NDArray[np.uint8], frame: Frame, row: float, span: tuple[float, float], px: int, darkness: int
) -> None:
    """Draw one horizontal line over columns ``span`` (as of row 0), tilted as the sheet is."""
    drift = float(frame.shift[min(max(int(row), 0), frame.rows - 1)])
    middle = frame.cols / 2
    ends = [(c + drift, row - frame.tilt * (c + drift - middle)) for c in span]
    a, b = ((round(c * 16), round(r * 16)) for c, r in ends)
    cv2.line(plane, a, b, int(darkness), int(px), cv2.LINE_8, _SHIFT)


def line_look(grid: GridLook, number: int) -> tuple[int, int]:
    """Return width in px and darkness of the horizontal line of that number: light, heavy, or a depth line."""
    if number % grid.depth_every == 0:
        return grid.depth_px, max(grid.heavy_darkness, grid.row_darkness)
    if number % grid.heavy_every == 0:
        return grid.heavy_px, grid.heavy_darkness
    return grid.row_px, grid.row_darkness


def draw_grid(frame: Frame, grid: GridLook, span: tuple[float, float], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the grid's darkness ``(rows, cols)`` uint8: verticals of the track, horizontals over columns ``span``."""
    down = np.zeros((frame.rows, frame.cols), np.uint8)
    across = np.zeros_like(down)
    for share, px in zip(grid.verticals, grid.vertical_px, strict=False):
        rule_down(down, frame, frame.left + share * frame.track_px, px, grid.vertical_darkness)
    if grid.row_darkness:
        reach = int(abs(frame.tilt) * frame.cols / 2 / grid.row_pitch_px) + 1
        phase = rng.uniform(0, grid.row_pitch_px)
        first = int(rng.integers(grid.depth_every))
        for i in range(-reach, int(frame.rows / grid.row_pitch_px) + reach + 1):
            px, darkness = line_look(grid, i + first)
            rule_across(across, frame, phase + i * grid.row_pitch_px, span, px, darkness)
    if grid.dotted_px:
        across[:, np.arange(frame.cols) % (2 * grid.dotted_px) < grid.dotted_px] = 0
        down[np.arange(frame.rows) % (2 * grid.dotted_px) < grid.dotted_px] = 0
    out = cv2.add(down, across)
    if grid.patchy:
        out = cv2.subtract(out, cloud(rng, frame.rows, frame.cols, grid.patchy))
    return np.asarray(out, np.uint8)


def cloud(rng: np.random.Generator, rows: int, cols: int, height: float) -> NDArray[np.uint8]:
    """Return a slowly varying field ``(rows, cols)`` uint8 from 0 to ``height``, each knot some 80 to 300 px apart."""
    pitch = rng.uniform(80, 300)
    knots = rng.random((max(2, int(rows / pitch) + 2), max(2, int(cols / pitch) + 2))) * height
    return np.asarray(
        cv2.resize(knots.astype(np.float32), (cols, rows), interpolation=cv2.INTER_LINEAR), np.float32
    ).astype(np.uint8)


def stamp_text(
    plane: NDArray[np.uint8], text: str, at: tuple[float, float], *, height_px: float, thick: int, turns: int, font: int
) -> None:
    """Write ``text`` with its middle at ``at`` (row, col), turned by quarter ``turns``; ink beyond the plane is cut."""
    scale = max(0.25, height_px / 21.0)
    (w, h), base = cv2.getTextSize(text, font, scale, thick)
    small = np.zeros((h + base + 2 * thick + 2, w + 2 * thick + 2), np.uint8)
    cv2.putText(small, text, (thick + 1, h + thick), font, scale, 255, thick, cv2.LINE_AA)
    small = np.rot90(small, turns)
    row, col = round(at[0] - small.shape[0] / 2), round(at[1] - small.shape[1] / 2)
    r0, c0 = max(row, 0), max(col, 0)
    r1, c1 = min(row + small.shape[0], plane.shape[0]), min(col + small.shape[1], plane.shape[1])
    if r1 > r0 and c1 > c0:
        view = plane[r0:r1, c0:c1]
        np.maximum(view, small[r0 - row : r1 - row, c0 - col : c1 - col], out=view)


def draw_margin(
    plane: NDArray[np.uint8], frame: Frame, look: Look, side: int, kind: str, rng: np.random.Generator
) -> None:
    """Draw what lies left (``side`` -1) or right (+1) of the track: a depth column, the next track, black or nothing."""
    stroke = look.type_px
    room = frame.left if side < 0 else frame.cols - frame.left - frame.track_px
    middle = frame.left - room / 2 if side < 0 else frame.left + frame.track_px + room / 2
    if kind == "depth":
        turns, thick = int(rng.choice([0, 1, 1, 3])), max(1, round(stroke * rng.uniform(0.15, 0.6)))
        height = min(room * 0.4, stroke * rng.uniform(2.2, 4.5))
        lines = look.grid.row_pitch_px * min(look.grid.depth_every, 100)
        pitch = lines * max(1, -(-16 * height // lines))
        number = int(rng.integers(2, 150)) * 100
        font = int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX]))
        row = rng.uniform(0, pitch)
        while row < frame.rows:
            col = middle + frame.shift[int(row)]
            stamp_text(plane, str(number), (row, col), height_px=height, thick=thick, turns=turns, font=font)
            number, row = number + int(rng.choice([50, 100])), row + pitch
    elif kind == "bed":  # beyond the paper's edge the scanner sees black
        edge = middle + frame.shift + rng.normal(0, 1.0, frame.rows).cumsum() * 0.05
        beyond = np.arange(frame.cols) * side > edge[:, None] * side
        plane[beyond] = 255
    elif kind == "track":
        gap = rng.choice([0.0, rng.uniform(0.1, 0.6) * room])
        pitch = look.track_px / rng.choice([4, 5, 10])
        for k in range(int(max(0.0, room - gap) / pitch) + 1):
            offset = gap + k * pitch
            col = frame.left - offset if side < 0 else frame.left + frame.track_px + offset
            rule_down(plane, frame, col, int(rng.choice(look.grid.vertical_px or (1,))), look.grid.vertical_darkness)
        if rng.random() < 0.7:
            rows = np.arange(frame.rows, dtype=np.float64)
            steps = np.cumsum(rng.normal(0, 0.35, frame.rows))
            pen = look.strokes[int(rng.integers(len(look.strokes)))]
            draw_stroke(plane, dense_line(rows, middle + steps * room / 60 + frame.shift, step_px=1.0), pen, rng)


def draw_clutter(plane: NDArray[np.uint8], frame: Frame, look: Look, rng: np.random.Generator) -> None:
    """Write across the track what people and machines wrote: names, numbers, ticks, stamps, hand-drawn lines."""
    stroke = look.type_px
    for _ in range(look.clutter):
        row, col = rng.uniform(0, frame.rows), frame.left + rng.uniform(-0.1, 1.1) * frame.track_px
        kind = rng.choice(["hand", "number", "stamp", "line", "ticks", "blot"], p=[0.28, 0.22, 0.08, 0.22, 0.12, 0.08])
        thick = max(1, round(stroke * rng.uniform(0.25, 0.7)))
        if kind in ("hand", "number"):
            text = _NAMES[int(rng.integers(len(_NAMES)))] if kind == "hand" else str(int(rng.integers(10, 20000)))
            font = int(rng.choice([cv2.FONT_HERSHEY_SCRIPT_COMPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, cv2.FONT_ITALIC]))
            stamp_text(
                plane,
                text,
                (row, col),
                height_px=stroke * rng.uniform(3, 9),
                thick=thick,
                turns=int(rng.choice([0, 0, 1])),
                font=font,
            )
        elif kind == "stamp":
            text = _STAMPS[int(rng.integers(len(_STAMPS)))]
            stamp_text(
                plane,
                text,
                (row, col),
                height_px=stroke * rng.uniform(3, 7),
                thick=thick,
                turns=0,
                font=cv2.FONT_HERSHEY_DUPLEX,
            )
        elif kind == "line":
            reach = rng.uniform(0.1, 0.7) * frame.track_px
            lean = rng.normal(0, 0.15) * reach
            cv2.line(
                plane,
                (round(col - reach), round(row - lean)),
                (round(col + reach), round(row + lean)),
                255,
                thick,
                cv2.LINE_AA,
            )
        elif kind == "ticks":
            for k in range(int(rng.integers(2, 20))):
                at = round(row + k * stroke * 4)
                cv2.line(
                    plane, (round(frame.left), at), (round(frame.left + stroke * rng.uniform(1, 5)), at), 255, thick
                )
        else:
            size = (round(stroke * rng.uniform(0.3, 2)), round(stroke * rng.uniform(0.3, 2)))
            cv2.ellipse(plane, (round(col), round(row)), size, rng.uniform(0, 180), 0, 360, 255, -1)


def draw_third(
    plane: NDArray[np.uint8], frame: Frame, shares: NDArray[np.float64], pen: StrokeLook, rng: np.random.Generator
) -> None:
    """Draw a curve that belongs to no slot of this track."""
    rows = np.arange(frame.rows, dtype=np.float64)
    draw_stroke(plane, dense_line(rows, frame.left_at() + shares * frame.track_px, step_px=1.0), pen, rng)


def draw_joints(plane: NDArray[np.uint8], joints: tuple[int, ...], rng: np.random.Generator) -> None:
    """Draw the dirt and the edge of tape at each joint row."""
    for row in joints:
        lean = int(rng.integers(-6, 7))
        if rng.random() < 0.7:
            cv2.line(
                plane,
                (0, row - lean),
                (plane.shape[1], row + lean),
                int(rng.integers(110, 255)),
                int(rng.integers(1, 4)),
            )
