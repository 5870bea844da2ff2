"""Fitting the presence network on rendered logs: where each curve is on the paper, told by whether its value is right.

    python -m veerdesk.training.presence_fit OUT [--logs 4000] [--seed 700000] [--work FOLDER] [--model NAME] [--settled LEAST CHANGE]

Separate because the network of owners stays as it is: what it sees along the rows (``model.sight``) and how the decode
followed both curves is all that is learned from. Logs already drawn into the work folder are not drawn again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save
from torch import Tensor, nn

from veerdesk.imaging.geometry import TrackGeometry
from veerdesk.imaging.stroke import measure_stroke_px
from veerdesk.model.checkpoint import replace_file
from veerdesk.model.predictor import TorchPredictor, load_predictor, use_threads
from veerdesk.rows import RowSpan
from veerdesk.segmentation.evidence import AS_ANSWERED
from veerdesk.segmentation.segment import TrackSegmenter
from veerdesk.segmentation.sight import FORMAT, NUMBERS
from veerdesk.synth.look import Preset
from veerdesk.synth.render import RenderedLog, render_log
from veerdesk.synth.tiles import marked
from veerdesk.tracing.cell_states import settle_cells
from veerdesk.tracing.decode import Decoder
from veerdesk.tracing.likeness import likeness_of
from veerdesk.tracing.owners import traced_owners
from veerdesk.tracing.presence_net import FOLLOWED, REACHES, PresenceNet
from veerdesk.training.evaluate import answered
from veerdesk.training.metrics import RowTruth, right_rows
from veerdesk.training.windows import reader

#: Logs in ten of each kind: absences are what is learned, and one log in four of the archive has some.
_MIX: tuple[Preset, ...] = ("archive",) * 4 + ("absence",) * 3 + ("archive",) * 2 + ("coloured",)
ROWS = 1100
#: Rows beside a curve's end that are neither right nor wrong.
_END_ROWS = 5
_HELD_LOGS = 250
#: What the share of false rows that is kept costs, in shares of right rows.
FALSE_COST = 0.12
_CELLS, _BATCH, _EPOCHS = 64, 8, 30
_DROP_FIRST, _DROP = 0.2, 0.1
_PART = 100
#: What is tried: the answer from which on a curve is rather there than not, and what coming or going costs, in log odds.
_CHOICES = tuple(product((k / 10 for k in range(-20, 16)), (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)))


@dataclass(frozen=True, slots=True)
class Example:
    """One log: ``gathered`` ``(k, n)`` float16 and ``told`` ``(k, FOLLOWED)`` of its cells, and of either curve the share of
    a cell's judged rows whose value is right, ``right`` ``(k, 2)``, and of its rows that are judged, ``judged`` ``(k, 2)``."""

    gathered: NDArray[np.float16]
    told: NDArray[np.float32]
    right: NDArray[np.float32]
    judged: NDArray[np.float32]


@dataclass(slots=True)
class _Watching:
    """A predictor that keeps what is seen along the rows, and numbers the cells so that they are found again."""

    inner: TorchPredictor
    kept: list[NDArray[np.float32]] = field(default_factory=list)
    count: int = 0

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def digest(self) -> str:
        return self.inner.digest

    @property
    def device(self) -> str:
        return self.inner.device

    @property
    def stroke_px(self) -> float:
        return self.inner.stroke_px

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self.inner.predict(grey)

    def predict_seen(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8] | None]:
        shares, along = self.inner.look(grey)
        numbers = np.zeros((len(along), NUMBERS), np.uint8)
        numbers[:, :4] = np.arange(self.count, self.count + len(along), dtype="<u4")[:, None].view(np.uint8)
        self.kept.append(along)
        self.count += len(along)
        return shares, numbers


def everything_present() -> PresenceNet:
    """Return numbers by which every curve is present wherever it was followed."""
    width, layers = NUMBERS, len(REACHES)
    shapes = (FOLLOWED, width), (layers, 3, width, width), (layers, width), (layers, width, width), (layers, width)
    arrays = [np.zeros(shape, np.float32) for shape in (*shapes, (width, 2), (2,))]
    return PresenceNet("", 1.0, -1.0, 0.0, *arrays)


def example_of(log: RenderedLog, geometry: TrackGeometry, predictor: TorchPredictor) -> Example | None:
    """Return what is learned from a rendered log; None where its pens are of one look, as nothing is judged by sight there."""
    grey = log.scan if log.scan.ndim == 2 else np.ascontiguousarray(log.scan.min(axis=2))
    read, watching, rows = reader(grey), _Watching(predictor), geometry.rows
    stroke = measure_stroke_px(read, geometry)
    segmenter = TrackSegmenter(
        read=read, scan_width=grey.shape[1], geometry=geometry, stroke_px=stroke, predictor=watching, exchanged=False,
        owners=traced_owners, read_colour=None if log.scan.ndim == 2 else reader(log.scan), lines_apart=False,
    )  # fmt: skip
    said = answered(segmenter, grey.shape, stroke)

    def evidence(span: RowSpan) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
        return said.p1[span.start : span.stop], said.p2[span.start : span.stop], 0

    if not said.sight.is_told_by_colour and likeness_of(rows, evidence, stroke, geometry).are_alike:
        return None
    width, everything = geometry.width_px, everything_present()
    decoder = Decoder(
        rows, evidence, (), stroke, width, False, geometry, AS_ANSWERED, said.look, everything, by_pen=False
    )
    x = decoder.solve().x
    at, followed = decoder.followed_cells()
    numbers = np.ascontiguousarray(said.sight.cells[:, 1:5]).view("<u4")[:, 0]
    gathered = np.concatenate(watching.kept)[numbers].astype(np.float16)
    return Example(gathered, followed, *_judged(log, x, at))


def _judged(
    log: RenderedLog, x: NDArray[np.float64], at: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return, cell by cell and curve by curve, the share right of the judged rows, and the share of rows judged.

    Judged are rows with a right value, and rows with one where there is no curve: elsewhere presence is not what is wrong.
    """
    rows = x.shape[1]
    width = np.asarray(log.meta.right) - np.asarray(log.meta.left)
    truth = RowTruth(log.x, log.low, log.high, np.zeros_like(log.x, np.bool_), width)
    right, judged = np.zeros((rows, 2)), np.zeros((rows, 2))
    for k in range(2):
        known = np.isfinite(log.x[k])
        near = np.convolve(known, np.ones(2 * _END_ROWS + 1), "same") > 0
        stroke = log.meta.stroke_px[min(k, len(log.meta.stroke_px) - 1)]
        right[:, k] = right_rows(x, truth, stroke)[k] & known
        judged[:, k] = (right[:, k] > 0) | (~near & np.isfinite(x[k]))
    edges = np.concatenate(([0], (at[:-1] + at[1:] + 1) // 2))
    counts = np.diff(np.concatenate((edges, [rows])))[:, None]
    judged_in, right_in = (np.add.reduceat(plane, edges, axis=0) for plane in (judged, right))
    return (right_in / np.maximum(judged_in, 1e-6)).astype(np.float32), (judged_in / counts).astype(np.float32)


def examples(seed: int, logs: int, predictor: TorchPredictor, work: Path) -> Iterator[Example]:
    """Yield what is learned from logs drawn from a seed on; what lies in the work folder already is read from there."""
    work.mkdir(parents=True, exist_ok=True)
    for first in range(0, logs, _PART):
        kept = work / f"examples-{predictor.digest[:12]}-{seed + first}.npz"
        count = min(_PART, logs - first)
        if not kept.exists():
            rng = np.random.default_rng([seed + first, 11])
            drawn = [_drawn(seed + first + k, rng, predictor) for k in range(count)]
            _write_part(kept, [example for example in drawn if example is not None])
        yield from _read_part(kept)


def _drawn(seed: int, rng: np.random.Generator, predictor: TorchPredictor) -> Example | None:
    log = render_log(seed, preset=_MIX[seed % len(_MIX)], rows=ROWS)
    return example_of(log, marked(log, rng), predictor)


_NAMES = ("gathered", "told", "right", "judged")


def _write_part(path: Path, drawn: Sequence[Example]) -> None:
    planes = {name: np.concatenate([getattr(e, name) for e in drawn]) for name in _NAMES}
    sibling = path.with_suffix(".part.npz")
    planes["cells"] = np.array([len(e.told) for e in drawn])
    np.savez(sibling, allow_pickle=False, **planes)
    sibling.replace(path)


def _read_part(path: Path) -> Iterator[Example]:
    with np.load(path, allow_pickle=False) as file:
        cells, planes = file["cells"], {name: file[name] for name in _NAMES}
    stop = 0
    for count in cells.tolist():
        start, stop = stop, stop + count
        yield Example(*(planes[name][start:stop] for name in _NAMES))


class _Net(nn.Module):
    """The network that ``tracing.presence_net`` computes, as it is fitted."""

    def __init__(self, gathered: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(gathered + FOLLOWED, NUMBERS, 1)
        self.drop = nn.Dropout(_DROP_FIRST)
        self.near = nn.ModuleList(nn.Conv1d(NUMBERS, NUMBERS, 3, padding=r, dilation=r) for r in REACHES)
        self.mix = nn.ModuleList(nn.Conv1d(NUMBERS, NUMBERS, 1) for _ in REACHES)
        self.rest = nn.Dropout(_DROP)
        self.tell = nn.Conv1d(NUMBERS, 2, 1)

    def forward(self, cells: Tensor) -> Tensor:
        x = torch.relu(self.first(self.drop(cells)))
        for near, mix in zip(self.near, self.mix, strict=True):
            x = torch.relu(x + mix(torch.relu(near(self.rest(x)))))
        out: Tensor = self.tell(x)
        return out


@dataclass(frozen=True, slots=True)
class Fitted:
    """The arrays of the file, and its header but for ``of``."""

    arrays: dict[str, NDArray[np.float32]]
    step: float
    least: float
    change: float
    figures: dict[str, float]


def fit(
    learned: Sequence[Example],
    held: Sequence[Example],
    seed: int = 0,
    epochs: int = _EPOCHS,
    settled: tuple[float, float] | None = None,
) -> Fitted:
    """Return the network fitted on some logs; ``least`` and ``change`` (`PresenceNet`) are as ``settled``, or chosen on others."""
    torch.manual_seed(seed)
    rng = np.random.default_rng([seed, 17])
    width = learned[0].gathered.shape[1]
    sample = np.concatenate([_cells(e) for e in learned[:: max(1, len(learned) // 600)]])
    mean, spread = sample.mean(axis=0), sample.std(axis=0) + 1e-3
    planes = [torch.from_numpy(((_cells(e) - mean) / spread).T.copy()) for e in learned]
    network, steps = _Net(width), epochs * len(learned) // _BATCH
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=2e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    network.train()
    for _ in range(steps):
        chosen = rng.integers(0, len(learned), _BATCH)
        length = min(_CELLS, *(planes[k].shape[1] for k in chosen))
        starts = [int(rng.integers(0, planes[k].shape[1] - length + 1)) for k in chosen]
        cells = torch.stack([planes[k][:, a : a + length] for k, a in zip(chosen, starts, strict=True)])
        right, judged = (
            torch.stack(
                [torch.from_numpy(p(learned[k])[a : a + length].T) for k, a in zip(chosen, starts, strict=True)]
            )
            for p in (_right_of, _judged_of)
        )
        loss = nn.functional.binary_cross_entropy_with_logits(network(cells), right, reduction="none")
        loss = (loss * judged).sum() / judged.sum().clamp(min=1.0)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    network.eval()
    arrays, step = _arrays(network, mean, spread, width, learned)
    with torch.no_grad():
        answers = [network(torch.from_numpy(((_cells(e) - mean) / spread).T.copy())[None])[0].numpy().T for e in held]
    return Fitted(arrays, step, *_settling(held, answers, _CHOICES if settled is None else (settled,)))


def _right_of(example: Example) -> NDArray[np.float32]:
    return example.right


def _judged_of(example: Example) -> NDArray[np.float32]:
    return example.judged


def _cells(example: Example) -> NDArray[np.float32]:
    return np.concatenate((example.gathered.astype(np.float32), example.told), axis=1)


def _arrays(
    network: _Net, mean: NDArray[np.float32], spread: NDArray[np.float32], width: int, learned: Sequence[Example]
) -> tuple[dict[str, NDArray[np.float32]], float]:
    """Return the weights as they are kept, what the first layer is told brought to its own scale, and a byte's worth."""
    first = _of(network.first, "weight")[:, :, 0] / spread  # (NUMBERS, width + FOLLOWED)
    bias = _of(network.first, "bias") - first @ mean
    values = np.concatenate([e.gathered.astype(np.float32) @ first[:, :width].T + bias for e in learned[:200]])
    stacked = {
        "near": np.stack([_of(c, "weight").transpose(2, 1, 0) for c in network.near]),
        "near_bias": np.stack([_of(c, "bias") for c in network.near]),
        "mix": np.stack([_of(c, "weight")[:, :, 0].T for c in network.mix]),
        "mix_bias": np.stack([_of(c, "bias") for c in network.mix]),
        "tell": _of(network.tell, "weight")[:, :, 0].T,
        "tell_bias": _of(network.tell, "bias"),
        "gathered": first[:, :width],
        "gathered_bias": bias,
        "followed": first[:, width:].T,
    }
    step = float(np.percentile(np.abs(values), 99.9)) / 127.0
    return {k: np.ascontiguousarray(v, np.float32) for k, v in stacked.items()}, step


def _of(layer: nn.Module, name: str) -> NDArray[np.float32]:
    values: NDArray[np.float32] = layer.get_parameter(name).detach().numpy()
    return values


def _settling(
    held: Sequence[Example], answers: Sequence[NDArray[np.float32]], choices: Iterable[tuple[float, float]]
) -> tuple[float, float, dict[str, float]]:
    """Return the ``least`` and ``change`` by which the held-out logs are settled best, and what is kept of their judged rows."""
    right = np.concatenate([e.right * e.judged for e in held])
    false = np.concatenate([(1.0 - e.right) * e.judged for e in held])
    best = (-np.inf, 0.0, 0.0, {})  # type: tuple[float, float, float, dict[str, float]]
    for least, change in choices:
        kept = np.concatenate([_settled(answer, least, change) for answer in answers])
        shares = [(p * kept).sum(axis=0) / np.maximum(p.sum(axis=0), 1e-6) for p in (right, false)]
        value = float((shares[0] - FALSE_COST * shares[1]).sum())
        if value > best[0]:
            names = ("right_kept_1", "right_kept_2", "false_kept_1", "false_kept_2")
            figures = {n: round(float(v), 4) for n, v in zip(names, (*shares[0], *shares[1]), strict=True)}
            best = value, least, change, figures
    return best[1:]


def _settled(answer: NDArray[np.float32], least: float, change: float) -> NDArray[np.bool_]:
    present = np.zeros(answer.shape, np.bool_)
    kept = np.zeros(answer.shape, np.float32), np.zeros(answer.shape, np.int8), present
    settle_cells(np.ascontiguousarray(answer), least, change, 0, len(answer), *kept)
    return present


def write_presence(path: Path, fitted: Fitted, of: str, card: dict[str, Any]) -> None:
    """Write the file, and its card as ``<stem>.json`` beside it."""
    header = {"of": of, "step": fitted.step, "least": fitted.least, "change": fitted.change}
    tensors = {name: torch.from_numpy(value) for name, value in fitted.arrays.items()}
    data = save(tensors, metadata={"format": FORMAT, "header": json.dumps(header)})
    card = {**header, **card, **fitted.figures, "digest": hashlib.sha256(data).hexdigest()}
    replace_file(path.with_suffix(".json"), json.dumps(card, indent=1).encode() + b"\n")
    replace_file(path, data)


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--logs", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=700_000)
    parser.add_argument("--work", type=Path, default=None)
    parser.add_argument("--model", default=None)
    parser.add_argument("--settled", type=float, nargs=2, metavar=("LEAST", "CHANGE"))
    options = parser.parse_args()
    use_threads(1)
    began, predictor = time.monotonic(), load_predictor(options.model, "cpu")
    work = options.work or options.out.with_suffix(".examples")
    drawn = list(examples(options.seed, options.logs, predictor, work))
    held = min(_HELD_LOGS, len(drawn) // 4)
    fitted = fit(drawn[:-held], drawn[-held:], settled=options.settled)
    digest = hashlib.sha256(b"".join(e.told.tobytes() + e.right.tobytes() for e in drawn)).hexdigest()
    card = {"logs": len(drawn), "held_out": held, "seed": options.seed, "data_digest": digest, "epochs": _EPOCHS}
    card["minutes"] = round((time.monotonic() - began) / 60, 1)
    write_presence(options.out, fitted, predictor.digest, card)
    sys.stdout.write(json.dumps({**card, "least": fitted.least, "change": fitted.change, **fitted.figures}) + "\n")


if __name__ == "__main__":
    main()
