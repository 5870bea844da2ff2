"""Fitting: a few of a model's weights moved towards one person's corrections, and no further than the held-back rows say.

Separate because what may be moved, and how far, is one decision; whether the outcome is any good is another's
(``promotion``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from veerdesk.dataset.lesson import Lesson, window_reader
from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.imaging.straighten import straight_window
from veerdesk.labels.classes import IGNORE
from veerdesk.model.network import STRIDE, NetworkSpec, OwnerNet
from veerdesk.segmentation.segment import CORE_ROWS, HALO_ROWS, MAX_FACTOR, MIN_FACTOR
from veerdesk.synth.tiles import draw_tiles
from veerdesk.training.augment import augmented
from veerdesk.training.loop import ink_of
from veerdesk.training.losses import owner_loss
from veerdesk.training.tiles import normalised

#: What may move: the last levels, where what was seen becomes classes. On two real windows moving batch norms, all levels
#: above the deepest, or everything, helped the rest of the log no more (curve 2 F1 0.77 to 0.80 against 0.90) and harmed
#: the frozen set as much.
MOVING = ("up1.", "spread.", "fine.")
#: Tiles of rendered logs shown beside the corrections, so that what the model knew of other logs is not forgotten.
REHEARSED, REHEARSED_SEED = 16, 7_001
_TILE_ROWS, _TILE_COLS = 256, 256
#: Rows that the weights that move look up and down, px, and some more.
_REACH_PX = 16


@dataclass(frozen=True, slots=True)
class FitPlan:
    """How far the weights may go.

    ``rate`` is the highest learning rate, ``lights`` in how many lights each window is seen, ``rehearsed`` how many
    rendered tiles a step. Every ``look_steps`` the held-back rows are asked, and after ``patience`` looks without a gain
    the fit ends. ``half`` multiplies in bfloat16.
    """

    steps: int = 64
    rate: float = 4e-3
    lights: int = 2
    rehearsed: int = 2
    look_steps: int = 8
    patience: int = 5
    half: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """One window as the network sees it: ``(h, w)`` uint8 grey, labels to learn from, and labels to be judged by."""

    grey: NDArray[np.uint8]
    label: NDArray[np.uint8]
    judged: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A batch of windows as far as the weights that stay have taken it."""

    below: Tensor
    first: Tensor
    ink: Tensor
    labels: Tensor


def shown_windows(lesson: Lesson, stroke_px: float, *, exchanged: bool) -> tuple[Shown, ...]:
    """Return a lesson as windows upright and scaled as segmentation shows a track.

    Parameters
    ----------
    stroke_px
        Stroke width that the model sees, px.
    exchanged
        True where the lesson's classes are to be exchanged to stand in the network's order.
    """
    factor = float(np.clip(stroke_px / lesson.stroke_px, MIN_FACTOR, MAX_FACTOR))
    halo, label = int(np.ceil(HALO_ROWS / factor)), lesson.label
    if exchanged:
        label = np.asarray(np.where(label == 1, 2, np.where(label == 2, 1, label)), np.uint8)
    held = lesson.held[:, None]
    planes = [np.asarray(np.where(keep, label, IGNORE), np.uint8) for keep in (~held, held)]
    out = []
    for band in lesson.geometry.rows.bands(round(CORE_ROWS / factor)):
        window = straight_window(lesson.geometry, band.grown(halo), lesson.geometry.margin_px)
        grey = window.upright(lesson.read(window.rows, window.cols))
        known = (window.upright(window_reader(plane, IGNORE)(window.rows, window.cols)) for plane in planes)
        (small, learned), (_, judged) = (normalised(grey, plane, factor) for plane in known)
        out.append(Shown(small, learned, judged))
    return tuple(out)


def fit(
    weights: Mapping[str, Tensor],
    spec: NetworkSpec,
    stroke_px: float,
    windows: Sequence[Shown],
    plan: FitPlan,
    *,
    cancel: Cancel,
    progress: Progress,
) -> dict[str, Tensor] | None:
    """Return the weights that moved, as they stood when the held-back rows liked them best; None where they never did.

    Everything below the weights that move is computed once, so a step costs a tenth of a training step.

    Raises
    ------
    InterruptedWorkError
        Where ``cancel`` says so.
    """
    torch.manual_seed(plan.seed)
    network = OwnerNet(spec)
    network.load_state_dict(dict(weights))
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    network.eval()  # a few rows of one log are no sample to take means of
    moving = {name: p for name, p in network.named_parameters() if name.startswith(MOVING)}
    rng = np.random.default_rng([plan.seed, 3])
    learned, judged, rehearsal = _seen_once(network, windows, stroke_px, plan, rng, cancel)
    optimiser = torch.optim.AdamW(list(moving.values()), lr=plan.rate, weight_decay=0.0)
    best, least, waited = None, _judged_loss(network, judged, plan), 0
    for step in range(plan.steps):
        _refuse_cancelled(cancel)
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * min(1.0, (step + 1) / 5) * 0.5 * (1 + np.cos(np.pi * step / plan.steps))
        optimiser.zero_grad(set_to_none=True)
        for seen in (learned[int(rng.integers(len(learned)))], rehearsal[int(rng.integers(len(rehearsal)))]):
            _loss(network, seen, plan).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(list(moving.values()), 5.0)
        optimiser.step()
        progress((step + 1) / plan.steps)
        if (step + 1) % plan.look_steps == 0:
            loss, waited = _judged_loss(network, judged, plan), waited + 1
            if loss < least:
                best, least, waited = {name: p.detach().clone() for name, p in moving.items()}, loss, 0
            if waited >= plan.patience:
                break
    return best


def _seen_once(
    network: OwnerNet,
    windows: Sequence[Shown],
    stroke_px: float,
    plan: FitPlan,
    rng: np.random.Generator,
    cancel: Cancel,
) -> tuple[list[_Seen], list[_Seen], list[_Seen]]:
    """Return what is learned from, each window in several lights; what is judged by; and what is rehearsed."""
    learned: list[_Seen] = []
    judged: list[_Seen] = []
    for window in windows:
        _refuse_cancelled(cancel)
        plain = window.grey[None]
        if (window.label != IGNORE).any():
            lights = [plain, *(augmented(plain, rng) for _ in range(plan.lights - 1))]
            learned += [_seen(network, light, window.label[None], plan) for light in lights]
        if (window.judged != IGNORE).any():
            judged.append(_seen(network, plain, window.judged[None], plan))
    tiles = draw_tiles(REHEARSED_SEED, REHEARSED, height=_TILE_ROWS, width=_TILE_COLS, stroke_px=stroke_px)
    rehearsal = []
    for at in range(0, REHEARSED, plan.rehearsed):
        _refuse_cancelled(cancel)
        part = slice(at, at + plan.rehearsed)
        rehearsal.append(_seen(network, tiles.images[part], tiles.labels[part], plan))
    return learned, judged, rehearsal


def _seen(network: OwnerNet, images: NDArray[np.uint8], labels: NDArray[np.uint8], plan: FitPlan) -> _Seen:
    """Return a batch of one size as far as the weights that stay take it, cut to the rows that have a label.

    They look hundreds of rows up and down, the weights that move only a few.
    """
    pad = ((0, 0), (0, -images.shape[1] % STRIDE), (0, -images.shape[2] % STRIDE))
    ink = ink_of(np.pad(images, pad, constant_values=255)).contiguous(memory_format=torch.channels_last)
    owners = torch.from_numpy(np.pad(labels, pad, constant_values=IGNORE).astype(np.int64))
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=plan.half):
        below, first = network.seen(ink)
    rows = np.flatnonzero((labels != IGNORE).any(axis=(0, 2)))
    top = max(0, (int(rows[0]) - _REACH_PX) // 4 * 4)
    stop = min(ink.shape[2], -(-(int(rows[-1]) + 1 + _REACH_PX) // 4) * 4)
    whole, half, quarter = slice(top, stop), slice(top // 2, stop // 2), slice(top // 4, stop // 4)
    kept = (below[:, :, quarter], first[:, :, half], ink[:, :, whole], owners[:, whole])
    below, first, ink, owners = (t.clone(memory_format=torch.preserve_format) for t in kept)
    return _Seen(below, first, ink, owners)


def _loss(network: OwnerNet, seen: _Seen, plan: FitPlan) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16, enabled=plan.half):
        logits = network.answer(seen.below, seen.first, seen.ink)
    return owner_loss(logits.float(), seen.labels, "exclusive")


def _judged_loss(network: OwnerNet, judged: Sequence[_Seen], plan: FitPlan) -> float:
    """Return the mean loss over the held-back rows, each window by the pixels it has of them."""
    counts = [int((seen.labels != IGNORE).sum()) for seen in judged]
    with torch.no_grad():
        losses = [float(_loss(network, seen, plan)) for seen in judged]
    return float(np.average(losses, weights=counts)) if counts else 0.0


def _refuse_cancelled(cancel: Cancel) -> None:
    if cancel.is_cancelled():
        raise InterruptedWorkError("Learning was stopped, and nothing was changed.", "Start it again.")
