"""A delta: what was learned from one person's corrections, as a small file that goes on top of one model's weights.

Separate because it is kept in wells and carried from one to another, while the model it belongs to ships with the program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from veerdesk.errors import UnusableInputError

#: Raised when a reader of this version could not use the bytes.
FORMAT = "veerdesk-delta-1"


@dataclass(frozen=True, slots=True)
class Delta:
    """Weights by their network's names, float16, and the digest of the model they take the place in."""

    base: str
    weights: Mapping[str, Tensor]

    def on(self, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return a model's weights with these in place of its own.

        Raises
        ------
        UnusableInputError
            They belong to another network.
        """
        out = dict(weights)
        for name, value in self.weights.items():
            if name not in out or out[name].shape != value.shape or not bool(torch.isfinite(value).all()):
                raise UnusableInputError(
                    f"What was learned does not fit the model: {name} is another one.",
                    "Learn from the corrections again.",
                )
            out[name] = value.to(out[name].dtype)
        return out


def delta_bytes(base: str, weights: Mapping[str, Tensor]) -> bytes:
    """Return a delta as bytes; the same weights give the same bytes."""
    kept = {name: weights[name].detach().cpu().to(torch.float16).contiguous() for name in sorted(weights)}
    data: bytes = save(kept, metadata={"about": json.dumps({"format": FORMAT, "base": base})})
    return data


def read_delta(data: bytes) -> Delta:
    """Return the delta of some bytes.

    Raises
    ------
    UnusableInputError
        They are damaged, or no delta of this program.
    """
    try:
        size = int.from_bytes(data[:8], "little")
        about = json.loads(json.loads(data[8 : 8 + size])["__metadata__"]["about"])
        if about["format"] != FORMAT:
            raise KeyError(about["format"])
        return Delta(str(about["base"]), load(data))
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise UnusableInputError(
            "What was learned for this track cannot be read.", "Learn from the corrections again."
        ) from error


def delta_digest(data: bytes) -> str:
    """Return the SHA-256 of a delta's bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_with(base: str, delta: str) -> str:
    """Return the digest of a model with a delta on it: what its predictions are kept under."""
    return hashlib.sha256(f"{base}+{delta}".encode()).hexdigest()
