"""Fitting the stroke measure on rendered tracks: which of the widths that a track's ink shows is that of its curves.

    python -m veerdesk.training.stroke_fit OUT [--logs 15000] [--seed 500000] [--work FOLDER]

Separate because it needs no model: it comes before one, and tracks of pens that the model never saw are measured too.
Counts already made into the work folder are not made again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save
from torch import Tensor, nn

from veerdesk.imaging.stroke_counts import STEPS, STEPS_AN_OCTAVE, WAYS, count_strokes, step_of
from veerdesk.imaging.stroke_net import CHANNELS, FORMAT, SPREADS, WHOLE, StrokeNet, likeliest_px, step_odds, told
from veerdesk.model.checkpoint import replace_file
from veerdesk.synth.look import Preset
from veerdesk.synth.render import render_log
from veerdesk.synth.tiles import marked, printed_stroke_px
from veerdesk.training.windows import reader

_MIX: tuple[Preset, ...] = ("archive", "absence", "archive", "plotted", "archive", "plotted")
_ROWS = (600, 1000, 1400)
_WIDTH, _DROP = 32, 0.1
_BATCH, _EPOCHS, _RATE = 64, 30, 3e-3
#: Tracks are learned at up to half an octave more and fewer px, steps.
_SHIFT = 4
_PART = 500
#: A measure within this factor of what is printed is right, as the network of owners is trained with.
RIGHT = 1.43


@dataclass(frozen=True, slots=True)
class Tracks:
    """Rendered tracks: ``counts`` ``(n, WAYS, STEPS)``, their widths ``(n,)`` and the strokes as printed ``(n,)``, px."""

    counts: NDArray[np.float64]
    track_px: NDArray[np.float64]
    printed_px: NDArray[np.float64]

    def part(self, chosen: slice) -> Tracks:
        """Return some of the tracks."""
        return Tracks(self.counts[chosen], self.track_px[chosen], self.printed_px[chosen])


def counted(seed: int, logs: int, work: Path) -> Tracks:
    """Return the counts of logs drawn from a seed on; what lies in the work folder already is read from there."""
    work.mkdir(parents=True, exist_ok=True)
    parts = []
    for first in range(0, logs, _PART):
        kept = work / f"counts-{seed + first}.npz"
        if not kept.exists():
            sibling = kept.with_suffix(".part.npz")
            lines = [_counted(seed + first + k) for k in range(min(_PART, logs - first))]
            planes = (np.stack([np.asarray(line[k]) for line in lines]) for k in range(3))
            np.savez(sibling, *planes, allow_pickle=False)
            sibling.replace(kept)
        with np.load(kept, allow_pickle=False) as file:
            parts.append([file[f"arr_{k}"] for k in range(3)])
    return Tracks(*(np.concatenate([part[k] for part in parts]) for k in range(3)))


def _counted(seed: int) -> tuple[NDArray[np.float64], float, float]:
    rng = np.random.default_rng([seed, 5])
    log = render_log(seed, preset=_MIX[seed % len(_MIX)], rows=int(rng.choice(_ROWS)))
    geometry = marked(log, rng)
    grey = log.scan if log.scan.ndim == 2 else np.ascontiguousarray(log.scan.min(axis=2))
    return count_strokes(reader(grey), geometry), geometry.width_px, printed_stroke_px(log)


class _Net(nn.Module):
    """The network that ``imaging.stroke_net`` computes, as it is fitted."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = nn.Linear(WHOLE, _WIDTH, bias=False)
        self.layers = nn.ModuleList(
            nn.Conv1d(CHANNELS if k == 0 else _WIDTH, _WIDTH, 5, padding=2 * spread, dilation=spread)
            for k, spread in enumerate(SPREADS)
        )
        self.mean = nn.Linear(_WIDTH, _WIDTH, bias=False)
        self.tell = nn.Linear(_WIDTH, 1, bias=False)
        self.drop = nn.Dropout(_DROP)

    def forward(self, shown: Tensor, whole: Tensor) -> Tensor:
        first, second, third = self.layers
        x = torch.relu(first(shown) + self.whole(whole)[:, :, None])
        x = torch.relu(x + second(self.drop(x)))
        x = torch.relu(x + self.mean(x.mean(2))[:, :, None] + third(self.drop(x)))
        out: Tensor = self.tell(x.transpose(1, 2))[:, :, 0]
        return out


def fit(learned: Tracks, seed: int = 0, epochs: int = _EPOCHS) -> StrokeNet:
    """Return the network fitted on some tracks."""
    torch.manual_seed(seed)
    rng = np.random.default_rng([seed, 19])
    steps = max(1, epochs * len(learned.printed_px) // _BATCH)
    network = _Net()
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(steps):
        shown, whole, wanted = _batch(learned, rng)
        loss = -(wanted * torch.log_softmax(network(shown, whole), 1)).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return _numbers(network)


def _batch(learned: Tracks, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Return tracks as the network is shown them, each at more or fewer px than it was scanned at, and what it should say."""
    chosen = rng.integers(0, len(learned.printed_px), _BATCH)
    planes: list[tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]] = []
    for k, shift in zip(chosen.tolist(), rng.integers(-_SHIFT, _SHIFT + 1, _BATCH).tolist(), strict=True):
        counts = np.zeros((WAYS, STEPS))
        counts[:, max(0, shift) : STEPS + min(0, shift)] = learned.counts[k][:, max(0, -shift) : STEPS - max(0, shift)]
        factor = 2.0 ** (shift / STEPS_AN_OCTAVE)
        away = np.arange(STEPS) - float(step_of(learned.printed_px[k] * factor))
        wanted = np.exp(-0.5 * away**2) + 1e-9
        planes.append((*told(counts, learned.track_px[k] * factor), (wanted / wanted.sum()).astype(np.float32)))
    shown, whole, right = (torch.from_numpy(np.stack(part)) for part in zip(*planes, strict=True))
    return shown, whole, right


def _numbers(network: _Net) -> StrokeNet:
    def of(layer: nn.Module, name: str) -> NDArray[np.float32]:
        values: NDArray[np.float32] = layer.get_parameter(name).detach().numpy()
        return values

    taps, biases = (tuple(of(layer, name) for layer in network.layers) for name in ("weight", "bias"))
    whole, mean, tell = (of(layer, "weight") for layer in (network.whole, network.mean, network.tell))
    return StrokeNet(taps, biases, whole, mean, tell[0])  # type: ignore[arg-type]


def judged(net: StrokeNet, held: Tracks) -> dict[str, float]:
    """Return what share of tracks is measured within `RIGHT` of what is printed, and the mean error in octaves."""
    lines = zip(held.counts, held.track_px.tolist(), strict=True)
    measured = np.array([likeliest_px(step_odds(net, counts, track)) for counts, track in lines])
    off = np.abs(np.log2(measured / held.printed_px))
    return {"right": round(float((off <= np.log2(RIGHT)).mean()), 4), "octaves_off": round(float(off.mean()), 4)}


def write_net(path: Path, net: StrokeNet, card: dict[str, object]) -> None:
    """Write the file, and its card as ``<stem>.json`` beside it."""
    arrays = {"whole": net.whole, "mean": net.mean, "tell": net.tell}
    arrays |= {f"taps.{k}": v for k, v in enumerate(net.taps)} | {f"bias.{k}": v for k, v in enumerate(net.biases)}
    data = save({k: torch.from_numpy(v).contiguous() for k, v in arrays.items()}, metadata={"format": FORMAT})
    card = {**card, "digest": hashlib.sha256(data).hexdigest()}
    replace_file(path.with_suffix(".json"), json.dumps(card, indent=1).encode() + b"\n")
    replace_file(path, data)


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--logs", type=int, default=15_000)
    parser.add_argument("--seed", type=int, default=500_000)
    parser.add_argument("--work", type=Path, default=None)
    options = parser.parse_args()
    began = time.monotonic()
    tracks = counted(options.seed, options.logs, options.work or options.out.with_suffix(".counts"))
    held = max(1, options.logs // 8)
    net = fit(tracks.part(slice(None, -held)))
    digest = hashlib.sha256(tracks.counts.tobytes() + tracks.printed_px.tobytes()).hexdigest()
    card = {"logs": options.logs, "held_out": held, "seed": options.seed, "data_digest": digest, "epochs": _EPOCHS}
    figures = judged(net, tracks.part(slice(-held, None)))
    write_net(options.out, net, {**card, "minutes": round((time.monotonic() - began) / 60, 1), **figures})
    sys.stdout.write(json.dumps({**card, **figures}) + "\n")


if __name__ == "__main__":
    main()
