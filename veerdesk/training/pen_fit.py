"""Fitting the pen's network on rendered logs: where the pen stood in a row, told by the shape of the stroke that was followed.

    python -m veerdesk.training.pen_fit OUT [--logs 2000] [--seed 1600000] [--work FOLDER] [--model NAME]

Separate because it is fitted on what the whole decode follows, right or wrong. Logs already drawn into the work folder are
not drawn again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save
from torch import Tensor, nn

from veerdesk.model.checkpoint import replace_file
from veerdesk.model.predictor import TorchPredictor, load_predictor, use_threads
from veerdesk.synth.look import Preset
from veerdesk.synth.render import RenderedLog, render_log
from veerdesk.synth.tiles import marked
from veerdesk.tracing.pen_net import FORMAT, SHOWN, PenNet, mirrored, shown_rows
from veerdesk.training.evaluate import answer, window_decoder
from veerdesk.training.metrics import RowTruth, right_columns
from veerdesk.training.windows import Window

_MIX: tuple[Preset, ...] = ("archive",) * 7 + ("coloured", "absence", "archive")
ROWS = 1000
_WIDTH = 48
_BATCH, _EPOCHS, _RATE = 512, 25, 2e-3
_PART = 100
#: Held out, as a share of the logs.
_HELD = 0.125
#: The loss of a row: how sharply it rises about the tolerance, and what distance itself costs, up to some tolerances.
_SHARPNESS, _DISTANCE, _FARTHEST = 3.0, 0.3, 4.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of followed curves: ``shown`` ``(k, SHOWN)`` float32; and float32 ``(k,)`` each: where the pen's columns that are
    right begin and end, ``low`` and ``high``, from where the ink placed the row, and how far from them is still right, breadths."""

    shown: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    near: NDArray[np.float32]


_NAMES = ("shown", "low", "high", "near")


def rows_of(log: RenderedLog, seed: int, predictor: TorchPredictor) -> Rows:
    """Return what is learned from a rendered log: the rows asked about that have a right value."""
    window = _window(log, seed)
    said = answer(window, predictor)
    decoder = window_decoder(window, said, by_pen=False)
    trace = decoder.solve()
    parts: list[tuple[NDArray[np.float32], ...]] = []
    for curve in range(2):
        planes = trace.x, trace.low, trace.high, trace.kind
        rows, breadth, shown = shown_rows(curve, *planes, decoder.ink, decoder.stroke_px)
        low, high, near = (plane[rows] for plane in right_columns(window.truth, curve, said.stroke_px))
        x = trace.x[curve, rows]
        known = np.isfinite(low)
        ends = ((low - x) / breadth, (high - x) / breadth, near / breadth)
        parts.append((shown[known], *(end[known].astype(np.float32) for end in ends)))
    return Rows(*(np.concatenate(plane) for plane in zip(*parts, strict=True)))


def _window(log: RenderedLog, seed: int) -> Window:
    geometry = marked(log, np.random.default_rng([seed, 23]))
    grey = log.scan if log.scan.ndim == 2 else np.ascontiguousarray(log.scan.min(axis=2))
    width = np.asarray(log.meta.right) - np.asarray(log.meta.left)
    truth = RowTruth(log.x, log.low, log.high, np.zeros_like(log.x, np.bool_), width)
    colours = log.scan if log.scan.ndim == 3 else None
    return Window(str(seed), grey, log.label, truth, geometry, (), False, {}, colours)


def drawn_rows(seed: int, logs: int, predictor: TorchPredictor, work: Path) -> Iterator[Rows]:
    """Yield what is learned from logs drawn from a seed on, log by log; what lies in the work folder is read from there."""
    work.mkdir(parents=True, exist_ok=True)
    for first in range(0, logs, _PART):
        kept = work / f"rows-{predictor.digest[:12]}-{seed + first}.npz"
        count = min(_PART, logs - first)
        if not kept.exists():
            sibling = kept.with_suffix(".part.npz")
            numbers = range(seed + first, seed + first + count)
            drawn = [rows_of(render_log(n, preset=_MIX[n % len(_MIX)], rows=ROWS), n, predictor) for n in numbers]
            planes = {name: np.concatenate([getattr(rows, name) for rows in drawn]) for name in _NAMES}
            np.savez(sibling, allow_pickle=False, counts=np.array([len(r.low) for r in drawn]), **planes)
            sibling.replace(kept)
        with np.load(kept, allow_pickle=False) as file:
            ends, planes = np.cumsum(file["counts"])[:-1], {name: file[name] for name in _NAMES}
        for parts in zip(*(np.split(planes[name], ends) for name in _NAMES), strict=True):
            yield Rows(*parts)


class _Net(nn.Module):
    """The network that ``tracing.pen_net`` computes, as it is fitted: before it is made to answer a mirrored row with the mirrored column."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(SHOWN, _WIDTH), nn.Linear(_WIDTH, _WIDTH)
        self.tell = nn.Linear(_WIDTH, 1, bias=False)
        with torch.no_grad():
            self.tell.weight.mul_(0.05)  # begins where the ink placed the row

    def forward(self, shown: Tensor) -> Tensor:
        out: Tensor = self.tell(torch.relu(self.second(torch.relu(self.first(shown)))))[:, 0]
        return out


def fit(learned: Rows, seed: int = 0, epochs: int = _EPOCHS) -> PenNet:
    """Return the network fitted on some rows: as few as can be farther from the pen than is right."""
    torch.manual_seed(seed)
    rng = np.random.default_rng([seed, 29])
    steps = max(1, epochs * len(learned.low) // _BATCH)
    network = _Net()
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    at, sign = mirrored()
    turned = torch.from_numpy(at), torch.from_numpy(sign)
    planes = [torch.from_numpy(getattr(learned, name)) for name in _NAMES]
    for _ in range(steps):
        chosen = torch.from_numpy(rng.integers(0, len(learned.low), _BATCH))
        shown, low, high, near = (plane[chosen] for plane in planes)
        moved = 0.5 * (network(shown) - network(shown[:, turned[0]] * turned[1]))
        away = torch.relu(torch.maximum(low - moved, moved - high)) / near
        loss = (_DISTANCE * away.clamp(max=_FARTHEST) + torch.sigmoid((away - 1.0) * _SHARPNESS)).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return _numbers(network)


def _numbers(network: _Net) -> PenNet:
    def of(layer: nn.Module, name: str) -> NDArray[np.float32]:
        values: NDArray[np.float32] = layer.get_parameter(name).detach().numpy()
        return np.ascontiguousarray(values.T)

    first, second = ((of(layer, "weight"), of(layer, "bias")) for layer in (network.first, network.second))
    return PenNet(*first, *second, of(network.tell, "weight")[:, 0].copy())


def moved_by(net: PenNet, shown: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``(k,)`` float32: how far the network moves rows, breadths, but for the limit that `pen_columns` sets."""
    at, sign = mirrored()

    def told(rows: NDArray[np.float32]) -> NDArray[np.float32]:
        x = np.maximum(rows @ net.first + net.first_bias, 0.0)
        out: NDArray[np.float32] = np.maximum(x @ net.second + net.second_bias, 0.0) @ net.tell
        return out

    return 0.5 * (told(shown) - told(shown[:, at] * sign))


def judged(net: PenNet, held: Rows) -> dict[str, float]:
    """Return what share of the rows asked about is right as the ink placed them, and as the network moves them."""
    figures = {}
    for name, moved in (("right_by_ink", np.zeros(len(held.low), np.float32)), ("right", moved_by(net, held.shown))):
        away = np.maximum(np.maximum(held.low - moved, moved - held.high), 0.0)
        figures[name] = round(float((away <= held.near).mean()), 4)
    return figures


def write_pen(path: Path, net: PenNet, card: dict[str, object]) -> None:
    """Write the file, and its card as ``<stem>.json`` beside it."""
    names = ("first", "first_bias", "second", "second_bias", "tell")
    data = save({name: torch.from_numpy(getattr(net, name)) for name in names}, metadata={"format": FORMAT})
    card = {**card, "digest": hashlib.sha256(data).hexdigest()}
    replace_file(path.with_suffix(".json"), json.dumps(card, indent=1).encode() + b"\n")
    replace_file(path, data)


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--logs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1_600_000)
    parser.add_argument("--work", type=Path, default=None)
    parser.add_argument("--model", default=None)
    options = parser.parse_args()
    use_threads(1)
    began, predictor = time.monotonic(), load_predictor(options.model, "cpu")
    logs = list(drawn_rows(options.seed, options.logs, predictor, options.work or options.out.with_suffix(".rows")))
    count = max(1, round(_HELD * len(logs)))
    learned, held = (
        Rows(*(np.concatenate([getattr(rows, name) for rows in part]) for name in _NAMES))
        for part in (logs[:-count], logs[-count:])
    )
    net = fit(learned)
    digest = hashlib.sha256(learned.shown.tobytes() + learned.low.tobytes()).hexdigest()
    card = {
        "of": predictor.digest,
        "logs": len(logs),
        "held_out": count,
        "rows": len(learned.low),
        "seed": options.seed,
    }
    card |= {"data_digest": digest, "epochs": _EPOCHS, "minutes": round((time.monotonic() - began) / 60, 1)}
    figures = judged(net, held)
    write_pen(options.out, net, {**card, **figures})
    sys.stdout.write(json.dumps({**card, **figures}) + "\n")


if __name__ == "__main__":
    main()
