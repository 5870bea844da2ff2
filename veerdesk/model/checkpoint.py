"""Weights on disk: one safetensors file that names its own shape, and a card beside it for people.

Separate because training writes what prediction reads, and neither may trust the other. No pickles.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from veerdesk.errors import UnusableInputError
from veerdesk.model.network import NetworkSpec, OwnerNet

#: Raised when a reader of this version could not use the file.
FORMAT = "veerdesk-owner-1"
TARGETS = ("exclusive", "independent")


@dataclass(frozen=True, slots=True)
class WeightsHeader:
    """What prediction must know of the weights, kept inside the weights file.

    Parameters
    ----------
    name
        For people, such as ``veerdesk-v3``.
    spec
        The network's shape.
    stroke_px
        Stroke width the tiles were normalised to, px.
    target
        ``exclusive`` or ``independent``.
    """

    name: str
    spec: NetworkSpec
    stroke_px: float
    target: str


def write_checkpoint(
    path: Path, weights: Mapping[str, Tensor], header: WeightsHeader, card: Mapping[str, Any] | None = None
) -> str:
    """Write weights, and the card as ``<stem>.json`` beside them, each whole or not at all; returns the digest."""
    about = {"format": FORMAT, "header": json.dumps(asdict(header))}
    data = save({k: v.detach().cpu().contiguous() for k, v in weights.items()}, metadata=about)
    digest = hashlib.sha256(data).hexdigest()
    path.parent.mkdir(parents=True, exist_ok=True)
    if card is not None:
        text = json.dumps({**asdict(header), **card, "digest": digest}, indent=1, default=str)
        replace_file(path.with_suffix(".json"), text.encode() + b"\n")
    replace_file(path, data)
    return digest


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: a sibling is written and put in its place."""
    sibling = path.with_name(path.name + ".part")
    sibling.write_bytes(data)
    os.replace(sibling, path)


def read_checkpoint(path: Path) -> tuple[dict[str, Tensor], WeightsHeader, str]:
    """Return weights, header and the file's digest.

    Raises
    ------
    UnusableInputError
        The file is missing, damaged, or not a checkpoint of this program.
    """
    try:
        data = path.read_bytes()
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
            weights = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a mapping
    except OSError as error:
        raise UnusableInputError(
            f"The model {path} cannot be read: {error.strerror}.", "Name a .safetensors file, or leave --model out."
        ) from error
    except SafetensorError as error:
        raise UnusableInputError(f"The model {path} is damaged: {error}.", "Copy or train it again.") from error
    return weights, _header(path, about), hashlib.sha256(data).hexdigest()


def _header(path: Path, about: Mapping[str, str]) -> WeightsHeader:
    try:
        if about["format"] != FORMAT:
            raise KeyError(about["format"])
        raw = json.loads(about["header"])
        spec = NetworkSpec(tuple(raw["spec"]["widths"]), tuple(raw["spec"]["reach"]), int(raw["spec"]["fine"]))
        header = WeightsHeader(str(raw["name"]), spec, float(raw["stroke_px"]), str(raw["target"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableInputError(
            f"The model {path} was not written by this program's `train`.", "Name one that was, or leave --model out."
        ) from error
    if header.target not in TARGETS or not 0.5 <= header.stroke_px <= 50.0 or len(spec.widths) != 4:
        raise UnusableInputError(
            f"The model {path} has a header this version does not know.", "Update the program, or train it again."
        )
    return header


def rebuild(path: Path, weights: Mapping[str, Tensor], header: WeightsHeader) -> OwnerNet:
    """Return the network with its weights.

    Raises
    ------
    UnusableInputError
        The weights do not fit the shape their header names, or hold no finite numbers.
    """
    network = OwnerNet(header.spec)
    try:
        network.load_state_dict(dict(weights))
    except RuntimeError as error:
        raise UnusableInputError(
            f"The model {path} does not fit the network its header names.", "Copy or train it again."
        ) from error
    if not all(bool(torch.isfinite(v).all()) for v in network.state_dict().values()):
        raise UnusableInputError(f"The model {path} holds numbers that are not finite.", "Train it again.")
    return network
