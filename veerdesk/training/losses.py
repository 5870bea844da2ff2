"""What the network is charged for: focal and overlap terms, over one exclusive target or three independent ones.

Separate because the two targets must differ in nothing but this module (the comparison of the papers).
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from veerdesk.labels.classes import IGNORE

Target = Literal["exclusive", "independent"]
#: Without both terms the second curve is not learned on a small budget (research: segmenter, section 2).
FOCAL_SHARE = 8.0
#: Background, curve 1, curve 2. Dashes and dots leave curve 2 a third of curve 1's pixels; at equal weights it was still
#: unlearned after 2,800 tiles (F1 0.02); at 10 doubtful strokes became curve 2.
CLASS_WEIGHTS = (1.0, 4.0, 6.0)
FALSE_SHARE, MISSED_SHARE = 0.4, 0.6


def probabilities(logits: Tensor, target: Target) -> Tensor:
    """Return class probabilities, ``(n, 3, h, w)``: they sum to one only where the target is exclusive."""
    return logits.softmax(1) if target == "exclusive" else logits.sigmoid()


def owner_loss(logits: Tensor, labels: Tensor, target: Target) -> Tensor:
    """Return the loss of one batch, a scalar.

    Parameters
    ----------
    logits
        ``(n, 3, h, w)`` float.
    labels
        ``(n, h, w)`` int64: 0, 1, 2, or 255 where nothing is charged.

    Source
    ------
    Focal term: Lin et al. 2017, gamma 1. Overlap term: Salehi et al. 2017 (Tversky), alpha 0.4, beta 0.6, over the
    two curves and the whole batch.
    """
    said = labels != IGNORE
    owner = labels.masked_fill(~said, 0)
    truth = functional.one_hot(owner, 3).movedim(-1, 1).to(logits.dtype)  # (n, 3, h, w)
    shares = probabilities(logits, target)
    weight = logits.new_tensor(CLASS_WEIGHTS)[owner]  # (n, h, w)
    if target == "exclusive":
        cost = functional.nll_loss(logits.log_softmax(1), owner, reduction="none")
        focal = (1.0 - shares.gather(1, owner[:, None])[:, 0]) * cost
    else:
        cost = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
        focal = ((shares - truth).abs() * cost).sum(1)
    mask = said.to(logits.dtype)
    focal_mean = (focal * weight * mask).sum() / mask.sum().clamp(min=1.0)
    return FOCAL_SHARE * focal_mean + _overlap(shares[:, 1:], truth[:, 1:], mask[:, None])


def _overlap(shares: Tensor, truth: Tensor, mask: Tensor) -> Tensor:
    over = (0, 2, 3)
    right = (shares * truth * mask).sum(over)
    false = (shares * (1.0 - truth) * mask).sum(over)
    missed = ((1.0 - shares) * truth * mask).sum(over)
    score = (right + 1.0) / (right + FALSE_SHARE * false + MISSED_SHARE * missed + 1.0)
    return torch.mean(1.0 - score)
