"""The card beside a model's weights: the runs that led to them, and the scores that were measured with them.

Separate because training writes a card and evaluation adds to it, and neither needs the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from veerdesk.errors import UnusableInputError
from veerdesk.model.checkpoint import read_checkpoint, replace_file

#: What a run is told by when another goes on from its weights.
_OF_RUN = ("name", "seed", "rate", "steps", "tiles_seen", "data_digest", "tiles", "minutes", "device", "loss", "digest")
#: What a scoreboard says of itself: the card says it already, or it is too long for one.
_LEFT_OUT = ("model", "digest", "target", "by_window")


def card_path(weights: Path) -> Path:
    """Return where the card of a checkpoint lies."""
    return weights.with_suffix(".json")


def read_card(weights: Path) -> dict[str, Any]:
    """Return the card of a checkpoint; empty where there is none.

    Raises
    ------
    UnusableInputError
        There is one that cannot be read.
    """
    path = card_path(weights)
    if not path.exists():
        return {}
    try:
        card: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableInputError(f"The card {path} cannot be read: {error}.", "Delete it, or copy it again.") from error
    return card


def runs_before(start: Path, digest: str) -> list[dict[str, Any]]:
    """Return the runs that led to a checkpoint of that digest, its own last, for the card of one that goes on from it.

    None where its card is missing, or belongs to other weights.
    """
    card = read_card(start)
    if card.get("digest") != digest:
        return []
    return [*card.get("runs", []), {name: card[name] for name in _OF_RUN if name in card}]


def card_of(weights: Path) -> dict[str, Any]:
    """Return the card of a checkpoint, to be added to.

    Raises
    ------
    UnusableInputError
        There is none, or it belongs to other weights.
    """
    card, digest = read_card(weights), read_checkpoint(weights)[2]
    if card.get("digest") != digest:
        raise UnusableInputError(
            f"{card_path(weights)} is not the card of {weights.name} ({digest[:12]}).",
            "Put the card that `veerdesk train` wrote beside its weights, or leave --save out.",
        )
    return card


def save_scores(weights: Path, title: str, board: Mapping[str, Any]) -> None:
    """Write a scoreboard into the card beside the weights under a title, in place of the last of that title; raises as `card_of`."""
    card = card_of(weights)
    kept = {name: value for name, value in board.items() if name not in _LEFT_OUT}
    card["scores"] = {**card.get("scores", {}), title: kept}
    replace_file(card_path(weights), json.dumps(card, indent=1).encode() + b"\n")
