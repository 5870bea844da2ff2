"""The training loop: one schedule, averaged weights, and a checkpoint it can be resumed from exactly.

Separate because everything a training run does over time is here and nowhere else.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from veerdesk.errors import UnusableInputError
from veerdesk.model.checkpoint import replace_file
from veerdesk.model.network import NetworkSpec, OwnerNet
from veerdesk.training.augment import augmented
from veerdesk.training.losses import Target, owner_loss


class TileSource(Protocol):
    """Tiles to learn from, by number."""

    @property
    def digest(self) -> str:
        """SHA-256 that names the data."""
        ...

    def __len__(self) -> int: ...

    def take(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return images and labels, ``(n, h, w)`` uint8 each; label 255 is not charged."""
        ...


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """One training run. The learning rate rises for ``warmup`` steps, then falls on half a cosine to nothing.

    ``half`` multiplies in bfloat16 (the weights stay float32): twice as fast where the processor has it.
    """

    steps: int
    batch: int = 8
    rate: float = 2.5e-3
    decay: float = 1e-2
    warmup: int = 100
    average: float = 0.998
    seed: int = 1
    target: Target = "exclusive"
    stroke_px: float = 4.0
    spec: NetworkSpec = field(default_factory=NetworkSpec)
    report_steps: int = 50
    checkpoint_seconds: float = 60.0
    half: bool = False


class TrainingRun:
    """Owns network, averaged weights and optimiser of one run; `state` and `restore` move all of it through a file.

    Everything random is drawn from (seed, step), so that a resumed run sees the same batches as one that never stopped.
    """

    def __init__(self, plan: TrainingPlan, source: TileSource, device: str = "cpu") -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.source, self.device, self.step = plan, source, device, 0
        self.network = OwnerNet(plan.spec).to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged = {k: v.detach().clone() for k, v in self.network.state_dict().items()}
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=plan.rate, weight_decay=plan.decay)
        self.cpu_s = self.wall_s = 0.0

    def begin_from(self, weights: Mapping[str, Tensor]) -> None:
        """Start from trained weights in place of random ones; they may be of a network with fewer blocks at 1/16.

        Raises
        ------
        UnusableInputError
            They belong to another network.
        """
        try:
            self.network.take_up(weights)
        except RuntimeError as error:
            raise UnusableInputError(
                "The weights to start from belong to another network.", "Leave --start out, or name others."
            ) from error
        self.averaged = {k: v.detach().clone() for k, v in self.network.state_dict().items()}

    def advance(self) -> float:
        """Take one step and return its loss."""
        images, labels = self.batch(self.step)
        self.network.train()
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(self.plan, self.step)
        ink = ink_of(images).to(self.device).contiguous(memory_format=torch.channels_last)
        with torch.autocast(torch.device(self.device).type, torch.bfloat16, enabled=self.plan.half):
            logits = self.network(ink).float()
        loss = owner_loss(logits, torch.from_numpy(labels.astype(np.int64)).to(self.device), self.plan.target)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        self._average()
        return float(loss.detach())

    def batch(self, step: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return the images and labels of a step: each pass over the data is a new order."""
        first, count = step * self.plan.batch, len(self.source)
        wanted = np.arange(first, first + self.plan.batch)
        numbers = np.empty(len(wanted), np.int64)
        for epoch in np.unique(wanted // count):
            order = np.random.default_rng([self.plan.seed, 1, int(epoch)]).permutation(count)
            here = wanted // count == epoch
            numbers[here] = order[wanted[here] % count]
        images, labels = self.source.take(np.sort(numbers))
        return augmented(images, np.random.default_rng([self.plan.seed, 2, step])), labels

    def _average(self) -> None:
        keep = min(self.plan.average, (1.0 + self.step) / (10.0 + self.step))
        with torch.no_grad():
            for name, value in self.network.state_dict().items():
                if value.is_floating_point():
                    self.averaged[name].lerp_(value, 1.0 - keep)
                else:
                    self.averaged[name].copy_(value)

    def save(self, path: Path) -> None:
        """Write all of the run to a file, whole or not at all."""
        tensors: dict[str, Tensor] = {}
        for name, value in self.network.state_dict().items():
            tensors[f"network/{name}"], tensors[f"averaged/{name}"] = value, self.averaged[name]
        for name, parameter in self.network.named_parameters():
            for key, value in self.optimiser.state.get(parameter, {}).items():
                tensors[f"optimiser/{key}/{name}"] = value
        about = {"step": self.step, "cpu_s": self.cpu_s, "wall_s": self.wall_s, "data": self.source.digest}
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}
        replace_file(path, save(kept, metadata={"run": json.dumps(about), "plan": json.dumps(asdict(self.plan))}))

    def restore(self, path: Path) -> None:
        """Take up a saved run where it stopped.

        Raises
        ------
        UnusableInputError
            The file is damaged or belongs to another network.
        """
        try:
            with safe_open(path, framework="pt", device=self.device) as file:
                about = json.loads(file.metadata()["run"])
                tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a mapping
            self.network.load_state_dict({k: tensors[f"network/{k}"] for k in self.network.state_dict()})
            self.averaged = {k: tensors[f"averaged/{k}"] for k in self.averaged}
        except (SafetensorError, KeyError, TypeError, RuntimeError) as error:
            raise UnusableInputError(f"The training state {path} does not fit this run.", "Delete it.") from error
        for name, parameter in self.network.named_parameters():
            keys = [k for k in ("step", "exp_avg", "exp_avg_sq") if f"optimiser/{k}/{name}" in tensors]
            if keys:
                self.optimiser.state[parameter] = {k: tensors[f"optimiser/{k}/{name}"] for k in keys}
        self.step, self.cpu_s, self.wall_s = int(about["step"]), float(about["cpu_s"]), float(about["wall_s"])


def ink_of(images: NDArray[np.uint8]) -> Tensor:
    """Return what the network reads of grey tiles: ``(n, h, w)`` uint8 -> ``(n, 1, h, w)`` float32, 1 is ink."""
    return torch.from_numpy(np.float32(1.0) - images.astype(np.float32) / np.float32(255.0))[:, None]


def rate_at(plan: TrainingPlan, step: int) -> float:
    """Return the learning rate of a step."""
    if step < plan.warmup:
        return plan.rate * (step + 1) / plan.warmup
    done = (step - plan.warmup) / max(1, plan.steps - plan.warmup)
    return plan.rate * 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))


def run_to_end(
    run: TrainingRun,
    *,
    keep: Callable[[], object],
    report: Callable[[dict[str, Any]], None],
    is_cancelled: Callable[[], bool] = lambda: False,
) -> bool:
    """Train until the plan's last step; False where it was cancelled.

    Parameters
    ----------
    run
        A fresh or restored run.
    keep
        Called every ``checkpoint_seconds`` and at the end, to put the run on disk.
    report
        Called with step, loss, learning rate and times every ``report_steps``.
    """
    losses: list[float] = []
    saved, wall, cpu = time.monotonic(), time.monotonic(), time.process_time()
    while run.step < run.plan.steps:
        losses.append(run.advance())
        now, spent = time.monotonic(), time.process_time()
        run.wall_s, run.cpu_s, wall, cpu = run.wall_s + now - wall, run.cpu_s + spent - cpu, now, spent
        if run.step % run.plan.report_steps == 0 or run.step == run.plan.steps:
            report(
                {
                    "step": run.step,
                    "steps": run.plan.steps,
                    "loss": round(float(np.mean(losses)), 4),
                    "rate": rate_at(run.plan, run.step),
                    "tiles": run.step * run.plan.batch,
                    "wall_s": round(run.wall_s, 1),
                    "cpu_s": round(run.cpu_s, 1),
                }
            )
            losses.clear()
        stop = is_cancelled()
        if stop or run.step == run.plan.steps or now - saved > run.plan.checkpoint_seconds:
            keep()
            saved = now
        if stop:
            return False
    return True
