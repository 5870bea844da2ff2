"""Training tiles: pieces of rendered logs, already straightened and brought to the network's stroke width.

Separate because training reads tiles and nothing else of a rendered log. A tile looks as segmentation shows a track to
the network: the left border upright, resampled so that the heavier stroke is about ``stroke_px`` wide.

Layout written by ``python -m veerdesk.synth.tiles --count N --seed S --out DIR``::

    DIR/tiles.json            count, height, width, stroke_px, preset, seed, shards (name, count, digest of each)
    DIR/images-000.npy        (n, height, width) uint8 grey, 255 is paper; read it with numpy.load(..., mmap_mode="r")
    DIR/labels-000.npy        (n, height, width) uint8 0 background, 1, 2, and 255 where nobody can say
    DIR/seeds-000.npy         (n,) int64 seed of the log each tile was cut from

Where both pens look alike the tile's own top decides: the left one there is curve 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.opencv import cv2
from veerdesk.imaging.straighten import ReadWindow, straight_window
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.labels.classes import IGNORE
from veerdesk.rows import RowSpan
from veerdesk.synth.look import PRESETS, Preset
from veerdesk.synth.render import RenderedLog, render_log

#: Share of a pixel that ink must cover to be labelled, and below which it is surely background.
_INK_COVER, _DOUBT_COVER = 0.4, 0.22
#: Spread of the stroke width around its aim: people and the measurement are off by about a fifth.
_STROKE_JITTER = 0.2
#: Share of logs scaled by the measure that segmentation uses, errors and all; the others by the truth.
_MEASURED_SHARE = 0.6
_EMPTY_SHARE = 0.10
#: Row extents of a stroke beside its pen, the middle one of the archive's logs.
_USUAL_EXTENT = 1.4
_LOG_ROWS = 1600
_SHARD = 2048


@dataclass(frozen=True, slots=True)
class TileBatch:
    """``images`` and ``labels`` ``(n, h, w)`` uint8 and the ``seeds`` ``(n,)`` int64 of the logs they were cut from."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    seeds: NDArray[np.int64]


def printed_stroke_px(log: RenderedLog) -> float:
    """Return the width of the heavier stroke as it was printed, px: the lower third of its row extents.

    Of a computer's plot it is what a pen on paper leaves there, for hairlines run so steep that their extents tell of limbs.
    """
    if log.meta.preset == "plotted":
        return _USUAL_EXTENT * max(log.meta.stroke_px)
    widths = []
    for k in range(len(log.meta.stroke_px)):
        seen = (log.flags[k] == "") & np.isfinite(log.x[k])
        if seen.sum() > 20:
            widths.append(float(np.percentile((log.high[k] - log.low[k] + 1)[seen], 30)))
    return max(widths, default=max(log.meta.stroke_px))


def marked(log: RenderedLog, rng: np.random.Generator) -> TrackGeometry:
    """Return the track as a person marks it: straight borders, a few pixels off."""
    last = log.label.shape[0] - 1.0
    off = rng.normal(0, 1.5, 4)
    ends = [
        ((0.0, float(side[0] + off[2 * k])), (last, float(side[-1] + off[2 * k + 1])))
        for k, side in enumerate((log.meta.left, log.meta.right))
    ]
    return TrackGeometry(RowSpan(0, log.label.shape[0]), ends[0], ends[1])


def _reader(plane: NDArray[np.uint8], outside: int) -> ReadWindow:
    """Return a reader of windows of ``plane`` that gives ``outside`` beyond its columns."""

    def read(rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        start, stop = max(0, cols[0]), max(0, min(plane.shape[1], cols[1]))
        inner = plane[rows.start : rows.stop, start:stop]
        return np.pad(inner, ((0, 0), (start - cols[0], cols[1] - stop)), constant_values=outside)

    return read


def _upright(
    log: RenderedLog, geometry: TrackGeometry, grey: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return grey and label of the track and its margins with the left border upright; 254 marks a doubtful ring."""
    label = log.label.copy()
    ring = (cv2.dilate((label > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & (label == 0) & (grey < 160)
    label[ring] = 254
    window = straight_window(geometry, geometry.rows, geometry.margin_px)
    read_grey, read_label = _reader(grey, 255), _reader(label, 0)
    return window.upright(read_grey(window.rows, window.cols)), window.upright(read_label(window.rows, window.cols))


def _resampled(
    grey: NDArray[np.uint8], label: NDArray[np.uint8], factor: float
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return grey and label at ``factor`` times the size; a label pixel goes to the curve that covers most of it."""
    size = (max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(grey, size, interpolation=way), np.uint8)
    shares = (np.where(label == k, 255, 0).astype(np.uint8) for k in (1, 2, 254))
    one, two, ring = (np.asarray(cv2.resize(share, size, interpolation=way), np.uint8) for share in shares)
    curves = cv2.add(one, two)
    out = np.where(two > one, 2, 1).astype(np.uint8)
    out[curves < _INK_COVER * 255] = 0
    doubt = ((curves >= _DOUBT_COVER * 255) & (curves < _INK_COVER * 255)) | ((ring > 127) & (curves < 127))
    out[doubt] = IGNORE
    return small, out


def _told_by_top(log: RenderedLog, label: NDArray[np.uint8], rows: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the tile's label with curve 1 being the left one where the tile (scan ``rows``) begins."""
    x = log.x[:, max(0, rows[0]) : rows[1]]
    both = np.flatnonzero(np.isfinite(x).all(axis=0) & (np.abs(x[0] - x[1]) > np.mean(log.meta.stroke_px)))
    lone = not len(both) and not (label == 1).any()
    if lone or (len(both) and x[0, both[0]] > x[1, both[0]]):
        return np.where(label == 1, 2, np.where(label == 2, 1, label)).astype(np.uint8)
    return label


def cut_tiles(
    log: RenderedLog, rng: np.random.Generator, *, height: int, width: int, stroke_px: float
) -> list[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Return ``(image, label)`` tiles of one log: more from a large one, some of them without any curve."""
    grey = log.scan if log.scan.ndim == 2 else log.scan.min(axis=2)
    geometry = marked(log, rng)
    if rng.random() < _MEASURED_SHARE:
        stroke = measure_stroke_px(_reader(grey, 255), geometry) * float(np.exp(rng.normal(0, _STROKE_JITTER / 2)))
    else:
        stroke = printed_stroke_px(log) * float(np.exp(rng.normal(0, _STROKE_JITTER)))
    factor = float(np.clip(stroke_px / stroke, 0.2, 2.5))
    grey, label = _resampled(*_upright(log, geometry, grey), factor)
    pad = (max(0, height - grey.shape[0]), max(0, width - grey.shape[1]) + 32)
    around = ((0, pad[0]), (32, pad[1]))
    grey, label = np.pad(grey, around, constant_values=255), np.pad(label, around)
    wanted = int(np.clip(round(0.7 * grey.size / (height * width)), 1, 5))
    tiles: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]] = []
    for _ in range(4 * wanted):
        row, col = (int(rng.integers(0, g - t + 1)) for g, t in zip(grey.shape, (height, width), strict=True))
        part = label[row : row + height, col : col + width]
        if np.count_nonzero(part) < 60 and rng.random() > _EMPTY_SHARE:
            continue
        if log.meta.alike:
            part = _told_by_top(log, part, (round(row / factor), round((row + height) / factor)))
        tiles.append((grey[row : row + height, col : col + width], part))
        if len(tiles) == wanted:
            break
    return tiles


def draw_tiles(
    seed: int, count: int, *, height: int = 384, width: int = 256, stroke_px: float = 4.0, preset: Preset = "archive"
) -> TileBatch:
    """Return ``count`` training tiles; the same arguments give the same bytes.

    Parameters
    ----------
    height, width
        Size of a tile, px of the normalised track.
    stroke_px
        Width the heavier stroke is brought to, times a jitter of a fifth.
    """
    images, labels = (np.empty((count, height, width), np.uint8) for _ in range(2))
    seeds = np.empty(count, np.int64)
    rng = np.random.default_rng([seed, count, 1])
    done = 0
    while done < count:
        log_seed = int(rng.integers(2**31))
        log = render_log(log_seed, preset=preset, rows=_LOG_ROWS, is_empty=bool(rng.random() < 0.04))
        for image, label in cut_tiles(log, rng, height=height, width=width, stroke_px=stroke_px)[: count - done]:
            images[done], labels[done], seeds[done] = image, label, log_seed
            done += 1
    return TileBatch(images, labels, seeds)


@dataclass(frozen=True, slots=True)
class _Shard:
    number: int
    seed: int
    count: int
    folder: Path
    height: int
    width: int
    stroke_px: float
    preset: Preset


def _write_shard(shard: _Shard) -> dict[str, object]:
    """Draw and write one shard; return its entry in ``tiles.json``."""
    batch = draw_tiles(
        shard.seed, shard.count, height=shard.height, width=shard.width, stroke_px=shard.stroke_px, preset=shard.preset
    )
    digest = hashlib.sha256(batch.images.tobytes())
    digest.update(batch.labels.tobytes())
    for name, array in (("images", batch.images), ("labels", batch.labels), ("seeds", batch.seeds)):
        np.save(shard.folder / f"{name}-{shard.number:03d}.npy", array, allow_pickle=False)
    return {"name": f"{shard.number:03d}", "count": shard.count, "sha256": digest.hexdigest()}


def write_tiles(
    out: Path, count: int, seed: int, *, height: int = 384, width: int = 256, stroke_px: float = 4.0,
    preset: Preset = "archive", workers: int = 1,
) -> None:  # fmt: skip
    """Write ``count`` tiles to the folder ``out`` in the layout of this module; the number of workers changes no byte."""
    out.mkdir(parents=True, exist_ok=True)
    shards = [
        _Shard(k, seed * 100_003 + k, min(_SHARD, count - k * _SHARD), out, height, width, stroke_px, preset)
        for k in range(-(-count // _SHARD))
    ]
    entries: list[dict[str, object]] = []
    with ExitStack() as stack:
        done: Iterable[dict[str, object]] = map(_write_shard, shards)
        if workers > 1:  # spawned: a forked child may inherit locks held by OpenCV threads that it does not have
            pool = ProcessPoolExecutor(workers, get_context("spawn"), cv2.setNumThreads, (1,))
            done = stack.enter_context(pool).map(_write_shard, shards)
        for entry in done:
            entries.append(entry)
            sys.stderr.write(f"\r{sum(int(str(e['count'])) for e in entries)} of {count} tiles")
    sys.stderr.write("\n")
    about = {
        "schema": 1,
        "count": count,
        "height": height,
        "width": width,
        "stroke_px": stroke_px,
        "preset": preset,
        "seed": seed,
    }
    (out / "tiles.json").write_text(json.dumps({**about, "shards": entries}, indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run the command ``python -m veerdesk.synth.tiles``."""
    parser = argparse.ArgumentParser(prog="python -m veerdesk.synth.tiles", description="Draw training tiles.")
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--preset", choices=PRESETS, default="archive")
    parser.add_argument("--height", type=int, default=384)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--stroke-px", type=float, default=4.0)
    parser.add_argument("--workers", type=int, default=1)
    chosen = parser.parse_args(arguments)
    write_tiles(
        chosen.out, chosen.count, chosen.seed, height=chosen.height, width=chosen.width, stroke_px=chosen.stroke_px,
        preset=chosen.preset, workers=chosen.workers,
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
